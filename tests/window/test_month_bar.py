"""The month's slider: what is painted piece by piece is what is painted at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fleetdesigner.window.month_bar import MonthSlider

FIRST, MONTHS = 24_325, 120


def on_screen(slider: MonthSlider) -> QImage:
    """What stands in the window's store, not a fresh picture."""
    QApplication.processEvents()
    window = slider.window().windowHandle()
    screen = slider.screen()
    assert window is not None
    return screen.grabWindow(window.winId()).toImage()


def slider_at(month: int, qtbot: QtBot) -> MonthSlider:
    slider = MonthSlider()
    qtbot.addWidget(slider)
    slider.set_horizon(FIRST, MONTHS, (FIRST, FIRST + 7, FIRST + 30, FIRST + 31, FIRST + 119))
    slider.set_month(month)
    slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the ring of the active window is another matter
    slider.resize(517, 34)
    slider.show()
    qtbot.waitExposed(slider)
    return slider


def test_a_moved_handle_leaves_nothing_behind(qtbot: QtBot) -> None:
    moved = slider_at(FIRST, qtbot)
    on_screen(moved)
    for month in (FIRST + 1, FIRST + 2, FIRST + 40, FIRST + 39, FIRST + 6, FIRST + 119, FIRST + 118, FIRST):
        moved.set_month(month)
        assert on_screen(moved) == on_screen(slider_at(month, qtbot)), month


def test_other_marks_are_painted(qtbot: QtBot) -> None:
    slider = slider_at(FIRST + 3, qtbot)
    before = on_screen(slider)
    slider.set_horizon(FIRST, MONTHS, (FIRST,))
    assert on_screen(slider) != before

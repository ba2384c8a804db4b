"""A live session on an example, a panel in a window, and a look for words that are cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fleetdesigner.assets import resource
from fleetdesigner.catalog.load import load_catalog
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.look import current, style
from fleetdesigner.panels.fields.row import ElidedLabel
from fleetdesigner.session.session import Session


def settle(qtbot: QtBot, session: Session) -> None:
    """Wait until what is shown is what was asked for."""
    qtbot.waitUntil(lambda: not session.busy, timeout=60_000)


@contextmanager
def live(qtbot: QtBot, example: str = "first-hall") -> Iterator[Session]:
    """A session on a bundled example, with results."""
    session = Session(load_catalog(), read_fleet(resource("examples", f"{example}.fleet")))
    try:
        settle(qtbot, session)
        yield session
    finally:
        session.close()


class Host(QWidget):
    """A window of a fixed size around a panel."""

    def __init__(self, panel: QWidget, width: int, height: int) -> None:
        super().__init__()
        self.panel = panel
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        self.setFixedSize(width, height)


@contextmanager
def shown(panel: QWidget, width: int = 264, height: int = 700) -> Iterator[Host]:
    """The panel on screen, dressed as the program dresses it; really gone afterwards."""
    theme = current()
    host = Host(panel, width, height)
    # the host alone: a sheet for the whole program would be read by every widget other tests left
    host.setFont(theme.font("text"))
    host.setPalette(style.application_palette(theme))
    host.setStyleSheet(style.stylesheet(theme))
    host.show()
    for _ in range(3):
        QApplication.processEvents()
    try:
        yield host
    finally:
        host.close()
        host.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()


def cut_words(widget: QWidget) -> list[str]:
    """Words of visible labels, fields and buttons that are wider than the room they have."""
    for _ in range(3):
        QApplication.processEvents()
    found = []
    for child in widget.findChildren(QWidget):
        if not child.isVisible():
            continue
        metrics = QFontMetrics(child.font())
        if isinstance(child, ElidedLabel):
            if child.sizeHint().width() > child.width() + 1:
                found.append(child.text())
        elif isinstance(child, QLabel):
            wanted = metrics.horizontalAdvance(child.text())
            if child.text() and not child.wordWrap() and wanted > child.width() + 1:
                found.append(child.text())
        elif isinstance(child, QLineEdit):
            words = child.text() or child.placeholderText()
            if metrics.horizontalAdvance(words) > child.width() - 16 and not child.hasFocus():
                found.append(words)
        elif isinstance(child, QPushButton) and metrics.horizontalAdvance(child.text()) > child.width():
            found.append(child.text())
    return found

"""Themes, marks, hatches, icons and the style sheet as Qt sees them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontInfo, QFontMetricsF, QIcon, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from fleetdesigner.assets import ResourceMissing
from fleetdesigner.look import EvidenceMark, current, paint_evidence_mark, set_theme, style, theme_signals
from fleetdesigner.look.theme import named
from fleetdesigner.look.tokens import GRADES, PALETTES, TYPES


@pytest.fixture(autouse=True)
def _light_again(qapp: QApplication) -> object:
    set_theme("light")
    yield None
    set_theme("light")


def pixels(image: QImage) -> np.ndarray:
    """[height, width, 4] of an image, as RGBA."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    data = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine() // 4, 4)
    return data[:, : plain.width()].copy()


def rgb(token: str) -> tuple[int, int, int]:
    """Red, green and blue of a token of the theme in force."""
    colour = current().color(token)
    return colour.red(), colour.green(), colour.blue()


def mark(grade: str) -> np.ndarray:
    """True where the mark of a grade leaves ink."""
    image = QImage(20, 10, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_evidence_mark(painter, QRectF(0, 0, 20, 10), grade, named("light"))
    painter.end()
    return pixels(image)[:, :, 3] > 80


def test_choosing_a_theme_tells(qtbot: QtBot) -> None:
    assert current().name == "light"
    with qtbot.waitSignal(theme_signals.changed):
        set_theme("dark")
    assert current().is_dark
    with qtbot.waitSignal(theme_signals.changed):
        set_theme("contrast")
    assert current().color("line") == current().color("ink2")
    # offscreen knows no scheme: light, what a projector shows best
    set_theme("system")
    assert current().name == "light"


def test_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="theme must be one of"):
        set_theme("pink")


def test_font_is_the_bundled_one() -> None:
    for name, kind in TYPES.items():
        font = current().font(name)
        assert QFontInfo(font).family() == "Inter"
        assert font.pixelSize() == kind.size


def test_tabular_digits_have_one_width() -> None:
    metrics = QFontMetricsF(current().font("kpi", tabular=True))
    assert len({metrics.horizontalAdvance(digit * 4) for digit in "0123456789"}) == 1
    plain = QFontMetricsF(current().font("kpi"))
    assert plain.horizontalAdvance("1111") < plain.horizontalAdvance("0000")


def test_signs_of_the_words_exist() -> None:
    metrics = QFontMetricsF(current().font("text"))
    assert all(metrics.inFontUcs4(ord(sign)) for sign in "−–≈≤×Δ→²±…“”")


def test_marks_of_grades_differ() -> None:
    pictures = {grade: mark(grade) for grade in GRADES}
    rows = {grade: picture.any(axis=0) for grade, picture in pictures.items()}
    gaps = {g: int((np.diff(rows[g].astype(int)) == -1).sum()) for g in ("measured", "vendor", "estimate")}
    assert rows["measured"].all()
    assert gaps["vendor"] > gaps["estimate"] >= 1
    # a hatched box holds ink inside, an empty one only at its edge
    assert pictures["assumption"][2:8, 2:18].mean() > 0.3
    assert not pictures["none"][2:8, 2:18].any()
    assert 0.2 < pictures["none"][0, :].mean() < 0.8


def test_mark_widget_says_its_grade(qtbot: QtBot) -> None:
    widget = EvidenceMark("estimate")
    qtbot.addWidget(widget)
    assert widget.accessibleName() == "estimate"
    widget.set_grade("none")
    assert widget.toolTip() == "no public figure"


def test_patterns_count_in_pen_widths() -> None:
    assert current().pen_pattern("estimate", 2.0) == [3.0, 1.5]
    assert current().pen_pattern("vendor", 1.5) == [1.0, 2.0]
    assert current().pen_pattern("measured", 2.0) == []


def test_hatch_is_made_once_and_tiles_without_a_seam() -> None:
    theme = current()
    assert (
        theme.hatch("over", "over").texture().cacheKey() == theme.hatch("over", "over").texture().cacheKey()
    )
    image = QImage(32, 32, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.fillRect(image.rect(), theme.hatch("ink2", "band"))
    painter.end()
    alpha = pixels(image)[:, :, 3].astype(int)
    # along a rising diagonal the line's strength is the same inside a tile and across its border
    rows = np.array([[alpha[y, (x - y) % 32] for y in range(32)] for x in range(32)])
    assert (rows.std(axis=1) < 30).all()


def test_icons_take_the_colour_and_stay_sharp() -> None:
    theme = current()
    picture = theme.pixmap("zap", 16, "over", 2.0)
    assert picture.width() == 32
    assert picture.devicePixelRatio() == 2.0
    image = pixels(picture.toImage())
    strongest = image[image[:, :, 3] > 250][:, :3]
    assert (np.abs(strongest.astype(int) - np.array(rgb("over"))) <= 6).all()
    off = theme.icon("zap").pixmap(16, QIcon.Mode.Disabled).toImage()
    on = theme.icon("zap").pixmap(16).toImage()
    assert off != on


def test_unknown_icon_is_named() -> None:
    with pytest.raises(ResourceMissing, match="no-such"):
        current().pixmap("no-such-icon")


@pytest.mark.parametrize("name", sorted(PALETTES))
def test_sheet_names_every_colour(name: str) -> None:
    sheet = style.stylesheet(named(name))
    assert "$" not in sheet
    assert PALETTES[name].colours["accent"] in sheet
    role = QPalette.ColorRole.Window
    assert style.application_palette(named(name)).color(role) == named(name).color("window")


def test_dressing_follows_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    style.apply(qapp)
    primary = QPushButton("Apply")
    primary.setProperty("role", "primary")
    field = QLineEdit("−5 MW")
    for widget in (primary, field):
        qtbot.addWidget(widget)
        widget.resize(80, 28)
        widget.ensurePolished()
    for name in ("light", "dark"):
        set_theme(name)
        middle = pixels(primary.grab().toImage())[5, 20, :3]
        assert tuple(middle) == rgb("accent")
    before = pixels(field.grab().toImage())
    style.restyle(field, error=True)
    after = pixels(field.grab().toImage())
    assert tuple(after[1, 40, :3]) == rgb("caution")
    assert (before != after).any()
    qapp.setStyleSheet("")

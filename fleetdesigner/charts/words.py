"""Words on a painter, laid out once: shaping the same letters again is most of what a line of text costs."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPainter, QStaticText, QTransform

from fleetdesigner.look.theme import current


@lru_cache(maxsize=4096)
def text_width(words: str, font_name: str, tabular: bool = False) -> float:
    """Width of words in a font of the type scale, in pixels."""
    # what is measured is painted next: the letters are shaped once for both
    return _laid_out(words, font_name, tabular)[2]


_DIGITS = str.maketrans("123456789", "0" * 9)


def number_width(value: str, font_name: str) -> float:
    """Width of a value in a font with digits of one width: few rows of letters are ever measured."""
    return text_width(value.translate(_DIGITS), font_name, True)


@lru_cache(maxsize=2048)
def _laid_out(words: str, font_name: str, tabular: bool) -> tuple[QStaticText, QFont, float, float]:
    """The words, their font, and their width and height."""
    font = current().font(font_name, tabular)
    text = QStaticText(words)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    text.prepare(QTransform(), font)
    size = text.size()
    return text, font, size.width(), size.height()


def draw_words(
    painter: QPainter, x: float, middle: float, words: str, font_name: str, tabular: bool = False
) -> None:
    """Draw words from x on, centred on the height `middle`, in the painter's pen."""
    text, font, _, height = _laid_out(words, font_name, tabular)
    painter.setFont(font)
    painter.drawStaticText(QPointF(x, round(middle - height / 2)), text)

"""Words on a painter, laid out once: shaping the same letters again is most of what a line of text costs."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QStaticText, QTransform

from fleetdesigner.look.theme import current


@lru_cache(maxsize=4096)
def text_width(words: str, font_name: str, tabular: bool = False) -> float:
    """Width of words in a font of the type scale, in pixels."""
    return QFontMetricsF(current().font(font_name, tabular)).horizontalAdvance(words)


@lru_cache(maxsize=2048)
def _laid_out(words: str, font_name: str, tabular: bool) -> tuple[QStaticText, float]:
    text = QStaticText(words)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    text.prepare(QTransform(), current().font(font_name, tabular))
    return text, text.size().height()


def draw_words(
    painter: QPainter, x: float, middle: float, words: str, font_name: str, tabular: bool = False
) -> None:
    """Draw words from x on, centred on the height `middle`, in the painter's pen."""
    text, height = _laid_out(words, font_name, tabular)
    painter.setFont(current().font(font_name, tabular))
    painter.drawStaticText(QPointF(x, round(middle - height / 2)), text)

"""Words and bars on the canvas, in the type and colours of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from fleetdesigner.look.theme import Theme
from fleetdesigner.units import scaled

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
_POWER = ((1e6, "GW"), (1e3, "MW"), (1.0, "kW"))
_KEEP_KW = 10_000.0
"""Below this, a load and its limit are both told in kW, as planners do for rows and halls."""


@lru_cache(maxsize=64)
def _metrics(theme: Theme, font: str, tabular: bool) -> QFontMetricsF:
    return QFontMetricsF(theme.font(font, tabular))


@lru_cache(maxsize=16_384)
def width_of(theme: Theme, font: str, words: str, tabular: bool = False) -> float:
    """Pixels that the words take in a font of the type scale."""
    return _metrics(theme, font, tabular).horizontalAdvance(words)


def write(
    painter: QPainter,
    theme: Theme,
    box: QRectF,
    words: str,
    *,
    font: str = "caption",
    colour: str | QColor = "ink2",
    align: Qt.AlignmentFlag = LEFT,
    tabular: bool = False,
) -> float:
    """Write one line into `box`, cut with … when it is too narrow. Returns the width written."""
    width = width_of(theme, font, words, tabular)
    if width > box.width() + 0.5:
        metrics = _metrics(theme, font, tabular)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        width = metrics.horizontalAdvance(words)
    painter.setFont(theme.font(font, tabular))
    painter.setPen(theme.color(colour) if isinstance(colour, str) else colour)
    painter.drawText(box, align, words)
    return width


def over_words(painter: QPainter, theme: Theme, box: QRectF, words: str) -> None:
    """The octagon with the excess in words: red is never the only sign."""
    painter.drawPixmap(QPointF(box.left(), box.top() + 1), theme.pixmap("octagon-alert", 14, "over"))
    write(painter, theme, box.adjusted(18, 0, 0, 0), words, font="caption_strong", colour="over")


@lru_cache(maxsize=4_096)
def load_words(kw: float, limit_kw: float | None) -> str:
    """``163 of 230 kW``, ``65.1 of 68.0 MW``: one unit for both; only the load when there is no limit."""
    largest = max(abs(kw), limit_kw or 0.0)
    if largest < _KEEP_KW:
        return f"{kw:,.0f} kW" if limit_kw is None else f"{kw:,.0f} of {limit_kw:,.0f} kW"
    factor, unit = next((f, u) for f, u in _POWER if largest >= f)
    number, _ = scaled(kw / factor, ((1.0, ""),))
    return f"{number} {unit}" if limit_kw is None else f"{number} of {_short(limit_kw / factor)} {unit}"


def kw_words(kw: float) -> str:
    """Power in its own unit: whole kW below 10 MW."""
    return load_words(kw, None)


def limit_words(kw: float) -> str:
    """A round limit without decimals that say nothing: ``82 MW``."""
    factor, unit = next(((f, u) for f, u in _POWER if abs(kw) >= f), (1.0, "kW"))
    return f"{_short(kw / factor)} {unit}"


def _short(value: float) -> str:
    """Three significant digits, without a decimal point that says nothing."""
    text, _ = scaled(value, ((1.0, ""),))
    return text.rstrip("0").rstrip(".") if "." in text else text


def load_bar(
    painter: QPainter, theme: Theme, box: QRectF, kw: float, limit_kw: float | None, added_kw: float = 0.0
) -> None:
    """Load on its track with a tick at the limit; red, with a hatch beyond, when over; `added_kw` in accent.

    The track ends at the limit and the tick overhangs it; a bar that is over runs past by up to a tenth.
    """
    box = QRectF(round(box.x()), round(box.y()), round(box.width()), round(box.height()))
    painter.fillRect(box, theme.color("track"))
    if limit_kw is None or limit_kw <= 0:
        return
    total = kw + added_kw
    over = total > limit_kw * (1 + 1e-9)
    share = min(1.0, kw / limit_kw)
    painter.fillRect(
        QRectF(box.x(), box.y(), round(box.width() * share), box.height()),
        theme.color("over") if over else theme.color("ink3"),
    )
    if added_kw > 0:
        start, stop = round(box.width() * share), round(box.width() * min(1.0, total / limit_kw))
        painter.fillRect(
            QRectF(box.x() + start, box.y(), stop - start, box.height()),
            theme.color("over") if over else theme.color("accent"),
        )
    if over:
        beyond = max(4.0, round(box.width() * min(0.12, total / limit_kw - 1)))
        painter.setBrushOrigin(box.topLeft())
        painter.fillRect(
            QRectF(box.right(), box.y(), beyond, box.height()), theme.hatch(theme.color("over"), "over")
        )
    painter.fillRect(QRectF(box.right() - 1, box.y() - 3, 2, box.height() + 6), theme.color("ink"))

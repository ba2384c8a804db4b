"""One KPI in 72 px: name, how good it is, value, difference from the baseline, and a bar under a limit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleetdesigner import units
from fleetdesigner.engine.results import KpiValue
from fleetdesigner.look.evidence_mark import WIDTH as MARK_WIDTH
from fleetdesigner.look.evidence_mark import paint_evidence_mark
from fleetdesigner.look.theme import Theme, current, theme_signals
from fleetdesigner.look.tokens import GRADE_WORDS, HEIGHTS

_PAD = 16
_HEAD = 23
"""Pixels from the top that name and grade fill."""
_WHOLE, _LEAST = 0.995, 0.005
_BAR_WIDTH, _BAR_LEAST, _BAR_HEIGHT = 96, 44, 5
SHORT_NAMES = {
    "serving_tokens_per_s": "Serving, output",
    "training_tokens_per_s": "Training",
    "usd_per_million_tokens": "Token cost, output",
    "usd_per_million_tokens_input": "Token cost, input",
    "usd_per_million_tokens_total": "Token cost, in and out",
    "usd_per_million_tokens_usage": "Token cost, served",
    "usd_per_accelerator_hour": "Accelerator-hour",
    "it_power_nameplate_kw": "IT nameplate",
}
"""Names that would leave no room for the grade in a tile; the card has them in full."""
ZERO_WORDS = {"capex_usd": "nothing bought"}
"""What stands after a 0 that would look like a figure nobody has entered."""


@dataclass(frozen=True, slots=True)
class TileWords:
    """What a tile says."""

    name: str
    number: str
    unit: str
    delta: str
    grade: str
    """Grade of the mark: the weakest link."""
    grade_words: str
    """``estimate``, or ``28 % assumption`` when it is not the whole."""
    over: bool = False
    """The value is above its limit."""
    spoken: str = ""


def tile_words(
    value: KpiValue,
    baseline: KpiValue | None,
    limit: float | None = None,
    share: float = math.nan,
    excess: float = 0.0,
) -> TileWords:
    """The words of a tile. `limit` is in the KPI's unit, `share` the last known share of the weakest link.

    `excess` is what single parts are over limits of their own, which the sum of all may hide.
    """
    name = SHORT_NAMES.get(value.id, value.name)
    if value.value is None:
        lacks = [one for one in value.inputs if one.value is None]
        number = (
            units.NO_FIGURE if lacks or "no public figure" in value.why else (value.why or units.NO_FIGURE)
        )
        remedy = f"Enter {lacks[0].label}" if lacks else (value.why if number == units.NO_FIGURE else "")
        spoken = f"{value.name}: {value.why or units.NO_FIGURE}"
        return TileWords(name, number, "", remedy, "none", "", spoken=spoken)
    number, unit = _number(value.value, value.unit)
    if value.value == 0.0:
        unit = ZERO_WORDS.get(value.id, unit)
    if limit is not None:
        excess = max(excess, value.value - limit)
    over = limit is not None and excess > limit * 1e-9
    if limit is not None:
        unit += f", {units.text(excess, value.unit)} over" if over else f" of {units.text(limit, value.unit)}"
    known = value.worst_share if math.isfinite(value.worst_share) else share
    word = GRADE_WORDS[value.worst]
    if math.isfinite(known) and known < _WHOLE:
        word = f"{known * 100:.0f} % {word}" if known >= _LEAST else f"< 1 % {word}"
    before = None if baseline is None else baseline.value
    delta = units.delta(value.value, before, value.unit) if baseline is not None else ""
    spoken = f"{value.name} {number} {unit}, {word}" + (f", {delta}" if delta else "")
    return TileWords(name, number, unit, delta, value.worst, word, over, spoken)


def _number(value: float, unit: str) -> tuple[str, str]:
    """Number and unit as a tile sets them: ``74.2 k`` large, ``tok/s`` small."""
    number, word = units.parts(value, unit)
    head, _, rest = word.partition(" ")
    if head in ("k", "M", "B", "T"):
        return f"{number} {head}", rest
    return number, word


@lru_cache(maxsize=2048)
def _width(words: str, font: str, tabular: bool = False) -> float:
    return QFontMetricsF(current().font(font, tabular)).horizontalAdvance(words)


def _same_head(one: TileWords, other: TileWords) -> bool:
    """Whether name and grade are the same."""
    return (one.name, one.grade, one.grade_words, one.over) == (
        other.name, other.grade, other.grade_words, other.over,
    )  # fmt: skip


class KpiTile(QWidget):
    """Paints a KPI; a click or Return asks to explain it."""

    explain = Signal(str)
    """Id of the KPI."""

    def __init__(self, kpi_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = kpi_id
        self._words = TileWords("", "", "", "", "none", "")
        self._share = math.nan
        self._bar: tuple[float, float | None, float] | None = None
        self._by_keys = False
        self._rule = True
        self.setFixedHeight(HEIGHTS["kpi"])
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme_signals.changed.connect(self.update)

    @property
    def kpi_id(self) -> str:
        """Id of the KPI shown."""
        return self._id

    @property
    def words(self) -> TileWords:
        """What the tile says now."""
        return self._words

    def set_rule(self, on: bool) -> None:
        """Whether a hairline stands at the right."""
        self._rule = on
        self.update()

    def show_kpi(
        self, value: KpiValue, baseline: KpiValue | None, limit: float | None = None, excess: float = 0.0
    ) -> None:
        """Show a value beside the baseline's (None for no baseline) and, for a load, its limit."""
        if value.id != self._id:
            self._id, self._share = value.id, math.nan
        if math.isfinite(value.worst_share):
            self._share = value.worst_share
        elif not value.value:
            self._share = math.nan  # nothing to share: what was known belongs to another value
        words = tile_words(value, baseline, limit, self._share, excess)
        bar = None
        if limit is not None and limit > 0 and value.value is not None:
            bar = (value.value, None if baseline is None else baseline.value, limit)
        if (words, bar) != (self._words, self._bar):
            before, self._words, self._bar = self._words, words, bar
            self.setAccessibleName(words.spoken)
            self.setToolTip(f"{value.definition}\nClick to see the formula and its sources")
            # mostly the figures move under a head that stays
            self.update(
                QRect(0, _HEAD, self.width(), self.height()) if _same_head(before, words) else self.rect()
            )

    def sizeHint(self) -> QSize:
        return QSize(229, HEIGHTS["kpi"])

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHTS["kpi"])

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, words = QPainter(self), current(), self._words
        if self.underMouse():
            painter.fillRect(self.rect().adjusted(0, 0, -1, 0), theme.color("sunken"))
        if self._rule:
            painter.fillRect(QRectF(self.width() - 1, 12, 1, self.height() - 24), theme.color("line"))
        left, right = float(_PAD), float(self.width() - 12)
        if event.rect().top() < _HEAD:
            self._paint_head(painter, theme, left, right)
        self._paint_value(painter, theme, left, right)
        free = right - left - (_width(words.delta, "caption") + 12 if words.delta else 0)
        bar = min(float(_BAR_WIDTH), free) if self._bar is not None and free >= _BAR_LEAST else 0.0
        painter.setPen(theme.color("ink2"))
        room = right - left - (bar + 12 if bar else 0)
        self._text(painter, theme, QRectF(left, 48, room, 16), words.delta, "caption")
        if bar:
            self._paint_bar(painter, theme, right, bar)
        if self.hasFocus() and self._by_keys:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(2, 2, -3, -2))

    def _paint_head(self, painter: QPainter, theme: Theme, left: float, right: float) -> None:
        words = self._words
        painter.setFont(theme.font("caption"))
        name = _width(words.name, "caption")
        x = right
        # the word goes first when there is no room, then its share; mark and tooltip stay
        share = words.grade_words.partition("%")[0]
        for shown in (words.grade_words, f"{share}%" if share != words.grade_words else ""):
            wide = _width(shown, "caption")
            if shown and left + name + 12 + MARK_WIDTH + 5 + wide <= right:
                painter.setPen(theme.color("ink2"))
                x -= wide
                painter.drawText(QRectF(x, 7, wide + 2, 16), Qt.AlignmentFlag.AlignVCenter, shown)
                x -= 5
                break
        if words.over:
            painter.drawPixmap(
                int(x - 16), 7, theme.pixmap("octagon-alert", 16, "over", self.devicePixelRatioF())
            )
        else:
            paint_evidence_mark(painter, QRectF(x - MARK_WIDTH, 10, MARK_WIDTH, 10), words.grade, theme)
        painter.setPen(theme.color("ink2"))
        self._text(painter, theme, QRectF(left, 7, x - MARK_WIDTH - 6 - left, 16), words.name, "caption")

    def _paint_value(self, painter: QPainter, theme: Theme, left: float, right: float) -> None:
        words = self._words
        if words.grade == "none":
            painter.setPen(theme.color("ink2"))
            self._text(painter, theme, QRectF(left, 24, right - left, 22), words.number, "text_medium")
            return
        painter.setFont(theme.font("kpi", tabular=True))
        painter.setPen(theme.color("over" if words.over else "ink"))
        wide = _width(words.number, "kpi", True)
        painter.drawText(QRectF(left, 22, wide + 2, 26), Qt.AlignmentFlag.AlignVCenter, words.number)
        painter.setPen(theme.color("ink2"))
        start = left + wide + 5
        # both stand on one baseline: the larger letters reach 3 px lower
        self._text(painter, theme, QRectF(start, 25, right - start, 24), words.unit, "text")

    def _paint_bar(self, painter: QPainter, theme: Theme, right: float, width: float) -> None:
        assert self._bar is not None
        value, before, limit = self._bar
        left, top, height = round(right - width), 54.0, float(_BAR_HEIGHT)
        full = float(round(width) - 4)

        def end(one: float) -> float:
            return round(min(one / limit, 1.0) * full)

        painter.fillRect(QRectF(left, top, full, height), theme.color("track"))
        if value > limit:
            painter.fillRect(QRectF(left, top, full, height), theme.color("over"))
            painter.fillRect(QRectF(left + full, top, 4, height), theme.hatch("over", "over"))
        else:
            painter.fillRect(QRectF(left, top, end(value), height), theme.color("ink2"))
            if before is not None and before < value:
                more = QRectF(left + end(before), top, end(value) - end(before), height)
                painter.fillRect(more, theme.color("accent"))
        painter.fillRect(QRectF(left + full - 1, top - 3, 2, height + 6), theme.color("ink"))

    def _text(self, painter: QPainter, theme: Theme, box: QRectF, words: str, font: str) -> None:
        room = max(0.0, box.width()) + 1
        if _width(words, font) > room:
            words = QFontMetricsF(theme.font(font)).elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.setFont(theme.font(font))
        painter.drawText(box.adjusted(0, 0, 2, 0), Qt.AlignmentFlag.AlignVCenter, words)

    # the hand

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.explain.emit(self._id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.explain.emit(self._id)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keys = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

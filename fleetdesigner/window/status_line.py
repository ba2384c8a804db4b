"""The line at the bottom: what binds first, what is selected, whether it is saved."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from fleetdesigner.engine.at_rest.one_more import Worth
from fleetdesigner.engine.results import Finding, Results
from fleetdesigner.look.style import restyle
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.session.session import Session
from fleetdesigner.units import signed, text

NOTICE_MS = 8_000
MOST_LINES = 8
"""Lines of the tooltip."""


class StatusLine(QWidget):
    """Reads only from the session; a notice or refusal stands for some seconds where the limits stand."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tip_of: Results | None = None
        self._tip = ""
        self.setProperty("surface", "window")
        self.setProperty("rule", "top")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(24)
        self._icon, self.left, self.middle, self.right, self.saved = (QLabel() for _ in range(5))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.left)
        row.addWidget(self.middle, 1)
        row.addWidget(self.right)
        row.addWidget(self.saved)
        self._clear = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._clear.timeout.connect(self.refresh)
        session.results_changed.connect(self.refresh)
        session.month_changed.connect(self.refresh)
        session.selection_changed.connect(self._selected)
        session.design_changed.connect(self._selected)
        session.dirty_changed.connect(self._tell_saved)
        session.path_changed.connect(self._tell_saved)
        session.notice.connect(self.notice)
        session.refused.connect(self.refusal)
        theme_signals.changed.connect(self._dress)
        self._dress()
        self._tell_saved()

    @Slot()
    def _dress(self) -> None:
        for label in (self.left, self.middle, self.right, self.saved):
            label.setFont(current().font("caption"))
            label.setProperty("tone", "ink2")
        self.refresh()

    @Slot(str)
    def notice(self, words: str) -> None:
        """Say something for some seconds."""
        self._say("info", "ink2", words, "")
        self._clear.start()

    @Slot(str)
    def refusal(self, words: str) -> None:
        """Say why something was not done."""
        self._say("triangle-alert", "caution", words, "")
        self._clear.start()

    @Slot()
    def refresh(self) -> None:
        """Say what binds now and next."""
        if self._clear.isActive():
            return
        results = self._session.results
        if results is None:
            self._say("gauge", "ink2", "Working out the numbers", "")
            return
        over = [one for one in results.findings if one.severity == "error" and _now(one, self._session.month)]
        if over:
            then = over[1].message if len(over) > 1 else ""
            self._say("octagon-alert", "over", f"Over: {over[0].message}", f"then {then}" if then else "")
            return
        tight = _tightest(results, self._session.month, dict(_hall_names(self._session)))
        first = f"Binds first: {tight[0]}" if tight else "Nothing limits yet"
        self._say("gauge", "ink2", first, f"then {tight[1]}" if len(tight) > 1 else "")

    def _say(self, icon: str, tone: str, first: str, then: str) -> None:
        self._icon.setPixmap(current().pixmap(icon, 14, tone))
        restyle(self.left, tone=tone)
        results = self._session.results
        if results is not self._tip_of:
            # words that no month changes are not made anew while the hand scrubs
            self._tip_of, self._tip = results, _one_more(results)
        tip = self._tip
        self.left.setToolTip(tip)
        self.middle.setToolTip(tip)
        self.left.setText(first)
        self.middle.setText(then)
        self.setAccessibleDescription(f"{first} {then}".strip())

    @Slot()
    def _selected(self) -> None:
        chosen = set(self._session.selection)
        if not chosen:
            self.right.setText("")
            return
        catalog = self._session.catalog
        systems, kw = 0, 0.0
        for block in self._session.design.blocks:
            if block.id in chosen:
                systems += block.systems
                figure = catalog.rack(block.rack_id).figure("it_power_kw")
                kw = kw + block.systems * figure.value if figure is not None else float("nan")
        power = text(kw, "kW") if kw == kw else "power without a public figure"
        word = "system" if systems == 1 else "systems"
        self.right.setText(f"{systems:,} {word} selected · {power}")

    @Slot()
    def _tell_saved(self) -> None:
        if self._session.dirty:
            self.saved.setText("Not saved")
        else:
            self.saved.setText("Saved" if self._session.path else "")


def _now(finding: Finding, month: int) -> bool:
    return finding.from_month is None or finding.from_month <= month


def _hall_names(session: Session) -> list[tuple[str, str]]:
    return [(hall.id, hall.name) for hall in session.design.halls]


def _tightest(results: Results, month: int, names: dict[str, str]) -> list[str]:
    """Limits by share in use, fullest first: ``Hall 1 power, 326 kW of 1,200 kW``."""
    at = results.month_index(month)
    found: list[tuple[float, str, float, float]] = []

    def add(whose: str, load: float, limit: float) -> None:
        if limit > 0 and load > 0:  # NaN is not
            found.append((load / limit, whose, load, limit))

    grids = results.series.of_group("grid_limit_kw")
    for grid in grids:
        drawn = results.series[f"facility_power_kw.site:{grid.key}"]
        whose = f"{grid.label} grid" if len(grids) > 1 else "grid power"
        add(whose, float(drawn.values[0, at]), float(grid.values[0, at]))
    halls = results.halls()
    shown = [names.get(hall_id, hall_id) for hall_id in halls.ids]
    for words, loads, limits in (
        ("power", halls.it_kw, halls.it_limit_kw),
        ("air cooling", halls.air_kw, halls.air_limit_kw),
        ("liquid cooling", halls.liquid_kw, halls.liquid_limit_kw),
    ):
        for name, load, limit in zip(shown, loads[:, at].tolist(), limits[:, at].tolist(), strict=True):
            add(f"{name} {words}", load, limit)
    fullest = sorted(found, key=lambda one: -one[0])[:2]
    return [f"{whose}, {text(load, 'kW')} of {text(limit, 'kW')}" for _, whose, load, limit in fullest]


def _one_more(results: Results | None) -> str:
    """What one more unit is worth, a line each, once the hand has rested; what the limit is where none is."""
    more = None if results is None else results.one_more
    if more is None:
        return ""
    lines = [
        f"{one.name} {one.unit}: {_gain(one)}" for one in more.worths if one.npv_usd.value is not None
    ]
    if more.why:
        lines.append(more.why[:1].upper() + more.why[1:])
    return "\n".join(["One more is worth", *lines[:MOST_LINES]])


def _gain(worth: Worth) -> str:
    words = [f"{signed(worth.npv_usd.value or 0.0, 'usd')} NPV"]
    for value, what in ((worth.serving_tokens_per_s, "capacity"), (worth.training_tokens_per_s, "trained")):
        if abs(value) >= 1:
            words.append(f"{signed(value, 'token/s')} {what}")
    return ", ".join(words)

"""The validation view: the model against everything that was published, and whose numbers those are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.catalog import Catalog, load_catalog
from fleetdesigner.charts.validation_plot import Mode, ValidationPlot
from fleetdesigner.charts.validation_points import Cloud
from fleetdesigner.engine.throughput.calibration import load_calibration
from fleetdesigner.engine.throughput.checked import (
    Checked,
    Flags,
    GroupErrors,
    Grouping,
    checked_points,
    group_errors,
    group_name,
)
from fleetdesigner.engine.throughput.checked_choice import Choice, chosen
from fleetdesigner.engine.throughput.checked_words import SOURCE_WORDS, value_words
from fleetdesigner.export.checked_points import points_table
from fleetdesigner.export.csv_text import table_csv
from fleetdesigner.files.atomic import write_atomically
from fleetdesigner.files.errors import FileError
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.measurement.list import MeasurementList
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.segments import Segments
from fleetdesigner.panels.validation.bar import ValidationBar
from fleetdesigner.panels.validation.card import ValidationCard, percent
from fleetdesigner.panels.validation.tables import RowsView
from fleetdesigner.session.session import Session
from fleetdesigner.window.measurement_flow import MeasurementFlow
from fleetdesigner.window.validation_words import headline, missing, note

GROUPINGS: tuple[tuple[Grouping, str], ...] = (
    ("class", "Class"), ("hardware", "Family"), ("chip", "Chip"), ("model", "Model"), ("source", "Source"),
)  # fmt: skip
GROUP_COLUMNS = (
    ("", "Click a row to see its points alone"),
    ("Points", "Points that count"),
    ("Pairs", "Pairs of a model and a chip"),
    ("Median", "Median absolute error in time"),
    ("p90", "Nine of ten points err by less"),
    (
        "In band",
        "Share of the points whose true time lies in the band of their class; four of five by intent",
    ),
)
POINT_COLUMNS = (
    ("Model", ""), ("Chip", ""), ("Published", ""), ("Predicted", ""),
    ("Error in time", " + is slower than published"), ("Source", ""),
)  # fmt: skip


class ValidationView(QWidget):
    """Everything is worked out when it is first shown."""

    closed = Signal()
    """Esc: back to where the planner came from."""
    notice = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._checked: Checked | None = None
        self._missing = ""
        self._cloud: Cloud | None = None
        self._shown: Flags = np.zeros(0, dtype=np.bool_)
        self.bar = ValidationBar()
        self.headline = WrappedLabel("", "", "text_strong")
        self.note = WrappedLabel("", "ink3", "caption")
        self.plot = ValidationPlot()
        self.points = RowsView("Published points", POINT_COLUMNS, (0, 1, 5), stretched=5)
        self.groups = RowsView("Errors", GROUP_COLUMNS, (0,))
        self.grouping = Segments("Errors by", GROUPINGS)
        self.card = ValidationCard()
        self.own = MeasurementList(session)
        self.measurements = MeasurementFlow(session, self)
        self.below = Segments("Below", (("point", "Point"), ("own", "Own measurements")))
        self._lay_out()
        self.bar.changed.connect(self._filtered)
        self.bar.mode_changed.connect(lambda mode: self.plot.set_mode(cast(Mode, mode)))
        self.bar.export_wanted.connect(self.ask_export)
        self.grouping.chosen.connect(lambda _: self._show_groups())
        self.groups.row_chosen.connect(self._group_chosen)
        self.points.row_chosen.connect(self._point_chosen)
        self.plot.picked.connect(self.pick)
        self.below.chosen.connect(self._show_lower)
        self.own.paste_wanted.connect(lambda: self.measurements.paste())
        self.own.change_wanted.connect(self.measurements.change)
        self.setFocusProxy(self.plot)
        theme_signals.changed.connect(self._dress)
        self._dress()

    # what others call

    @property
    def checked(self) -> Checked:
        """All points with their forecasts; worked out on the first call."""
        if self._checked is None:
            self._checked = checked_points(_shipped(), load_calibration())
            self._cloud = self._cloud_of(self._checked)
        return self._checked

    @property
    def shown(self) -> tuple[int, ...]:
        """Rows of the points that fit the filters."""
        return tuple(np.flatnonzero(self._shown).tolist())

    def show_numbers_of(self, activity: str = "all", chip: str = "", generation: str = "") -> None:
        """Whose numbers are these: the points of an activity on a chip (its name), or of its family.

        A chip without points shows its family, a family without points all of the activity.
        """
        checked = self.checked
        choice = Choice(activity=cast(Any, activity))
        wanted = chip or group_name("hardware", generation)
        for grouping, key in (("chip", chip), ("hardware", generation)):
            tried = choice.with_key(cast(Grouping, grouping), key)
            if key and chosen(checked, tried).any():
                choice = tried
                break
        self._missing = missing(choice, wanted)
        self.grouping.set_key(choice.keys[0][0] if choice.keys else "class")
        said = self._missing
        self.bar.set_choice(choice)
        self._missing = said
        self._show()

    def pick(self, row: int) -> None:
        """Show the card of a point; −1 shows none."""
        self.plot.set_picked(row)
        self.below.set_key("point")
        self._show_lower("point")
        self.points.mark(row if row >= 0 else None)
        self.card.show_point(self._checked, row)

    def ask_export(self) -> None:
        """Write the visible points as CSV."""
        target = self.choose_save()
        if not target:
            return
        path = Path(target) if Path(target).suffix else Path(target).with_suffix(".csv")
        try:
            self.export(path)
        except FileError as error:
            self.notice.emit(str(error))
            return
        self.notice.emit(f"{len(self.shown):,} points written to {path.name}")

    def export(self, path: Path) -> None:
        """Write the visible points. Raises FileError."""
        write_atomically(path, table_csv(points_table(self.checked, self.shown)).encode())

    def choose_save(self) -> str:
        """The path the planner chose, or empty."""
        name = "published-points.csv"
        return QFileDialog.getSaveFileName(self, "Export points", name, "Comma-separated values (*.csv)")[0]

    # inside

    @Slot()
    def _filtered(self) -> None:
        """Somebody asks for other points: what was said of those before is over."""
        self._missing = ""
        self._show()

    @Slot()
    def _show(self) -> None:
        if self._checked is None:
            return
        checked, basis = self._checked, self.bar.basis
        self._shown = chosen(checked, self.bar.choice)
        assert self._cloud is not None
        self.plot.show_cloud(replace(self._cloud, ratio=checked.ratio(basis)), self._shown)
        if self.plot.picked_row >= 0 and not self._shown[self.plot.picked_row]:
            self.pick(-1)
        self.headline.setText(self._missing + headline(checked, self._shown, self.bar.choice, basis))
        self.note.setText(note(checked))
        self._show_groups()
        self._show_points()
        self.card.show_point(checked, self.plot.picked_row)

    def _show_groups(self) -> None:
        checked = self.checked
        grouping = cast(Grouping, self.grouping.key)
        choice = self.bar.choice
        fits = chosen(checked, choice, besides=grouping)
        rows = [_group_row(one) for one in group_errors(checked, grouping, self.bar.basis, fits)]
        self.groups.show_rows(rows, choice.key(grouping))

    def _show_points(self) -> None:
        checked = self.checked
        ratio = checked.ratio(self.bar.basis)
        rows = []
        for at in self.shown:
            row = checked.rows[at]
            metric, value = str(row.point["metric"]), float(row.point["value"])
            family = str(row.point["family"])
            error, made = float(ratio[at]), row.forecast.predicted
            known = error == error
            source = f"{SOURCE_WORDS.get(family, family)} · {row.point['source']}"
            rows.append((at, (
                (str(row.point["model"]), str(row.point["model"])), (row.chip, row.chip),
                (value_words(value, metric), float(checked.published_ms[at]) if known else -1.0),
                (value_words(made, metric), float(checked.published_ms[at]) * error if known else -1.0),
                (percent(error) if known else "–", error if known else -1.0),
                (source, source),
            ), ""))  # fmt: skip
        picked = self.plot.picked_row
        self.points.show_rows(rows, picked if picked >= 0 else None)

    @Slot(object)
    def _group_chosen(self, key: object) -> None:
        grouping = cast(Grouping, self.grouping.key)
        self.bar.set_choice(self.bar.choice.with_key(grouping, None if key is None else str(key)))

    @Slot(object)
    def _point_chosen(self, row: object) -> None:
        self.pick(-1 if row is None else int(cast(int, row)))

    def _cloud_of(self, checked: Checked) -> Cloud:
        rows = checked.rows
        return Cloud(
            published=checked.published_ms,
            ratio=checked.left_out,
            generation=tuple(row.generation for row in rows),
            serving=checked.serving,
            counted=checked.scored,
            titles=tuple(f"{row.point['model']} on {row.chip}" for row in rows),
            values=tuple(
                f"{value_words(float(row.point['value']), str(row.point['metric']))}, predicted "
                f"{value_words(row.forecast.predicted, '').strip()}"
                for row in rows
            ),
        )

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setContentsMargins(12, 0, 12, 6)
        words.setSpacing(2)
        words.addWidget(self.headline)
        words.addWidget(self.note)
        self.left = QSplitter(Qt.Orientation.Vertical)
        self.left.addWidget(self.plot)
        self.left.addWidget(self.points)
        self.left.setChildrenCollapsible(False)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        by = QHBoxLayout()
        by.setContentsMargins(12, 0, 12, 0)
        self._by = QLabel("Errors by")
        self._by.setProperty("tone", "ink2")
        by.addWidget(self._by)
        by.addWidget(self.grouping)
        by.addStretch(1)
        column.addLayout(by)
        column.addWidget(self.groups, 1)
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.right.addWidget(side)
        self.right.addWidget(self._lower_side())
        self.right.setChildrenCollapsible(False)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.across.addWidget(self.left)
        self.across.addWidget(self.right)
        self.across.setStretchFactor(0, 1)
        self.across.setChildrenCollapsible(False)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.bar)
        box.addLayout(words)
        box.addWidget(self.across, 1)
        self.groups.set_widths({1: 48, 2: 40, 3: 58, 4: 50, 5: 56})

    def _lower_side(self) -> QWidget:
        own = QScrollArea()
        own.setWidgetResizable(True)
        own.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.own)
        column.addStretch(1)
        own.setWidget(held)
        self._lower_stack = QStackedWidget()
        self._lower_stack.addWidget(self.card)
        self._lower_stack.addWidget(own)
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 6, 0, 0)
        box.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self.below)
        row.addStretch(1)
        box.addLayout(row)
        box.addWidget(self._lower_stack, 1)
        return whole

    @Slot(str)
    def _show_lower(self, key: str) -> None:
        self._lower_stack.setCurrentIndex(0 if key == "point" else 1)

    @Slot()
    def _dress(self) -> None:
        self._by.setFont(current().font("text"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = 404 if self.width() >= 1080 else 372
        self.across.setSizes([self.width() - side, side])
        rest = self.across.height()
        if self.width() >= 1200:
            self.points.set_widths({0: 160, 1: 90, 2: 146, 3: 146, 4: 84})
        else:
            self.points.set_widths({0: 124, 1: 80, 2: 116, 3: 116, 4: 80})
        self.left.setSizes([int(rest * 0.64), int(rest * 0.36)])
        self.right.setSizes([int(rest * 0.42), int(rest * 0.58)])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._checked is None:
            self.headline.setText("Forecasting every published point …")
            # after the first paint, so that the words stand there meanwhile
            QTimer.singleShot(0, self, self.prepare)

    @Slot()
    def prepare(self) -> None:
        """Work everything out now and show it."""
        if self.checked is not None:
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _group_row(one: GroupErrors) -> tuple[Any, tuple[tuple[str, float | str], ...], str]:
    errors = one.errors
    hint = (
        f"{one.name}: {errors.rows:,} points of {errors.pairs} pairs; "
        f"median error {100 * errors.median:.1f} %, "
        f"of the pairs {100 * errors.pair_median:.1f} %; typical forecast {percent(errors.bias)} in time"
    )
    return one.key, (
        (one.name, one.name), (f"{errors.rows:,}", errors.rows), (str(errors.pairs), errors.pairs),
        (f"{100 * errors.median:.1f} %", errors.median), (f"{100 * errors.p90:.0f} %", errors.p90),
        (f"{100 * one.inside:.0f} %", one.inside),
    ), hint  # fmt: skip


def _shipped() -> Catalog:
    """The catalog as it ships: errors are of the model, not of somebody's own figures."""
    return load_catalog()

"""What a workload asks of throughput: targets, lengths and precision, as fields in a narrow column."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QGridLayout, QWidget

from fleetdesigner.design.workloads import AgentService, BatchJob, Serving, TrainingRun, Workload
from fleetdesigner.panels.fields.row import FieldRow
from fleetdesigner.panels.form.panel import FieldSpec, field, row_for
from fleetdesigner.panels.named_row import WrappedLabel

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_DTYPES = (("bf16", "BF16"), ("fp8", "FP8"), ("fp4", "FP4"))
_FIELD = 92
"""Width of a field in pixels."""

Line = tuple[str, str, str, str]
"""(path, label, unit, words of an empty field)"""
_LENGTHS: tuple[Line, ...] = (("input_len", "In, tokens", "", ""), ("output_len", "Out, tokens", "", ""))
_TPOT: Line = ("tpot_ms", "TPOT ≤", "ms", "none")
_LINES: Mapping[type[Any], tuple[Line, ...]] = MappingProxyType(
    {
        Serving: (_TPOT, ("ttft_ms", "TTFT ≤", "ms", "none"), *_LENGTHS),
        AgentService: (_TPOT, *_LENGTHS, ("state_tokens", "State, tokens", "", "")),
        BatchJob: _LENGTHS,
        TrainingRun: (
            ("chips_max", "Chips, most", "", ""),
            ("sequence_len", "Sequence", "", ""),
            ("global_batch_tokens", "Batch, tokens", "", ""),
        ),
    }
)


def target_specs(work: Workload) -> list[FieldSpec]:
    """The fields of a workload that its speed depends on."""
    make = partial(field, f"workload:{work.id}", type(work), resets=False, bare=True)
    specs = [make(path, label, unit, empty=empty) for path, label, unit, empty in _LINES[type(work)]]
    return [*specs, make("dtype", "Precision", choices=_DTYPES)]


class TargetFields(QWidget):
    """Labels that are never cut beside fields of one width."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: dict[str, FieldRow] = {}
        self._of: tuple[str, str] | None = None
        """(id, kind) of the workload"""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 8, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)

    def show_workload(self, work: Workload | None) -> None:
        """Show the fields of a workload; those of the same one are brought up to date."""
        now = None if work is None else (work.id, work.kind)
        if now == self._of:
            for row in self._rows.values():
                row.refresh()
            return
        self._of = now
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._rows = {}
        for at, spec in enumerate([] if work is None else target_specs(work)):
            label, row = WrappedLabel(spec.label, "ink2"), row_for(self._session, spec)
            label.setMinimumHeight(24)
            row.setFixedWidth(_FIELD)
            row.editor.setAccessibleName(spec.label)
            self._grid.addWidget(label, at, 0)
            self._grid.addWidget(row, at, 1)
            self._rows[spec.label] = row

    def row(self, label: str) -> FieldRow:
        """The field of that label. Raises KeyError for one that is not shown."""
        return self._rows[label]

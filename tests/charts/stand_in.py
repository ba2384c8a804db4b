"""A session's outside without its worker: what strips and panels listen to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QObject, Signal

from fleetdesigner.engine.results import Results


class StandIn(QObject):
    """Gives results and a month, and tells when they change."""

    results_changed = Signal(object, object)
    comparison_changed = Signal(object)
    month_changed = Signal(int)
    busy_changed = Signal(bool)

    def __init__(self, results: Results | None, baseline: Results | None, month: int) -> None:
        super().__init__()
        self.results = results
        self.baseline_results = baseline
        self.comparison: Results | None = None
        self.month = month
        self.active_scenario: str | None = None
        self.host: object = None
        self.base_design: Any = SimpleNamespace(scenarios=())

    def show(self, results: Results | None, baseline: Results | None) -> None:
        """New results arrive."""
        self.results, self.baseline_results = results, baseline
        self.results_changed.emit(results, baseline)

    def set_month(self, month: int) -> None:
        """Look at another month."""
        if month != self.month:
            self.month = month
            self.month_changed.emit(month)


class Memory:
    """Settings that last as long as the test."""

    def __init__(self, **values: Any) -> None:
        self.values: dict[str, Any] = {key.replace("_", "."): value for key, value in values.items()}

    def get(self, key: str, default: Any = None) -> Any:
        """What was remembered."""
        return self.values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Remember."""
        self.values[key] = value

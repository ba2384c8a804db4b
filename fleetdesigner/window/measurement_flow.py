"""Own measurements of one window: the dialog, wherever it is asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from fleetdesigner.design.measurements import Measurement
from fleetdesigner.panels.measurement.dialog import MeasurementDialog
from fleetdesigner.session.session import Session


class MeasurementFlow(QObject):
    """Opens the dialog, filled in as far as it is known what was measured."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._window = parent

    def paste(self, chip_id: str = "", workload_id: str = "") -> MeasurementDialog:
        """Ask for a number of a chip and a workload of the design."""
        dialog = MeasurementDialog(self._session, chip_id, workload_id, self._window)
        dialog.done_with.connect(self._told)
        dialog.open()
        return dialog

    def change(self, measurement: Measurement) -> MeasurementDialog:
        """Ask for another number in place of one that is there."""
        dialog = self.paste(measurement.chip_id)
        dialog.show_measurement(measurement)
        return dialog

    @Slot(str)
    def _told(self, key: str) -> None:
        chip, _, activity = key.partition("/")
        name = self._session.catalog.chip(chip).name
        self._session.notice.emit(f"{activity.capitalize()} forecasts on {name} follow your measurement")

"""Commitments of one window: the dialog, and the design it opens on the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from fleetdesigner import __version__
from fleetdesigner.design.model import Document, new_id
from fleetdesigner.files.migrate import CURRENT_VERSION

if TYPE_CHECKING:
    from fleetdesigner.engine.commitments.translate import Translation
    from fleetdesigner.panels.commitment.dialog import CommitmentDialog
    from fleetdesigner.window.main_window import MainWindow


class CommitmentFlow(QObject):
    """From words to a design."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: CommitmentDialog | None = None

    def ask(self) -> CommitmentDialog:
        """The dialog, beside the window; the one that is open already comes to the front."""
        # most sessions never ask: what translates is loaded then
        from fleetdesigner.panels.commitment.dialog import CommitmentDialog

        if self._dialog is None:
            dialog = CommitmentDialog(self._window.session, self._window)
            dialog.design_wanted.connect(self._open)
            dialog.destroyed.connect(self._gone)
            room = self._window.size()
            dialog.resize(min(dialog.width(), room.width() - 48), min(dialog.height(), room.height() - 48))
            self._dialog = dialog
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    @Slot(object)
    def _open(self, translation: Translation) -> None:
        from fleetdesigner.engine.commitments.translate import design_of

        window, session = self._window, self._window.session
        if not window.files.may_leave():
            return
        design = design_of(translation).replaced(id=new_id("d"))
        window.files.begin(
            Document(
                format_version=CURRENT_VERSION, app_version=__version__, design=design, pins=session.pins
            )
        )
        if self._dialog is not None:
            self._dialog.accept()
        window.views.back()
        window.canvas.show_hall(None if len(design.halls) > 1 else design.halls[0].id)
        window.canvas.setFocus()
        session.notice.emit(f"{len(design.halls)} halls from “{translation.commitment.name}”")

    @Slot()
    def _gone(self) -> None:
        self._dialog = None

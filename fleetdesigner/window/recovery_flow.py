"""After a crash: offer what autosave kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.files.recovery import Recovery, discard
from fleetdesigner.window.examples import is_example

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow


def offer_recovery(window: MainWindow, copies: tuple[Recovery, ...]) -> QMessageBox:
    """Ask about the newest copy; it is kept until the planner decides."""
    newest = copies[0]
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle("Fleet Designer")
    kept = datetime.fromtimestamp(newest.saved_at)
    where = f" of {newest.base_path.name}" if newest.base_path else ""
    box.setText(f"Unsaved changes{where} were kept on {kept:%Y-%m-%d at %H:%M}.")
    if newest.base_changed:
        box.setInformativeText("The file itself has changed since. Restoring opens the kept copy beside it.")
    restore = box.addButton("Restore", QMessageBox.ButtonRole.AcceptRole)
    drop = box.addButton("Discard", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton("Decide later", QMessageBox.ButtonRole.RejectRole)

    def decided(_: int) -> None:
        if box.clickedButton() is restore:
            try:
                window.session.recover(newest.document, newest.base_path)
                # Save asks for a name where it would go over an example, or over changes it does not know
                window.files.example = (
                    newest.base_path is None or newest.base_changed or is_example(newest.base_path)
                )
            except CatalogError as error:
                window.files.tell(str(error))
                return
            discard(newest)
        elif box.clickedButton() is drop:
            discard(newest)

    box.finished.connect(decided)
    box.open()
    return box

"""Open, save, save as, export, and the guard before unsaved changes are lost. Nothing is written halfway."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.model import Document
from fleetdesigner.export.write import write_results
from fleetdesigner.files.errors import FileError
from fleetdesigner.session.session import Session
from fleetdesigner.window.examples import is_example
from fleetdesigner.window.settings import Settings

FLEET_FILTER = "Fleet designs (*.fleet)"
EXPORT_FILTERS = "Comma-separated values (*.csv);;JSON (*.json);;Text (*.txt)"


class FilesFlow(QObject):
    """The file actions of one window. Dialogs are asked through methods, so that tests can answer them."""

    def __init__(
        self, session: Session, settings: Settings, blank: Callable[[], Document], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._blank = blank
        self._window = parent
        self.example = False
        """The design on screen has no file of its own, as one from an example: Save asks for a name."""

    # what the actions call

    def new(self) -> bool:
        """An empty design, after the guard; False when the planner stays with the open one."""
        if not self.may_leave():
            return False
        self.begin(self._blank())
        return True

    def begin(self, document: Document) -> None:
        """Start from a document without a file; the guard is the caller's."""
        self.example = False
        self._session.new(document)

    def ask_open(self) -> None:
        """Choose a file and open it."""
        if not self.may_leave():
            return
        chosen = self.choose_open()
        if chosen:
            self.open(Path(chosen), guard=False)

    def open(self, path: Path, *, guard: bool = True) -> bool:
        """Open a file; False, with the reason said, when it cannot: the open design is untouched."""
        if guard and not self.may_leave():
            return False
        try:
            self._session.open(path)
        except (FileError, CatalogError) as error:
            self.tell(str(error))
            return False
        self.take_up(path)
        return True

    def take_up(self, path: Path) -> None:
        """The session has opened this file: remember it, and whether it is one that may not be written."""
        self.example = is_example(path)
        if not self.example:
            self._settings.add_recent(path)

    def save(self) -> bool:
        """Write to the file it came from; an example or a new design asks for a name."""
        if self._session.path is None or self.example:
            return self.ask_save_as()
        return self._write(self._session.path)

    def ask_save_as(self) -> bool:
        """Choose a name and write."""
        start = "" if self._session.path is None or self.example else str(self._session.path)
        chosen = self.choose_save(start or f"{self._stem()}.fleet", FLEET_FILTER)
        if not chosen:
            return False
        path = Path(chosen)
        return self._write(path if path.suffix else path.with_suffix(".fleet"))

    def ask_export(self) -> None:
        """Write the figures on screen as CSV, JSON or text."""
        results = self._session.results
        chosen = self.choose_save(f"{self._stem()}-figures.csv", EXPORT_FILTERS)
        if not chosen or results is None:
            return
        try:
            write_results(Path(chosen), results, self._session.month)
        except FileError as error:
            self.tell(str(error))
            return
        self._session.notice.emit(f"Figures written to {Path(chosen).name}")

    def ask_picture(self) -> None:
        """Write the window as PNG."""
        chosen = self.choose_save(f"{self._stem()}.png", "PNG picture (*.png)")
        if chosen:
            path = Path(chosen) if Path(chosen).suffix else Path(chosen).with_suffix(".png")
            if self._window.grab().save(str(path)):
                self._session.notice.emit(f"Picture written to {path.name}")
            else:
                self.tell(f"{path}: the picture cannot be written there. Choose another folder.")

    def may_leave(self) -> bool:
        """Whether the open design may be let go: saved, or the planner says so."""
        if not self._session.dirty:
            return True
        answer = self.ask_keep()
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    # dialogs

    def choose_open(self) -> str:
        """The path the planner chose, or empty."""
        start = str(self._session.path.parent) if self._session.path and not self.example else ""
        return QFileDialog.getOpenFileName(self._window, "Open a fleet design", start, FLEET_FILTER)[0]

    def choose_save(self, start: str, filters: str) -> str:
        """The path the planner chose, or empty."""
        return QFileDialog.getSaveFileName(self._window, "Save as", start, filters)[0]

    def ask_keep(self) -> QMessageBox.StandardButton:
        """Save, discard or cancel."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Fleet Designer")
        box.setText(f"Save the changes to {self._session.base_design.name}?")
        box.setInformativeText("Without saving they are lost.")
        box.setStandardButtons(
            QMessageBox.StandardButton.Save
            | QMessageBox.StandardButton.Discard
            | QMessageBox.StandardButton.Cancel
        )
        box.setDefaultButton(QMessageBox.StandardButton.Save)
        return QMessageBox.StandardButton(box.exec())

    def tell(self, words: str) -> None:
        """Say in one line why a file could not be opened or written."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Fleet Designer")
        box.setText(words)
        box.open()

    def _stem(self) -> str:
        """What a file made of this design is called at first: as its own file, or as the design."""
        if self._session.path is not None:
            return self._session.path.stem
        return "-".join(re.findall(r"\w+", self._session.base_design.name.lower())) or "design"

    def _write(self, path: Path) -> bool:
        try:
            self._session.save(path)
        except FileError as error:
            self.tell(str(error))
            return False
        self.example = False
        self._settings.add_recent(path)
        return True

"""Branch, name, merge and remove scenarios; take today's catalog; the first steps "for me"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from fleetdesigner.design.commands import BranchScenario, MergeScenario, RemoveScenario, Rename
from fleetdesigner.design.model import new_id
from fleetdesigner.session.session import Session
from fleetdesigner.window.drop_hint import PART, ROW

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow

COLOURS = ("a", "b", "c", "d", "e", "f", "g", "h")


class ScenarioFlow(QObject):
    """The scenario actions of one window."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._window = parent

    def ask_name(self, title: str, start: str) -> str:
        """A name the planner typed, or empty."""
        name, done = QInputDialog.getText(self._window, title, "Name", text=start)
        return name.strip() if done else ""

    def branch(self) -> None:
        """A new scenario on top of what is on screen, and show it."""
        design = self._session.base_design
        name = self.ask_name("Branch a scenario", f"What if {len(design.scenarios) + 1}")
        if not name:
            return
        scenario_id = new_id("s")
        parent = self._session.active_scenario
        colour = COLOURS[len(design.scenarios) % len(COLOURS)]
        if self._session.execute(BranchScenario(parent, scenario_id, name, colour)):
            self._session.set_active_scenario(scenario_id)

    def rename(self) -> None:
        """Another name."""
        active = self._session.active_scenario
        if active is None:
            return
        now = next(one.name for one in self._session.base_design.scenarios if one.id == active)
        name = self.ask_name("Rename the scenario", now)
        if name and name != now:
            self._session.execute(Rename(f"scenario:{active}", name))

    def remove(self) -> None:
        """Take it away; undo brings it back."""
        active = self._session.active_scenario
        if active is not None:
            self._session.execute(RemoveScenario(active))

    def merge(self) -> None:
        """Its edits become part of the design."""
        active = self._session.active_scenario
        if active is not None:
            # while it is on screen its own edits would go back into it
            self._session.set_active_scenario(None)
            self._session.execute(MergeScenario(active))

    def ask_accept_catalog(self, outdated: tuple[tuple[str, str], ...]) -> None:
        """Show which entries differ and what that does to the numbers, then take them."""
        lines = self._session.catalog_difference(outdated)
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Today's catalog figures")
        box.setText(f"{len(outdated)} entries of this file differ from today's catalog.")
        box.setInformativeText("\n".join(lines))
        take = box.addButton("Take today's figures", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Keep the file's", QMessageBox.ButtonRole.RejectRole)
        box.finished.connect(
            lambda _: self._session.drop_pins(outdated) if box.clickedButton() is take else None
        )
        box.open()

    def first_step(self, index: int, window: MainWindow) -> None:
        """Do a step of the first-steps card as the planner would."""
        if index == 0:
            window.canvas.add_rack(PART, ROW)
        elif index == 1:
            blocks = [one for one in self._session.design.blocks if one.rack_id == PART]
            if blocks:
                self._session.set_selection((blocks[-1].id,))
                window.canvas.array(4 - blocks[-1].cols if blocks[-1].cols < 4 else 1, 0)
        else:
            window.right.setCurrentWidget(window.levers)
            window.levers.nudge_first()

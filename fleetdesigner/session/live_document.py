"""The document being edited: the one door through which it changes, and what it looks like on screen."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from fleetdesigner import __version__
from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.commands import Command, in_scenario
from fleetdesigner.design.edits import EditError, scenario_design
from fleetdesigner.design.history import History
from fleetdesigner.design.model import Design, Document, Pin
from fleetdesigner.files.migrate import CURRENT_VERSION
from fleetdesigner.session.pinning import differences, outdated_pins, own_part_pin, pins_in_use, resolve
from fleetdesigner.session.state import State, first_words

RESOLVED = 4
"""Catalogs kept by the overrides they were made with: on screen, base, baseline, preview."""


class LiveDocument(QObject):
    """A document with its history, the scenario on screen and the catalog they resolve to."""

    design_changed = Signal(object, object)
    """Designs before and after, as shown (scenario applied)."""
    scenario_changed = Signal(object)
    dirty_changed = Signal(bool)
    history_changed = Signal()
    catalog_changed = Signal()
    refused = Signal(str)
    """Why something was not done."""
    evaluation_due = Signal()

    def __init__(self, shipped: Catalog, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shipped = shipped
        self._was_dirty = False
        self._kept: list[tuple[Catalog, Design, Catalog]] = []
        self._take_up(document)

    def _take_up(self, document: Document) -> None:
        """Hold another document; raises CatalogError before anything is touched."""
        entries = self._entries_of(document.pins)
        catalog = resolve(entries, document.design)
        self._entries = entries
        self._entries_for = document.pins
        self._history: History[State] = History.start(State(design=document.design, pins=document.pins))
        self._tape = document.tape
        self._scenario: str | None = None
        self._effective = document.design
        self._catalog = catalog

    @property
    def base_design(self) -> Design:
        """The document's design without any scenario."""
        return self._history.present.design

    @property
    def design(self) -> Design:
        """The design on screen: the active scenario applied to the base."""
        return self._effective

    @property
    def pins(self) -> tuple[Pin, ...]:
        """Catalog entries that the document carries, own parts among them."""
        return self._history.present.pins

    @property
    def document(self) -> Document:
        """What a save would write now."""
        state = self._history.present
        return Document(
            format_version=CURRENT_VERSION,
            app_version=__version__,
            catalog_revision=self._shipped.revision,
            design=state.design,
            pins=pins_in_use(state.design, state.pins, self._entries),
            tape=self._tape,
        )

    @property
    def catalog(self) -> Catalog:
        """Shipped entries, then pins, then the overrides of the design on screen."""
        return self._catalog

    @property
    def entries(self) -> Catalog:
        """Shipped entries and pins, own parts among them, without the design's own figures."""
        return self._entries

    @property
    def dirty(self) -> bool:
        """Whether something has changed since the last save."""
        return not self._history.is_saved

    @property
    def active_scenario(self) -> str | None:
        """The scenario on screen; None is the base."""
        return self._scenario

    # changes

    def execute(self, command: Command) -> bool:
        """Do `command`. False, with `refused`, when it cannot be done; the design is then untouched."""
        try:
            chosen = in_scenario(command, self._scenario) if self._scenario else command
            after = chosen.apply(self.base_design)
            effective = self._applied(after)
            self._resolved(effective)
        except (EditError, CatalogError) as error:
            self.refused.emit(str(error))
            return False
        except ValidationError as error:
            self.refused.emit(first_words(error))
            return False
        self._push(State.model_construct(design=after, pins=self.pins), command.label, command.merge_key)
        return True

    def own_part(
        self, kind: str, copied_id: str, new_id: str, new_name: str, text: str | None = None
    ) -> bool:
        """Carry a copy of a catalog entry in the document under a new id; one undo step."""
        try:
            pin = own_part_pin(self._entries, kind, copied_id, new_id, new_name, text)
            pins = (*(held for held in self.pins if (held.kind, held.id) != (kind, new_id)), pin)
            self._entries_of(pins)
        except CatalogError as error:
            self.refused.emit(str(error))
            return False
        self._push(State.model_construct(design=self.base_design, pins=pins), f"Make {new_name}", None)
        return True

    def drop_pins(self, keys: Iterable[tuple[str, str]]) -> bool:
        """Take today's catalog entries in place of the pinned ones; one undo step."""
        gone = set(keys)
        pins = tuple(pin for pin in self.pins if (pin.kind, pin.id) not in gone)
        try:
            resolve(self._entries_of(pins), self._effective)
        except CatalogError as error:
            self.refused.emit(str(error))
            return False
        self._push(State.model_construct(design=self.base_design, pins=pins), "Accept catalog figures", None)
        return True

    def outdated_pins(self) -> tuple[tuple[str, str], ...]:
        """(kind, id) of pinned entries whose shipped text has changed since the file was saved."""
        return outdated_pins(self.pins, self._shipped)

    def catalog_difference(self, keys: Iterable[tuple[str, str]]) -> list[str]:
        """A line for each figure of those entries that today's catalog gives differently."""
        return differences(keys, self._entries, self._shipped)

    def seal(self) -> None:
        """The hand has let go: the next step of the same kind is a step of its own."""
        self._history = self._history.sealed()

    def undo(self) -> None:
        """Back by one step."""
        if self._history.can_undo:
            self._move(self._history.undo())

    def redo(self) -> None:
        """Forward by one step."""
        if self._history.can_redo:
            self._move(self._history.redo())

    def undo_label(self) -> str:
        """Name of the step that undo takes back; empty when there is none."""
        return self._history.undo_label

    def redo_label(self) -> str:
        """Name of the step that redo does again; empty when there is none."""
        return self._history.redo_label

    def set_active_scenario(self, scenario_id: str | None) -> None:
        """Show a scenario, or the base with None; commands then edit that scenario."""
        if scenario_id == self._scenario:
            return
        self._scenario = scenario_id
        self._refresh()
        self.scenario_changed.emit(scenario_id)

    # inside

    def _entries_of(self, pins: tuple[Pin, ...]) -> Catalog:
        return (
            self._shipped.with_texts((pin.kind, pin.id, pin.text) for pin in pins) if pins else self._shipped
        )

    def _applied(self, base: Design) -> Design:
        return scenario_design(base, self._scenario) if self._scenario else base

    def _push(self, state: State, label: str, merge_key: str | None) -> None:
        if state.design == self.base_design and state.pins is self.pins:
            return
        self._move(self._history.push(state, label, merge_key))

    def _move(self, history: History[State]) -> None:
        self._history = history
        self._refresh()
        self.history_changed.emit()
        self._tell_dirty()

    def _refresh(self) -> None:
        """Bring the effective design, the catalog and the numbers up to the history's present."""
        before, entries = self._effective, self._entries
        self._entries = self._entries_now()
        if self._scenario and all(one.id != self._scenario for one in self.base_design.scenarios):
            self._scenario = None
            self.scenario_changed.emit(None)
        self._effective = self._applied(self.base_design)
        if entries is not self._entries or before.overrides is not self._effective.overrides:
            self._catalog = self._resolved(self._effective)
            self.catalog_changed.emit()
        if before is not self._effective:
            self.design_changed.emit(before, self._effective)
        self.evaluation_due.emit()

    def _entries_now(self) -> Catalog:
        if self._entries_for is not self.pins:
            self._entries_for = self.pins
            return self._entries_of(self.pins)
        return self._entries

    def _resolved(self, design: Design) -> Catalog:
        """The catalog with the design's own figures; the same object while neither has changed."""
        for index, (entries, held, catalog) in enumerate(self._kept):
            if entries is self._entries and held.overrides is design.overrides:
                self._kept.append(self._kept.pop(index))
                return catalog
        made = resolve(self._entries, design)
        self._kept = [*self._kept, (self._entries, design, made)][-RESOLVED:]
        return made

    def _tell_dirty(self) -> None:
        if self.dirty != self._was_dirty:
            self._was_dirty = self.dirty
            self.dirty_changed.emit(self._was_dirty)

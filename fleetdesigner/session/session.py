"""The live session: the one door through which the design changes, and everybody's view of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal, Slot

from fleetdesigner import __version__
from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.commands import in_scenario
from fleetdesigner.design.edits import EditError, scenario_design
from fleetdesigner.design.history import History
from fleetdesigner.design.model import Design, Document, Pin
from fleetdesigner.engine.results import Results
from fleetdesigner.files.fleet_file import read_fleet, write_fleet
from fleetdesigner.files.migrate import CURRENT_VERSION
from fleetdesigner.session.live_results import Answer, Job, LiveResults
from fleetdesigner.session.pinning import differences, outdated_pins, own_part_pin, pins_in_use, resolve
from fleetdesigner.session.state import Command, State, first_words


class Session(QObject):
    """One open document, its results, and what is selected."""

    design_changed = Signal(object, object)
    """Designs before and after, as shown (scenario applied)."""
    results_changed = Signal(object, object)
    """Results, and those of the baseline (either may be None)."""
    comparison_changed = Signal(object)
    """Results of base and compared scenarios in one batch."""
    month_changed = Signal(int)
    selection_changed = Signal(tuple)
    scenario_changed = Signal(object)
    path_changed = Signal(str)
    dirty_changed = Signal(bool)
    history_changed = Signal()
    busy_changed = Signal(bool)
    catalog_changed = Signal()
    refused = Signal(str)
    notice = Signal(str)

    def __init__(self, shipped: Catalog, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shipped = shipped
        self._live = LiveResults(self)
        self._live.answered.connect(self._show)
        self._live.refined.connect(self._show)
        self._live.busy_changed.connect(self.busy_changed)
        self._path: Path | None = None
        self._results: Results | None = None
        self._baseline_results: Results | None = None
        self._comparison: Results | None = None
        self._compared: tuple[str, ...] = ()
        self._selection: tuple[str, ...] = ()
        self._scenario: str | None = None
        self._month: int | None = None
        self._preview: Design | None = None
        self._was_dirty = False
        self._start(document)

    # what is open

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
    def path(self) -> Path | None:
        """The file the document came from or went to."""
        return self._path

    @property
    def dirty(self) -> bool:
        """Whether something has changed since the last save."""
        return not self._history.is_saved

    @property
    def results(self) -> Results | None:
        """The newest results."""
        return self._results

    @property
    def baseline_results(self) -> Results | None:
        """Results of the baseline."""
        return self._baseline_results

    @property
    def comparison(self) -> Results | None:
        """Results of the base and the compared scenarios, one sample each."""
        return self._comparison

    @property
    def busy(self) -> bool:
        """Whether newer numbers are on their way."""
        return self._live.busy

    @property
    def month(self) -> int:
        """The month the room looks at."""
        if self._month is not None:
            return self._month
        return self._results.default_month if self._results is not None else self._effective.first_month

    @property
    def selection(self) -> tuple[str, ...]:
        """Ids of the selected blocks."""
        return self._selection

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
            resolve(self._entries, effective)
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

    def preview(self, command: Command | None) -> None:
        """Show what `command` would do to the numbers without doing it; None ends the preview."""
        try:
            self._preview = None if command is None else command.apply(self._effective)
        except (EditError, CatalogError) as error:
            self.refused.emit(str(error))
            return
        except ValidationError as error:
            self.refused.emit(first_words(error))
            return
        self._evaluate()

    # what the room looks at

    def set_month(self, month: int) -> None:
        """Look at an absolute month; it is held inside the horizon."""
        design = self._effective
        held = min(max(month, design.first_month), design.end_month - 1)
        if held != self._month:
            self._month = held
            self.month_changed.emit(held)

    def set_selection(self, ids: Iterable[str]) -> None:
        """Select blocks."""
        chosen = tuple(dict.fromkeys(ids))
        if chosen != self._selection:
            self._selection = chosen
            self.selection_changed.emit(chosen)

    def set_active_scenario(self, scenario_id: str | None) -> None:
        """Show a scenario, or the base with None; commands then edit that scenario."""
        if scenario_id == self._scenario:
            return
        self._scenario = scenario_id
        self._refresh()
        self.scenario_changed.emit(scenario_id)

    def set_compared(self, scenario_ids: Iterable[str]) -> None:
        """Evaluate these scenarios beside the one on screen, in one batch."""
        self._compared = tuple(scenario_ids)
        self._evaluate()

    def set_baseline(self) -> None:
        """Measure from the design on screen on."""
        self._baseline = self._effective
        self._baseline_catalog = self._catalog
        self._evaluate()

    # files

    def new(self, document: Document) -> None:
        """Start from a document without a file."""
        self._path = None
        self._start(document)
        self.path_changed.emit("")

    def open(self, path: Path) -> None:
        """Open a file. Raises FileError or CatalogError, with the open design untouched."""
        document = read_fleet(path)
        self._check(document)
        self._path = path
        self._start(document)
        self.path_changed.emit(str(path))

    def recover(self, document: Document, path: Path | None) -> None:
        """Take up a recovery copy: it counts as not saved."""
        self._check(document)
        self._path = path
        self._start(document)
        self._history = self._history.never_saved()
        self.path_changed.emit(str(path) if path else "")
        self._tell_dirty()

    def save(self, path: Path | None = None) -> None:
        """Write the document. Raises FileError; the old file is then as it was."""
        target = path or self._path
        if target is None:
            raise ValueError("a new design needs a file name")
        write_fleet(target, self.document)
        self._path = target
        self._history = self._history.saved()
        self.path_changed.emit(str(target))
        self._tell_dirty()

    def close(self) -> None:
        """End the worker; the session is then done."""
        self._live.close()

    # inside

    def _check(self, document: Document) -> None:
        catalog = self._shipped.with_texts((pin.kind, pin.id, pin.text) for pin in document.pins)
        resolve(catalog, document.design)

    def _start(self, document: Document) -> None:
        before = getattr(self, "_effective", None)
        self._history: History[State] = History.start(State(design=document.design, pins=document.pins))
        self._tape = document.tape
        self._scenario = None
        self._selection = ()
        self._month = None
        self._preview = None
        self._results = self._baseline_results = self._comparison = None
        self._entries = self._entries_of(document.pins)
        self._effective = document.design
        self._catalog = resolve(self._entries, self._effective)
        self._baseline: Design = self._effective
        self._baseline_catalog: Catalog = self._catalog
        if document.design.baseline_id:
            self._baseline = scenario_design(document.design, document.design.baseline_id)
            self._baseline_catalog = resolve(self._entries, self._baseline)
        if before is not None:
            self.catalog_changed.emit()
            self.design_changed.emit(before, self._effective)
            self.selection_changed.emit(())
            self.scenario_changed.emit(None)
            self.history_changed.emit()
            self._tell_dirty()
        self._evaluate()

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
        self._preview = None
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
            self._catalog = resolve(self._entries, self._effective)
            self.catalog_changed.emit()
        if before is not self._effective:
            there = {block.id for block in self._effective.blocks} if self._selection else set()
            self.design_changed.emit(before, self._effective)
            self.set_selection(one for one in self._selection if one in there)
        self._evaluate()

    def _entries_now(self) -> Catalog:
        pins = self.pins
        held = getattr(self, "_entries_for", None)
        if held is None or held[0] is not pins:
            held = (pins, self._entries_of(pins))
            self._entries_for = held
        return held[1]

    def _evaluate(self) -> None:
        design = self._preview or self._effective
        catalog = self._catalog
        if design.overrides is not self._effective.overrides:
            catalog = resolve(self._entries, design)
        base = self.base_design
        base_catalog = self._catalog if base is self._effective else resolve(self._entries, base)
        compared = tuple(one for one in self._compared if any(one == held.id for held in base.scenarios))
        self._live.request(
            lambda generation: Job(
                generation,
                design,
                catalog,
                self._baseline,
                self._baseline_catalog,
                compared,
                base,
                base_catalog,
                self._month,
            )
        )

    @Slot(object)
    def _show(self, answer: Answer) -> None:
        if answer.error:
            self.refused.emit(answer.error)
            return
        month = self.month if self._results is not None else None
        self._results = answer.results
        self._baseline_results = answer.baseline
        self.results_changed.emit(answer.results, answer.baseline)
        if answer.comparison is not None:
            self._comparison = answer.comparison
            self.comparison_changed.emit(answer.comparison)
        if self._month is None and month != self.month:
            self.month_changed.emit(self.month)

    def _tell_dirty(self) -> None:
        if self.dirty != self._was_dirty:
            self._was_dirty = self.dirty
            self.dirty_changed.emit(self._was_dirty)

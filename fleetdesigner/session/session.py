"""The live session: the document, what the room looks at, its results and its file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal, Slot

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.commands import Command
from fleetdesigner.design.edits import EditError, scenario_design
from fleetdesigner.design.model import Design, Document
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.throughput_page.shown import Look
from fleetdesigner.files.fleet_file import read_fleet, write_fleet
from fleetdesigner.session.live_document import LiveDocument
from fleetdesigner.session.live_look import LiveLook
from fleetdesigner.session.live_money import LiveMoney, MoneyLook
from fleetdesigner.session.live_results import LiveResults
from fleetdesigner.session.live_slips import LiveSlips
from fleetdesigner.session.state import first_words


class Session(LiveDocument):
    """One open document, its results, and what is selected."""

    results_changed = Signal(object, object)
    """Results, and those of the baseline (which may be None)."""
    comparison_changed = Signal(object)
    """Results of base and compared scenarios in one batch."""
    shown_changed = Signal(object)
    """What the throughput view looks at (`engine.throughput_page.view.Shown`); None when it is not there."""
    money_changed = Signal(object)
    """What the money view looks at (`live_money.MoneyShown`)."""
    slips_changed = Signal(object)
    """What each slip costs (`engine.at_rest.slips.Slip`, a tuple) in the design on screen."""
    month_changed = Signal(int)
    selection_changed = Signal(tuple)
    path_changed = Signal(str)
    busy_changed = Signal(bool)
    notice = Signal(str)

    def __init__(
        self, shipped: Catalog, document: Document, path: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(shipped, document, parent)
        self._live = LiveResults(self)
        self._live.results_changed.connect(self._show)
        self._live.comparison_changed.connect(self.comparison_changed)
        self._live.failed.connect(self.refused)
        self._live.busy_changed.connect(self.busy_changed)
        self._looking: Look | None = None
        self._look = LiveLook(self)
        self._look.shown.connect(self.shown_changed)
        self._look.failed.connect(self.refused)
        self.month_changed.connect(self._look_again)
        self._money_look: MoneyLook | None = None
        self._money = LiveMoney(self)
        self._money.shown.connect(self.money_changed)
        self.results_changed.connect(self._money_again)
        self._slips = LiveSlips(self)
        self._slips.found.connect(self.slips_changed)
        self._slips.failed.connect(self.refused)
        self._slipping: int | None = None
        self._path = path
        self._reset()
        self.design_changed.connect(self._keep_selection)
        self.evaluation_due.connect(self._evaluate)
        self._evaluate()

    def _reset(self) -> None:
        """Look at a document that was just taken up."""
        self._compared: tuple[str, ...] = ()
        self._selection: tuple[str, ...] = ()
        self._month: int | None = None
        self._told_month = 0
        self._preview: Design | None = None
        self._measured_from: Design | None = None
        self._opened = self._effective

    # what is open

    @property
    def path(self) -> Path | None:
        """The file the document came from or went to."""
        return self._path

    @property
    def results(self) -> Results | None:
        """The newest results."""
        return self._live.results

    @property
    def baseline_results(self) -> Results | None:
        """Results of the baseline; None while what is on screen is the baseline itself. What is only tried is
        measured too.
        """
        same = self._preview is None and self._baseline_design() is self._effective
        return None if same else self._live.baseline

    @property
    def comparison(self) -> Results | None:
        """Results of the base and the compared scenarios, one sample each."""
        return self._live.comparison

    @property
    def busy(self) -> bool:
        """Whether newer numbers are on their way."""
        return self._live.busy

    @property
    def asked_generation(self) -> int:
        """The generation of the newest change."""
        return self._live.generation

    @property
    def shown_generation(self) -> int:
        """The generation of the results on screen."""
        return self._live.shown

    @property
    def month(self) -> int:
        """The month the room looks at."""
        if self._month is not None:
            return self._month
        results = self._live.results
        return self._effective.first_month if results is None else results.default_month

    @property
    def selection(self) -> tuple[str, ...]:
        """Ids of the selected blocks."""
        return self._selection

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
            self._money.stir()
            self._slips.stir()
            self._live.stir()  # two busy threads would share the interpreter while the hand scrubs
            self.month_changed.emit(held)

    def set_selection(self, ids: Iterable[str]) -> None:
        """Select blocks."""
        chosen = tuple(dict.fromkeys(ids))
        if chosen != self._selection:
            self._selection = chosen
            self.selection_changed.emit(chosen)

    def set_compared(self, scenario_ids: Iterable[str]) -> None:
        """Evaluate these scenarios beside the one on screen, in one batch."""
        self._compared = tuple(scenario_ids)
        self._evaluate()

    def look_at(self, look: Look | None) -> None:
        """Work out what the throughput view shows, now and after every change; None ends it."""
        self._looking = look
        self._look_again()

    @property
    def look_busy(self) -> bool:
        """Whether what the throughput view shows is older than what was asked for."""
        return self._looking is not None and (self._look.busy or self.busy)

    def look_at_money(self, look: MoneyLook | None) -> None:
        """Work out what the money view shows when the hand rests, after every change; None ends it."""
        self._money_look = look
        if look is None:
            self._money.forget()
        self._money_again()

    def ask_slips(self, months: int | None) -> None:
        """Work out what slips by so many months cost, now and after every change; None ends it."""
        self._slipping = months
        if months is None:
            self._slips.forget()
        self._slip_again()

    @property
    def slips_busy(self) -> bool:
        """Whether the costs of slips on screen are older than the design."""
        return self._slipping is not None and self._slips.busy

    def set_baseline(self) -> None:
        """Measure from the design on screen on."""
        self._measured_from = self._effective
        self._evaluate()

    # files

    def new(self, document: Document) -> None:
        """Start from a document without a file."""
        self._start(document)
        self._path = None
        self.path_changed.emit("")

    def open(self, path: Path) -> None:
        """Open a file. Raises FileError or CatalogError, with the open design untouched."""
        self._start(read_fleet(path))
        self._path = path
        self.path_changed.emit(str(path))

    def recover(self, document: Document, path: Path | None) -> None:
        """Take up a recovery copy: it counts as not saved."""
        self._start(document)
        self._path = path
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
        """End the workers; the session is then done."""
        self._live.close()
        self._look.close()
        self._money.close()
        self._slips.close()

    # inside

    def _start(self, document: Document) -> None:
        before = self._effective
        self._take_up(document)
        self._live.forget()
        self._reset()
        self.catalog_changed.emit()
        self.design_changed.emit(before, self._effective)
        self.selection_changed.emit(())
        self.scenario_changed.emit(None)
        self.history_changed.emit()
        self._tell_dirty()
        self._evaluate()

    @Slot(object, object)
    def _keep_selection(self, before: Design, after: Design) -> None:
        self._preview = None
        if self._selection:
            there = {block.id for block in after.blocks}
            self.set_selection(one for one in self._selection if one in there)

    def _baseline_design(self) -> Design:
        """What deltas are measured from: what was chosen, the base under a scenario, what was opened."""
        if self._measured_from is not None:
            return self._measured_from
        base = self.base_design
        if base.baseline_id is not None and base.baseline_id != self._scenario:
            return scenario_design(base, base.baseline_id)
        return self._opened if self._scenario is None else base

    @Slot()
    def _evaluate(self) -> None:
        design = self._preview or self._effective
        if self._preview is None:
            self._slip_again()
        else:
            self._slips.stir()
        self._money.stir()
        baseline, base = self._baseline_design(), self.base_design
        compared = tuple(one for one in self._compared if any(one == held.id for held in base.scenarios))
        self._live.request(
            (design, self._entries),
            (baseline, self._entries),
            (base, self._entries),
            compared,
            self._month,
        )

    @Slot()
    def _slip_again(self) -> None:
        if self._slipping is not None:
            self._slips.ask(self._effective, self._entries, self._slipping)

    @Slot()
    def _look_again(self) -> None:
        if self._looking is not None and self._live.results is not None:
            self._look.ask(self._live.results, self._looking, self.month)

    @Slot()
    def _money_again(self) -> None:
        if self._money_look is not None and self._live.results is not None:
            self._money.ask(self._live.results, self._money_look)

    @Slot(object, object)
    def _show(self, results: Results, baseline: Results | None) -> None:
        self.results_changed.emit(results, self.baseline_results)
        # until somebody chooses a month the room looks at the fullest one, which a change may move
        if self._month is None and self.month != self._told_month:
            self._told_month = self.month
            self.month_changed.emit(self.month)
        else:
            self._look_again()

"""What is on stage: the session's design as columns, coloured for the month, overlay and theme.

Everything is worked out when it is first looked at and kept until what it rests on changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fleetdesigner.canvas.campus import Campus, campus_of
from fleetdesigner.canvas.columns import FleetColumns, HallColumns, Timing, fleet_columns, timing
from fleetdesigner.canvas.kinds import Kind, KindTable
from fleetdesigner.canvas.loads import Loads
from fleetdesigner.canvas.looks import FleetLooks
from fleetdesigner.canvas.overlays import OVERLAYS, Overlay, Scene, overlay
from fleetdesigner.design.fleet import Block
from fleetdesigner.engine.site.schedule import arrivals
from fleetdesigner.look.theme import Theme, current

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


class Stage:
    """The one place where the canvas reads the session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._table = KindTable()
        self._fleet: FleetColumns | None = None
        self._held: FleetColumns | None = None
        self._campus: Campus | None = None
        self._timing: Timing | None = None
        self._loads: Loads | None = None
        self._looks: FleetLooks | None = None
        self._overlay: Overlay = OVERLAYS[0]
        self._differing: tuple[Block, ...] | None = None
        self._shape = 1.75
        self._drawn: tuple[object, ...] | None = None
        self.theme: Theme = current()
        self.epoch = 0
        """Grows with every change of what is drawn; part of the key of cached layers."""

    # what it shows

    @property
    def fleet(self) -> FleetColumns:
        """The design's columns."""
        if self._fleet is None:
            self._fleet = fleet_columns(self._session.design, self._session.catalog, self._table, self._held)
            self._held = self._fleet
        return self._fleet

    @property
    def campus(self) -> Campus:
        """Where each hall's tile is."""
        if self._campus is None:
            self._campus = campus_of(self.fleet, self._shape)
        return self._campus

    @property
    def timing(self) -> Timing:
        """What runs at the session's month."""
        if self._timing is None:
            self._timing = timing(self.fleet, self._session.month)
        return self._timing

    @property
    def loads(self) -> Loads:
        """Power in place at the session's month."""
        if self._loads is None:
            self._loads = Loads(self.fleet, self.timing, self._session.results)
        return self._loads

    @property
    def looks(self) -> FleetLooks:
        """How every block is drawn."""
        if self._looks is None:
            scene = Scene(self.fleet, self.timing, self.loads, self.theme)
            self._looks = FleetLooks(scene, self._overlay.classify(scene))
        return self._looks

    @property
    def overlay(self) -> Overlay:
        """What colour means."""
        return self._overlay

    def kind(self, rack_id: str) -> Kind:
        """The kind of a rack id, by the session's catalog."""
        fleet = self.fleet
        return fleet.table.kind(rack_id)

    def positions_of(self, rack_id: str) -> int:
        """Floor positions that one system covers."""
        return self.kind(rack_id).positions

    def selected(self) -> tuple[tuple[HallColumns, Block], ...]:
        """The selected blocks with their halls."""
        found = (self.fleet.block(block_id) for block_id in self._session.selection)
        return tuple(one for one in found if one is not None)

    def differing(self) -> tuple[Block, ...]:
        """Blocks that the scenario on screen added or changed against the base; none without a scenario."""
        if self._differing is None:
            session = self._session
            base = session.base_design if session.active_scenario is not None else session.design
            if base is session.design:
                self._differing = ()
            else:
                halls = {hall.id: hall for hall in base.halls}
                known = {block.id: block for hall in base.halls for block in hall.blocks}
                self._differing = tuple(
                    block
                    for hall in session.design.halls
                    if halls.get(hall.id) is not hall
                    for block in hall.blocks
                    if known.get(block.id) != block
                )
        return self._differing

    # what changed

    def design_changed(self, redraw: bool = False) -> bool:
        """The design (with `redraw` also the catalog) is another; halls that are the same object are kept.

        False when nothing that the canvas draws differs: a price moves a hundred times a second.
        """
        drawn = self._read()
        if drawn == self._drawn and not redraw:
            return False
        if not redraw:
            # a catalog comes before the design it belongs to, which must not be taken for seen
            self._drawn = drawn
        self._fleet = self._campus = self._differing = None
        self.month_changed()
        return True

    def month_changed(self) -> None:
        """Another month: who runs, and who stands beyond a limit."""
        self._timing = self._loads = None
        self.colours_changed()

    def results_changed(self) -> bool:
        """New numbers: loads and use. False when those on the canvas are the same."""
        before, self._loads = self._loads, None
        if before is not None and before.looks_like(self.loads):
            return False
        self.colours_changed()
        return True

    def _read(self) -> tuple[object, ...]:
        """What the canvas reads of a design; tuples compare their members by identity first."""
        design = self._session.design
        come, scenario = arrivals(design), self._session.active_scenario
        return (
            design.id, design.first_month, design.months, come.halls, come.phases, design.pools,
            tuple((site.id, site.name, site.grid, site.pue, len(site.halls)) for site in come.sites),
            scenario, None if scenario is None else self._session.base_design.halls,
        )  # fmt: skip

    def colours_changed(self) -> None:
        """Another overlay or theme."""
        self._looks = None
        self.epoch += 1

    def set_shape(self, shape: float) -> None:
        """Lay the campus out for a canvas of that width to height."""
        if abs(shape - self._shape) > 0.02:
            self._shape = shape
            self._campus = None
            self.epoch += 1

    def set_overlay(self, overlay_id: str) -> None:
        """Let colour mean something else. Raises ValueError that lists the overlays."""
        self._overlay = overlay(overlay_id)
        self.colours_changed()

    def set_theme(self, theme: Theme) -> None:
        """Draw with another theme."""
        self.theme = theme
        self.colours_changed()

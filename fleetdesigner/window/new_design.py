"""A new design: one empty hall in a place with grid power, with a pool and a phase for the first rack."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fleetdesigner import __version__
from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.supply import SitePreset
from fleetdesigner.design.fleet import Hall, Phase, Pool
from fleetdesigner.design.model import Design, Document, new_id
from fleetdesigner.engine.site.places import missing_figures
from fleetdesigner.files.migrate import CURRENT_VERSION
from fleetdesigner.panels.plan.objects import site_from
from fleetdesigner.units import month_number

FIRST = "2027-01"
"""First month of a new design."""
FABRIC = "efa-v3"
"""Fabric of a new design's first pool."""
_STEP_KW = 10.0
"""Limits of a new hall are round."""


@dataclass(frozen=True, slots=True)
class Room:
    """A hall to start from: metres, and the share of its IT limit that air and liquid can take."""

    words: str
    width_m: float
    depth_m: float
    air: float
    liquid: float

    def hall(self, it_kw: float, ready_month: int) -> Hall:
        """The empty hall for that IT power in kW."""
        return Hall(
            id=new_id("h"),
            name="Hall 1",
            ready_month=ready_month,
            width_m=self.width_m,
            depth_m=self.depth_m,
            it_limit_kw=it_kw,
            air_kw=it_kw * self.air,
            liquid_kw=it_kw * self.liquid,
            floor_kg_per_m2=2_500,
        )


ROOMS: tuple[Room, ...] = (
    Room("air", 10.8, 7.2, 1.0, 0.0),
    Room("air and liquid", 14.4, 13.2, 1.0, 1.0),
    Room("air and liquid", 24.0, 22.2, 1.0, 1.0),
    Room("mostly liquid", 48.0, 28.2, 0.3, 1.0),
)
"""What the start card offers, smallest first."""
USUAL_ROOM = ROOMS[1]
USUAL_KW = 3_000.0


def room_words(room: Room) -> str:
    """``5 rows of 24, air and liquid``."""
    hall = room.hall(0.0, month_number(FIRST))
    return f"{hall.row_count} rows of {hall.columns}, {room.words}"


def places(catalog: Catalog) -> tuple[SitePreset, ...]:
    """Presets with all the figures that a site needs."""
    return tuple(preset for preset in catalog.sites() if not missing_figures(preset))


def it_limit_kw(preset: SitePreset, facility_kw: float) -> float:
    """IT power that a facility limit leaves after cooling, by the PUE of the place; rounded down, kW."""
    pue = preset.figure("pue")
    return math.floor(facility_kw / (1.0 if pue is None else pue.value) / _STEP_KW) * _STEP_KW


def new_document(
    catalog: Catalog,
    room: Room = USUAL_ROOM,
    facility_kw: float = USUAL_KW,
    preset: SitePreset | None = None,
) -> Document:
    """An empty hall with a pool and a phase, so that the first rack has somewhere to belong.

    `facility_kw` is the grid power of its site; without a preset the first place of the catalog is taken.
    """
    first = month_number(FIRST)
    place = preset or places(catalog)[0]
    hall = room.hall(it_limit_kw(place, facility_kw), first)
    design = Design(
        id=new_id("d"),
        name="New design",
        first_month=first,
        months=60,
        pools=(Pool(id=new_id("p"), name="Pool 1", fabric_id=FABRIC),),
        phases=(Phase(id=new_id("f"), name="Phase 1", order_month=first - 6, lead_months=6),),
    )
    site = site_from(place, design).changed(grid=((first, facility_kw),), halls=(hall,))
    design = design.changed(sites=(site,))
    return Document(format_version=CURRENT_VERSION, app_version=__version__, design=design)

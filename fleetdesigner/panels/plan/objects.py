"""New sites, halls, pools and phases with values to start from, taken from what the design holds already."""

from __future__ import annotations

from collections.abc import Iterable

from fleetdesigner.catalog.supply import Fabric, SitePreset
from fleetdesigner.design.fleet import Hall, Phase, Pool, Site
from fleetdesigner.design.model import Design, new_id
from fleetdesigner.engine.site.places import site_at

GRID_KW = 3_000.0
HALF_A_YEAR = 6


def next_name(word: str, taken: Iterable[str]) -> str:
    """``Hall 4``: the first number after what is there that nobody has."""
    names = set(taken)
    number = len(names) + 1
    while f"{word} {number}" in names:
        number += 1
    return f"{word} {number}"


def copy_name(name: str, taken: Iterable[str]) -> str:
    """``Hall 1, copy``, with a number when that is taken."""
    names, wanted, number = set(taken), f"{name}, copy", 2
    while wanted in names:
        wanted, number = f"{name}, copy {number}", number + 1
    return wanted


def site_from(preset: SitePreset, design: Design) -> Site:
    """A site without halls: tariff, PUE, carbon and water of the preset, as much grid power as the last site.

    Raises ValueError that names the figures the preset lacks.
    """
    last = design.sites[-1] if design.sites else None
    kw = last.grid[-1][1] if last is not None and last.grid else GRID_KW
    names = [one.name for one in design.sites]
    name = copy_name(preset.name, names) if preset.name in names else preset.name
    return site_at(preset, new_id("s"), name, ((design.first_month, kw),))


def new_hall(design: Design, site: Site) -> Hall:
    """An empty hall of the size of the site's last one, else of the design's."""
    halls = site.halls or design.halls
    name = next_name("Hall", [one.name for one in site.halls])
    if halls:
        return halls[-1].replaced(id=new_id("h"), name=name, blocks=(), feeds=())
    return Hall(
        id=new_id("h"),
        name=name,
        ready_month=design.first_month,
        width_m=14.4,
        depth_m=13.2,
        it_limit_kw=2_000,
        air_kw=2_000,
        liquid_kw=2_000,
        floor_kg_per_m2=2_500,
    )


def hall_copy(hall: Hall, site: Site) -> Hall:
    """The hall with all that stands in it, under new ids; blocks have left their pods."""
    feeds = {feed.id: new_id("e") for feed in hall.feeds}
    return hall.replaced(
        id=new_id("h"),
        name=copy_name(hall.name, [one.name for one in site.halls]),
        blocks=tuple(block.replaced(id=new_id("b"), pod=None) for block in hall.blocks),
        feeds=tuple(
            feed.replaced(id=feeds[feed.id], parent_id=feeds.get(feed.parent_id or "")) for feed in hall.feeds
        ),
    )


def new_pool(design: Design, fabrics: tuple[Fabric, ...]) -> Pool:
    """A pool on the fabric of the last one."""
    name = next_name("Pool", [one.name for one in design.pools])
    if design.pools:
        return design.pools[-1].replaced(id=new_id("p"), name=name)
    return Pool(id=new_id("p"), name=name, fabric_id=fabrics[0].id)


def new_phase(design: Design) -> Phase:
    """A phase half a year after the last one, bought in the same way."""
    name = next_name("Phase", [one.name for one in design.phases])
    if not design.phases:
        return Phase(id=new_id("f"), name=name, order_month=design.first_month - HALF_A_YEAR)
    last = max(design.phases, key=lambda phase: phase.service_month)
    order = last.service_month - last.lead_months + HALF_A_YEAR
    return last.replaced(
        id=new_id("f"), name=name, order_month=order, in_service_month=None, retire_month=None
    )

"""Which fields the inspector shows for each object of a design, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fleetdesigner.design.addresses import find, site_of
from fleetdesigner.design.commands import SetFields
from fleetdesigner.design.fleet import Block, Feed, Hall, Phase, Pool, Site
from fleetdesigner.design.model import Design
from fleetdesigner.design.redundancy import REDUNDANCY
from fleetdesigner.panels.form.panel import ActionSpec, FieldSpec, Group, InfoSpec, NoteSpec, field
from fleetdesigner.panels.form.spec import Item
from fleetdesigner.panels.inspector.bindings import (
    OWNERSHIP,
    SITE_FIGURES,
    OwnershipKind,
    PresetDefault,
    SitePresetField,
    pool_at,
)
from fleetdesigner.panels.inspector.plan import plan_groups
from fleetdesigner.panels.palette.parts import short_book
from fleetdesigner.units import text

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


def counted(count: int, noun: str) -> str:
    """``1 block`` ``3 blocks``"""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def row_letter(row: int) -> str:
    """``A`` … ``Z``, then ``AA``."""
    letters = ""
    row += 1
    while row:
        row, rest = divmod(row - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def choices_of(things: Any) -> tuple[tuple[str, str], ...]:
    """(id, name) of objects with both."""
    return tuple((thing.id, thing.name or thing.id) for thing in things)


# hall

_REDUNDANCY_HINT = "Of the power train. " + "; ".join(f"{one.key}: {one.words}" for one in REDUNDANCY)


def hall_groups(session: Session, hall: Hall) -> list[Group]:
    """Room, limits, feeds and what stands in it."""
    ref = f"hall:{hall.id}"
    site = site_of(session.design, hall.id)

    def one(path: str, label: str, unit: str = "", **more: Any) -> FieldSpec:
        return field(ref, Hall, path, label, unit, **more)

    room = (
        one("name", "Name"),
        *((InfoSpec("Site", site.name or site.id, ref=f"site:{site.id}"),) if site is not None else ()),
        one("ready_month", "Ready", hint="First month in which racks may run here"),
        one("width_m", "Width", "m"),
        one("depth_m", "Depth", "m"),
        one("pitch_m", "Position width", "m"),
        one("aisle_m", "Aisle", "m"),
        InfoSpec("Positions", f"{hall.row_count} rows × {hall.columns}"),
    )
    limits = (
        one("it_limit_kw", "IT limit", "kW"),
        one("derate", "Usable share", "fraction", hint="Share of the IT limit that may be used"),
        one("air_kw", "Air cooling", "kW"),
        one("air_month", "From", empty="with the hall", inset=True, hint="First month of its air cooling",
            title="Set month of air cooling"),
        one("liquid_kw", "Liquid cooling", "kW"),
        one("liquid_month", "From", empty="with the hall", inset=True, title="Set month of liquid cooling",
            hint="First month of its liquid cooling"),
        one("floor_kg_per_m2", "Floor load", "kg/m²"),
        one("redundancy", "Redundancy", hint=_REDUNDANCY_HINT),
    )  # fmt: skip
    feeds = tuple(
        field(f"feed:{feed.id}", Feed, "limit_kw", _feed_name(feed), "kW", title=f"Set limit of {feed.id}")
        for feed in hall.feeds
    )
    groups = [Group("Room", room), Group("Limits", limits)]
    if feeds:
        groups.append(Group("Feeds", feeds))
    groups.append(Group("Here", _blocks_here(session, hall.blocks)))
    return groups


def _feed_name(feed: Feed) -> str:
    rows = ", ".join(row_letter(row) for row in feed.rows)
    return f"Row {rows}" if len(feed.rows) == 1 else f"Rows {rows}" if rows else feed.id


def _blocks_here(session: Session, blocks: tuple[Block, ...], most: int = 40) -> tuple[InfoSpec, ...]:
    shown = tuple(
        InfoSpec(
            block.label or rack_name(session, block.rack_id),
            f"{block.systems:,} in row {row_letter(block.row)}",
            ref=f"block:{block.id}",
        )
        for block in blocks[:most]
    )
    if not blocks:
        return (InfoSpec("Nothing yet", ""),)
    left = len(blocks) - most
    return (*shown, InfoSpec("And more", counted(left, "block"))) if left > 0 else shown


def rack_name(session: Session, rack_id: str) -> str:
    """The catalog's name of a rack system; its id when the catalog lacks it."""
    found = [rack for rack in session.catalog.racks() if rack.id == rack_id]
    return found[0].name if found else rack_id


# site


def site_groups(session: Session, site: Site) -> list[Group]:
    """Place, power, price and climate; halls."""
    ref = f"site:{site.id}"
    presets = tuple(
        (preset.id, preset.name) for preset in sorted(session.catalog.sites(), key=lambda one: one.name)
    )
    figures = {path: PresetDefault(ref, name, curve) for path, name, curve in SITE_FIGURES}

    def one(path: str, label: str, unit: str = "", **more: Any) -> FieldSpec:
        default = figures.get(path)
        return field(ref, Site, path, label, unit, default_of=default, default_words="preset", **more)

    place = (
        field(ref, Site, "name", "Name"),
        FieldSpec(
            SitePresetField(ref),
            "Preset",
            kind="choice",
            choices=((None, "none"), *presets),
            title="Take figures of the place",
            hint="Copies price, PUE, carbon and water of the place in one undo step",
        ),
    )
    power = (
        one("grid", "Grid power, facility", "kW", wide=True),
        one("pue", "PUE", low=1.0, hint="Facility power over IT power"),
    )
    price = (
        one("tariff.energy_usd_per_kwh", "Energy", "usd/kWh"),
        one("tariff.demand_usd_per_kw_month", "Peak demand", "usd/kW-month"),
    )
    climate = (
        one("carbon_g_per_kwh", "Carbon", "g/kWh"),
        one("wue_l_per_kwh", "Water", "L/kWh", hint="Litres per kWh of IT energy"),
    )
    links = [
        InfoSpec(hall.name or hall.id, text(hall.it_limit_kw, "kW"), ref=f"hall:{hall.id}")
        for hall in site.halls
    ]
    if site.preset_id is not None:
        links.append(InfoSpec("Figures of the preset", "show", ref=f"sites/{site.preset_id}"))
    return [
        Group("Place", place),
        Group("Power", power),
        Group("Price", price),
        Group("Carbon and water", climate),
        Group("Halls", tuple(links)),
    ]


# pool

MIXES = (
    ("separate", "separate"),
    ("data", "data parallel"),
    ("pipeline", "pipeline"),
    ("prefill_decode", "prefill | decode"),
    ("best", "best"),
)


def pool_groups(session: Session, pool: Pool) -> list[Group]:
    """Fabric, use and members."""
    ref = f"pool:{pool.id}"
    fabrics = choices_of(session.catalog.fabrics())

    def one(path: str, label: str, unit: str = "", **more: Any) -> FieldSpec:
        return field(ref, Pool, path, label, unit, **more)

    fabric = (
        one("fabric_id", "Fabric", kind="choice", choices=fabrics),
        one("tiers", "Tiers"),
        one(
            "oversubscription", "Oversubscription", hint="Endpoint bandwidth over what the next tier carries"
        ),
    )
    use = (
        one("spare_share", "Spares", "fraction", hint="Share of the chips kept ready to step in"),
        one("mix", "Mixed families", choices=MIXES, hint="How one job uses chips of two families"),
        one("bridge_gbytes_per_s", "Bridge", "GB/s", empty="slower fabric",
            hint="Bandwidth between the families of a hybrid pool, one way"),
        one("one_domain_what_if", "One scale-up domain", hint="What if all its chips were one domain"),
    )  # fmt: skip
    members = tuple(
        block for block in session.design.blocks if any(stay.pool_id == pool.id for stay in block.stays)
    )
    now = sum(pool_at(block, session.month) == pool.id for block in members)
    links = (
        InfoSpec("In it this month", counted(now, "block")),
        *_blocks_here(session, members),
        InfoSpec("Figures of the fabric", "show", ref=f"fabrics/{pool.fabric_id}"),
    )
    shown = InfoSpec("Throughput", "show", ref=f"throughput:{ref}")
    return [
        Group("Pool", (one("name", "Name"), shown)),
        Group("Network", fabric),
        Group("Use", use),
        Group("Members", links),
    ]


# phase

TOKENS_STAND_FOR = (
    "Its systems stand for the capacity that is bought: they limit what is served and cost nothing "
    "themselves. Input and output that they serve are paid at the prices of their models."
)


def phase_groups(session: Session, phase: Phase) -> list[Group]:
    """Dates, ownership and the blocks that come with it."""
    ref = f"phase:{phase.id}"

    def one(path: str, label: str, unit: str = "", **more: Any) -> FieldSpec:
        return field(ref, Phase, path, label, unit, resets=False, **more)

    dates = (
        one("order_month", "Order"),
        one("lead_months", "Lead time", "month"),
        one("in_service_month", "In service", empty="order + lead"),
        one("ramp.months", "Ramp", "month", hint="From the first rack to the last"),
        one("ramp.shape", "Ramp shape", choices=(("linear", "straight"), ("s", "S-curve"))),
        one("retire_month", "Retire", empty="never"),
        one("after", "After that", choices=(("sell", "sold"), ("idle", "stand idle"))),
    )
    own = [FieldSpec(OwnershipKind(ref), "Ownership", kind="choice", choices=OWNERSHIP)]
    kind = phase.ownership.kind
    held = session.catalog.token_books() if kind == "tokens" else session.catalog.rent_books()
    books = tuple((book.id, short_book(book)) for book in held)
    if kind == "lease":
        own.append(one("ownership.term_months", "Term", "month", inset=True, low=1, high=240, whole=True))
        own.append(one("ownership.rate", "Interest a year", "fraction", inset=True))
    if kind in ("rent", "tokens"):
        own.append(one("ownership.price_book_id", "Prices", kind="choice", choices=books, inset=True))
    if kind == "rent":
        own.append(one("ownership.term_months", "Term", "month", inset=True, low=0, high=240, whole=True))
    links: tuple[Item, ...] = ()
    if kind in ("rent", "tokens"):
        book = getattr(phase.ownership, "price_book_id", "")
        links = (InfoSpec("Figures of the book", "show", ref=f"prices/{book}"),)
    if kind == "tokens":
        links = (*links, NoteSpec(TOKENS_STAND_FOR))
    members = tuple(block for block in session.design.blocks if block.phase_id == phase.id)
    return [
        Group("Phase", (one("name", "Name"),)),
        Group("Dates", dates),
        Group("Ownership", (*own, *links)),
        Group("Brings", _blocks_here(session, members)),
    ]


OBJECTS: Mapping[str, tuple[type[Any], str, Callable[[Session, Any], list[Group]]]] = MappingProxyType(
    {
        "hall": (Hall, "warehouse", hall_groups),
        "site": (Site, "map-pin", site_groups),
        "pool": (Pool, "boxes", pool_groups),
        "phase": (Phase, "calendar-range", phase_groups),
        "design": (Design, "calendar", plan_groups),
    }
)
"""Kind of ref → class, icon, groups."""


def reset_all(session: Session, ref: str) -> ActionSpec | None:
    """A link that takes every figure of the site's preset again; None where there is nothing to take."""
    site = find(session.design, ref)
    if not isinstance(site, Site) or site.preset_id is None:
        return None
    command = SitePresetField(ref).command(session, site.preset_id, "Take the preset's figures again", None)
    if not isinstance(command, SetFields) or command.apply(session.design) is session.design:
        return None
    return ActionSpec("Take the preset's figures again", command)

"""Short forms for the parts of an example design."""

from __future__ import annotations

from typing import Literal

from fleetdesigner.design.curves import Constant, Logistic, Ramp
from fleetdesigner.design.fleet import Block, Feed, Hall, Own, Ownership, Phase, Pool, Site, Stay, Tariff
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import AddObject, Edit, RemoveObject, Scenario, SetField
from fleetdesigner.units import month_number as month
from fleetdesigner.values import Value

Redundancy = Literal["N", "N+1", "2N"]
Shape = Literal["linear", "s"]
After = Literal["sell", "idle"]


def json_of(value: Value) -> str:
    """The JSON text of an object, as edits carry it."""
    return value.model_dump_json()


def site(
    site_id: str,
    name: str,
    preset: str,
    grid: list[tuple[str, float]],
    *,
    pue: float,
    energy: float,
    demand: float,
    carbon: float,
    wue: float,
    halls: tuple[Hall, ...],
) -> Site:
    """A site with flat curves; the figures come from the preset of the same id in the catalog."""
    return Site(
        id=site_id,
        name=name,
        preset_id=preset,
        grid=tuple((month(when), kw) for when, kw in grid),
        pue=Constant(value=pue),
        tariff=Tariff(
            energy_usd_per_kwh=Constant(value=energy), demand_usd_per_kw_month=Constant(value=demand)
        ),
        carbon_g_per_kwh=Constant(value=carbon),
        wue_l_per_kwh=wue,
        halls=halls,
    )


def hall(
    hall_id: str,
    name: str,
    ready: str,
    columns: int,
    rows: int,
    limit_kw: float,
    *,
    air_kw: float,
    liquid_kw: float,
    blocks: tuple[Block, ...],
    redundancy: Redundancy = "N+1",
    feeds: tuple[Feed, ...] = (),
    floor: float = 2000,
    aisle: float = 1.8,
) -> Hall:
    """A hall of `rows` rows of `columns` positions of 0.6 m, with aisles of 1.8 m unless told."""
    return Hall(
        id=hall_id,
        name=name,
        ready_month=month(ready),
        width_m=round(columns * 0.6, 3),
        depth_m=round(rows * 1.2 + (rows - 1) * aisle, 3),
        aisle_m=aisle,
        it_limit_kw=limit_kw,
        air_kw=air_kw,
        liquid_kw=liquid_kw,
        floor_kg_per_m2=floor,
        redundancy=redundancy,
        feeds=feeds,
        blocks=blocks,
    )


def block(
    block_id: str,
    rack: str,
    col: int,
    row: int,
    cols: int,
    rows: int,
    phase_id: str,
    pool_id: str | None,
    since: str = "2024-01",
    *,
    holes: tuple[tuple[int, int], ...] = (),
    label: str = "",
    then: tuple[tuple[str, str], ...] = (),
) -> Block:
    """A block that is in one pool from the start, and in those of `then` from later months."""
    stays: tuple[Stay, ...] = () if pool_id is None else (Stay(pool_id=pool_id, from_month=month(since)),)
    stays += tuple(Stay(pool_id=pool, from_month=month(when)) for pool, when in then)
    return Block(
        id=block_id,
        rack_id=rack,
        col=col,
        row=row,
        cols=cols,
        rows=rows,
        phase_id=phase_id,
        stays=stays,
        holes=holes,
        label=label,
    )


def phase(
    phase_id: str,
    name: str,
    order: str,
    lead: int,
    ramp: int = 0,
    *,
    shape: Shape = "linear",
    retire: str | None = None,
    after: After = "sell",
    ownership: Ownership | None = None,
) -> Phase:
    """A phase in service `lead` months after its order."""
    return Phase(
        id=phase_id,
        name=name,
        order_month=month(order),
        lead_months=lead,
        ramp=Ramp(months=ramp, shape=shape),
        retire_month=None if retire is None else month(retire),
        after=after,
        ownership=ownership or Own(),
    )


def growth(start: float, ceiling: float, middle: str, width: float) -> Logistic:
    """An S-curve."""
    return Logistic(start=start, ceiling=ceiling, middle_month=month(middle), width_months=width)


def scenario(scenario_id: str, name: str, colour: str, *edits: Edit, parent: str | None = None) -> Scenario:
    """A what-if."""
    return Scenario(id=scenario_id, name=name, colour=colour, parent_id=parent, edits=edits)


def put(ref: str, field: str, json_text: str) -> SetField:
    """Edit: a field gets a value."""
    return SetField(ref=ref, field=field, value=json_text)


def add(parent_ref: str, kind: str, thing: Value) -> AddObject:
    """Edit: a new object."""
    return AddObject(parent_ref=parent_ref, kind=kind, object=json_of(thing))


def drop(ref: str) -> RemoveObject:
    """Edit: the object goes."""
    return RemoveObject(ref=ref)


__all__ = [
    "Design",
    "Pool",
    "add",
    "block",
    "drop",
    "growth",
    "hall",
    "month",
    "phase",
    "put",
    "scenario",
    "site",
]

"""From the stages of an evaluation to what checks look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import Block
from fleetdesigner.engine.checks.context import FOREVER, Array, CheckContext, Groups, Level, PartName
from fleetdesigner.engine.dispatch import Dispatch
from fleetdesigner.engine.fleet.table import NEVER, GroupKey, PartKey, group_key
from fleetdesigner.engine.plant import Plant
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.site.limits import CAUSES, LIMITS, loads_of
from fleetdesigner.engine.site.overhead import SWING
from fleetdesigner.engine.work.unmet_causes import Ran, unmet_by_cause

_LEVELS: Remembered[tuple[Level, ...]] = Remembered(SAMPLES)
_GROUPS: Remembered[Groups] = Remembered(SAMPLES)
_CAUSES: Remembered[Array] = Remembered(SAMPLES)
_MEMBERS: Remembered[dict[GroupKey, tuple[str, ...]]] = Remembered(512)


def context_of(plant: Plant, found: Dispatch) -> CheckContext:
    """The context of a sample and of its own dispatch (``dispatch.narrowed``)."""
    fleet = plant.fleet
    # a dispatch of several samples tells reasons in the words of the first that knows one
    reasons = tuple(zip(*(rates.reasons for rates in plant.rates), strict=True))
    sites = tuple(site.id for site in plant.design.sites)
    if reasons != found.inputs.zero_reason:
        found = replace(found, inputs=replace(found.inputs, zero_reason=reasons))
    return CheckContext(
        plant.design,
        plant.catalog,
        _LEVELS.get((plant.capping, plant.figures, *plant.design.halls), sites, lambda: _levels(plant)),
        _GROUPS.get((fleet, plant.figures, *plant.design.halls), None, lambda: _groups(plant)),
        tuple(_named(plant, key) for key in fleet.parts),
        found,
        0,
        _lacking(plant, found.tokens[0].transpose(1, 2, 0)),
        _columns([rates.goodput for rates in plant.rates], len(fleet.parts)),
        _columns([rates.job_chips for rates in plant.rates], len(fleet.parts)),
        plant.schedule,
        {port.work_id: port.pace for port in plant.ports if port.pace},
        partial(_unmet_by_cause, plant, found),
        dict(zip(CAUSES, plant.capping.by_cause, strict=True)),
    )


def _unmet_by_cause(plant: Plant, found: Dispatch, months: NDArray[np.int64]) -> Array:
    """[C, W, k] of the sample's own dispatch, whose parts and workloads are those of `plant`."""
    design = plant.design

    def make() -> Array:
        ran = Ran(found.share[0].transpose(1, 2, 0), found.idle[0].T, found.unmet[0].T)
        return unmet_by_cause(plant, ran, months)

    # a price leaves all of these as they are
    given = (found.share, plant.parts, plant.demand, plant.rates, design.pools, design.workloads)
    return _CAUSES.get(given, tuple(months.tolist()), make)


def _lacking(plant: Plant, tokens: Array) -> tuple[tuple[str, str, float], ...]:
    """(entry, field, rack systems) of each missing figure, once for all that need it. A price that one
    workload needs is missing where the workload is served: `tokens` [P, W, M].
    """
    groups: dict[tuple[str, str], set[int]] = {}
    for gap in plant.gaps:
        rows = list(gap.rows)
        if gap.work is not None:
            served = np.append(tokens[:, gap.work].any(axis=1), False)
            rows = [row for row in rows if served[plant.fleet.row_part[row]]]
        if rows or gap.work is None:
            held = groups.setdefault((gap.entry, gap.field), set())
            held.update(plant.fleet.row_group[rows].tolist())
    systems = plant.fleet.group_systems
    return tuple((*key, float(systems[list(held)].sum())) for key, held in groups.items())


def _levels(plant: Plant) -> tuple[Level, ...]:
    loads = plant.capping.loads
    if loads.design is not plant.design:  # remembered from one whose feeds or floors may be others
        loads = loads_of(
            plant.design, plant.fleet, plant.figures, plant.power, plant.assumptions[SWING]
        )
    return tuple(
        Level(one.id, one.name, one.unit, tuple(one.refs(loads)), one.load(loads), one.limit(loads))
        for one in LIMITS
    )


def _columns(each: Sequence[Array], parts: int) -> Array:
    """[P,W] of one [P] a workload."""
    return np.array(each).reshape(len(each), parts).T


def _groups(plant: Plant) -> Groups:
    fleet = plant.fleet
    names = fleet.rows.group_names
    return Groups(
        tuple(rack_id for rack_id, _, _ in names),
        tuple(hall_id for _, hall_id, _ in names),
        tuple(phase_id for _, _, phase_id in names),
        # in the order of the fleet table: hall by hall, as they appear
        tuple(ids for hall in plant.design.halls for ids in _by_key(hall.blocks).values()),
        np.where(fleet.pooled_from == NEVER, FOREVER, fleet.first_month + fleet.pooled_from),
        fleet.group_systems,
        plant.figures.it_kw[fleet.group_rack],
        fleet.rows.by_group @ fleet.active,
        fleet.rows.by_group @ fleet.waiting,
    )


def _by_key(blocks: tuple[Block, ...]) -> dict[GroupKey, tuple[str, ...]]:
    return _MEMBERS.get((blocks,), None, lambda: _sorted_out(blocks))


def _sorted_out(blocks: Sequence[Block]) -> dict[GroupKey, tuple[str, ...]]:
    found: dict[GroupKey, list[str]] = {}
    for block in blocks:
        found.setdefault(group_key(block), []).append(block.id)
    return {key: tuple(ids) for key, ids in found.items()}


def _named(plant: Plant, key: PartKey) -> PartName:
    pool = next(pool for pool in plant.design.pools if pool.id == key.pool_id)
    racks = " + ".join(plant.catalog.rack(rack_id).short_name for rack_id in key.rack_ids)
    return PartName(key.pool_id, key.rack_ids, f"{pool.name or pool.id} {racks}")

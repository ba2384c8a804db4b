"""Hardware in the wrong month or in no pool, and figures that nobody publishes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fleetdesigner.design.edits import set_field
from fleetdesigner.design.fleet import Stay
from fleetdesigner.engine.checks.context import CheckContext, first_true
from fleetdesigner.engine.results import Finding, Remedy
from fleetdesigner.units import digits, month_text


def unassigned(context: CheckContext) -> Iterator[Finding]:
    """Blocks that run in no pool: they draw power and cost money, and nothing can use them."""
    groups = context.groups
    at = context.design.first_month + np.arange(context.months)
    begins = first_true(groups.active > 0)
    for row, ids in enumerate(groups.block_ids):
        stays = context.blocks[ids[0]].stays
        joins = min((stay.from_month for stay in stays), default=None)
        if begins[row] < 0 or (joins is not None and joins <= at[begins[row]]):
            continue
        alone = groups.active[row] * (at < joins if joins is not None else 1.0)
        first = int((alone > 0).argmax())
        rack = context.racks[groups.rack_ids[row]][0]
        until = f" until {month_text(joins)}" if joins is not None else ""
        yield Finding(
            "warning",
            "unassigned",
            f"block:{ids[0]}",
            f"{digits(float(alone.max()))} × {rack.short_name} in {_hall(context, row)}: in no pool{until}",
            "They draw power and cost money, and no workload can use them.",
            context.month(first),
            tuple(_join(context, ids, first)),
        )


def _join(context: CheckContext, ids: tuple[str, ...], first: int) -> Iterator[Remedy]:
    """Into each pool that holds such racks already, at most two."""
    same = {context.blocks[name].rack_id for name in ids}
    pools = [
        pool
        for pool in context.design.pools
        if any(part.pool_id == pool.id and same & set(part.rack_ids) for part in context.parts)
    ] or list(context.design.pools)
    for pool in pools[:2]:
        stays = {
            name: (Stay(pool_id=pool.id, from_month=context.month(first)), *context.blocks[name].stays)
            for name in ids
        }
        yield Remedy(
            f"Put {'it' if len(ids) == 1 else f'these {len(ids)} blocks'} in {pool.name or pool.id}",
            f"From {context.when(first)}.",
            tuple(set_field(f"block:{name}", "stays", value) for name, value in stays.items()),
        )


def hall_not_ready(context: CheckContext) -> Iterator[Finding]:
    """Racks land in a hall that takes no power yet."""
    groups = context.groups
    for hall_id, (_, hall) in context.halls.items():
        rows = [row for row, one in enumerate(groups.hall_ids) if one == hall_id]
        waiting = groups.waiting[rows].sum(axis=0)
        if not rows or not (waiting > 0).any():
            continue
        first = int((waiting > 0).argmax())
        phases = dict.fromkeys(groups.phase_ids[row] for row in rows if groups.waiting[row].any())
        yield Finding(
            "warning",
            "hall_not_ready",
            f"hall:{hall_id}",
            f"{hall.name or hall_id}: ready {month_text(hall.ready_month)}, racks land {context.when(first)}",
            f"{digits(float(waiting.max()))} rack systems wait, paid for and idle.",
            context.month(first),
            (
                *(
                    Remedy(
                        f"Move {context.phases[phase].name or 'the phase'} to {month_text(hall.ready_month)}",
                        "The month in which the hall takes power.",
                        (set_field(f"phase:{phase}", "in_service_month", hall.ready_month),),
                    )
                    for phase in phases
                ),
                Remedy(
                    f"Make the hall ready in {context.when(first)}",
                    f"Planned for {month_text(hall.ready_month)}.",
                    (set_field(f"hall:{hall_id}", "ready_month", context.month(first)),),
                ),
            ),
        )


def retired_early(context: CheckContext) -> Iterator[Finding]:
    """A phase retires before it is in service."""
    used = set(context.groups.phase_ids)
    for phase in context.design.phases:
        if phase.id not in used or phase.retire_month is None or phase.retire_month > phase.service_month:
            continue
        yield Finding(
            "error",
            "retired_early",
            f"phase:{phase.id}",
            f"{phase.name or phase.id}: retires {month_text(phase.retire_month)}, "
            f"in service {month_text(phase.service_month)}",
            "Its racks never run.",
            phase.retire_month,
            (
                Remedy(
                    "Do not retire it",
                    "It then runs to the end of the horizon.",
                    (set_field(f"phase:{phase.id}", "retire_month", None),),
                ),
            ),
        )


def no_public_figure(context: CheckContext) -> Iterator[Finding]:
    """A figure that the totals need does not exist; what they leave out is told, never counted as 0."""
    whole = float(context.groups.systems.sum())
    for ref, field, systems in context.gaps:
        entry = context.catalog.entry(ref)
        known = field in entry.field_names()
        what = entry.spec(field).description if known else field
        where = f"; {systems:,.0f} of {whole:,.0f} rack systems need it" if systems else ""
        yield Finding(
            "warning",
            "no_public_figure",
            ref,
            f"{entry.name}: no public figure for {what}",
            f"{ref} has no {field}{where}. Enter your own figure to include it.",
        )


def _hall(context: CheckContext, row: int) -> str:
    hall_id = context.groups.hall_ids[row]
    return context.halls[hall_id][1].name or hall_id

"""Hardware in the wrong month or in no pool, and figures that nobody publishes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from fleetdesigner.design.edits import set_field
from fleetdesigner.design.fleet import Hall, Phase, Stay
from fleetdesigner.engine.checks.context import FOREVER, Array, CheckContext, first_true
from fleetdesigner.engine.money.token_prices import PRICE_OF
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.results import Finding, Remedy
from fleetdesigner.units import digits, month_text


def unassigned(context: CheckContext) -> Iterator[Finding]:
    """Blocks that run in no pool: they draw power and cost money, and nothing can use them."""
    groups = context.groups
    at = context.design.first_month + np.arange(context.months)
    begins = first_true(groups.active > 0)
    for row in np.flatnonzero((begins >= 0) & (groups.joins > at[begins])).tolist():
        ids, joins = groups.block_ids[row], int(groups.joins[row])
        until = f" until {month_text(joins)}" if joins < FOREVER else ""
        alone = groups.active[row] * (at < joins)
        first = int((alone > 0).argmax())
        rack = context.racks[groups.rack_ids[row]][0]
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


_NOT_READY: Remembered[Finding] = Remembered(128)


def hall_not_ready(context: CheckContext) -> Iterator[Finding]:
    """Racks land in a hall that takes no power yet. Remembered by hall: a drop changes one."""
    groups = context.groups
    late: dict[str, list[int]] = {}
    for row in np.flatnonzero(groups.waiting.any(axis=1)).tolist():
        late.setdefault(groups.hall_ids[row], []).append(row)
    for hall_id, rows in late.items():
        hall, one = context.halls[hall_id][1], groups.waiting[rows[0]]
        waiting = one if len(rows) == 1 else groups.waiting[rows].sum(axis=0)
        phases = tuple(context.phases[one] for one in dict.fromkeys(groups.phase_ids[row] for row in rows))
        values = (context.design.first_month, waiting.tobytes())
        yield _NOT_READY.get(
            (hall, *phases), values, partial(_not_ready, context.design.first_month, hall, phases, waiting)
        )


def _not_ready(first_month: int, hall: Hall, phases: tuple[Phase, ...], waiting: Array) -> Finding:
    lands, ready = first_month + int((waiting > 0).argmax()), month_text(hall.ready_month)
    return Finding(
        "warning",
        "hall_not_ready",
        f"hall:{hall.id}",
        f"{hall.name or hall.id}: ready {ready}, racks land {month_text(lands)}",
        f"{digits(float(waiting.max()))} rack systems wait, paid for and idle.",
        lands,
        (
            *(
                Remedy(
                    f"Move {phase.name or 'the phase'} to {ready}",
                    "The month in which the hall takes power.",
                    (set_field(f"phase:{phase.id}", "in_service_month", hall.ready_month),),
                )
                for phase in phases
            ),
            Remedy(
                f"Make the hall ready in {month_text(lands)}",
                f"Planned for {ready}.",
                (set_field(f"hall:{hall.id}", "ready_month", lands),),
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


def ordered_late(context: CheckContext) -> Iterator[Finding]:
    """A phase is ordered after it is in service: a file says so, or another date moved."""
    used = set(context.groups.phase_ids)
    for phase in context.design.phases:
        if phase.id not in used or phase.order_month <= phase.service_month:
            continue
        service = month_text(phase.service_month)
        yield Finding(
            "warning",
            "ordered_late",
            f"phase:{phase.id}",
            f"{phase.name or phase.id}: ordered {month_text(phase.order_month)}, in service {service}",
            "Nothing comes before it is ordered; numbers count from its month of service.",
            phase.service_month,
            (
                Remedy(
                    f"Order it {phase.lead_months} months earlier" if phase.lead_months else "Order it then",
                    f"Its lead time before {service}.",
                    (set_field(f"phase:{phase.id}", "order_month", phase.service_month - phase.lead_months),),
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
        if field.startswith(PRICE_OF):
            yield Finding(
                "warning",
                "no_public_figure",
                ref,
                f"{entry.name}: no {field}",
                f"{ref} has no {field}{where}. Choose a book that has it, or get the systems in another way.",
            )
            continue
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

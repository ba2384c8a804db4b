"""What software and networks allow: ports and blocked stacks, fabric ceilings, jobs too large to stay up."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from fleetdesigner.catalog.hardware import Chip
from fleetdesigner.catalog.software import ReadinessRow
from fleetdesigner.catalog.supply import Fabric
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.edits import set_field
from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.workloads import Port, Workload
from fleetdesigner.engine.checks.context import CheckContext
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.results import Finding, Remedy, Severity
from fleetdesigner.engine.work.readiness import WEEKS_PER_MONTH, may_use, port_done, readiness_row
from fleetdesigner.units import month_number, month_text, text

LEAST_GOODPUT = 0.8
"""Useful share of a job's time under which it is too large for its hardware."""
PORTERS = 4.0
"""Engineers that the offered port is planned with."""
PORT_WEEKS = 12.0
"""Engineer-weeks of an offered port where the catalog has no figure."""


def fabric_ceiling(context: CheckContext) -> Iterator[Finding]:
    """A pool is larger than its fabric can join: vendor's ceiling, or k²/2 and k³/4 endpoints by tiers."""
    of_part = context.dispatch.inputs.chips[context.sample]
    members: dict[str, list[int]] = {}
    for at, part in enumerate(context.parts):
        members.setdefault(part.pool_id, []).append(at)
    for pool in context.design.pools:
        rows = members.get(pool.id, [])
        chips = of_part[:, rows[0]] if len(rows) == 1 else of_part[:, rows].sum(axis=1)
        most = float(chips.max(initial=0.0))
        if most <= 0:
            continue
        fabric = context.catalog.fabric(pool.fabric_id)
        for ceiling, reason, remedies in _ceilings(fabric, pool, most):
            if most <= ceiling * (1 + 1e-9):
                continue
            first = int((chips > ceiling * (1 + 1e-9)).argmax())
            yield Finding(
                "warning",
                "fabric_ceiling",
                f"pool:{pool.id}",
                f"{pool.name or pool.id}: {text(most, 'chip')} chips, {fabric.name} joins "
                f"{text(ceiling, 'chip')}",
                f"{reason}. From {context.when(first)}.",
                context.month(first),
                remedies,
            )
            break


def _ceilings(fabric: Fabric, pool: Pool, chips: float) -> Iterator[tuple[float, str, tuple[Remedy, ...]]]:
    if fabric.max_chips is not None:
        split = Remedy("Split the pool", "Give some blocks a pool of their own; a job then uses one of them.")
        yield fabric.max_chips.value, "The largest cluster the vendor offers", (split,)
    if fabric.radix is None:
        return
    ports = fabric.radix.value
    ceiling = endpoints(ports, pool.tiers)
    more = tuple(
        Remedy(
            f"Build {tiers} tiers",
            f"Joins {text(endpoints(ports, tiers), 'chip')} chips; costs more switches, optics and power.",
            (set_field(f"pool:{pool.id}", "tiers", tiers),),
        )
        for tiers in range(pool.tiers + 1, fabric.tiers_max + 1)
        if endpoints(ports, tiers) >= chips
    )[:1]
    words = f"{pool.tiers} {'tier' if pool.tiers == 1 else 'tiers'} of switches with {ports:.0f} ports"
    yield ceiling, words, more or (Remedy("Split the pool", "Give some blocks a pool of their own."),)


def endpoints(ports: float, tiers: int) -> float:
    """Endpoints of a full fat tree: k, k²/2, k³/4 … of k-port switches."""
    return float(ports**tiers / 2.0 ** (tiers - 1))


def goodput_low(context: CheckContext) -> Iterator[Finding]:
    """A training job so large that interruptions eat more than a fifth of its time."""
    if context.goodput is None or context.job_chips is None:
        return
    poor = context.goodput < LEAST_GOODPUT
    for at in np.flatnonzero(poor.any(axis=0)).tolist():
        work, column = context.design.workloads[at], context.goodput[:, at]
        runs = context.dispatch.share[context.sample][:, : len(column), at].any(axis=0)
        low = np.flatnonzero(runs & poor[:, at])
        if not len(low):
            continue
        part = int(low[column[low].argmin()])
        useful, chips = float(column[part]), float(context.job_chips[part, at])
        # overhead grows at least with √n, so this size is certainly small enough
        spare = (1 / LEAST_GOODPUT - 1) / (1 / useful - 1)
        smaller = 2 ** math.floor(math.log2(max(chips * spare**2, 1.0)))
        yield Finding(
            "warning",
            "goodput_low",
            f"workload:{work.id}",
            f"{work.name or work.id}: useful {text(useful, 'fraction')} of the time on "
            f"{text(chips, 'chip')} chips, at least {text(LEAST_GOODPUT, 'fraction')} wanted",
            f"On {context.parts[part].name}: interruptions grow with the size of one synchronous job.",
            None,
            (
                Remedy(
                    f"Hold the job to {text(smaller, 'chip')} chips",
                    "The rest of the pool is free for other work.",
                    (set_field(f"workload:{work.id}", "chips_max", smaller),),
                ),
                Remedy("Checkpoint faster", "In-memory checkpoints and hot spares shorten what is lost."),
            ),
        )


def not_ready(context: CheckContext) -> Iterator[Finding]:
    """The software of a chip does not run a workload that could otherwise use it."""
    places = tuple(part.rack_ids[0] for part in context.parts)
    values = (places, context.alive, context.design.end_month, tuple(context.paces.items()))
    for at, part, row in _UNREADY.get(
        (context.design.workloads, context.catalog), values, lambda: tuple(_unready_parts(context))
    ):
        work = context.design.workloads[at]
        yield _unready(context, at, work, context.chips[part], context.parts[part].name, row)


Unready = tuple[int, int, ReadinessRow | None]
"""(workload, part, what is known of it)"""
_UNREADY: Remembered[tuple[Unready, ...]] = Remembered(SAMPLES)


def _unready_parts(context: CheckContext) -> Iterator[Unready]:
    """For each workload the first part of each generation that it may use and whose software is not ready."""
    for at, work in enumerate(context.design.workloads):
        model = context.catalog.model(work.model_id)
        told: set[str] = set()
        for part, chip in enumerate(context.chips):
            if chip.generation in told or not context.alive[part] or not may_use(work, chip):
                continue
            row = readiness_row(context.catalog.readiness_of(chip), work, model)
            told.add(chip.generation)
            if row is None or not (row.state in ("runs", "beta") or _port_in_time(context, work, row)):
                yield at, part, row


def _port_in_time(context: CheckContext, work: Workload, row: ReadinessRow) -> bool:
    if work.port is None or row.state != "needs_port":
        return False
    done = port_done(work.port, row, context.paces.get(work.id, ()))
    return done is not None and done < context.design.end_month


def _unready(
    context: CheckContext, at: int, work: Workload, chip: Chip, where: str, row: ReadinessRow | None
) -> Finding:
    name = work.name or work.id
    served = bool(context.dispatch.share[context.sample][:, :, at].any())
    severity: Severity = "info" if served else "warning"
    if row is None:
        return Finding(
            severity,
            "not_ready",
            f"workload:{work.id}",
            f"{name} on {chip.name}: no readiness figure for {work.framework}",
            f"{where} gives it nothing. Try another framework, or add the figure to the catalog.",
        )
    if row.state == "blocked":
        return Finding(
            severity,
            "not_ready",
            f"workload:{work.id}",
            f"{name} on {chip.name}: {work.framework} is blocked since {row.since}",
            f"{where} gives it nothing. {row.note}".strip(),
        )
    known = row.port_engineer_weeks
    weeks = PORT_WEEKS if known is None else known.value
    how_much = "nobody says how much work" if known is None else f"about {weeks:.0f} engineer-weeks"
    months = math.ceil(weeks / (PORTERS * WEEKS_PER_MONTH))
    start = context.design.first_month
    port = Port(
        start_month=start,
        engineer_weeks=weeks,
        engineers=PORTERS,
        efficiency=Constant(value=row.efficiency.value if row.efficiency is not None else 1.0),
    )
    return Finding(
        severity,
        "not_ready",
        f"workload:{work.id}",
        f"{name} on {chip.name}: needs a port, {how_much}",
        f"{where} gives it nothing until then. State since {row.since}." + _late(context, work, row),
        None,
        (
            Remedy(
                "Plan the port",
                f"{PORTERS:.0f} engineers from {month_text(start)}, done in {months} months"
                + (f" if {weeks:.0f} engineer-weeks do." if known is None else "."),
                (set_field(f"workload:{work.id}", "port", port),),
            ),
        ),
    )


def _late(context: CheckContext, work: Workload, row: ReadinessRow) -> str:
    """Why the planned port does not help."""
    if work.port is None:
        return ""
    if port_done(work.port, row) is None:
        return " Nobody has a figure for the work of the planned port: give it its engineer-weeks."
    return " The planned port ends after the horizon."


def announced_early(context: CheckContext) -> Iterator[Finding]:
    """A part that is only announced goes into service before its software does."""
    for rack_id, (rack, chip) in context.racks.items():
        if rack.status != "announced":
            continue
        table = context.catalog.readiness_of(chip)
        since = [row.since for row in table.rows if row.state != "blocked"] if table else []
        if not since:
            continue
        ready = month_number(min(since))
        rows = [at for at, one in enumerate(context.groups.rack_ids) if one == rack_id]
        running = context.groups.active[rows].sum(axis=0) > 0
        first = int(running.argmax()) if running.any() else context.months
        if context.month(first) >= ready or not running.any():
            continue
        phase = context.phases[context.groups.phase_ids[_first_row(context, rows, first)]]
        yield Finding(
            "warning",
            "announced_early",
            f"racks/{rack_id}",
            f"{rack.name}: in service {context.when(first)}, announced for {month_text(ready)}",
            rack.note,
            context.month(first),
            (
                Remedy(
                    f"Move {phase.name or 'the phase'} to {month_text(ready)}",
                    "The month from which its software is announced.",
                    (set_field(f"phase:{phase.id}", "in_service_month", ready),),
                ),
            ),
        )


def _first_row(context: CheckContext, rows: list[int], month: int) -> int:
    return next(row for row in rows if context.groups.active[row, month] > 0)


def forecast_estimate(context: CheckContext) -> Iterator[Finding]:
    """Throughput of a chip that nobody has measured is an estimate with a wide band."""
    named: dict[str, list[str]] = {}
    for rack, chip in context.racks.values():
        if chip.generation in ("trainium2", "trainium3", "trainium4") or chip.status == "announced":
            named.setdefault(chip.name, []).append(rack.id)
    for name, racks in named.items():
        chip = context.catalog.chip_of(racks[0])
        announced = chip.status == "announced"
        yield Finding(
            "info",
            "forecast_estimate",
            f"racks/{racks[0]}",
            f"{name}: throughput is {'an assumption' if announced else 'an estimate'}, ×/÷ 1.7",
            "Announced; no measurement exists."
            if announced
            else "Little public throughput exists to fit the model to; a number of your own narrows it.",
        )

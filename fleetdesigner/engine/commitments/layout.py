"""A commitment laid out as a design: systems in rows and halls, phases by step, pools, a stair of grid power.

Systems of a kind are numbered in the order in which they land. Halls, phases and pools each cut that line;
between two cuts everything is alike, so a stretch is a block of whole rows and at most two broken ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.curves import Ramp
from fleetdesigner.design.fleet import SYSTEMS_IN_A_BLOCK, Block, Hall, Phase, Pool, Site, Stay
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Address, Lever
from fleetdesigner.engine.checks.software import endpoints
from fleetdesigner.engine.commitments.units import Unit
from fleetdesigner.engine.commitments.values import Choices, CommitmentError
from fleetdesigner.engine.fleet.rows import service_shares
from fleetdesigner.engine.site.places import site_at

LEAD_MONTHS = 8
"""From the order of a phase to its first rack."""
MOST_HALLS = 500
_ROW_OF = 5.0
"""A row pitch is about five floor positions: a hall with so many more columns than rows is square."""
_FLOOR_STEP = 500.0
_STEP_KW = 10.0
_WHOLE_ROWS = 4
"""Cuts are moved to whole rows where each phase has at least so many."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """When it lands: `ramp_months` from the first month on, a phase every `step_months`."""

    first_month: int
    ramp_months: int
    step_months: int
    shape: str
    months: int
    """Horizon."""

    def share(self, months: int) -> list[float]:
        """Share in service in each of the first months, by the ramp of the engine."""
        shape = "s" if self.shape == "s" else "linear"
        ramp = Ramp(months=self.ramp_months, shape=shape)
        phase = Phase(id="all", name="", order_month=self.first_month, lead_months=0, ramp=ramp)
        return [float(one) for one in service_shares((phase,), self.first_month, months)[1][0]]

    @property
    def steps(self) -> tuple[tuple[int, int, float], ...]:
        """(months from the first, length, share in service at its end) of each phase."""
        share = self.share(self.ramp_months)
        out = []
        for start in range(0, self.ramp_months, self.step_months):
            stop = min(start + self.step_months, self.ramp_months)
            out.append((start, stop - start, share[stop - 1]))
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Row:
    """How a kind stands: systems a row, a hall and a pool."""

    across: int
    hall: int
    pool: int


def design_for(
    name: str,
    units: Sequence[Unit],
    counts: Sequence[int],
    when: Timetable,
    choices: Choices,
    catalog: Catalog,
    grid_kw: float | None,
) -> Design:
    """The design of `counts` rack systems of each kind, landing one kind after the other.

    `grid_kw`: facility power that was committed; the last step of the grid is at least that. Raises
    CommitmentError when it takes more halls than a site holds.
    """
    kinds = [(unit, count) for unit, count in zip(units, counts, strict=True) if count > 0]
    steps = when.steps
    phases = tuple(
        Phase(
            id=f"phase-{at + 1}", name=f"Phase {at + 1}", order_month=when.first_month + start - LEAD_MONTHS,
            lead_months=LEAD_MONTHS,
            ramp=Ramp(months=length, shape="s" if len(steps) == 1 and when.shape == "s" else "linear"),
        )
        for at, (start, length, _) in enumerate(steps)
    )  # fmt: skip
    total = sum(unit.chips * count for unit, count in kinds)
    halls: list[Hall] = []
    pools: list[Pool] = []
    landed = [0.0] * len(steps)
    before = 0
    for unit, count in kinds:
        row = _row(unit, count, choices)
        if len(halls) + math.ceil(count / row.hall) > MOST_HALLS:
            raise CommitmentError(
                f"{count:,} × {unit.rack.name} take {math.ceil(count / row.hall):,} halls, a site holds "
                f"{MOST_HALLS}; choose larger halls"
            )
        # chips landed by the end of each phase, less those of the kinds before: systems of this kind
        cuts = [
            _cut((share * total - before) / unit.chips, count, row.across, len(steps)) for *_, share in steps
        ]
        cuts[-1] = count
        for at, stop in enumerate(cuts):
            landed[at] += stop * unit.facility_kw
        halls += _halls(unit, count, row, cuts, steps, when.first_month, len(halls), len(pools))
        pools += _pools(unit, count, row, len(pools))
        before += unit.chips * count
    site = _site(catalog, choices.site, when.first_month, steps, landed, grid_kw)
    used = {block.phase_id for hall in halls for block in hall.blocks}
    return Design(
        id="commitment", name=name[:200], first_month=when.first_month, months=when.months,
        sites=(site.changed(halls=tuple(halls)),), pools=tuple(pools),
        phases=tuple(phase for phase in phases if phase.id in used), levers=_levers(units),
    )  # fmt: skip


def _row(unit: Unit, count: int, choices: Choices) -> Row:
    """Halls as square as rows allow, all of one kind alike."""
    positions = unit.rack.positions
    most = min(count, int(choices.hall_it_kw / unit.it_kw))
    if choices.hall_positions is not None:
        most = min(most, choices.hall_positions // positions)
    most = max(1, most)
    across = max(1, min(most, round(math.sqrt(_ROW_OF * most * positions) / positions)))
    each = math.ceil(count / math.ceil(count / most))
    if math.ceil(each / across) * across <= most:
        each = math.ceil(each / across) * across
    ceiling = math.inf if unit.fabric.max_chips is None else unit.fabric.max_chips.value
    if unit.fabric.radix is not None:
        ceiling = min(ceiling, endpoints(unit.fabric.radix.value, unit.tiers))
    pool = count if ceiling >= count * unit.chips else max(1, int(ceiling / unit.chips))
    if pool < count:
        pool = math.ceil(count / math.ceil(count / pool))
    return Row(across, each, pool)


def _cut(wanted: float, count: int, across: int, steps: int) -> int:
    whole = across if count >= _WHOLE_ROWS * across * steps else 1
    return max(0, min(count, round(wanted / whole) * whole))


def _halls(
    unit: Unit,
    count: int,
    row: Row,
    cuts: Sequence[int],
    steps: Sequence[tuple[int, int, float]],
    first_month: int,
    halls: int,
    pools: int,
) -> Iterator[Hall]:
    number = math.ceil(count / row.hall)
    for at in range(number):
        start, stop = at * row.hall, min((at + 1) * row.hall, count)
        blocks: list[Block] = []
        edges = {start, stop, *cuts, *range(0, count, row.pool)}
        inside = sorted(edge for edge in edges if start <= edge <= stop)
        ready = 0
        for low, high in pairwise(inside):
            phase = next(index for index, cut in enumerate(cuts) if cut >= high)
            if low == start:
                ready = steps[phase][0]
            pool = f"pool-{pools + low // row.pool + 1}"
            for piece, (col, line, cols, rows) in enumerate(_pieces(low - start, high - start, row.across)):
                blocks.append(
                    Block(
                        id=f"block-{halls + at + 1}-{low}-{piece}", rack_id=unit.rack.id,
                        col=col * unit.rack.positions, row=line, cols=cols, rows=rows,
                        phase_id=f"phase-{phase + 1}", stays=(Stay(pool_id=pool, from_month=first_month),),
                    )
                )  # fmt: skip
        yield _hall(unit, halls + at + 1, stop - start, row.across, first_month + ready, tuple(blocks))


def _pieces(low: int, high: int, across: int) -> Iterator[tuple[int, int, int, int]]:
    """(column, row, columns, rows) of the systems from low to high, `across` a row: a broken row, whole rows,
    a broken row.
    """
    if low % across:
        stop = min(high, (low // across + 1) * across)
        yield low % across, low // across, stop - low, 1
        low = stop
    tall = SYSTEMS_IN_A_BLOCK // across
    while high - low >= across:
        rows = min((high - low) // across, tall)
        yield 0, low // across, across, rows
        low += rows * across
    if high > low:
        yield 0, low // across, high - low, 1


def _hall(
    unit: Unit, number: int, systems: int, across: int, ready_month: int, blocks: tuple[Block, ...]
) -> Hall:
    rows = math.ceil(systems / across)
    weight = unit.rack.weight_kg.value if unit.rack.weight_kg is not None else 0.0
    load = weight / (unit.rack.positions * 0.6 * 1.2)
    return Hall(
        id=f"hall-{number}", name=f"Hall {number}", ready_month=ready_month,
        width_m=round(across * unit.rack.positions * 0.6, 3), depth_m=round(rows * 1.2 + (rows - 1) * 1.8, 3),
        it_limit_kw=_up(systems * unit.it_kw), air_kw=_up(systems * unit.air_kw),
        liquid_kw=_up(systems * unit.liquid_kw) if unit.liquid_kw > 0 else 0.0,
        floor_kg_per_m2=max(1_500.0, math.ceil(load / _FLOOR_STEP) * _FLOOR_STEP), blocks=blocks,
    )  # fmt: skip


def _pools(unit: Unit, count: int, row: Row, before: int) -> Iterator[Pool]:
    number = math.ceil(count / row.pool)
    name = unit.rack.short_name or unit.rack.name
    for at in range(number):
        yield Pool(
            id=f"pool-{before + at + 1}", name=name if number == 1 else f"{name}, {at + 1}",
            fabric_id=unit.fabric.id, tiers=unit.tiers,
        )  # fmt: skip


def _site(
    catalog: Catalog,
    site_id: str,
    first_month: int,
    steps: Sequence[tuple[int, int, float]],
    landed: Sequence[float],
    grid_kw: float | None,
) -> Site:
    """The place, with as much grid power before each phase as is drawn at its end."""
    preset = catalog.site(site_id)
    stair = [[first_month + start, _up(kw)] for (start, *_), kw in zip(steps, landed, strict=True)]
    if grid_kw is not None and grid_kw >= landed[-1]:
        stair[-1][1] = grid_kw
    return site_at(preset, "site", preset.name, tuple((int(month), kw) for month, kw in stair))


def _levers(units: Sequence[Unit]) -> tuple[Lever, ...]:
    """What the room will ask about first: the power of each system."""
    out = []
    for unit in units:
        for fact in unit.facts:
            ref = f"{unit.rack.ref}.it_power_kw"
            if fact.ref == ref and fact.low is not None and fact.high is not None and fact.low < fact.high:
                out.append(
                    Lever(
                        id=f"power-{unit.rack.id}", name=fact.label[0].upper() + fact.label[1:],
                        target=Address(ref=f"override:{ref}"), unit="kW", step=1,
                        low=fact.low, high=fact.high,
                    )
                )  # fmt: skip
    return tuple(out)


def _up(kw: float) -> float:
    """Limits are round, and never below what stands there."""
    return math.ceil(kw / _STEP_KW - 1e-9) * _STEP_KW

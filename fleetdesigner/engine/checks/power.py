"""Limits of power, cooling and floor passed, and grid power that nobody can use."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np

from fleetdesigner.design.curves import Stair
from fleetdesigner.design.edits import set_field
from fleetdesigner.design.fleet import ROW_DEPTH_M, Hall, Phase, Site
from fleetdesigner.engine.checks.context import OVER, Array, CheckContext, Find, Level, first_true
from fleetdesigner.engine.results import Finding, Remedy
from fleetdesigner.units import digits, month_text, text

STRANDED_SHARE = 0.1
"""Share of a site's grid power out of reach from which it is worth a finding."""
LIMIT_FIELD = {"hall_it": "it_limit_kw", "hall_air": "air_kw", "hall_liquid": "liquid_kw", "feed": "limit_kw"}
COOLING_MONTH: Mapping[str, tuple[str, str, Callable[[Hall], float]]] = MappingProxyType(
    {
        "hall_air": ("air_month", "air cooling", lambda hall: hall.air_kw),
        "hall_liquid": ("liquid_month", "liquid cooling", lambda hall: hall.liquid_kw),
    }
)
"""Limit of cooling → field of the hall that says from which month on, its name, its kW then."""
HOLDS_BACK = {
    "site_grid": "at the site", "hall_it": "in the hall", "hall_air": "in the hall",
    "hall_liquid": "that need liquid cooling",
}  # fmt: skip
"""Limits that keep chips from running, and which: those that cap in ``engine/limits.py``."""
_FLOOR = "floor"


def over_limit(key: str) -> Find:
    """The check of one kind of limit: the first month in which each object is over it."""

    def find(context: CheckContext) -> Iterator[Finding]:
        for level in context.levels:
            if level.key == key:
                yield from _over(context, level)

    return find


def _over(context: CheckContext, level: Level) -> Iterator[Finding]:
    over = level.load > level.limit * (
        1 + OVER
    )  # False for NaN: that the load is not known is said elsewhere
    if not over.any():
        return
    with np.errstate(invalid="ignore"):
        excess = np.where(over, level.load - level.limit, 0.0)
    for at in np.flatnonzero(excess.any(axis=1)):
        first = int(first_true(excess[at : at + 1] > 0)[0])
        worst = int(excess[at].argmax())
        ref, name = level.refs[at], _name(context, level.refs[at])
        load, limit = level.load[at], level.limit[at]
        detail = f"From {context.when(first)}; at most {_amount(excess[at, worst], level.unit)} over"
        detail += "." if worst == first else f", in {context.when(worst)}."
        if level.key in HOLDS_BACK:
            runs = 100 * float(limit[worst] / load[worst])
            detail += f" Then {digits(runs, 2)} % of the chips {HOLDS_BACK[level.key]} can run."
        yield Finding(
            "error",
            level.key,
            ref,
            f"{name}: {'' if level.key == 'feed' else _inside(level.name) + ' '}"
            f"{_amount(load[first], level.unit)}, "
            f"limit {_amount(limit[first], level.unit)}",
            detail,
            context.month(first),
            tuple(_remedies(context, level, ref, first, load, limit)),
        )


def _remedies(
    context: CheckContext, level: Level, ref: str, first: int, load: Array, limit: Array
) -> Iterator[Remedy]:
    """Nearest first: fewer racks, later, a higher limit."""
    if level.key == _FLOOR:
        field, value = "floor_kg_per_m2", _round_up(float(np.nanmax(load)))
        yield Remedy(
            f"Strengthen the floor to {_amount(value, level.unit)}",
            "Raises the hall's floor limit; the building work is not in the cost.",
            (set_field(ref, field, value),),
        )
        return
    if level.key != "feed":
        excess = float(load[first] - limit[first]) * _it_share(context, level, ref, load, first)
        yield from _smaller(context, ref, first, excess)
        yield from _later(context, ref, first, load, limit)
    need = _round_up(float(np.nanmax(load)))
    if level.key == "site_grid":
        site_id = ref.partition(":")[2]
        grid = next(site.grid for site in context.design.sites if site.id == site_id)
        yield Remedy(
            f"Order {_amount(need, level.unit)} of grid power",
            f"In place of {_amount(limit[first], level.unit)}, from {context.when(first)}.",
            (set_field(ref, "grid", raised(grid, context.month(first), need)),),
        )
        return
    if level.key in COOLING_MONTH:
        yield from _cooled_earlier(context, level.key, ref, first, load, limit)
    derate = context.halls[ref.partition(":")[2]][1].derate if level.key == "hall_it" else 1.0
    value = _round_up(need / derate)
    yield Remedy(
        f"Raise the limit to {_amount(value, level.unit)}",
        f"Now {_amount(float(limit[first]) / derate, level.unit)}"
        + (f", of which {derate:.0%} may be used." if derate < 1 else "."),
        (set_field(ref, LIMIT_FIELD[level.key], value),),
    )


def _cooled_earlier(
    context: CheckContext, key: str, ref: str, first: int, load: Array, limit: Array
) -> Iterator[Remedy]:
    """The cooling that comes later would do: have it with the load."""
    field, what, kw = COOLING_MONTH[key]
    hall = context.halls[ref.partition(":")[2]][1]
    planned = getattr(hall, field)
    if planned is None or planned <= context.month(first) or load[first] > kw(hall) * (1 + OVER):
        return
    yield Remedy(
        f"Have {what} in {context.when(first)}",
        f"Planned for {month_text(planned)}, {planned - context.month(first)} months after its load.",
        (set_field(ref, field, context.month(first)),),
    )


def raised(grid: Stair, month: int, need: float) -> Stair:
    """The stair with at least `need` kW from `month` on."""
    before = [(at, kw) for at, kw in grid if at < month]
    after = [(at, kw) for at, kw in grid if at > month and kw > need]
    return (*before, (month, need), *after)


def _it_share(context: CheckContext, level: Level, ref: str, load: Array, first: int) -> float:
    """kW of IT that go with one kW of the level: a site's facility load carries its overhead."""
    if level.key != "site_grid":
        return 1.0
    site = next(site for site in context.design.sites if site.id == ref.partition(":")[2])
    members = {f"hall:{hall.id}" for hall in site.halls}
    for other in context.levels:
        if other.key == "hall_it":
            rows = [at for at, name in enumerate(other.refs) if name in members]
            return float(other.load[rows, first].sum() / load[first]) if rows and load[first] > 0 else 1.0
    return 1.0


def _groups_at(context: CheckContext, ref: str) -> list[int]:
    kind, _, name = ref.partition(":")
    groups = context.groups
    if kind == "hall":
        return [at for at, hall in enumerate(groups.hall_ids) if hall == name]
    return [at for at, hall in enumerate(groups.hall_ids) if context.halls[hall][0].id == name]


def _last_in(context: CheckContext, ref: str, first: int) -> list[int]:
    """Groups of the object that run in the month, the last to come first."""
    running = [at for at in _groups_at(context, ref) if context.groups.active[at, first] > 0]
    return sorted(running, key=lambda at: -context.phases[context.groups.phase_ids[at]].service_month)


def _smaller(context: CheckContext, ref: str, first: int, excess_kw: float) -> Iterator[Remedy]:
    """Take whole columns off the largest block of the last phase, if that is enough."""
    groups = context.groups
    for at in _last_in(context, ref, first):
        kw = groups.kw[at]
        if not kw > 0:
            continue
        blocks = [context.blocks[name] for name in groups.block_ids[at]]
        block = max(blocks, key=lambda one: one.systems)
        columns = math.ceil(excess_kw / (kw * block.rows) - 1e-9)
        if block.holes or block.pod is not None or not 0 < columns < block.cols:
            continue
        rack = context.racks[groups.rack_ids[at]][0]
        yield Remedy(
            f"Place {columns * block.rows} fewer {rack.short_name}",
            f"{block.label or 'The block'} keeps {block.cols - columns} of {block.cols} columns, "
            f"{text(columns * block.rows * float(kw), 'kW')} less IT power.",
            (set_field(f"block:{block.id}", "cols", block.cols - columns),),
        )
        return


def _later(context: CheckContext, ref: str, first: int, load: Array, limit: Array) -> Iterator[Remedy]:
    """Move the phase that came last to the month in which the limit is high enough for all of it."""
    enough = np.flatnonzero(limit[first:] >= np.nanmax(load[first:]) * (1 - OVER))
    if not len(enough) or not enough[0]:
        return
    for at in _last_in(context, ref, first):
        phase: Phase = context.phases[context.groups.phase_ids[at]]
        month = phase.service_month + int(enough[0])
        yield Remedy(
            f"Move {phase.name or 'the phase'} to {month_text(month)}",
            f"{int(enough[0])} months later; the limit is then {_amount(limit[first + enough[0]], 'kW')}.",
            (set_field(f"phase:{phase.id}", "in_service_month", month),),
        )
        return


_CAUSES = {
    "shells": ("no hall is ready for it", "Add a hall", "Or make one ready earlier."),
    "cooling": (
        "the halls cannot cool more",
        "Add cooling",
        "Air or liquid, in the halls with IT power left.",
    ),
    "positions": ("no floor position is free", "Add a hall", "Or use denser racks."),
    "chips": ("no racks are placed for it", "Place more racks", "Or order less grid power."),
}


def stranded_power(context: CheckContext) -> Iterator[Finding]:
    """Grid power that a site pays for and cannot use, once everything planned has come."""
    if not context.stranded or not len(context.groups.rack_ids):
        return
    causes = tuple(context.stranded)
    grids = next((level for level in context.levels if level.key == "site_grid"), None)
    if grids is None:
        return
    month = int(context.groups.active.sum(axis=0).argmax())
    each = np.nan_to_num([context.stranded[cause][:, month] for cause in causes])
    for at, ref in enumerate(grids.refs):
        grid, lost = float(grids.limit[at, month]), each[:, at]
        total = float(lost.sum())
        if grid <= 0 or total < STRANDED_SHARE * grid:
            continue
        cause = causes[int(lost.argmax())]
        why, label, detail = _CAUSES[cause]
        yield Finding(
            "info",
            "power_stranded",
            ref,
            f"{_name(context, ref)}: {text(total, 'kW')} of {text(grid, 'kW')} grid power is stranded, {why}",
            f"In {context.when(month)}: "
            + ", ".join(
                f"{text(float(kw), 'kW')} {_CAUSES[one][0]}"
                for one, kw in zip(causes, lost, strict=True)
                if kw > 0.01 * total
            )
            + ".",
            context.month(month),
            (*_REMEDY[cause](context, at, ref, month), Remedy(label, detail)),
        )


def _site(context: CheckContext, ref: str) -> Site:
    return next(site for site in context.design.sites if f"site:{site.id}" == ref)


def _earlier_hall(context: CheckContext, at: int, ref: str, month: int) -> Iterator[Remedy]:
    coming = [hall for hall in _site(context, ref).halls if hall.ready_month > context.month(month)]
    if coming:
        hall = min(coming, key=lambda one: one.ready_month)
        yield Remedy(
            f"Make {hall.name} ready in {context.when(month)}",
            f"Planned for {month_text(hall.ready_month)}.",
            (set_field(f"hall:{hall.id}", "ready_month", context.month(month)),),
        )


def _more_cooling(context: CheckContext, at: int, ref: str, month: int) -> Iterator[Remedy]:
    """In the hall with the most IT power that cannot be cooled: what is planned for later, or more of what
    it has most of.
    """
    kw = {level.key: level for level in context.levels}
    rooms = []
    for row, name in enumerate(kw["hall_it"].refs):
        site, hall = context.halls[name.partition(":")[2]]
        if f"site:{site.id}" == ref and hall.ready_month <= context.month(month):
            cooled = sum(float(kw[key].limit[row, month]) for key in COOLING_MONTH)
            rooms.append((float(kw["hall_it"].limit[row, month]) - cooled, hall))
    short, hall = max(rooms, key=lambda room: room[0])
    for field, what, _ in COOLING_MONTH.values():
        planned = getattr(hall, field)
        if planned is not None and planned > context.month(month):
            yield Remedy(
                f"Have {what} of {hall.name or hall.id} in {context.when(month)}",
                f"Planned for {month_text(planned)}.",
                (set_field(f"hall:{hall.id}", field, context.month(month)),),
            )
            return
    field, what = ("air_kw", "air") if hall.air_kw > hall.liquid_kw else ("liquid_kw", "liquid")
    value = _round_up(getattr(hall, field) + short)
    yield Remedy(
        f"Raise {what} cooling of {hall.name or hall.id} to {_amount(value, 'kW')}",
        f"Now {_amount(getattr(hall, field), 'kW')}; its IT limit asks for {_amount(short, 'kW')} more.",
        (set_field(f"hall:{hall.id}", field, value),),
    )


def _wider_hall(context: CheckContext, at: int, ref: str, month: int) -> Iterator[Remedy]:
    """Two more rows in the hall with the most IT power left."""
    levels = next(level for level in context.levels if level.key == "hall_it")
    rooms = []
    for row, name in enumerate(levels.refs):
        site, hall = context.halls[name.partition(":")[2]]
        if f"site:{site.id}" == ref:
            rooms.append((float(levels.limit[row, month] - levels.load[row, month]), hall))
    hall = max(rooms, key=lambda room: room[0])[1]
    depth = hall.depth_m + ROWS_MORE * (ROW_DEPTH_M + hall.aisle_m)
    yield Remedy(
        f"Deepen {hall.name or hall.id} by {ROWS_MORE} rows, to {_amount(round(depth, 1), 'm')}",
        f"Now {hall.row_count} rows in {_amount(hall.depth_m, 'm')}; the building work is in no cost.",
        (set_field(f"hall:{hall.id}", "depth_m", round(depth, 1)),),
    )


def _less_grid(context: CheckContext, at: int, ref: str, month: int) -> Iterator[Remedy]:
    """Order no more than the site ever draws."""
    level = next(level for level in context.levels if level.key == "site_grid")
    need = _round_up(float(np.nan_to_num(level.load[at]).max()))
    grid = tuple((when, min(kw, need)) for when, kw in _site(context, ref).grid)
    if need > 0:
        yield Remedy(
            f"Order {_amount(need, 'kW')} of grid power",
            f"The most that the site ever draws; now {_amount(float(level.limit[at, month]), 'kW')}.",
            (set_field(ref, "grid", grid),),
        )


ROWS_MORE = 2
_REMEDY: Mapping[str, Callable[[CheckContext, int, str, int], Iterator[Remedy]]] = MappingProxyType(
    {"shells": _earlier_hall, "cooling": _more_cooling, "positions": _wider_hall, "chips": _less_grid}
)
"""Cause of stranded power → what ends it, as edits, for (context, row of the site, its ref, month index)."""


def _name(context: CheckContext, ref: str) -> str:
    kind, _, name = ref.partition(":")
    if kind == "site":
        return next((site.name for site in context.design.sites if site.id == name), name) or name
    if kind == "hall":
        return context.halls[name][1].name or name
    for _, hall in context.halls.values():
        for feed in hall.feeds:
            if feed.id == name:
                rows = ", ".join(chr(ord("A") + row) if row < 26 else str(row + 1) for row in feed.rows)
                return (
                    f"{hall.name}, row {rows} feed"
                    if len(feed.rows) == 1
                    else f"{hall.name}, rows {rows} feed"
                )
    return name


def _inside(name: str) -> str:
    """A name inside a sentence: ``air cooling``, but ``IT power``."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _amount(value: float, unit: str) -> str:
    return text(float(value), unit)


def _round_up(value: float) -> float:
    """Up to three significant digits, so that the offer is a round number and still enough."""
    if value <= 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(value)) - 2)
    return float(math.ceil(value / step - 1e-9) * step)

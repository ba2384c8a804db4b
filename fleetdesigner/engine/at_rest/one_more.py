"""What binds now and next, and what one more unit of anything is worth.

A unit is a MW of grid power, 100 kW of a hall's limit, a rack system, a hundredth more demand. A limit that
holds nothing back in any month is worth nothing without being tried: chips run as if it were not there.
Work for when the hand rests.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.fleet import Block, Hall, Site
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Workload
from fleetdesigner.engine.at_rest.evidence import scaled
from fleetdesigner.engine.at_rest.slips import Gap, difference
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.fleet.table import group_key
from fleetdesigner.engine.remembered import GivenUp, in_passing, still_wanted
from fleetdesigner.engine.results import Finding, Results
from fleetdesigner.engine.samples import Sample
from fleetdesigner.engine.site.limits import LIMITS, Limit
from fleetdesigner.engine.state import SampleState
from fleetdesigner.units import digits, month_text, signed, text

GRID_KW, HALL_KW, DEMAND = 1_000.0, 100.0, 0.01
CHUNK = 4
"""Units tried at once: few, as each holds some 3 MB meanwhile."""
NOTICED = 1e-9
"""Share of the whole below which a change of tokens is rounding."""
HALL_FIELDS = {"hall_it": "it_limit_kw", "hall_air": "air_kw", "hall_liquid": "liquid_kw"}
_DEMAND_FIELD = {"serving": "demand", "batch": "demand", "agent": "sessions", "training": "tokens"}


@dataclass(frozen=True, slots=True)
class Binding:
    """How near a limit is in a month."""

    ref: str
    """``site:s1`` ``hall:h1``"""
    rule: str
    """Its id in ``LIMITS``."""
    name: str
    """``Hall A, air cooling``"""
    load_kw: float
    limit_kw: float
    share: float
    """Load over limit; infinite where the limit is 0. Above 1 it holds chips back."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What one more unit changes."""

    ref: str
    """``site:s1`` ``hall:h1`` ``racks/trn3-gen2`` ``workload:chat``"""
    name: str
    unit: str
    """``+1 MW``"""
    npv_usd: Gap
    serving_tokens_per_s: float
    """Serving capacity in the month, more than without it; of more demand the tokens served, as capacity is
    counted at the best work of idle chips, which other work only takes from. NaN where a speed is unknown.
    """
    training_tokens_per_s: float
    """Trained tokens in the month."""


@dataclass(frozen=True, slots=True)
class OneMore:
    """One more of each thing that matters, the most valuable first."""

    month: int
    """Absolute month of the tokens and of `binding`."""
    worths: tuple[Worth, ...]
    binding: tuple[Binding, ...]
    """Limits that are in use, nearest first: what binds now, then what binds next."""
    why: str
    """Why more power or cooling is worth nothing; empty when it is worth something."""


def binding_of(state: SampleState, at: int) -> tuple[Binding, ...]:
    """All limits that hold chips back once they are passed, in a month index, the nearest first."""
    found = []
    for limit in _capping():
        loads = state.plant.capping.loads
        rows = zip(limit.refs(loads), limit.load(loads)[:, at], limit.limit(loads)[:, at], strict=True)
        for ref, load, most in rows:
            if load > 0:  # False where it is not known
                share = float(load / most) if most > 0 else math.inf
                name = f"{_name(state.design, ref)}, {_inside(limit.name)}"
                found.append(Binding(ref, limit.id, name, float(load), float(most), share))
    return tuple(sorted(found, key=lambda one: -one.share))


def one_more(
    design: Design, catalog: Catalog, month: int | None = None, cancelled: Callable[[], bool] = lambda: False
) -> OneMore:
    """What one more unit is worth over the horizon, and in an absolute month (None: that of most chips).

    `cancelled` is asked before each stage; once it says yes nothing more is tried.
    """
    base = evaluate(design, catalog)
    state, at = base.states[0], base.month_index(month)
    units = tuple(_units(design, state))
    worths: list[Worth] = []
    for begin in range(0, len(units), CHUNK):
        chunk = units[begin : begin + CHUNK]
        try:
            with in_passing(cancelled):
                results = evaluate(design, catalog, samples=[Sample(design=one) for *_, one in chunk])
                for sample, (ref, name, unit, _) in enumerate(chunk, start=1):
                    still_wanted()
                    if _matters(results, sample):
                        worths.append(_worth(results, sample, at, (ref, name, unit)))
        except GivenUp:
            break
    worths.sort(key=lambda one: -(one.npv_usd.value or 0.0))
    return OneMore(int(base.months[at]), tuple(worths), binding_of(state, at), _why(state, at, worths))


Unit = tuple[str, str, str, Design]
"""(ref, name, unit, the design with one more)"""


def _units(design: Design, state: SampleState) -> Iterator[Unit]:
    held_back = {
        (limit.id, ref)
        for limit in _capping()
        for ref, over in zip(limit.refs(state.plant.capping.loads), _over(state, limit), strict=True)
        if over
    }
    for at, site in enumerate(design.sites):
        if ("site_grid", f"site:{site.id}") in held_back:
            name = f"Grid power, {site.name or site.id}"
            yield f"site:{site.id}", name, "+1 MW", _with_site(design, at, _more_grid(design, site))
        for row, hall in enumerate(site.halls):
            for limit in _capping():
                if limit.id in HALL_FIELDS and (limit.id, f"hall:{hall.id}") in held_back:
                    field = HALL_FIELDS[limit.id]
                    room = hall.replaced(**{field: getattr(hall, field) + HALL_KW})
                    name = f"{hall.name or hall.id}, {_inside(limit.name)}"
                    yield f"hall:{hall.id}", name, "+100 kW", _with_hall(design, at, row, room)
    yield from _racks(design, state)
    for number, work in enumerate(design.workloads):
        if work.origin == "external":
            works = (*design.workloads[:number], _more_demand(work), *design.workloads[number + 1 :])
            yield f"workload:{work.id}", work.name or work.id, "+1 %", design.replaced(workloads=works)


def _racks(design: Design, state: SampleState) -> Iterator[Unit]:
    """One more system of each kind that is ever in service, beside those of its largest group."""
    fleet = state.plant.fleet
    for kind, rack_id in enumerate(fleet.rack_ids):
        groups = np.flatnonzero(fleet.group_rack == kind)
        runs = (fleet.rows.by_group @ fleet.active)[groups].max(axis=1, initial=0.0)
        if not runs.any():
            continue
        hall_at = int(fleet.group_hall[groups[int(runs.argmax())]])
        key = _key_of(design.halls[hall_at], state, int(groups[int(runs.argmax())]))
        at, row = next(
            (at, row)
            for at, site in enumerate(design.sites)
            for row, hall in enumerate(site.halls)
            if hall is design.halls[hall_at]
        )
        hall = design.sites[at].halls[row]
        like = next(block for block in hall.blocks if group_key(block) == key)
        room = hall.replaced(blocks=(*hall.blocks, _single(like)))
        rack = state.catalog.rack(rack_id)
        yield f"racks/{rack_id}", rack.short_name, "+1 system", _with_hall(design, at, row, room)


def _key_of(hall: Hall, state: SampleState, group: int) -> object:
    """The key of a group, which is the n-th of its hall."""
    fleet = state.plant.fleet
    first = int(np.flatnonzero(fleet.group_hall == fleet.group_hall[group])[0])
    return list(dict.fromkeys(group_key(block) for block in hall.blocks))[group - first]


def _single(block: Block) -> Block:
    return block.replaced(id=f"{block.id}.more", cols=1, rows=1, holes=(), pod=None)


def _more_grid(design: Design, site: Site) -> Site:
    steps = tuple((month, kw + GRID_KW) for month, kw in site.grid)
    return site.replaced(grid=steps or ((design.first_month, GRID_KW),))


def _more_demand(work: Workload) -> Workload:
    field = _DEMAND_FIELD[work.kind]
    held = getattr(work, field)
    more = held * (1 + DEMAND) if isinstance(held, float) else scaled(held, 1 + DEMAND)
    return work.replaced(**{field: more})


def _with_site(design: Design, at: int, site: Site) -> Design:
    return design.replaced(sites=(*design.sites[:at], site, *design.sites[at + 1 :]))


def _with_hall(design: Design, at: int, row: int, hall: Hall) -> Design:
    site = design.sites[at]
    halls = (*site.halls[:row], hall, *site.halls[row + 1 :])
    return _with_site(design, at, site.replaced(halls=halls))


def _capping() -> tuple[Limit, ...]:
    return tuple(limit for limit in LIMITS if limit.caps != "none")


def _over(state: SampleState, limit: Limit) -> list[bool]:
    """[N] whether each object of the limit is over it in any month."""
    loads = state.plant.capping.loads
    excess = limit.load(loads) - limit.limit(loads)
    return [bool((row > 0).any()) for row in excess]


def _matters(results: Results, sample: int) -> bool:
    """Whether tokens of any month change: served, capacity or trained."""
    before, after = results.states[0], results.states[sample]
    for name in ("serving_capacity", "served_output", "trained"):
        was, now = (np.nan_to_num(getattr(state, name)) for state in (before, after))
        if float(np.abs(now - was).sum()) > NOTICED * float(np.abs(was).sum()):
            return True
    return False


def _worth(results: Results, sample: int, at: int, words: tuple[str, str, str]) -> Worth:
    before, after = results.states[0], results.states[sample]
    wanted = words[0].startswith("workload:")
    serving = [one.served_output if wanted else one.serving_capacity for one in (before, after)]
    return Worth(
        *words,
        difference(results, sample).npv_usd,
        float(serving[1][at] - serving[0][at]),
        float(after.trained[at] - before.trained[at]),
    )


def _why(state: SampleState, at: int, worths: list[Worth]) -> str:
    """What more power or cooling would find: no chips that wait for it, or no demand."""
    if any(one.ref.startswith(("site:", "hall:")) for one in worths):
        return ""
    if not state.chips.any():
        return "more grid power would stand unused: no chips are placed"
    unmet, served = (float(np.nan_to_num(one)[at]) for one in (state.unmet_output, state.served_output))
    runs = (np.nan_to_num(state.progress[state.trains, at]) < 1) & (state.served[state.trains, at] > 0)
    if unmet > NOTICED * served or runs.any():
        return "more grid power would stand unused: chips are the limit"
    month = month_text(state.design.first_month + at)
    return f"more grid power would stand unused: all demand of {month} is served"


def _name(design: Design, ref: str) -> str:
    kind, _, name = ref.partition(":")
    things = design.sites if kind == "site" else design.halls
    return next((one.name or one.id for one in things if one.id == name), name)


def _inside(name: str) -> str:
    """A name inside a sentence: ``air cooling``, but ``IT power``."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def worth_findings(more: OneMore) -> tuple[Finding, ...]:
    """The power or cooling of which one more unit gains most, with what binds next; none when none gains."""
    gains = [
        one
        for one in more.worths
        if one.ref.startswith(("site:", "hall:")) and one.npv_usd.value is not None and one.npv_usd.value > 0
    ]
    if not gains:
        return ()
    best = gains[0]
    after = next((one for one in more.binding if one.name.casefold() not in _called(best)), None)
    then = "" if after is None else f" Next binds {after.name}: {digits(100 * after.share)} % of its limit."
    serves, trains = (
        signed(value, "token/s") for value in (best.serving_tokens_per_s, best.training_tokens_per_s)
    )
    without = "; what the connection costs is not in it" if best.ref.startswith("site:") else ""
    return (
        Finding(
            "info",
            "one_more",
            best.ref,
            f"{best.name}: {best.unit} is worth {text(best.npv_usd.value, 'usd')} of NPV",
            f"In {month_text(more.month)} it can serve {serves} and trains {trains}{without}.{then}",
        ),
    )


def _called(worth: Worth) -> tuple[str, str]:
    """How a binding may call the same limit."""
    what, _, whose = worth.name.partition(", ")
    return worth.name.casefold(), f"{whose}, {what}".casefold()

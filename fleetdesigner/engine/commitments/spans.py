"""A figure of a translation with its span, its grade and what it rests on.

Each fact is moved alone from its low to its high end. The facts do not know of each other, so their effects
are put together as the root of the sum of squares of ln ratios, each side apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fleetdesigner.engine.commitments.figures import Figured, FigureSpec, Rest
from fleetdesigner.engine.commitments.solving import World, solve
from fleetdesigner.engine.commitments.units import Fact, Unit
from fleetdesigner.engine.commitments.values import Amount, Bound, Commitment
from fleetdesigner.values import GRADES, Grade


def figured(
    spec: FigureSpec,
    base: Mapping[str, float],
    world: World,
    anchor: str,
    facts: Sequence[Fact],
    units: Sequence[Unit],
    commitment: Commitment,
) -> Figured | None:
    """One line of the table; None for one that this commitment has nothing to say about.

    `base`: the numbers of what stands there, in whole systems; `world` and `anchor`: what they follow from,
    moved fact by fact for the spans.
    """
    if not _asked(spec.id, commitment, anchor):
        return None
    key = spec.like or spec.id
    at_base = solve(world, anchor)[key]
    value = base.get(spec.id, math.nan)
    if math.isnan(value) or math.isnan(at_base):
        return Figured(
            spec.id, spec.name, spec.group, spec.unit, spec.per, None, None, None, "", "none", "none", (),
            spec.formula, _why(spec.id, commitment, units, world),
        )  # fmt: skip
    rests: list[Rest] = []
    down = up = 0.0
    split = 0.0, 0.0
    bounds: set[str] = set()
    for fact in facts:
        low, high = (_ratio(_moved(world, fact, end, units), anchor, key, at_base) for end in (0, 1))
        if low == 0.0 and high == 0.0:
            continue
        begin, stop = fact.ends
        weight = abs(high - low) / math.log(stop / begin) if begin > 0 and stop > begin else abs(high - low)
        if fact.ref.startswith("share:"):
            # shares add up to one: they are one fact, of which the furthest counts
            split = min(split[0], low, high), max(split[1], low, high)
        elif fact.has_span:
            down += min(low, high, 0.0) ** 2
            up += max(low, high, 0.0) ** 2
        rests.append(Rest(fact, value * math.exp(low), value * math.exp(high), weight))
        bound = _bound(commitment, fact)
        if bound:
            bounds.add(bound if high > low else "at least" if bound == "at most" else "at most")
    down, up = math.sqrt(down + split[0] ** 2), math.sqrt(up + split[1] ** 2)
    rests.sort(key=lambda one: -max(abs(math.log(one.at_low / value)), abs(math.log(one.at_high / value))))
    grades = [(one.fact.grade, one.weight) for one in rests]
    said: Bound = "at most" if bounds == {"at most"} else "at least" if bounds == {"at least"} else ""
    return Figured(
        spec.id, spec.name, spec.group, spec.unit, spec.per, value, *_ends(spec, value, down, up), said,
        _leading(grades), max((grade for grade, _ in grades), key=GRADES.index, default="assumption"),
        tuple(rests), spec.formula,
    )  # fmt: skip


def _ends(spec: FigureSpec, value: float, down: float, up: float) -> tuple[float, float]:
    """Low and high end; whole things have whole ends."""
    low, high = value * math.exp(-down), value * math.exp(up)
    if spec.unit == "count":
        return max(1.0, math.floor(low + 1e-9)), float(math.ceil(high - 1e-9))
    return low, high


def _asked(figure_id: str, commitment: Commitment, anchor: str) -> bool:
    """Whether a line belongs in the table of this commitment."""
    hired = commitment.usd is not None and commitment.usd_for == "services"
    return {
        "chips_by_power": commitment.power_kw is not None and anchor != "power",
        "chips_by_rent": hired and anchor != "dollars" and commitment.years is not None,
        "chips_by_own": hired and commitment.years is not None,
        "chip_hours": commitment.years is not None,
        "usd_per_chip_hour": hired and anchor != "dollars",
        "usd_at_own": commitment.years is not None,
        "usd_per_mw": commitment.usd is not None,
        "usd_per_mw_year": hired and commitment.years is not None,
        "usd_per_chip": commitment.usd is not None and commitment.usd_for == "building",
    }.get(figure_id, True)


def _moved(world: World, fact: Fact, end: int, units: Sequence[Unit]) -> World:
    """The world with one fact at its low (0) or high (1) end."""
    kind, _, name = fact.ref.partition(":")
    if kind == "given":
        return world.with_given(name, fact.ends[end])
    if kind == "share":
        at = next(index for index, unit in enumerate(units) if unit.rack.id == name)
        rest = math.fsum(world.shares) - world.shares[at]
        # the others keep their shares among themselves
        scale = (1.0 - fact.ends[end]) / rest
        shares = [share * scale for share in world.shares]
        shares[at] = fact.ends[end]
        return replace(world, shares=tuple(shares))
    if fact.ref.startswith("prices/"):
        chip = fact.ref.partition(".")[2]
        rents = (
            fact.ends[end] if unit.chip_id == chip else rent
            for unit, rent in zip(units, world.rents, strict=True)
        )
        return replace(world, rents=tuple(rents))
    return replace(world, per=tuple(unit.at(fact.ref, end) for unit in units))


def _ratio(world: World, anchor: str, key: str, base: float) -> float:
    """ln of a figure in another world over its value here; 0 where it has none there."""
    there = solve(world, anchor)[key]
    if math.isnan(there) or there <= 0:
        return 0.0
    found = math.log(there / base)
    return 0.0 if abs(found) < 1e-12 else found


def _bound(commitment: Commitment, fact: Fact) -> Bound:
    if not fact.ref.startswith("given:"):
        return ""
    amount: Amount | None = getattr(commitment, fact.ref.removeprefix("given:"))
    return "" if amount is None else amount.bound


def _leading(grades: Iterable[tuple[Grade, float]]) -> Grade:
    """The grade with the largest share of what moves a figure."""
    sums = dict.fromkeys(GRADES, 0.0)
    for grade, weight in grades:
        sums[grade] += weight
    return max(GRADES, key=lambda grade: (sums[grade], -GRADES.index(grade)))


def _why(figure_id: str, commitment: Commitment, units: Sequence[Unit], world: World) -> str:
    missing = "; ".join(dict.fromkeys(unit.why for unit in units if unit.why))
    if figure_id in ("rent", "chips_by_rent"):
        gaps = [unit.chip_name for unit, rent in zip(units, world.rents, strict=True) if math.isnan(rent)]
        return f"the price book has no rent of {', '.join(gaps)}"
    sized = commitment.chips is not None or commitment.power_kw is not None
    if commitment.years is None and (figure_id == "usd_per_chip_hour" or not sized):
        return "no term was said: add for example “over 8 years”"
    return missing or "what was said leads to no number"

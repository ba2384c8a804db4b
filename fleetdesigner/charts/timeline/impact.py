"""What a change did to the plan, in words: dollars, months to capacity, demand that is not served."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.engine.at_rest.slips import Difference, Gap, between
from fleetdesigner.engine.results import Results
from fleetdesigner.units import signed


@dataclass(frozen=True, slots=True)
class Impact:
    """Where a move leaves the plan."""

    difference: Difference

    def lines(self) -> tuple[tuple[str, str], ...]:
        """(label, value) of each figure."""
        found = self.difference
        return (
            ("Δ NPV", gap_words(found.npv_usd, "usd")),
            ("Δ capacity complete", _capacity(found.capacity_months)),
            ("Δ tokens unserved", gap_words(found.unserved_tokens, "token")),
        )


def impact(before: Results, now: Results) -> Impact:
    """`now` against `before`, over the whole plan."""
    return Impact(between(before.states[0], now.states[0]))


def _capacity(gap: Gap) -> str:
    return "never" if gap.value is None else gap_words(gap, "month")


def gap_words(gap: Gap, unit: str) -> str:
    """A signed figure, ``none`` for no difference, ``no figure`` where there is none."""
    if gap.value is None:
        return "no figure"
    if unit == "month":
        months = round(gap.value)
        noun = "month" if abs(months) == 1 else "months"
        return "none" if not months else f"{'+' if months > 0 else '−'}{abs(months)} {noun}"
    # what rounding leaves of sums of some 1e18 tokens is no demand
    return "none" if abs(gap.value) < 1.0 else signed(gap.value, unit)

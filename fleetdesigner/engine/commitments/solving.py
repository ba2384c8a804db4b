"""The arithmetic of a commitment in one world: givens and facts in, every figure out.

Per chip of the mix: kW and $ are means over the kinds, weighted by their share of the chips. With N chips,
P facility MW, U dollars and h = 730 · Σ share in service hours of one chip over the term:
N = chips, or P / kW a chip, or U / (rate · h); rate of hours = U / (N · h).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fleetdesigner.engine.commitments.units import PerChip
from fleetdesigner.engine.commitments.values import Basis
from fleetdesigner.units import HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class World:
    """One set of inputs. NaN = not given, or no public figure."""

    per: tuple[PerChip, ...]
    """By kind."""
    rents: tuple[float, ...]
    """By kind, USD a chip-hour of the price book."""
    shares: tuple[float, ...]
    """By kind, of the chips."""
    chips: float
    power_kw: float
    basis: Basis
    usd: float
    building: bool
    """The dollars are for what was built, not for hours."""
    full_months: float
    """Σ of the share in service over the months of the term."""
    years: float

    def with_given(self, name: str, value: float) -> World:
        """With another chips, power_kw or usd."""
        if name == "chips":
            return replace(self, chips=value)
        return replace(self, power_kw=value) if name == "power_kw" else replace(self, usd=value)


def mean(shares: Sequence[float], values: Sequence[float]) -> float:
    """Σ share · value over the kinds that have a share; NaN where one of these is missing."""
    return math.fsum(share * value for share, value in zip(shares, values, strict=True) if share > 0)


def solve(world: World, anchor: str) -> Mapping[str, float]:
    """Every figure of the table; NaN where something is missing. `anchor`: chips, power or dollars."""
    shares = world.shares
    it = mean(shares, [one.it_kw for one in world.per])
    facility = mean(shares, [one.facility_kw for one in world.per])
    own = mean(shares, [one.own_usd for one in world.per])
    rent = mean(shares, world.rents)
    hours = world.full_months * HOURS_PER_MONTH
    rate = own if math.isnan(rent) else rent
    hired = math.nan if world.building else world.usd
    by_power = world.power_kw / (it if world.basis == "IT" else facility)
    by_rate = hired / (rate * hours)
    chips = {"chips": world.chips, "power": by_power, "dollars": by_rate}[anchor]
    mw = chips * facility / 1e3
    return {
        "chips": chips,
        "chips_by_power": by_power,
        "chips_by_rent": hired / (rent * hours),
        "chips_by_own": hired / (own * hours),
        "it_kw": chips * it,
        "facility_kw": chips * facility,
        "kw_per_chip": facility,
        "chips_per_gw": 1e6 / facility,
        "chip_hours": chips * hours,
        "usd_per_chip_hour": hired / (chips * hours),
        "rent": rent,
        "own": own,
        "usd_at_own": chips * hours * own,
        "usd_per_mw": world.usd / mw,
        "usd_per_mw_year": hired / (mw * world.years),
        "usd_per_chip": world.usd / chips,
        "capex": chips * mean(shares, [one.capex_usd for one in world.per]),
    }

"""A commitment translated: what was given fixes the number of chips, the engine gives the rest.

How sure each figure is, is the matter of ``spans``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fleetdesigner.catalog import Catalog, CatalogError, Rack
from fleetdesigner.design.model import Design
from fleetdesigner.engine.commitments.figures import SPECS, Figured
from fleetdesigner.engine.commitments.layout import Timetable, design_for
from fleetdesigner.engine.commitments.solving import World, mean, solve
from fleetdesigner.engine.commitments.spans import figured
from fleetdesigner.engine.commitments.units import Fact, Unit, fabric_of, fact_of, tiers_for, unit_of
from fleetdesigner.engine.commitments.values import Amount, Choices, Commitment, CommitmentError
from fleetdesigner.engine.commitments.words import remarks
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.remembered import in_passing
from fleetdesigner.engine.results import Results
from fleetdesigner.units import month_number

USUAL_SYSTEM = "trn3-gen2"
"""Where neither the commitment nor the planner names one."""
USUAL_SITE = "us-average"
USUAL_START = "2027-01"
USUAL_RAMP = 24
_GIVEN = (
    ("chips", "chips given", "chip"),
    ("power_kw", "power given", "kW"),
    ("usd", "dollars given", "usd"),
)


@dataclass(frozen=True, slots=True)
class Landing:
    """What runs in a month."""

    month: int
    chips: float
    it_kw: float
    facility_kw: float
    low_kw: float
    """Facility power, by the span of facility power at full size."""
    high_kw: float


@dataclass(frozen=True, slots=True, eq=False)
class Translation:
    """A commitment in the planner's words. Compare by identity."""

    commitment: Commitment
    choices: Choices
    """With everything decided: systems, shares, months, anchor."""
    racks: tuple[Rack, ...]
    counts: tuple[int, ...]
    """Rack systems of each kind."""
    place: str
    """Name of the site."""
    figures: tuple[Figured, ...]
    landings: tuple[Landing, ...]
    """Every month until all of it runs."""
    remarks: tuple[str, ...]
    """What contradicts, what is missing, what was assumed."""
    design: Design | None
    """None when no number of chips follows."""

    @property
    def why_not(self) -> str:
        """Why there is no design; empty when there is one."""
        return self.figure("chips").why or self.figure("facility_kw").why

    def figure(self, figure_id: str) -> Figured:
        """A line of the table. Raises KeyError when there is none."""
        for one in self.figures:
            if one.id == figure_id:
                return one
        raise KeyError(figure_id)


def translate(commitment: Commitment, catalog: Catalog, choices: Choices | None = None) -> Translation:
    """The table, the plan by month and the design of a commitment. Pure.

    Raises CommitmentError in one line when a choice names what does not exist, or the size fits no design.
    """
    decided = _decided(commitment, choices or Choices(), catalog)
    when = _timetable(commitment, decided)
    split = choices is None or not choices.shares
    units, world, facts = _inputs(commitment, decided, catalog, when, split)
    anchor = decided.anchor
    base = solve(world, anchor)
    chips = base["chips"]
    counts = (0,) * len(units)
    design: Design | None = None
    results: Results | None = None
    if not math.isnan(chips):
        counts = _counts(chips, world.shares, units, commitment, anchor)
        # whole systems: the figures are those of what stands there, with the shares it has
        stands = [unit.chips * count for unit, count in zip(units, counts, strict=True)]
        total = float(sum(stands))
        whole = replace(world, chips=total, shares=tuple(one / total for one in stands))
        base = {**solve(whole, "chips"), "chips_by_power": base["chips_by_power"]}
        base |= _counted(units, counts)
        if not math.isnan(base["facility_kw"]):
            # halls and grid are sized by power: without a figure for it there is no design
            design, results = _laid_out(commitment, decided, units, counts, when, catalog)
            capex = results.kpi("capex_usd", brief=True).value
            base |= {"halls": float(len(design.halls)), "capex": math.nan if capex is None else capex}
    figures = tuple(
        figure
        for spec in SPECS
        if (figure := figured(spec, base, world, anchor, facts, units, commitment)) is not None
    )
    table = {figure.id: figure for figure in figures}
    landings = _landings(results, when, table["facility_kw"]) if results is not None else ()
    said = remarks(commitment, decided, [unit.rack for unit in units], table, _servers_kw(units, world))
    return Translation(
        commitment, decided, tuple(unit.rack for unit in units), counts, catalog.site(decided.site).name,
        figures, landings, said, design,
    )  # fmt: skip


def design_of(translation: Translation) -> Design:
    """The design of a translation. Raises CommitmentError with the reason when no size follows."""
    if translation.design is None:
        raise CommitmentError(f"no design: {translation.why_not}")
    return translation.design


def _servers_kw(units: Sequence[Unit], world: World) -> float:
    """kW of a chip in its server, without network, storage and cooling; NaN without a figure."""
    figures = [unit.rack.it_power_kw for unit in units]
    kw = [math.nan if figure is None else figure.value for figure in figures]
    return mean(world.shares, [one / unit.chips for one, unit in zip(kw, units, strict=True)])


# decisions


def _decided(commitment: Commitment, choices: Choices, catalog: Catalog) -> Choices:
    """Every choice made: the planner's, else the commitment's, else the usual."""
    systems = choices.systems or commitment.systems or (USUAL_SYSTEM,)
    shares = choices.shares or (1.0 / len(systems),) * len(systems)
    if len(shares) != len(systems) or sum(shares) <= 0:
        raise CommitmentError(f"{len(shares)} shares for {len(systems)} rack systems; give one for each")
    start = choices.start_month or commitment.start_month
    ramp = choices.ramp_months
    if ramp is None and commitment.full_month is not None:
        ramp = commitment.full_month - (start or commitment.full_month - USUAL_RAMP + 1) + 1
        if start is None:
            start = commitment.full_month - USUAL_RAMP + 1
    ramp = USUAL_RAMP if ramp is None else ramp
    if not 1 <= ramp <= 120:
        raise CommitmentError(f"a ramp of {ramp} months cannot be; start it 1 to 120 months before its end")
    anchor = choices.anchor
    given = {
        "chips": commitment.chips is not None,
        "power": commitment.power_kw is not None,
        "dollars": commitment.usd is not None and commitment.usd_for == "services",
    }
    if anchor == "auto":
        anchor = "chips" if given["chips"] else "power" if given["power"] else "dollars"
    elif not given[anchor]:
        raise CommitmentError(
            f"no {anchor} were given to size it by; there are {', '.join(k for k in given if given[k])}"
        )
    site = choices.site or commitment.site or USUAL_SITE
    for place, find, name in (
        ("site", catalog.site, site),
        ("price book", catalog.price_book, choices.price_book),
    ):
        try:
            find(name)
        except CatalogError as error:
            raise CommitmentError(f"{place}: {error}") from None
    total = sum(shares)
    return choices.changed(
        systems=systems, site=site, shares=tuple(share / total for share in shares), anchor=anchor,
        ramp_months=ramp, start_month=start or month_number(USUAL_START),
    )  # fmt: skip


def _timetable(commitment: Commitment, choices: Choices) -> Timetable:
    start, ramp = choices.start_month or 0, choices.ramp_months or 1
    term = 0 if commitment.years is None else round(commitment.years * 12)
    return Timetable(
        start, ramp, choices.step_months, choices.shape, min(240, max(36, term, ramp + 12))
    )  # fmt: skip


def _inputs(
    commitment: Commitment, choices: Choices, catalog: Catalog, when: Timetable, split: bool
) -> tuple[tuple[Unit, ...], World, tuple[Fact, ...]]:
    """The rack systems in their place, the world as it is, and every fact it rests on; among them how the
    systems share the chips (`split`), unless the planner has decided that.
    """

    def units_for(chips: float) -> tuple[Unit, ...]:
        out = []
        for rack_id, share in zip(choices.systems, choices.shares, strict=True):
            try:
                fabric = fabric_of(catalog, catalog.rack(rack_id))
            except CatalogError as error:
                raise CommitmentError(str(error)) from None
            most = math.inf if fabric.max_chips is None else fabric.max_chips.value
            tiers = tiers_for(fabric, min(chips * share, most))
            out.append(unit_of(catalog, rack_id, choices.site, tiers, when.first_month))
        return tuple(out)

    units = units_for(math.inf)
    book = catalog.price_book(choices.price_book)
    rents = [book.usd_per_chip_hour(unit.chip_id) for unit in units]
    months = 0 if commitment.years is None else round(commitment.years * 12)
    world = World(
        per=tuple(unit.base for unit in units),
        rents=tuple(math.nan if rent is None else rent.value for rent in rents),
        shares=choices.shares,
        chips=_value(commitment.chips), power_kw=_value(commitment.power_kw), usd=_value(commitment.usd),
        basis=commitment.power_basis, building=commitment.usd_for == "building",
        full_months=math.fsum(when.share(months)) if months else math.nan,
        years=commitment.years or math.nan,
    )  # fmt: skip
    rough = solve(world, choices.anchor)["chips"]
    if not math.isnan(rough):
        # a small cluster needs fewer tiers of switches, and so less power
        units = units_for(rough)
        world = replace(world, per=tuple(unit.base for unit in units))
    facts: dict[str, Fact] = {}
    for name, label, unit_word in _GIVEN:
        amount: Amount | None = getattr(commitment, name)
        if amount is not None:
            facts[f"given:{name}"] = Fact(
                f"given:{name}", label, amount.value, amount.low, amount.high, unit_word, amount.evidence,
                amount.source,
            )  # fmt: skip
    for unit, rent, share in zip(units, rents, choices.shares, strict=True):
        facts.update((fact.ref, fact) for fact in unit.facts if share > 0)
        if rent is not None and share > 0:
            ref = f"{book.ref}.{unit.chip_id}"
            facts[ref] = fact_of(rent, ref, f"rent of {catalog.chip(unit.chip_id).name}", "usd/h")
        if split and (len(units) > 2 or (len(units) == 2 and unit is units[0])):
            name = unit.rack.short_name or unit.rack.name
            facts[f"share:{unit.rack.id}"] = Fact(
                f"share:{unit.rack.id}", f"share of {name}", share, 0.0, 1.0, "fraction", "assumption",
                "how the systems share it was not said",
            )  # fmt: skip
    return units, world, tuple(facts.values())


def _value(amount: Amount | None) -> float:
    return math.nan if amount is None else amount.value


def _counts(
    chips: float, shares: Sequence[float], units: Sequence[Unit], commitment: Commitment, anchor: str
) -> tuple[int, ...]:
    """Whole rack systems: enough for chips that were said, no more than power and dollars allow."""
    exact = [chips * share / unit.chips for share, unit in zip(shares, units, strict=True)]
    if anchor == "chips" and not (commitment.chips is not None and commitment.chips.bound == "at most"):
        counts = tuple(math.ceil(one - 1e-9) for one in exact)
    else:
        counts = tuple(math.floor(one + 1e-9) for one in exact)
    if not any(counts):
        unit = units[0]
        raise CommitmentError(
            f"“{commitment.name}” is less than one {unit.rack.name} of {unit.chips} chips and "
            f"{unit.facility_kw:,.0f} kW of facility power; choose a smaller rack system"
        )
    return counts


def _laid_out(
    commitment: Commitment,
    choices: Choices,
    units: Sequence[Unit],
    counts: Sequence[int],
    when: Timetable,
    catalog: Catalog,
) -> tuple[Design, Results]:
    power = commitment.power_kw
    committed = None
    if power is not None and choices.anchor == "power" and commitment.power_basis != "IT":
        committed = power.value
    design = design_for(commitment.name, units, counts, when, choices, catalog, committed)
    with in_passing():
        return design, evaluate(design, catalog)


def _counted(units: Sequence[Unit], counts: Sequence[int]) -> dict[str, float]:
    """Systems, racks and floor positions of the rack systems."""
    pairs = list(zip(units, counts, strict=True))
    return {
        "systems": float(sum(counts)),
        "racks": float(sum(unit.rack.racks * count for unit, count in pairs)),
        "positions": float(sum(unit.rack.positions * count for unit, count in pairs)),
    }


def _landings(results: Results, when: Timetable, facility: Figured) -> tuple[Landing, ...]:
    state = results.states[0]
    value = facility.value or math.nan
    low = (facility.low or value) / value
    high = (facility.high or value) / value
    return tuple(
        Landing(
            when.first_month + at, float(state.chips[at]), float(state.it_power[at]),
            float(state.facility[at]), float(state.facility[at]) * low, float(state.facility[at]) * high,
        )
        for at in range(min(when.ramp_months, when.months))
    )  # fmt: skip

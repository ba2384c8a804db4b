"""Own, lease, rent or buy tokens: the same plan evaluated with each, side by side in one batch.

Only the ownership of the chosen phases changes, so demand, dispatch and revenue are the same in all of them.
The terms come from ``resources/presets/ways.toml``; a phase that the plan leases or rents already keeps its
own terms in that way. NaN = no figure.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.assets import resource
from fleetdesigner.catalog import Catalog
from fleetdesigner.design.fleet import Lease, Own, Ownership, Phase, Rent, Tokens
from fleetdesigner.design.model import Design
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.fleet.figures import kind_of
from fleetdesigner.engine.kpis.values import present
from fleetdesigner.engine.money.break_even import back_for_good, cumulative_cash
from fleetdesigner.engine.money.items import COST_ITEMS
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.samples import Sample
from fleetdesigner.engine.state import SampleState
from fleetdesigner.units import month_text, text
from fleetdesigner.values import Grade

Array = NDArray[np.float64]
WayId = Literal["planned", "own", "lease", "rent", "tokens"]
Kind = Literal["own", "lease", "rent", "tokens"]

FIGURES = ("npv_usd", "tco_usd", "usd_per_accelerator_hour", "usd_per_million_tokens", "payback_months")
"""KPIs of a way, each a field of ``Way``; those of a month are in the month of the most accelerators."""
_PRICED = ("rent", "token_price")
_OWN, _RENT = 1, 3
"""Places among the ways."""
_ONLY_SOLD = "owning has cost more in every month until its systems are sold or valued at the end"
_NONE_SERVED = "nothing is served in the horizon, so no token is bought"
_ITEM = {item.key: at for at, item in enumerate(COST_ITEMS)}


@dataclass(frozen=True, slots=True)
class WayTerms:
    """On what terms a plan is leased and rented, where it does not say itself."""

    lease_months: int
    lease_rate: float
    """Yearly interest."""
    lease_source: str
    books: tuple[str, ...]
    """Ids of price books, the first that rents a phase's accelerators is taken."""
    rent_months: int
    """Commitment; 0 = by the month."""
    rent_source: str
    token_books: tuple[str, ...]
    """Ids of price books, the first that sells all models that are served is taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The plan with one way to get its systems."""

    id: WayId
    name: str
    terms: str
    """In words: ``36 months at 10 % a year``."""
    npv_usd: float | None
    tco_usd: float | None
    usd_per_accelerator_hour: float | None
    usd_per_million_tokens: float | None
    payback_months: float | None
    cumulative_cash: Array
    """[M] USD from the first month on, the value brought in taken off; NaN from where a figure is missing"""
    why: tuple[tuple[str, str], ...]
    """(field, reason) of each of FIGURES that is None, and of ``cumulative_cash`` where it is NaN."""
    ownership: tuple[tuple[str, Ownership], ...]
    """(phase, how it is held) of the phases that this way holds otherwise than the plan does."""
    grade: Grade
    """What carries most of the total cost; ``none`` without one."""

    def reason(self, field: str) -> str:
        """Why a field has no figure; empty when it has one."""
        return dict(self.why).get(field, "")


@dataclass(frozen=True, slots=True)
class OwnOrRent:
    """Where owning and renting the chosen phases cost the same."""

    utilisation: float | None
    """Share of the hours in use at which both cost the same, when rent is paid for hours in use alone; above
    1: renting every hour still costs less. By present value of all cost of the horizon.
    """
    why_utilisation: str
    month: int | None
    """Absolute month from which on owning has cost less than renting, with what its systems bring at the end
    if that decides it.
    """
    why_month: str


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """All ways of a plan."""

    ways: tuple[Way, ...]
    """planned, own, lease, rent, tokens"""
    own_or_rent: OwnOrRent
    first_month: int
    default_month: int
    """The month of the figures that are of one month"""

    def __getitem__(self, way_id: WayId) -> Way:
        return next(one for one in self.ways if one.id == way_id)


@cache
def way_terms() -> WayTerms:
    """The terms as shipped."""
    data = tomllib.loads(resource("presets", "ways.toml").read_text(encoding="utf-8"))
    lease, rent, tokens = data["lease"], data["rent"], data["tokens"]
    return WayTerms(
        int(lease["term_months"]), float(lease["rate"]), str(lease["source"]),
        tuple(map(str, rent["books"])), int(rent["term_months"]), str(rent["source"]),
        tuple(map(str, tokens["books"])),
    )  # fmt: skip


def ways_of(design: Design, catalog: Catalog, phase_ids: Collection[str] | None = None) -> tuple[Way, ...]:
    """The plan as it is, and with the phases `phase_ids` (None = all) owned, leased, rented, or their output
    bought as tokens.

    Raises EvaluationError for a phase that is not there, and what ``evaluate`` raises.
    """
    return compare_ways(design, catalog, phase_ids).ways


def compare_ways(design: Design, catalog: Catalog, phase_ids: Collection[str] | None = None) -> Ways:
    """The same, with where owning and renting cost the same."""
    chosen = _chosen(design, phase_ids)
    plans = [_Plan("planned", "As planned", design, "as planned", "")]
    plans += [make(design, catalog, chosen) for make in (_own, _lease, _rent, _tokens)]
    samples = tuple(Sample(name=plan.name, design=plan.design) for plan in plans[1:])
    results = evaluate(design, catalog, samples=samples)
    ways = tuple(_way(results, at, plan) for at, plan in enumerate(plans))
    return Ways(ways, _own_or_rent(results, ways), results.first_month, results.default_month)


@dataclass(frozen=True, slots=True)
class _Plan:
    id: WayId
    name: str
    design: Design
    terms: str
    lacks: str
    """Why its figures are missing, if they are; empty = as the KPI says."""


def _chosen(design: Design, phase_ids: Collection[str] | None) -> frozenset[str]:
    held = frozenset(phase.id for phase in design.phases)
    if phase_ids is None:
        return held
    for one in phase_ids:
        if one not in held:
            raise EvaluationError(f"phase:{one}: the plan has no such phase")
    return frozenset(phase_ids)


def _with(design: Design, chosen: frozenset[str], changed: Callable[[Phase], Phase]) -> Design:
    return design.changed(
        phases=tuple(changed(phase) if phase.id in chosen else phase for phase in design.phases)
    )


def _own(design: Design, catalog: Catalog, chosen: frozenset[str]) -> _Plan:
    made = _with(design, chosen, lambda phase: phase.changed(ownership=Own()))
    return _Plan("own", "Own", made, "bought in the month of service at the price of then", "")


def _lease(design: Design, catalog: Catalog, chosen: frozenset[str]) -> _Plan:
    """What stood before the first month has no lease left to begin: it stays as planned."""
    terms = way_terms()
    old = frozenset(phase.id for phase in design.phases if phase.service_month < design.first_month)

    def leased(phase: Phase) -> Phase:
        if isinstance(phase.ownership, Lease):
            return phase
        return phase.changed(ownership=Lease(term_months=terms.lease_months, rate=terms.lease_rate))

    words = f"{terms.lease_months} months at {terms.lease_rate * 100:.3g} % a year"
    words += _kept(design, chosen, "lease", "leases")
    if old & chosen:
        words += f"; what stood before {month_text(design.first_month)} stays as planned"
    return _Plan("lease", "Lease", _with(design, chosen - old, leased), words, "")


def _rent(design: Design, catalog: Catalog, chosen: frozenset[str]) -> _Plan:
    terms = way_terms()
    held = catalog.with_overrides(design.overrides)
    found: dict[str, str] = {}
    unrented: dict[str, None] = {}
    for phase in design.phases:
        if phase.id not in chosen or isinstance(phase.ownership, Rent):
            continue
        racks = dict.fromkeys(block.rack_id for block in design.blocks if block.phase_id == phase.id)
        kinds = [kind_of(held, rack_id) for rack_id in racks]
        books = [
            book for book in terms.books
            if all(held.price_book(book).usd_per_chip_hour(kind.chip.id) is not None for kind in kinds)
        ]  # fmt: skip
        found[phase.id] = books[0] if books else terms.books[0]
        if not books:
            unrented.update(
                (kind.rack.short_name, None) for kind in kinds
                if not any(held.price_book(book).usd_per_chip_hour(kind.chip.id) for book in terms.books)
            )  # fmt: skip

    def rented(phase: Phase) -> Phase:
        if phase.id not in found:
            return phase
        return phase.changed(ownership=Rent(price_book_id=found[phase.id], term_months=terms.rent_months))

    used = dict.fromkeys(found.values())
    words = " and ".join(held.price_book(book).name for book in used)
    term = f"{terms.rent_months} months" if terms.rent_months else "by the month"
    words = f"{words}, {term}" if words else ""
    lacks = f"no book rents {' or '.join(unrented)}" if unrented else ""
    kept = _kept(design, chosen, "rent", "rents")
    return _Plan("rent", "Rent", _with(design, chosen, rented), (words + kept).removeprefix("; "), lacks)


def _tokens(design: Design, catalog: Catalog, chosen: frozenset[str]) -> _Plan:
    """The systems of a phase stand for the capacity that is bought: they limit it, and cost nothing."""
    held = catalog.with_overrides(design.overrides)
    books = [held.price_book(one) for one in way_terms().token_books]
    models = dict.fromkeys(work.model_id for work in design.workloads if work.kind != "training")
    book = next((one for one in books if all(map(one.sells, models))), books[0])
    unsold = [one for one in models if not any(other.sells(one) for other in books)]

    def bought(phase: Phase) -> Phase:
        if isinstance(phase.ownership, Tokens):
            return phase
        return phase.changed(ownership=Tokens(price_book_id=book.id))

    lacks = []
    if unsold:
        lacks.append(f"no book sells {' or '.join(held.model(one).name for one in unsold)} by the token")
    if any(work.kind == "training" for work in design.workloads):
        lacks.append("training cannot be bought by the token")
    words = f"{book.name}; as much as the plan's systems serve, input and output"
    words += _kept(design, chosen, "tokens", "purchases of tokens")
    return _Plan("tokens", "Buy tokens", _with(design, chosen, bought), words, "; ".join(lacks))


def _kept(design: Design, chosen: frozenset[str], kind: Kind, words: str) -> str:
    planned = any(phase.ownership.kind == kind for phase in design.phases if phase.id in chosen)
    return f"; planned {words} keep their terms" if planned else ""


def _way(results: Results, at: int, plan: _Plan) -> Way:
    state = results.states[at]
    unpriced = [gap.text for gap in state.plant.gaps if gap.need in _PRICED]
    values: dict[str, float | None] = {}
    why: list[tuple[str, str]] = []

    def reason(words: str) -> str:
        return plan.lacks if plan.lacks and any(gap in words for gap in unpriced) else words

    for name in FIGURES:
        kpi = results.kpi(name, None, at, brief=True)
        values[name] = kpi.value
        if kpi.value is None:
            why.append((name, reason(kpi.why)))
    cash = cumulative_cash(state)
    if plan.id == "tokens" and values["tco_usd"] == 0.0:
        # nothing for nothing is no way to hold a fleet: it would win over each that costs something
        values, cash = dict.fromkeys(FIGURES), np.full_like(cash, np.nan)
        why = [(name, _NONE_SERVED) for name in (*FIGURES, "cumulative_cash")]
    elif np.isnan(cash).any():
        why.append(("cumulative_cash", reason(results.kpi("npv_usd", None, at, brief=True).why)))
    return Way(
        plan.id, plan.name, plan.terms, values["npv_usd"], values["tco_usd"],
        values["usd_per_accelerator_hour"], values["usd_per_million_tokens"], values["payback_months"],
        cash, tuple(why), _changed(results.states[0].design, plan.design),
        "none" if values["tco_usd"] is None else results.kpi("tco_usd", None, at, brief=True).evidence,
    )  # fmt: skip


def _changed(planned: Design, made: Design) -> tuple[tuple[str, Ownership], ...]:
    return tuple(
        (after.id, after.ownership)
        for before, after in zip(planned.phases, made.phases, strict=True)
        if after.ownership != before.ownership
    )


def _own_or_rent(results: Results, ways: tuple[Way, ...]) -> OwnOrRent:
    """See ``OwnOrRent``: C_own = C_rent − R + u R, with present values of all cost C and of the rent R that
    the chosen phases pay.
    """
    own, rent = (results.states[_OWN], results.states[_RENT])
    lacks = ways[_OWN].reason("tco_usd") or ways[_RENT].reason("tco_usd")
    if lacks:
        return OwnOrRent(None, lacks, None, lacks)
    # phases that are not compared pay the same rent in both
    paid = present(own, rent.cost.cash[_ITEM["rent"]] - own.cost.cash[_ITEM["rent"]])
    share, why = None, "nothing is rented in the horizon"
    if paid > 0.0:
        share, why = 1.0 + (_cost(own) - _cost(rent)) / paid, ""
        if share <= 0.0:
            share, why = None, "owning costs less even if nothing were rented"
    gap = ways[_OWN].cumulative_cash - ways[_RENT].cumulative_cash
    scale = float(max(np.abs(one.cumulative_cash).max() for one in (ways[_OWN], ways[_RENT])))
    at = back_for_good(gap, scale)
    if at is not None:
        sold = own.cost.cash[_ITEM["residual"], -1] - rent.cost.cash[_ITEM["residual"], -1]
        if at == len(gap) - 1 and gap[-1] + sold < 0:
            return OwnOrRent(share, why, None, _ONLY_SOLD)
        return OwnOrRent(share, why, results.first_month + at, "")
    if gap[-1] < 0:
        behind = text(-float(gap[-1]), "usd")
        return OwnOrRent(share, why, None, f"owning has cost {behind} more at the end of the horizon")
    return OwnOrRent(share, why, None, "owning costs no more than renting in any month")


def _cost(state: SampleState) -> float:
    """Present value of all that is paid and brought in."""
    return present(state, state.cost.cash_total) + state.cost.opening.total * state.plant.dollars.first

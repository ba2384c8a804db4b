"""Sentences of the money view: what the flow is worth, or why that does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable

from fleetdesigner.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.fleet import Phase
from fleetdesigner.engine.results import KpiValue, Results
from fleetdesigner.units import month_text, text

PRICES = (
    "usd_per_accelerator_hour", "usd_per_million_tokens", "usd_per_million_tokens_input",
    "usd_per_million_tokens_total", "usd_per_million_tokens_usage",
)  # fmt: skip


def return_words(results: Results) -> tuple[str, str]:
    """(what there is of NPV, IRR, payback and break-even, why the rest does not exist)."""
    found: list[str] = []
    missing: dict[str, list[str]] = {}
    for kpi_id, say in _WORTH:
        value = results.kpi(kpi_id, brief=True)
        if value.value is None:
            missing.setdefault(value.why, []).append(_inside(value.name))
        else:
            found.append(say(results, value.value))
    first = " ".join(f"{one}." for one in found)
    why = " ".join(f"No {_listed(names)}: {reason}." for reason, names in missing.items())
    return first, why


def _months(results: Results, months: float) -> str:
    return f"after {months:.0f} months ({month_text(results.first_month + int(months))})"


def _npv(results: Results, usd: float) -> str:
    rate = results.states[0].plant.assumptions["discount_rate"]
    return f"NPV {text(usd, 'usd')} at {text(rate, 'fraction')} a year"


_WORTH: tuple[tuple[str, Callable[[Results, float], str]], ...] = (
    ("npv_usd", _npv),
    ("irr", lambda results, rate: f"IRR {text(rate, 'fraction')} a year"),
    ("payback_months", lambda results, months: f"Payback {_months(results, months)}"),
    ("payback_discounted_months", lambda results, months: f"Discounted payback {_months(results, months)}"),
    (
        "break_even_utilisation",
        lambda results, share: f"Breaks even at {text(share, 'fraction')} of the value planned to be served",
    ),
)


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


def _inside(name: str) -> str:
    """A name inside a sentence: a capital word stays one, ``a, b`` is ``b a``."""
    noun, comma, kind = name.partition(", ")
    said = f"{kind} {noun}" if comma else name
    return said if said[1:2].isupper() else said[:1].lower() + said[1:].lower()


def missing_prices(results: Results, month: int) -> tuple[KpiValue, ...]:
    """Prices of the whole fleet in a month that have no figure."""
    values = (results.kpi(one, month, brief=True) for one in PRICES)
    return tuple(value for value in values if value.value is None)


def has_rested(results: Results) -> bool:
    """Whether what is worked out when the hand rests is in the results."""
    return results.one_more is not None


def horizon_words(results: Results) -> str:
    """``60 months from 2026-01, nominal dollars``"""
    design = results.states[0].design
    kind = "nominal dollars" if design.dollars == "nominal" else f"dollars of {design.money_year}"
    return f"{design.months} months from {month_text(design.first_month)}, {kind}"


def excluded_words(results: Results) -> tuple[str, ...]:
    """What the total leaves out, with the names of entries in place of their ids."""
    return tuple(_named(one, results.states[0].catalog) for one in results.excluded)


def _named(words: str, catalog: Catalog) -> str:
    found = re.match(r"[a-z]+/[A-Za-z0-9_.\-]+", words)
    if found is None:
        return words
    try:
        return catalog.entry(found[0]).name + words[found.end() :]
    except CatalogError:
        return words


def phase_names(phases: tuple[Phase, ...]) -> list[tuple[str, str]]:
    """(id, name) of the phases to choose from."""
    return [(phase.id, phase.name or phase.id) for phase in phases]

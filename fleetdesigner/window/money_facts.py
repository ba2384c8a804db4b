"""Sentences of the money view: what the flow is worth, or why that does not exist."""

from __future__ import annotations

import re

from fleetdesigner.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.fleet import Phase
from fleetdesigner.engine.cash_groups import payback_discounted
from fleetdesigner.engine.results import KpiValue, Results
from fleetdesigner.units import month_text, text

PRICES = (
    "usd_per_accelerator_hour", "usd_per_million_tokens", "usd_per_million_tokens_input",
    "usd_per_million_tokens_total", "usd_per_million_tokens_usage",
)  # fmt: skip
_NO_PAYBACK = "the cumulative present value does not come back to 0 in the horizon"


def return_words(results: Results) -> tuple[str, str]:
    """(what there is of NPV, IRR and payback, why the rest does not exist)."""
    npv, irr, payback = (results.kpi(one, brief=True) for one in ("npv_usd", "irr", "payback_months"))
    found: list[str] = []
    missing: dict[str, list[str]] = {}
    for value, tail in ((npv, ""), (irr, " a year"), (payback, "")):
        if value.value is None:
            missing.setdefault(value.why, []).append(value.name)
        elif value is payback:
            found.append(f"Payback {_months(results, value.value)}")
        elif value is npv:
            rate = results.states[0].plant.assumptions["discount_rate"]
            found.append(f"NPV {text(value.value, value.unit)} at {text(rate, 'fraction')} a year")
        else:
            found.append(f"{value.name} {text(value.value, value.unit)}{tail}")
    if payback.value is not None:
        late = payback_discounted(results.states[0])
        if late is None:
            missing.setdefault(_NO_PAYBACK, []).append("discounted payback")
        else:
            found[-1] += f", discounted {_months(results, late)}"
    first = "".join(f"{one}. " for one in found).rstrip()
    why = " ".join(f"No {' or '.join(_inside(names))}: {reason}." for reason, names in missing.items())
    return first, why


def _months(results: Results, months: float) -> str:
    return f"after {months:.0f} months ({month_text(results.first_month + int(months))})"


def _inside(names: list[str]) -> list[str]:
    """Names as they stand inside a sentence: a capital word stays one."""
    return [one if one[1:2].isupper() else one[:1].lower() + one[1:] for one in names]


def missing_prices(results: Results, month: int) -> tuple[KpiValue, ...]:
    """Prices of the whole fleet in a month that have no figure."""
    values = (results.kpi(one, month, brief=True) for one in PRICES)
    return tuple(value for value in values if value.value is None)


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

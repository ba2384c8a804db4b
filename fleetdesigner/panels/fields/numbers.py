"""Numbers in fields: what a field shows, what a planner may type, and how far an arrow key goes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from fleetdesigner import units

SIGNIFICANT = 6
"""Digits of a field: more than a headline, so that what was typed is what stands there."""

_LADDERS: Mapping[str, tuple[tuple[float, float, str], ...]] = MappingProxyType(
    {
        # from, divided by, word; a planner reads 1,200 kW more easily than 1.2 MW, but not 65,000 kW
        "kW": ((1e7, 1e6, "GW"), (1e4, 1e3, "MW"), (0.0, 1.0, "kW")),
        "token/s": ((1e9, 1e9, "B tok/s"), (1e6, 1e6, "M tok/s"), (0.0, 1.0, "tok/s")),
        "token": ((1e12, 1e12, "T tok"), (1e9, 1e9, "B tok"), (0.0, 1.0, "tok")),
        "token/month": ((1e12, 1e12, "T tok/month"), (1e9, 1e9, "B tok/month"), (0.0, 1.0, "tok/month")),
        "usd": ((1e9, 1e9, "B"), (1e6, 1e6, "M"), (0.0, 1.0, "")),
        # a number whose unit stands in the title above it, where the field is too narrow for both
        "amount": ((1e12, 1e12, "T"), (1e9, 1e9, "B"), (1e6, 1e6, "M"), (0.0, 1.0, "")),
    }
)
_WORDS: Mapping[str, str] = MappingProxyType(
    {"month": "months", "week": "weeks", "day": "days", "count": "", "fraction": "%"}
)
_CATALOG: Mapping[str, str] = MappingProxyType(
    {
        "share": "fraction",
        "USD": "usd",
        "ratio": "",
        "factor": "",
        "chips": "",
        "ports": "",
        "vCPU": "",
        "months": "month",
        "engineer-weeks": "",
    }
)


def field_unit(catalog_unit: str) -> str:
    """The unit of a catalog figure in the words of ``units``: ``USD/kWh`` → ``usd/kWh``."""
    found = _CATALOG.get(catalog_unit)
    if found is not None:
        return found
    return "usd/" + catalog_unit[4:] if catalog_unit.startswith("USD/") else catalog_unit


def plain(value: float, significant: int = SIGNIFICANT) -> str:
    """`value` with thousands separators and no idle zeros: ``1,200`` ``0.083`` ``−5``."""
    if value == 0 or not math.isfinite(value):
        return units.digits(value)
    decimals = significant - 1 - math.floor(math.log10(abs(value)))
    value, decimals = (round(value, decimals), 0) if decimals < 0 else (value, decimals)
    shown = f"{abs(value):,.{min(decimals, 12)}f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return (units.MINUS if value < 0 else "") + shown


def number_text(value: float, unit: str, significant: int = SIGNIFICANT) -> str:
    """What a field shows: ``1,200 kW`` ``$0.083/kWh`` ``33 %``."""
    if unit == "fraction":
        return f"{plain(value * 100, significant)} %"
    word = _WORDS.get(unit, unit)
    ladder = _LADDERS.get("usd" if unit.startswith("usd") else unit)
    if ladder is not None:
        size = abs(value)
        _, factor, word = next(step for step in ladder if size >= step[0])
        value /= factor
    if unit.startswith("usd"):
        shown = plain(value, significant)
        if not word and shown[-2:-1] == ".":
            # dollars have cents: $1.20, not $1.2; a million keeps $1.2 M
            shown += "0"
        sign, shown = (units.MINUS, shown[1:]) if shown.startswith(units.MINUS) else ("", shown)
        tail = unit[3:]
        return f"{sign}${shown}{' ' + word if word else ''}{' ' if word and tail else ''}{tail}"
    if unit in ("month", "week") and abs(value) == 1:
        word = unit
    return f"{plain(value, significant)} {word}".strip()


def parsed_number(typed: str, unit: str) -> float:
    """The number that was typed into a field of that unit.

    A bare number in a field that shows % means %. Raises ValueError with words for the field.
    """
    text = typed.strip()
    sign = ""
    if text[:1] in ("-", units.MINUS, "+"):
        sign, text = ("" if text[0] == "+" else "-"), text[1:].strip()
    if unit == "fraction":
        return units.parse(sign + text.rstrip("% ").strip(), "") / 100
    if unit.startswith("usd"):
        text = text.lstrip("$").strip()
        if unit[3:] and text.lower().endswith(unit[3:].lower()):
            text = text[: -len(unit[3:])].strip()
        return units.parse(sign + text, "usd")
    for word in dict.fromkeys((_WORDS.get(unit, unit), unit, "month", "tok/s", "tok/month", "tok")):
        # only the field's own words go, and before the prefixes: in a field of metres "12 m" is no million
        own = word == unit or word == _WORDS.get(unit) or (word in _SHORT.get(unit, ()))
        if word and own and text.lower().endswith(word.lower()):
            text = text[: -len(word)].strip()
            break
    return units.parse(sign + text, unit)


_SHORT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "month": ("month",),
        "token/s": ("tok/s",),
        "token/month": ("tok/month",),
        "token": ("tok",),
    }
)


def step_of(value: float, unit: str, whole: bool) -> float:
    """How far one press of an arrow key goes: 1, 2 or 5 in about a hundredth of the value."""
    if value == 0:
        return 0.01 if unit == "fraction" else 1.0
    exponent = math.floor(math.log10(abs(value)))
    lead = abs(value) / 10.0**exponent
    step = (1.0 if lead < 2 else 2.0 if lead < 5 else 5.0) * 10.0 ** (exponent - 2)
    if unit == "fraction":
        step = max(step, 0.001)
    return max(1.0, round(step)) if whole else step


def stepped(value: float, step: float, count: float) -> float:
    """`value` moved up or down to the next multiple of `count` steps."""
    size = step * abs(count)
    place = value / size
    near = 1e-9 * max(1.0, abs(place))
    moved = math.floor(place + near) + 1 if count > 0 else math.ceil(place - near) - 1
    return float(f"{moved * size:.12g}")

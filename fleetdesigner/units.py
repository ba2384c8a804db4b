"""Numbers for people: three significant digits, a space before the unit, a true minus, "k M B" in headlines.

Files and exports never use this module: they write full numbers with a point.
"""

from __future__ import annotations

import math
import re

HOURS_PER_MONTH = 730.0
HOURS_PER_YEAR = 8760.0
MINUS = "−"
NO_FIGURE = "no public figure"

Parts = tuple[str, str]
"""A formatted number and the unit that stands behind it."""

_LADDERS: dict[str, tuple[tuple[float, str], ...]] = {
    "kW": ((1e6, "GW"), (1e3, "MW"), (1.0, "kW"), (1e-3, "W")),
    "kWh": ((1e9, "TWh"), (1e6, "GWh"), (1e3, "MWh"), (1.0, "kWh")),
    "token/s": ((1e9, "B tok/s"), (1e6, "M tok/s"), (1e3, "k tok/s"), (1.0, "tok/s")),
    "token": ((1e12, "T tok"), (1e9, "B tok"), (1e6, "M tok"), (1e3, "k tok"), (1.0, "tok")),
    "TFLOPS": ((1e6, "EFLOPS"), (1e3, "PFLOPS"), (1.0, "TFLOPS")),
    "GiB": ((1024.0**2, "PiB"), (1024.0, "TiB"), (1.0, "GiB")),
    "t": ((1e6, "Mt"), (1e3, "kt"), (1.0, "t")),
    "kg": ((1e3, "t"), (1.0, "kg")),
}
_COUNT = ((1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_MONEY = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_WORDS = {
    "usd": "USD",
    "usd/h": "/h",
    "usd/month": "/month",
    "usd/accelerator-hour": "/acc-h",
    "usd/million tokens": "/M tok",
    "fraction": "",
    "index": "",
    "month": "months",
    "week": "weeks",
    "day": "days",
}


def digits(value: float, significant: int = 3) -> str:
    """`value` with that many significant digits and thousands separators: ``1,234`` ``0.412`` ``−5.10``."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    decimals = max(0, significant - 1 - magnitude)
    rounded = round(value, significant - 1 - magnitude)
    if rounded and math.floor(math.log10(abs(rounded))) > magnitude:
        decimals = max(0, decimals - 1)
    text = f"{abs(rounded):,.{decimals}f}"
    return (MINUS if rounded < 0 else "") + text


def scaled(value: float, ladder: tuple[tuple[float, str], ...], significant: int = 3) -> Parts:
    """`value` on the step of `ladder` (factor, unit; largest first) that keeps it at 1 or more."""
    if value == 0:
        # nothing is said in the unit the rest is kept in: 0 kW of 1,200 kW
        return digits(value), next(unit for factor, unit in ladder if factor == 1.0)
    size = abs(value)
    for factor, unit in ladder:
        # 999.7 kW rounds to 1,000 kW: show it as 1.00 MW
        if size >= factor * (1 - 0.5 * 10**-significant):
            return digits(value / factor, significant), unit
    factor, unit = ladder[-1]
    return digits(value / factor, significant), unit


def parts(value: float, unit: str, significant: int = 3) -> Parts:
    """Number and unit of a KPI or field value, each to be set in its own type."""
    if unit.startswith("usd"):
        number, suffix = scaled(value, _MONEY, significant)
        sign, number = (MINUS, number[1:]) if number.startswith(MINUS) else ("", number)
        tail = "" if unit == "usd" else _WORDS.get(unit, "/" + unit.partition("/")[2])
        return f"{sign}${number}", f"{suffix}{' ' if suffix and tail else ''}{tail}"
    if unit == "fraction":
        return digits(value * 100, significant), "%"
    if unit in _LADDERS:
        return scaled(value, _LADDERS[unit], significant)
    if unit in ("", "count", "chip"):
        if abs(value) < 1e6 and float(value).is_integer():
            return f"{MINUS if value < 0 else ''}{abs(value):,.0f}", ""
        return scaled(value, _COUNT, significant)
    if abs(value) >= 1e4:
        number, suffix = scaled(value, _COUNT, significant)
        word = _WORDS.get(unit, unit)
        return number, f"{suffix} {word}".strip()
    return digits(value, significant), _WORDS.get(unit, unit)


def text(value: float | None, unit: str, significant: int = 3) -> str:
    """`value` with its unit as one string; None says that there is no public figure."""
    if value is None:
        return NO_FIGURE
    number, word = parts(value, unit, significant)
    if not word:
        return number
    joined = unit.startswith("usd") and word.startswith("/")
    return f"{number}{'' if joined else ' '}{word}"


def signed(value: float, unit: str, significant: int = 3) -> str:
    """A difference, always with its sign: ``+261 kW`` ``−5.1 days``."""
    shown = text(abs(value), unit, significant)
    if value == 0:
        return shown
    return ("+" if value > 0 else MINUS) + shown


_HARDLY = 1e-6
"""Share of the baseline below which a difference is not worth its digits."""


def delta(value: float | None, baseline: float | None, unit: str) -> str:
    """``Δ +261 kW (+59 %)``, the words beside a KPI; empty when either is missing."""
    if value is None or baseline is None:
        return ""
    difference = value - baseline
    if abs(difference) <= 1e-12 * max(abs(value), abs(baseline)):
        return "Δ 0 (0 %)"
    if abs(difference) < _HARDLY * abs(baseline):
        return f"Δ ≈ 0 (under {_HARDLY * 100:.4f} %)"
    shown = f"Δ {signed(difference, unit)}"
    if baseline:
        share = difference / abs(baseline) * 100
        shown += f" ({'+' if share > 0 else MINUS}{digits(abs(share), 2)} %)"
    return shown


def month_text(month: int) -> str:
    """An absolute month (year · 12 + month, January = 1) as ``2027-09``."""
    return f"{(month - 1) // 12:04d}-{(month - 1) % 12 + 1:02d}"


def month_number(shown: str) -> int:
    """The absolute month of ``2027-09``. Raises ValueError that names the form."""
    match = re.fullmatch(r"\s*(\d{4})-(\d{2})\s*", shown)
    if not match or not 1 <= int(match[2]) <= 12:
        raise ValueError(f"“{shown.strip()}” is not a month, write it as 2027-09")
    return int(match[1]) * 12 + int(match[2])


_PREFIX = {"k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "G": 1e9, "B": 1e9, "bn": 1e9, "T": 1e12}
_TYPED = re.compile(r"([+\-−]?[\d,]*\.?\d+(?:[eE][+-]?\d+)?)\s*(\S.*)?")
_POWER = {"w": 1e-3, "kw": 1.0, "mw": 1e3, "gw": 1e6}


def parse(typed: str, unit: str = "") -> float:
    """The number a planner typed: ``1.5M`` ``2 GW`` ``40 %`` ``$3.2 M`` ``1,200``, in `unit`.

    Raises ValueError with words for the field when it is not a number.
    """
    cleaned = typed.strip().lstrip("$").strip()
    match = _TYPED.fullmatch(cleaned)
    if not match:
        raise ValueError("must be a number, for example 1,200 or 1.5M")
    value = float(match[1].replace(",", "").replace(MINUS, "-"))
    word = (match[2] or "").strip()
    if not word:
        return value
    if word.startswith("%"):
        return value / 100 if unit == "fraction" else value
    if unit == "kW" and word.lower() in _POWER:
        return value * _POWER[word.lower()]
    first = word.split()[0]
    if first in _PREFIX:
        return value * _PREFIX[first]
    if word.lower() == unit.lower() or first.lower() in unit.lower():
        return value
    raise ValueError(f"“{word}” is not a unit of this field" + (f", use {unit}" if unit else ""))

"""A measured number as somebody pastes it: ``1,234 tok/s``, ``18.5 ms``, ``12.3 s a step``. No Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from fleetdesigner.units import MINUS

Metric = Literal[
    "step_s", "tokens_per_s", "tokens_per_s_per_chip", "tpot_ms", "output_tokens_per_s",
    "output_tokens_per_s_per_chip",
]  # fmt: skip

METRIC_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "step_s": "s a step",
        "tokens_per_s": "tok/s, whole job",
        "tokens_per_s_per_chip": "tok/s a chip",
        "tpot_ms": "ms a token (TPOT)",
        "output_tokens_per_s": "output tok/s, replica",
        "output_tokens_per_s_per_chip": "output tok/s a chip",
    }
)
"""Metrics in words, in the order they are offered."""

_NUMBER = re.compile(r"([+\-−]?)\s*((?:\d[\d,  ']*)?\.?\d+(?:[eE][+-]?\d+)?)\s*(.*)", re.DOTALL)
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6}
_TOKENS = re.compile(
    r"(k|K|M)?\s*(?:output\s+|out\s+)?(?:tok(?:en)?s?)\s*(?:/|per|a)\s*s(?:ec(?:ond)?)?\b\s*(.*)",
    re.IGNORECASE,
)
_PER_CHIP = re.compile(r"(?:/|per|a|each)?\s*(?:gpu|chip|accelerator|device|acc)\b", re.IGNORECASE)
_PER_USER = re.compile(r"(?:/|per|a)?\s*(?:user|request|sequence|stream)\b", re.IGNORECASE)
_TIME = re.compile(r"(µs|us|ms|s|sec|seconds?)\b\s*(.*)", re.IGNORECASE)
_SECONDS = {"µs": 1e-6, "us": 1e-6, "ms": 1e-3}


def read_pasted(pasted: str, activity: str, metric: str = "") -> tuple[float, Metric | None]:
    """The value and the metric that a text gives; None where it is a bare number.

    ``activity`` is ``training`` or ``serving``. Raises ValueError with words for the field.
    """
    found = _NUMBER.search(pasted.strip())
    if found is None:
        raise ValueError("must hold a number, for example 1,234 tok/s or 18.5 ms")
    value = float(re.sub(r"[,\s ']", "", found[2]))
    if found[1] in ("-", MINUS) or value <= 0:
        raise ValueError("must be above 0")
    unit = found[3].strip()
    if not unit or unit in _SCALES:
        return value * _SCALES.get(unit, 1.0), None
    tokens = _TOKENS.match(unit)
    if tokens is not None:
        return _rate(value * _SCALES.get(tokens[1] or "", 1.0), tokens[2].strip(), activity)
    time = _TIME.match(unit)
    if time is not None:
        seconds = value * _SECONDS.get(time[1].lower(), 1.0)
        return (seconds, "step_s") if activity == "training" else (1e3 * seconds, "tpot_ms")
    raise ValueError(f"“{unit[:24]}” is no unit of this; use tok/s, tok/s a chip, ms a token or s a step")


def _rate(value: float, rest: str, activity: str) -> tuple[float, Metric]:
    if _PER_USER.match(rest):
        if activity == "training":
            raise ValueError("tokens a user belong to serving")
        return 1e3 / value, "tpot_ms"
    if _PER_CHIP.match(rest):
        return value, "tokens_per_s_per_chip" if activity == "training" else "output_tokens_per_s_per_chip"
    return value, "tokens_per_s" if activity == "training" else "output_tokens_per_s"

"""The lever that a number becomes when it is pinned: its range, its step and its name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fleetdesigner.design.addresses import find, parse_ref
from fleetdesigner.design.model import new_id
from fleetdesigner.design.scenarios import Address, Lever
from fleetdesigner.panels.fields.bindings import AssumptionField, DesignField, FigureField
from fleetdesigner.panels.fields.numbers import step_of
from fleetdesigner.panels.form.spec import FieldSpec

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_WIDEST = 1e3
"""A field whose own range is wider than this many times the value gets a range around the value."""


def lever_for(spec: FieldSpec, value: float, owner: str = "") -> Lever | None:
    """The lever on a field that stands at `value`; None for a field that no lever can move."""
    address = spec.binding.address()
    if address is None or (spec.whole and spec.kind != "number"):
        return None
    low, high = span(spec, value)
    step = spec.step or step_of(max(abs(low), abs(high)) or 1.0, spec.unit, spec.whole)
    ref, path = address
    name = f"{spec.label}, {owner}" if owner else spec.label
    return Lever(
        id=new_id("l"),
        target=Address(ref=ref, field=path),
        low=low,
        high=high,
        step=step,
        unit=spec.unit[:64],
        name=name[:200],
    )


def span(spec: FieldSpec, value: float) -> tuple[float, float]:
    """A range worth arguing over: the evidence's, the field's own when it is narrow, else half to double."""
    if isinstance(spec.binding, AssumptionField):
        known = spec.binding.spec()
        if known is not None and known.low < known.high:
            return min(known.low, value), max(known.high, value)
    low, high = spec.low, spec.high
    if low is not None and high is not None and high - low <= _WIDEST * max(abs(value), 1e-9) and high <= 10:
        return low, high
    if value == 0:
        return 0.0, (min(high, 1.0) if high is not None else 1.0)
    near = sorted((_round(value / 2), _round(value * 2)))
    if low is not None:
        near[0] = max(near[0], low)
    if high is not None:
        near[1] = min(near[1], high)
    if spec.whole:
        near = [math.floor(near[0]), math.ceil(near[1])]
    return (near[0], near[1]) if near[0] < near[1] else (min(value, 0.0), max(value, 1.0))


def owner_name(session: Session, spec: FieldSpec) -> str:
    """Whose field it is: "Hall 1", "Trn2 UltraServer"."""
    binding = spec.binding
    if isinstance(binding, FigureField):
        return session.catalog.entry(binding.entry).name
    if isinstance(binding, DesignField):
        thing = find(session.design, binding.refs[0])
        return str(getattr(thing, "name", "") or getattr(thing, "label", "") or parse_ref(binding.refs[0])[1])
    return ""


def _round(value: float) -> float:
    """`value` with two significant digits."""
    return float(f"{value:.2g}")

"""What a lever moves: its value now, its baseline, how far evidence says it may go, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.addresses import field_value, find, parse_ref, ref_to
from fleetdesigner.design.commands import Command, MoveLever, SetFields
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.edits import remove_object, set_field
from fleetdesigner.design.fleet import Site
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption, Edit, Lever, Override, SwapLever
from fleetdesigner.engine.assumptions.registry import SPECS
from fleetdesigner.panels.fields.bindings import Reading
from fleetdesigner.panels.fields.facts import facts
from fleetdesigner.panels.form.spec import FieldSpec
from fleetdesigner.panels.shipped import entry_of, shipped_figure, split_figure
from fleetdesigner.values import Grade

if TYPE_CHECKING:
    from fleetdesigner.catalog.catalog import Catalog
    from fleetdesigner.session.session import Session

Number = int | float


def lever_value(design: Design, catalog: Catalog, lever: Lever) -> Number | None:
    """The value of the lever's target in a design; None when it has none, or a curve."""
    target = lever.target
    if isinstance(target, SwapLever):
        held = find(design, ref_to("lever", lever.id))
        own = held.target if isinstance(held, Lever) else target
        return own.share if isinstance(own, SwapLever) else None
    kind, name = parse_ref(target.ref)
    value: Any
    if kind == "assumption":
        own_value = find(design, ref_to(kind, name))
        spec = SPECS.get(name)
        value = own_value.value if isinstance(own_value, Assumption) else spec.default if spec else None
    elif kind == "override":
        own_figure = find(design, ref_to(kind, name))
        if isinstance(own_figure, Override):
            value = own_figure.value
        else:
            figure = shipped_figure(catalog, *split_figure(name))
            value = None if figure is None else figure.value
    else:
        value = field_value(design, target.ref, target.field)
    if isinstance(value, Constant):
        value = value.value
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def baseline_value(session: Session, lever: Lever) -> Number | None:
    """The same in the design that deltas are measured from."""
    return lever_value(baseline_design(session), session.catalog, lever)


def baseline_design(session: Session) -> Design:
    """What deltas are measured from; what is on screen, when that is itself the baseline."""
    baseline = session.baseline_results
    return session.design if baseline is None or not baseline.states else baseline.states[0].design


def is_there(session: Session, lever: Lever) -> bool:
    """Whether the lever's target can be moved: its object, its entry or its assumption exists."""
    if isinstance(lever.target, SwapLever):
        return True
    kind, name = parse_ref(lever.target.ref)
    if kind == "assumption":
        return name in SPECS or find(session.design, ref_to(kind, name)) is not None
    if kind == "override":
        return entry_of(session.catalog, split_figure(name)[0]) is not None
    return field_value(session.design, lever.target.ref, lever.target.field.partition(".")[0]) is not None


def evidence_span(session: Session, lever: Lever) -> tuple[float, float] | None:
    """Low and high that the evidence gives for the target; None when it gives none."""
    low, high = _span(session, lever)
    return (low, high) if low is not None and high is not None and low < high else None


def _span(session: Session, lever: Lever) -> tuple[float | None, float | None]:
    if isinstance(lever.target, SwapLever):
        return None, None
    design, catalog = session.design, session.catalog
    kind, name = parse_ref(lever.target.ref)
    held = find(design, ref_to(kind, name))
    if isinstance(held, Assumption | Override) and held.low is not None and held.high is not None:
        return held.low, held.high
    if kind == "assumption":
        spec = SPECS.get(name)
        return (None, None) if spec is None else (spec.low, spec.high)
    if kind == "override":
        figure = shipped_figure(catalog, *split_figure(name))
        return (None, None) if figure is None else (figure.low, figure.high)
    if isinstance(held, Site) and held.preset_id:
        # tariff.energy_usd_per_kwh.value → the preset's figure of that name
        for part in lever.target.field.split("."):
            figure = shipped_figure(catalog, f"sites/{held.preset_id}", part)
            if figure is not None:
                return figure.low, figure.high
    return None, None


def grade_of(session: Session, lever: Lever) -> tuple[Grade | None, str]:
    """(grade, source) of the value; no grade for what the planner decides."""
    if isinstance(lever.target, SwapLever):
        return None, ""
    kind, name = parse_ref(lever.target.ref)
    if kind == "assumption":
        held = find(session.design, ref_to(kind, name))
        if isinstance(held, Assumption):
            return held.evidence, held.note
        spec = SPECS.get(name)
        return (None, "") if spec is None else (spec.evidence, spec.source)
    if kind != "override":
        return None, ""
    entry_ref, field = split_figure(name)
    entry = entry_of(session.catalog, entry_ref)
    try:
        figure = None if entry is None else entry.figure(field)
    except CatalogError:
        figure = None
    return ("none", "") if figure is None else (figure.evidence, figure.source)


@dataclass(frozen=True, slots=True)
class LeverField:
    """The binding of a lever's field: reads its target, moves it with ``MoveLever``."""

    lever: Lever

    def read(self, session: Session) -> Reading:
        """The target's value; the default is the baseline's."""
        grade, source = grade_of(session, self.lever)
        return Reading(
            lever_value(session.design, session.catalog, self.lever),
            baseline_value(session, self.lever),
            grade,
            there=is_there(session, self.lever),
            source=source,
            default_words="baseline",
        )

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The hand on the lever; a run of them is one undo step until the session is sealed."""
        return MoveLever(self.lever.id, value, name=self.lever.name)

    def reset(self, session: Session, title: str) -> Command | None:
        """Back to the baseline; None when it has no value there or stands on it."""
        edits = back_edits(session, (self.lever,))
        return SetFields(title, edits) if edits else None

    def address(self) -> tuple[str, str] | None:
        """None: a lever is not pinned as a lever."""
        return None


def back_edits(session: Session, levers: tuple[Lever, ...]) -> tuple[Edit, ...]:
    """Edits that bring levers back to the baseline; none for those that stand on it."""
    before, design = baseline_design(session), session.design
    out: list[Edit] = []
    for lever in levers:
        value = lever_value(before, session.catalog, lever)
        if value is None or value == lever_value(design, session.catalog, lever):
            continue
        if isinstance(lever.target, SwapLever):
            out.append(set_field(ref_to("lever", lever.id), "target.share", value))
            continue
        kind, name = parse_ref(lever.target.ref)
        if kind in ("assumption", "override") and find(before, ref_to(kind, name)) is None:
            out.append(remove_object(kind, name))
        else:
            out.append(set_field(lever.target.ref, lever.target.field or "value", value))
    return tuple(out)


_DEMAND_UNITS = {
    ("serving", "demand"): "token/s",
    ("batch", "demand"): "token/month",
    ("agent", "sessions"): "count",
}


def _unit(session: Session, lever: Lever) -> str:
    """The lever's unit; that of a demand where it was pinned from a field without one."""
    if lever.unit not in ("", "amount") or isinstance(lever.target, SwapLever):
        return lever.unit or ("fraction" if isinstance(lever.target, SwapLever) else "")
    work = find(session.design, lever.target.ref)
    head = lever.target.field.partition(".")[0]
    return _DEMAND_UNITS.get((str(getattr(work, "kind", "")), head), lever.unit)


def lever_spec(session: Session, lever: Lever) -> FieldSpec:
    """The field of a lever: name, unit, step, and the limits of what it moves."""
    spec = FieldSpec(
        LeverField(lever),
        lever.name or lever.id,
        _unit(session, lever),
        step=lever.step,
        empty="no public figure",
        title="Move lever",
    )
    if isinstance(lever.target, SwapLever):
        return replace(spec, low=0.0, high=1.0)
    kind, name = parse_ref(lever.target.ref)
    if kind == "override":
        entry_ref, field = split_figure(name)
        entry = entry_of(session.catalog, entry_ref)
        try:
            known = None if entry is None else entry.spec(field)
        except CatalogError:
            known = None
        return spec if known is None else replace(spec, low=known.low, high=known.high)
    thing = find(session.design, lever.target.ref)
    if kind == "assumption" or thing is None:
        return spec
    try:
        fact = facts(type(thing), lever.target.field)
    except KeyError:
        return spec
    low = fact.low
    if fact.kind == "number" and "." in lever.target.field and (low is None or low < -1):
        low = 0.0  # a curve's class allows any number; the amounts that hold curves do not go below zero
    return replace(spec, low=low, high=fact.high, above=fact.above, below=fact.below, whole=fact.whole)

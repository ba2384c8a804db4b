"""Inputs worth pinning as levers: what a meeting argues about first, as a menu's groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from fleetdesigner.design.addresses import ref_to
from fleetdesigner.design.curves import Compound, Constant, Logistic
from fleetdesigner.design.fleet import Hall, Site
from fleetdesigner.design.scenarios import Address, Lever
from fleetdesigner.design.workloads import AgentService, BatchJob, Serving
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS
from fleetdesigner.panels.fields.bindings import AssumptionField, FigureField
from fleetdesigner.panels.fields.lever import lever_for, owner_name
from fleetdesigner.panels.fields.numbers import field_unit
from fleetdesigner.panels.figure_words import figure_words
from fleetdesigner.panels.form.spec import FieldSpec, field
from fleetdesigner.panels.levers.target import evidence_span, is_there, lever_value
from fleetdesigner.panels.shipped import entry_of, split_figure
from fleetdesigner.values import Value

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_AMOUNT: tuple[tuple[type[Value], str], ...] = (
    (Constant, "value"),
    (Logistic, "ceiling"),
    (Compound, "value"),
)
"""The number of a curve that is argued about."""
_MANY = 8
"""No group of the menu is longer."""

Choice = tuple[str, str, Lever]
"""(group, words, lever)"""


def lever_choices(session: Session) -> tuple[Choice, ...]:
    """Levers that could be pinned now, by group; those that are there already are left out."""
    taken = {
        (lever.target.ref, lever.target.field)
        for lever in session.design.levers
        if isinstance(lever.target, Address)
    }
    out: list[Choice] = []
    counts: dict[str, int] = {}
    for group, spec, owner in _candidates(session):
        address = spec.binding.address()
        if address is None or address in taken or counts.get(group, 0) >= _MANY:
            continue
        value = _value(session, address)
        lever = None if value is None else lever_on(session, spec, value, owner)
        if lever is not None and is_there(session, lever):
            counts[group] = counts.get(group, 0) + 1
            out.append((group, f"{spec.label}, {owner}" if owner else spec.label, lever))
    return tuple(out)


def lever_on(session: Session, spec: FieldSpec, value: float, owner: str | None = None) -> Lever | None:
    """The lever on a field, its ends at least as far apart as the evidence; None where there can be none."""
    lever = lever_for(spec, value, owner_name(session, spec) if owner is None else owner)
    span = None if lever is None else evidence_span(session, lever)
    if lever is None or span is None:
        return lever
    return lever.replaced(low=min(lever.low, span[0]), high=max(lever.high, span[1]))


def _value(session: Session, address: tuple[str, str]) -> float | None:
    ref, path = address
    probe = Lever(id="probe", target=Address(ref=ref, field=path), low=0, high=1, step=1)
    return lever_value(session.design, session.catalog, probe)


def _candidates(session: Session) -> Iterator[tuple[str, FieldSpec, str]]:
    """(group, field, owner's name), what is asked for most first."""
    design = session.design
    for site in design.sites:
        ref = ref_to("site", site.id)
        for path, label, unit in (
            ("tariff.energy_usd_per_kwh", "Power price", "usd/kWh"),
            ("pue", "PUE", ""),
        ):
            number = _number(_at(site, path))
            if number:
                yield "Sites", field(ref, Site, f"{path}.{number}", label, unit, low=0.0), site.name
    for hall in design.halls:
        yield "Halls", field(ref_to("hall", hall.id), Hall, "it_limit_kw", "IT limit", "kW"), hall.name
    yield from _of_workloads(session)
    results = session.results
    for item in () if results is None else results.assumptions_in_use:
        if item.ref.startswith("assumption:"):
            continue
        entry_ref, name = split_figure(item.ref)
        entry = entry_of(session.catalog, entry_ref)
        if entry is not None:
            known = entry.spec(name)
            spec = FieldSpec(
                FigureField(entry_ref, name),
                figure_words(known),
                field_unit(known.unit),
                low=known.low,
                high=known.high,
            )
            yield "Assumed figures", spec, entry.name
    for line in ASSUMPTIONS:
        yield "Assumptions", FieldSpec(AssumptionField(line.key), line.name, line.unit), ""


_DEMANDS: Mapping[str, tuple[type[Value], str, str, str]] = MappingProxyType(
    {
        "serving": (Serving, "demand", "Demand", "token/s"),
        "agent": (AgentService, "sessions", "Sessions", "count"),
        "batch": (BatchJob, "demand", "Demand", "token/month"),
    }
)


def _of_workloads(session: Session) -> Iterator[tuple[str, FieldSpec, str]]:
    for work in session.design.workloads:
        ref = ref_to("workload", work.id)
        if work.kind in _DEMANDS:
            owner, path, words, unit = _DEMANDS[work.kind]
            number = _number(getattr(work, path))
            if number:
                words += ", ceiling" if number == "ceiling" else ""
                yield "Workloads", field(ref, owner, f"{path}.{number}", words, unit, low=0.0), work.name
        if work.value_usd_per_m_output is not None:
            spec = field(ref, type(work), "value_usd_per_m_output", "Worth of tokens", "usd/million tokens")
            yield "Workloads", spec, work.name


def _number(curve: object) -> str:
    """The field of a curve that is argued about; empty when it has none."""
    return next((name for kind, name in _AMOUNT if isinstance(curve, kind)), "")


def _at(thing: object, path: str) -> object:
    for part in path.split("."):
        thing = getattr(thing, part, None)
    return thing

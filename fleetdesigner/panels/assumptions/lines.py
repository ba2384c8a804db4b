"""What the assumptions panel lists: figures nobody has published, the registry, the planner's own figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import Figure
from fleetdesigner.catalog.hardware import Chip, Node, Rack
from fleetdesigner.design.addresses import find, ref_to
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS, SPECS
from fleetdesigner.panels.fields.bindings import AssumptionField, FigureField, Reading
from fleetdesigner.panels.fields.numbers import field_unit, number_text
from fleetdesigner.panels.figure_words import figure_words
from fleetdesigner.panels.form.spec import FieldSpec
from fleetdesigner.panels.shipped import entry_of, shipped_figure, split_figure

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

TRAINIUM_PRICES = "Trainium prices"
REGISTRY = "Model assumptions"


@dataclass(frozen=True, slots=True)
class AssumedFigure(FigureField):
    """A catalog figure in the list; what the catalog says is read once, not at every move of a hand."""

    def shipped(self, session: Session) -> Figure | None:
        """The figure without overrides."""
        return shipped_figure(session.catalog, self.entry, self.field)


@dataclass(frozen=True, slots=True)
class AssumedKey(AssumptionField):
    """An assumption in the list; one that is a curve has no single value to show."""

    def read(self, session: Session) -> Reading:
        """The design's number, else the registry's."""
        found = AssumptionField.read(self, session)
        value = found.value.value if isinstance(found.value, Constant) else found.value
        if isinstance(value, int | float):
            return Reading(
                value, found.default, found.grade, found.mixed, found.there, found.source,
                found.changed, found.default_words,
            )  # fmt: skip
        return Reading(
            None, found.default, found.grade, source=found.source, changed=found.changed,
            default_words=found.default_words, there=found.there,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One assumption in the list."""

    section: str
    """Title of the group it stands in."""
    ref: str
    """``assumption:discount_rate`` or ``racks/trn3-gen2.price_usd``."""
    spec: FieldSpec
    words: str
    """All that the search looks at, in lower case."""
    title: str = ""
    """What the figure is called where its section is not beside it; empty: as in the row."""

    @property
    def is_figure(self) -> bool:
        """Whether it is a catalog figure, which can be removed."""
        return not self.ref.startswith("assumption:")


def lines(session: Session) -> tuple[Line, ...]:
    """Trainium prices, then assumed figures entry by entry, then the registry; each once."""
    found: dict[str, Line] = {}
    for address in sorted(_figures(session), key=_order(session)):
        line = _figure_line(session, address)
        if line is not None:
            found[line.ref] = line
    results = session.results
    used = None if results is None else {item.ref for item in results.assumptions_in_use}
    for spec in ASSUMPTIONS:
        if spec.generation and used is not None and ref_to("assumption", spec.key) not in used:
            continue  # of chips that are not in the fleet
        binding = AssumedKey(spec.key)
        field = FieldSpec(
            binding, spec.name, spec.unit, empty="by month", hint=spec.note, low=spec.least, high=spec.most
        )
        ref = ref_to("assumption", spec.key)
        words = f"{spec.name} {spec.key} {spec.note} {spec.source} {REGISTRY}".lower()
        found[ref] = Line(REGISTRY, ref, field, words)
    for own in session.design.assumptions:
        if own.key not in SPECS:
            ref = ref_to("assumption", own.key)
            field = FieldSpec(AssumedKey(own.key), own.key.replace("_", " "), own.unit, empty="by month")
            found[ref] = Line("Of this design", ref, field, f"{own.key} {own.note}".lower())
    return tuple(found.values())


def _figures(session: Session) -> Iterator[str]:
    """Addresses of assumed figures in use and of the planner's own figures."""
    results = session.results
    seen = set()
    for item in () if results is None else results.assumptions_in_use:
        if not item.ref.startswith("assumption:"):
            seen.add(item.ref)
            yield item.ref
    for own in session.design.overrides:
        if own.address not in seen:
            yield own.address


def _order(session: Session) -> Callable[[str], tuple[int, int]]:
    """Trainium prices first; then entries in the order in which they came."""
    places: dict[str, int] = {}

    def key(address: str) -> tuple[int, int]:
        entry, _ = split_figure(address)
        first = 0 if _is_trainium_price(session, address) else 1
        return first, places.setdefault(entry, len(places))

    return key


def _is_trainium_price(session: Session, address: str) -> bool:
    ref, field = split_figure(address)
    entry = entry_of(session.catalog, ref)
    return field == "price_usd" and entry is not None and _family(session, entry) == "trainium"


def _family(session: Session, entry: Entry) -> str:
    try:
        if isinstance(entry, Rack):
            return session.catalog.chip_of(entry).family
        if isinstance(entry, Node):
            return session.catalog.chip(entry.chip_id).family
    except CatalogError:
        return ""
    return entry.family if isinstance(entry, Chip) else ""


def _figure_line(session: Session, address: str) -> Line | None:
    ref, name = split_figure(address)
    entry = entry_of(session.catalog, ref)
    if entry is None:
        return None
    try:
        known = entry.spec(name)
    except CatalogError:
        return None
    price = _is_trainium_price(session, address)
    words = figure_words(known)
    field = FieldSpec(
        AssumedFigure(ref, name),
        entry.name if price else words,
        field_unit(known.unit),
        low=known.low,
        high=known.high,
        optional=True,
        empty="no public figure",
        title=f"Set {words.lower()} of {entry.name}",
        hint=known.description[:1].upper() + known.description[1:],
    )
    section = TRAINIUM_PRICES if price else entry.name
    searched = f"{entry.name} {words} {known.description} {address}".lower()
    return Line(section, address, field, searched, words)


def span_of(session: Session, line: Line) -> tuple[float | None, float | None]:
    """Low and high as the evidence gives them."""
    if line.is_figure:
        entry, name = split_figure(line.ref)
        own = find(session.design, ref_to("override", line.ref))
        if isinstance(own, Override) and own.low is not None:
            return own.low, own.high
        figure = shipped_figure(session.catalog, entry, name)
        return (None, None) if figure is None else (figure.low, figure.high)
    held = find(session.design, line.ref)
    if isinstance(held, Assumption) and held.low is not None:
        return held.low, held.high
    known = SPECS.get(line.ref.partition(":")[2])
    return (None, None) if known is None else (known.low, known.high)


def origin_of(session: Session, line: Line) -> tuple[str, str]:
    """(source, note) in words, of the value in use."""
    if line.is_figure:
        entry_ref, name = split_figure(line.ref)
        entry = entry_of(session.catalog, entry_ref)
        figure = None if entry is None else entry.figure(name)
        shipped = shipped_figure(session.catalog, entry_ref, name)
        if figure is None:
            why = (
                "Removed here: figures that need it say why they have no value" if shipped is not None else ""
            )
            return why, ""
        if find(session.design, ref_to("override", line.ref)) is not None and shipped is not None:
            catalog = f"The catalog: {number_text(shipped.value, line.spec.unit)}. {_sentence(shipped)}"
            return figure.source, catalog.strip()
        return ("nobody has published it" if figure.assumed else figure.source), capital(figure.note)
    held = find(session.design, line.ref)
    known = SPECS.get(line.ref.partition(":")[2])
    if known is None:
        return (held.note, "") if isinstance(held, Assumption) else ("", "")
    if isinstance(held, Assumption):
        registry = f"The registry: {number_text(known.default, known.unit)}, {known.source}"
        return held.note or "Set in this design", registry
    return known.source, known.note


def capital(words: str) -> str:
    """The words as a sentence begins."""
    return words[:1].upper() + words[1:]


def _sentence(figure: Figure) -> str:
    return capital(figure.note) or ("" if figure.assumed else figure.source)


def range_words(low: float | None, high: float | None, unit: str) -> str:
    """``5 % to 13 %``, ``$50,000 to $300,000 a MW and year``; empty without both ends."""
    if low is None or high is None:
        return ""
    tail = ""
    if unit.startswith("usd/"):
        unit, tail = "usd", " a " + " and ".join(unit[4:].split("/"))
    start, end = number_text(low, unit), number_text(high, unit)
    # one unit is enough: "36 to 84 months"
    word = end.partition(" ")[2]
    if word and unit != "usd" and start.endswith(f" {word}"):
        start = start.removesuffix(f" {word}")
    return f"{start} to {end}{tail}"

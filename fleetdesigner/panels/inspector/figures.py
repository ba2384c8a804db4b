"""The figures of selected blocks: of the whole or of one system, each with its grade and source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import Figure
from fleetdesigner.catalog.hardware import GIB, Chip, Node, Rack
from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.design.fleet import Block
from fleetdesigner.engine.results import Results
from fleetdesigner.panels.fields.bindings import FigureField
from fleetdesigner.panels.fields.numbers import plain
from fleetdesigner.panels.form.panel import FieldSpec, Group, InfoSpec
from fleetdesigner.panels.form.spec import Item
from fleetdesigner.panels.inspector.live import live_figures
from fleetdesigner.panels.palette.parts import chip_word, mark_uncertain, short_book
from fleetdesigner.units import NO_FIGURE, digits, text
from fleetdesigner.values import GRADES, Grade

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

BLOCK, EACH = 0, 1
_TONNES = 100_000
"""Kilograms from which weights are said in tonnes."""


@dataclass(frozen=True)
class Kind:
    """One kind of rack system among the selected blocks."""

    rack: Rack
    node: Node
    chip: Chip
    chips: int
    """Of one system."""
    systems: int


def kinds_of(session: Session, blocks: tuple[Block, ...]) -> tuple[Kind, ...]:
    """The kinds in order of appearance; one that the catalog lacks is left out."""
    catalog, counts = session.catalog, dict[str, int]()
    for block in blocks:
        counts[block.rack_id] = counts.get(block.rack_id, 0) + block.systems
    found = []
    for rack_id, systems in counts.items():
        try:
            rack = catalog.rack(rack_id)
        except CatalogError:
            continue
        node = catalog.node_of(rack)
        found.append(Kind(rack, node, catalog.chip(node.chip_id), catalog.chips_in(rack), systems))
    return tuple(found)


@dataclass(frozen=True)
class Amount:
    """A sum over kinds: None as soon as one of them has no figure."""

    value: float | None
    grade: Grade
    figure: tuple[str, str] | None = None
    """The one catalog figure behind it."""
    mark: str = ""
    """``≈ `` where nobody measured or states it."""


def total(parts: Iterable[tuple[str, str, Figure | None, float]]) -> Amount:
    """Σ factor · figure over (entry, field, figure, factor); the worst grade among them."""
    held = tuple(parts)
    one = (held[0][0], held[0][1]) if len(held) == 1 else None
    figures = [figure for _, _, figure, _ in held if figure is not None]
    if len(figures) < len(held) or not held:
        return Amount(None, "none", one)
    value = sum(figure.value * factor for _, _, figure, factor in held if figure is not None)
    grade = max((figure.evidence for figure in figures), key=GRADES.index)
    worst = next(figure for figure in figures if figure.evidence == grade)
    return Amount(value, grade, one, mark_uncertain(worst))


def figures_group(
    session: Session, blocks: tuple[Block, ...], book: PriceBook | None, per: int, results: Results | None
) -> Group:
    """Chips, power, throughput, memory, compute, weight, rent and purchase: of all or of each system."""
    kinds = kinds_of(session, blocks)
    if len(kinds) > 1:
        per = BLOCK
    systems = {kind.rack.id: (kind.systems if per == BLOCK else 1) for kind in kinds}

    def rack(name: str, label: str, unit: str) -> InfoSpec:
        found = total((k.rack.ref, name, k.rack.figure(name), systems[k.rack.id]) for k in kinds)
        return _line(label, found, unit)

    def chip(name: str, label: str, unit: str) -> InfoSpec:
        found = total((k.chip.ref, name, k.chip.figure(name), systems[k.rack.id] * k.chips) for k in kinds)
        return _line(label, found, unit)

    count = sum(systems[kind.rack.id] * kind.chips for kind in kinds)
    word = chip_word(kinds[0].chip.family) if len({k.chip.family for k in kinds}) == 1 else "accelerator"
    live = live_figures(session, blocks, results, per == EACH)
    rows: list[Item] = [
        InfoSpec("Chips" if word == "chip" else f"{word[:1].upper()}{word[1:]}s", f"{count:,}"),
        rack("it_power_kw", "IT power, provisioned", "kW"),
        rack("nameplate_kw", "IT power, nameplate", "kW"),
        *live,
        _memory(kinds, systems),
        chip("bf16_tflops", "BF16, dense", "TFLOPS"),
        chip("fp8_tflops", "FP8, dense", "TFLOPS"),
        rack("weight_kg", "Weight", "kg"),
        _rent(kinds, systems, book),
        *_purchase(session, kinds, systems, per),
    ]
    choices = ("block", "each") if len(blocks) == 1 else ("all", "each")
    return Group("Figures", tuple(rows), choices if len(kinds) == 1 else (), per)


def _line(label: str, found: Amount, unit: str) -> InfoSpec:
    if found.value is None:
        return InfoSpec(label, NO_FIGURE, grade="none", figure=found.figure)
    heavy = unit == "kg" and found.value < _TONNES
    shown = f"{plain(found.value, 4)} kg" if heavy else text(found.value, unit)
    return InfoSpec(label, f"{found.mark}{shown}", grade=found.grade, figure=found.figure)


def _memory(kinds: tuple[Kind, ...], systems: dict[str, int]) -> InfoSpec:
    parts = []
    for kind in kinds:
        figure = kind.chip.hbm_figure
        name = "hbm_gib" if kind.chip.hbm_gib is not None else "hbm_gb"
        size = 1.0 if name == "hbm_gib" else 1e9 / GIB
        parts.append((kind.chip.ref, name, figure, systems[kind.rack.id] * kind.chips * size))
    found = total(parts)
    if found.value is None:
        return InfoSpec("HBM", NO_FIGURE, grade="none", figure=found.figure)
    shown = f"{found.value:,.0f} GiB" if found.value < 1e6 else text(found.value, "GiB")
    return InfoSpec("HBM", f"{found.mark}{shown}", grade=found.grade, figure=found.figure)


def _rent(kinds: tuple[Kind, ...], systems: dict[str, int], book: PriceBook | None) -> InfoSpec:
    if book is None:
        return InfoSpec("Rent", "no price book", grade="none")
    found = total(
        (book.ref, k.chip.id, book.usd_per_chip_hour(k.chip.id), systems[k.rack.id] * k.chips) for k in kinds
    )
    label = f"Rent, {book.as_of}"
    if found.value is None:
        return InfoSpec(label, "not in this book", grade="none", hint=short_book(book), figure=found.figure)
    shown = text(found.value, "usd/h").replace(" /", "/")
    return InfoSpec(
        label, f"{found.mark}{shown}", grade=found.grade, hint=short_book(book), figure=found.figure
    )


def _purchase(session: Session, kinds: tuple[Kind, ...], systems: dict[str, int], per: int) -> list[Item]:
    """Public price, or "no public figure" with the assumed one below; and the routes to it."""
    found = total((k.rack.ref, "price_usd", k.rack.price_usd, systems[k.rack.id]) for k in kinds)
    if len(kinds) != 1:
        return [_line("Purchase", found, "usd")]
    kind = kinds[0]
    figure = kind.rack.price_usd
    if figure is not None and not figure.assumed and kind.rack.price_routes == ():
        return [_line("Purchase", found, "usd")]
    word = chip_word(kind.chip.family)
    own = FigureField(kind.rack.ref, "price_usd").override(session) is not None
    rows: list[Item] = []
    if figure is None or figure.assumed or own:
        rows.append(InfoSpec("Purchase", NO_FIGURE, grade="none", figure=(kind.rack.ref, "price_usd")))
    spec = kind.rack.spec("price_usd")
    excludes = kind.rack.price_excludes or "nothing that is known"
    rows.append(
        FieldSpec(
            FigureField(kind.rack.ref, "price_usd", 1.0 / kind.chips),
            "own figure" if own else "assumed",
            f"usd/{word}",
            low=spec.low / kind.chips,
            high=spec.high / kind.chips,
            empty="none",
            hint=f"Of the rack system, per {word}; leaves out {excludes}",
            title=f"Set price of {kind.rack.name}",
            inset=True,
        )
    )
    if found.value is not None:
        rows.append(
            InfoSpec(
                f"for {kind.systems:,}" if per == BLOCK else "a system", text(found.value, "usd"), inset=True
            )
        )
    if kind.rack.price_routes:
        rows.append(InfoSpec("Routes to it", "rack system alone", inset=True))
    for route in kind.rack.price_routes:
        detail = (
            f"{route.derivation}. {text(route.usd_per_chip, 'usd')} a {word} with all that it covers, "
            f"{text(route.system_usd_per_chip, 'usd', 4)} of it for the rack system. {route.source}"
        )
        shown = f"${digits(route.system_usd_per_chip, 4)}/{word}"
        rows.append(InfoSpec(route.name, shown, grade="estimate", inset=True, detail=detail))
    return rows

"""Two chips or rack systems side by side: ratios by what one divides by, rents by date, with sources.

"Half the price" and "four times the performance" are true by some normaliser and some date only;
so every ratio is computed for all of them (DESIGN §1, §4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import Figure
from fleetdesigner.catalog.hardware import GIB, Chip, Rack
from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.values import GRADES, Grade

QUANTITIES: dict[str, str] = {
    "chips": "chips",
    "bf16_pflops": "dense PFLOPS at BF16",
    "fp8_pflops": "dense PFLOPS at FP8",
    "fp4_pflops": "dense PFLOPS at FP4",
    "hbm_gib": "GiB of HBM",
    "hbm_tb_per_s": "TB/s of HBM",
    "scale_up_gbytes_per_s": "GB/s of scale-up links, one way",
    "tdp_kw": "kW of chip design power",
    "it_power_kw": "kW of provisioned IT power",
    "price_usd": "USD of purchase",
}
"""What is compared → in words. The first is a count, the others are figures."""

NORMALISERS: dict[str, str | None] = {
    "system": None,
    "chip": "chips",
    "bf16_pflop": "bf16_pflops",
    "fp8_pflop": "fp8_pflops",
    "hbm_tb_per_s": "hbm_tb_per_s",
    "hbm_gib": "hbm_gib",
    "it_kw": "it_power_kw",
    "tdp_kw": "tdp_kw",
}
"""What one divides by → the quantity that measures it; None = the whole system."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity of one side: its value, its grade, or why there is none."""

    value: float | None
    evidence: Grade
    why: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its quantities by name, as a whole, and the figures behind them."""

    ref: str
    name: str
    chip: Chip
    chips: int
    whole: bool
    """Whether it is a rack system; a bare chip has no system, power or purchase of its own."""
    quantities: tuple[tuple[str, Measured], ...]
    sources: tuple[tuple[str, str, Figure], ...]
    """(entry, field, figure) for each figure used."""

    def get(self, quantity: str) -> Measured:
        """A quantity of the whole side."""
        return dict(self.quantities)[quantity]


@dataclass(frozen=True, slots=True)
class Ratio:
    """First over second of one quantity under one normaliser; None with the reason."""

    group: str
    quantity: str
    value: float | None
    evidence: Grade
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rent:
    """Rents of one book: USD an hour of both sides by normaliser, and their ratios."""

    book: str
    as_of: str
    ratios: tuple[Ratio, ...]
    """``quantity`` is ``per_chip``, ``per_bf16_pflop`` …, as a ratio of both rents."""
    usd_per_hour: tuple[tuple[str, float | None, float | None], ...]
    """(``per_chip`` …, first, second)."""
    sources: tuple[tuple[str, str, Figure], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All ratios and rents of two entries."""

    first: Side
    second: Side
    ratios: tuple[Ratio, ...]
    rents: tuple[Rent, ...]
    notes: tuple[str, ...]
    """What makes a ratio unlike, in sentences."""

    def ratio(self, group: str, quantity: str) -> float | None:
        """First over second of a quantity under a normaliser. KeyError when there is none of these names."""
        return {(item.group, item.quantity): item.value for item in self.ratios}[group, quantity]


def compare(catalog: Catalog, first: str, second: str, prices: str | None = None) -> Comparison:
    """Compares two chips or rack systems by id, name or alias.

    ``prices`` is a price book, or ``all`` for every book in order of date; None takes the newest
    book of Capacity Blocks. Raises CatalogError for a name that is not there or cannot be compared.
    """
    sides = _side(catalog, first), _side(catalog, second)
    ratios = tuple(
        _ratio(sides, group, unit, quantity)
        for group, unit in NORMALISERS.items()
        for quantity in QUANTITIES
        if quantity != unit
    )
    rents = tuple(_rent(sides, book) for book in _books(catalog, prices))
    return Comparison(*sides, ratios, rents, _notes(catalog, sides))


def _books(catalog: Catalog, prices: str | None) -> tuple[PriceBook, ...]:
    dated = sorted(catalog.rent_books(), key=lambda book: book.as_of)
    if prices == "all":
        return tuple(dated)
    if prices is not None:
        found = catalog.find(prices, PriceBook.KIND)
        return (found,) if isinstance(found, PriceBook) else ()
    return tuple(book for book in dated if book.basis == "capacity block")[-1:]


def _notes(catalog: Catalog, sides: tuple[Side, Side]) -> tuple[str, ...]:
    racks = [entry for side in sides if isinstance(entry := catalog.entry(side.ref), Rack)]
    notes = [
        f"{rack.ref}: price_usd leaves out {rack.price_excludes}" for rack in racks if rack.price_excludes
    ]
    if len({rack.price_includes_network for rack in racks}) > 1:
        holder = next(rack for rack in racks if rack.price_includes_network)
        notes.append(f"{holder.ref}: price_usd includes the network, the other one does not")
    return tuple(notes)


def _side(catalog: Catalog, name: str) -> Side:
    entry = catalog.find(name)
    if isinstance(entry, Rack):
        rack: Rack | None = entry
        chip, chips = catalog.chip_of(entry), catalog.chips_in(entry)
    elif isinstance(entry, Chip):
        rack, chip, chips = None, entry, 1
    else:
        raise CatalogError(f"{entry.ref}: only racks and chips can be compared; name one of these")
    sources: list[tuple[str, str, Figure]] = []

    def figure(owner: Entry | None, field: str, factor: float) -> Measured:
        if owner is None:
            return Measured(None, "none", f"{chip.ref} is a chip, not a rack system")
        found = owner.figure(field)
        if found is None:
            format_name = field.removesuffix("_tflops")
            lacks = owner is chip and field.endswith("_tflops") and format_name not in chip.precisions
            why = f"does not compute in {format_name.upper()}" if lacks else f"{field} has no public figure"
            return Measured(None, "none", f"{owner.ref}: {why}")
        sources.append((owner.ref, field, found))
        return Measured(found.value * factor, found.evidence)

    hbm = "hbm_gib" if chip.hbm_gib is not None else "hbm_gb"
    quantities = {
        "chips": Measured(float(chips), "vendor"),
        "bf16_pflops": figure(chip, "bf16_tflops", chips / 1e3),
        "fp8_pflops": figure(chip, "fp8_tflops", chips / 1e3),
        "fp4_pflops": figure(chip, "fp4_tflops", chips / 1e3),
        "hbm_gib": figure(chip, hbm, chips * (1.0 if hbm == "hbm_gib" else 1e9 / GIB)),
        "hbm_tb_per_s": figure(chip, "hbm_tb_per_s", chips),
        "scale_up_gbytes_per_s": figure(chip, "scale_up_gbytes_per_s", chips),
        "tdp_kw": figure(chip, "tdp_w", chips / 1e3),
        "it_power_kw": figure(rack, "it_power_kw", 1.0),
        "price_usd": figure(rack, "price_usd", 1.0),
    }
    return Side(
        entry.ref, entry.name, chip, chips, rack is not None, tuple(quantities.items()), tuple(sources)
    )


def _ratio(sides: tuple[Side, Side], group: str, unit: str | None, quantity: str) -> Ratio:
    parts = [side.get(quantity) for side in sides]
    if unit is not None:
        parts += [side.get(unit) for side in sides]
    elif not all(side.whole for side in sides):
        side = next(side for side in sides if not side.whole)
        return Ratio(group, quantity, None, "none", f"{side.ref} is a chip, not a rack system")
    values = [part.value for part in parts]
    missing = next((part for part in parts if part.value is None), None)
    if missing is not None:
        return Ratio(group, quantity, None, "none", missing.why)
    known = [value for value in values if value is not None]
    value = known[0] / known[1]
    if unit is not None:
        value *= known[3] / known[2]
    return Ratio(group, quantity, value, _worst(part.evidence for part in parts))


def _rent(sides: tuple[Side, Side], book: PriceBook) -> Rent:
    prices = [book.figure(side.chip.id) for side in sides]
    why = next(
        (
            f"{book.ref} has no price of {side.chip.id}"
            for side, price in zip(sides, prices, strict=True)
            if price is None
        ),
        "",
    )
    ratios: list[Ratio] = []
    rents: list[tuple[str, float | None, float | None]] = []
    for group, unit in NORMALISERS.items():
        per = [_per(side, price, unit) for side, price in zip(sides, prices, strict=True)]
        units = [side.get(unit) if unit else Measured(1.0, "vendor") for side in sides]
        lacks = next((part.why for part in units if part.value is None), "")
        if unit is None and not all(side.whole for side in sides):
            lacks = "a chip is not a rack system"
        name = f"per_{group}"
        if per[0] is None or per[1] is None or lacks:
            ratios.append(Ratio("rent", name, None, "none", why or lacks))
        else:
            grades = [price.evidence for price in prices if price] + [part.evidence for part in units]
            ratios.append(Ratio("rent", name, per[0] / per[1], _worst(grades)))
        rents.append((name, per[0], per[1]))
    sources = tuple(
        (book.ref, side.chip.id, price) for side, price in zip(sides, prices, strict=True) if price
    )
    return Rent(book.id, book.as_of, tuple(ratios), tuple(rents), sources)


def _per(side: Side, price: Figure | None, unit: str | None) -> float | None:
    amount = side.get(unit).value if unit else 1.0
    if price is None or amount is None or (unit is None and not side.whole):
        return None
    return price.value * side.chips / amount


def _worst(grades: Any) -> Grade:
    return max(grades, key=GRADES.index)


def as_json(catalog: Catalog, comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain data; a ratio without figures is null, with its reason under ``why``."""
    why: dict[str, str] = {}
    ratios: dict[str, dict[str, float | None]] = {}
    evidence: dict[str, dict[str, str]] = {}
    for item in comparison.ratios:
        ratios.setdefault(item.group, {})[item.quantity] = item.value
        evidence.setdefault(item.group, {})[item.quantity] = item.evidence
        if item.value is None:
            why[f"ratios.{item.group}.{item.quantity}"] = item.why
    rents = [_rent_json(rent, why) for rent in comparison.rents]
    used = [*comparison.first.sources, *comparison.second.sources]
    for rent in comparison.rents:
        used += rent.sources
    return {
        "first": _side_json(comparison.first),
        "second": _side_json(comparison.second),
        "ratios": ratios,
        "evidence": evidence,
        "rent": rents[-1] if rents else None,
        "rents": rents,
        "why": why,
        "notes": list(comparison.notes),
        "sources": [
            {
                "entry": ref,
                "field": field,
                "value": figure.value,
                "unit": catalog.entry(ref).spec(field).unit,
                "evidence": figure.evidence,
                "source": figure.source,
                "date": figure.date,
                "note": figure.note,
            }
            for ref, field, figure in dict.fromkeys(used)
        ],
    }


def _side_json(side: Side) -> dict[str, Any]:
    return {
        "id": side.ref,
        "name": side.name,
        "chip": side.chip.id,
        "quantities": {name: item.value for name, item in side.quantities},
    }


def _rent_json(rent: Rent, why: dict[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = {"book": rent.book, "as_of": rent.as_of}
    for item in rent.ratios:
        out[item.quantity] = item.value
        if item.value is None:
            why[f"rent.{rent.book}.{item.quantity}"] = item.why
    out["usd_per_hour"] = {
        "first": {name: first for name, first, _ in rent.usd_per_hour},
        "second": {name: second for name, _, second in rent.usd_per_hour},
    }
    return out

"""The text of a planner's own part: a catalog entry copied under another name, with other figures."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.figure import Figure
from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.catalog.token_prices import TOKEN_FIGURES, model_and_figure, token_field
from fleetdesigner.catalog.toml_text import toml_text

KINDS: tuple[tuple[str, str], ...] = (
    ("racks", "Rack system"),
    ("nodes", "Server"),
    ("chips", "Chip"),
    ("prices", "Price book"),
)
"""Kinds of which own parts can be made."""
NOBODY = "planner"
"""Source of a figure that the planner gives without one."""


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A figure as the planner gives it; value None: there is none."""

    value: float | None
    evidence: str = "assumption"
    source: str = ""
    note: str = ""

    @classmethod
    def of(cls, figure: Figure | None) -> OwnFigure:
        """The catalog's figure as a start."""
        if figure is None:
            return cls(None)
        source = "" if figure.assumed else figure.source
        return cls(figure.value, figure.evidence, source, figure.note)

    def data(self, today: str) -> dict[str, Any]:
        """The figure's table in the entry's text."""
        if self.evidence == "assumption":
            note = "; ".join(part for part in (self.note, self.source) if part) or NOBODY
            return {
                "assume": {"value": self.value, "low": self.value, "high": self.value, "derivation": note}
            }
        source = self.source.strip() if len(self.source.strip()) > 2 else NOBODY
        out = {"value": self.value, "source": source, "date": today, "evidence": self.evidence}
        return {**out, "note": self.note} if self.note else out


def slug(name: str) -> str:
    """An id from a name: ``My rack, 2028`` → ``my-rack-2028``; empty when nothing of it can be used."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60].strip("-")


def free_id(catalog: Catalog, kind: str, wanted: str) -> str:
    """`wanted`, or `wanted` with a number when it is taken."""
    taken = {entry.id for entry in catalog.entries(kind)}
    number, tried = 2, wanted
    while tried in taken:
        tried = f"{wanted}-{number}"
        number += 1
    return tried


def own_text(
    catalog: Catalog,
    kind: str,
    copied_id: str,
    new_id: str,
    new_name: str,
    figures: Mapping[str, OwnFigure],
    facts: Mapping[str, Any],
    today: str,
) -> str:
    """TOML of the copy with those figures and plain fields replaced; `today` dates what was changed.

    Raises CatalogError when the id is taken or the entry is not there.
    """
    data = tomllib.loads(catalog.copy_entry(kind, copied_id, new_id, new_name))
    data.update(facts)
    if kind == PriceBook.KIND:
        tokens = {name: one for name, one in figures.items() if model_and_figure(name)}
        rents = {name: one for name, one in figures.items() if name not in tokens}
        tables = {
            "rows": _rows(data.get("rows", []), rents, today),
            "models": _models(data.get("models", []), tokens, today),
        }
        data.update({table: rows for table, rows in tables.items() if rows or table in data})
        return toml_text(data)
    held: dict[str, Any] = dict(data.get("figures", {}))
    for name, figure in figures.items():
        if figure.value is None:
            held.pop(name, None)
        else:
            held[name] = figure.data(today)
    data["figures"] = held
    return toml_text(data)


def _rows(rows: list[dict[str, Any]], figures: Mapping[str, OwnFigure], today: str) -> list[dict[str, Any]]:
    """The rows of a price book with rents replaced, taken away and added."""
    out = []
    left = dict(figures)
    for row in rows:
        given = left.pop(row["chip_id"], None)
        if given is None:
            out.append(row)
        elif given.value is not None:
            out.append({**row, "usd_per_chip_hour": given.data(today)})
    for chip_id, given in left.items():
        if given.value is not None:
            out.append({"chip_id": chip_id, "usd_per_chip_hour": given.data(today)})
    return out


def _models(rows: list[dict[str, Any]], figures: Mapping[str, OwnFigure], today: str) -> list[dict[str, Any]]:
    """The rows of a price book by model with prices replaced, taken away and added."""
    out = {row["model_id"]: dict(row) for row in rows}
    for field, given in figures.items():
        found = model_and_figure(field)
        if found is None:
            continue
        model_id, name = found
        if given.value is None:
            out.get(model_id, {}).pop(name, None)
        else:
            out.setdefault(model_id, {"model_id": model_id})[name] = given.data(today)
    return [row for row in out.values() if row.keys() & TOKEN_FIGURES.keys()]


def price_names(catalog: Catalog, book: PriceBook) -> list[tuple[str, str]]:
    """(field, label) of what a book can price: any chip in a book of rents, any model in one of tokens, those
    that it prices first.
    """
    out = []
    if book.rents:
        chips = {chip.id: chip.name for chip in catalog.chips()}
        held = [row.chip_id for row in book.rows]
        out += [(one, chips.get(one, one)) for one in dict.fromkeys((*held, *chips))]
    if book.sells_tokens:
        models = {model.id: model.name for model in catalog.models()}
        sold = [row.model_id for row in book.models]
        for one in dict.fromkeys((*sold, *models)):
            name = models.get(one, one)
            out += [
                (token_field(one, key), f"{name}, {spec.description}") for key, spec in TOKEN_FIGURES.items()
            ]
    return out

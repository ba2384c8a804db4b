"""Catalog figures as they were before the planner's own ones, read once for each text."""

from __future__ import annotations

from functools import lru_cache

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import Figure
from fleetdesigner.catalog.load import parse_entry


@lru_cache(maxsize=512)
def _parsed(kind: str, entry_id: str, text: str) -> Entry:
    # half a millisecond each: too much for a panel that refreshes while a hand moves
    return parse_entry(kind, entry_id, text)


def entry_of(catalog: Catalog, ref: str) -> Entry | None:
    """The entry of ``racks/trn3-gen2``; None when the catalog has none."""
    try:
        return catalog.entry(ref)
    except CatalogError:
        return None


def shipped_figure(catalog: Catalog, ref: str, field: str) -> Figure | None:
    """The figure of an entry as shipped, pinned or made by the planner, without overrides; None = none."""
    held = entry_of(catalog, ref)
    if held is None:
        return None
    try:
        plain = _parsed(held.KIND, held.id, catalog.text_of(held.KIND, held.id))
        return plain.figure(field)
    except CatalogError:
        return None


def split_figure(address: str) -> tuple[str, str]:
    """(entry, field) of ``racks/trn3-gen2.price_usd``."""
    entry, _, field = address.partition(".")
    return entry, field

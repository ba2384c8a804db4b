"""Which catalog entries a document carries, so that it gives the same numbers after a catalog update."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.fleet import Rent, Tokens
from fleetdesigner.design.model import Design, Pin


def resolve(entries: Catalog, design: Design) -> Catalog:
    """`entries` with the design's own figures. Raises CatalogError naming entry and field."""
    return entries.with_overrides(design.overrides) if design.overrides else entries


def entries_in_use(design: Design, entries: Catalog) -> tuple[tuple[str, str], ...]:
    """(kind, id) of every entry that the design's numbers rest on, in a stable order.

    An id that the catalog lacks is left out: the engine says so where it is used.
    """
    used: dict[tuple[str, str], None] = {}

    def add(kind: str, entry_id: str) -> bool:
        try:
            held = entries.entry(f"{kind}/{entry_id}")
        except CatalogError:
            return False
        used[(kind, held.id)] = None
        return True

    for rack_id in dict.fromkeys(block.rack_id for block in design.blocks):
        if add("racks", rack_id):
            node = entries.node_of(rack_id)
            add("nodes", node.id)
            add("chips", node.chip_id)
            table = entries.readiness_of(node.chip_id)
            if table is not None:
                add("readiness", table.id)
    for pool in design.pools:
        add("fabrics", pool.fabric_id)
    for site in design.sites:
        if site.preset_id is not None:
            add("sites", site.preset_id)
    for phase in design.phases:
        if isinstance(phase.ownership, Rent | Tokens):
            add("prices", phase.ownership.price_book_id)
    for workload in design.workloads:
        add("models", workload.model_id)
    return tuple(sorted(used))


def pins_in_use(design: Design, pins: tuple[Pin, ...], entries: Catalog) -> tuple[Pin, ...]:
    """The pins that a save writes: own parts always, and every entry in use as it is read now."""
    wanted = dict.fromkeys((pin.kind, pin.id) for pin in pins if pin.revision == OWN)
    wanted.update(dict.fromkeys(entries_in_use(design, entries)))
    own = {(pin.kind, pin.id) for pin in pins if pin.revision == OWN}
    return tuple(
        pin_of(kind, entry_id, entries.text_of(kind, entry_id), OWN if (kind, entry_id) in own else "")
        for kind, entry_id in sorted(wanted)
    )


OWN = "own"
"""The revision of a part that the planner made."""


def pin_of(kind: str, entry_id: str, text: str, revision: str) -> Pin:
    """A pin with the hash of its text."""
    return Pin(
        kind=kind, id=entry_id, revision=revision, text=text, sha256=hashlib.sha256(text.encode()).hexdigest()
    )


def own_part_pin(
    entries: Catalog, kind: str, copied_id: str, new_id: str, new_name: str, text: str | None
) -> Pin:
    """The pin of a planner's own part: a copy of an entry, or `text` where it has been edited."""
    return pin_of(kind, new_id, text or entries.copy_entry(kind, copied_id, new_id, new_name), OWN)


def outdated_pins(pins: tuple[Pin, ...], shipped: Catalog) -> tuple[tuple[str, str], ...]:
    """(kind, id) of pinned entries whose shipped text has changed since."""
    changed = []
    for pin in pins:
        if pin.revision == OWN:
            continue
        try:
            today = shipped.text_of(pin.kind, pin.id)
        except CatalogError:
            continue
        if today != pin.text:
            changed.append((pin.kind, pin.id))
    return tuple(changed)


def differences(keys: Iterable[tuple[str, str]], held: Catalog, shipped: Catalog) -> list[str]:
    """``racks/h100-rack it_power_kw: 40.8 → 41.6`` for each figure that the two catalogs give differently."""
    lines = []
    for kind, entry_id in keys:
        old, new = held.entry(f"{kind}/{entry_id}"), shipped.entry(f"{kind}/{entry_id}")
        for name in dict.fromkeys((*old.field_names(), *new.field_names())):
            before, after = old.figure(name), new.figure(name)
            if (before and before.value) != (after and after.value):
                was = f"{before.value:g}" if before else "no figure"
                now = f"{after.value:g}" if after else "no figure"
                lines.append(f"{old.ref} {name}: {was} → {now}")
    return lines or ["Only words and sources differ."]

"""The kinds of entry, in one place: folder name → class. A newcomer adds one class and one name here."""

from __future__ import annotations

from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.hardware import Chip, Node, Rack
from fleetdesigner.catalog.software import LanguageModel, Readiness
from fleetdesigner.catalog.supply import Fabric, PriceBook, SitePreset

ENTRY_KINDS: tuple[type[Entry], ...] = (
    Chip, Node, Rack, Fabric, SitePreset, PriceBook, LanguageModel, Readiness,
)  # fmt: skip
KIND_CLASSES: dict[str, type[Entry]] = {cls.KIND: cls for cls in ENTRY_KINDS}

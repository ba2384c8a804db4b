"""The catalog as a value: lookups, and copies with overrides or with entries that a file carries."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, TypeVar, cast

from fleetdesigner.catalog.entries import KIND_CLASSES
from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import Figure, FigureGrade
from fleetdesigner.catalog.hardware import Chip, Node, Rack
from fleetdesigner.catalog.software import LanguageModel, Readiness, ReadinessRow
from fleetdesigner.catalog.supply import Fabric, PriceBook, SitePreset
from fleetdesigner.catalog.token_prices import model_and_figure
from fleetdesigner.catalog.toml_text import toml_text

E = TypeVar("E", bound=Entry)
_Names = Mapping[tuple[str, str], str]


class OverrideLike(Protocol):
    """What an override of a design looks like from here; the catalog does not know documents."""

    @property
    def entry(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def evidence(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """Everything that can be placed. Immutable: a change gives a new catalog that shares what is untouched.

    Compare by identity; ``revision`` tells the texts apart, not the overrides.
    """

    _entries: Mapping[str, Mapping[str, Entry]]
    _texts: Mapping[tuple[str, str], str]
    _names: _Names
    revision: str
    """SHA-256 of all texts, 64 hex digits."""

    @classmethod
    def of(cls, entries: Iterable[Entry], texts: Mapping[tuple[str, str], str]) -> Catalog:
        """A catalog of checked entries and the texts they were read from, in palette order."""
        kinds: dict[str, dict[str, Entry]] = {kind: {} for kind in KIND_CLASSES}
        for entry in sorted(entries, key=lambda entry: (entry.order, entry.id)):
            kinds[entry.KIND][entry.id] = entry
        digest = hashlib.sha256()
        for (kind, entry_id), text in sorted(texts.items()):
            digest.update(f"{kind}/{entry_id}\0{text}\0".encode())
        return cls(
            MappingProxyType({kind: MappingProxyType(held) for kind, held in kinds.items()}),
            MappingProxyType(dict(texts)),
            MappingProxyType(_name_index(entry for held in kinds.values() for entry in held.values())),
            digest.hexdigest(),
        )

    # lookups by id (an id that another entry replaces finds that one); CatalogError when there is none

    def chip(self, entry_id: str) -> Chip:
        """The chip of an id."""
        return self._get(Chip, entry_id)

    def node(self, entry_id: str) -> Node:
        """The server of an id."""
        return self._get(Node, entry_id)

    def rack(self, entry_id: str) -> Rack:
        """The rack system of an id."""
        return self._get(Rack, entry_id)

    def fabric(self, entry_id: str) -> Fabric:
        """The fabric of an id."""
        return self._get(Fabric, entry_id)

    def site(self, entry_id: str) -> SitePreset:
        """The site preset of an id."""
        return self._get(SitePreset, entry_id)

    def price_book(self, entry_id: str) -> PriceBook:
        """The price book of an id."""
        return self._get(PriceBook, entry_id)

    def model(self, entry_id: str) -> LanguageModel:
        """The language model of an id."""
        return self._get(LanguageModel, entry_id)

    def readiness(self, entry_id: str) -> Readiness:
        """The readiness table of an id."""
        return self._get(Readiness, entry_id)

    # iteration in palette order

    def chips(self) -> tuple[Chip, ...]:
        """All chips."""
        return self._all(Chip)

    def nodes(self) -> tuple[Node, ...]:
        """All servers."""
        return self._all(Node)

    def racks(self) -> tuple[Rack, ...]:
        """All rack systems."""
        return self._all(Rack)

    def fabrics(self) -> tuple[Fabric, ...]:
        """All fabrics."""
        return self._all(Fabric)

    def sites(self) -> tuple[SitePreset, ...]:
        """All site presets."""
        return self._all(SitePreset)

    def price_books(self) -> tuple[PriceBook, ...]:
        """All price books."""
        return self._all(PriceBook)

    def rent_books(self) -> tuple[PriceBook, ...]:
        """The price books that rent chips."""
        return tuple(book for book in self.price_books() if book.rents)

    def token_books(self) -> tuple[PriceBook, ...]:
        """The price books that sell by the token."""
        return tuple(book for book in self.price_books() if book.sells_tokens)

    def models(self) -> tuple[LanguageModel, ...]:
        """All language models."""
        return self._all(LanguageModel)

    def readiness_tables(self) -> tuple[Readiness, ...]:
        """All readiness tables."""
        return self._all(Readiness)

    def entries(self, kind: str | None = None) -> tuple[Entry, ...]:
        """All entries of a kind, or of all kinds in the order of the kinds."""
        if kind is None:
            return tuple(entry for held in self._entries.values() for entry in held.values())
        if kind not in self._entries:
            raise CatalogError(f"no kind {kind!r}; the kinds are {', '.join(self._entries)}")
        return tuple(self._entries[kind].values())

    def entry(self, ref: str) -> Entry:
        """The entry of an address such as ``racks/trn3-gen2``."""
        kind, _, entry_id = ref.partition("/")
        held = self._entries.get(kind)
        if held is None:
            raise CatalogError(f"{ref}: no kind {kind!r}; write kind/id, such as racks/trn3-gen2")
        return self._in(held, kind, entry_id)

    def find(self, name: str, kind: str | None = None) -> Entry:
        """The entry of an address, id, name or alias, capital letters aside; racks first, then chips, nodes …

        Raises CatalogError when nothing has that name.
        """
        if "/" in name and name.partition("/")[0] in self._entries:
            return self.entry(name)
        search = (kind,) if kind else (Rack.KIND, *(key for key in self._entries if key != Rack.KIND))
        for key in search:
            if found := self._names.get((key, name.casefold())):
                return self._entries[key][found]
        where = f"in {kind}" if kind else "in the catalog"
        raise CatalogError(f"{name!r}: no entry of this name {where}; `catalog list` names them all")

    # relations

    def node_of(self, rack: Rack | str) -> Node:
        """The server a rack system is made of."""
        return self.node((self.rack(rack) if isinstance(rack, str) else rack).node_id)

    def chip_of(self, rack: Rack | str) -> Chip:
        """The chip in a rack system."""
        return self.chip(self.node_of(rack).chip_id)

    def chips_in(self, rack: Rack | str) -> int:
        """Chips of a whole rack system."""
        held = self.rack(rack) if isinstance(rack, str) else rack
        return held.nodes * self.node(held.node_id).chips

    def readiness_of(self, chip: Chip | str) -> Readiness | None:
        """The readiness table that covers a chip, None when nothing is known."""
        held = self.chip(chip) if isinstance(chip, str) else chip
        tables = self.readiness_tables()
        return next((table for table in tables if table.covers(held.family, held.generation)), None)

    def readiness_row(
        self, chip: Chip | str, workload: str, activity: str, framework: str
    ) -> ReadinessRow | None:
        """How ready a chip is for a workload family, activity and framework; None when nothing is known."""
        table = self.readiness_of(chip)
        return table.row(workload, activity, framework) if table else None

    # copies

    def with_overrides(self, overrides: Iterable[OverrideLike]) -> Catalog:
        """A copy with figures replaced (value None removes one). Untouched entries stay the same objects.

        Raises CatalogError that names the entry or field that does not exist, or the value out of range.
        """
        changed: dict[str, dict[str, Entry]] = {}
        for item in overrides:
            kind = item.entry.partition("/")[0]
            before = self.entry(item.entry)
            if isinstance(before, PriceBook):
                self._priced_thing(before, item.field)
            held = changed.get(kind)
            if held is None:
                held = changed[kind] = dict(self._entries.get(kind, {}))
            held[before.id] = held[before.id].with_figure(item.field, _figure_of(item, before))
        if not changed:
            return self
        kinds = dict(self._entries)
        kinds.update((kind, MappingProxyType(held)) for kind, held in changed.items())
        return Catalog(MappingProxyType(kinds), self._texts, self._names, self.revision)

    def with_texts(self, texts: Iterable[tuple[str, str, str]]) -> Catalog:
        """A copy with entries added or replaced by (kind, id, TOML text): pins and own parts.

        Self when each text is the one already held. Raises CatalogError for a text that does not check,
        and for a reference to an entry that is not there.
        """
        from fleetdesigner.catalog.load import parse_entry  # the loader builds catalogs: imported late

        news = [item for item in texts if self._texts.get((item[0], item[1])) != item[2]]
        if not news:
            return self
        held = {entry.ref: entry for entry in self.entries()}
        held.update(
            (f"{kind}/{entry_id}", parse_entry(kind, entry_id, text)) for kind, entry_id, text in news
        )
        all_texts = {**self._texts, **{(kind, entry_id): text for kind, entry_id, text in news}}
        catalog = Catalog.of(held.values(), all_texts)
        if faults := dangling(catalog):
            raise CatalogError(faults[0])
        return catalog

    def _priced_thing(self, book: PriceBook, field: str) -> None:
        """Raises CatalogError unless the field of a price book is of a chip or a language model."""
        found = model_and_figure(field)
        kind, name, words = (
            (Chip.KIND, field, "chip") if found is None else (LanguageModel.KIND, found[0], "language model")
        )
        if name not in self._entries[kind]:
            raise CatalogError(f"{book.ref}: no {words} {name!r}; `catalog list --kind {kind}` names them")

    # texts

    def text_of(self, kind: str, entry_id: str) -> str:
        """The TOML text an entry was read from, without overrides."""
        found = self._texts.get((kind, self.entry(f"{kind}/{entry_id}").id))
        if found is None:
            raise CatalogError(f"{kind}/{entry_id}: has no text of its own")
        return found

    def sha256_of(self, kind: str, entry_id: str) -> str:
        """SHA-256 of ``text_of``, 64 hex digits."""
        return hashlib.sha256(self.text_of(kind, entry_id).encode()).hexdigest()

    def copy_entry(self, kind: str, entry_id: str, new_id: str, new_name: str) -> str:
        """The TOML text of a copy under a new id and name, without the aliases: the start of an own part."""
        data = tomllib.loads(self.text_of(kind, entry_id))
        if f"{kind}/{new_id}" in {entry.ref for entry in self.entries(kind)}:
            raise CatalogError(f"{kind}/{new_id}: the id is taken; choose another")
        data.pop("aliases", None)
        data.pop("replaces", None)
        return toml_text({**data, "id": new_id, "name": new_name})

    def _get(self, cls: type[E], entry_id: str) -> E:
        return cast(E, self._in(self._entries[cls.KIND], cls.KIND, entry_id))

    def _in(self, held: Mapping[str, Entry], kind: str, entry_id: str) -> Entry:
        found = held.get(entry_id)
        if found is None:
            heir = self._names.get((kind, f"replaces {entry_id}"))
            if heir is None:
                raise CatalogError(
                    f"{kind}/{entry_id}: no such entry; `catalog list` names them, or add your own part"
                )
            return held[heir]
        return found

    def _all(self, cls: type[E]) -> tuple[E, ...]:
        return cast("tuple[E, ...]", tuple(self._entries[cls.KIND].values()))


def _figure_of(item: OverrideLike, entry: Entry) -> Figure | None:
    if item.value is None:
        return None
    value = float(item.value)
    # moving a price does not move the date from which it holds
    before = entry.figure(item.field)
    evidence = item.evidence if item.evidence in ("measured", "vendor", "estimate") else "assumption"
    try:
        return Figure(
            value=value,
            source=item.source.strip() or "planner",
            date=entry.date if before is None else before.date,
            evidence=cast(FigureGrade, evidence),
            note=item.note,
            # a lever may move past the span it was given with: the span then ends at the value
            low=None if item.low is None else min(item.low, value),
            high=None if item.high is None else max(item.high, value),
        )
    except ValueError:
        raise CatalogError(f"{item.entry}: {item.field}: {value} is not a finite number") from None


def _name_index(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    index: dict[tuple[str, str], str] = {}
    for entry in entries:
        for name in (entry.id, entry.name, *entry.aliases):
            index.setdefault((entry.KIND, name.casefold()), entry.id)
        for old in entry.replaces:
            index.setdefault((entry.KIND, f"replaces {old}"), entry.id)
            index.setdefault((entry.KIND, old.casefold()), entry.id)
    return index


def name_clashes(entries: Iterable[Entry]) -> list[str]:
    """A line for each id, name, alias or replaced id that two entries of a kind both claim."""
    owners: dict[tuple[str, str], str] = {}
    faults = []
    for entry in entries:
        for name in dict.fromkeys(
            n.casefold() for n in (entry.id, entry.name, *entry.aliases, *entry.replaces)
        ):
            owner = owners.setdefault((entry.KIND, name), entry.id)
            if owner != entry.id:
                faults.append(
                    f"{entry.ref}.toml: aliases: {name!r} also names {entry.KIND}/{owner}; keep one"
                )
    return faults


def dangling(catalog: Catalog) -> list[str]:
    """A line for each reference to an entry that is not in the catalog."""
    faults = []
    for entry in catalog.entries():
        for field, kind, wanted in entry.references():
            try:
                catalog.entry(f"{kind}/{wanted}")
            except CatalogError:
                faults.append(f"{entry.ref}.toml: {field}: no entry {kind}/{wanted}; correct the id")
    return faults

"""Fields of the inspector that are not plain fields: positions counted from 1, shapes, presets, ownership."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.addresses import block_of, field_value, find
from fleetdesigner.design.commands import AssignPool, Command, ResizeBlock, SetFields
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Block, Lease, Own, Phase, Rent, Site, Tokens
from fleetdesigner.panels.fields.bindings import DesignField, Reading
from fleetdesigner.panels.fields.blocks import things_of
from fleetdesigner.panels.palette.parts import first_token_book, newest_book

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


class _WithoutDefault:
    """What is the same for fields that have no default and no lever."""

    __slots__ = ()

    def reset(self, session: Session, title: str) -> Command | None:
        """There is no default."""
        return None

    def address(self) -> tuple[str, str] | None:
        """No lever moves it."""
        return None


@dataclass(frozen=True, slots=True)
class CountedFromOne(_WithoutDefault):
    """A whole number that planners count from 1 and the document from 0: a floor position."""

    inner: DesignField

    def read(self, session: Session) -> Reading:
        """One more than the document says."""
        found = self.inner.read(session)
        return Reading(None if found.value is None else found.value + 1, mixed=found.mixed, there=found.there)

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """One less into the document."""
        return self.inner.command(session, int(value) - 1, title, merge)


@dataclass(frozen=True, slots=True)
class BlockShape(_WithoutDefault):
    """Columns or rows of a block; holes outside the new shape are forgotten."""

    block_id: str
    side: str
    """``cols`` or ``rows``."""

    def read(self, session: Session) -> Reading:
        """Of the block."""
        block = block_of(session.design, self.block_id)
        return Reading(None, there=False) if block is None else Reading(getattr(block, self.side))

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The array command, which the handle on the canvas gives too."""
        block = block_of(session.design, self.block_id)
        shape = {"cols": 1 if block is None else block.cols, "rows": 1 if block is None else block.rows}
        shape[self.side] = int(value)
        return ResizeBlock(self.block_id, shape["cols"], shape["rows"])


def pool_at(block: Block, month: int) -> str | None:
    """Id of the pool the block belongs to in a month, None for none."""
    held = [stay for stay in block.stays if stay.from_month <= month]
    return held[-1].pool_id if held else None


@dataclass(frozen=True, slots=True)
class BlockPool(_WithoutDefault):
    """The pool of blocks that have at most one stay: for good."""

    block_ids: tuple[str, ...]

    def read(self, session: Session) -> Reading:
        """Id of the pool, None for none."""
        held = things_of(session.design, tuple(f"block:{one}" for one in self.block_ids))
        blocks = [one if isinstance(one, Block) else None for one in held]
        pools = [block.stays[0].pool_id if block is not None and block.stays else None for block in blocks]
        return Reading(pools[0], mixed=len(set(pools)) > 1, there=None not in blocks)

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """Over the whole horizon."""
        return AssignPool(self.block_ids, value)


@dataclass(frozen=True, slots=True)
class TupleItem(_WithoutDefault):
    """A field of one item in a tuple: the second stay's month, the first placing's share."""

    ref: str
    path: str
    index: int
    name: str

    def read(self, session: Session) -> Reading:
        """Of the item."""
        items = field_value(session.design, self.ref, self.path)
        if not isinstance(items, tuple) or self.index >= len(items):
            return Reading(None, there=False)
        return Reading(getattr(items[self.index], self.name))

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The tuple with that item changed."""
        items: Any = field_value(session.design, self.ref, self.path)
        data = [item.model_dump(mode="json") for item in items]
        data[self.index][self.name] = value
        if "from_month" in data[0] and "to_month" not in data[0]:
            data.sort(key=lambda item: int(item["from_month"]))
        return SetFields.of(title, ((self.ref, self.path, data),), merge)


@dataclass(frozen=True, slots=True)
class ServiceMonth(_WithoutDefault):
    """The month in which a phase comes into service, shown whether it is set or follows from the order."""

    ref: str

    def read(self, session: Session) -> Reading:
        """Set or derived; a set one can be given back to order + lead."""
        phase = find(session.design, self.ref)
        if not isinstance(phase, Phase):
            return Reading(None, there=False)
        derived = phase.order_month + phase.lead_months
        is_set = phase.in_service_month is not None
        return Reading(phase.service_month, derived, changed=is_set, default_words="order + lead")

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """Sets it."""
        return SetFields.of(title, ((self.ref, "in_service_month", value),), merge)

    def reset(self, session: Session, title: str) -> Command | None:
        """Order + lead again."""
        return SetFields.of(title, ((self.ref, "in_service_month", None),))


OWNERSHIP = (("own", "bought"), ("lease", "leased"), ("rent", "rented"), ("tokens", "tokens"))
_LEASE_MONTHS, _LEASE_RATE = 48, 0.09


@dataclass(frozen=True, slots=True)
class OwnershipKind(_WithoutDefault):
    """Who owns what a phase brings; another kind begins with usual terms."""

    ref: str

    def read(self, session: Session) -> Reading:
        """``own lease rent tokens``"""
        phase = find(session.design, self.ref)
        return Reading(phase.ownership.kind) if isinstance(phase, Phase) else Reading(None, there=False)

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The whole ownership anew."""
        book, sells = newest_book(session.catalog), first_token_book(session.catalog)
        name = "none" if book is None else book.id
        made: dict[str, Any] = {
            "own": Own(),
            "lease": Lease(term_months=_LEASE_MONTHS, rate=_LEASE_RATE),
            "rent": Rent(price_book_id=name, term_months=12),
            "tokens": Tokens(price_book_id="none" if sells is None else sells.id),
        }
        return SetFields.of(title, ((self.ref, "ownership", made[value]),), merge)


SITE_FIGURES = (
    # field of the site, figure of the preset, whether it is a curve
    ("pue", "pue", True),
    ("tariff.energy_usd_per_kwh", "energy_usd_per_kwh", True),
    ("tariff.demand_usd_per_kw_month", "demand_usd_per_kw_month", True),
    ("carbon_g_per_kwh", "carbon_g_per_kwh", True),
    ("wue_l_per_kwh", "wue_l_per_kwh", False),
)


@dataclass(frozen=True, slots=True)
class SitePresetField(_WithoutDefault):
    """The place a site's figures come from; choosing one copies them all in one undo step."""

    ref: str

    def read(self, session: Session) -> Reading:
        """Id of the preset, None for none."""
        site = find(session.design, self.ref)
        return Reading(site.preset_id) if isinstance(site, Site) else Reading(None, there=False)

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The preset and every figure it has; what it lacks stays as it is."""
        changes: list[tuple[str, str, object]] = [(self.ref, "preset_id", value)]
        if value is not None:
            preset = session.catalog.site(value)
            for path, name, curve in SITE_FIGURES:
                figure = preset.figure(name)
                if figure is not None:
                    changes.append((self.ref, path, Constant(value=figure.value) if curve else figure.value))
        return SetFields.of(title, changes, merge)


@dataclass(frozen=True, slots=True)
class PresetDefault:
    """The default of a site's field: the figure of its preset."""

    ref: str
    name: str
    curve: bool

    def __call__(self, session: Session) -> Any:
        """The value, None when the site has no preset or the preset no such figure."""
        site = find(session.design, self.ref)
        if not isinstance(site, Site) or site.preset_id is None:
            return None
        try:
            figure = session.catalog.site(site.preset_id).figure(self.name)
        except CatalogError:
            return None
        if figure is None:
            return None
        return Constant(value=figure.value) if self.curve else figure.value


@dataclass(frozen=True, slots=True)
class AllowedFamily(_WithoutDefault):
    """Whether a workload may run on a chip family; no family named means any."""

    ref: str
    family: str
    all_families: tuple[str, ...]

    def read(self, session: Session) -> Reading:
        """Yes or no."""
        allow: Any = field_value(session.design, self.ref, "allow")
        if allow is None:
            return Reading(None, there=False)
        return Reading(not allow or self.family in allow)

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The list with or without the family; all of them are written as none."""
        allow: Any = field_value(session.design, self.ref, "allow")
        held = set(allow or self.all_families)
        held = held | {self.family} if value else held - {self.family}
        # a workload that may run nowhere is not planned: the last family cannot be taken away
        held = held or {self.family}
        known = [one for one in self.all_families if one in held]
        others = [one for one in allow if one not in self.all_families]
        chosen = [] if len(known) == len(self.all_families) and not others else [*known, *others]
        return SetFields.of(title, ((self.ref, "allow", chosen),), merge)

"""The rack systems that can be placed, as cards in words: groups, search, and what fits in a hall."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import Figure
from fleetdesigner.catalog.hardware import Chip, Rack
from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.design.fleet import Hall
from fleetdesigner.engine.results import Results
from fleetdesigner.look.tokens import GRADE_WORDS
from fleetdesigner.units import digits, text

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("AWS Trainium", ("trainium", "inferentia")),
    ("NVIDIA", ("nvidia",)),
    ("Other accelerators", ()),
)
"""Title, and the chip families in it; the last takes the rest."""
PRICED_WIDTH = 176
"""Room for words from which on cards show rents."""
_CHIP_WORD = {"nvidia": "GPU", "amd": "GPU", "intel": "GPU"}
_YEAR = re.compile(r"\b(?:from|in|deliveries) (20\d\d)\b")


def chip_word(family: str) -> str:
    """What one accelerator of the family is called: ``chip`` ``GPU``."""
    return _CHIP_WORD.get(family, "chip")


def cooling_word(rack: Rack) -> str:
    """``air`` ``liquid`` ``air + liquid``"""
    return "air + liquid" if rack.cooling == "hybrid" else rack.cooling


def mark_uncertain(figure: Figure) -> str:
    """``≈ `` before a figure that nobody measured or states."""
    return "≈ " if figure.evidence in ("estimate", "assumption") else ""


@dataclass(frozen=True, eq=False)
class Part:
    """One card of the palette."""

    rack: Rack
    chip: Chip
    chips: int
    rent: Figure | None
    """Rent of one chip for an hour in the price book on view."""
    book: PriceBook | None
    own: bool
    """The planner made it."""

    @property
    def id(self) -> str:
        """Id of the rack system."""
        return self.rack.id

    @property
    def word(self) -> str:
        """``chip`` or ``GPU``."""
        return chip_word(self.chip.family)

    @property
    def announced(self) -> bool:
        """Not sold yet: drawn hatched."""
        return self.rack.status in ("announced", "preview")

    @property
    def group(self) -> int:
        """Index into ``GROUPS``."""
        for index, (_, families) in enumerate(GROUPS):
            if self.chip.family in families:
                return index
        return len(GROUPS) - 1

    def line_for(self, width: int, measure: Callable[[str], int]) -> str:
        """The fullest line that fits; on narrow cards prices go first, from all cards alike."""
        priced = self.rent is not None and not self.lines[0].startswith("announced")
        lines = self.lines[2:] if priced and width < PRICED_WIDTH else self.lines
        return next((line for line in lines if measure(line) <= width), lines[-1])

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The second line of the card, the fullest first, for cards that get narrower."""
        power = self.rack.it_power_kw
        if self.announced and (power is None or power.assumed):
            year = _YEAR.search(self.rack.note)
            status = f"announced, {year[1]}" if year else "announced"
            return f"{status} · no public figures", f"{status} · no figures", status
        count = f"{self.chips:,} {self.word}s"
        kw = "no public power" if power is None else f"{mark_uncertain(power)}{text(power.value, 'kW')}"
        first = "announced" if self.announced else count
        both = f"{first} · {kw}"
        short = both.replace(".0 kW", " kW")
        if self.rent is not None:
            return f"{both} · {self.rent_text}", f"{short} · {self.rent_text}", both, first
        if power is None:
            return both, first
        return f"{both} · {cooling_word(self.rack)}", both, first

    @property
    def rent_text(self) -> str:
        """``$2.24/chip-h``; empty when the book does not price the chip."""
        # a hair up: 2.235 is stored a hair below itself and would be cut to 2.23
        return "" if self.rent is None else f"${digits(self.rent.value * (1 + 1e-12))}/{self.word}-h"

    @property
    def tip(self) -> str:
        """The card in full, each figure with its grade."""
        rack, power = self.rack, self.rack.it_power_kw
        racks = f"{rack.racks} racks" if rack.racks > 1 else "1 rack"
        lines = [
            rack.name,
            f"{self.chips:,} {self.word}s, {rack.domain_chips:,} a domain · {racks} · {cooling_word(rack)}",
        ]
        if power is None:
            lines.append("IT power: no public figure")
        else:
            grade = GRADE_WORDS[power.evidence]
            lines.append(f"IT power, provisioned: {mark_uncertain(power)}{text(power.value, 'kW')} ({grade})")
        if self.book is not None:
            name = short_book(self.book)
            if self.rent is None:
                lines.append(f"Rent: no public figure in {name}")
            else:
                lines.append(f"Rent: {self.rent_text} ({GRADE_WORDS[self.rent.evidence]}, {name})")
        if self.announced:
            lines.append("Announced: not sold yet")
        if rack.note:
            lines.append(rack.note)
        return "\n".join(lines)

    @cached_property
    def words(self) -> str:
        """Everything a search looks through."""
        rack, chip = self.rack, self.chip
        parts = (
            rack.name, rack.short_name, rack.vendor, rack.id, *rack.aliases, chip.name, *chip.aliases,
            chip.family, chip.generation, rack.status, GROUPS[self.group][0], "own" if self.own else "",
        )  # fmt: skip
        return " ".join(parts).casefold()


def short_book(book: PriceBook) -> str:
    """A book's name with its month in digits: ``AWS Capacity Blocks, 2026-10``."""
    return f"{book.name.partition(',')[0]}, {book.as_of}"


def newest_book(catalog: Catalog) -> PriceBook | None:
    """The book of rents to begin with: the last list of capacity blocks, else the last of any kind."""
    books = sorted(catalog.rent_books(), key=lambda book: book.as_of)
    blocks = [book for book in books if book.basis == "capacity block"]
    best = blocks or books
    return best[-1] if best else None


def first_token_book(catalog: Catalog) -> PriceBook | None:
    """The book of token prices to begin with: the catalog's first of the last month."""
    return max(catalog.token_books(), key=lambda book: book.as_of, default=None)


def parts_of(catalog: Catalog, book: PriceBook | None, own: frozenset[str]) -> tuple[Part, ...]:
    """The cards in the order of the palette: by group, then generation; what is no longer sold comes last."""
    found = []
    for rack in catalog.racks():
        chip = catalog.chip_of(rack)
        rent = None if book is None else book.usd_per_chip_hour(chip.id)
        found.append(Part(rack, chip, catalog.chips_in(rack), rent, book, rack.id in own))
    return tuple(sorted(found, key=lambda part: (part.group, part.rack.status == "legacy")))


# search

Test = Callable[[Part], bool]
_LIMIT = re.compile(r"(<=|>=|<|>|≤|≥|under|below|over|above)\s*([\d.,]+)\s*(kw|mw)\b")
_POWER = re.compile(r"\b([\d.,]+)\s*(kw|mw)\b")
_CHIPS = re.compile(r"\b([\d.,]+)\s*(?:chips?|gpus?|accelerators?)\b")
_BELOW = ("<", "<=", "≤", "under", "below")


def _number(shown: str, unit: str = "") -> float:
    try:
        return float(shown.replace(",", "")) * (1000.0 if unit == "mw" else 1.0)
    except ValueError:
        return float("nan")


def search(query: str) -> Test:
    """Whether a part matches all that was typed: words, ``64 chips``, ``< 50 kW``, ``liquid``."""
    left = query.casefold()
    tests: list[Test] = []
    for match in _LIMIT.finditer(left):
        limit, below = _number(match[2], match[3]), match[1] in _BELOW
        tests.append(partial(_power_is, limit, below))
    left = _LIMIT.sub(" ", left)
    for match in _POWER.finditer(left):
        near = _number(match[1], match[2])
        tests.append(partial(_power_near, near))
    left = _POWER.sub(" ", left)
    for match in _CHIPS.finditer(left):
        count = _number(match[1])
        tests.append(partial(_chips_are, count))
    for word in _CHIPS.sub(" ", left).split():
        tests.append(partial(_has_word, word))
    return lambda part: all(test(part) for test in tests)


def _chips_are(count: float, part: Part) -> bool:
    return part.chips == count


def _power_is(limit: float, below: bool, part: Part) -> bool:
    power = part.rack.it_power_kw
    return power is not None and (power.value < limit if below else power.value > limit)


def _power_near(near: float, part: Part) -> bool:
    power = part.rack.it_power_kw
    return power is not None and abs(power.value - near) <= 0.05 * near


def _has_word(word: str, part: Part) -> bool:
    if word in ("air", "liquid"):
        return cooled_by(part, word)
    return word in part.words


def cooled_by(part: Part, medium: str) -> bool:
    """Whether air or liquid takes heat from it; both do from a hybrid system."""
    return part.rack.cooling in (medium, "hybrid")


# what fits


@dataclass(frozen=True, slots=True)
class Room:
    """What a hall still takes."""

    it_kw: float
    air_kw: float
    liquid_kw: float
    positions: int

    def takes(self, part: Part) -> bool:
        """Whether one more system fits; one without a power figure cannot be said to."""
        power, share = part.rack.it_power_kw, part.rack.liquid_share
        if power is None:
            return False
        liquid = (1.0 if part.rack.cooling == "liquid" else 0.0) if share is None else share.value
        return (
            part.rack.positions <= self.positions
            and power.value <= self.it_kw + _SLACK
            and power.value * (1 - liquid) <= self.air_kw + _SLACK
            and power.value * liquid <= self.liquid_kw + _SLACK
        )


_SLACK = 1e-9


def room_in(hall: Hall, catalog: Catalog, results: Results | None, month: int) -> Room:
    """What the hall takes in that month by the newest results; before there are any, by its blocks alone."""
    used = sum(block.systems * _positions(catalog, block.rack_id) for block in hall.blocks)
    free = hall.columns * hall.row_count - used
    if results is not None:
        halls = results.halls()
        row = halls.index.get(hall.id)
        if row is not None:
            at = results.month_index(month)
            left = [
                float(limit[row, at] - load[row, at])
                for limit, load in (
                    (halls.it_limit_kw, halls.it_kw),
                    (halls.air_limit_kw, halls.air_kw),
                    (halls.liquid_limit_kw, halls.liquid_kw),
                )
            ]
            if all(one == one for one in left):
                return Room(left[0], left[1], left[2], free)
    it = air = liquid = 0.0
    for block in hall.blocks:
        kw, share = _draw(catalog, block.rack_id)
        it += kw * block.systems
        liquid += kw * share * block.systems
    air = it - liquid
    usable = hall.it_limit_kw * hall.derate
    return Room(usable - it, hall.air_kw - air, hall.liquid_kw - liquid, free)


def _positions(catalog: Catalog, rack_id: str) -> int:
    try:
        return catalog.rack(rack_id).positions
    except CatalogError:
        return 1


def _draw(catalog: Catalog, rack_id: str) -> tuple[float, float]:
    """(kW, liquid share) of one system; what is not known draws nothing here, the findings say so."""
    try:
        rack = catalog.rack(rack_id)
    except CatalogError:
        return 0.0, 0.0
    power, share = rack.it_power_kw, rack.liquid_share
    return (0.0 if power is None else power.value), (0.0 if share is None else share.value)

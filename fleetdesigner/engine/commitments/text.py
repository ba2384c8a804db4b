"""A commitment as people say it: ``up to 5 GW of Trainium3, over $100 bn over 10 years``.

Pieces are looked for one kind after the other; what is left over must be small words, or it is named.
"""

from __future__ import annotations

import re

from pydantic import ValidationError

from fleetdesigner.catalog import Catalog, CatalogError, Chip, Rack
from fleetdesigner.engine.commitments.values import Amount, Basis, Bound, Commitment, CommitmentError
from fleetdesigner.units import month_number

FORMS = "write for example 2 GW, 500,000 chips of Trainium2, or $100 bn over 8 years"

_BOUNDS: dict[str, Bound] = {
    "up to": "at most", "at most": "at most", "no more than": "at most", "≤": "at most", "<": "at most",
    "more than": "at least", "at least": "at least", "over": "at least", ">": "at least", "≥": "at least",
    "about": "", "around": "", "some": "", "nearly": "", "almost": "", "~": "", "≈": "",
}  # fmt: skip
_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "t": 1e12, "tn": 1e12, "trillion": 1e12,
}  # fmt: skip
_WATTS = {"kw": 1.0, "mw": 1e3, "gw": 1e6, "kilowatt": 1.0, "megawatt": 1e3, "gigawatt": 1e6}

_NUMBER = r"(?P<number>\d[\d,]*(?:\.\d+)?)"
_HEAD = rf"(?P<bound>{'|'.join(_BOUNDS)})?\s*"
_SCALE = r"(?P<scale>trillion|billion|million|thousand|tn|bn|mn|[kmbt])?"
_POWER = re.compile(
    _HEAD + _NUMBER + r"\s*(?P<unit>kilowatt|megawatt|gigawatt|kw|mw|gw)s?\b"
    r"(?:\s*(?:of\s+)?(?P<basis>it|facility)\b"
    r"(?:\s+(?:power|capacity|load))?|\s+(?:of\s+)?(?:power|capacity|compute))?"
)  # fmt: skip
_CHIPS = re.compile(
    _HEAD
    + _NUMBER
    + r"\s*"
    + _SCALE
    + r"\s*(?:\b|(?<=[kmbt]))(?P<what>(?:ai\s+)?chips?|accelerators?|gpus?|tpus?)\b"
)
_MONEY = re.compile(
    _HEAD + r"(?:(?:us)?\$|usd)\s*" + _NUMBER + r"\s*" + _SCALE + r"(?![a-z\d])(?:\s*(?:usd|dollars?))?"
    r"|" + _HEAD.replace("bound", "bound2") + _NUMBER.replace("number", "number2") + r"\s*"
    + _SCALE.replace("scale", "scale2") + r"\s*(?:usd\b|us\$|\$|dollars?\b)"
)  # fmt: skip
_YEARS = re.compile(
    r"(?:(?:over|for|in|/|across|during)\s*(?:the\s+)?)?" + _NUMBER + r"[\s-]*(?:years?|yrs?|y)\b"
)
_START = re.compile(r"(?:from|starting(?:\s+in)?|since)\s+(?P<when>\d{4}(?:-\d{2})?)\b")
_FULL = re.compile(r"by(?:\s+the)?(?:\s+end\s+of)?\s+(?P<when>\d{4}(?:-\d{2})?)\b")
_BUILD = re.compile(r"\b(?:to build|capex|for the campus|for building)\b")
_COUNTED = re.compile(_HEAD + _NUMBER + r"\s*" + _SCALE + r"\s+$")
_SMALL = re.compile(r"[\s,;.:+&/()–-]+|\b(?:of|and|at|for|with|in|the|a|an|over|worth|on|deal|using)\b")


def read_commitment(typed: str, catalog: Catalog) -> Commitment:
    """The commitment in words. Raises CommitmentError that names what is not understood."""
    words = " ".join(typed.split())
    if not words:
        raise CommitmentError(f"a commitment is missing; {FORMS}")
    if re.search(r"[-−]\s*\$?\s*\d", re.sub(r"\d{4}-\d{2}", "", words)) and not re.search(r"\d-year", words):
        raise CommitmentError(f"“{words}”: a commitment cannot be negative; {FORMS}")
    left = words.casefold()
    left, systems = _systems(left, catalog)
    left, money = _take(_MONEY, left, "two amounts of money")
    left, years = _take(_YEARS, left, "two terms")
    left, power = _take(_POWER, left, "two powers")
    left, chips = _take(_CHIPS, left, "two numbers of chips")
    left, start = _take(_START, left, "two starts")
    left, full = _take(_FULL, left, "two ends of the ramp")
    left, build = _take(_BUILD, left, "“to build” twice")
    rest = _SMALL.sub(" ", left).strip()
    if rest:
        raise CommitmentError(f"“{rest}” is not understood; {FORMS}")
    if power is None and chips is None and money is None:
        raise CommitmentError(f"“{words}” says no power, no chips and no dollars; {FORMS}")
    basis: Basis = "not said"
    if power is not None and power["basis"]:
        basis = "IT" if power["basis"] == "it" else "facility"
    try:
        return Commitment(
            name=words,
            power_kw=None if power is None else _amount(power, _WATTS[power["unit"]]),
            power_basis=basis,
            chips=None if chips is None else _amount(chips, 1.0),
            usd=None if money is None else _money(money),
            usd_for="services" if build is None else "building",
            years=None if years is None else _number(years["number"]),
            start_month=None if start is None else _month(start["when"], 1),
            full_month=None if full is None else _month(full["when"], 12),
            systems=systems,
        )
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(one) for one in problem["loc"])
        what = f"{place}: " if place else ""
        raise CommitmentError(
            f"“{words}”: {what}{problem['msg'].removeprefix('Value error, ').lower()}; {FORMS}"
        ) from None


def system_named(name: str, catalog: Catalog) -> Rack:
    """The rack system of an id, name or alias, or the largest one with the chip of that name.

    Raises CommitmentError that says how to find the names.
    """
    try:
        found = catalog.find(name.strip())
    except CatalogError:
        found = None
    if isinstance(found, Rack):
        return found
    if isinstance(found, Chip):
        held = [rack for rack in catalog.racks() if catalog.chip_of(rack).id == found.id]
        if held:
            return max(held, key=lambda rack: rack.domain_chips)
    raise CommitmentError(
        f"“{name.strip()}” is no rack system of the catalog; "
        "`fleetdesigner catalog list --kind racks` names them"
    )


def _systems(left: str, catalog: Catalog) -> tuple[str, tuple[str, ...]]:
    """The words without the names of chips and rack systems, and the systems in the order named."""
    # "Trainium3+4" and "Trainium3 and 4": the second is named by its number alone
    left = re.sub(r"\b(trainium)\s?(\d)\s*(?:\+|/|and|&)\s*(?:trainium)?\s?(\d)\b", r"\g<1>\2 \g<1>\3", left)
    left = re.sub(r"\b(trainium) (\d)\b", r"\1\2", left)
    names: dict[str, str] = {}
    for rack in catalog.racks():
        for one in (rack.id, rack.name, rack.short_name, *rack.aliases):
            names.setdefault(one.casefold(), rack.id)
    for chip in catalog.chips():
        if any(catalog.chip_of(rack).id == chip.id for rack in catalog.racks()):
            for one in (chip.id, chip.name, *chip.aliases):
                names.setdefault(one.casefold(), system_named(chip.id, catalog).id)
    found: list[tuple[int, str]] = []
    for name in sorted(names, key=len, reverse=True):
        pattern = re.compile(rf"(?<![\w-]){re.escape(name)}(?:s|\s+(?:chips?|gpus?|accelerators?))?(?![\w-])")
        while hit := pattern.search(left):
            found.append((hit.start(), names[name]))
            # "500,000 Trainium2" counts chips: the number keeps a word to stand before
            counts = _COUNTED.search(left[: hit.start()]) is not None
            fill = " chips" if counts or hit[0].endswith(("chips", "chip", "gpus", "gpu")) else " "
            left = left[: hit.start()] + fill + " " * max(0, len(hit[0]) - len(fill)) + left[hit.end() :]
    return left, tuple(dict.fromkeys(one for _, one in sorted(found)))


def _take(pattern: re.Pattern[str], left: str, twice: str) -> tuple[str, dict[str, str] | None]:
    hits = list(pattern.finditer(left))
    if len(hits) > 1:
        raise CommitmentError(f"“{hits[1][0].strip()}”: {twice}; give one")
    if not hits:
        return left, None
    hit = hits[0]
    # a space in its place keeps what stood around it apart
    return left[: hit.start()] + " | ".replace("|", " ") + left[hit.end() :], hit.groupdict()


def _number(shown: str) -> float:
    return float(shown.replace(",", ""))


def _amount(parts: dict[str, str], unit: float) -> Amount:
    scale = _SCALES[parts["scale"]] if parts.get("scale") else 1.0
    return Amount(value=_number(parts["number"]) * scale * unit, bound=_BOUNDS[parts["bound"] or "about"])


def _money(parts: dict[str, str]) -> Amount:
    end = "" if parts["number"] else "2"
    return _amount({name: parts[name + end] for name in ("number", "scale", "bound")}, 1.0)


def _month(shown: str, month_of_year: int) -> int:
    try:
        return month_number(shown if "-" in shown else f"{shown}-{month_of_year:02d}")
    except ValueError as error:
        raise CommitmentError(str(error)) from None

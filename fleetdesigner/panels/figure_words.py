"""What catalog figures are called in lists of assumptions and levers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.entries import KIND_CLASSES
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import FigureSpec

_SHORTER: Mapping[str, str] = MappingProxyType(
    {
        "purchase of the whole system": "Purchase price",
        "purchase of the server": "Purchase price",
        "provisioned IT power of the whole system": "Provisioned IT power",
        "nameplate power of the whole system": "Nameplate power",
        "IT power with no work": "Idle power",
        "power with no work": "Idle power",
        "share of the heat that liquid takes": "Heat taken by liquid",
        "weight of the whole system": "Weight",
        "chip-hours between two interruptions of a job": "Between interruptions",
        "scale-up link per chip, ONE way (vendors print both ways)": "Scale-up link, one way",
        "network per chip for traffic between domains, one way": "Scale-out network, one way",
        "network power per chip, two tiers, without the NIC": "Power per chip, two tiers",
        "network power per chip, three tiers, without the NIC": "Power per chip, three tiers",
        "back-end network per chip, two tiers": "Price per chip, two tiers",
        "back-end network per chip, three tiers": "Price per chip, three tiers",
        "achieved share of the line rate on large messages": "Line rate achieved",
        "rent of one chip for one hour": "Rent of a chip",
    }
)


def figure_words(spec: FigureSpec) -> str:
    """The figure's name in a few words, from its description."""
    known = _SHORTER.get(spec.description)
    if known is not None:
        return known
    words = spec.description.partition(";")[0].partition(" (")[0]
    return words[:1].upper() + words[1:]


def figure_name(catalog: Catalog, entry: str, field: str) -> str:
    """A figure inside a sentence: ``idle power of HGX H100 rack``; its address when nothing names it."""
    try:
        held = catalog.entry(entry)
        return f"{_inside(figure_words(held.spec(field)))} of {held.name}"
    except (CatalogError, KeyError):
        return f"{field} of {entry.partition('/')[2]}"


def _inside(words: str) -> str:
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def input_words(label: str, ref: str) -> str:
    """An input of a KPI in words: ``Trn2 UltraServer: purchase price`` for ``racks/trn2-ultra.price_usd``."""
    entry, _, field = ref.partition(".")
    kind = KIND_CLASSES.get(entry.partition("/")[0])
    spec = None if kind is None else kind.FIGURE_FIELDS.get(field)
    if spec is None:
        return label
    words = figure_words(spec)
    return f"{label.partition(':')[0]}: {_inside(words)}"

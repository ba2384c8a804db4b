"""What can be placed: frozen entries with sourced figures, read from ``resources/catalog/**.toml``."""

from fleetdesigner.catalog.catalog import Catalog, OverrideLike
from fleetdesigner.catalog.entries import ENTRY_KINDS, KIND_CLASSES
from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import Figure, FigureSpec
from fleetdesigner.catalog.hardware import Band, Chip, Node, PriceRoute, Rack
from fleetdesigner.catalog.load import check, load_catalog, parse_entry
from fleetdesigner.catalog.software import LanguageModel, Readiness, ReadinessRow
from fleetdesigner.catalog.supply import Fabric, PriceBook, PriceRow, SitePreset
from fleetdesigner.catalog.token_prices import TOKEN_FIGURES, TokenRow, model_and_figure, token_field
from fleetdesigner.catalog.toml_text import toml_text

__all__ = [
    "ENTRY_KINDS",
    "KIND_CLASSES",
    "TOKEN_FIGURES",
    "Band",
    "Catalog",
    "CatalogError",
    "Chip",
    "Entry",
    "Fabric",
    "Figure",
    "FigureSpec",
    "LanguageModel",
    "Node",
    "OverrideLike",
    "PriceBook",
    "PriceRoute",
    "PriceRow",
    "Rack",
    "Readiness",
    "ReadinessRow",
    "SitePreset",
    "TokenRow",
    "check",
    "load_catalog",
    "model_and_figure",
    "parse_entry",
    "token_field",
    "toml_text",
]

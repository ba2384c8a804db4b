"""The one error of the engine: a design that cannot be evaluated at all, in one line."""

from __future__ import annotations

from fleetdesigner.catalog.errors import CatalogError


class EvaluationError(CatalogError):
    """A design names something that is not there. ``str()`` is one line: place, fault, remedy."""

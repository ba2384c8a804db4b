"""The one error of the catalog: a clear line that names the entry, the field and the remedy."""

from __future__ import annotations


class CatalogError(LookupError):
    """An entry that is unknown, incomplete or wrong. ``str()`` is one line: place, fault, remedy."""

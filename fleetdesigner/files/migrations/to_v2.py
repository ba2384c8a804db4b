"""Version 2 holds the planner's own measurements."""

from __future__ import annotations

from typing import Any


def migrate(raw: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had none."""
    design = raw.get("design")
    if isinstance(design, dict):
        design.setdefault("measurements", [])
    return raw

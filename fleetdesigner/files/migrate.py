"""Old files on their way to today's form, step by step, on plain data."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from fleetdesigner.files.migrations.renamed import RENAMED, rename

CURRENT_VERSION = 3
"""What this program writes. A higher number needs a step, and a golden file of the version it takes over."""


def migrate(raw: dict[str, Any], current: int | None = None) -> dict[str, Any]:
    """The plain data of a file, in today's form. `raw` is used up."""
    goal = CURRENT_VERSION if current is None else current
    for version in range(int(raw["format_version"]) + 1, goal + 1):
        raw = importlib.import_module(_module(version)).migrate(raw)
        rename(raw, tuple(one for one in RENAMED if one.version == version))
        raw["format_version"] = version
    return raw


def missing(golden: Path, current: int | None = None) -> tuple[str, ...]:
    """What is not there though the version says so: steps, and golden files in the folder `golden`."""
    goal = CURRENT_VERSION if current is None else current
    steps = (
        f"fleetdesigner/files/migrations/to_v{version}.py"
        for version in range(2, goal + 1)
        if importlib.util.find_spec(_module(version)) is None
    )
    files = (
        f"a golden file v{version}_*.fleet"
        for version in range(1, goal + 1)
        if not any(golden.glob(f"v{version}_*.fleet"))
    )
    return (*steps, *files)


def _module(version: int) -> str:
    return f"fleetdesigner.files.migrations.to_v{version}"

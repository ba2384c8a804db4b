"""The bundled designs."""

from __future__ import annotations

from pathlib import Path

from fleetdesigner.assets import resource

FIRST = "first-hall"
"""Opens on the first start."""


def example_paths() -> tuple[Path, ...]:
    """Files of the bundled designs, the first start's first."""
    paths = sorted(resource("examples").glob("*.fleet"))
    return tuple(sorted(paths, key=lambda path: path.stem != FIRST))


def is_example(path: Path) -> bool:
    """Whether a file is one of the bundled designs, however it was opened: Save must not write there."""
    return path.resolve().parent == resource("examples").resolve()

"""The few pictures a Qt style sheet can only name by file: arrows and ticks in the theme's colours."""

from __future__ import annotations

from pathlib import Path

from fleetdesigner.assets import state_folder
from fleetdesigner.look import icons
from fleetdesigner.look.theme import Theme


def image(theme: Theme, name: str, token: str) -> str:
    """Path, with forward slashes, of the tinted icon; written when it is not there as it should be."""
    folder = state_folder() / "look"
    path = folder / f"{name}-{theme.palette.colours[token]}.svg"
    text = icons.svg(name, theme.hex(token))
    if not _holds(path, text):
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.as_posix()


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except OSError:
        return False

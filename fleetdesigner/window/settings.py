"""What the program remembers between sessions: theme, recent files, sizes, picks. One JSON file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from fleetdesigner.assets import config_folder

RECENT = 10
Plain = str | int | float | bool | None | Sequence["Plain"] | Mapping[str, "Plain"]


class Settings:
    """A small store of plain values by key; a damaged or unwritable file never stops the program."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_folder() / "settings.json"
        self._values: dict[str, Plain] = {}
        try:
            read = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            read = {}
        if isinstance(read, dict):
            self._values = read

    def get(self, key: str, default: Plain = None) -> Plain:
        """The value of a key."""
        return self._values.get(key, default)

    def text(self, key: str, default: str = "") -> str:
        """The value of a key as text."""
        found = self._values.get(key)
        return found if isinstance(found, str) else default

    def texts(self, key: str) -> list[str]:
        """The value of a key as a list of texts."""
        found = self._values.get(key)
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def numbers(self, key: str) -> list[int]:
        """The value of a key as a list of whole numbers."""
        found = self._values.get(key)
        return [one for one in found if isinstance(one, int)] if isinstance(found, list) else []

    def set(self, key: str, value: Plain) -> None:
        """Remember a value."""
        if self._values.get(key) == value:
            return
        self._values[key] = value
        beside = self._path.with_suffix(".tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(self._values, indent=1, sort_keys=True), encoding="utf-8")
            os.replace(beside, self._path)
        except OSError:
            # settings are a comfort: a read-only home must not interrupt a meeting
            beside.unlink(missing_ok=True)

    def recent_files(self) -> list[Path]:
        """Files opened or saved last, newest first, those that are gone left out."""
        return [path for path in map(Path, self.texts("recent_files")) if path.is_file()]

    def add_recent(self, path: Path) -> None:
        """Put a file at the head of the recent ones."""
        shown = str(path.resolve())
        kept = [one for one in self.texts("recent_files") if one != shown]
        self.set("recent_files", [shown, *kept][:RECENT])

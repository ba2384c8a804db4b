"""Recovery copies: what was not saved when the program or the machine went down.

They lie in the user's state folder, never beside the planner's file, one for each design and running program.
A copy is a `.fleet` text whose frame also says which file it came from and what that file's hash was.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from fleetdesigner.assets import state_folder
from fleetdesigner.design.model import Document
from fleetdesigner.files.atomic import write_atomically
from fleetdesigner.files.errors import FileError, NewerFile
from fleetdesigner.files.fleet_file import FleetText, framed, framed_text, read_bytes
from fleetdesigner.values import Value

_FOLDER = "recovery"
_DAMAGED = ".damaged"
_RUN = secrets.token_hex(4)
"""This run of the program; process numbers come again."""


class Origin(Value):
    """The file a recovery copy belongs to; both None for a design that was never saved."""

    path: Annotated[str, Field(max_length=4_096)] | None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None


class RecoveryText(FleetText):
    """The frame of a recovery copy."""

    recovery: Origin


@dataclass(frozen=True)
class Recovery:
    """A copy that can be taken up again."""

    file: Path
    document: Document
    base_path: Path | None
    """The planner's file; None when it was never saved."""
    base_sha256: str | None
    """Hash of that file when the copy was made; None when it was not there."""
    saved_at: float
    """Seconds since 1970."""

    @property
    def base_changed(self) -> bool:
        """Whether the planner's file has changed since, so that taking up the copy would go back in time."""
        return self.base_path is not None and file_sha256(self.base_path) != self.base_sha256


def file_sha256(path: Path) -> str | None:
    """Hash of a file's bytes; None when it cannot be read."""
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except FileError:
        return None


def write_recovery(key: str, document: Document, base_path: Path | None = None) -> Path:
    """Writes this program's copy for the design `key` (its id) in place of the last. Raises FileError."""
    origin = Origin(
        path=None if base_path is None else str(Path(base_path).absolute()),
        sha256=None if base_path is None else file_sha256(Path(base_path)),
    )
    text = framed_text({"recovery": origin.model_dump()}, document)
    path = _folder() / f"{key}.{os.getpid()}.{_RUN}.fleet"
    write_atomically(path, text.encode())
    return path


def list_recoveries() -> tuple[Recovery, ...]:
    """Copies that no running program is writing, newest first.

    One that cannot be read is set aside under another name, never deleted; one of a newer version stays.
    """
    found = []
    for path in sorted(_folder().glob("*.fleet")):
        if _in_use(path):
            continue
        try:
            found.append(_read(path))
        except NewerFile:
            continue
        except FileError:
            _set_aside(path)
    return tuple(sorted(found, key=lambda one: one.saved_at, reverse=True))


def damaged_copies() -> tuple[Path, ...]:
    """Copies that could not be read and were set aside."""
    return tuple(sorted(_folder().glob(f"*{_DAMAGED}")))


def clear(key: str) -> None:
    """Removes this program's copy for the design `key`: its changes are saved or given up."""
    _remove(_folder() / f"{key}.{os.getpid()}.{_RUN}.fleet")


def discard(recovery: Recovery) -> None:
    """Removes a copy that was taken up or is not wanted."""
    _remove(recovery.file)


def _read(path: Path) -> Recovery:
    found = framed(read_bytes(path), str(path), RecoveryText)
    origin = found.recovery
    base = None if origin.path is None else Path(origin.path)
    return Recovery(path, found.document, base, origin.sha256, path.stat().st_mtime)


def _folder() -> Path:
    folder = state_folder() / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _set_aside(path: Path) -> None:
    try:
        path.rename(path.with_name(path.name + _DAMAGED))
    except OSError:
        # it stays where it is and is tried again next time
        return


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        # a copy too many is offered again; that is better than a crash on the way out
        return


def _in_use(path: Path) -> bool:
    """Whether the program that writes the copy is running: this one, or another process."""
    *_, process, run, _ = path.name.split(".") if path.name.count(".") >= 3 else ("", "", "", "")
    if run == _RUN:
        return True
    return process.isdigit() and int(process) != os.getpid() and _is_running(int(process))


def _is_running(process: int) -> bool:
    if sys.platform == "win32":
        import ctypes  # only there

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True

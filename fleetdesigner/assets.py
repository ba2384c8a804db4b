"""Where `resources/` is, in a checkout, an installed wheel or a bundle; and where the user's own files go.

The one module that knows either. No Qt, so the command line can use it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

APP = "fleetdesigner"
HOME_VARIABLE = "FLEETDESIGNER_HOME"
"""Environment variable: one folder for everything the program keeps about the user (tests set it)."""


class ResourceMissing(FileNotFoundError):
    """A file that ships with the program is not there; the message is one line, fit to be shown."""


def _candidates() -> tuple[Path, ...]:
    """Folders that may be `resources/`, the likeliest first."""
    package = Path(__file__).resolve().parent
    bundle = getattr(sys, "_MEIPASS", None)
    bundled = (Path(bundle) / APP / "_resources", Path(bundle) / "resources") if bundle else ()
    return (*bundled, package / "_resources", package.parent / "resources")


def resource_root() -> Path:
    """The folder `resources/`.

    A checkout keeps it beside the package; a wheel holds it inside as `_resources`; a frozen bundle
    unpacks it under `sys._MEIPASS`. Raises ResourceMissing when it is in none of these places.
    """
    places = _candidates()
    for place in places:
        if place.is_dir():
            return place
    looked = ", ".join(str(place) for place in places)
    raise ResourceMissing(f"the program's resources folder is missing (looked in {looked}); install it again")


def resource(*parts: str) -> Path:
    """The file or folder `resources/<parts…>`; no parts gives the folder itself.

    Raises ValueError for parts that lead outside the folder, ResourceMissing when nothing is there.
    """
    root = resource_root()
    path = root.joinpath(*parts)
    if not path.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"resource {'/'.join(parts)!r} lies outside the resources folder")
    if not path.exists():
        name = "/".join(parts)
        raise ResourceMissing(f"resource {name!r} is missing from {root}; install the program again")
    return path


def config_folder() -> Path:
    """The user's folder for settings and own parts, made when absent.

    `FLEETDESIGNER_HOME/config`, else `XDG_CONFIG_HOME/fleetdesigner`, else the platform's usual place.
    """
    return _user_folder("config", "XDG_CONFIG_HOME", Path(".config"))


def state_folder() -> Path:
    """The user's folder for recovery copies and the last session, made when absent.

    `FLEETDESIGNER_HOME/state`, else `XDG_STATE_HOME/fleetdesigner`, else the platform's usual place.
    """
    return _user_folder("state", "XDG_STATE_HOME", Path(".local", "state"))


def _user_folder(kind: str, variable: str, below_home: Path) -> Path:
    wanted = _wanted_folder(kind, variable, below_home)
    if wanted is not None and _usable(wanted):
        return wanted
    # No home, or one that cannot be written (a container, a read-only account): the program still
    # works, and what it keeps lasts as long as the machine runs.
    account = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    fallback = Path(tempfile.gettempdir(), f"{APP}-{account}", kind)
    if _usable(fallback) and _only_mine(fallback.parent):
        return fallback
    return Path(tempfile.mkdtemp(prefix=f"{APP}-{kind}-"))


def _wanted_folder(kind: str, variable: str, below_home: Path) -> Path | None:
    own = os.environ.get(HOME_VARIABLE)
    if own:
        return Path(own).absolute() / kind
    given = os.environ.get(variable, "")
    if os.path.isabs(given):  # the XDG base directory specification tells to ignore relative ones
        return Path(given, APP)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        return Path(local, APP, kind) if local else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / APP / kind
    return home / below_home / APP


def _usable(folder: Path) -> bool:
    """Whether the folder is there, or could be made, and files can be written in it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _only_mine(folder: Path) -> bool:
    """Whether nobody else owns or may write a folder in the shared temporary place."""
    if not hasattr(os, "getuid"):
        return True
    status = folder.lstat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022 and not folder.is_symlink()

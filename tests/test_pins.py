"""The locked versions are the ones that were proved, and the trap they avoid stays closed."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement
from PySide6.QtCore import QObject

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "packaging" / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CALLS = 20_000


def locked() -> dict[str, tuple[str, int]]:
    """Package name -> (version, number of hashes)."""
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    pins = {}
    for entry in entries:
        pin = re.match(r"([a-z0-9._-]+)==([^\s;\\]+)", entry)
        assert pin is not None, f"not a pin: {entry.splitlines()[0]}"
        pins[pin[1]] = (pin[2], entry.count("--hash=sha256:"))
    return pins


def test_calls_that_return_none_steal_no_reference() -> None:
    """PySide6 6.12.0 takes one reference to None a call on Python 3.11 and aborts after some thousand."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("x")
    assert before - sys.getrefcount(None) < CALLS // 100


def test_qt_is_the_version_that_was_proved() -> None:
    pins = locked()
    assert pins["pyside6-essentials"][0] == "6.11.3"
    assert pins["shiboken6"][0] == "6.11.3"
    assert version("PySide6-Essentials") == "6.11.3"


def test_lock_holds_no_address() -> None:
    assert "://" not in LOCK


def test_every_pin_has_hashes() -> None:
    assert [name for name, (_, hashes) in locked().items() if hashes == 0] == []


def test_lock_satisfies_the_project() -> None:
    """A range changed in `pyproject.toml` asks for a new lock: `python3 packaging/lock.py`."""
    project = PROJECT["project"]
    asked = [
        *project["dependencies"],
        *(line for extra in project.get("optional-dependencies", {}).values() for line in extra),
        *PROJECT["build-system"]["requires"],
    ]
    pins = locked()
    wrong = []
    for line in asked:
        requirement = Requirement(line)
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name not in pins or pins[name][0] not in requirement.specifier:
            wrong.append(line)
    assert wrong == []


def test_installed_versions_are_the_locked_ones() -> None:
    project = PROJECT["project"]
    names = [Requirement(line).name for line in project["dependencies"]]
    pins = locked()
    assert {name: version(name) for name in names} == {name: pins[name.lower()][0] for name in names}

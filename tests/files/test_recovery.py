"""Recovery copies: found after a crash, never while their program runs, never deleted unread."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fleetdesigner.files import recovery
from fleetdesigner.files.fleet_file import FileError, read_fleet, write_fleet
from fleetdesigner.files.migrate import CURRENT_VERSION
from fleetdesigner.files.recovery import (
    clear,
    damaged_copies,
    discard,
    file_sha256,
    list_recoveries,
    write_recovery,
)
from tests.design.samples import document, rich_document, small_design


def crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the program had gone down and was started again."""
    monkeypatch.setattr(recovery, "_RUN", "another1")


def test_a_copy_is_offered_after_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tmp_path / "plan.fleet"
    write_fleet(base, document(small_design()))
    file = write_recovery("rich", rich_document(), base)
    assert list_recoveries() == ()
    crash(monkeypatch)
    (found,) = list_recoveries()
    assert found.document == rich_document()
    assert (found.file, found.base_path, found.base_sha256) == (file, base, file_sha256(base))
    assert not found.base_changed
    write_fleet(base, rich_document())
    assert found.base_changed
    discard(found)
    assert list_recoveries() == ()


def test_a_design_without_a_file_has_no_base(monkeypatch: pytest.MonkeyPatch) -> None:
    write_recovery("small", document(small_design()))
    crash(monkeypatch)
    (found,) = list_recoveries()
    assert (found.base_path, found.base_sha256, found.base_changed) == (None, None, False)


def test_there_is_one_copy_a_design_and_clearing_takes_only_that(monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_recovery("small", document(small_design()))
    assert write_recovery("small", document(small_design())) == first
    other = write_recovery("rich", rich_document())
    clear("small")
    clear("small")
    crash(monkeypatch)
    assert [one.file for one in list_recoveries()] == [other]


def test_the_newest_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = write_recovery("rich", rich_document()), write_recovery("small", document(small_design()))
    os.utime(old, (1_000, 1_000))
    crash(monkeypatch)
    assert [one.file for one in list_recoveries()] == [new, old]


def test_a_damaged_copy_is_set_aside_and_a_newer_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    damaged, newer = (
        write_recovery("rich", rich_document()),
        write_recovery("small", document(small_design())),
    )
    text = damaged.read_text(encoding="utf-8")
    damaged.write_text(text[:1000], encoding="utf-8")
    later = newer.read_text(encoding="utf-8")
    newer.write_text(later.replace(f'"format_version": {CURRENT_VERSION}', '"format_version": 7'))
    crash(monkeypatch)
    assert list_recoveries() == ()
    (aside,) = damaged_copies()
    assert aside.read_text(encoding="utf-8") == text[:1000]
    assert newer.exists()
    assert list_recoveries() == ()


def test_the_copy_of_a_running_program_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_recovery("rich", rich_document())
    crash(monkeypatch)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        theirs = file.with_name(f"rich.{process.pid}.abcdef01.fleet")
        file.rename(theirs)
        assert list_recoveries() == ()
        process.communicate(b"\n")
    assert [one.file for one in list_recoveries()] == [theirs]


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="no space is left"):
        write_recovery("rich", rich_document())


def test_what_cannot_be_removed_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_recovery("rich", rich_document())

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        clear("rich")
    assert file.exists()
    file.write_text("{", encoding="utf-8")
    crash(monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        assert list_recoveries() == ()
    assert file.exists()


def test_a_copy_is_no_planner_s_file() -> None:
    with pytest.raises(FileError, match="recovery: is not a known field"):
        read_fleet(write_recovery("rich", rich_document()))

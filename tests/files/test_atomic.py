"""A write that fails leaves the old file as it was, and nothing beside it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from fleetdesigner.files.atomic import write_atomically
from fleetdesigner.files.errors import FileError
from fleetdesigner.files.fleet_file import dumps, read_fleet, write_fleet
from tests.design.samples import document, rich_document, small_design

OLD = b"what was there before"


def failing(number: int) -> Any:
    """A call that the operating system refuses."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize(
    ("call", "number", "words"),
    [
        ("fsync", errno.EIO, "the disk reported an error; save to another disk"),
        ("fsync", errno.ENOSPC, "no space is left on the disk; free some space or save elsewhere"),
        ("replace", errno.EACCES, "writing there is not allowed; save elsewhere"),
        ("replace", errno.EBUSY, "try another place"),
        ("fchmod", errno.EPERM, "writing there is not allowed; save elsewhere"),
    ],
)
def test_a_failed_write_leaves_the_old_file(
    call: str, number: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.fleet"
    path.write_bytes(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(number))
        with pytest.raises(FileError) as caught:
            write_fleet(path, rich_document())
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)
    assert path.read_bytes() == OLD
    assert [one.name for one in tmp_path.iterdir()] == ["plan.fleet"]


def test_a_full_disk_in_the_middle_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.fleet"
    path.write_bytes(OLD)
    real = os.fsync
    calls = []

    def full(handle: int) -> None:
        calls.append(os.fstat(handle).st_size)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="no space is left"):
        write_fleet(path, rich_document())
    monkeypatch.setattr(os, "fsync", real)
    assert calls == [len(dumps(rich_document()).encode())]
    assert path.read_bytes() == OLD


def test_an_interrupted_write_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.fleet"

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert list(tmp_path.iterdir()) == []


def test_file_then_name_then_folder_are_made_to_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.fleet"
    steps: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        real_sync(handle)

    def replace(source: Path, target: Path) -> None:
        steps.append("replace")
        assert Path(source).parent == Path(target).parent
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    write_fleet(path, rich_document())
    assert steps == ["file", "replace", "folder"]


def test_a_folder_that_cannot_be_synced_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.fleet"
    real = os.fsync

    def sync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", sync)
    write_fleet(path, rich_document())
    assert read_fleet(path) == rich_document()


def test_a_link_is_followed_and_permissions_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.fleet", tmp_path / "link.fleet"
    write_fleet(real, rich_document())
    real.chmod(0o640)
    link.symlink_to(real)
    write_fleet(link, document(small_design()))
    assert link.is_symlink()
    assert read_fleet(real).design.id == "small"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_places_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileError, match="the folder does not exist"):
        write_fleet(tmp_path / "gone" / "plan.fleet", rich_document())
    with pytest.raises(FileError, match="is a folder"):
        write_fleet(tmp_path, rich_document())
    path = tmp_path / "plan.fleet"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FileError, match="writing there is not allowed"):
        write_fleet(path, rich_document())
    assert path.read_bytes() == OLD

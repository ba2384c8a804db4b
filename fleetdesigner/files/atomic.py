"""Writing a file so that it is either the old one or the new one, whatever happens in between."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path

from fleetdesigner.files.errors import FileError

_REASONS = {
    errno.ENOSPC: ("no space is left on the disk", "free some space or save elsewhere"),
    errno.EDQUOT: ("the disk quota is used up", "free some space or save elsewhere"),
    errno.EACCES: ("writing there is not allowed", "save elsewhere"),
    errno.EPERM: ("writing there is not allowed", "save elsewhere"),
    errno.EROFS: ("the disk is read-only", "save elsewhere"),
    errno.ENOENT: ("the folder does not exist", "choose a folder that exists"),
    errno.ENOTDIR: ("the folder does not exist", "choose a folder that exists"),
    errno.EISDIR: ("is a folder", "choose a file name"),
    errno.ENAMETOOLONG: ("the file name is too long", "choose a shorter one"),
    errno.EIO: ("the disk reported an error", "save to another disk"),
}


def write_atomically(path: Path, data: bytes) -> None:
    """Replaces the file's content: temporary file beside it, flush, fsync, replace, fsync the folder.

    A link is followed, permissions are kept. Raises FileError; the old file is then byte for byte what it
    was, and no temporary file is left.
    """
    try:
        target = Path(os.path.realpath(path))
        mode = _mode(target)
        temporary = target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}.tmp")
        try:
            _write(temporary, data, mode)
            os.replace(temporary, target)
        except BaseException:
            _forget(temporary)
            raise
    except OSError as error:
        raise refusal(path, error) from None
    _sync_folder(target.parent)


def refusal(path: Path, error: OSError) -> FileError:
    """The operating system's refusal in words."""
    fallback = ((error.strerror or type(error).__name__).lower(), "try another place")
    problem, remedy = _REASONS.get(error.errno or 0, fallback)
    return FileError(str(path), "", problem, remedy)


def _mode(target: Path) -> int | None:
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not os.access(target, os.W_OK):
        # replacing needs only the folder's permission, but a file that is write-protected is meant to stay
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(status.st_mode)


def _write(temporary: Path, data: bytes, mode: int | None) -> None:
    with open(temporary, "xb") as file:
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _forget(temporary: Path) -> None:
    try:
        temporary.unlink(missing_ok=True)
    except OSError:
        return


def _sync_folder(folder: Path) -> None:
    """Makes the new name last through a power cut; the content is safe, so a refusal is no failure."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)

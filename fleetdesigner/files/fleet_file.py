"""`.fleet` files: read with suspicion, written with care.

A file is one UTF-8 JSON text: ``format``, ``format_version``, ``app_version``, ``catalog_revision``,
``design``, ``pins`` (catalog entries as read, with their hash) and ``tape``.
"""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import ValidationError

from fleetdesigner.design.model import Document
from fleetdesigner.design.refusals import first_problem
from fleetdesigner.files.atomic import refusal, write_atomically
from fleetdesigner.files.errors import Fault, FileError, NewerFile
from fleetdesigner.files.integrity import check
from fleetdesigner.files.json_text import parse
from fleetdesigner.files.layout_text import document_text
from fleetdesigner.files.migrate import CURRENT_VERSION, migrate

__all__ = ["FileError", "NewerFile", "dumps", "loads", "read_fleet", "write_fleet"]

FORMAT = "fleet"
MOST_BYTES = 64 * 1024 * 1024
_OLDER = "restore an older copy"


class FleetText(Document):
    """The document as the file frames it."""

    format: Literal["fleet"]

    @property
    def document(self) -> Document:
        """Without the frame."""
        return Document(**{name: getattr(self, name) for name in Document.model_fields})


F = TypeVar("F", bound=FleetText)


def read_fleet(path: str | Path) -> Document:
    """The document in the file. Raises FileError (NewerFile for a newer version), one line each."""
    return loads(read_bytes(Path(path)), str(path))


def write_fleet(path: str | Path, document: Document) -> None:
    """Writes the document. Raises FileError; an existing file is then byte for byte what it was."""
    try:
        check(document)
    except Fault as fault:
        raise FileError(str(path), fault.place, fault.problem, fault.remedy) from None
    data = dumps(document).encode()
    if len(data) > MOST_BYTES:
        shown = f"the design needs more than {MOST_BYTES // 1024**2} MiB"
        raise FileError(str(path), "", shown, "shorten the tape or split the design")
    write_atomically(Path(path), data)


def dumps(document: Document) -> str:
    """The text of a `.fleet` file."""
    return framed_text({}, document)


def framed_text(more: dict[str, Any], document: Document) -> str:
    """`dumps` with further plain fields in the frame."""
    head = {
        "format": FORMAT,
        "format_version": CURRENT_VERSION,
        "app_version": document.app_version,
        "catalog_revision": document.catalog_revision,
    }
    return document_text({**head, **more}, document)


def loads(data: str | bytes, name: str = "") -> Document:
    """The document of a text; `name` is what errors call it. Raises FileError."""
    return framed(data, name, FleetText).document


def framed(data: str | bytes, name: str, frame: type[F]) -> F:
    """The document of a text with its frame, checked. Raises FileError."""
    try:
        text = _decoded(data)
        raw = parse(text)
        text, raw = _current(name, text, raw)
        try:
            found = frame.model_validate_json(text, strict=True)
        except ValidationError as error:
            raise _fault(error, raw) from None
        check(found)
        return found
    except Fault as fault:
        raise FileError(name, fault.place, fault.problem, fault.remedy) from None


def read_bytes(path: Path) -> bytes:
    """The file's content. Raises FileError when it is absent, no file or too large."""
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise FileError(str(path), "", "is a folder", "choose a .fleet file in it")
        if not stat.S_ISREG(status.st_mode):
            raise FileError(str(path), "", "is not a file", "choose a .fleet file")
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise FileError(str(path), "", "there is no such file", "check the name") from None
    except PermissionError:
        raise FileError(str(path), "", "reading it is not allowed", "check its permissions") from None
    except OSError as error:
        raise refusal(path, error) from None
    except ValueError as error:
        raise FileError(repr(str(path)), "", str(error), "choose another name") from None
    if len(data) > MOST_BYTES:
        shown = f"is larger than {MOST_BYTES // 1024**2} MiB"
        raise FileError(str(path), "", shown, "it is hardly a design; choose another file")
    return data


_REMEDIES = {
    "extra_forbidden": "remove it, or open the file with the version that wrote it",
    "missing": "add it, or restore an older copy",
    "json_invalid": "remove them",
}


def _fault(error: ValidationError, raw: object) -> Fault:
    kind = error.errors(include_url=False, include_input=False)[0]["type"]
    place, problem = first_problem(error, raw)
    if kind == "json_invalid":  # the text is sound JSON, so what is left is half a surrogate pair
        found = re.search(r"line (\d+) column (\d+)", problem)
        place = f"line {found[1]}, column {found[2]}" if found else ""
        problem = "holds characters that are not valid Unicode"
    return Fault(place, problem, _REMEDIES.get(kind, "correct the value there"))


def _decoded(data: bytes | str) -> str:
    if not data.strip():
        raise Fault("", "is empty", _OLDER)
    try:
        if isinstance(data, str):
            data.encode()
            return data
        return data.decode("utf-8")
    except UnicodeEncodeError as error:
        place = f"line {error.object.count(chr(10), 0, error.start) + 1}"
        raise Fault(place, "holds characters that are not valid Unicode", "remove them") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        place = f"line {line}, byte {error.start - error.object.rfind(bytes((10,)), 0, error.start)}"
        raise Fault(
            place, "the text is not valid UTF-8", f"it is not a .fleet file or it is damaged: {_OLDER}"
        ) from None


def _current(name: str, text: str, raw: Any) -> tuple[str, dict[str, Any]]:
    """Text and plain data in today's version. Raises Fault or NewerFile."""
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        remedy = "open a .fleet file that Fleet Designer has saved"
        raise Fault("format", 'is not a Fleet Designer file (it lacks "format": "fleet")', remedy)
    version = raw.get("format_version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise Fault("format_version", "must be a whole number from 1 on", _OLDER)
    if version > CURRENT_VERSION:
        made = f"format {version}, app {str(raw.get('app_version', '?'))[:40]}"
        problem = f"made by a newer Fleet Designer ({made})"
        raise NewerFile(name, "", problem, "update, or ask for an older copy")
    if version == CURRENT_VERSION:
        return text, raw
    raw = migrate(raw)
    return json.dumps(raw, ensure_ascii=False), raw

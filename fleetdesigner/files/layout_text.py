"""How a `.fleet` text is laid out: stable key order, one block a line, short objects on one line.

Made for `git diff`: moving a block changes one line. Nothing is left out because it has its default,
so that a default may change later without changing what old files mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from fleetdesigner.design.fleet import Block, Hall, Site
from fleetdesigner.design.model import Design, Document
from fleetdesigner.design.remembered import Remembered
from fleetdesigner.values import Value

WIDTH = 110
INDENT = " "


def document_text(head: dict[str, Any], document: Document) -> str:
    """The text of a file: the plain fields of `head`, then design, pins and tape."""
    lines = [f"{_string(key)}: {_compact(value)}," for key, value in head.items()]
    lines += [
        f'"design": {_design(document.design)},',
        f'"pins": {_list(_lines(document.pins, 1), 0)},',
        f'"tape": {_list(_lines(document.tape, 1), 0)}',
    ]
    return "{\n" + "\n".join(INDENT + line for line in lines) + "\n}\n"


def _design(design: Design) -> str:
    fields = []
    for name in Design.model_fields:
        value = getattr(design, name)
        if name == "sites":
            shown = _list([_site(site) for site in value], 2)
        elif isinstance(value, tuple):
            shown = _list(_lines(value, 3), 2)
        else:
            shown = _compact(value)
        fields.append(f"{_string(name)}: {shown}")
    return _object(fields, 1)


def _site(site: Site) -> str:
    fields = []
    for name in Site.model_fields:
        value = getattr(site, name)
        shown = _list([_hall(hall) for hall in value], 4) if name == "halls" else _pretty(_plain(value), 4)
        fields.append(f"{_string(name)}: {shown}")
    return _object(fields, 3)


_HALLS: Remembered[str] = Remembered(512)
"""Text of halls written before: an autosave after one move writes one hall anew, not forty."""


def _hall(hall: Hall) -> str:
    return _HALLS.find(hall) or _HALLS.keep(hall, _hall_text(hall))


def _hall_text(hall: Hall) -> str:
    fields = []
    for name in Hall.model_fields:
        value = getattr(hall, name)
        shown = (
            _list([_block(block) for block in value], 6) if name == "blocks" else _pretty(_plain(value), 6)
        )
        fields.append(f"{_string(name)}: {shown}")
    return _object(fields, 5)


def _block(block: Block) -> str:
    return block.model_dump_json()


def _lines(values: Iterable[Value], depth: int) -> list[str]:
    return [_pretty(value.model_dump(mode="json"), depth) for value in values]


def _plain(value: Any) -> Any:
    if isinstance(value, Value):
        return value.model_dump(mode="json")
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _pretty(data: Any, depth: int) -> str:
    """On one line when it is short, else a field or an entry a line."""
    line = _compact(data)
    if len(line) + depth <= WIDTH or not isinstance(data, dict | list):
        return line
    if isinstance(data, dict):
        return _object([f"{_string(key)}: {_pretty(value, depth + 1)}" for key, value in data.items()], depth)
    if not any(isinstance(one, dict | list) for one in data):
        return _list(list(_filled([_compact(one) for one in data])), depth)
    return _list([_pretty(one, depth + 1) for one in data], depth)


def _filled(words: Sequence[str]) -> Iterator[str]:
    """Numbers of a series, as many on a line as fit."""
    line = ""
    for word in words:
        if line and len(line) + len(word) > WIDTH - 20:
            yield line
            line = ""
        line += f"{', ' if line else ''}{word}"
    if line:
        yield line


def _object(fields: Sequence[str], depth: int) -> str:
    inner = INDENT * (depth + 1)
    return "{\n" + ",\n".join(inner + field for field in fields) + "\n" + INDENT * depth + "}"


def _list(entries: Sequence[str], depth: int) -> str:
    if not entries:
        return "[]"
    inner = INDENT * (depth + 1)
    return "[\n" + ",\n".join(inner + entry for entry in entries) + "\n" + INDENT * depth + "]"


def _compact(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

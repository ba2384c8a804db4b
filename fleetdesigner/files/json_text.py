"""JSON read with care: no duplicate keys, no NaN, no abyss; a refusal says line and column."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from fleetdesigner.files.errors import Fault

MOST_DEPTH = 64
_RESTORE = "correct the text there or restore an older copy"


class _Unfit(Exception):
    """Found by the fast reader, which cannot say where."""


def parse(text: str) -> Any:
    """The plain data of a JSON text. Raises Fault with line and column."""
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Fault(place, f"the text is not sound JSON ({error.msg})", _RESTORE) from None
    except (_Unfit, RecursionError, ValueError):
        # the hooks of the fast reader do not know where they are: read again, slowly
        fault = find_fault(text)
        raise (fault or Fault("", "the text is not sound JSON", _RESTORE)) from None
    if _depth(data) > MOST_DEPTH:
        raise find_fault(text) or Fault("", f"is nested deeper than {MOST_DEPTH} levels", _RESTORE)
    return data


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unfit
    return found


def _refuse(name: str) -> NoReturn:
    raise _Unfit


def _depth(data: Any) -> int:
    """Levels of lists and objects; the stack is kept by hand, since depth is what is in doubt."""
    deepest, level = 0, [data]
    while level:
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                below += [child for child in one.values() if isinstance(child, dict | list)]
            elif isinstance(one, list):
                below += [child for child in one if isinstance(child, dict | list)]
        deepest += 1
        if deepest > MOST_DEPTH:
            return deepest
        level = below
    return deepest


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_CONSTANTS = {"NaN", "Infinity", "-Infinity"}
_DIGITS = 300
"""A number with more characters is no figure."""


def find_fault(text: str) -> Fault | None:
    """The first duplicate key, NaN or infinity, endless number or too deep nesting, with its place."""
    path: list[_Level] = []
    awaits_key = False
    for token in _TOKEN.finditer(text):
        word, at = token[0], token.start()
        if word in "{[":
            path.append(_Level(word == "{"))
            awaits_key = word == "{"
            if len(path) > MOST_DEPTH:
                return Fault(_line(text, at), f"is nested deeper than {MOST_DEPTH} levels", _RESTORE)
        elif word in "}]":
            if path:
                path.pop()
            awaits_key = False
        elif word == ",":
            if path:
                path[-1].index += 1
                awaits_key = path[-1].is_object
        elif word.startswith('"'):
            if awaits_key and path and path[-1].is_object:
                key = _text(word)
                if key in path[-1].keys:
                    path[-1].key = key
                    place = f"{_place(path)} ({_line(text, at)})"
                    return Fault(place, "the key is there twice", "keep one of the two")
                path[-1].keys.add(key)
                path[-1].key = key
                awaits_key = False
        elif word in _CONSTANTS or len(word) > _DIGITS:
            shown = word if word in _CONSTANTS else "a number that long"
            place = f"{_place(path)} ({_line(text, at)})"
            return Fault(place, f"{shown} is not a figure", "write a finite number, or null for none")
    return None


class _Level:
    """Where the slow reader is in one list or object."""

    def __init__(self, is_object: bool) -> None:
        self.is_object = is_object
        self.keys: set[str] = set()
        self.key = ""
        self.index = 0


def _text(word: str) -> str:
    try:
        return str(json.loads(word, strict=False))
    except ValueError:
        return word


def _place(path: list[_Level]) -> str:
    place = ""
    for level in path:
        place += (f".{level.key}" if place else level.key) if level.is_object else f"[{level.index}]"
    return place


def _line(text: str, at: int) -> str:
    return f"line {text.count(chr(10), 0, at) + 1}, column {at - text.rfind(chr(10), 0, at)}"

"""Why a change or a file is refused, in plain words: one line with place and remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError


class EditError(ValueError):
    """An edit cannot be applied. `subject` names the object, `problem` what is wrong, `remedy` what helps."""

    def __init__(self, subject: str, problem: str, remedy: str = "") -> None:
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{subject}: {problem}" + (f"; {remedy}" if remedy else ""))


def _limit(name: str, words: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda context: words.format(_number(context[name]))


def _number(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else str(value)


_WORDS: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "greater_than_equal": _limit("ge", "must be {} or more"),
    "greater_than": _limit("gt", "must be more than {}"),
    "less_than_equal": _limit("le", "must be {} or less"),
    "less_than": _limit("lt", "must be less than {}"),
    "too_long": _limit("max_length", "holds at most {} entries"),
    "too_short": _limit("min_length", "holds at least {} entries"),
    "string_too_long": _limit("max_length", "must be at most {} characters long"),
    "string_too_short": _limit("min_length", "must be at least {} characters long"),
    "string_pattern_mismatch": "has characters that are not allowed here",
    "string_type": "must be text",
    "string_unicode": "holds characters that are not valid Unicode",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "model_type": "must be an object with fields",
    "model_attributes_type": "must be an object with fields",
    "dict_type": "must be an object with fields",
    "literal_error": _limit("expected", "must be one of {}"),
    "union_tag_not_found": _limit("discriminator", "must say its kind in {}"),
    "union_tag_invalid": _limit("expected_tags", "must be of one of the kinds {}"),
}


def in_words(error: Mapping[str, Any]) -> str:
    """What one of pydantic's errors says, as the end of a sentence that begins with the field."""
    words = _WORDS.get(error["type"])
    if words is None:
        return str(error["msg"]).removeprefix("Value error, ").replace("\n", " ")
    return words if isinstance(words, str) else words(error.get("ctx", {}))


def place_of(loc: tuple[int | str, ...], data: object) -> str:
    """``halls[2].width_m`` for pydantic's location in `data` (plain JSON); union tags are left out."""
    place = ""
    for position, part in enumerate(loc):
        if isinstance(part, int):
            place += f"[{part}]"
            data = data[part] if isinstance(data, list | tuple) and part < len(data) else None
        elif isinstance(data, Mapping) and (part in data or position == len(loc) - 1):
            place += f".{part}" if place else part
            data = data.get(part)
    return place


def first_problem(error: ValidationError, data: object) -> tuple[str, str]:
    """(place in `data`, problem in words) of the first thing that pydantic refuses."""
    errors = error.errors(include_url=False, include_input=False)
    # of the alternatives of a union the one that came furthest is the one that was meant
    first = errors[0]
    same = [one for one in errors if one["loc"][: len(first["loc"]) - 1] == first["loc"][:-1]]
    chosen = max(same or [first], key=lambda one: len(one["loc"]))
    return place_of(chosen["loc"], data), in_words(chosen)

"""Numbers as they come out of a spreadsheet: a column, with thousands separators, or a line of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from fleetdesigner.panels.fields.numbers import parsed_number

_LINES = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_CELLS = re.compile(r"[\t;]")
_SPACED = re.compile(r"(?<=\d)[\u00a0\u202f\u2009'’](?=\d{3}(?!\d))")
"""A thousands separator that is neither a comma nor a plain space."""
_PLAIN_SPACED = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_BAD_COMMA = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),|\d{4},")


def pasted_numbers(typed: str, unit: str, fault: Callable[[float], str]) -> tuple[float, ...]:
    """The numbers of a column (one a row, or several a row behind tabs), or of a line with spaces between.

    Thousands may be set off by commas, thin spaces or apostrophes, in a column by spaces too. Raises
    ValueError that names the row, or in a line the number, and what is wrong with it; `fault` says what is
    wrong with a value, or nothing.
    """
    cells = list(_cells(_SPACED.sub("", typed)))
    if not cells:
        raise ValueError("must hold at least one number")
    values = []
    for where, cell in cells:
        try:
            value = _number(cell, unit)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
        if wrong := fault(value):
            raise ValueError(f"{where}: {wrong}")
        values.append(value)
    return tuple(values)


def _cells(typed: str) -> Iterator[tuple[str, str]]:
    """(where it stands, text) of each cell."""
    lines = _LINES.split(typed.strip())
    if len(lines) > 1:
        for at, line in enumerate(lines, 1):
            for cell in _CELLS.split(line.strip()):
                yield f"row {at}", _PLAIN_SPACED.sub("", cell.strip())
    else:
        for at, cell in enumerate(lines[0].replace(";", " ").split(), 1):
            yield f"number {at}", cell


def _number(cell: str, unit: str) -> float:
    if not cell:
        raise ValueError("is empty, write 0 for nothing")
    if _BAD_COMMA.search(cell):
        raise ValueError(f"“{cell}” has a comma that sets off no thousands; write a point, or spaces between")
    try:
        return parsed_number(cell, unit)
    except ValueError:
        raise ValueError(f"“{cell}” is not a number") from None

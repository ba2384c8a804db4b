"""Results to a file, in the format of its name's ending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fleetdesigner.engine.results import Results
from fleetdesigner.export.csv_text import csv_text
from fleetdesigner.export.json_text import json_text
from fleetdesigner.export.markdown_text import markdown_text
from fleetdesigner.export.plain_text import plain_text
from fleetdesigner.export.workbook import workbook
from fleetdesigner.files.atomic import write_atomically


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write results."""

    name: str
    """As the command line calls it."""
    title: str
    suffix: str
    write: Callable[[Results, int | None, int], str | bytes]


FORMATS: tuple[Format, ...] = (
    Format("text", "Text", ".txt", plain_text),
    Format("json", "JSON", ".json", json_text),
    Format("csv", "Comma-separated values", ".csv", csv_text),
    Format("markdown", "Markdown", ".md", markdown_text),
    Format("xlsx", "Excel workbook", ".xlsx", workbook),
)


def format_of(name: str) -> Format:
    """The format of a name or of a file ending. Raises KeyError."""
    for one in FORMATS:
        if name.lower() in (one.name, one.suffix):
            return one
    raise KeyError(name)


def write_results(path: Path, results: Results, month: int | None = None, sample: int = 0) -> None:
    """Write the results of a sample in a month; a file ending that no format has gives CSV.

    Raises FileError; an existing file is then what it was.
    """
    try:
        chosen = format_of(path.suffix)
    except KeyError:
        chosen = format_of("csv")
    made = chosen.write(results, month, sample)
    write_atomically(path, made if isinstance(made, bytes) else made.encode())

"""``fleetdesigner evaluate``: the results of a file, by the same engine call that the window makes."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import NoReturn, TextIO

from fleetdesigner.assets import ResourceMissing
from fleetdesigner.catalog import CatalogError, load_catalog
from fleetdesigner.design.edits import EditError, scenario_design
from fleetdesigner.design.model import Design, Document
from fleetdesigner.engine.at_rest.answers import at_rest
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.throughput.calibration import CalibrationError
from fleetdesigner.export.write import FORMATS, format_of
from fleetdesigner.files.atomic import write_atomically
from fleetdesigner.files.errors import FileError
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.units import month_number, month_text

BAD_INPUT = 2


class _Refused(Exception):
    """Arguments that do not fit; the message is one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Refused(f"{self.prog}: {message}; `{self.prog} --help` shows the form")


def run(args: list[str], out: TextIO, err: TextIO) -> int:
    """Runs ``evaluate`` with its arguments. Returns the exit status: 0, or 2 for bad input.

    Writes to ``out``, or whole or not at all to the file after ``-o``. Faults are one line on ``err``.
    """
    try:
        with contextlib.redirect_stdout(out):  # where argparse prints its help
            given = _parser().parse_args(args)
        _write(given, out)
    except SystemExit:  # argparse has shown the help
        return 0
    except (_Refused, FileError, ResourceMissing, CalibrationError) as error:
        err.write(f"{_one_line(str(error))}\n")
        return BAD_INPUT
    except CatalogError as error:
        err.write(f"{given.file}: {_one_line(str(error))}\n")
        return BAD_INPUT
    return 0


def results_of(document: Document, scenario: str | None, month: int | None, name: str) -> Results:
    """Results of a document's design, or of one of its scenarios (by id or name) in its place, with all
    that the window works out at rest: shares of evidence in a month, what would turn the plan.

    Raises CatalogError, and `_Refused` for a scenario that is not there.
    """
    catalog = load_catalog().with_texts((pin.kind, pin.id, pin.text) for pin in document.pins)
    design = document.design if scenario is None else _scenario(document.design, scenario, name)
    results = evaluate(design, catalog)
    return at_rest(results, design, catalog, month)


def _write(given: argparse.Namespace, out: TextIO) -> None:
    document = read_fleet(given.file)
    month = None if given.month is None else _month(document.design, given.month, given.file)
    results = results_of(document, given.scenario, month, given.file)
    made = format_of(given.format).write(results, month, 0)
    if given.target is not None:
        write_atomically(Path(given.target), made if isinstance(made, bytes) else made.encode())
    elif isinstance(made, bytes):
        raise _Refused(f"--format {given.format}: not for a terminal; name a file with -o")
    else:
        out.write(made)


def _parser() -> _Parser:
    parser = _Parser(
        prog="fleetdesigner evaluate",
        description="Power, throughput, cost and findings of a design, in one month and over its horizon.",
    )
    parser.add_argument("file", metavar="FILE", help="a .fleet file")
    parser.add_argument("--scenario", metavar="NAME", help="name or id of one of its scenarios")
    parser.add_argument(
        "--month", metavar="YYYY-MM", help="default: the first month of the highest accelerator count"
    )
    parser.add_argument("--format", choices=[one.name for one in FORMATS], default="text")
    parser.add_argument("-o", metavar="OUT", dest="target", help="where to write; default: here")
    return parser


def _month(design: Design, shown: str, file: str) -> int:
    try:
        month = month_number(shown)
    except ValueError as error:
        raise _Refused(f"{file}: --month: {error}") from None
    if not design.first_month <= month < design.end_month:
        first, last = month_text(design.first_month), month_text(design.end_month - 1)
        raise _Refused(f"{file}: --month: {shown} is outside the design; choose {first} to {last}")
    return month


def _scenario(design: Design, wanted: str, file: str) -> Design:
    by_id = [one for one in design.scenarios if one.id == wanted]
    found = by_id or [one for one in design.scenarios if one.name.casefold() == wanted.casefold()]
    if len(found) != 1:
        names = ", ".join(f"“{one.name}” ({one.id})" for one in design.scenarios) or "none"
        what = "two scenarios have this name, give the id" if found else "no such scenario"
        raise _Refused(f"{file}: --scenario {wanted!r}: {what}; there are {names}")
    try:
        after = scenario_design(design, found[0].id)
    except EditError as error:
        raise _Refused(f"{file}: --scenario {wanted!r}: {error}") from None
    return after.changed(name=f"{design.name} · {found[0].name}"[:200])


def _one_line(text: str) -> str:
    return " ".join(text.split())

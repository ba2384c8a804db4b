"""``fleetdesigner commitment``: "2 GW" or "$100 bn over 8 years" in systems, halls, MW by date and rates."""

from __future__ import annotations

import argparse
import contextlib
from typing import NoReturn, TextIO

from pydantic import ValidationError

from fleetdesigner.assets import ResourceMissing
from fleetdesigner.catalog import Catalog, CatalogError, load_catalog
from fleetdesigner.design.refusals import first_problem
from fleetdesigner.engine.commitments.presets import commitment_of, commitment_presets
from fleetdesigner.engine.commitments.text import read_commitment, system_named
from fleetdesigner.engine.commitments.translate import translate
from fleetdesigner.engine.commitments.values import Choices, Commitment, CommitmentError, hall_size
from fleetdesigner.export.commitment_forms import commitment_json, commitment_markdown, commitment_text
from fleetdesigner.units import month_number, parse

BAD_INPUT = 2
_OPTIONS = {
    "ramp_months": "--ramp",
    "hall_it_kw": "--hall",
    "start_month": "--start",
    "systems": "--system",
}
_FORMS = {"text": commitment_text, "json": commitment_json, "markdown": commitment_markdown}


class _Usage(Exception):
    """Arguments that do not fit; the message is one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(f"{self.prog}: {message}; `{self.prog} --help` shows the form")


def run(args: list[str], out: TextIO, err: TextIO) -> int:
    """Runs ``commitment`` with its arguments. Returns the exit status: 0, or 2 for bad input.

    Faults are one line on ``err``, never a traceback.
    """
    try:
        with contextlib.redirect_stdout(out):  # where argparse prints its help
            given = _parser().parse_args(args or ["--help"])
        if given.commitment == "list":
            out.write(_list())
            return 0
        catalog = load_catalog()
        out.write(_FORMS[given.format](translate(_meant(given, catalog), catalog, _choices(given, catalog))))
    except SystemExit:  # argparse has shown the help
        return 0
    except (_Usage, CommitmentError, CatalogError, ResourceMissing) as error:
        err.write(f"{' '.join(str(error).split())}\n")
        return BAD_INPUT
    return 0


def _parser() -> _Parser:
    parser = _Parser(
        prog="fleetdesigner commitment",
        description="What a commitment means in rack systems, halls, MW by date and dollars a chip-hour.",
    )
    parser.add_argument(
        "commitment", help="list, the id of a preset, or words: “2 GW of Trainium3”, “$100 bn over 8 years”"
    )
    parser.add_argument(
        "--system", action="append", default=[], metavar="RACK_ID", help="a rack system; may be repeated"
    )
    parser.add_argument("--site", default="", metavar="ID", help="a place of the catalog")
    parser.add_argument("--prices", default="market-2026-11", metavar="BOOK", help="a price book for rents")
    parser.add_argument("--hall", default="100 MW", metavar="SIZE", help="IT power, or “1,500 positions”")
    parser.add_argument(
        "--share", action="append", default=[], metavar="SHARE", help="of the chips, one for each system"
    )
    parser.add_argument("--start", metavar="YYYY-MM", help="month of the first rack")
    parser.add_argument("--ramp", type=int, metavar="MONTHS", help="from the first rack to the last")
    parser.add_argument("--shape", choices=("linear", "s"), default="linear", help="of the ramp")
    parser.add_argument(
        "--by",
        choices=("auto", "chips", "power", "dollars"),
        default="auto",
        help="what the size follows from",
    )
    parser.add_argument("--format", choices=tuple(_FORMS), default="text")
    return parser


def _meant(given: argparse.Namespace, catalog: Catalog) -> Commitment:
    if any(one.id == given.commitment for one in commitment_presets()):
        return commitment_of(given.commitment)
    try:
        return read_commitment(given.commitment, catalog)
    except CommitmentError as error:
        raise CommitmentError(f"{error}; `fleetdesigner commitment list` names the presets") from None


def _choices(given: argparse.Namespace, catalog: Catalog) -> Choices:
    try:
        hall, positions = hall_size(given.hall)
    except ValueError as error:
        raise _Usage(f"--hall: {error}") from None
    try:
        start = None if given.start is None else month_number(given.start)
    except ValueError as error:
        raise _Usage(f"--start: {error}") from None
    try:
        return Choices(
            systems=tuple(system_named(one, catalog).id for one in given.system),
            site=given.site, price_book=given.prices, hall_it_kw=hall, hall_positions=positions,
            shares=tuple(_share(one) for one in given.share), start_month=start,
            ramp_months=given.ramp, shape=given.shape, anchor=given.by,
        )  # fmt: skip
    except ValidationError as error:
        place, problem = first_problem(error, {})
        raise _Usage(f"{_OPTIONS.get(place, place)}: {problem}") from None


def _share(typed: str) -> float:
    try:
        share = parse(typed, "fraction")
    except ValueError as error:
        raise _Usage(f"--share: {error}") from None
    if not 0 <= share <= 1:
        raise _Usage("--share: must be 0 to 100 %")
    return share


def _list() -> str:
    presets = commitment_presets()
    wide = max(len(one.id) for one in presets)
    return "".join(f"  {one.id:<{wide}}  {one.announced:<10}  {one.name}\n" for one in presets)

"""``fleetdesigner catalog``: what can be placed, every figure with its source, and two entries compared."""

from __future__ import annotations

import argparse
import contextlib
import json
from pathlib import Path
from typing import NoReturn, TextIO

from fleetdesigner.assets import ResourceMissing
from fleetdesigner.catalog import (
    KIND_CLASSES,
    Catalog,
    CatalogError,
    Entry,
    Figure,
    Rack,
    check,
    load_catalog,
)
from fleetdesigner.catalog.compare import NORMALISERS, QUANTITIES, Comparison, as_json, compare
from fleetdesigner.units import NO_FIGURE, digits

BAD_INPUT = 2
FAILED = 1


class _Usage(Exception):
    """Arguments that do not fit; the message is one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(f"{self.prog}: {message}; `{self.prog} --help` shows the form")


def run(args: list[str], out: TextIO, err: TextIO) -> int:
    """Runs ``catalog`` with its arguments. Returns the exit status: 0, 1 for faults found, 2 for bad input.

    Faults are one line each on ``err``, never a traceback.
    """
    parser = _parser()
    try:
        with contextlib.redirect_stdout(out):  # where argparse prints its help
            given = parser.parse_args(args or ["--help"])
        return _dispatch(given, out, err)
    except SystemExit:  # argparse has shown the help
        return 0
    except (_Usage, CatalogError, ResourceMissing) as error:
        err.write(f"{error}\n")
        return BAD_INPUT


def _dispatch(given: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    if given.action == "check":
        return _check(Path(given.folder) if given.folder else None, out, err)
    catalog = load_catalog()
    if given.action == "list":
        out.write(_list(catalog, given.kind))
    elif given.action == "show":
        out.write(_show(catalog, catalog.find(given.id)))
    else:
        comparison = compare(catalog, given.first, given.second, given.prices)
        if given.format == "json":
            out.write(json.dumps(as_json(catalog, comparison), indent=2, ensure_ascii=False) + "\n")
        else:
            out.write(_compared(catalog, comparison))
    return 0


def _parser() -> _Parser:
    parser = _Parser(
        prog="fleetdesigner catalog", description="What can be placed, and where each figure is from."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|show|check|compare")
    listing = actions.add_parser("list", help="names all entries")
    listing.add_argument("--kind", choices=tuple(KIND_CLASSES), help="only this kind")
    show = actions.add_parser("show", help="every figure of an entry, with its source")
    show.add_argument("id", help="an id, name or alias, or kind/id: racks/trn3-gen2")
    checking = actions.add_parser(
        "check", help="finds faults in the bundled catalog, or in a folder of yours"
    )
    checking.add_argument("folder", nargs="?")
    comparing = actions.add_parser("compare", help="ratios of two chips or rack systems, and their rents")
    comparing.add_argument("first")
    comparing.add_argument("second")
    comparing.add_argument(
        "--prices", metavar="BOOK", help="a price book, or all; default: newest Capacity Blocks"
    )
    comparing.add_argument("--format", choices=("text", "json"), default="text")
    return parser


def _check(folder: Path | None, out: TextIO, err: TextIO) -> int:
    faults = check(folder)
    for fault in faults:
        err.write(fault + "\n")
    if faults:
        return BAD_INPUT if folder is not None else FAILED
    out.write("The catalog is sound.\n")
    return 0


def _list(catalog: Catalog, kind: str | None) -> str:
    lines: list[str] = []
    for name in KIND_CLASSES if kind is None else (kind,):
        entries = catalog.entries(name)
        wide = max((len(entry.id) for entry in entries), default=0)
        if kind is None:
            lines.append(f"{name} ({len(entries)})")
        lines += [f"  {entry.id:<{wide}}  {entry.name}{_status(entry)}" for entry in entries]
    return "\n".join(lines) + "\n"


def _status(entry: Entry) -> str:
    return "" if entry.status == "shipping" else f" ({entry.status})"


def _show(catalog: Catalog, entry: Entry) -> str:
    lines = [
        f"{entry.ref}: {entry.name}{_status(entry)}",
        f"  vendor: {entry.vendor}, looked at {entry.date}",
    ]
    if isinstance(entry, Rack):
        lines.append(
            f"  {catalog.chips_in(entry)} × {catalog.chip_of(entry).name} in {entry.nodes} × "
            f"{catalog.node_of(entry).name}; {entry.racks} racks, {entry.positions} floor positions"
        )
    skip = {*type(entry).FIGURE_FIELDS, "id", "name", "vendor", "status", "date", "order"}
    skip |= {"rows", "models", "price_routes", "elevation"}
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if name not in skip and value not in ((), "", None):
            shown = ", ".join(str(item) for item in value) if isinstance(value, tuple) else value
            lines.append(f"  {name}: {shown}")
    lines += _states(entry)
    for field in entry.field_names():
        lines += _figure(field, entry.spec(field).unit, entry.figure(field))
    if isinstance(entry, Rack):
        for route in entry.price_routes:
            lines.append(
                f"  price route “{route.name}”: {route.usd_per_chip:,.0f} USD/chip, "
                f"{route.system_usd_per_chip:,.0f} for the rack system"
            )
            lines += [f"      {route.derivation}", f"      {route.source}"]
    return "\n".join(lines) + "\n"


def _states(entry: Entry) -> list[str]:
    rows = getattr(entry, "rows", ())
    return [
        f"  {row.key}: {row.state.replace('_', ' ')} since {row.since} ({row.source})"
        for row in rows
        if hasattr(row, "state")
    ]


def _figure(field: str, unit: str, figure: Figure | None) -> list[str]:
    if figure is None:
        return [f"  {field}: {NO_FIGURE}"]
    span = ""
    if figure.low is not None or figure.high is not None:
        ends = [digits(end, 4) if end is not None else "?" for end in (figure.low, figure.high)]
        span = f" ({ends[0]} to {ends[1]})"
    grade = "assumption, no public figure" if figure.assumed else figure.evidence
    lines = [f"  {field}: {digits(figure.value, 5)} {unit}{span}, {grade}, {figure.date}"]
    if not figure.assumed:
        lines.append(f"      {figure.source}")
    if figure.note:
        lines.append(f"      {figure.note}")
    return lines


def _compared(catalog: Catalog, comparison: Comparison) -> str:
    first, second = comparison.first, comparison.second
    lines = [f"{first.ref} ({first.name}) over {second.ref} ({second.name})", ""]
    lines.append(
        f"  {'':22}" + "".join(f"{'per ' + name if unit else name:>17}" for name, unit in NORMALISERS.items())
    )
    table = {(item.group, item.quantity): item for item in comparison.ratios}
    for quantity in QUANTITIES:
        cells = ""
        for group in NORMALISERS:
            item = table.get((group, quantity))
            cells += f"{'' if item is None else _ratio(item.value):>17}"
        lines.append(f"  {quantity:22}{cells}")
    for rent in comparison.rents:
        lines += ["", f"Rent, {rent.book} ({rent.as_of}), USD an hour"]
        ratios = {item.quantity: item for item in rent.ratios}
        for name, one, two in rent.usd_per_hour:
            item = ratios[name]
            why = f"  {item.why}" if item.value is None else f"  {item.evidence}"
            lines.append(f"  {name:18}{_amount(one):>12}{_amount(two):>12}{_ratio(item.value):>10}{why}")
    missing = dict.fromkeys(item.why for item in comparison.ratios if item.value is None and item.why)
    if missing:
        lines += ["", "Missing", *(f"  {why}" for why in missing)]
    if comparison.notes:
        lines += ["", "Notes", *(f"  {note}" for note in comparison.notes)]
    lines += ["", "Sources"]
    for source in as_json(catalog, comparison)["sources"]:
        lines.append(
            f"  {source['entry']} {source['field']}: {digits(source['value'], 5)} {source['unit']}, "
            f"{source['evidence']}, {source['date']}, {source['source']}"
        )
    return "\n".join(lines) + "\n"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{digits(value, 3)} ×"


def _amount(value: float | None) -> str:
    return "–" if value is None else digits(value, 3)

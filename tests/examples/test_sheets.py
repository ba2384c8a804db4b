"""Each example against a sheet worked by hand: formula and inputs are written out in ``sheets/*.toml``.

A sheet names an example and a month, and in ``[given]`` the figures it starts from: name → value, with the
place it was read from in ``from``. Each ``[[kpi]]`` has an ``id``, a ``formula`` in plain arithmetic over the
figures, its own ``inputs`` and the rows above it, and a relative ``tolerance``. The id is of the contract,
unless the row names a ``kpi`` or a ``series``; it may have a ``month`` of its own; a ``step`` is only on the
way. Nothing in a sheet is produced by the engine.

A place is ``catalog KIND/ID FIELD`` (price books: ``CHIP usd_per_chip_hour``), ``example PATH`` into the
design, ``assumption KEY``, ``calibration PATH``, or ``by hand: …`` with the reason. The others are looked
up in the raw files: a sheet says which figure has changed since it was worked.
"""

from __future__ import annotations

import ast
import json
import operator
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.assumptions.registry import SPECS
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.kpis.registry import KPIS
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.units import month_number

SHEETS = sorted((Path(__file__).parent / "sheets").glob("*.toml"))
LEAST = 8
"""KPIs a sheet works by hand."""

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def arithmetic(formula: str, names: Mapping[str, float]) -> float:
    """The value of a formula of numbers, names, + − × ÷ ** and min, max."""

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return float(node.value)
        if isinstance(node, ast.Name):
            return names[node.id]
        if isinstance(node, ast.BinOp):
            return _OPERATORS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -value(node.operand)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
            return {"min": min, "max": max}[node.func.id](value(one) for one in node.args)
        raise ValueError(f"{ast.unparse(node)} is not plain arithmetic")

    return value(ast.parse(formula, mode="eval").body)


def sheet(path: Path) -> dict[str, Any]:
    """A sheet as it is written."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def inputs_of(work: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(name, cell) of every figure that a sheet starts from."""
    cells = list(work.get("given", {}).items())
    return cells + [cell for row in work["kpi"] for cell in row.get("inputs", {}).items()]


def follow(tree: Any, path: str) -> Any:
    """What stands at a path like ``sites[0].pue.value``."""
    for name in re.findall(r"[^.\[\]]+", path):
        tree = tree[int(name)] if isinstance(tree, list) else tree[name]
    return tree


def looked_up(place: str, example: str) -> float | None:
    """The figure at a place of a sheet, from the raw files; None where the place gives a reason instead."""
    kind, _, rest = place.partition(" ")
    if kind == "example":
        text = resource("examples", f"{example}.fleet").read_text(encoding="utf-8")
        return float(follow(json.loads(text)["design"], rest))
    if kind == "assumption":
        return SPECS[rest].default
    if kind == "calibration":
        return float(follow(sheet(resource("calibration", "throughput.toml")), rest))
    if kind != "catalog":
        return None
    name, field = rest.split(" ", 1)
    entry = sheet(resource("catalog", *f"{name}.toml".split("/")))
    if " " in field:
        chip, field = field.split(" ")
        entry = next(row for row in entry["rows"] if row["chip_id"] == chip)
    figure = entry.get("figures", entry).get(field, entry.get(field))
    if isinstance(figure, dict):
        figure = figure.get("assume", figure)["value"]
    return float(figure)


def test_that_every_example_has_a_sheet() -> None:
    written = {sheet(path)["example"] for path in SHEETS}
    assert written == {path.stem for path in resource("examples").glob("*.fleet")}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_that_the_engine_gives_what_was_worked_by_hand(path: Path) -> None:
    work = sheet(path)
    design = read_fleet(resource("examples", f"{work['example']}.fleet")).design
    results = evaluate(design, load_catalog().with_overrides(design.overrides))
    known = {name: float(cell["value"]) for name, cell in work.get("given", {}).items()}
    wrong = []
    for row in work["kpi"]:
        names = {**known, **{name: float(cell["value"]) for name, cell in row.get("inputs", {}).items()}}
        worked = arithmetic(row["formula"], names)
        known[row["id"]] = worked
        if row.get("step", False):
            continue
        month = month_number(row.get("month", work["month"]))
        if "series" in row:
            series = results.series[row["series"]].values[0]
            given: float | None = float(series[month - design.first_month])
        else:
            given = results.kpi(row.get("kpi", row["id"]), month).value
        if given is None or not abs(given - worked) <= row["tolerance"] * abs(worked):
            wrong.append(f"{row['id']}: worked {worked:.8g}, engine {given}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_that_a_sheet_works_enough_kpis_of_the_contract(path: Path) -> None:
    work = sheet(path)
    rows = [row for row in work["kpi"] if not row.get("step", False) and "series" not in row]
    ids = {row.get("kpi", row["id"]) for row in rows}
    assert len(ids) >= LEAST
    assert ids <= {kpi.id for kpi in KPIS}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_that_inputs_are_what_stands_in_the_place_they_were_read_from(path: Path) -> None:
    work = sheet(path)
    changed = []
    for name, cell in inputs_of(work):
        place = cell["from"]
        found = looked_up(place, work["example"])
        if found is None:
            assert place.startswith("by hand: "), f"{name}: {place!r} is no place that can be looked up"
        elif found != float(cell["value"]):
            changed.append(f"{name}: sheet {cell['value']}, {place} now {found}; work the sheet again")
    assert not changed, "\n".join(changed)

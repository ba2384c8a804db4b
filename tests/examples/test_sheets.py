"""Each example against a sheet worked by hand: formula and inputs are written out in ``sheets/*.toml``.

A sheet names an example and a month. Each ``[[kpi]]`` has an id of the contract, ``inputs`` (name → value, with the
place each was read from in ``from``), a ``formula`` in plain arithmetic over the inputs and over the KPIs above it,
and a relative ``tolerance``. Nothing in a sheet is produced by the engine.
"""

from __future__ import annotations

import ast
import operator
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.kpis import KPIS
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


def test_that_every_example_has_a_sheet() -> None:
    written = {sheet(path)["example"] for path in SHEETS}
    assert written == {path.stem for path in resource("examples").glob("*.fleet")}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_that_the_engine_gives_what_was_worked_by_hand(path: Path) -> None:
    work = sheet(path)
    design = read_fleet(resource("examples", f"{work['example']}.fleet")).design
    results = evaluate(design, load_catalog().with_overrides(design.overrides))
    month = month_number(work["month"])
    known: dict[str, float] = {}
    wrong = []
    for row in work["kpi"]:
        names = {**known, **{name: float(cell["value"]) for name, cell in row.get("inputs", {}).items()}}
        worked = arithmetic(row["formula"], names)
        known[row["id"]] = worked
        if row.get("step", False):
            continue
        given = results.kpi(row["id"], month).value
        if given is None or abs(given - worked) > row["tolerance"] * abs(worked):
            wrong.append(f"{row['id']}: worked {worked:.8g}, engine {given}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_that_a_sheet_works_enough_kpis_and_says_where_inputs_come_from(path: Path) -> None:
    work = sheet(path)
    ids = {row["id"] for row in work["kpi"] if not row.get("step", False)}
    assert len(ids) >= LEAST
    assert ids <= {kpi.id for kpi in KPIS}
    for row in work["kpi"]:
        for name, cell in row.get("inputs", {}).items():
            assert cell.get("from"), f"{row['id']}: {name} has no place it was read from"

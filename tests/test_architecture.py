"""The house keeps its shape: each rule is held, and seen to catch a breach planted on purpose."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import shutil
import subprocess
import sys
import tomllib
import typing
from collections.abc import Iterator, Mapping, MutableMapping, MutableSequence, MutableSet
from itertools import pairwise
from pathlib import Path

import pytest

import fleetdesigner
from fleetdesigner.values import Value

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "fleetdesigner"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = PYPROJECT["tool"]["importlinter"]["contracts"]
CORE = ("values", "units", "assets", "catalog", "design", "engine", "files", "export", "cli")
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400
VAGUE_NAMES = {"utils", "helpers", "common", "misc", "manager", "base", "util", "helper"}
MUTABLE = (list, dict, set, Mapping, MutableMapping, MutableSequence, MutableSet)


# --- import contracts ------------------------------------------------------------------------------------


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package to plant breaches in."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(PACKAGE, tmp_path / "fleetdesigner", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def plant(tree: Path, module: str, line: str) -> None:
    path = tree.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")


def breaches() -> Iterator[tuple[str, str, str]]:
    """(contract, module to plant in, line to plant): at least one a contract, more for each kind of rule."""
    for contract in CONTRACTS:
        name = contract["name"]
        if contract["type"] == "layers":
            layers = [layer.strip("()").split(" | ") for layer in contract["layers"]]
            (container,) = contract["containers"]
            for above, below in pairwise(layers):
                yield name, f"{container}.{below[0]}", f"import {container}.{above[0]}"
            for siblings in layers:
                for one, other in pairwise(siblings):
                    yield name, f"{container}.{one}", f"import {container}.{other}"
        else:
            for index, source in enumerate(contract["source_modules"]):
                forbidden = contract["forbidden_modules"]
                yield name, source, f"import {forbidden[index % len(forbidden)]}"


def test_imports_keep_the_contracts() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "module", "line"), list(breaches()))
def test_planted_import_is_caught(copy: Path, contract: str, module: str, line: str) -> None:
    plant(copy, module, line)
    result = lint(copy)
    assert result.returncode != 0
    assert f"{contract} BROKEN" in result.stdout, result.stdout + result.stderr


def test_module_outside_the_layers_is_caught(copy: Path) -> None:
    (copy / "fleetdesigner" / "stray.py").write_text('"""In no layer."""\n', encoding="utf-8")
    result = lint(copy)
    assert result.returncode != 0
    assert "stray" in result.stdout + result.stderr


def test_every_contract_is_broken_once() -> None:
    assert {contract for contract, _, _ in breaches()} == {contract["name"] for contract in CONTRACTS}


# --- the core without Qt ---------------------------------------------------------------------------------

WITHOUT_QT = """
import importlib, pkgutil, sys
for name in ("PySide6", "shiboken6", "pyqtgraph"):
    sys.modules[name] = None  # an import of it raises ImportError
import fleetdesigner
names = [f"fleetdesigner.{part}" for part in sys.argv[1:]]
for name in names:
    module = importlib.import_module(name)
    names += [found.name for found in pkgutil.iter_modules(getattr(module, "__path__", ()), name + ".")]
print(len(names))
"""


def test_core_runs_where_qt_cannot_be_imported() -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_QT, *CORE],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) >= len(CORE)


def imported(path: Path) -> Iterator[str]:
    """Every absolute module name a file imports, `from A import B` as `A.B`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_session_knows_of_qt_only_qtcore() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in MODULES
        if path.is_relative_to(PACKAGE / "session")
        for name in imported(path)
        if name.split(".")[0] == "PySide6" and not name.startswith("PySide6.QtCore")
    ]
    assert wrong == []


# --- small rooms, plain names ----------------------------------------------------------------------------


def test_modules_fit_in_one_reading() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in MODULES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_module_has_a_vague_name() -> None:
    parts = {path: {*path.relative_to(ROOT).with_suffix("").parts} for path in MODULES}
    assert [str(path) for path, names in parts.items() if names & VAGUE_NAMES] == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if len(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "") < 10
    ]
    assert silent == []


# --- values ----------------------------------------------------------------------------------------------


def value_classes() -> list[type[Value]]:
    for module in pkgutil.walk_packages(fleetdesigner.__path__, "fleetdesigner."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[Value]] = []
    queue: list[type[Value]] = [Value]
    while queue:
        one = queue.pop()
        found.append(one)
        queue += one.__subclasses__()
    return [one for one in found if one.__module__.startswith("fleetdesigner.")]


def mutable_parts(annotation: object) -> Iterator[object]:
    """The list, dict and set types anywhere in an annotation."""
    origin = typing.get_origin(annotation)
    for candidate in (annotation, origin):
        if isinstance(candidate, type) and candidate in MUTABLE:
            yield candidate
    for part in typing.get_args(annotation):
        yield from mutable_parts(part)


def test_values_are_frozen_plain_and_closed() -> None:
    classes = value_classes()
    assert len(classes) > 1
    wrong = []
    for one in classes:
        if not one.model_config.get("frozen") or one.model_config.get("extra") != "forbid":
            wrong.append(f"{one.__qualname__}: not frozen, or open to unknown keys")
        for name, field in one.model_fields.items():
            if any(mutable_parts(field.annotation)):
                wrong.append(f"{one.__qualname__}.{name}: {field.annotation}")
    assert wrong == []


def test_mutable_parts_are_seen_deep_down() -> None:
    assert list(mutable_parts(tuple[dict[str, int], ...] | None)) == [dict]
    assert list(mutable_parts(tuple[str, ...] | None)) == []


def test_that_starting_waits_for_no_plotting_library() -> None:
    """pyqtgraph takes a fifth of a second to import: the window is painted before that."""
    told = "import sys, fleetdesigner.app; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0

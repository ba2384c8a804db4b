"""The verbs of the command line."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TextIO, cast

Run = Callable[[list[str], TextIO, TextIO], int]

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("evaluate", "evaluate_command", "power, throughput, cost and findings of a file"),
    ("predict", "predict_command", "forecasts of measured points"),
    ("catalog", "catalog_command", "what can be placed, with sources; two entries compared"),
    ("commitment", "commitment_command", "“2 GW” or “$100 bn over 8 years” in systems, MW and rates"),
)
"""(verb, module, what it does)"""


def command(verb: str) -> Run | None:
    """The function that runs a verb, None when there is no such verb."""
    for name, module, _ in COMMANDS:
        if name == verb:
            return cast(Run, importlib.import_module(f"fleetdesigner.cli.{module}").run)
    return None


def usage() -> str:
    """How the program is called."""
    width = max(len(name) for name, _, _ in COMMANDS) + 4
    return "\n".join(
        [
            "usage: fleetdesigner [FILE]",
            *(f"       fleetdesigner {name} …" for name, _, _ in COMMANDS),
            "",
            f"  {'[FILE]':<{width}}open the window, on a .fleet file if one is named",
            *(f"  {name:<{width}}{words}" for name, _, words in COMMANDS),
            "",
            "  --self-test   open every example offscreen, drop, move a lever, undo, save",
            "  --version     the version",
            "  --help        this page; `fleetdesigner VERB --help` for a verb",
            "",
        ]
    )

"""``fleetdesigner predict``: forecasts of measured points, to be held against what was measured."""

from __future__ import annotations

import argparse
import contextlib
import json
import math
from pathlib import Path
from typing import Any, NoReturn, TextIO

from fleetdesigner.assets import ResourceMissing
from fleetdesigner.catalog import CatalogError, load_catalog
from fleetdesigner.engine.throughput.calibration import CalibrationError, load_calibration
from fleetdesigner.engine.throughput.predict import Prediction, predict_points
from fleetdesigner.files.atomic import refusal, write_atomically
from fleetdesigner.files.errors import Fault, FileError
from fleetdesigner.files.json_text import parse

BAD_INPUT = 2
FAILED = 1

MOST_BYTES = 200_000_000
MOST_POINTS = 200_000
LARGEST = 1e16
"""A number above it is a slip in every field of a point."""

NUMBERS = (
    "layers", "hidden", "heads", "kv_heads", "head_dim", "ffn", "vocab", "experts", "top_k", "shared_experts",
    "dense_layers", "dense_ffn", "params_b", "active_params_b", "n_chips", "tp", "pp", "dp", "cp", "ep", "vp",
    "micro_batch", "global_batch_sequences", "seq_len", "concurrency", "input_len", "output_len",
    "prefill_chips", "decode_chips", "value", "ttft_ms", "queued", "node_gbit_per_s",
)  # fmt: skip
TEXTS = (
    "id", "kind", "model", "chip", "dtype", "metric", "unit", "note", "attention", "recompute", "sharding",
    "family", "speculative", "backend", "source", "confidence", "measured",
)  # fmt: skip


class _Usage(Exception):
    """Arguments that do not fit; the message is one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(f"{self.prog}: {message}; `{self.prog} --help` shows the form")


def run(args: list[str], out: TextIO, err: TextIO) -> int:
    """Runs ``predict`` with its arguments. Returns the exit status: 0, 1 for a failure, 2 for bad input.

    Writes the forecasts to ``out``, or whole or not at all to the file after ``-o``. Faults are one line on
    ``err``, never a traceback.
    """
    parser = _Parser(
        prog="fleetdesigner predict",
        description="Forecasts of the points of a file, each in its own metric; null where the model ends.",
    )
    parser.add_argument("points", metavar="POINTS.json", help="a list in the form of validation/points.json")
    parser.add_argument("-o", metavar="OUT.json", dest="target", help="where to write; default: here")
    try:
        with contextlib.redirect_stdout(out):
            given = parser.parse_args(args)
        points = read_points(Path(given.points))
    except SystemExit:  # argparse has shown the help
        return 0
    except (_Usage, FileError) as error:
        err.write(f"{error}\n")
        return BAD_INPUT
    try:
        predictions = predict_points(points, load_catalog(), load_calibration())
        text = json.dumps([as_json(item) for item in predictions], indent=1, ensure_ascii=False) + "\n"
        if given.target:
            write_atomically(Path(given.target), text.encode())
        else:
            out.write(text)
    except (CatalogError, CalibrationError, ResourceMissing, FileError) as error:
        err.write(f"{error}\n")
        return FAILED
    return 0


def as_json(item: Prediction) -> dict[str, Any]:
    """The forecast as DESIGN §8 names it; ``why`` only where there is something to say."""
    data: dict[str, Any] = {
        "id": item.id,
        "predicted": item.predicted,
        "unit": item.unit,
        "low": item.low,
        "high": item.high,
        "breakdown": dict(item.breakdown),
    }
    if item.why:
        data["why"] = item.why
    return data


def read_points(path: Path) -> list[dict[str, Any]]:
    """The points of a file, checked. Raises FileError that names file, place and remedy."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _fault(path, "", "the file is larger than 200 MB", "split it")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _fault(path, "", "there is no such file", "check the name") from None
    except UnicodeDecodeError as error:
        raise _fault(path, f"byte {error.start}", "the text is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise refusal(path, error) from None
    try:
        data = parse(text)
    except Fault as fault:
        raise _fault(path, fault.place, fault.problem, fault.remedy) from None
    if not isinstance(data, list):
        raise _fault(path, "", "is not a list of points", "put the points in [ ]")
    if len(data) > MOST_POINTS:
        raise _fault(path, "", f"holds more than {MOST_POINTS:,} points", "split it")
    for at, point in enumerate(data):
        problem = _problem(point)
        if problem:
            raise _fault(path, f"point {at + 1}{problem[0]}", problem[1], problem[2])
    return data


def _problem(point: Any) -> tuple[str, str, str] | None:
    """(field, what is wrong, remedy) of a point, None when it can be read."""
    if not isinstance(point, dict):
        return "", "is not an object", "write it as { }"
    for key in NUMBERS:
        value = point.get(key)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return f", {key}", f"{value!r:.40} is not a number", "write a number, or leave the key out"
        if not 0 <= value <= LARGEST:
            return f", {key}", f"{value:g} is out of range", f"write a number from 0 to {LARGEST:g}"
    for key in TEXTS:
        value = point.get(key)
        if value is not None and not isinstance(value, str):
            return f", {key}", f"{value!r:.40} is not a text", "write it in quotes"
    if "id" not in point:
        return "", "has no id", "give each point an id"
    return None


def _fault(path: Path, place: str, problem: str, remedy: str) -> FileError:
    return FileError(str(path), place, problem, remedy)

"""Fit the shared factors of the throughput equations on measured points, and say how well they do.

    python packaging/calibrate.py POINTS.json [--write] [--folds 10]

Whole (model, chip) pairs are left out in turn, the rest is fitted, and the error is taken on what was left
out. ``--write`` replaces the fitted numbers and bands in ``resources/calibration``, and ``left_out.csv``:
for each row its class and predicted over published time by factors that never saw its pair.
Needs scipy, which the program itself does not.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.throughput.calibration import Calibration, load_calibration
from fleetdesigner.engine.throughput.measures import training_seconds
from fleetdesigner.engine.throughput.point_serving import (
    ServingRow,
    read_serving,
    runs_in,
    serving_row_configs,
)
from fleetdesigner.engine.throughput.point_training import (
    TrainingRow,
    read_training,
    training_configs,
    training_times,
)
from fleetdesigner.engine.throughput.serving import serve
from fleetdesigner.engine.throughput.training import step_time

Vector = NDArray[np.float64]
TARGET = Path(__file__).resolve().parent.parent / "resources" / "calibration" / "throughput.toml"


@dataclass(frozen=True)
class Problem:
    """Rows, what was published of them in seconds, and how factors give seconds."""

    name: str
    rows: Sequence[Any]
    published: Vector
    start: dict[str, float]
    """Fitted numbers by their place in the calibration file, with a first guess that also regularises."""
    seconds: Callable[[Mapping[str, float]], Vector]
    noise: float

    @property
    def pairs(self) -> NDArray[np.int64]:
        """Index of the (model, chip) pair of each row."""
        names = [(row.shape.name, row.chip.chip) for row in self.rows]
        known = {name: at for at, name in enumerate(sorted(set(names)))}
        return np.array([known[name] for name in names])

    def fit(self, use: NDArray[np.bool_], first: Mapping[str, float]) -> dict[str, float]:
        """Factors that fit the rows in use best: log errors, pairs weighted by the root of their rows."""
        names = list(self.start)
        centre = np.log(np.array([self.start[name] for name in names]))
        pairs = self.pairs
        weight = 1.0 / np.sqrt(np.bincount(pairs)[pairs])
        weight = weight / weight.mean()

        def residuals(x: Vector) -> Vector:
            seconds = self.seconds(dict(zip(names, np.exp(x).tolist(), strict=True)))
            errors = (np.log(seconds / self.published) * weight)[use] / self.noise
            return np.concatenate([errors, (x - centre) * 0.2 / self.noise])

        begin = np.log(np.array([first[name] for name in names]))
        found = least_squares(residuals, begin, loss="soft_l1", max_nfev=80)
        return dict(zip(names, np.exp(found.x).tolist(), strict=True))

    def left_out(self, first: Mapping[str, float], folds: int, seed: int) -> Vector:
        """Predicted over published seconds of each row, by factors fitted without its pair."""
        pairs = self.pairs
        fold = np.random.default_rng(seed).permutation(int(pairs.max()) + 1) % folds
        ratio = np.empty(len(self.rows))
        for k in range(folds):
            out = fold[pairs] == k
            ratio[out] = (self.seconds(self.fit(~out, first)) / self.published)[out]
        return ratio


def training_problem(points: Sequence[Mapping[str, Any]], cal: Calibration) -> Problem:
    """Training rows with a published layout; runs that give only chip-hours are left to the check."""
    catalog = load_catalog()
    read = [read_training(p, catalog) for p in points if p["kind"] == "training" and _usable(p)]
    rows = [
        row for row in read if isinstance(row, TrainingRow) and row.known_layout and row.chip.family != "tpu"
        and row.point["metric"] != "chip_hours"
    ]  # fmt: skip
    configs = training_configs(rows, cal)
    published = np.array(
        [training_seconds(row.point, row.shape, row.chips, row.chip.bf16_flops) for row in rows]
    )
    keys = [_chip_key(row.chip.chip, CHIP_KEYS) for row in rows]
    low = np.array([row.dtype for row in rows])
    start = {f"gemm.{key}": 0.6 for key in dict.fromkeys(keys)}
    start |= {"gemm.fp8": 0.9, "gemm.fp4": 0.7}
    start |= {f"training.{name}": value for name, value in TRAINING_START.items()}

    def seconds(at: Mapping[str, float]) -> Vector:
        share = np.array([at[f"gemm.{key}"] for key in keys])
        share = share * np.where(low == "fp8", at["gemm.fp8"], np.where(low == "fp4", at["gemm.fp4"], 1.0))
        factors = replace(cal.training, **_named(at, "training."))
        return step_time(replace(configs, gemm=np.minimum(share, CEILING)), factors).seconds

    return Problem("training", rows, published, start, seconds, 0.1)


def serving_problem(points: Sequence[Mapping[str, Any]], cal: Calibration) -> Problem:
    """Serving rows of TPOT and of greatest throughput, without speculation and split prefill."""
    catalog = load_catalog()
    chosen = [
        p for p in points
        if p["kind"] == "inference" and _usable(p) and p.get("dtype")
        and p.get("speculative") != "yes" and not p.get("decode_chips")
    ]  # fmt: skip
    rows = [row for row in (read_serving(p, catalog) for p in chosen) if isinstance(row, ServingRow)]
    most = np.array([row.point["metric"] != "tpot_ms" for row in rows])
    configs = serving_row_configs(rows, cal)
    value = np.array([float(row.point["value"]) for row in rows])
    published = np.where(most, 1.0 / value, value / 1e3)
    keys = [_bandwidth_key(row.chip.chip) for row in rows]
    neuron = np.array([key == "neuron" for key in keys])
    products = runs_in(rows)
    peaks = np.array([row.chip.peak(d) for row, d in zip(rows, products, strict=True)])
    replicas = np.array([row.replicas for row in rows])
    start = {f"bandwidth.{key}": 0.85 for key in dict.fromkeys(keys)}
    start |= {"neuron.layer_s": 2e-4}
    start |= {f"serving.{name}": value for name, value in SERVING_START.items()}

    def seconds(at: Mapping[str, float]) -> Vector:
        factors = replace(cal.serving, **_named(at, "serving."))
        by_dtype = {"bf16": factors.compute_bf16, "fp4": factors.compute_fp4}
        share = np.array([by_dtype.get(d, factors.compute_fp8) for d in products])
        times = serve(
            replace(
                configs,
                bandwidth=np.array([at[f"bandwidth.{key}"] for key in keys]),
                product_rate=peaks * share,
                hop_s=np.where(neuron, NEURON_HOP_S, factors.hop_s),
                layer_s=np.where(neuron, at["neuron.layer_s"], factors.layer_s),
            ),
            factors,
        )
        return np.where(most, 1.0 / (times.output_tokens_per_s * replicas), times.tpot_s)

    return Problem("serving", rows, published, start, seconds, 0.15)


CEILING = 0.80
"""No training product may run beyond the measured bf16 ceilings of these chips (73 to 87 % of peak)."""
CHIP_KEYS = ("a100", "h100", "h200", "b200", "b300", "gb200", "gb300", "trainium1")
SAME_SHARE = {"h200": "h100"}
NEURON_HOP_S = 2e-6
TRAINING_START = {
    "attention": 0.40, "memory": 0.20, "up": 0.60, "grouped_bf16": 0.35, "grouped_low": 0.55,
    "layer_s": 1.2e-3, "expert_fill_tokens": 500.0,
}  # fmt: skip
SERVING_START = {
    "compute_fp8": 0.45, "compute_fp4": 0.35, "compute_moe": 0.4, "kv": 0.4, "hop_s": 18e-6, "layer_s": 25e-6,
    "moe_layer_s": 30e-6, "index_layer_s": 80e-6, "interleave": 0.8,
}  # fmt: skip


def _usable(point: Mapping[str, Any]) -> bool:
    return "EXCLUDE" not in str(point.get("note", ""))


def _chip_key(chip: str, keys: Sequence[str]) -> str:
    key = max((key for key in keys if chip.startswith(key)), key=len, default="h100")
    return SAME_SHARE.get(key, key)


def _bandwidth_key(chip: str) -> str:
    if chip.startswith(("trainium", "inferentia")):
        return "neuron"
    return "h200" if chip.startswith("h200") else "nvidia"


def _named(at: Mapping[str, float], start: str) -> dict[str, float]:
    return {name.removeprefix(start): value for name, value in at.items() if name.startswith(start)}


def summary(ratio: Vector, pairs: NDArray[np.int64]) -> str:
    """Median and 90th percentile of the errors by row, and of the medians of the pairs."""
    error = np.abs(ratio - 1.0)
    by_pair = np.array([np.median(error[pairs == at]) for at in range(int(pairs.max()) + 1)])
    return (
        f"rows {np.median(error):.3f} / {np.quantile(error, 0.9):.3f}, "
        f"pairs {np.median(by_pair):.3f} / {np.quantile(by_pair, 0.9):.3f}"
    )


def searched_ratio(points: Sequence[Mapping[str, Any]], cal: Calibration) -> tuple[list[str], Vector]:
    """Ids, and predicted over published seconds of rows whose layout is the search's; none is fitted."""
    catalog = load_catalog()
    read = [read_training(p, catalog) for p in points if p["kind"] == "training" and _usable(p)]
    rows = [
        row for row in read if isinstance(row, TrainingRow) and not row.known_layout
        and row.point["metric"] != "chip_hours" and cal.gemm(row.chip, row.dtype).fitted
    ]  # fmt: skip
    found = {
        str(row.point["id"]): time.seconds
        / training_seconds(row.point, row.shape, row.chips, row.chip.bf16_flops)
        for row, time in zip(rows, training_times(rows, cal), strict=True)
        if not isinstance(time, str)
    }
    return list(found), np.array(list(found.values()))


def bands(problem: Problem, ratio: Vector) -> dict[str, dict[str, float]]:
    """80 % interval of published over predicted time by class, with the rows and errors behind it."""
    answer = {}
    families = np.array([row.shape.family for row in problem.rows])
    for family in ("dense", "moe"):
        answer[f"{problem.name}-{family}"] = band(ratio[families == family])
    return answer


def band(ratio: Vector) -> dict[str, float]:
    """80 % interval of published over predicted time, with the rows and errors behind it."""
    error = np.abs(ratio - 1.0)
    return {
        "low": float(np.quantile(1.0 / ratio, 0.1)),
        "high": float(np.quantile(1.0 / ratio, 0.9)),
        "rows": float(len(ratio)),
        "median_error": float(np.median(error)),
        "p90_error": float(np.quantile(error, 0.9)),
    }


def placed(name: str, best: Mapping[str, float]) -> list[tuple[str, str, float]]:
    """Where fitted numbers stand in the calibration file: (table, key, value)."""
    if name == "training":
        rows = [("training", key, value) for key, value in _named(best, "training.").items()]
        for chip in CHIP_KEYS:
            share = best[f"gemm.{_chip_key(chip, CHIP_KEYS)}"]
            rows.append((f"chips.{chip}", "gemm_bf16", min(CEILING, share)))
            for low in ("fp8", "fp4"):
                rows.append((f"chips.{chip}", f"gemm_{low}", min(CEILING, share * best[f"gemm.{low}"])))
        return rows
    rows = [("serving", key, value) for key, value in _named(best, "serving.").items()]
    for chip in (*CHIP_KEYS, "inferentia2"):
        rows.append((f"chips.{chip}", "bandwidth", best[f"bandwidth.{_bandwidth_key(chip)}"]))
        if _bandwidth_key(chip) == "neuron":
            rows.append((f"chips.{chip}", "layer_s", best["neuron.layer_s"]))
    for family in ("trainium2", "trainium3", "trainium4"):
        rows.append((f"families.{family}", "bandwidth", best["bandwidth.neuron"]))
        rows.append((f"families.{family}", "layer_s", best["neuron.layer_s"]))
    return rows


def replaced(text: str, table: str, key: str, value: str) -> str:
    """The calibration text with one number changed; a key the table does not have stays away."""
    pattern = re.compile(
        rf"(^\[{re.escape(table)}\]\n(?:[^\[\n].*\n|\n)*?{re.escape(key)} = )(\S+.*)$", re.MULTILINE
    )
    return pattern.sub(lambda found: found.group(1) + value, text, count=1)


def main(args: Sequence[str]) -> int:
    """Fit, report, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("points", type=Path)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(args)
    points = json.loads(asked.points.read_text(encoding="utf-8"))
    cal = load_calibration()
    text = TARGET.read_text(encoding="utf-8")
    residuals = ["id,class,left_out"]
    for problem in (training_problem(points, cal), serving_problem(points, cal)):
        every = np.ones(len(problem.rows), dtype=np.bool_)
        best = problem.fit(every, problem.start)
        print(problem.name, len(problem.rows), "rows,", len(best), "numbers")
        for name, value in best.items():
            print(f"  {name} = {value:.4g}")
        print("  fitted  ", summary(problem.seconds(best) / problem.published, problem.pairs))
        ratios = [problem.left_out(best, asked.folds, seed) for seed in range(asked.seeds)]
        for ratio in ratios:
            print("  left out", summary(ratio, problem.pairs))
        for table, key, value in placed(problem.name, best):
            text = replaced(text, table, key, f"{value:.4g}")
        left_out = np.median(ratios, axis=0)
        classes = bands(problem, left_out)
        residuals += [
            f"{row.point['id']},{problem.name}-{row.shape.family},{value:.4f}"
            for row, value in zip(problem.rows, left_out, strict=True)
        ]
        if problem.name == "training":
            ids, ratio = searched_ratio(points, cal)
            classes["training-searched"] = band(ratio)
            residuals += [
                f"{name},training-searched,{value:.4f}" for name, value in zip(ids, ratio, strict=True)
            ]
        for kind, numbers in classes.items():
            print(f"  {kind}", {name: round(value, 3) for name, value in numbers.items()})
            for name, value in numbers.items():
                text = replaced(text, f"bands.{kind}", name, f"{value:.3g}")
    if asked.write:
        TARGET.write_text(text, encoding="utf-8")
        TARGET.with_name("left_out.csv").write_text("\n".join(residuals) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

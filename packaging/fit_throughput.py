"""What ``calibrate.py`` fits: the rows of training and of serving, the numbers, and how they give seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.throughput.calibration import Calibration, ProductFactors
from fleetdesigner.engine.throughput.measures import training_seconds
from fleetdesigner.engine.throughput.point_facts import excluded, speculated
from fleetdesigner.engine.throughput.point_serving import (
    ServingRow,
    read_serving,
    runs_in,
    serving_row_configs,
)
from fleetdesigner.engine.throughput.point_training import TrainingRow, read_training, training_configs
from fleetdesigner.engine.throughput.serving import serve
from fleetdesigner.engine.throughput.training import step_time
from fleetdesigner.engine.throughput.validation import pair_of

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]
Point = Mapping[str, Any]

NOISE = 0.05
"""Log error beyond which a row counts linearly and no longer squared."""

# Fitted numbers by table and key of the calibration file, with round first guesses that also hold back
# numbers that the rows say little of.
TRAINING_START = {
    "products.power_share": 0.80, "products.fp8": 1.0, "products.fp4": 0.90,
    "chips.trainium1.gemm_bf16": 0.43, "training.attention": 0.40, "training.memory": 0.20,
    "training.up": 0.60, "training.grouped_bf16": 0.40, "training.grouped_low": 0.60,
    "training.layer_s": 1.2e-3, "training.expert_fill_tokens": 500.0,
}  # fmt: skip
SERVING_START = {
    "serving.compute_fp8": 0.80, "serving.compute_fp4": 0.50, "serving.expert": 0.90,
    "serving.expert_prefill": 0.40, "serving.kv": 0.30, "serving.hop_s": 20e-6, "serving.layer_s": 22e-6,
    "serving.expert_layer_s": 2e-7, "serving.exchange_layer_s": 20e-6, "serving.index_layer_s": 97e-6,
    "serving.interleave": 1.1, "families.hopper.stream": 2.8e-3, "chips.trainium1.bandwidth": 0.83,
    "chips.trainium1.layer_s": 1.9e-4,
}  # fmt: skip

SAME = {
    "families.hopper.stream": ("families.blackwell.stream",),
    "chips.trainium1.bandwidth": (
        "chips.inferentia2.bandwidth", "families.trainium2.bandwidth", "families.trainium3.bandwidth",
        "families.trainium4.bandwidth",
    ),
    "chips.trainium1.layer_s": (
        "chips.inferentia2.layer_s", "families.trainium2.layer_s", "families.trainium3.layer_s",
        "families.trainium4.layer_s",
    ),
}  # fmt: skip
"""Places that take a fitted number too."""


@dataclass(frozen=True)
class Problem:
    """Rows, what was published of them in seconds, and how factors give seconds."""

    name: str
    rows: Sequence[Any]
    published: Vector
    start: Mapping[str, float]
    seconds: Callable[[Mapping[str, float]], Vector]
    hold: float
    """Weight of the first guesses."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The (model, chip) pair of each row."""
        return [pair_of(row.point) for row in self.rows]

    def fit(self, without: tuple[str, str] | None, first: Mapping[str, float]) -> dict[str, float]:
        """Factors that fit the rows but for one pair best: soft-L1 on log errors, each pair weighted by the
        root of its rows so that a well-measured one does not decide alone."""
        names = list(self.start)
        centre = np.log(np.array([self.start[name] for name in names]))
        known = {pair: at for at, pair in enumerate(dict.fromkeys(self.pairs))}
        pairs = np.array([known[pair] for pair in self.pairs])
        weight = 1.0 / np.sqrt(np.bincount(pairs)[pairs])
        weight = weight / weight.mean()
        use: Flags = pairs != known[without] if without in known else np.ones(len(pairs), dtype=np.bool_)

        def residuals(x: Vector) -> Vector:
            seconds = self.seconds(dict(zip(names, np.exp(x).tolist(), strict=True)))
            errors = (np.log(seconds / self.published) * weight)[use] / NOISE
            return np.concatenate([errors, (x - centre) * self.hold / NOISE])

        begin = np.log(np.array([first[name] for name in names]))
        found = least_squares(residuals, begin, loss="soft_l1", max_nfev=60)
        return dict(zip(names, np.exp(found.x).tolist(), strict=True))


def training_problem(points: Sequence[Point], cal: Calibration) -> Problem:
    """Training rows with a published layout; runs that give only chip-hours are left to the check."""
    catalog = load_catalog()
    read = [read_training(p, catalog) for p in points if p["kind"] == "training" and not excluded(p)]
    rows = [
        row for row in read if isinstance(row, TrainingRow) and row.known_layout and row.chip.family != "tpu"
        and row.point["metric"] != "chip_hours"
    ]  # fmt: skip
    configs = training_configs(rows, cal)
    published = np.array(
        [training_seconds(row.point, row.shape, row.chips, row.chip.bf16_flops) for row in rows]
    )

    def seconds(at: Mapping[str, float]) -> Vector:
        law = replace(cal.products, **_named(at, "products."))
        share = np.array([_share(row, law, at["chips.trainium1.gemm_bf16"]) for row in rows])
        factors = replace(cal.training, **_named(at, "training."))
        return step_time(replace(configs, gemm=share), factors).seconds

    return Problem("training", rows, published, TRAINING_START, seconds, 1.0)


def _share(row: TrainingRow, law: ProductFactors, neuron: float) -> float:
    if row.chip.family.startswith("trainium"):
        return neuron
    return law.share(row.chip.watts, row.chip.peak(row.dtype), row.dtype)


def serving_problem(points: Sequence[Point], cal: Calibration) -> Problem:
    """Serving rows of TPOT and of greatest throughput, without speculation and split prefill."""
    catalog = load_catalog()
    chosen = [
        p for p in points
        if p["kind"] == "inference" and not excluded(p) and p.get("dtype")
        and not speculated(p) and p.get("speculative") != "yes" and not p.get("decode_chips")
    ]  # fmt: skip
    rows = [row for row in (read_serving(p, catalog) for p in chosen) if isinstance(row, ServingRow)]
    most = np.array([row.point["metric"] != "tpot_ms" for row in rows])
    configs = serving_row_configs(rows, cal)
    value = np.array([float(row.point["value"]) for row in rows])
    published = np.where(most, 1.0 / value, value / 1e3)
    neuron = np.array([row.chip.family.startswith("trainium") for row in rows])
    products = runs_in(rows)
    peaks = np.array([row.chip.peak(d) for row, d in zip(rows, products, strict=True)])
    gain = peaks / configs.chip.bf16_peak
    replicas = np.array([row.replicas for row in rows])

    def seconds(at: Mapping[str, float]) -> Vector:
        factors = replace(cal.serving, **_named(at, "serving."))
        by_dtype = {"bf16": factors.compute_bf16, "fp4": factors.compute_fp4}
        share = np.array([by_dtype.get(d, factors.compute_fp8) for d in products])
        limit = at["families.hopper.stream"] * configs.chip.bf16_peak
        times = serve(
            replace(
                configs,
                bandwidth=np.where(neuron, at["chips.trainium1.bandwidth"], configs.bandwidth),
                stream=np.where(np.isfinite(configs.stream), limit, np.inf),
                product_rate=peaks * share,
                expert_peak=configs.chip.bf16_peak * gain**factors.expert_precision,
                hop_s=np.where(neuron, configs.hop_s, factors.hop_s),
                layer_s=np.where(neuron, at["chips.trainium1.layer_s"], factors.layer_s),
            ),
            factors,
        )
        return np.where(most, 1.0 / (times.output_tokens_per_s * replicas), times.tpot_s)

    return Problem("serving", rows, published, SERVING_START, seconds, 0.2)


def _named(at: Mapping[str, float], start: str) -> dict[str, float]:
    return {name.removeprefix(start): value for name, value in at.items() if name.startswith(start)}

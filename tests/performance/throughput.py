"""How long forecasts and layout searches take: ``python tests/performance/throughput.py [--json]``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

import numpy as np

from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.throughput import (
    ServingRequest,
    TrainingRequest,
    best_many,
    best_split,
    best_training,
    chip_figures,
    load_calibration,
    model_shape,
    reevaluate,
)
from fleetdesigner.engine.throughput.layout_space import layout_grid
from fleetdesigner.engine.throughput.plans import Refusal
from fleetdesigner.engine.throughput.training import step_time
from fleetdesigner.engine.throughput.training_search import training_search_configs

REPEATS = 80
ROWS = 5000


def timed(call: Callable[[], object], before: Callable[[], object] = lambda: None) -> dict[str, float | str]:
    """Median and 95th percentile of REPEATS calls in milliseconds, after a warm-up."""
    for _ in range(5):
        before()
        call()
    taken = []
    for _ in range(REPEATS):
        before()
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1e3)
    return {"median": float(np.median(taken)), "p95": float(np.quantile(taken, 0.95)), "unit": "ms"}


def measure() -> dict[str, object]:
    """All figures of DESIGN §10 for throughput, and what they ran on."""
    catalog, cal = load_catalog(), load_calibration()
    mixture = model_shape(catalog.model("deepseek-v3"))
    gpu = chip_figures(catalog.chip("gb200"), 72)
    job = TrainingRequest(mixture, gpu, 16_384, 4096.0, 64e6, "fp8")
    grid = layout_grid(16_384, 72, 61, 128, 256, 1, 64e6 / 4096.0)
    picked = np.resize(np.arange(len(grid)), ROWS)
    configs = training_search_configs((job,), np.zeros(ROWS, dtype=np.int64), grid[picked], cal)
    # the largest space of any catalog model: all degrees of context parallelism, many experts
    wide = model_shape(catalog.model("qwen3-235b-a22b"))
    long = TrainingRequest(wide, gpu, 16_384, 131_072.0, 64e6, "fp8")
    stream = ServingRequest(mixture, gpu, "fp8", 4000.0, 500.0)
    many = _requests()
    plans = [plan for plan in best_many(many, cal) if not isinstance(plan, Refusal)]

    def search() -> object:
        return best_training(
            mixture, gpu, cal, n_chips=16_384, seq_len=4096.0, global_batch_tokens=64e6, dtype="fp8"
        )

    return {
        "predict_5000_ms": timed(lambda: step_time(configs, cal.training)),
        "best_layout_16384_ms": timed(search),
        "best_layout_cold_ms": timed(search, layout_grid.cache_clear),
        "best_layout_long_ms": timed(lambda: best_many((long,), cal)),
        "best_split_ms": timed(lambda: best_split(stream, stream, cal, prefill_chips=1024)),
        "best_many_100_ms": timed(lambda: best_many(many, cal)),
        "reevaluate_100_ms": timed(lambda: reevaluate(plans, cal)),
        "configurations": ROWS,
        "layouts": len(grid),
        "requests": len(many),
        "repeats": REPEATS,
    }


def _requests() -> list[TrainingRequest | ServingRequest]:
    """One hundred pairs of pool class and workload, as a change of the language model asks for."""
    catalog = load_catalog()
    chips = [
        chip_figures(catalog.chip(name), domain)
        for name, domain in (
            ("trainium2", 64), ("trainium3", 144), ("h100", 8), ("h200", 8), ("b200", 8), ("gb200", 72),
            ("gb300", 72), ("b300", 8),
        )
    ]  # fmt: skip
    models = [
        model_shape(catalog.model(name)) for name in ("llama-3-1-70b", "deepseek-v3", "qwen3-235b-a22b")
    ]
    answer: list[TrainingRequest | ServingRequest] = []
    for at in range(100):
        chip, model = chips[at % 8], models[at % 3]
        if at % 2:
            answer.append(TrainingRequest(model, chip, 4096 + 64 * at, 8192.0, 16e6, "bf16"))
        else:
            answer.append(ServingRequest(model, chip, "fp8", 1000.0 + 10.0 * at, 500.0, 5000.0, 80.0))
    return answer


def main(args: list[str]) -> int:
    """Print the figures as JSON or as lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(args)
    figures = measure()
    if asked.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            print(f"{name:24} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How long an evaluation takes after a change: ``python tests/performance/evaluate.py [--json]``.

Runs on ``ultracluster-1m``. Each repeat is a change that has not been seen before, so nothing but the stages
that it leaves alone can come from memory.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.edits import add_object, apply_edits, set_field
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Serving
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.samples import Sample
from fleetdesigner.files.fleet_file import read_fleet

EXAMPLE = "ultracluster-1m"
WARM_UP = 8


def power_and_demand(design: Design, step: int) -> Design:
    """A power price and a demand changed."""
    site = design.sites[0]
    price = Constant(value=0.05 + 1e-5 * step)
    stream = next(one for one in design.workloads if isinstance(one, Serving))
    return apply_edits(
        design,
        (
            set_field(f"site:{site.id}", "tariff", site.tariff.changed(energy_usd_per_kwh=price)),
            set_field(f"workload:{stream.id}", "demand", Constant(value=1e6 + 1e3 * step)),
        ),
    )


def power_price(design: Design, step: int) -> Design:
    """A power price changed."""
    site = design.sites[0]
    price = Constant(value=0.05 + 1e-5 * step)
    tariff = site.tariff.changed(energy_usd_per_kwh=price)
    return apply_edits(design, (set_field(f"site:{site.id}", "tariff", tariff),))


def drop(design: Design, step: int) -> Design:
    """One block more, in one hall after another."""
    hall = design.halls[step % len(design.halls)]
    block = hall.blocks[0].changed(id=f"drop{step}", col=0, row=0, cols=1 + step % 50, rows=1, holes=())
    return apply_edits(design, (add_object(f"hall:{hall.id}", "block", block),))


def timed(calls: Sequence[Callable[[], object]]) -> dict[str, float | str | int]:
    """Median and 95th percentile in milliseconds; the first WARM_UP calls do not count."""
    taken = []
    for call in calls:
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1e3)
    kept = taken[WARM_UP:]
    return {
        "median": round(float(np.median(kept)), 3),
        "p95": round(float(np.quantile(kept, 0.95)), 3),
        "unit": "ms",
        "n": len(kept),
    }


def measure(repeats: int) -> dict[str, object]:
    """The figures, and the counts of what they ran on."""
    catalog = load_catalog()
    design = read_fleet(resource("examples") / f"{EXAMPLE}.fleet").design
    scenarios = tuple(one.id for one in design.scenarios)
    results = evaluate(design, catalog, scenarios)

    def figure(change: Callable[[Design, int], Design], chosen: tuple[str, ...] = ()) -> object:
        designs = [change(design, step) for step in range(repeats + WARM_UP)]
        return timed([partial(evaluate, one, catalog, chosen) for one in designs])

    fresh = [evaluate(power_and_demand(design, 5_000 + step), catalog) for step in range(repeats + WARM_UP)]
    rates = tuple(Sample(assumptions=(("discount_rate", 0.05 + 0.001 * step),)) for step in range(64))
    state = results.states[0]
    return {
        "evaluate_warm_ms": figure(power_and_demand),
        "evaluate_warm_3_scenarios_ms": figure(power_and_demand, scenarios),
        "evaluate_price_ms": figure(power_price),
        "evaluate_drop_ms": figure(drop),
        "kpis_ms": timed([one.kpis for one in fresh]),
        "samples_64_ms": timed([lambda: evaluate(design, catalog, samples=rates)] * (WARM_UP + 10)),
        "months": design.months,
        "halls": len(design.halls),
        "blocks": len(design.blocks),
        "rows": len(state.plant.fleet.row_group),
        "parts": len(state.plant.parts.keys),
        "workloads": len(design.workloads),
        "scenarios": len(scenarios),
        "overrides": len(design.overrides),
    }


def main(args: list[str]) -> int:
    """Print the figures as JSON or as lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--repeats", type=int, default=120)
    asked = parser.parse_args(args)
    figures = measure(max(asked.repeats, 60))
    if asked.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            print(f"{name:30} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The H100 of hybrid-migration: trained on, then served from, then sold, worked by hand from its blocks.

A rack holds 4 servers of 8 chips. 80 racks train until the end of 2027, then join 40 racks of H100 and 80 of
H200 that serve; 16 rented racks serve from July 2026 for 24 months; the 120 own racks are sold in June 2030.
"""

from __future__ import annotations

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.units import month_number

RACK = 4 * 8
TRAINED, SERVED, H200, RENTED = 80 * RACK, 40 * RACK, 80 * RACK, 16 * RACK


@pytest.fixture(scope="module")
def found() -> Results:
    design = read_fleet(resource("examples", "hybrid-migration.fleet")).design
    return evaluate(design, load_catalog(), [one.id for one in design.scenarios])


def chips(found: Results, pool: str, month: str) -> float:
    """In service in a pool."""
    parts, at = found.states[0].plant.parts, month_number(month) - found.first_month
    both = zip(parts.keys, parts.chips, strict=True)
    return float(sum(row[at] for key, row in both if key.pool_id == pool))


@pytest.mark.parametrize(
    ("month", "training", "serving"),
    [
        ("2026-07", TRAINED, SERVED + H200 + RENTED),
        ("2027-12", TRAINED, SERVED + H200 + RENTED),
        ("2028-01", 0, TRAINED + SERVED + H200 + RENTED),
        ("2028-06", 0, TRAINED + SERVED + H200 + RENTED),
        ("2028-07", 0, TRAINED + SERVED + H200),
        ("2030-05", 0, TRAINED + SERVED + H200),
        ("2030-06", 0, H200),
        ("2031-06", 0, H200),
    ],
)
def test_chips_by_pool_and_month(found: Results, month: str, training: int, serving: int) -> None:
    assert chips(found, "h100", month) == pytest.approx(training)
    assert chips(found, "h100-serve", month) == pytest.approx(serving)


def test_what_the_sold_racks_bring(found: Results) -> None:
    # 120 racks of 1 M USD, landed in September and October 2024: past 60 months, a tenth is left
    sold = found.series["cash_usd.item:residual"].values[0, month_number("2030-06") - found.first_month]
    assert sold == pytest.approx(-120 * 1_000_000 * 0.1)
    early = found.series["cash_usd.item:residual"].values[
        found.ids.index("h100-early"), month_number("2029-06") - found.first_month
    ]
    # a year earlier they are 57 and 56 months old, half of them each: 1 − 0.9 · 56.5 / 60 of the price
    assert early == pytest.approx(-120 * 1_000_000 * (1 - 0.9 * 56.5 / 60))


def test_training_stops_where_its_chips_move(found: Results) -> None:
    # the run is done before they move, and what they do from then on is serving
    trained = found.series["training_progress.workload:domain"].values[0]
    moved = month_number("2028-01") - found.first_month
    assert trained[moved] == 1.0
    pools = {key.pool_id: at for at, key in enumerate(found.states[0].plant.parts.keys)}
    held = found.states[0].share[pools["h100-serve"]]
    works = [work.id for work in found.states[0].design.workloads]
    assert held[works.index("domain"), moved:].sum() == 0
    assert held[works.index("dense"), moved] > 0


def test_a_platform_that_falls_behind_serves_less_of_the_same_demand(found: Results) -> None:
    behind = found.ids.index("trn2-behind")
    capacity = found.series["serving_tokens_per_s"].values
    begins = month_number("2027-04") - found.first_month
    # until Trainium2 stands there, nothing is different
    assert capacity[behind, :begins] == pytest.approx(capacity[0, :begins])
    assert (capacity[behind, begins:] < capacity[0, begins:]).all()
    speed = [state.plant.rates[0] for state in (found.states[0], found.states[behind])]
    part = next(at for at, key in enumerate(found.states[0].plant.parts.keys) if key.pool_id == "trn2")
    ratio = speed[1].rate[part, 24] / speed[0].rate[part, 24]
    # 0.85^2 after two years
    assert ratio == pytest.approx(0.7225)
    assert np.array_equal(speed[1].rate[0], speed[0].rate[0])

"""The one call: a design and a catalog in, every number out.

The stages stand in their own modules and remember themselves; this page only says in which order they run.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.model import Design
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.in_use import assumptions_in_use, excluded
from fleetdesigner.engine.money.context import CostContext
from fleetdesigner.engine.money.cost import cost_of
from fleetdesigner.engine.money.items import Use
from fleetdesigner.engine.placing import Placed, place
from fleetdesigner.engine.plant import Plant, plant_of
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.review import findings_of
from fleetdesigner.engine.samples import Sample, Variant, variants_of
from fleetdesigner.engine.series.registry import series_table
from fleetdesigner.engine.state import SampleState

Array = NDArray[np.float64]


def evaluate(
    design: Design,
    catalog: Catalog,
    scenarios: Sequence[str] = (),
    samples: Sequence[Sample] | None = None,
) -> Results:
    """All results of a design, of some of its scenarios (by id) and of variations, in one batch.

    Sample 0 is the design itself, then the scenarios in their order, then the samples. `catalog` holds the
    entries that the file carries; the design's overrides are put on top here (once more does no harm). Pure.

    Raises EvaluationError (a CatalogError) in one line when the design names something that does not exist.
    """
    states = _states(variants_of(design, scenarios, samples), catalog)
    base = states[0]
    return Results(
        design_id=design.id,
        first_month=design.first_month,
        months=_months(design),
        names=tuple(state.name for state in states),
        ids=tuple(state.id for state in states),
        series=series_table(states),
        findings=findings_of(base),
        excluded=excluded(base),
        assumptions_in_use=assumptions_in_use(base),
        default_month=design.first_month + int(np.argmax(base.chips)),
        states=states,
    )


def variations(design: Design, catalog: Catalog, samples: Sequence[Sample]) -> tuple[SampleState, ...]:
    """The states of some variations alone, without the design itself, series and findings: what searches at
    rest ask for in many small batches. Raises as ``evaluate`` does.
    """
    return _states(variants_of(design, (), samples)[1:], catalog)


def _states(variants: Sequence[Variant], catalog: Catalog) -> tuple[SampleState, ...]:
    plants = [plant_of(variant, catalog) for variant in variants]
    _same_horizon(plants)
    placed = place(plants)
    return tuple(_state(plant, placed, row) for row, plant in enumerate(plants))


def _state(plant: Plant, placed: Placed, row: int) -> SampleState:
    """What follows from dispatch: draw, energy, cost."""
    found, parts, works = placed.found, placed.parts[row], placed.workloads[row]
    kinds = [work.kind for work in plant.design.workloads]
    draw = np.array([plant.assumptions[f"expected_share_{kind}"] for kind in kinds])
    share = found.share[row][:, parts][:, :, works]
    expected = plant.power.expected((share @ draw).T)
    # what runs on chips whose speed nobody knows is not known, and so is what it draws
    blind = plant.unforecast(range(len(kinds)))
    rows, months = np.nonzero(blind)
    expected[plant.fleet.cell_of_row[rows], months] = np.nan
    got = found.tokens[row][:, parts][:, :, works].transpose(1, 2, 0)
    given = CostContext(
        plant.design, plant.catalog, plant.assumptions, plant.fleet, plant.figures, plant.power,
        plant.capping,
        plant.ports,
        plant.token_prices,
    )  # fmt: skip
    cost = cost_of(given, Use(expected, got, blind))
    return SampleState(plant, found, row, parts, works, expected, cost)


def _months(design: Design) -> NDArray[np.int64]:
    months = design.first_month + np.arange(design.months, dtype=np.int64)
    months.setflags(write=False)
    return months


def _same_horizon(plants: Sequence[Plant]) -> None:
    spans = {(plant.design.first_month, plant.design.months) for plant in plants}
    if len(spans) > 1:
        raise EvaluationError("samples: their horizons differ; give them the same first month and months")

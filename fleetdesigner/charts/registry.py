"""The charts that can be picked, in the order of the menu. A newcomer adds one file and one name here."""

from __future__ import annotations

from fleetdesigner.charts import (
    accelerator_hour,
    capex_cash,
    carbon,
    cash_flow,
    chips_in_service,
    cumulative_cash,
    demand_served,
    efficiency,
    monthly_cost,
    power,
    race,
    revenue_cost,
    serving_throughput,
    stranded_power,
    token_cost,
    training_progress,
    training_throughput,
    unmet_cause,
    utilisation,
    work_by_pool,
)
from fleetdesigner.charts.spec import ChartSpec

CHARTS: tuple[ChartSpec, ...] = (
    power.CHART,
    monthly_cost.CHART,
    serving_throughput.CHART,
    demand_served.CHART,
    capex_cash.CHART,
    cash_flow.CHART,
    cumulative_cash.CHART,
    token_cost.CHART,
    training_progress.CHART,
    training_throughput.CHART,
    utilisation.CHART,
    stranded_power.CHART,
    chips_in_service.CHART,
    efficiency.CHART,
    accelerator_hour.CHART,
    revenue_cost.CHART,
    carbon.CHART,
    unmet_cause.CHART,
    work_by_pool.CHART,
    race.CHART,
)

FIRST_PICKS = ("power", "monthly_cost", "serving", "unmet")
"""What a new window shows, from the left."""


def chart(chart_id: str) -> ChartSpec:
    """The chart of that id. KeyError for an id that is not there."""
    for spec in CHARTS:
        if spec.id == chart_id:
            return spec
    raise KeyError(f"no chart {chart_id!r}; there are {', '.join(spec.id for spec in CHARTS)}")

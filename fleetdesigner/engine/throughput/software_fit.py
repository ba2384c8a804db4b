"""How ready a software stack is, read from one measured serving row, and what it then does elsewhere.

The efficiency is the one number a row gives: measured over forecast throughput of the calibrated equations at
the row's own layout and concurrency. It is what readiness rows of the catalog hold, and what plans take as
``maturity``. Forecasts that carry it to another chip or load have the band of chips without measurements.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.plans import Refusal, ServingPlan, ServingRequest
from fleetdesigner.engine.throughput.serving_search import best_serving_many, serving_plan


@dataclass(frozen=True, slots=True)
class ServedRow:
    """One measured box: engines of one layout, each with its own sequences in flight."""

    request: ServingRequest
    tensor: int
    """Chips that share a layer."""
    attention_data: int
    concurrency: float
    """Sequences in flight in the whole box."""
    engines: int
    output_tokens_per_s: float
    """Of the whole box."""

    def plan(self, cal: Calibration, efficiency: float = 1.0) -> ServingPlan:
        """What one engine does by the equations."""
        request = replace(self.request, maturity=efficiency)
        return serving_plan(request, self.tensor, self.attention_data, self.concurrency / self.engines, cal)


@dataclass(frozen=True, slots=True)
class SoftwareForecast:
    """Output tokens a second of a box, with the span that holds four of five such forecasts."""

    output_tokens_per_s: float
    low: float
    high: float
    concurrency: float
    """Sequences in flight in the whole box."""


def fitted_efficiency(row: ServedRow, cal: Calibration) -> float:
    """Measured over forecast throughput: 1 = as good as the stacks the calibration was fitted on."""
    return row.output_tokens_per_s / (row.plan(cal).output_tokens_per_s * row.engines)


def carried_to(row: ServedRow, efficiency: float, cal: Calibration) -> SoftwareForecast:
    """The forecast of a row at an efficiency fitted elsewhere; its own measured value is not read."""
    plan = row.plan(cal, efficiency)
    return _spanned(plan, row.engines, cal)


def best_of_box(
    request: ServingRequest, chips: int, efficiency: float, cal: Calibration
) -> SoftwareForecast | Refusal:
    """The best replicas of a box of ``chips`` within the request's targets, at an efficiency."""
    plan = best_serving_many((replace(request, maturity=efficiency),), cal)[0]
    if isinstance(plan, Refusal):
        return plan
    return _spanned(plan, chips // plan.replica_chips, cal)


def usd_per_million_tokens(tokens_per_s: float, usd_per_hour: float) -> float:
    """Rent of an hour over the tokens of an hour, in millions."""
    return usd_per_hour / (tokens_per_s * 3600.0 / 1e6)


def _spanned(plan: ServingPlan, engines: int, cal: Calibration) -> SoftwareForecast:
    rate = plan.output_tokens_per_s * engines
    # a band is true over forecast time, so its ends change places for a rate
    band = cal.band("serving", plan.request.model.family, fitted=False)
    low, high = np.array([1.0 / band.high, 1.0 / band.low]) * rate
    return SoftwareForecast(rate, float(low), float(high), plan.concurrency * engines)

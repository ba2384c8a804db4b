"""How models, contexts and tasks grow by month, and what that takes off the speed of a chip.

The forecasts are those of the models named in the design, found once; what grows multiplies them month by
month. With t = years since the first month:

- models: (1 + g)^−t, as the work of a token is in proportion to the active parameters;
- contexts: (1 + c)^(−e·t), where e is the elasticity of the speed to the context, −ln(R(2×)/R(1×))/ln 2, from
  the forecasts of the same work at its own context and at twice that; where nothing is found at twice the
  context, the speed falls in proportion until the context has doubled, and is 0 from then on;
- a generation of chips that falls behind: (1 − o)^t.

Axis: M months.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.assumptions.growth import FADING
from fleetdesigner.engine.assumptions.in_force import Assumptions
from fleetdesigner.engine.curves import compounded
from fleetdesigner.engine.work.speeds import Speed

Array = NDArray[np.float64]

OUTGROWN = "the context has outgrown the chip or the latency target"
"""Why a speed is 0 from the month on in which the context has doubled."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth a year, as fractions. Equal values are equal keys of what is remembered."""

    months: int
    model: float
    context: float
    fading: tuple[tuple[str, float], ...]
    """(generation, share lost a year) of those that fall behind"""

    @property
    def none(self) -> bool:
        """Whether all speeds stay as they are."""
        return not (self.model or self.context or self.fading)

    @property
    def years(self) -> Array:
        """[M] years since the first month."""
        return np.arange(self.months) / 12.0

    @property
    def contexts(self) -> Array:
        """[M] length of a context, 1 in the first month."""
        return compounded(self.context, self.months)

    def models(self, elasticity: float) -> Array:
        """[M] factor on a speed by larger models and longer contexts; inf = nothing runs at twice those."""
        larger = (1.0 + self.model) ** -self.years
        if math.isinf(elasticity):
            return np.asarray(np.where(self.contexts < 2.0, larger / self.contexts, 0.0))
        return np.asarray(larger * self.contexts**-elasticity)

    def generation(self, name: str) -> Array:
        """[M] factor on the speed of a generation of chips."""
        return compounded(-dict(self.fading).get(name, 0.0), self.months)


def growth_of(assumptions: Assumptions) -> Growth:
    """What grows, by the assumptions."""
    lost = ((name, assumptions[f"obsolescence_{name}"]) for name, _ in FADING)
    return Growth(
        assumptions.months,
        assumptions["model_growth_per_year"],
        assumptions["context_growth_per_year"],
        tuple((name, share) for name, share in lost if share),
    )


def tasks(assumptions: Assumptions) -> Array:
    """[M] tokens a task takes, 1 in the first month."""
    return compounded(assumptions["tokens_per_task_growth_per_year"], assumptions.months)


def elasticity(now: float, doubled: float) -> float:
    """Of a speed to the context, from the speeds at the context and at twice that; inf = none at twice."""
    if now <= 0.0:
        return 0.0
    return math.inf if doubled <= 0.0 else math.log(now / doubled) / math.log(2.0)


def grown(speed: Speed, growth: Growth, generation: str, context: float) -> Speed:
    """A speed by month under growth; `context` is its elasticity to the context."""
    models, fading = growth.models(context), growth.generation(generation)
    reason = speed.reason or ("" if (models > 0).all() else OUTGROWN)
    return replace(
        speed,
        rate=speed.rate * models * fading,
        full=speed.full * models * fading,
        # a session holds its context
        sessions=speed.sessions / growth.contexts,
        models=models,
        reason=reason,
    )

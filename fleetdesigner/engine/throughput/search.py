"""One door to the searches: many requests of both kinds in as few calls as possible."""

from __future__ import annotations

from collections.abc import Sequence

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.plans import (
    Refusal,
    ServingPlan,
    ServingRequest,
    TrainingPlan,
    TrainingRequest,
)
from fleetdesigner.engine.throughput.serving_search import (
    best_serving,
    best_serving_many,
    reevaluate_serving,
    serving_front,
)
from fleetdesigner.engine.throughput.training_search import (
    best_training,
    best_training_many,
    reevaluate_training,
)

Request = TrainingRequest | ServingRequest
Plan = TrainingPlan | ServingPlan

__all__ = [
    "Plan",
    "Request",
    "best_many",
    "best_serving",
    "best_training",
    "reevaluate",
    "serving_front",
]


def best_many(requests: Sequence[Request], cal: Calibration) -> tuple[Plan | Refusal, ...]:
    """The best plan of each request, in their order; one vectorised call for each kind."""
    training = [x for x in requests if isinstance(x, TrainingRequest)]
    serving = [x for x in requests if isinstance(x, ServingRequest)]
    trained = iter(best_training_many(training, cal))
    served = iter(best_serving_many(serving, cal))
    return tuple(next(trained) if isinstance(x, TrainingRequest) else next(served) for x in requests)


def reevaluate(plans: Sequence[Plan], cal: Calibration) -> tuple[Plan, ...]:
    """The same mappings under the requests the plans carry now, in their order, without a search.

    For live changes: replace a plan's request (``dataclasses.replace(plan, request=…)``) and call this; the
    full search follows at rest.
    """
    trained = iter(reevaluate_training([x for x in plans if isinstance(x, TrainingPlan)], cal))
    served = iter(reevaluate_serving([x for x in plans if isinstance(x, ServingPlan)], cal))
    return tuple(next(trained) if isinstance(x, TrainingPlan) else next(served) for x in plans)

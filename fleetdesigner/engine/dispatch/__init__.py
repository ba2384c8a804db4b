"""Dispatch: which workload runs on which pool part in which month (DOCUMENT §2).

`dispatch(DispatchInputs) -> Dispatch`. Start at ``inputs.py``; the rules of the order are in ``order.py``.
"""

from fleetdesigner.engine.dispatch.inputs import (
    AGENT,
    BATCH,
    MONTH_S,
    SERVING,
    TRAINING,
    Dispatch,
    DispatchInputs,
    Pin,
)
from fleetdesigner.engine.dispatch.narrow import narrowed
from fleetdesigner.engine.dispatch.reasons import REASONS, order_sentence, reason, reason_codes
from fleetdesigner.engine.dispatch.solve import dispatch

__all__ = [
    "AGENT", "BATCH", "MONTH_S", "REASONS", "SERVING", "TRAINING", "Dispatch", "DispatchInputs", "Pin",
    "dispatch", "narrowed", "order_sentence", "reason", "reason_codes",
]  # fmt: skip

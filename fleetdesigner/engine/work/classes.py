"""Classes of work: what cannot wait, and what goes where it is cheapest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.workloads import AgentService, Serving, Workload


def is_latency_critical(work: Workload) -> bool:
    """A stream with a target for its first token or for each token, or agents with one for each token. All
    other serving is cost-sensitive: batch work, and streams and agents without a target.
    """
    if isinstance(work, Serving):
        return work.ttft_ms is not None or work.tpot_ms is not None
    return isinstance(work, AgentService) and work.tpot_ms is not None


def latency_critical(works: Sequence[Workload]) -> NDArray[np.bool_]:
    """[W]"""
    return np.array([is_latency_critical(work) for work in works], dtype=bool)

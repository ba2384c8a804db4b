"""The flow behind NPV, IRR and payback, by what brings and what takes the money.

Income is positive, what is paid negative; the groups sum to the flow. A new cost item falls into the group of
its colour.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.kpis.values import return_flow
from fleetdesigner.engine.money.finance import discounted
from fleetdesigner.engine.money.items import COST_ITEMS
from fleetdesigner.engine.state import SampleState

Array = NDArray[np.float64]
Group = tuple[str, str, str]
"""(key, label, palette): c1 … c6 for cost, a colour token for income"""

INCOME: tuple[Group, ...] = (
    ("revenue", "Revenue", "ink2"),
    ("internal", "Internal work", "border"),
    ("residual", "Residual value", "c6"),
)
SPENT: tuple[Group, ...] = (
    ("brought_in", "Value brought in", "refuse"),
    ("servers", "Servers and rent", "c1"),
    ("network", "Network and spares", "c2"),
    ("space", "Space", "c3"),
    ("power", "Power and water", "c4"),
    ("people", "Staff and support", "c5"),
    ("porting", "Porting", "c6"),
)
CASH_GROUPS = INCOME + SPENT


def cash_by_group(state: SampleState) -> Array:
    """[K, M] USD in the order of ``CASH_GROUPS``: value of external and of internal work, sale of what is
    left, then the value brought in (in the first month) and each group of cost items, negative.
    """
    value = state.revenue_by_work
    external = np.array([work.origin == "external" for work in state.design.workloads], dtype=bool)
    brought_in = np.zeros(state.plant.fleet.months)
    brought_in[:1] = state.cost.opening.total
    sold = np.array([item.side == "residual" for item in COST_ITEMS])
    rows = [value[external].sum(axis=0), value[~external].sum(axis=0), -state.cost.cash[sold].sum(axis=0)]
    rows.append(-brought_in)
    for _, _, palette in SPENT[1:]:
        items = np.array([item.palette == palette for item in COST_ITEMS])
        rows.append(-state.cost.cash[items & ~sold].sum(axis=0))
    return np.array(rows) + 0.0  # a −0 is drawn and written as 0


def cumulative_present(state: SampleState) -> Array:
    """[M] dollars of the first month: the flow, each month at its present value, summed; ends at the NPV."""
    dollars = state.plant.dollars
    return np.asarray(np.cumsum(discounted(return_flow(state), dollars.rate)) * dollars.first)

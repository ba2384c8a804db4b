"""KPI values put together by hand, and a session's outside that gives them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from fleetdesigner.engine.kpis.registry import KPIS
from fleetdesigner.engine.results import EvidenceShares, KpiInput, KpiValue, Series, SeriesTable
from fleetdesigner.values import Grade

MONTH = 2027 * 12 + 9
INPUT = KpiInput(
    "H100 rack: it_power_kw", 40.8, "kW", "vendor", "vendor data sheet (2024-03)", "racks/h100.it_power_kw"
)
LACKING = KpiInput("Trainium3 price", None, "usd", "none", "", "racks/trn3-gen2.price_usd")


def kpi(kpi_id: str = "facility_power_kw", value: float | None = 707.0, **fields: Any) -> KpiValue:
    """A KPI with one input."""
    spec = next(one for one in KPIS if one.id == kpi_id)
    made = KpiValue(
        id=kpi_id,
        name=spec.name,
        value=value,
        unit=spec.unit,
        evidence="estimate",
        worst="estimate",
        worst_share=math.nan,
        why="",
        definition="Provisioned IT power × PUE of each site; 2027-09",
        formula="544 kW × 1.3 = 707 kW",
        inputs=(INPUT,),
    )
    return dataclasses.replace(made, **fields)


class Given:
    """As much of `Results` as a KPI strip reads."""

    def __init__(
        self, values: Mapping[str, float | None], limit: float = math.nan, worst: Grade = "estimate"
    ) -> None:
        self.values, self.worst, self.asked = values, worst, 0
        limits = Series(
            "grid_limit_kw", "Grid limit", "kW", np.array([[limit]]), "grid_limit_kw", "", "", "assumption"
        )
        self.series = SeriesTable({"grid_limit_kw": lambda: limits} if math.isfinite(limit) else {})
        self.evidence: Mapping[str, EvidenceShares] = MappingProxyType(
            {
                "facility_power_kw": EvidenceShares(
                    "facility_power_kw",
                    (("vendor", 0.6), ("assumption", 0.4)),
                    "vendor",
                    "assumption",
                    0.4,
                )
            }
        )

    def month_index(self, month: int | None) -> int:
        """There is one month."""
        return 0

    def kpi(self, kpi_id: str, month: int | None = None, sample: int = 0, brief: bool = False) -> KpiValue:
        """A value by id, 1 when it was not given."""
        self.asked += 1
        value = self.values.get(kpi_id, 1.0)
        if value is None:
            return kpi(kpi_id, None, evidence="none", worst="none", why="no public figure", inputs=(LACKING,))
        return kpi(kpi_id, value, worst=self.worst)

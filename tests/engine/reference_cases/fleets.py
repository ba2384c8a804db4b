"""Designs of the reference cases: racks of one kind in one hall that is as large as they need, at full work.

Everything lands in the first month, so that every month of the first years is like the next.
"""

from __future__ import annotations

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Tariff
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from tests.engine.designs import JANUARY, block, design, hall, phase, pool, run, site
from tests.engine.reference_cases.given import Case, Shared

MONTHS = 12
STEADY = JANUARY + 6
IN_A_ROW = 60
NEVER_DONE = 1e18
"""Training tokens that outlast the horizon on any of the fleets."""


def fleet(
    rack: str,
    racks: int,
    assumptions: tuple[Assumption, ...],
    *,
    pue: float,
    energy_usd_per_kwh: float,
    fabric: str = "infiniband-ndr",
    tiers: int = 3,
    overrides: tuple[Override, ...] = (),
    works: bool = True,
) -> Design:
    """Racks in one hall whose limit is the power that they need, in one pool under one endless training run.

    Without work (`works` false) the draw is the idle draw. No demand charge; water as in the engine.
    """
    full, rest = divmod(racks, IN_A_ROW)
    rows = [IN_A_ROW] * full + ([rest] if rest else [])
    blocks = tuple(block(f"b{row}", rack, count, row=row) for row, count in enumerate(rows))
    without_limit = design(
        months=MONTHS,
        sites=(
            site(
                halls=(
                    hall(
                        blocks=blocks, ready_month=JANUARY, it_limit_kw=1e7, air_kw=1e7, liquid_kw=1e7,
                        width_m=IN_A_ROW * 3.0, depth_m=len(rows) * 4.0 + 10.0,
                    ),
                ),
                grid=((JANUARY - 24, 2e7),),
                pue=Constant(value=pue),
                tariff=Tariff(
                    energy_usd_per_kwh=Constant(value=energy_usd_per_kwh),
                    demand_usd_per_kw_month=Constant(value=0.0),
                ),
            ),
        ),
        pools=(pool(fabric_id=fabric, tiers=tiers),),
        phases=(phase(),),
        workloads=(run(tokens=NEVER_DONE, chips_max=10_000_000),) if works else (),
        # published figures are in the dollars of their own day
        assumptions=(*assumptions, Assumption(key="inflation_per_year", value=0.0)),
        overrides=overrides,
    )  # fmt: skip
    needs = known(results(without_limit), "it_power_kw")
    (place,) = without_limit.sites
    (room,) = place.halls
    return without_limit.changed(
        sites=(place.changed(halls=(room.changed(it_limit_kw=needs * (1.0 + 1e-12)),)),)
    )


def of_case(case: Case, given: Shared, **changed: float) -> Design:
    """The fleet of a case under an owner's assumptions; `changed` ones by key, PUE and energy among them."""
    site_keys = {key: changed.pop(key, figure.value) for key, figure in given.site.items()}
    return fleet(
        case.rack,
        case.racks,
        given.assumed(**changed),
        pue=site_keys["pue"],
        energy_usd_per_kwh=site_keys["energy_usd_per_kwh"],
        fabric=case.fabric,
        tiers=case.tiers,
        overrides=case.overrides,
    )


def results(given: Design) -> Results:
    """The engine's call that window and command line make."""
    return evaluate(given, load_catalog())


def known(found: Results, kpi: str, month: int = STEADY) -> float:
    """A KPI of a steady month. Raises ValueError where the engine has no figure."""
    value = found.kpi(kpi, month)
    if value.value is None:
        raise ValueError(f"{kpi}: {value.why}")
    return float(value.value)


def cost_by_item(found: Results) -> dict[str, float]:
    """USD of each cost item in an hour of one GPU, in the steady month."""
    at = found.month_index(STEADY)
    chips = known(found, "chips")
    head = "cost_usd_per_month.item:"
    return {
        key.removeprefix(head): float(found.series[key].values[0][at]) / (chips * 730.0)
        for key in found.series
        if key.startswith(head)
    }

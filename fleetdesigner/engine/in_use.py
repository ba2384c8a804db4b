"""What the numbers rest on and what they leave out: gaps by need, assumptions in use, the list of
exclusions.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from fleetdesigner.catalog import Entry
from fleetdesigner.design.fleet import Lease
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS
from fleetdesigner.engine.fleet.figures import Gap
from fleetdesigner.engine.money.omissions import standing
from fleetdesigner.engine.money.tranches import servers_of
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.results import AssumptionInUse
from fleetdesigner.engine.state import SampleState
from fleetdesigner.units import month_text


def gaps(state: SampleState, needs: Collection[str], month: int | None = None) -> tuple[Gap, ...]:
    """Missing figures that some needs run into, in a month index or in any month."""
    fleet = state.plant.fleet
    found = []
    for gap in state.plant.gaps:
        rows = list(gap.rows)
        standing = fleet.active[rows] + fleet.waiting[rows] + fleet.idle_retired[rows]
        if gap.work is not None:
            gets = np.concatenate([state.tokens[:, gap.work], np.zeros((1, fleet.months))])
            standing = fleet.active[rows] * (gets[fleet.row_part[rows]] > 0)
        if gap.need in needs and (standing if month is None else standing[:, month]).any():
            found.append(gap)
    return tuple(found)


def why(state: SampleState, needs: Collection[str], month: int | None = None) -> str:
    """``racks/trn4-mgx has no it_power_kw; …`` for what is missing, empty when nothing is."""
    return "; ".join(dict.fromkeys(gap.text for gap in gaps(state, needs, month)))


def excluded(state: SampleState) -> tuple[str, ...]:
    """What the totals leave out or lack: missing figures with their counts, and what prices do not hold, what
    no total holds.
    """
    fleet, figures = state.plant.fleet, state.plant.figures
    whole = float(fleet.group_systems.sum())
    lines = []
    lacking: dict[str, set[int]] = {}
    for gap in gaps(state, {gap.need for gap in state.plant.gaps}):
        lacking.setdefault(gap.text, set()).update(fleet.row_group[list(gap.rows)].tolist())
    for text, groups in lacking.items():
        count = float(fleet.group_systems[list(groups)].sum())
        lines.append(f"{text}: {count:,.0f} of {whole:,.0f} systems without a figure")
    lines += [
        f"{kind.rack.ref}: price without {kind.rack.price_excludes}"
        for kind in figures.kinds
        if kind.rack.price_excludes and kind.rack.price_usd is not None
    ]
    if any(isinstance(phase.ownership, Lease) for phase in state.design.phases):
        lines.append("leases: the rate covers rack systems; the network between them is bought")
    lines += _brought_in(state)
    lines += [one.line for one in standing(state)]
    return tuple(dict.fromkeys(lines))


def _brought_in(state: SampleState) -> list[str]:
    """What stood before the first month, counted."""
    design, fleet = state.design, state.plant.fleet
    tranches = servers_of(design, fleet)
    own = np.array([phase.ownership.kind == "own" for phase in design.phases], dtype=bool)[fleet.group_phase]
    systems = float((fleet.group_systems * tranches.before[tranches.of])[own].sum())
    halls = sum(hall.ready_month < design.first_month for hall in design.halls)
    what = [
        f"{count:,.4g} of {whole:,.4g} {name}"
        for count, whole, name in (
            (systems, float(fleet.group_systems.sum()), "rack systems"),
            (halls, len(design.halls), "halls"),
        )
        if count
    ]
    if not what:
        return []
    return [
        f"what was paid before {month_text(design.first_month)} for {' and '.join(what)}: "
        "their value then, brought in, is counted instead"
    ]


def assumptions_in_use(state: SampleState) -> tuple[AssumptionInUse, ...]:
    """Figures that the catalog only assumes and that the fleet uses, first; then the registry."""
    design = state.design
    return _IN_USE.get(
        (state.plant.figures, design.overrides, design.assumptions, state.plant.variant.sample),
        (design.first_month, design.months),
        lambda: (*_of_catalog(state), *_of_registry(state)),
    )


_IN_USE: Remembered[tuple[AssumptionInUse, ...]] = Remembered(SAMPLES)


def entries_in_use(state: SampleState) -> tuple[Entry, ...]:
    """Catalog entries that the fleet's numbers rest on, each once."""
    figures = state.plant.figures
    found: dict[str, Entry] = {}
    for kind in figures.kinds:
        for entry in (kind.rack, kind.node, kind.chip):
            found.setdefault(entry.ref, entry)
    for fabric in figures.fabrics:
        found.setdefault(fabric.ref, fabric)
    return tuple(found.values())


_USED = {
    "racks": ("price_usd", "it_power_kw", "nameplate_kw", "idle_power_kw", "liquid_share", "weight_kg"),
    "chips": ("bf16_tflops", "fp8_tflops", "fp4_tflops", "hbm_gb", "hbm_gib", "hbm_usable_gib",
              "hbm_tb_per_s",
              "scale_up_gbytes_per_s", "scale_out_gbit_per_s", "interruption_chip_hours"),
    "fabrics": ("endpoint_gbit_per_s", "link_efficiency", "endpoint_power_w_2tier", "endpoint_power_w_3tier",
                "capex_usd_per_chip_2tier", "capex_usd_per_chip_3tier"),
}  # fmt: skip
"""Figures the engine reads, by kind of entry, what matters most first."""


def _of_catalog(state: SampleState) -> list[AssumptionInUse]:
    out = []
    for entry in entries_in_use(state):
        for field in _USED.get(entry.kind, ()):
            figure = entry.figure(field)
            if figure is None or figure.evidence != "assumption":
                continue
            own = any(item.entry == entry.ref and item.field == field for item in state.design.overrides)
            out.append(
                AssumptionInUse(
                    f"{entry.ref}.{field}",
                    f"{entry.name}: {entry.spec(field).description}",
                    figure.value,
                    entry.spec(field).unit,
                    figure.low,
                    figure.high,
                    "assumption",
                    figure.source,
                    figure.note,
                    own,
                )
            )
    return out


def _of_registry(state: SampleState) -> list[AssumptionInUse]:
    held = state.plant.assumptions.held
    out = []
    for spec in ASSUMPTIONS:
        own = held.get(spec.key)
        if own is None and spec.generation and spec.generation not in state.generations:
            continue
        value = state.plant.assumptions[spec.key]
        out.append(
            AssumptionInUse(
                f"assumption:{spec.key}",
                spec.name,
                value if own is None or isinstance(own.value, int | float) else None,
                spec.unit,
                spec.low if own is None or own.low is None else own.low,
                spec.high if own is None or own.high is None else own.high,
                spec.evidence if own is None else own.evidence,
                spec.source if own is None else "planner",
                spec.note if own is None or not own.note else own.note,
                own is not None,
            )
        )
    return out

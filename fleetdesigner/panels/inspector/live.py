"""What selected blocks draw and serve in the month on screen, from the newest results."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fleetdesigner.design.fleet import Block
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.state import SampleState
from fleetdesigner.panels.form.panel import InfoSpec
from fleetdesigner.panels.inspector.bindings import pool_at
from fleetdesigner.units import NO_FIGURE, text

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_HINT = "In the month on screen, with the workloads of this design"


@dataclass
class Live:
    """Sums over blocks in one month."""

    systems: float = 0.0
    """In service."""
    kw: float = 0.0
    """Expected draw of the systems, without network and storage; NaN = a figure is missing."""
    tokens: float = 0.0
    """Serving capacity of their share of the pool, output tokens/s; NaN = a figure is missing."""
    serves: bool = False


def live_of(session: Session, blocks: tuple[Block, ...], results: Results) -> Live:
    """Sums over the blocks in the month on screen.

    Expected draw = idle + (provisioned − idle) · Σ over workloads of share held · their draw, as the engine
    reckons it; serving output goes by the blocks' share of the chips in their pool.
    """
    month = session.month
    at, state, columns = results.month_index(month), results.states[0], results.blocks()
    found = Live()
    parts: dict[tuple[str | None, str], tuple[int | None, float]] = {}
    for block in blocks:
        row = columns.index.get(block.id)
        if row is None or columns.rack_ids[row] != block.rack_id:
            continue
        running = float(columns.active[row, at]) * float(columns.systems[row])
        if running <= 0:
            continue
        found.systems += running
        key = (pool_at(block, month), block.rack_id)
        if key not in parts:
            place = _part(state, *key)
            parts[key] = (place, 0.0 if place is None else _drawn(state, place, at))
        part, drawn = parts[key]
        it = float(columns.kw[row])
        figure = state.catalog.rack(block.rack_id).idle_power_kw
        idle = it * float(state.plant.assumptions["idle_share"]) if figure is None else figure.value
        found.kw += running * (idle + (it - idle) * drawn)
        if part is not None:
            chips = float(state.plant.parts.chips[part, at])
            label = state.plant.parts.keys[part].label
            whole = float(results.series[f"serving_tokens_per_s.part:{label}"].values[0, at])
            found.tokens += whole * running * float(columns.chips[row]) / chips if chips > 0 else 0.0
            found.serves = found.serves or whole != 0
    return found


def live_figures(
    session: Session, blocks: tuple[Block, ...], results: Results | None, each: bool
) -> tuple[InfoSpec, ...]:
    """Rows of expected draw and serving output; of one system when `each`."""
    labels = ("IT power, expected", "Serving, output")
    if results is None:
        return tuple(InfoSpec(label, "computing", hint=_HINT) for label in labels)
    found = live_of(session, blocks, results)
    if found.systems == 0:
        return tuple(InfoSpec(label, "not in service", hint=_HINT) for label in labels)
    over = found.systems if each else 1.0
    return (
        _row(labels[0], found.kw / over, "kW"),
        _row(labels[1], found.tokens / over, "token/s")
        if found.serves
        else InfoSpec(labels[1], "none", hint=_HINT),
    )


def _row(label: str, value: float, unit: str) -> InfoSpec:
    if math.isnan(value):
        return InfoSpec(label, NO_FIGURE, grade="none", hint=_HINT)
    return InfoSpec(label, text(value, unit), grade="estimate", hint=_HINT)


def _part(state: SampleState, pool_id: str | None, rack_id: str) -> int | None:
    """Index of the pool part that the rack system belongs to."""
    for place, key in enumerate(state.plant.parts.keys):
        if key.pool_id == pool_id and rack_id in key.rack_ids:
            return place
    return None


def _drawn(state: SampleState, part: int, at: int) -> float:
    """Share of what work adds at full draw."""
    held = state.share[part, :, at]
    kinds = [work.kind for work in state.design.workloads]
    return sum(
        float(share) * float(state.plant.assumptions[f"expected_share_{kind}"])
        for share, kind in zip(held, kinds, strict=True)
    )

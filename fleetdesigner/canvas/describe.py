"""What is in view, in words: for screen readers and for the status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fleetdesigner.canvas.columns import position_name
from fleetdesigner.canvas.telling import count_words
from fleetdesigner.canvas.write import load_words
from fleetdesigner.design.layout import extent
from fleetdesigner.units import month_text

if TYPE_CHECKING:
    from fleetdesigner.canvas.surface import CanvasSurface

_MOST_NAMED = 3


def description(view: CanvasSurface) -> tuple[str, str]:
    """(name, description) of the canvas: ``Hall 1, 8 systems, 326 of 1,200 kW``; selected: …"""
    stage = view.stage
    fleet = stage.fleet
    month = month_text(view.session.month)
    columns = view.columns
    if columns is None:
        systems = int(fleet.systems.sum())
        kw = float(np.nansum(stage.loads.hall_kw)) if len(fleet.halls) else 0.0
        name = f"Campus, {len(fleet.halls)} halls, {systems:,} systems, {load_words(kw, None)} IT in {month}"
        if view.chosen_hall is None:
            return name, "no hall chosen"
        return name, f"chosen: {hall_words(view, view.chosen_hall)}"
    name = f"{hall_words(view, columns.hall.id)} in {month}"
    chosen = stage.selected()
    if not chosen:
        return name, "nothing selected"
    named = []
    for _, block in chosen[:_MOST_NAMED]:
        wide, _high = extent(block, stage.positions_of)
        named.append(f"{count_words((block,), fleet)} at {position_name(block.col, block.row, wide)}")
    more = len(chosen) - len(named)
    return name, f"selected: {'; '.join(named)}" + (f"; and {more:,} more blocks" if more else "")


def hall_words(view: CanvasSurface, hall_id: str) -> str:
    """``Hall 1, 8 systems, 369 of 1,000 kW IT``."""
    stage = view.stage
    place = stage.fleet.places.get(hall_id)
    if place is None:
        return "a hall that is gone"
    limit = float(stage.loads.hall_limit_kw[place])
    systems = int(stage.fleet.systems[stage.fleet.slice_of(place)].sum())
    load = load_words(float(stage.loads.hall_kw[place]), None if np.isnan(limit) else limit)
    return f"{stage.fleet.halls[place].hall.name}, {systems:,} systems, {load} IT"

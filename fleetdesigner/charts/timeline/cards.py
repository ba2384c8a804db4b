"""What a row says when the mouse rests on it: every date, and what it is."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fleetdesigner.charts.timeline.frame import Card
from fleetdesigner.charts.timeline.moves import months_words
from fleetdesigner.charts.timeline.rows import (
    GridBody,
    HallBody,
    PhaseBody,
    PortBody,
    Row,
    RunBody,
    owner_words,
)
from fleetdesigner.units import month_text, text

Line = tuple[str, str]


def card_of(row: Row) -> Card:
    """The card of a row."""
    title = f"{row.name}, port" if isinstance(row.body, PortBody) else row.name
    return Card(title, tuple(_lines(row)))


def told(row: Row) -> str:
    """The same in one sentence, for who cannot see it."""
    card = card_of(row)
    return "; ".join([card.title, *(f"{label} {value}" for label, value in card.lines)])


def _lines(row: Row) -> Iterator[Line]:
    body = row.body
    if row.shift:
        yield "By lead times", months_words(row.shift)
    if isinstance(body, PhaseBody):
        yield from _phase(body)
    elif isinstance(body, HallBody):
        yield "Ready", month_text(body.hall.ready_month)
        yield "Air cooling from", month_text(body.hall.air_from)
        yield "Liquid cooling from", month_text(body.hall.liquid_from)
        yield "IT limit", text(body.hall.it_limit_kw * body.hall.derate, "kW")
        yield "Air, liquid", f"{text(body.hall.air_kw, 'kW')}, {text(body.hall.liquid_kw, 'kW')}"
        yield "Redundancy", body.hall.redundancy
    elif isinstance(body, GridBody):
        steps = body.site.grid
        for month, kw in steps[:8]:
            yield f"From {month_text(month)}", text(kw, "kW")
        if len(steps) > 8:
            yield f"{len(steps) - 8} more, to {month_text(steps[-1][0])}", text(steps[-1][1], "kW")
    elif isinstance(body, RunBody):
        yield "Starts", month_text(body.run.start_month)
        done = not math.isnan(body.finish)
        yield "Done", month_text(math.floor(body.finish)) if done else "not in the plan"
        yield "Due", "no date" if body.run.due_month is None else month_text(body.run.due_month)
        yield "Tokens", text(body.run.tokens, "token")
    elif isinstance(body, PortBody):
        port = body.work.port
        assert port is not None
        yield "Starts", month_text(port.start_month)
        yield "Runs from", "no figure" if body.done is None else month_text(body.done)
        yield "Work", "no figure" if body.weeks is None else f"{body.weeks:g} engineer-weeks"
        yield "Engineers", f"{port.engineers:g}"


def _phase(body: PhaseBody) -> Iterator[Line]:
    phase = body.phase
    yield "Order", month_text(phase.order_month)
    lead = phase.service_month - phase.order_month
    yield "In service", f"{month_text(phase.service_month)}, lead {_months(lead)}"
    ramp = phase.ramp
    form = "S-curve" if ramp.shape == "s" else "straight"
    shape = f"{_months(ramp.months)}, {form}" if ramp.months else "at once"
    yield "Complete", f"{month_text(body.complete)}, {shape}"
    if phase.retire_month is None:
        yield "Retires", "not in the plan"
    else:
        gone = "sold" if phase.ownership.kind == "own" else "returned"
        then = "stands idle" if phase.after == "idle" else gone
        yield "Retires", f"{month_text(phase.retire_month)}, {then}"
    yield "Ownership", owner_words(phase.ownership)
    if body.committed is not None:
        yield "Bound until", month_text(body.committed)
    if body.contents.racks:
        yield "Racks", body.contents.racks
        yield "Makes", body.contents.words
    if any(lane.announced for lane in body.contents.lanes):
        yield "Status", "announced"
    for spell in body.contents.spells:
        if spell.pools:
            since = "" if spell.from_month <= phase.service_month else f" from {month_text(spell.from_month)}"
            yield f"Pool{since}", spell.pools


def _months(count: int) -> str:
    return f"{count} month{'' if count == 1 else 's'}"

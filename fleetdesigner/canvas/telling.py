"""What cards and hints say of systems: figures with units, grades and places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from fleetdesigner.canvas.cards import Card, CardRow, Notice
from fleetdesigner.canvas.columns import (
    IDLE,
    IN_SERVICE,
    PLANNED,
    FleetColumns,
    HallColumns,
    position_name,
    row_name,
)
from fleetdesigner.canvas.kinds import Kind
from fleetdesigner.canvas.loads import Loads
from fleetdesigner.canvas.placing import Carried, Ground, Verdict, place_words
from fleetdesigner.canvas.write import kw_words, load_words
from fleetdesigner.catalog.figure import Figure
from fleetdesigner.design.fleet import Block, Phase, Site
from fleetdesigner.engine.assumptions.in_force import number
from fleetdesigner.engine.site.overhead import SWING, pue_by_month
from fleetdesigner.units import NO_FIGURE, digits, month_text, text

_ROUGH = ("estimate", "assumption")


def about(figure: Figure | None, times: float = 1.0, unit: str = "kW") -> str:
    """``48.0 kW``, ``≈ 2,300 kg``, ``no public figure``."""
    if figure is None:
        return NO_FIGURE
    sign = "≈ " if figure.evidence in _ROUGH else ""
    return f"{sign}{digits(figure.value * times)} {unit}"


def grade_of(figure: Figure | None) -> str:
    """Grade of a figure; none when it is missing."""
    return "none" if figure is None else figure.evidence


def pue_at(site: Site, fleet: FleetColumns, month: int) -> float:
    """Facility kW per IT kW of a site at a month, at full load and in its season."""
    design = fleet.design
    at = min(max(month - design.first_month, 0), design.months - 1)
    swing = number(design, SWING)
    return float(pue_by_month(site.pue, design.first_month, design.months, swing)[at])


def count_words(blocks: Iterable[Block], fleet: FleetColumns) -> str:
    """``4 × Trn2 UltraServer`` or ``12 systems`` when they are of several kinds."""
    held = tuple(blocks)
    systems = sum(block.systems for block in held)
    if len({block.rack_id for block in held}) == 1:
        name = fleet.table.kind(held[0].rack_id).name
        return name if systems == 1 else f"{systems:,} × {name}"
    return f"{systems:,} systems"


def placing_card(
    ground: Ground, held: Carried, shift: tuple[int, int], verdict: Verdict, phase: Phase | None = None
) -> Card:
    """The label at the cursor while systems look for a place, `shift` columns and rows from their fields."""
    fleet, loads = ground.fleet, ground.loads
    rows: list[CardRow] = list(_power_rows(ground, held))
    rows.extend(_weight(held))
    if verdict.legal:
        rows.extend(_limits(ground, held, shift[1]))
    kind = held.kinds[0]
    if len({one.id for one in held.kinds}) == 1 and kind.domain_chips > 1 and not ground.moving:
        kept = ", kept whole" if kind.racks > 1 else ""
        rows.append(CardRow("Scale-up domain", f"{kind.domain_chips} {kind.chip_word}s{kept}"))
    if phase is not None and phase.service_month > loads.timing.month:
        rows.append(CardRow("In service", f"{month_text(phase.service_month)}, {phase.name}"))
    notices = (
        (Notice(verdict.refusal, over=False),)
        if verdict.refusal
        else tuple(Notice(words, over=True) for words in verdict.warnings[:3])
    )
    return Card(count_words(held.blocks, fleet), place_words(held, *shift), tuple(rows), notices)


def _power_rows(ground: Ground, held: Carried) -> Iterable[CardRow]:
    """What the hand adds to the key figures: with network and storage, whose share is told apart."""
    kw = held.kw
    if np.isnan(kw):
        yield CardRow("Power", NO_FIGURE)
    elif ground.moving or ground.from_elsewhere:
        yield CardRow("IT power, systems alone", _kw(kw))
    else:
        site, whole = ground.fleet.sites[ground.place], held.whole_kw
        facility = whole * pue_at(site, ground.fleet, ground.loads.timing.month)
        yield CardRow("Power", f"+{_kw(whole)} IT, +{_kw(facility)} facility")
        if whole > kw:
            yield CardRow("Of it network, storage", _kw(whole - kw))


def _kw(kw: float) -> str:
    return text(kw, "kW") if kw < 1_000 else kw_words(kw)


def _weight(held: Carried) -> Iterable[CardRow]:
    weights = [kind.weight for kind in held.kinds]
    pairs = list(zip(held.kinds, held.blocks, strict=True))
    positions = sum(kind.positions * block.systems for kind, block in pairs)
    on = "1 position" if positions == 1 else f"{positions:,} positions"
    if any(weight is None for weight in weights):
        yield CardRow("Weight", f"{NO_FIGURE}, {on}")
        return
    kg = sum(kind.kg * block.systems for kind, block in pairs)
    rough = any(weight is not None and weight.evidence in _ROUGH for weight in weights)
    total = f"{digits(kg)} kg" if kg < 10_000 else f"{digits(kg / 1000)} t"
    yield CardRow("Weight", f"{'≈ ' if rough else ''}{total} on {on}")


def _limits(ground: Ground, held: Carried, d_row: int) -> Iterable[CardRow]:
    added = ground.added_kw(held, d_row)
    for row in np.flatnonzero(added > 0).tolist()[:2]:
        feed = ground.feed_after(row, added)
        if feed is not None:
            yield CardRow(f"Row {row_name(row)} feed", f"{feed[1]:,.0f} of {feed[2]:,.0f} kW")
    now, after, limit = ground.hall_after(held.whole_kw)
    words = f"{kw_words(now)} → {kw_words(after)}" if limit is None else load_words(after, limit)
    yield CardRow(ground.columns.hall.name, f"{words} IT")


_STATES = {PLANNED: "planned", IDLE: "retired, stands idle"}


def system_card(columns: HallColumns, block: Block, system: int, fleet: FleetColumns, loads: Loads) -> Card:
    """What stands under the mouse."""
    kind = fleet.table.kind(block.rack_id)
    cells = columns.cells
    place = position_name(int(cells.col[system]), int(cells.row[system]), int(cells.width[system]))
    if not kind.known:
        return Card(block.rack_id, place, (), (Notice("is not in the catalog: no figures", over=False),))
    rows = [CardRow("IT power, provisioned", about(kind.it_power), grade_of(kind.it_power))]
    if kind.nameplate is not None and kind.nameplate.value != kind.kw:
        rows.append(CardRow("IT power, nameplate", about(kind.nameplate), grade_of(kind.nameplate)))
    at = int(fleet.first[fleet.places[columns.hall.id]]) + (columns.block_index(block.id) or 0)
    state = int(loads.timing.state[at])
    if state == IN_SERVICE and int(columns.rank[system]) >= int(loads.timing.active[at]):
        state = PLANNED
    rows.extend(_expected(kind, loads.expected_kw(block) if state == IN_SERVICE else None))
    use = float(loads.block_use[at])
    if not np.isnan(use):
        rows.append(CardRow("Pool in use now", f"{use * 100:.0f} %", "estimate"))
    rows.extend(_heat_rows(kind))
    rows.append(CardRow("Weight", about(kind.weight, unit="kg"), grade_of(kind.weight)))
    rows.append(CardRow("Pool", _pool_name(block, fleet, loads.timing.month)))
    rows.append(CardRow("Phase", _phase_words(block, fleet)))
    title = kind.name if not block.label else f"{block.label}: {kind.name}"
    if kind.announced:
        title += ", announced"
    elif state in _STATES:
        title += f", {_STATES[state]}"
    return Card(title, place, tuple(rows))


def _expected(kind: Kind, kw: float | None) -> Iterable[CardRow]:
    if kw is not None and kind.kw > 0:
        yield CardRow("IT power, expected now", f"{_kw(kw)} ({kw / kind.kw * 100:.0f} %)", "estimate")


def _heat_rows(kind: Kind) -> Iterable[CardRow]:
    if kind.it_power is None or kind.liquid_share is None:
        yield CardRow("Cooling", kind.cooling, "none")
        return
    share = kind.liquid_share.value
    liquid, air = about(kind.it_power, share), about(kind.it_power, 1 - share)
    if share == 0:
        yield CardRow("Air", air, grade_of(kind.it_power))
    else:
        yield CardRow("Liquid, air", f"{liquid}, {air}", grade_of(kind.liquid_share))


def _pool_name(block: Block, fleet: FleetColumns, month: int) -> str:
    names = {pool.id: pool.name for pool in fleet.design.pools}
    current = [stay for stay in block.stays if stay.from_month <= month] or list(block.stays[:1])
    return names.get(current[-1].pool_id, "none") if current else "none"


def _phase_words(block: Block, fleet: FleetColumns) -> str:
    phase = next((one for one in fleet.come.phases if one.id == block.phase_id), None)
    return "none" if phase is None else f"{phase.name}, {month_text(phase.service_month)}"


def hall_card(fleet: FleetColumns, loads: Loads, place: int) -> Card:
    """What a tile of the campus stands for."""
    columns = fleet.halls[place]
    hall, rows = columns.hall, fleet.slice_of(place)
    limit = float(loads.hall_limit_kw[place])
    kw = float(loads.hall_kw[place])
    known = None if np.isnan(limit) else limit
    used = int(columns.cells.width.sum())
    told = [
        CardRow("IT power", load_words(kw, known)),
        CardRow("Accelerators in service", f"{float(loads.block_chips[rows].sum()):,.0f}"),
        CardRow("Systems", f"{int(loads.timing.active[rows].sum()):,} of {columns.count:,} in service"),
        CardRow("Positions", f"{used:,} of {hall.columns * hall.row_count:,} taken"),
    ]
    told.extend(_cooling_rows(loads, hall.id))
    ready = fleet.come.halls[place].ready_month
    if ready > loads.timing.month:
        told.append(CardRow("Ready", month_text(ready)))
    over = known is not None and kw > known * (1 + 1e-9)
    notices = (Notice(f"{kw_words(kw - known)} over", over=True),) if over and known is not None else ()
    return Card(hall.name or hall.id, fleet.sites[place].name, tuple(told), notices)


def _cooling_rows(loads: Loads, hall_id: str) -> Iterable[CardRow]:
    """Air and liquid beside their limits, once the engine has answered."""
    month = loads.month_index
    if loads.results is None or month is None:
        return
    halls = loads.results.halls()
    at = halls.index.get(hall_id)
    if at is None:
        return
    for label, load, limit in (
        ("Air", halls.air_kw, halls.air_limit_kw), ("Liquid", halls.liquid_kw, halls.liquid_limit_kw)
    ):  # fmt: skip
        if limit[at, month] > 0 or load[at, month] > 0:
            yield CardRow(label, load_words(float(load[at, month]), float(limit[at, month])))


def band_words(blocks: Sequence[Block], fleet: FleetColumns) -> str:
    """What the rubber band holds: ``12 systems · 576 kW · $9.22 M``; money where the catalog knows it."""
    systems = sum(block.systems for block in blocks)
    if not systems:
        return "nothing selected"
    kw = usd = 0.0
    no_kw = no_usd = 0
    for block in blocks:
        kind = fleet.table.kind(block.rack_id)
        if kind.it_power is None:
            no_kw += block.systems
        else:
            kw += kind.kw * block.systems
        if kind.price is None:
            no_usd += block.systems
        else:
            usd += kind.price.value * block.systems
    parts = [f"{systems:,} {'system' if systems == 1 else 'systems'}", kw_words(kw)]
    if no_usd < systems:
        parts.append(text(usd, "usd"))
    missing = max(no_kw, no_usd)
    if missing:
        parts.append(f"{missing:,} of {systems:,} without a figure")
    return " · ".join(parts)

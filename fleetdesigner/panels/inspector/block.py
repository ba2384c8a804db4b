"""The place of selected blocks: hall, row, shape, phase, pools over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fleetdesigner.design.addresses import find, hall_of
from fleetdesigner.design.commands import AssignPool, SetFields
from fleetdesigner.design.fleet import Block, Hall, Phase, Pool
from fleetdesigner.panels.fields.bindings import DesignField
from fleetdesigner.panels.fields.blocks import halls_of, things_of
from fleetdesigner.panels.fields.standing import BlockHall, Standing
from fleetdesigner.panels.form.panel import ActionSpec, FieldSpec, Group, PairSpec, field
from fleetdesigner.panels.form.spec import Item
from fleetdesigner.panels.inspector.bindings import (
    BlockPool,
    BlockShape,
    CountedFromOne,
    ServiceMonth,
    TupleItem,
    pool_at,
)
from fleetdesigner.panels.inspector.objects import choices_of, counted, rack_name, row_letter
from fleetdesigner.units import month_text

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_TURNS = ((0, "not turned"), (90, "90°"), (180, "180°"), (270, "270°"))
_MOST = 10_000


def blocks_in(session: Session, ids: tuple[str, ...]) -> tuple[Block, ...]:
    """The blocks of those ids that are in the design."""
    held = things_of(session.design, tuple(f"block:{one}" for one in ids))
    return tuple(one for one in held if isinstance(one, Block))


def title_of(session: Session, blocks: tuple[Block, ...]) -> tuple[str, str]:
    """``4 × Trn2 UltraServer`` and ``Block in row C · pool “Serving”``."""
    systems = sum(block.systems for block in blocks)
    kinds = dict.fromkeys(block.rack_id for block in blocks)
    if len(kinds) == 1:
        title = f"{systems:,} × {rack_name(session, next(iter(kinds)))}"
    else:
        title = f"{systems:,} systems of {len(kinds)} kinds"
    held = halls_of(session.design, (block.id for block in blocks))
    halls = dict.fromkeys(hall.name or hall.id for hall in held if hall is not None)
    if len(blocks) == 1:
        first = blocks[0]
        rows = row_letter(first.row)
        if first.rows > 1 and first.turn in (0, 180):
            rows = f"{rows}–{row_letter(first.row + first.rows - 1)}"
        place = f"Block in row {rows}"
    else:
        where = ", ".join(halls) if len(halls) < 3 else f"{len(halls)} halls"
        place = f"{counted(len(blocks), 'block')} in {where}"
    pools = dict.fromkeys(pool_at(block, session.month) for block in blocks)
    if len(pools) > 1:
        return title, f"{place} · {len(pools)} pools"
    pool_id = next(iter(pools))
    pool = find(session.design, f"pool:{pool_id}") if pool_id else None
    return title, f"{place} · pool “{pool.name}”" if isinstance(pool, Pool) else f"{place} · no pool"


def place_group(session: Session, blocks: tuple[Block, ...]) -> Group:
    """Where the blocks stand and when they run."""
    design = session.design
    ids = tuple(block.id for block in blocks)
    refs = tuple(f"block:{one}" for one in ids)
    rows: list[Item] = []
    if len(design.halls) > 1:
        rows.append(
            FieldSpec(
                BlockHall(ids), "Hall", kind="choice", choices=choices_of(design.halls), title="Move to hall"
            )
        )
    if len(blocks) == 1:
        rows += _stand(session, blocks[0])
    rows.append(
        FieldSpec(
            DesignField(refs, "phase_id"),
            "Phase",
            kind="choice",
            choices=choices_of(design.phases),
            title="Set phase",
        )
    )
    phases = dict.fromkeys(block.phase_id for block in blocks)
    if len(phases) == 1:
        rows += _dates(session, next(iter(phases)))
    rows += _pools(session, blocks)
    return Group("Place", tuple(rows))


def more_group(blocks: tuple[Block, ...]) -> Group:
    """What is seldom changed here: R turns blocks on the canvas, F2 labels them."""
    refs = tuple(f"block:{block.id}" for block in blocks)
    turned = FieldSpec(
        Standing(DesignField(refs, "turn", resets=False), tuple(block.id for block in blocks)),
        "Turned",
        kind="choice",
        choices=_TURNS,
        title="Turn blocks",
    )
    if len(blocks) > 1:
        return Group("More", (turned,))
    return Group("More", (turned, field(refs[0], Block, "label", "Label", empty="none", resets=False)))


def _stand(session: Session, block: Block) -> list[Item]:
    hall = hall_of(session.design, block.id)
    lines = hall.row_count if isinstance(hall, Hall) else block.row + 1
    ref = f"block:{block.id}"
    names = tuple((row, f"Row {row_letter(row)}") for row in range(max(lines, block.row + 1)))
    row = FieldSpec(
        Standing(DesignField((ref,), "row"), (block.id,)),
        "Row",
        kind="choice",
        choices=names,
        bare=True,
        title="Move to row",
    )
    position = FieldSpec(
        Standing(CountedFromOne(DesignField((ref,), "col")), (block.id,)),
        "Position",
        low=1,
        high=_MOST,
        whole=True,
        step=1,
        bare=True,
        title="Move to position",
    )
    sides = (("cols", "Columns"), ("rows", "Rows"))
    shape = tuple(
        FieldSpec(
            Standing(BlockShape(block.id, side), (block.id,)),
            label,
            low=1,
            high=_MOST,
            whole=True,
            step=1,
            bare=True,
            title="Fill",
        )
        for side, label in sides
    )
    return [PairSpec("Start", (row, position)), PairSpec("Columns × rows", shape, "×")]


def _dates(session: Session, phase_id: str) -> list[Item]:
    ref = f"phase:{phase_id}"
    phase = find(session.design, ref)
    if not isinstance(phase, Phase):
        return []
    others = sum(block.phase_id == phase_id for block in session.design.blocks)
    shared = f"Of the phase “{phase.name}”, with {counted(others, 'block')}"
    service = FieldSpec(
        ServiceMonth(ref), "In service", kind="month", hint=shared, title=f"Set in service of {phase.name}",
        low=1990 * 12, high=2120 * 12,
    )  # fmt: skip
    return [service, field(ref, Phase, "ramp.months", "Full after", "month", hint=shared, resets=False)]


def _pools(session: Session, blocks: tuple[Block, ...]) -> list[Item]:
    design = session.design
    pools = choices_of(design.pools)
    ids = tuple(block.id for block in blocks)
    if all(len(block.stays) <= 1 for block in blocks):
        rows: list[Item] = [
            FieldSpec(
                BlockPool(ids), "Pool", kind="choice", choices=((None, "none"), *pools), title="Assign pool"
            )
        ]
    elif len(blocks) == 1:
        rows = _stays(blocks[0], pools)
    else:
        rows = []
    if len(design.pools) > 1 and all(block.stays for block in blocks):
        held = pool_at(blocks[0], session.month)
        other = next(pool for pool in design.pools if pool.id != held)
        command = AssignPool(ids, other.id, max(session.month, design.first_month + 1))
        words = f"Migrate to another pool from {month_text(command.from_month or design.first_month)}"
        rows.append(ActionSpec(words, command, f"First to “{other.name}”; choose pool and month then"))
    return rows


def _stays(block: Block, pools: Any) -> list[Item]:
    ref = f"block:{block.id}"
    rows: list[Item] = []
    for place, _ in enumerate(block.stays):
        kept = [stay for at, stay in enumerate(block.stays) if at != place]
        title = "Set pool over time"
        pool, since = (TupleItem(ref, "stays", place, name) for name in ("pool_id", "from_month"))
        label = "Pool" if place == 0 else "then"
        rows.append(FieldSpec(pool, label, kind="choice", choices=pools, title=title))
        remove = SetFields.of("Remove a stay", ((ref, "stays", kept),))
        month = FieldSpec(since, "From", kind="month", bare=True, title=title)
        rows.append(PairSpec("from", (month,), remove=remove, inset=True))
    return rows

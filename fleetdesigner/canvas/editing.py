"""What the menus and keys do to the selection: each is one command."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import QElapsedTimer
from PySide6.QtGui import QGuiApplication

from fleetdesigner.canvas.columns import HallColumns
from fleetdesigner.canvas.drops import newcomers, place
from fleetdesigner.canvas.placing import Carried, Ground, carried
from fleetdesigner.canvas.telling import count_words
from fleetdesigner.design.commands import (
    CopyBlocks,
    DeleteBlocks,
    MoveBlocks,
    ResizeBlock,
    SplitBlock,
    TurnBlocks,
)
from fleetdesigner.design.fleet import SYSTEMS_IN_A_BLOCK, Block
from fleetdesigner.design.layout import first_free, nearest_free
from fleetdesigner.design.model import new_id
from fleetdesigner.session.mime import blocks_mime, blocks_text

if TYPE_CHECKING:
    from fleetdesigner.canvas.surface import CanvasSurface

_NUDGES_JOIN_MS = 1_000
_CLIPBOARD_LIMIT = 5_000


class Editor:
    """Edits of the selection in the hall in view."""

    def __init__(self, view: CanvasSurface) -> None:
        self._view = view
        self._nudges = count()
        self._nudge = ""
        self._since_nudge = QElapsedTimer()

    def _blocks(self) -> tuple[Block, ...]:
        """The selected blocks of the hall in view, or of the one hall they stand in."""
        columns = self._columns()
        if columns is None:
            return ()
        return tuple(block for held, block in self._view.stage.selected() if held is columns)

    def _columns(self) -> HallColumns | None:
        shown = self._view.columns
        if shown is not None:
            return shown
        selected = self._view.stage.selected()
        return selected[0][0] if selected else None

    def _ground(self, columns: HallColumns, moving: tuple[Block, ...] = ()) -> Ground:
        stage = self._view.stage
        return Ground(
            stage.fleet, stage.loads, stage.fleet.places[columns.hall.id], frozenset(b.id for b in moving)
        )

    def _held(self, blocks: tuple[Block, ...]) -> Carried:
        return carried(blocks, self._view.stage.fleet.table, self._view.stage.loads)

    # clipboard

    def copy(self) -> bool:
        """Put the selected blocks on the clipboard."""
        blocks = self._blocks()
        if not blocks:
            self._view.say("Nothing selected to copy")
            return False
        text = json.dumps({"blocks": [block.model_dump(mode="json") for block in blocks]})
        QGuiApplication.clipboard().setMimeData(blocks_mime(text))
        what = count_words(blocks, self._view.stage.fleet)
        self._view.say(f"Copied {what}: Ctrl+V puts them at the mouse, in this hall or another")
        return True

    def cut(self) -> None:
        """Copy, then delete what was copied."""
        blocks = self._blocks()
        if self.copy():
            self._view.session.execute(DeleteBlocks(tuple(block.id for block in blocks)))
            self._view.say(
                f"Cut {count_words(blocks, self._view.stage.fleet)}: Ctrl+V puts them at the mouse"
            )

    def paste(self) -> None:
        """Blocks from the clipboard, at the mouse when they fit there, else at the nearest free place."""
        columns = self._view.columns
        if columns is None:
            self._view.say("Enter a hall to paste into it")
            return
        text = blocks_text(QGuiApplication.clipboard().mimeData())
        blocks = _from_text(text) if text is not None else ()
        if not blocks:
            self._view.say("The clipboard holds no rack systems")
            return
        fresh = newcomers(self._view, tuple(b.replaced(id=new_id("b"), pod=None) for b in blocks))
        held, ground = self._held(fresh), self._ground(columns)
        wide, high = held.right - held.left, held.bottom - held.top
        target = self._view.place_under_mouse()
        if target is None or not ground.judge(held, target[0] - held.left, target[1] - held.top).legal:
            near = target or (held.left, held.top)
            target = nearest_free(columns.hall, ground.taken, wide, high, *near)
        if target is None:
            self._view.say(f"Not pasted: {columns.hall.name} has no free {wide} × {high} positions")
            return
        d_col, d_row = target[0] - held.left, target[1] - held.top
        place(
            self._view,
            columns.hall.id,
            tuple(block.replaced(col=block.col + d_col, row=block.row + d_row) for block in fresh),
        )

    def duplicate(self) -> None:
        """Copies beside the originals: right of them, below them, or the nearest free place."""
        columns, blocks = self._columns(), self._blocks()
        if columns is None or not blocks:
            self._view.say("Nothing selected to duplicate")
            return
        held, ground = self._held(blocks), self._ground(columns)
        wide, high = held.right - held.left, held.bottom - held.top
        shifts = [(wide, 0), (0, high)]
        free = nearest_free(columns.hall, ground.taken, wide, high, held.left, held.top)
        if free is not None:
            shifts.append((free[0] - held.left, free[1] - held.top))
        for shift in shifts:
            if ground.judge(held, *shift).legal:
                self._copy(blocks, shift)
                return
        self._view.say(f"Not duplicated: {columns.hall.name} has no free {wide} × {high} positions")

    def _copy(self, blocks: tuple[Block, ...], shift: tuple[int, int]) -> None:
        command = CopyBlocks.of((block.id for block in blocks), *shift)
        if self._view.session.execute(command):
            self._view.session.set_selection(command.new_ids)

    # selection

    def select_all(self) -> None:
        """Every block of the hall in view."""
        columns = self._view.columns
        if columns is not None:
            self._view.session.set_selection(block.id for block in columns.hall.blocks)

    def delete_selection(self) -> None:
        """Delete the selected blocks."""
        ids = tuple(block.id for _, block in self._view.stage.selected())
        if ids:
            self._view.session.execute(DeleteBlocks(ids))

    def cycle(self, step: int) -> bool:
        """Select the next or previous block in reading order; False at the end, so that focus moves on."""
        columns = self._view.columns
        if columns is None or not columns.hall.blocks:
            return False
        order = sorted(columns.hall.blocks, key=lambda block: (block.row, block.col))
        chosen = [k for k, block in enumerate(order) if block.id in self._view.session.selection]
        if not chosen:
            at = 0 if step > 0 else len(order) - 1
        else:
            at = (chosen[-1] if step > 0 else chosen[0]) + step
        if not 0 <= at < len(order):
            return False
        self._view.session.set_selection((order[at].id,))
        self._view.reveal(order[at].id)
        return True

    # place and shape

    def nudge(self, d_col: int, d_row: int) -> None:
        """Shift the selection; nudges within a second of each other are one undo step."""
        columns, blocks = self._columns(), self._blocks()
        if columns is None or not blocks:
            return
        verdict = self._ground(columns, blocks).judge(self._held(blocks), d_col, d_row)
        if not verdict.legal:
            self._view.say(f"Not moved: {verdict.refusal}")
            return
        if (
            not self._nudge
            or not self._since_nudge.isValid()
            or self._since_nudge.elapsed() > _NUDGES_JOIN_MS
        ):
            self._nudge = f"nudge {next(self._nudges)}"
        self._since_nudge.start()
        self._view.session.execute(MoveBlocks(tuple(b.id for b in blocks), d_col, d_row, merge=self._nudge))

    def end_nudges(self) -> None:
        """The next nudge is a step of its own: something else is selected."""
        self._nudge = ""

    def array(self, dx: int, dy: int) -> None:
        """Fill one more column or row: a single block grows, several are copied to that side."""
        columns, blocks = self._columns(), self._blocks()
        if columns is None or not blocks:
            self._view.say("Select a block to fill from it")
            return
        if len(blocks) == 1:
            self._grow(columns, blocks[0], dx, dy)
            return
        held = self._held(blocks)
        shift = (dx * (held.right - held.left), dy * (held.bottom - held.top))
        verdict = self._ground(columns).judge(held, *shift)
        if verdict.legal:
            self._copy(blocks, shift)
        else:
            self._view.say(f"Not filled: {verdict.refusal}")

    def _grow(self, columns: HallColumns, block: Block, dx: int, dy: int) -> None:
        positions = self._view.stage.positions_of(block.rack_id)
        across, down = abs(dx), abs(dy)
        more_cols, more_rows = (down, across) if block.turn in (90, 270) else (across, down)
        new = block.replaced(
            cols=block.cols + more_cols,
            rows=block.rows + more_rows,
            col=block.col - (across * positions if dx < 0 else 0),
            row=block.row - (down if dy < 0 else 0),
        )
        if new.cols * new.rows > SYSTEMS_IN_A_BLOCK:
            self._view.say(f"Not filled: a block holds at most {SYSTEMS_IN_A_BLOCK:,} systems")
            return
        verdict = self._ground(columns, (block,)).judge(self._held((new,)), 0, 0)
        if not verdict.legal:
            self._view.say(f"Not filled: {verdict.refusal}")
            return
        self._view.session.execute(ResizeBlock(block.id, new.cols, new.rows, new.col, new.row))

    def rotate(self, quarters: int = 1) -> None:
        """Turn the selected blocks by quarters, clockwise, where there is room."""
        columns, blocks = self._columns(), self._blocks()
        if columns is None or not blocks:
            return
        turned = tuple(b.replaced(turn=(b.turn + 90 * quarters) % 360) for b in blocks)
        verdict = self._ground(columns, blocks).judge(self._held(turned), 0, 0)
        if verdict.legal:
            self._view.session.execute(TurnBlocks(tuple(b.id for b in blocks), quarters))
        else:
            self._view.say(f"Not turned: {verdict.refusal}")

    def split_selection(self) -> None:
        """Split the selected block in two halves, across its longer side."""
        blocks = self._blocks()
        if len(blocks) != 1 or blocks[0].systems < 2:
            self._view.say("Select one block of two or more systems to split it")
            return
        block = blocks[0]
        positions = self._view.stage.positions_of(block.rack_id)
        second = new_id("b")
        axis, length = ("col", block.cols) if block.cols >= block.rows else ("row", block.rows)
        command = SplitBlock(block.id, "col" if axis == "col" else "row", length // 2, second, positions)
        if self._view.session.execute(command):
            self._view.session.set_selection((block.id, second))

    def add_rack(self, rack_id: str, from_row: int = 0) -> bool:
        """Place one system at the first free place of the hall in view, or of the first hall with room.

        Rows before `from_row` come last.
        """
        stage = self._view.stage
        shown = self._view.columns
        halls = (shown,) if shown is not None else stage.fleet.halls
        positions = stage.positions_of(rack_id)
        for columns in halls:
            taken = self._ground(columns).taken
            free = first_free(columns.hall, taken, positions, 1, from_row) or first_free(
                columns.hall, taken, positions, 1
            )
            if free is not None:
                block = Block(id=new_id("b"), rack_id=rack_id, col=free[0], row=free[1], phase_id="none")
                return place(self._view, columns.hall.id, newcomers(self._view, (block,)))
        where = shown.hall.name if shown is not None else "no hall" if not halls else "every hall"
        self._view.say(
            f"Not placed: {where} has no {positions} free positions in a row" if halls else "Add a hall first"
        )
        return False


def _from_text(text: str) -> tuple[Block, ...]:
    """Blocks of the clipboard's JSON; empty when it is not such a text."""
    try:
        held = json.loads(text)["blocks"]
        if not isinstance(held, list) or len(held) > _CLIPBOARD_LIMIT:
            return ()
        return tuple(Block.model_validate(one) for one in held)
    except (ValueError, KeyError, TypeError, ValidationError):
        return ()

"""Where a part fits: legal positions tinted, those beyond a limit hatched, taken ones left as they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.paint_hall import NUMBERS_FROM_PX
from fleetdesigner.canvas.placing import Ground
from fleetdesigner.canvas.rects import Rects, draw_rects, inset
from fleetdesigner.canvas.system_style import EDGES
from fleetdesigner.look.theme import Theme


class _Cells(NamedTuple):
    row: NDArray[np.int64]
    col: NDArray[np.int64]


class TintPainter:
    """Draws the legal places of one hall during a drag."""

    def paint(
        self, painter: QPainter, frame: HallFrame, theme: Theme, viewport: QRectF, ground: Ground, width: int
    ) -> None:
        """Tint positions that a system over `width` positions could cover."""
        first_col, last_col, first_row, last_row = frame.visible(viewport)
        if last_col < first_col or last_row < first_row:
            return
        fits = ground.fitting(width)[first_row : last_row + 1, first_col : last_col + 1]
        short = ground.rows_without_room(ground.probe_kw)[first_row : last_row + 1]
        for legal in (True, False):
            row, col = np.nonzero(fits & (~short if legal else short)[:, np.newaxis])
            cells = _Cells(row + first_row, col + first_col)
            rects = self._rects(frame, cells)
            if legal:
                draw_rects(
                    painter, rects, theme.color("legalLine" if frame.position_px >= EDGES else "legal")
                )
                draw_rects(painter, inset(rects, 1, 1, 1, 1, np.empty_like(rects)), theme.color("legal"))
            else:
                draw_rects(painter, rects, theme.color("line"))
                inner = inset(rects, 1, 1, 1, 1, np.empty_like(rects))
                draw_rects(painter, inner, theme.color("cell"))
                draw_rects(painter, inner, theme.hatch("refuse", "refused"))
            self._numbers(painter, frame, theme, cells, rects)

    @staticmethod
    def _rects(frame: HallFrame, cells: _Cells) -> Rects:
        rects = np.empty((len(cells.row), 4), np.int32)
        rects[:, 0] = frame.lefts(cells.col)
        rects[:, 1] = frame.tops(cells.row)
        rects[:, 2] = rects[:, 0] + frame.system_width(1) - 1
        rects[:, 3] = rects[:, 1] + frame.system_height() - 1
        return rects

    @staticmethod
    def _numbers(painter: QPainter, frame: HallFrame, theme: Theme, cells: _Cells, rects: Rects) -> None:
        if frame.position_px < NUMBERS_FROM_PX or frame.system_height() < 20:
            return
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink2"))
        wide = frame.system_width(1)
        for col, x, y in zip(cells.col.tolist(), rects[:, 0].tolist(), rects[:, 3].tolist(), strict=True):
            painter.drawText(QRectF(x, y - 16, wide, 14), Qt.AlignmentFlag.AlignCenter, str(col + 1))

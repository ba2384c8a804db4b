"""Metres and floor positions of one hall as pixels, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from fleetdesigner.canvas.camera import Camera
from fleetdesigner.canvas.columns import HallColumns
from fleetdesigner.design.fleet import ROW_DEPTH_M, Block, Hall
from fleetdesigner.design.layout import extent, row_pitch_m

Ints = NDArray[np.int64]
HEADER_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 136.0, 16.0, 20.0, 30.0
"""Pixels between the hall's walls and its positions: row names left, scale bar below."""
WALL_PX = 4.0


@dataclass(frozen=True, slots=True)
class HallFrame:
    """One hall under a camera. The world is metres from the corner of the first position of row A."""

    columns: HallColumns
    camera: Camera

    @property
    def hall(self) -> Hall:
        """The hall."""
        return self.columns.hall

    @property
    def position_px(self) -> float:
        """Width of one floor position: what the level of detail goes by."""
        return self.hall.pitch_m * self.camera.zoom

    @property
    def row_px(self) -> float:
        """From one row to the next."""
        return row_pitch_m(self.hall) * self.camera.zoom

    @property
    def depth_px(self) -> float:
        """Depth of a row."""
        return ROW_DEPTH_M * self.camera.zoom

    @property
    def aisle_share(self) -> float:
        """The aisle's part of the way from one row to the next."""
        return self.hall.aisle_m / row_pitch_m(self.hall)

    @property
    def origin(self) -> QPointF:
        """Pixels of the corner of position A1."""
        return self.camera.to_screen(0.0, 0.0)

    def x_of(self, col: float) -> float:
        """Left pixel of a floor position."""
        return (col * self.hall.pitch_m - self.camera.x) * self.camera.zoom

    def y_of(self, row: float) -> float:
        """Top pixel of a row."""
        return (row * row_pitch_m(self.hall) - self.camera.y) * self.camera.zoom

    @property
    def floor(self) -> QRectF:
        """Pixels of the positions with their aisles, without walls and headers."""
        size = self.camera.zoom
        return QRectF(self.x_of(0), self.y_of(0), self.columns.width_m * size, self.columns.depth_m * size)

    @property
    def walls(self) -> QRectF:
        """Pixels of the inner side of the walls."""
        return self.floor.adjusted(-HEADER_PX, -TOP_PX, RIGHT_PX, BOTTOM_PX)

    def gap_px(self) -> int:
        """Pixels left free between two systems."""
        width = self.position_px
        return 0 if width < 2.2 else 1 if width < 28 else 2

    def cell_rect(self, col: float, row: float, width: float = 1, rows: int = 1) -> QRectF:
        """Pixels of positions from (col, row) on, the gap to their neighbours left out."""
        left, top = round(self.x_of(col)), round(self.y_of(row))
        wide = self.system_width(int(width)) if rows else 0
        high = round(self.y_of(row + rows - 1)) + self.system_height() - top
        return QRectF(left, top, wide, high)

    def system_width(self, positions: int) -> int:
        """Pixels of a system over that many positions; the same wherever it stands."""
        return max(1, int(positions * self.position_px) - self.gap_px())

    def system_height(self) -> int:
        """Pixels of a system from front to back."""
        return max(1, round(self.depth_px))

    def block_rect(self, block: Block, positions: int) -> QRectF:
        """Pixels of a whole block, its holes included."""
        wide, high = extent(block, lambda _: positions)
        return self.cell_rect(block.col, block.row, wide, high)

    def place_at(self, point: QPointF) -> tuple[int, int]:
        """The (col, row) under a pixel; in an aisle the nearer row. May lie outside the hall."""
        world = self.camera.to_world(point)
        col = int(np.floor(world.x() / self.hall.pitch_m))
        row = int(np.floor((world.y() + self.hall.aisle_m / 2) / row_pitch_m(self.hall)))
        return col, row

    def on_row(self, point: QPointF) -> bool:
        """Whether a pixel is on a row rather than in an aisle."""
        _, row = self.place_at(point)
        offset = point.y() - self.y_of(row)
        return 0 <= offset < self.depth_px

    def visible(self, viewport: QRectF) -> tuple[int, int, int, int]:
        """(first col, last col, first row, last row) that a viewport shows, held inside the hall."""
        first = self.camera.to_world(viewport.topLeft())
        last = self.camera.to_world(viewport.bottomRight())
        pitch = row_pitch_m(self.hall)
        return (
            max(0, int(first.x() // self.hall.pitch_m)),
            min(self.hall.columns - 1, int(last.x() // self.hall.pitch_m)),
            max(0, int(first.y() // pitch)),
            min(self.hall.row_count - 1, int(last.y() // pitch)),
        )

    def lefts(self, col: Ints) -> NDArray[np.float64]:
        """Left pixels of many positions, on whole pixels."""
        left: NDArray[np.float64] = np.rint(col * self.position_px - self.camera.x * self.camera.zoom)
        return left

    def tops(self, row: Ints) -> NDArray[np.float64]:
        """Top pixels of many rows, on whole pixels."""
        top: NDArray[np.float64] = np.rint(row * self.row_px - self.camera.y * self.camera.zoom)
        return top


def front_below(row: int) -> bool:
    """Whether the cold aisle is below a row: rows stand in pairs, fronts to the same aisle."""
    return row % 2 == 0


def aisle_name(row: int) -> str:
    """The aisle below a row: ``Cold aisle 1`` after A, ``Hot aisle 1`` after B, ``Cold aisle 2`` after C."""
    return f"{'Cold' if row % 2 == 0 else 'Hot'} aisle {row // 2 + 1}"

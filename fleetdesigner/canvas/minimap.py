"""A small map in the corner while part of the world is out of view: where one is, a way to go elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

if TYPE_CHECKING:
    from fleetdesigner.canvas.surface import CanvasSurface

_MOST_W, _MOST_H, _AWAY, _PAD = 168.0, 108.0, 12.0, 8.0


def minimap_box(view: CanvasSurface) -> QRectF | None:
    """Pixels of the map; None while everything is in view, or the canvas is too small for one."""
    world = view.world
    seen = view.camera.rect_to_world(QRectF(view.rect()))
    # a little of the edge may be outside before a map is worth its place
    slack = 0.04 * max(world.width(), world.height())
    if (
        seen.adjusted(-slack, -slack, slack, slack).contains(world)
        or view.width() < 560
        or view.height() < 340
    ):
        return None
    scale = min((_MOST_W - 2 * _PAD) / world.width(), (_MOST_H - 2 * _PAD) / world.height())
    wide, high = world.width() * scale + 2 * _PAD, world.height() * scale + 2 * _PAD
    return QRectF(
        round(view.width() - _AWAY - wide),
        round(view.height() - _AWAY - high),
        round(wide),
        round(max(high, 24.0)),
    )


def paint_minimap(painter: QPainter, view: CanvasSurface) -> None:
    """The map with halls or racks, and the part in view."""
    box = minimap_box(view)
    if box is None:
        return
    theme, stage, world = view.stage.theme, view.stage, view.world
    painter.setPen(QPen(theme.color("border"), 1.0))
    painter.setBrush(theme.color("raised"))
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    inner = box.adjusted(_PAD, _PAD, -_PAD, -_PAD)
    scale = min(inner.width() / world.width(), inner.height() / world.height())
    painter.save()
    painter.setClipRect(box.adjusted(2, 2, -2, -2))
    frame = view.frame
    if frame is not None:
        painter.fillRect(inner, theme.color("cell"))
        size = frame.columns.width_m * scale, frame.columns.depth_m * scale
        area = {stage.fleet.places[frame.hall.id]: QRectF(inner.topLeft(), QSizeF(*size))}
        view.painting.racks.strips(painter, stage.looks, area)
    else:
        _tiles(painter, view, inner, scale)
    seen = view.camera.rect_to_world(QRectF(view.rect()))
    shown = QRectF(
        inner.left() + (seen.left() - world.left()) * scale,
        inner.top() + (seen.top() - world.top()) * scale,
        seen.width() * scale,
        seen.height() * scale,
    ).intersected(box.adjusted(2, 2, -2, -2))
    painter.setPen(QPen(theme.color("accent"), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(shown)
    painter.restore()


def _tiles(painter: QPainter, view: CanvasSurface, inner: QRectF, scale: float) -> None:
    stage, world, theme = view.stage, view.world, view.stage.theme
    looks, loads, timing = stage.looks, stage.loads, stage.timing
    for tile in stage.campus.tiles:
        rect = QRectF(
            inner.left() + (tile.rect.left() - world.left()) * scale,
            inner.top() + (tile.rect.top() - world.top()) * scale,
            max(2.0, tile.rect.width() * scale - 1),
            max(2.0, tile.rect.height() * scale - 1),
        )
        rows = stage.fleet.slice_of(tile.place)
        if loads.hall_kw[tile.place] > np.nan_to_num(loads.hall_limit_kw[tile.place], nan=np.inf):
            painter.fillRect(rect, theme.color("over"))
            continue
        active = timing.active[rows]
        if not len(active) or not active.any():
            pen = QPen(theme.color("border"), 1.0)
            pen.setDashPattern([2.0, 2.0])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
            continue
        classes = looks.classes
        largest = int(np.argmax(np.bincount(classes.of_block[rows], active)))
        painter.fillRect(rect, classes.swatches[largest].fill)


def goes_to(view: CanvasSurface, point: QPointF) -> QPointF | None:
    """The world point that a press on the map means; None when the press is not on it."""
    box = minimap_box(view)
    if box is None or not box.contains(point):
        return None
    world = view.world
    inner = box.adjusted(_PAD, _PAD, -_PAD, -_PAD)
    scale = min(inner.width() / world.width(), inner.height() / world.height())
    return QPointF(
        world.left() + (point.x() - inner.left()) / scale, world.top() + (point.y() - inner.top()) / scale
    )

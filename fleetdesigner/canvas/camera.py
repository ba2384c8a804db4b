"""Where the canvas looks: a point of the world at the viewport's corner, and pixels a world unit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

PIXELS_PER_METRE = 80.0
"""The zoom of a hall that the bar calls 100 %: a rack of 0.6 m is 48 px wide."""
WHEEL_STEP = 1.2
"""Zoom of one notch of the wheel and of one press of + or −."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Screen = (world − origin) · zoom. Immutable; every move gives a new one."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = PIXELS_PER_METRE

    def to_screen(self, x: float, y: float) -> QPointF:
        """Pixel position of a world point."""
        return QPointF((x - self.x) * self.zoom, (y - self.y) * self.zoom)

    def to_world(self, point: QPointF) -> QPointF:
        """World point under a pixel."""
        return QPointF(point.x() / self.zoom + self.x, point.y() / self.zoom + self.y)

    def rect_to_screen(self, rect: QRectF) -> QRectF:
        """Pixels of a world rectangle."""
        corner = self.to_screen(rect.x(), rect.y())
        return QRectF(corner.x(), corner.y(), rect.width() * self.zoom, rect.height() * self.zoom)

    def rect_to_world(self, rect: QRectF) -> QRectF:
        """World rectangle under a rectangle of pixels."""
        corner = self.to_world(rect.topLeft())
        return QRectF(corner.x(), corner.y(), rect.width() / self.zoom, rect.height() / self.zoom)

    def panned(self, dx: float, dy: float) -> Camera:
        """The camera after the picture moved by pixels."""
        return replace(self, x=self.x - dx / self.zoom, y=self.y - dy / self.zoom)

    def zoomed_at(self, point: QPointF, factor: float, low: float, high: float) -> Camera:
        """The camera with the world under `point` kept in place, its zoom within `low` and `high`."""
        zoom = min(max(self.zoom * factor, low), high)
        under = self.to_world(point)
        return Camera(under.x() - point.x() / zoom, under.y() - point.y() / zoom, zoom)

    def between(self, other: Camera, share: float) -> Camera:
        """A camera on the way to `other`; zoom moves geometrically, so that it looks even."""
        zoom = self.zoom * (other.zoom / self.zoom) ** share
        # interpolating 1/zoom along with the corner keeps the point that both agree on at rest
        span = 1 / other.zoom - 1 / self.zoom
        along = (1 / zoom - 1 / self.zoom) / span if abs(span) > 1e-12 else share
        return Camera(self.x + (other.x - self.x) * along, self.y + (other.y - self.y) * along, zoom)


@dataclass(frozen=True, slots=True)
class Margins:
    """Pixels kept free around what is fitted."""

    left: float = 24.0
    top: float = 24.0
    right: float = 24.0
    bottom: float = 24.0


def fitted(world: QRectF, viewport: QSizeF, margins: Margins, low: float, high: float) -> Camera:
    """The camera that shows all of `world` in the middle of the viewport less its margins."""
    width = max(1.0, viewport.width() - margins.left - margins.right)
    height = max(1.0, viewport.height() - margins.top - margins.bottom)
    zoom = min(width / max(world.width(), 1e-9), height / max(world.height(), 1e-9))
    zoom = min(max(zoom, low), high)
    left = margins.left + (width - world.width() * zoom) / 2
    top = margins.top + (height - world.height() * zoom) / 2
    return Camera(world.x() - left / zoom, world.y() - top / zoom, zoom)


def held_in_view(camera: Camera, world: QRectF, viewport: QSizeF, keep: float = 80.0) -> Camera:
    """`camera` moved back so that at least `keep` pixels of `world` stay in the viewport."""
    spare_x = min(keep / camera.zoom, world.width())
    spare_y = min(keep / camera.zoom, world.height())
    wide, high = viewport.width() / camera.zoom, viewport.height() / camera.zoom
    x = min(max(camera.x, world.left() - wide + spare_x), world.right() - spare_x)
    y = min(max(camera.y, world.top() - high + spare_y), world.bottom() - spare_y)
    return replace(camera, x=x, y=y)

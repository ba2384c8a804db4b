"""Campus and halls: which one is shown, under which camera, and the flight between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QPointF, QRectF, QSizeF, QVariantAnimation
from PySide6.QtGui import QPainter, QPixmap

from fleetdesigner.canvas.camera import (
    PIXELS_PER_METRE,
    WHEEL_STEP,
    Camera,
    Margins,
    fitted,
    held_in_view,
)
from fleetdesigner.canvas.columns import HallColumns
from fleetdesigner.canvas.hall_frame import BOTTOM_PX, HEADER_PX, RIGHT_PX, TOP_PX, WALL_PX, HallFrame
from fleetdesigner.design.fleet import Block
from fleetdesigner.design.layout import extent, rect_m
from fleetdesigner.look.tokens import MOTION_MS

if TYPE_CHECKING:
    from fleetdesigner.canvas.surface import CanvasSurface

HALL_MARGINS = Margins(
    HEADER_PX + WALL_PX + 12, TOP_PX + WALL_PX + 8, RIGHT_PX + WALL_PX + 12, BOTTOM_PX + WALL_PX + 8
)
CAMPUS_MARGINS = Margins(16, 20, 16, 20)
HALL_ZOOMS = (0.05, 520.0)
CAMPUS_ZOOMS = (0.02, 8.0)
HALL_FIT_MOST = 400.0
"""A rack of 0.6 m is then 240 px wide and shows all it can: more would only be larger."""
CAMPUS_FIT_MOST = 4.0
"""A tile of a hall is then 600 px wide, about as large as a small hall itself on a laptop."""


class Navigator:
    """The camera of the level in view, remembered for each hall."""

    def __init__(self, view: CanvasSurface) -> None:
        self._view = view
        self._hall: str | None = None
        self._cameras: dict[str | None, Camera] = {}
        self._fits = True
        self.camera = Camera()
        self._flight: Flight | None = None
        self._glide = QVariantAnimation(view)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._on_glide)
        self._glide.finished.connect(self._landed)
        self._ends: tuple[Camera, Camera] | None = None

    @property
    def hall_id(self) -> str | None:
        """The hall in view; None is the campus."""
        return self._hall

    @property
    def columns(self) -> HallColumns | None:
        """Columns of the hall in view."""
        return self._view.stage.fleet.hall_columns(self._hall)

    @property
    def world(self) -> QRectF:
        """All there is to see on this level, in the units of its camera."""
        columns = self.columns
        if columns is None:
            return self._view.stage.campus.world
        return QRectF(0, 0, columns.width_m, columns.depth_m)

    @property
    def flying(self) -> bool:
        """Whether the picture is on its way to another level or camera."""
        return self._glide.state() == QAbstractAnimation.State.Running

    @property
    def zooms(self) -> tuple[float, float]:
        """Smallest and largest zoom of this level."""
        if self._hall is None:
            return CAMPUS_ZOOMS
        smallest = self._fit_camera().zoom * 0.5
        return max(HALL_ZOOMS[0], smallest), HALL_ZOOMS[1]

    def zoom_words(self) -> str:
        """``84 %``: a hall's 100 % draws a rack of 0.6 m 48 px wide."""
        full = 1.0 if self._hall is None else PIXELS_PER_METRE
        percent = self.camera.zoom / full * 100
        return f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %"

    # levels

    def show(self, hall_id: str | None, animate: bool = True) -> None:
        """Go to a hall, or with None to the campus."""
        if hall_id == self._hall:
            return
        view = self._view
        leaving, before = self._hall, self.camera
        self._cameras[leaving] = before
        flies = animate and view.moves and view.isVisible()
        picture = view.painting.picture_of(leaving, before) if flies else QPixmap()
        self._hall = hall_id
        self._fits = hall_id not in self._cameras
        self.camera = self._fit_camera() if self._fits else self._cameras[hall_id]
        self._held()
        if flies:
            self._flight = self._flight_between(leaving, before, hall_id, picture)
            self._start()
        view.level_changed()

    def _flight_between(
        self, leaving: str | None, before: Camera, hall_id: str | None, picture: QPixmap
    ) -> Flight | None:
        fleet, campus = self._view.stage.fleet, self._view.stage.campus
        inner = hall_id if hall_id is not None else leaving
        columns = fleet.hall_columns(inner)
        tile = campus.tile_of(fleet.places[inner]) if inner is not None and inner in fleet.places else None
        if columns is None or tile is None or (hall_id is not None and leaving is not None):
            return None
        entering = hall_id is not None
        campus_camera = before if entering else self.camera
        hall_camera = self.camera if entering else before
        small = campus_camera.rect_to_screen(tile.rect)
        large = HallFrame(columns, hall_camera).walls
        after = self._view.painting.picture_of(hall_id, self.camera)
        return Flight(picture, after, small, large) if entering else Flight(picture, after, large, small)

    def forget(self) -> None:
        """Another document: no camera is remembered, and a design with one hall opens in it."""
        self._cameras.clear()
        self._stop()
        halls = self._view.stage.fleet.halls
        self._hall = halls[0].hall.id if len(halls) == 1 else None
        self._fits = True
        self.refit()
        self._view.level_changed()

    def check(self) -> None:
        """After a change of the design: leave a hall that is gone, keep what is in view."""
        if self._hall is not None and self.columns is None:
            self._hall = None
            self._fits = True
            self._view.level_changed()
        if self._fits:
            self.refit()

    # camera

    def _fit_camera(self, world: QRectF | None = None) -> Camera:
        view = self._view
        size = QSizeF(view.size())
        if self._hall is None:
            return fitted(world or self.world, size, CAMPUS_MARGINS, CAMPUS_ZOOMS[0], CAMPUS_FIT_MOST)
        return fitted(world or self.world, size, HALL_MARGINS, HALL_ZOOMS[0], HALL_FIT_MOST)

    def refit(self) -> None:
        """Show everything, at once; used while the hand has not chosen a view of its own."""
        if self._fits:
            self._view.stage.set_shape(self._view.width() / max(1, self._view.height()))
            self.camera = self._fit_camera()
            self._view.camera_changed()

    def fit(self) -> None:
        """Show everything."""
        self._fits = True
        self._glide_to(self._fit_camera())

    def fit_rect(self, world: QRectF) -> None:
        """Show a part of the world."""
        self._fits = False
        self._glide_to(self._fit_camera(world))

    def set(self, camera: Camera) -> None:
        """Look from a camera, held so that something stays in view."""
        self._fits = False
        self.camera = camera
        self._held()
        self._view.camera_changed()

    def _held(self) -> None:
        self.camera = held_in_view(self.camera, self.world, QSizeF(self._view.size()))

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Zoom with the world under `point` kept in place."""
        self._stop()
        self.set(self.camera.zoomed_at(point, factor, *self.zooms))

    def zoom_step(self, steps: int) -> None:
        """Zoom about the middle by notches."""
        self.zoom_at(QRectF(self._view.rect()).center(), WHEEL_STEP**steps)

    def full_size(self) -> None:
        """100 %."""
        full = 1.0 if self._hall is None else PIXELS_PER_METRE
        self.zoom_at(QRectF(self._view.rect()).center(), full / self.camera.zoom)

    def reveal_block(self, block_id: str) -> None:
        """Move the camera so that a block of this hall is in view; it keeps the zoom when it can."""
        found = self._view.stage.fleet.block(block_id)
        if found is None or found[0].hall.id != self._hall:
            return
        world = block_world(self._view, *found)
        seen = self.camera.rect_to_world(QRectF(self._view.rect()).adjusted(HEADER_PX, 40, -40, -40))
        if seen.contains(world):
            return
        if world.width() > seen.width() or world.height() > seen.height():
            self.fit_rect(world)
            return
        zoom = self.camera.zoom
        self._fits = False
        centre, size = world.center(), self._view.size()
        self._glide_to(
            Camera(centre.x() - size.width() / 2 / zoom, centre.y() - size.height() / 2 / zoom, zoom)
        )

    def fit_selection(self) -> None:
        """Show the selected blocks of this hall; everything when there is none."""
        columns = self.columns
        boxes = self._view.selected_boxes()
        if columns is None or not len(boxes):
            self.fit()
            return
        world = QRectF()
        for col, row, wide, high in boxes.tolist():
            world = world.united(QRectF(*rect_m(columns.hall, col, row, wide, high)))
        self.fit_rect(world.adjusted(-columns.hall.pitch_m, -0.6, columns.hall.pitch_m, 0.6))

    # motion

    def _glide_to(self, camera: Camera) -> None:
        self._stop()
        if not self._view.moves or not self._view.isVisible():
            self.camera = camera
            self._view.camera_changed()
            return
        self._ends = (self.camera, camera)
        self._start()

    def _start(self) -> None:
        self._glide.setDuration(MOTION_MS["camera"])
        self._glide.start()

    def _stop(self) -> None:
        if self._ends is not None:
            self.camera = self._ends[1]
        self._ends, self._flight = None, None
        self._glide.stop()

    def _on_glide(self, share: float) -> None:
        if self._ends is not None:
            self.camera = self._ends[0].between(self._ends[1], share)
            self._view.camera_changed()
        else:
            self._view.update()

    def _landed(self) -> None:
        if self._ends is not None:
            self.camera = self._ends[1]
        self._ends, self._flight = None, None
        self._view.camera_changed()

    def paint_flight(self, painter: QPainter) -> bool:
        """Paint a frame of the flight between levels; False when there is none."""
        if self._flight is None:
            return False
        self._flight.paint(painter, float(self._glide.currentValue() or 0.0), self._view)
        return True


class Flight:
    """The picture left grows or shrinks into the one entered, a tile on the walls of its hall."""

    def __init__(self, before: QPixmap, after: QPixmap, start: QRectF, end: QRectF) -> None:
        self._before, self._after = before, after
        self._start, self._end = start, end

    def paint(self, painter: QPainter, share: float, view: CanvasSurface) -> None:
        """Paint the frame at `share` of the way."""
        now = QRectF(
            self._start.x() + (self._end.x() - self._start.x()) * share,
            self._start.y() + (self._end.y() - self._start.y()) * share,
            self._start.width() + (self._end.width() - self._start.width()) * share,
            self._start.height() + (self._end.height() - self._start.height()) * share,
        )
        whole = QRectF(view.rect())
        painter.fillRect(whole, view.stage.theme.color("canvas"))
        for picture, fixed, opacity in ((self._before, self._start, 1.0), (self._after, self._end, share)):
            painter.setOpacity(opacity)
            painter.drawPixmap(_carried_along(whole, fixed, now), picture, QRectF(picture.rect()))
        painter.setOpacity(1.0)


def _carried_along(whole: QRectF, fixed: QRectF, now: QRectF) -> QRectF:
    """Where `whole` goes when the part `fixed` of it is stretched onto `now`."""
    x = now.width() / max(fixed.width(), 1.0)
    y = now.height() / max(fixed.height(), 1.0)
    return QRectF(
        now.x() + (whole.x() - fixed.x()) * x,
        now.y() + (whole.y() - fixed.y()) * y,
        whole.width() * x,
        whole.height() * y,
    )


def block_world(view: CanvasSurface, columns: HallColumns, block: Block) -> QRectF:
    """Metres that a block fills in its hall."""
    wide, high = extent(block, view.stage.positions_of)
    return QRectF(*rect_m(columns.hall, block.col, block.row, wide, high))

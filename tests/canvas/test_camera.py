"""The camera: points stay under the mouse, fits show everything, something always stays in view."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from fleetdesigner.canvas.camera import Camera, Margins, fitted, held_in_view
from tests.canvas.conftest import Make
from tests.canvas.floor import framed

coordinates = st.floats(-1e3, 1e3)
zooms = st.floats(0.05, 500.0)


@given(coordinates, coordinates, zooms, st.floats(0, 1600), st.floats(0, 900), st.floats(0.2, 5.0))
def test_zoom_keeps_what_is_under_the_mouse(
    x: float, y: float, zoom: float, px: float, py: float, by: float
) -> None:
    camera, point = Camera(x, y, zoom), QPointF(px, py)
    under = camera.to_world(point)
    after = camera.zoomed_at(point, by, 0.01, 1e4)
    there = after.to_screen(under.x(), under.y())
    assert abs(there.x() - px) < 1e-3
    assert abs(there.y() - py) < 1e-3


def test_zoom_stays_within_its_limits() -> None:
    assert Camera(0, 0, 10).zoomed_at(QPointF(5, 5), 1e9, 1.0, 40.0).zoom == 40.0
    assert Camera(0, 0, 10).zoomed_at(QPointF(5, 5), 1e-9, 1.0, 40.0).zoom == 1.0


@given(st.floats(1, 500), st.floats(1, 500))
def test_a_fit_shows_the_whole_world(width: float, height: float) -> None:
    world, size = QRectF(-3, 7, width, height), QSizeF(1048, 440)
    shown = fitted(world, size, Margins(100, 20, 20, 20), 0.001, 1e4).rect_to_screen(world)
    assert shown.left() >= 100 - 1e-6
    assert shown.top() >= 20 - 1e-6
    assert shown.right() <= 1028 + 1e-6
    assert shown.bottom() <= 420 + 1e-6


@given(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), zooms)
def test_something_stays_in_view(x: float, y: float, zoom: float) -> None:
    world, size = QRectF(0, 0, 40, 30), QSizeF(1048, 440)
    shown = held_in_view(Camera(x, y, zoom), world, size, 10.0).rect_to_screen(world)
    # a world smaller than what is kept stays in view as a whole
    wide, high = min(10.0, shown.width()) - 1e-3, min(10.0, shown.height()) - 1e-3
    assert shown.right() >= wide
    assert shown.left() <= 1048 - wide
    assert shown.bottom() >= high
    assert shown.top() <= 440 - high


def test_a_flight_starts_and_ends_where_it_should() -> None:
    start, end = Camera(0, 0, 10), Camera(30, -5, 80)
    assert start.between(end, 0.0) == start
    landed = start.between(end, 1.0)
    assert abs(landed.x - 30) < 1e-9
    assert abs(landed.zoom - 80) < 1e-9


def test_a_small_hall_fills_a_large_canvas(make_view: Make) -> None:
    view = make_view(size=(3200, 1600))
    shown = framed(view).walls
    # with its margins one of the two sides is used up, and racks stay within what they can show
    assert shown.height() > 1500 or shown.width() > 3000
    assert framed(view).position_px <= 240

"""States as they look: colours at places, and a fleet painted without a step of Python a rack."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fleetdesigner.canvas.overlays import OVERLAYS
from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.design.commands import AddScenario, MoveBlocks
from fleetdesigner.design.fleet import Block
from fleetdesigner.design.scenarios import Scenario
from fleetdesigner.look.theme import current, set_theme
from tests.canvas.conftest import Make
from tests.canvas.floor import START, block, design, framed, hall

Shades = dict[int, int]


def shades(image: QImage, area: QRect) -> Shades:
    """Colour → pixels within an area."""
    cut = image.copy(area).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(cut.constBits(), np.uint32).reshape(cut.height(), cut.width())
    values, counts = np.unique(pixels, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def around(view: CanvasView, col: int, row: int, width: int = 1) -> Shades:
    """Colours in and closely around floor positions."""
    area = framed(view).cell_rect(col, row, width).toRect().adjusted(-6, -6, 6, 6)
    return shades(view.grab().toImage(), area)


def has(found: Shades, colour: QColor) -> int:
    return found.get(colour.rgb(), 0)


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, make_view: Make) -> Make:
    def make(*args: object, **more: object) -> CanvasView:
        set_theme(request.param)
        return make_view(*args, **more)

    return make


def test_systems_take_their_familys_colours(themed: Make) -> None:
    view = themed()
    hopper = current().family("hopper")
    found = around(view, 0, 0)
    assert has(found, hopper.fill) > 100
    assert has(found, hopper.edge) > 20


def test_the_theme_changes_under_the_view(make_view: Make) -> None:
    view = make_view()
    light = view.grab().toImage().pixelColor(2, 2)
    set_theme("dark")
    QApplication.processEvents()
    dark = view.grab().toImage().pixelColor(2, 2)
    assert (light, dark) == (QColor("#EDF0F3"), QColor("#0F1215"))


def test_a_selected_block_has_an_accent_edge_and_handles(themed: Make) -> None:
    view = themed()
    accent = current().color("accent")
    assert has(around(view, 0, 0, 4), accent) == 0
    view.session.set_selection(("a",))
    assert has(around(view, 0, 0, 4), accent) > 300


def test_systems_beyond_a_limit_are_red(themed: Make) -> None:
    view = themed(design(hall("h1", block("a", "h100-rack", 0, 0, 9))))
    over = current().color("over")
    assert has(around(view, 5, 0), over) == 0
    assert has(around(view, 8, 0), over) > 50


def test_planned_systems_show_floor_inside_a_dashed_edge(themed: Make) -> None:
    view = themed(design(hall("h1", block("a", "h100-rack", 0, 0, 3, phase_id="later"))))
    theme = current()
    inside = framed(view).cell_rect(0, 0).toRect().adjusted(2, 40, -2, -2)
    assert set(shades(view.grab().toImage(), inside)) == {theme.color("floor").rgb()}
    view.session.set_month(START + 20)
    assert has(around(view, 0, 0), theme.family("hopper").fill) > 100


def test_a_ramp_lands_the_first_systems_first(make_view: Make) -> None:
    view = make_view(design(hall("h1", block("a", "h100-rack", 0, 0, 4, phase_id="later"))))
    view.session.set_month(START + 13)
    fill = current().family("hopper").fill
    assert [has(around(view, col, 0), fill) > 100 for col in (0, 3)] == [True, False]


def test_no_figure_is_an_empty_box_and_never_a_zero(themed: Make) -> None:
    view = themed(design(hall("h1", block("x", "no-such-rack", 0, 0))))
    found = around(view, 0, 0)
    assert has(found, current().color("cell")) > 100
    assert has(found, current().family("network").fill) == 0


def test_announced_parts_are_hatched(themed: Make) -> None:
    view = themed(design(hall("h1", block("t", "trn4-mgx", 0, 0))))
    colours = current().family("trainium4")
    found = around(view, 0, 0)
    assert has(found, colours.fill) == 0
    assert len(found) > 12  # an antialiased hatch has many shades


def test_what_a_scenario_changes_is_outlined(make_view: Make) -> None:
    view = make_view()
    session = view.session
    scenario = Scenario(id="what-if", name="What if")
    session.execute(AddScenario(scenario))
    session.set_active_scenario("what-if")
    ink = current().color("ink")
    before = has(around(view, 6, 2, 4), ink)
    session.execute(MoveBlocks(("a",), 6, 2))
    session.set_selection(())
    assert [one.id for one in view.stage.differing()] == ["a"]
    assert has(around(view, 6, 2, 4), ink) > before + 100
    session.set_active_scenario(None)
    assert view.stage.differing() == ()


@pytest.mark.parametrize("zoom", [0.8, 3.0, 8.0, 20.0, 60.0, 180.0, 420.0])
@pytest.mark.parametrize("overlay", [one.id for one in OVERLAYS])
def test_every_level_of_detail_and_overlay_paints(
    make_view: Make, qtbot: QtBot, zoom: float, overlay: str
) -> None:
    blocks = (
        block("a", "h100-rack", 0, 0, 4),
        block("l", "trn2-ultra", 4, 0, 2, phase_id="later"),
        block("o", "h200-rack", 8, 0, 2, phase_id="old"),
        block("t", "trn4-mgx", 10, 0, 2),
        block("x", "no-such-rack", 12, 0, 2),
        block("g", "gb300-nvl72", 0, 1, 3),
    )
    # a rack that no catalog knows stops the engine, and without the engine use has no figure
    view = make_view(design(hall("h1", *(b for b in blocks if overlay != "use" or b.id != "x"))))
    if overlay == "use":
        qtbot.waitUntil(lambda: view.session.results is not None, timeout=10_000)
    view.set_overlay(overlay)
    view.set_camera("h1", 0.9 - 500 / zoom, 0.6 - 200 / zoom, zoom)
    area = framed(view).cell_rect(1, 0).toRect().intersected(view.rect())
    found = shades(view.grab().toImage(), area)
    free = has(found, current().color("cell")) + has(found, current().color("floor"))
    assert free < 0.3 * sum(found.values())


def test_levels_of_detail_add_what_they_promise(view: CanvasView) -> None:
    def colours(zoom: float) -> int:
        view.set_camera("h1", -0.5, -0.5, zoom)
        return len(around(view, 1, 0))

    # below 2.2 px a rack is its fill; names and slots bring antialiased shades
    assert colours(3.0) <= 6
    assert colours(3.0) < colours(70.0) < colours(200.0)


def big_hall() -> Block:
    return block("many", "h100-rack", 0, 0, 100, 90)


def test_painting_takes_no_step_of_python_a_rack(make_view: Make) -> None:
    halls = tuple(
        hall(f"h{k}", big_hall().replaced(id=f"b{k}"), width_m=60.0, depth_m=270.0, feeds=(), it_limit_kw=1e6)
        for k in range(6)
    )
    view = make_view(design(*halls))
    racks = sum(one.systems for one in view.session.design.blocks)
    assert racks == 54_000
    steps = calls_during(view.repaint)
    assert 0 < steps < 6_000
    view.set_overlay("power")
    assert calls_during(view.repaint) < 6_000
    view.show_hall("h0")
    assert calls_during(view.repaint) < 6_000
    view.set_camera("h0", 0.0, 0.0, 30.0)
    assert calls_during(view.repaint) < 6_000


def test_panning_over_all_racks_keeps_pace_with_the_screen(make_view: Make) -> None:
    halls = tuple(
        hall(f"h{k}", big_hall().replaced(id=f"b{k}"), width_m=60.0, depth_m=270.0, feeds=(), it_limit_kw=1e6)
        for k in range(6)
    )
    view = make_view(design(*halls))
    times = []
    for step in range(40):
        start = time.perf_counter()
        view.pan_by(7 if step % 2 else -7, 3)
        view.repaint()
        times.append(time.perf_counter() - start)
    assert float(np.median(times)) < 0.016


def calls_during(act: Callable[[], object]) -> int:
    """Python functions entered while `act` runs."""
    count = 0

    def tick(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(tick)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


def test_a_still_picture_is_not_painted_anew(view: CanvasView) -> None:
    view.grab()
    first = view.painting.standing().cacheKey()
    view.session.set_selection(("a",))
    view.grab()
    assert view.painting.standing().cacheKey() == first
    view.pan_by(5, 0)
    view.grab()
    assert view.painting.standing().cacheKey() != first


def test_hover_marks_the_system_and_a_card_follows(make_view: Make, qtbot: QtBot) -> None:
    view = make_view()
    qtbot.waitUntil(lambda: view.stage.loads.month_index is not None, timeout=20_000)
    point = framed(view).cell_rect(1, 0).center().toPoint()
    QTest.mouseMove(view, point)
    QTest.mouseMove(view, point + QPoint(1, 1))
    assert view.hovered is not None
    assert has(around(view, 1, 0), current().color("ink")) > 20
    qtbot.waitUntil(lambda: view.hover_card is not None, timeout=2000)
    card = view.hover_card
    assert card is not None
    rows = {row.label: row.value for row in card.rows}
    assert card.place == "A2"
    assert rows["IT power, provisioned"] == "40.8 kW"
    # nothing works in this design, so what is expected is what idles
    assert rows["IT power, expected now"] == "9.00 kW (22 %)"
    assert rows["Pool"] == "GPU pool"
    assert rows["Phase"] == "In place, 2026-07"
    assert all(row.grade in ("", "measured", "vendor", "estimate", "assumption", "none") for row in card.rows)

"""The front and the bars on their own: axes that hold still, words when empty, what the mouse reads."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fleetdesigner.charts.front_data import FrontLine, FrontMark, FrontPicture
from fleetdesigner.charts.front_plot import FrontPlot
from fleetdesigner.charts.front_scale import FrontScale, scale_for
from fleetdesigner.charts.step_bar import StepBar, StepBars, StepPart
from fleetdesigner.charts.step_bar_memory import MemoryBar
from fleetdesigner.look.tokens import GRADES


def line(most: float = 100.0, top: float = 1000.0, grade: str = "estimate", faint: bool = False) -> FrontLine:
    x = np.linspace(most / 20, most, 12)
    y = top * (1.02 - x / most)
    mark = FrontMark(most / 2, top / 4, ("Published: somebody", "50 tok/s a user"))
    return FrontLine(
        "h100", "H100, FP8", "estimate, ±20 %", "hopper", grade, x, y, y / 1.2, y / 0.8, (x[3], y[3]),
        "planned", tuple(f"step {at}" for at in range(12)), (mark,), faint,
    )  # fmt: skip


def picture(*lines: FrontLine, target: float | None = 20.0, empty: str = "") -> FrontPicture:
    words = "" if target is None else "TPOT ≤ 50 ms"
    return FrontPicture(lines, "tok/s per user", "tok/s, log scale", "", "", target, words, empty)


def test_ticks_are_round_and_cover_the_lines() -> None:
    scale = scale_for(picture(line()), None, False)
    assert scale.x_ticks()[0] == 0
    assert scale.x_ticks()[-1] >= 100
    assert 4 <= len(scale.x_ticks()) <= 7
    assert scale.high >= 1000 / 0.8 * 1.02 * 0.95
    assert all(f"{tick:g}".strip("0.")[0] in "125" for tick in scale.y_ticks())
    assert scale.y(scale.high, 300.0) == 0
    assert scale.y(scale.low, 300.0) == pytest.approx(300.0)
    # what is below the scale stands far under the plot, never at infinity
    assert np.isfinite(scale.y(0.0, 300.0))


def test_the_scale_stays_while_the_lines_fit_and_while_it_is_held() -> None:
    first = scale_for(picture(line()), None, False)
    assert scale_for(picture(line(90, 900)), first, False) is first
    larger = picture(line(400, 9000))
    assert scale_for(larger, first, True) is first
    assert scale_for(larger, first, False) != first
    assert scale_for(picture(line(20, 1000)), first, False) != first
    assert isinstance(scale_for(picture(), None, False), FrontScale)


def test_an_empty_picture_says_why(qtbot: QtBot) -> None:
    plot = FrontPlot()
    qtbot.addWidget(plot)
    plot.show_picture(picture(empty="Nothing stands in the pool"))
    assert plot.accessibleDescription() == "Nothing stands in the pool"
    assert not plot.grab().isNull()


@pytest.mark.parametrize("grade", [grade for grade in GRADES if grade != "none"])
def test_every_grade_is_drawn(qtbot: QtBot, grade: str) -> None:
    plot = FrontPlot()
    qtbot.addWidget(plot)
    plot.resize(500, 300)
    plot.show_picture(picture(line(grade=grade), line(60, 300, grade, faint=True)))
    image = plot.grab().toImage()
    seen = {image.pixel(x, y) for x in range(60, 480, 3) for y in range(30, 250, 3)}
    assert len(seen) > 5


def test_the_mouse_reads_points_and_published_runs(qtbot: QtBot) -> None:
    plot = FrontPlot()
    qtbot.addWidget(plot)
    plot.resize(500, 300)
    plot.show()
    shown = line()
    plot.show_picture(picture(shown))
    QTest.mouseMove(plot, plot.place(50.0, 250.0).toPoint())
    assert plot.reading()[0] == "Published: somebody"
    QTest.mouseMove(plot, plot.place(float(shown.x[8]), float(shown.y[8])).toPoint())
    assert plot.reading() == ("H100, FP8", "step 8")
    QTest.mouseMove(plot, QPoint(2, 2))
    assert plot.reading() == ()


def test_bars_tell_parts_and_reasons(qtbot: QtBot) -> None:
    bars = StepBars()
    qtbot.addWidget(bars)
    bars.resize(300, 100)
    parts = (
        StepPart("linear", "Linear layers", 3.0, "3.00 s, 75 %"),
        StepPart("new", "New", 1.0, "1.00 s, 25 %"),
    )
    held = StepBar("a", "H100", "FP8", parts, 3.0, 5.0, "4.00 s, ±25 %", "estimate")
    refused = StepBar("b", "A100", "FP8", (), 0.0, 0.0, "", "estimate", "no fp8 rate")
    bars.show_bars((held, refused), "a")
    assert bars.told(100, 10) == "H100: Linear layers, 3.00 s, 75 %"
    assert bars.told(100, 60) == "A100: no fp8 rate"
    assert bars.told(100, 99) == ""
    assert "A100: no fp8 rate" in bars.accessibleDescription()
    with qtbot.waitSignal(bars.picked) as picked:
        QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(120, 60))
    assert picked.args == ["b"]
    assert not bars.grab().isNull()


def test_memory_tells_uses_and_limit(qtbot: QtBot) -> None:
    bar = MemoryBar()
    qtbot.addWidget(bar)
    bar.resize(300, 60)
    bar.show_memory((StepPart("weights", "weights", 30e9, "28"),), 70e9, 80e9, "limit 0.92 of HBM")
    assert bar.accessibleDescription() == "weights 28, limit 0.92 of HBM"
    assert not bar.grab().isNull()

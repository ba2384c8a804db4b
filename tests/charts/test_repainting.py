"""Only what differs is painted again, and what is then on screen is what a new panel would paint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPointF, QRect
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fleetdesigner.charts.panel import ChartPanel
from fleetdesigner.charts.plot import ChartPlot
from fleetdesigner.charts.reading import Compared, read
from fleetdesigner.charts.registry import CHARTS, FIRST_PICKS, chart
from fleetdesigner.charts.spark import Spark
from fleetdesigner.charts.spec import ChartSpec
from fleetdesigner.engine.results import Results
from fleetdesigner.look import set_theme
from fleetdesigner.values import Grade
from tests.charts import hand_built as built

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def theme(request: pytest.FixtureRequest) -> Iterator[str]:
    set_theme(request.param)
    yield request.param
    set_theme("light")


def settle() -> None:
    for _ in range(3):
        QCoreApplication.processEvents()


def on_screen(panel: QWidget) -> np.ndarray:
    """[H, W, 4] the pixels that the screen has, without painting any of them."""
    taken = panel.screen().grabWindow(panel.winId()).toImage()
    image = taken.convertToFormat(QImage.Format.Format_RGBA8888)
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.width(), 4).copy()


def _keep(panel: QWidget, closing: QWidget) -> None:
    assert panel is closing


class Shown:
    """What a panel has been told, so that another one can be told the same at once."""

    def __init__(self, qtbot: QtBot, spec: ChartSpec) -> None:
        self.qtbot, self.spec = qtbot, spec
        self.results: Results | None = built.hybrid()
        self.baseline: Results | None = None
        self.compared: tuple[Compared, ...] = ()
        self.month = built.FIRST + 8
        self.size = (349, 256)
        self.hover: int | None = None
        self.panel = self.made()

    def made(self) -> ChartPanel:
        panel = ChartPanel(self.spec, CHARTS)
        self.qtbot.addWidget(panel, before_close_func=partial(_keep, panel))
        panel.resize(*self.size)
        panel.show()
        self.tell(panel)
        panel.refresh()
        settle()
        return panel

    def tell(self, panel: ChartPanel) -> None:
        panel.resize(*self.size)
        panel.set_month(self.month)
        panel.show_compared(self.compared)
        panel.show_results(self.results, self.baseline)
        panel.plot._point(self.hover, QPointF(100, 60))
        panel._hover.hide()  # the card comes when the mouse has rested: not within this test
        settle()

    def check(self, what: str) -> None:
        self.tell(self.panel)
        fresh = ChartPanel(self.spec, CHARTS)
        self.qtbot.addWidget(fresh, before_close_func=partial(_keep, fresh))
        fresh.plot._sticky = self.panel.plot._sticky  # the axis holds still, so it is part of what is shown
        fresh.resize(*self.size)
        fresh.show()
        self.tell(fresh)
        fresh.refresh()
        settle()
        assert np.array_equal(on_screen(self.panel), on_screen(fresh)), what
        assert self.panel.sentence == fresh.sentence == fresh.accessibleDescription()
        assert [(e.name, e.value) for e in self.panel.legend.entries] == [
            (e.name, e.value) for e in fresh.legend.entries
        ]
        assert self.panel.legend.accessibleName() == fresh.legend.accessibleName()
        fresh.hide()


EACH = [("light", spec) for spec in CHARTS] + [("dark", chart(one)) for one in FIRST_PICKS]


@pytest.mark.usefixtures("theme")
@pytest.mark.parametrize(
    ("theme", "spec"), EACH, indirect=["theme"], ids=[f"{name}-{spec.id}" for name, spec in EACH]
)
def test_screen_is_what_a_new_panel_would_paint(qtbot: QtBot, spec: ChartSpec) -> None:
    shown = Shown(qtbot, spec)
    shown.results = built.hybrid(1 + 1e-5)
    shown.check("a drop too small to see")
    for trainium in (1.02, 1.3, 6.0, 1.0):
        shown.results = built.hybrid(trainium)
        shown.check("a lever moved, and back")
    shown.baseline = built.hybrid(0.0)
    shown.check("a baseline behind")
    shown.month += 20
    shown.check("another month")
    shown.hover = 12
    shown.check("the mouse over a month")
    shown.results = built.hybrid(1.1)
    shown.check("new figures under the mouse")
    shown.hover = None
    shown.compared = (Compared(built.hybrid(2.0), 0, 0), Compared(built.hybrid(3.0), 0, 1))
    shown.check("scenarios compared")
    shown.size = (420, 300)
    shown.check("another size")
    shown.results = built.without_figures()
    shown.check("figures gone")
    shown.compared, shown.results = (), built.empty()
    shown.check("nothing")
    shown.results = built.hybrid(months=12)
    shown.check("another horizon")


def test_another_theme_leaves_nothing_behind(qtbot: QtBot) -> None:
    shown = Shown(qtbot, chart("power"))
    try:
        for name in ("dark", "contrast", "light"):
            set_theme(name)
            shown.check(name)
    finally:
        set_theme("light")


def test_scene_and_kept_picture_are_the_same(qtbot: QtBot) -> None:
    """SVG, PDF and copied pictures are painted from the scene: it shows what the screen shows."""
    for spec in CHARTS:
        shown = Shown(qtbot, spec)
        plot = shown.panel.plot
        size = plot.viewport().size()
        kept = QImage(size, QImage.Format.Format_RGB32)
        plot.viewport().render(kept)
        scene = QImage(size, QImage.Format.Format_RGB32)
        painter = QPainter(scene)
        plot.render(painter)  # of the view, not of its widget: from the scene
        painter.end()
        assert kept == scene, spec.id


def _walk(grade: Grade, seed: int) -> Iterator[Results]:
    """Ten years in which a few months change a little at a time, with gaps and steps."""
    random = np.random.default_rng(seed)
    months = 120
    ramp = np.minimum(np.arange(months) / 40, 1.0)
    lines = np.array([ramp * (0.5 + 0.08 * one) for one in range(5)])
    for step in range(25):
        at = int(random.integers(0, months))
        wide = int(random.choice([1, 1, 3, 30]))
        line = int(random.integers(0, 5))
        if step % 6 == 5:
            lines[line, at : at + wide] = np.nan if random.random() < 0.5 else 0.0
        else:
            lines[line, at : at + wide] += random.choice([0.002, 0.01, -0.01, 0.05])
        found = [
            built.series(f"{head}:{one}", f"Part {one}", unit, lines[one] * size, f"c{one}", grade)
            for head, unit, size in (
                ("utilisation.part", "fraction", 1.0),
                ("serving_tokens_per_s.part", "token/s", 1e6),
                ("cost_usd_per_month.item", "usd/month", 1e6),
            )
            for one in range(5)
        ]
        found += [
            built.series("demand_tokens_per_s", "Demand", "token/s", lines[0] * 3e6, evidence=grade),
            built.series("unmet_tokens_per_s", "Unmet", "token/s", np.maximum(0, lines[0] - lines[1]) * 1e6),
            built.series("cash_flow_usd", "Cash", "usd", (lines[2] - 0.4) * 1e6, evidence=grade),
            built.series("capex_usd", "Capex", "usd", np.nancumsum(lines[3]) * 2e4, evidence=grade),
            built.series("grid_limit_kw", "Grid limit", "kW", 0.8 + 0.1 * np.round(ramp, 1)),
            built.series("facility_power_kw", "Facility", "kW", lines[4], evidence=grade),
        ]
        yield built.results(tuple(found), months)


@pytest.mark.parametrize("grade", ["measured", "vendor", "estimate", "assumption"])
def test_what_stands_is_what_would_be_painted(qtbot: QtBot, grade: Grade) -> None:
    stood = 0
    for number, one in enumerate(("utilisation", "serving", "monthly_cost", "capex_cash", "unmet", "power")):
        shown = Shown(qtbot, chart(one))
        plot = shown.panel.plot
        plot.held = True
        for step, results in enumerate(_walk(grade, number)):
            shown.panel.show_results(results)
            stood += plot._kept is not None and plot._redraw.isEmpty()
            settle()
            kept = on_screen(shown.panel)
            plot._kept = None
            plot.viewport().repaint()
            assert np.array_equal(kept, on_screen(shown.panel)), (one, step)
        shown.panel.hide()
    assert stood > 5


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Pixels of each plot that was painted."""
    found: list[int] = []
    paint: Callable[[ChartPlot, QPaintEvent], None] = ChartPlot.paintEvent

    def counting(plot: ChartPlot, event: QPaintEvent) -> None:
        rects: Iterable[QRect] = cast(Iterable[QRect], event.region())
        found.append(sum(rect.width() * rect.height() for rect in rects))
        paint(plot, event)

    monkeypatch.setattr(ChartPlot, "paintEvent", counting)
    return found


def test_equal_pictures_are_not_painted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    painted = _counted(monkeypatch)
    shown = Shown(qtbot, chart("power"))
    painted.clear()
    shown.results = built.hybrid(1 + 1e-6)
    shown.tell(shown.panel)
    assert painted == []
    reading = shown.panel.reading
    assert reading is not None
    told = shown.results.series["facility_power_kw"].values[0]
    assert reading.headline is not None
    assert reading.headline.values is told or np.array_equal(reading.headline.values, told)


def test_scrubbing_paints_two_strips(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    painted = _counted(monkeypatch)
    shown = Shown(qtbot, chart("power"))
    view = shown.panel.plot.viewport()
    painted.clear()
    shown.month += 20
    shown.tell(shown.panel)
    assert len(painted) == 1
    assert painted[0] < 0.15 * view.width() * view.height()


@pytest.mark.parametrize("theme", ["light", "dark"], indirect=True)
def test_sparklines_are_what_new_ones_would_paint(qtbot: QtBot, theme: str) -> None:
    def told(spark: Spark, spec: ChartSpec, results: Results, baseline: Results | None, row: int) -> None:
        spark.show_reading(read(spec, results, baseline), spec.name, row)
        spark.resize(spark.sizeHint())
        settle()

    def made() -> Spark:
        spark = Spark()
        qtbot.addWidget(spark, before_close_func=partial(_keep, spark))
        spark.show()
        return spark

    for spec in CHARTS:
        kept = made()
        for trainium, baseline, row in (
            (1.0, None, 3),
            (1 + 1e-6, None, 3),
            (1.4, None, 3),
            (1.4, built.hybrid(0.0), 3),
            (1.4, built.hybrid(0.0), 20),
            (1.0, None, 20),
        ):
            results = built.hybrid(trainium)
            told(kept, spec, results, baseline, row)
            fresh = made()
            told(fresh, spec, results, baseline, row)
            assert np.array_equal(on_screen(kept), on_screen(fresh)), (theme, spec.id, trainium, row)
            assert kept.value == fresh.value
            fresh.hide()


def test_a_month_that_says_the_same_is_not_painted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[Spark] = []
    paint: Callable[[Spark, QPaintEvent], None] = Spark.paintEvent

    def counting(spark: Spark, event: QPaintEvent) -> None:
        painted.append(spark)
        paint(spark, event)

    monkeypatch.setattr(Spark, "paintEvent", counting)
    spark, spec, results = Spark(), chart("carbon"), built.without_figures()
    qtbot.addWidget(spark, before_close_func=partial(_keep, spark))
    spark.show()
    spark.show_reading(read(spec, results), spec.name, 0)
    settle()
    assert painted
    painted.clear()
    spark.show_reading(read(spec, built.without_figures()), spec.name, 5)
    settle()
    assert painted == []

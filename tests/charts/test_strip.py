"""The strip of graphs on real results: follows the session, folds, remembers, gives way to the width."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fleetdesigner.assets import resource
from fleetdesigner.catalog.load import load_catalog
from fleetdesigner.charts.panel import ChartPanel
from fleetdesigner.charts.reading import read
from fleetdesigner.charts.registry import CHARTS
from fleetdesigner.charts.strip import ChartStrip
from fleetdesigner.design.edits import scenario_design
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.session.pinning import resolve
from tests.charts import hand_built as built
from tests.charts.stand_in import Memory, StandIn

# the offscreen platform has no window manager to tell sizes to
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture(scope="module")
def real() -> tuple[Results, Results]:
    """The first example: its base, and its first scenario."""
    document = read_fleet(resource("examples", "first-hall.fleet"))
    catalog = load_catalog().with_texts((pin.kind, pin.id, pin.text) for pin in document.pins)
    base = document.design
    changed = scenario_design(base, base.scenarios[0].id)
    return evaluate(base, resolve(catalog, base)), evaluate(changed, resolve(catalog, changed))


def strip(
    qtbot: QtBot, session: StandIn, width: int = 1048, window: int = 1600, memory: Memory | None = None
) -> ChartStrip:
    """A strip of that width in a window."""
    host = QWidget()
    qtbot.addWidget(host)
    session.host = host
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, window - width, 0)
    made = ChartStrip(cast(Any, session), memory)
    column.addWidget(made)
    host.resize(window, 256)
    host.show()
    for panel in made.panels:
        panel.refresh()
    return made


@pytest.mark.parametrize("spec", CHARTS, ids=lambda spec: spec.id)
def test_every_chart_shows_an_example(qtbot: QtBot, real: tuple[Results, Results], spec: Any) -> None:
    base, changed = real
    panel = ChartPanel(spec, CHARTS)
    session = StandIn(None, None, 0)
    session.host = panel
    qtbot.addWidget(panel)
    panel.resize(349, 256)
    panel.show()
    panel.show_results(changed, base)
    panel.set_month(changed.default_month)
    panel.refresh()
    panel.grab()
    reading = panel.reading
    assert reading is not None
    assert reading.has_data, "the example moves every graph"
    assert panel.sentence.endswith(".")
    assert panel.legend.entries
    row = changed.month_index(changed.default_month)
    for trace in reading.traces:
        whole = changed.series[trace.layer.series + trace.key if trace.key else trace.layer.series]
        assert np.array_equal(trace.values, whole.values[0], equal_nan=True)
    for entry in panel.legend.entries:
        value = reading.at(entry.trace, row)
        if value is not None and not entry.trace.layer.unit:
            assert entry.value == panel.plot.unit.number(value)


def test_parts_of_a_stack_add_up_to_its_headline(real: tuple[Results, Results]) -> None:
    for spec in CHARTS:
        reading = read(spec, real[1])
        parts = reading.of("stack")
        if spec.total and parts and reading.headline is not None:
            whole = np.sum([np.nan_to_num(part.values) for part in parts], axis=0)
            assert np.allclose(whole, reading.headline.values, rtol=1e-9), spec.id


@pytest.mark.parametrize(
    ("window", "width", "count"),
    [(1280, 968, 2), (1366, 878, 3), (1600, 1048, 3), (1920, 1336, 4), (1600, 560, 2), (1600, 240, 1)],
)
def test_panels_by_width(qtbot: QtBot, window: int, width: int, count: int) -> None:
    made = strip(qtbot, StandIn(built.hybrid(), None, built.FIRST), width, window)
    assert len(made.panels) == count
    assert [panel.spec.id for panel in made.panels] == list(made.picks[:count])


def test_follows_results_and_month(qtbot: QtBot) -> None:
    session = StandIn(built.hybrid(0.0), None, built.FIRST)
    made = strip(qtbot, session)
    session.show(built.hybrid(), built.hybrid(0.0))
    power = made.panels[0]
    assert power.header.baseline.value
    session.set_month(built.FIRST + 20)
    assert {entry.name: entry.value for entry in power.legend.entries}["Trainium2 IT"] == "0.192"
    power.month_picked.emit(built.FIRST + 5)
    assert session.month == built.FIRST + 5
    assert all(panel.row() == 5 for panel in made.panels)


def test_folds_to_a_line(qtbot: QtBot) -> None:
    memory = Memory()
    session = StandIn(built.hybrid(), built.hybrid(0.0), built.FIRST + 8)
    made = strip(qtbot, session, memory=memory)
    made.toggle_folded()
    assert made.folded
    assert made.maximumHeight() == 41
    assert not made.panels[0].isVisible()
    line = made._line
    assert [spark.value for spark in line.sparks] == ["708 kW", "$306 k", "74.2 k tok/s"]
    made.grab()
    session.set_month(built.FIRST)
    assert line.sparks[0].value == "437 kW"
    again = strip(qtbot, StandIn(built.hybrid(), None, built.FIRST), memory=memory)
    assert again.folded
    QTest.mouseClick(again._line.sparks[0], Qt.MouseButton.LeftButton)
    assert not again.folded
    assert again.panels[0].isVisible()


def test_hidden_graphs_wait(qtbot: QtBot) -> None:
    session = StandIn(built.hybrid(), None, built.FIRST)
    made = strip(qtbot, session)
    made.set_folded(True)
    before = made.panels[0].reading
    session.show(built.hybrid(2.0), None)
    assert made.panels[0].reading is before
    made.set_folded(False)
    qtbot.waitUntil(lambda: made.panels[0].reading is not before, timeout=2000)


def test_picks_change_places_and_are_remembered(qtbot: QtBot) -> None:
    memory = Memory()
    made = strip(qtbot, StandIn(built.hybrid(), None, built.FIRST), memory=memory)
    made.panels[0].chart_picked.emit("carbon")
    assert made.picks == ("carbon", "monthly_cost", "serving", "unmet")
    made.panels[0].chart_picked.emit("serving")
    assert made.picks == ("serving", "monthly_cost", "carbon", "unmet")
    assert made.panels[2].spec.id == "carbon"
    again = strip(qtbot, StandIn(built.hybrid(), None, built.FIRST), memory=memory)
    assert again.picks == made.picks
    again.set_picks(("power",))
    assert again.panels[0].spec.id == "power"
    with pytest.raises(KeyError, match="no chart 'pie'"):
        again.set_picks(("pie",))
    memory.set("charts.picked", ["gone", 3])
    assert strip(qtbot, StandIn(None, None, built.FIRST), memory=memory).picks == (
        "power",
        "monthly_cost",
        "serving",
        "unmet",
    )


def test_axes_are_held_together(qtbot: QtBot) -> None:
    session = StandIn(built.hybrid(), None, built.FIRST)
    made = strip(qtbot, session)
    made.held = True
    before = [panel.plot.labels() for panel in made.panels]
    session.show(built.hybrid(9.0), None)
    assert [panel.plot.labels() for panel in made.panels] == before
    made.held = False
    assert [panel.plot.labels() for panel in made.panels] != before


def test_enlarged_chart_stays_live(qtbot: QtBot) -> None:
    session = StandIn(built.hybrid(), built.hybrid(0.0), built.FIRST + 8)
    made = strip(qtbot, session)
    window = made.enlarge("power")
    window.panel.refresh()
    assert window.panel.sentence.startswith("Facility peaks at 710 kW")
    session.show(built.hybrid(2.0), built.hybrid(0.0))
    assert "710 kW" not in window.panel.sentence
    window.panel.chart_picked.emit("carbon")
    assert window.windowTitle() == "Carbon"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    session.show(built.hybrid(), None)


def test_compared_scenarios(qtbot: QtBot, real: tuple[Results, Results]) -> None:
    document = read_fleet(resource("examples", "first-hall.fleet"))
    catalog = load_catalog().with_texts((pin.kind, pin.id, pin.text) for pin in document.pins)
    base = document.design
    ids = [scenario.id for scenario in base.scenarios]
    together = evaluate(base, resolve(catalog, base), ids)
    session = StandIn(real[1], real[0], real[0].default_month)
    session.base_design, session.active_scenario = base, ids[0]
    made = strip(qtbot, session)
    made.set_picks(("token_cost",))
    session.comparison_changed.emit(together)
    made.grab()
    names = [entry.name for entry in made.panels[0].legend.entries]
    assert names[: len(ids) - 1] == ["B", "C"][: len(ids) - 1]
    session.comparison_changed.emit(None)
    assert "B" not in [entry.name for entry in made.panels[0].legend.entries]

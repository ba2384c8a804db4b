"""Every chart shows empty, hybrid and missing figures, and says what the results say."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fleetdesigner.charts.legend import entries
from fleetdesigner.charts.panel import ChartPanel
from fleetdesigner.charts.reading import Compared, read
from fleetdesigner.charts.registry import CHARTS, FIRST_PICKS, chart
from fleetdesigner.charts.spec import ChartSpec
from fleetdesigner.engine.results import Results
from fleetdesigner.look import current, set_theme
from fleetdesigner.units import NO_FIGURE
from fleetdesigner.values import Grade
from tests.charts import hand_built as built

MONTH = built.FIRST + 8
# the offscreen platform has no window manager to tell sizes to
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def _keep(panel: QWidget, closing: QWidget) -> None:
    assert panel is closing


def shown(
    qtbot: QtBot,
    spec: ChartSpec,
    results: Results | None,
    baseline: Results | None = None,
    month: int = MONTH,
) -> ChartPanel:
    """A panel on screen with its picture made."""
    panel = ChartPanel(spec, CHARTS)
    # pytest-qt holds widgets weakly: one that is collected while it paints takes the process with it
    qtbot.addWidget(panel, before_close_func=partial(_keep, panel))
    panel.resize(349, 256)
    panel.show()
    panel.show_results(results, baseline)
    panel.set_month(month)
    panel.refresh()
    panel.grab()
    return panel


def colours(panel: ChartPanel) -> set[tuple[int, ...]]:
    """Colours in the plot's picture."""
    image = panel.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)
    return {tuple(int(c) for c in row) for row in np.unique(data[:, :3], axis=0)}


def enlarged_colours(panel: ChartPanel) -> set[tuple[int, ...]]:
    """Colours in the plot at twice the pixels, where a line of 1.2 pixels has whole ones of its own."""
    image = QImage(panel.plot.size() * 2, QImage.Format.Format_RGBA8888)
    painter = QPainter(image)
    painter.scale(2, 2)
    panel.plot.render(painter, QRectF(panel.plot.rect()))
    painter.end()
    data = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)
    return {tuple(int(c) for c in row) for row in np.unique(data[:, :3], axis=0)}


def rgb(colour: QColor) -> tuple[int, ...]:
    return colour.red(), colour.green(), colour.blue()


def test_ids_are_different_and_picks_exist() -> None:
    ids = [spec.id for spec in CHARTS]
    assert len(set(ids)) == len(ids) >= 10
    assert all(chart(one).id == one for one in FIRST_PICKS)
    with pytest.raises(KeyError, match="no chart 'pie'"):
        chart("pie")


@pytest.mark.parametrize("spec", CHARTS, ids=lambda spec: spec.id)
def test_every_chart_shows_every_state(qtbot: QtBot, spec: ChartSpec) -> None:
    hybrid, base = built.hybrid(), built.hybrid(0.0)
    panel = shown(qtbot, spec, built.empty())
    assert panel.sentence == ""
    assert panel.legend.entries == ()
    panel.show_results(hybrid, base)
    panel.refresh()
    panel.grab()
    assert panel.sentence.endswith(".")
    assert panel.accessibleDescription() == panel.sentence
    assert panel.legend.entries
    assert panel.header.unit.text
    panel.show_results(built.without_figures(), base)
    panel.refresh()
    panel.grab()
    panel.show_results(None, None)
    panel.refresh()
    panel.grab()
    panel.show_results(built.hybrid(months=12), base)
    panel.refresh()
    panel.grab()


@pytest.mark.parametrize("spec", CHARTS, ids=lambda spec: spec.id)
@pytest.mark.parametrize("row", [0, 8, 35])
def test_legend_says_what_the_results_say(qtbot: QtBot, spec: ChartSpec, row: int) -> None:
    results = built.hybrid()
    panel = shown(qtbot, spec, results, built.hybrid(0.0), built.FIRST + row)
    reading = panel.reading
    assert reading is not None
    for entry in panel.legend.entries:
        trace = entry.trace
        unit = trace.layer.unit or spec.unit
        number = float(trace.values[row])
        written = entry.value.replace("−", "-").replace(",", "").split()
        scale = {"k": 1e3, "M": 1e6}.get(written[1], 1.0) if len(written) > 1 else 1.0
        factor = 1.0 if trace.layer.unit else panel.plot.unit.factor
        if panel.plot.unit.suffix and not trace.layer.unit:
            factor = 1.0
        assert float(written[0]) * scale * factor == pytest.approx(number, rel=6e-3, abs=1e-9), (unit, entry)


def test_baseline_stands_in_header_and_plot(qtbot: QtBot) -> None:
    results, base = built.hybrid(), built.hybrid(0.0)
    alone = shown(qtbot, chart("power"), results)
    assert alone.header.baseline.value == ""
    ghost = rgb(current().color("ghost"))
    assert ghost not in enlarged_colours(alone)
    both = shown(qtbot, chart("power"), results, base)
    assert both.header.baseline.value == "0.446"
    assert ghost in enlarged_colours(both)
    # a baseline that is what is on screen is none
    same = shown(qtbot, chart("power"), results, results)
    assert same.header.baseline.value == ""


def test_sentences_compare_with_the_baseline(qtbot: QtBot) -> None:
    results, base = built.hybrid(), built.hybrid(0.0)
    power = shown(qtbot, chart("power"), results, base)
    assert power.sentence == "Facility peaks at 710 kW, 263 kW above baseline."
    assert shown(qtbot, chart("power"), base).sentence == "Facility peaks at 447 kW, 753 kW under the limit."
    cost = shown(qtbot, chart("monthly_cost"), results, base)
    assert cost.sentence == "$306 k a month, $76.0 k above baseline."
    same = shown(qtbot, chart("chips"), results, built.hybrid())
    assert same.sentence == "In service: 512, same as baseline."
    assert "unmet" in shown(qtbot, chart("unmet"), results).sentence
    cause = shown(qtbot, chart("unmet_cause"), results).sentence
    assert cause.startswith("Mostly pools full from 2028-10, ")
    pools = shown(qtbot, chart("work_by_pool"), results)
    pools.set_month(built.FIRST + 20)
    assert pools.sentence == "Latency: 100 % in Trn2 pool; cost: 100 % in Trn2 pool."


def test_cash_so_far_says_when_it_is_back(qtbot: QtBot) -> None:
    def said(line: list[float], before: list[float] | None = None) -> str:
        made = [
            built.results((built.series("cumulative_cash_usd", "", "usd", np.repeat(one, 3)),), 12)
            for one in (line, before or line)
        ]
        base = None if before is None else made[1]
        return shown(qtbot, chart("cumulative_cash"), made[0], base).sentence

    # each value stands for three months from January 2027 on; what is shown is the ninth
    assert said([-3e6, -1e6, 2e6, 3e6]) == "Cash so far: $2.00 M, back at 0 for good in 2027-07."
    assert said([-3e6, 1e6, -2e6, -1e6]) == "Cash so far: −$2.00 M, not back at 0 in the horizon."
    assert said([0.0, 1e6, 1e6, 1e6]) == "Cash so far: $1.00 M, never below 0."
    base = [-1e6, -1e6, 0.0, 1e6]
    ahead = "Cash so far: −$1.00 M, ahead of baseline for good from 2027-10."
    assert said([-3e6, -2e6, -1e6, 2e6], base) == ahead
    assert said([-3e6, -2e6, -1e6, 0.0], base) == "Cash so far: −$1.00 M, $1.00 M behind baseline at the end."
    assert said([0.0, 0.0, 1e6, 3e6], base) == "Cash so far: $1.00 M, $2.00 M ahead of baseline at the end."
    assert said(base, list(base)) == "Cash so far: $0, same as baseline."
    gone = [float("nan")] * 4
    assert said(base, gone) == "Cash so far: $0, back at 0 for good in 2027-07."


def test_the_race_says_when_the_gain_is_eaten(qtbot: QtBot) -> None:
    race = shown(qtbot, chart("race"), built.hybrid()).sentence
    # 1 + t/24 over 1.5^(t/12): 0.987 at t = 14, 0.979 at t = 15, the first month by more than 2 %
    assert race == "From 2028-04 a task costs more than in 2027-01."
    flat = [built.series("race_tasks_per_usd", "", "index", np.full(12, value)) for value in (1.0, 1.2)]
    rising = built.series("race_tasks_per_usd", "", "index", np.linspace(1.0, 1.4, 12))
    words = [shown(qtbot, chart("race"), built.results((one,), 12)).sentence for one in (*flat, rising)]
    assert words[0] == "A task costs in the end what it cost at first."
    assert words[1] == words[2] == "The gain is never eaten inside the plan."


def test_no_room_is_not_spoken_of(qtbot: QtBot) -> None:
    busy = [
        built.series(f"utilisation.part:{one}", one, "fraction", np.full(built.MONTHS, 1 - 1e-16 * at))
        for at, one in enumerate(("p1", "p2"), 1)
    ]
    panel = shown(qtbot, chart("utilisation"), built.results(tuple(busy)))
    assert panel.sentence == "All usable capacity is at work this month."


def test_red_only_over_the_limit(qtbot: QtBot) -> None:
    red = rgb(current().color("over"))
    assert red not in colours(shown(qtbot, chart("power"), built.hybrid()))
    over = shown(qtbot, chart("power"), built.hybrid(6.0))
    assert red in colours(over)
    assert over.sentence.startswith("Facility draws ")
    assert "more than the grid gives" in over.sentence


def test_parts_without_figure_say_so(qtbot: QtBot) -> None:
    panel = shown(qtbot, chart("power"), built.without_figures())
    values = {entry.name: entry.value for entry in panel.legend.entries}
    assert values["Trainium4 IT"] == NO_FIGURE
    assert values["Facility"] == NO_FIGURE
    assert "no public figure" in panel.sentence


def test_line_styles_tell_the_grade(qtbot: QtBot) -> None:
    def dashes(grade: Grade) -> int:
        values = np.full(built.MONTHS, 2.0)
        made = built.results(
            (built.series("usd_per_million_tokens", "Cost", "usd/million tokens", values, evidence=grade),)
        )
        panel = shown(qtbot, chart("token_cost"), made, month=built.FIRST)
        image = panel.plot.grab().toImage()
        ink = current().color("ink").rgb()
        rows = [[image.pixel(x, y) == ink for x in range(70, image.width() - 20)] for y in range(20, 120)]
        line = max(rows, key=sum)
        return sum(a and not b for a, b in pairwise(line))

    assert dashes("measured") == 0
    assert dashes("vendor") > dashes("estimate") > dashes("measured")
    assert dashes("assumption") > dashes("measured")


def test_month_moves_only_month(qtbot: QtBot) -> None:
    panel = shown(qtbot, chart("power"), built.hybrid(), built.hybrid(0.0), built.FIRST)
    labels = panel.plot.labels()
    first = {entry.name: entry.value for entry in panel.legend.entries}
    panel.set_month(built.FIRST + 20)
    later = {entry.name: entry.value for entry in panel.legend.entries}
    assert first["Trainium2 IT"] == "0"
    assert later["Trainium2 IT"] == "0.192"
    assert panel.plot.labels() == labels
    panel.set_month(built.FIRST + 500)
    assert panel.row() == built.MONTHS - 1


def test_axis_stands_still_while_held(qtbot: QtBot) -> None:
    panel = shown(qtbot, chart("chips"), built.hybrid())
    before = panel.plot.labels()
    panel.held = True
    panel.show_results(built.hybrid(8.0))
    assert panel.plot.labels() == before
    panel.held = False
    assert panel.plot.labels() != before
    # a little less stays on the same axis, so that nothing jumps
    wide = panel.plot.labels()
    panel.show_results(built.hybrid(7.0))
    assert panel.plot.labels() == wide


def test_mouse_scrubs_the_month(qtbot: QtBot) -> None:
    panel = shown(qtbot, chart("power"), built.hybrid())
    picked: list[int] = []
    panel.month_picked.connect(picked.append)
    plot = panel.plot
    at = plot.mapFromScene(plot.point_at(20)) + QPoint(0, 60)
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert picked == [built.FIRST + 20]
    QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    there = plot.mapFromScene(plot.point_at(25)) + QPoint(0, 60)
    QTest.mouseMove(plot.viewport(), there)
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=there)
    assert picked[-2:] == [built.FIRST + 20, built.FIRST + 25] or picked[-1] in (
        built.FIRST + 20,
        built.FIRST + 25,
    )
    panel.set_month(built.FIRST + 3)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert picked[-1] == built.FIRST + 4
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert picked[-1] == built.FIRST


def test_card_after_a_moment(qtbot: QtBot) -> None:
    panel = shown(qtbot, chart("power"), built.hybrid(), built.hybrid(0.0))
    panel.plot.pointed.emit(8, QPointF(120, 60))
    hover = panel.findChild(type(panel._hover))
    assert hover is not None
    assert hover.card is None or not hover.card.isVisible()
    qtbot.waitUntil(lambda: hover.card is not None and hover.card.isVisible(), timeout=2000)
    card = hover.card
    assert card is not None
    lines = {line.name: line.value for line in card.lines}
    assert lines["Trainium2 IT"] == "192 kW"
    assert lines["Baseline"] == "446 kW"
    card.grab()
    panel.plot.pointed.emit(None, QPointF())
    assert not card.isVisible()


def test_copying_puts_a_picture_on_the_clipboard(qtbot: QtBot) -> None:
    panel = shown(qtbot, chart("monthly_cost"), built.hybrid())
    QGuiApplication.clipboard().clear()
    clean = panel.picture().toImage()
    plot = panel.plot
    plot._point(3, plot.point_at(3))
    with qtbot.waitSignal(panel.copied):
        panel.copy_image()
    assert QGuiApplication.clipboard().image().convertedTo(clean.format()) == clean
    image = QGuiApplication.clipboard().image()
    assert image.width() == 2 * panel.width()
    seen = {image.pixel(400, y) for y in range(120, 420)}
    assert current().cost(0).rgb() in seen


def test_hidden_panels_do_nothing(qtbot: QtBot) -> None:
    panel = ChartPanel(chart("power"), CHARTS)
    qtbot.addWidget(panel)
    panel.show_results(built.hybrid())
    panel.set_month(MONTH)
    assert panel.reading is None
    panel.resize(349, 256)
    panel.show()
    qtbot.waitUntil(lambda: panel.reading is not None, timeout=5000)


def test_another_chart_from_the_menu(qtbot: QtBot) -> None:
    panel = shown(qtbot, chart("power"), built.hybrid())
    picked: list[str] = []
    panel.chart_picked.connect(picked.append)
    menu = panel.header.menu()
    assert [action.text() for action in menu.actions()] == [spec.name for spec in CHARTS]
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Power"]
    menu.actions()[1].trigger()
    assert picked == [CHARTS[1].id]
    panel.set_chart(chart("carbon"))
    assert panel.header.title.text() == "Carbon"
    assert panel.reading is not None
    assert panel.reading.spec.id == "carbon"


def test_compared_scenarios_carry_letters(qtbot: QtBot) -> None:
    results, base = built.hybrid(), built.hybrid(0.0)
    panel = shown(qtbot, chart("token_cost"), results, base)
    panel.show_compared((Compared(built.hybrid(2.0), 0, 0), Compared(built.hybrid(3.0), 0, 1)))
    panel.grab()
    assert [entry.name for entry in panel.legend.entries][:2] == ["A", "B"]
    assert rgb(current().scenario(1)) in colours(panel)
    panel.show_compared(())
    assert "A" not in [entry.name for entry in panel.legend.entries]


@pytest.mark.parametrize("name", ["dark", "contrast"])
def test_other_themes(qtbot: QtBot, name: str) -> None:
    panel = shown(qtbot, chart("power"), built.hybrid(), built.hybrid(0.0))
    set_theme(name)
    try:
        assert rgb(current().family("trainium2").fill) in colours(panel)
        assert rgb(current().color("ghost")) in enlarged_colours(panel)
    finally:
        set_theme("light")


def test_legend_keeps_its_place_while_the_month_moves(qtbot: QtBot) -> None:
    results = built.hybrid()
    panel = shown(qtbot, chart("monthly_cost"), results)
    reading = read(chart("monthly_cost"), results)
    rooms = {tuple(e.room for e in entries(reading, panel.plot.unit, row)) for row in range(built.MONTHS)}
    assert len(rooms) == 1

"""The strip shows values, differences, grades and limits, says what is missing, and explains each figure."""

from __future__ import annotations

import math
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fleetdesigner.engine.kpis.registry import KPIS
from fleetdesigner.look import current
from fleetdesigner.panels.kpi.card import KpiCard
from fleetdesigner.panels.kpi.strip import FIRST_PICKS, KpiStrip
from fleetdesigner.panels.kpi.tile import KpiTile, tile_words
from tests.charts.stand_in import Memory, StandIn
from tests.panels.kpi_values import LACKING, MONTH, Given, kpi

INPUT_WORDS = "H100 rack: provisioned IT power"

# the offscreen platform has no window manager to ask
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def strip(
    qtbot: QtBot, results: Any, baseline: Any = None, width: int = 1600, memory: Memory | None = None
) -> tuple[KpiStrip, StandIn]:
    """A strip in a window of that width."""
    session = StandIn(results, baseline, MONTH)
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    made = KpiStrip(cast(Any, session), memory)
    column.addWidget(made)
    column.addStretch(1)
    window.resize(width, 300)
    window.show()
    made.grab()
    session.host = window  # pytest-qt holds its widgets weakly
    return made, session


def tile(made: KpiStrip, kpi_id: str) -> KpiTile:
    return next(one for one in made.tiles if one.kpi_id == kpi_id)


def test_words_of_a_value() -> None:
    words = tile_words(kpi(value=707.0), kpi(value=446.0), limit=1200.0)
    assert (words.name, words.number, words.unit) == ("Facility power", "707", "kW of 1.20 MW")
    assert words.delta == "Δ +261 kW (+59 %)"
    assert words.grade_words == "estimate"
    assert not words.over


def test_no_purchase_is_said_in_words() -> None:
    none, some = (tile_words(kpi("capex_usd", usd), None) for usd in (0.0, 4e6))
    assert (none.number, none.unit) == ("$0", "nothing bought")
    assert "nothing bought" not in some.unit


def test_multipliers_stand_with_the_number() -> None:
    assert tile_words(kpi("serving_tokens_per_s", 74.2e3), None).number == "74.2 k"
    assert tile_words(kpi("serving_tokens_per_s", 74.2e3), None).unit == "tok/s"
    assert tile_words(kpi("capex_usd", 11.1e6), None).number == "$11.1 M"
    assert tile_words(kpi("chips", 512.0), None).number == "512"


@pytest.mark.parametrize(
    ("worst", "share", "words"),
    [
        ("assumption", 0.28, "28 % assumption"),
        ("assumption", 1.0, "assumption"),
        ("measured", 1.0, "measured"),
        ("vendor", math.nan, "vendor"),
        ("assumption", 0.0004, "< 1 % assumption"),
    ],
)
def test_weakest_link_with_its_share(worst: str, share: float, words: str) -> None:
    assert tile_words(kpi(worst=worst, worst_share=share), None).grade_words == words


def test_a_missing_figure_says_how_to_supply_it() -> None:
    words = tile_words(kpi("capex_usd", None, why="no public figure", inputs=(LACKING,)), None)
    assert words.number == "no public figure"
    assert words.delta == "Enter Trainium3 price"
    assert words.grade == "none"
    none = tile_words(kpi("time_to_train_days", None, why="the design has no training run", inputs=()), None)
    assert none.number == "the design has no training run"


def test_over_a_limit_is_red_with_words(qtbot: QtBot) -> None:
    made, _ = strip(qtbot, Given({"facility_power_kw": 1258.0}, limit=1200.0))
    found = tile(made, "facility_power_kw")
    assert found.words.over
    assert found.words.unit.endswith("58.0 kW over")
    image = found.grab().toImage()
    seen = {image.pixel(x, y) for x in range(10, 80) for y in range(20, 50)}
    assert current().color("over").rgb() in seen


def test_share_is_kept_until_the_next_is_known(qtbot: QtBot) -> None:
    one = KpiTile("capex_usd")
    qtbot.addWidget(one)
    one.show_kpi(kpi("capex_usd", 1e6, worst="assumption", worst_share=0.28), None)
    one.show_kpi(kpi("capex_usd", 2e6, worst="assumption"), None)
    assert one.words.grade_words == "28 % assumption"


@pytest.mark.parametrize(("width", "count"), [(1280, 5), (1366, 5), (1600, 7), (1920, 9)])
def test_tiles_by_width(qtbot: QtBot, width: int, count: int) -> None:
    made, _ = strip(qtbot, Given({}), width=width)
    assert [one.kpi_id for one in made.tiles] == list(FIRST_PICKS[:count])


def test_rest_is_one_click_away(qtbot: QtBot) -> None:
    made, _ = strip(qtbot, Given({}), width=1366)
    popup = made.show_all()
    qtbot.addWidget(popup)
    ids = [one.kpi_id for one in popup.tiles]
    assert set(ids) | {one.kpi_id for one in made.tiles} == {one.id for one in KPIS}
    assert ids[:2] == list(FIRST_PICKS[5:7])
    popup.grab()
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_values_follow_results_month_and_baseline(qtbot: QtBot) -> None:
    before = Given({"chips": 256.0})
    made, session = strip(qtbot, Given({"chips": 512.0}), before)
    assert tile(made, "chips").words.delta == "Δ +256 (+100 %)"
    asked = before.asked
    session.show(cast(Any, Given({"chips": 640.0})), cast(Any, before))
    assert tile(made, "chips").words.number == "640"
    # the baseline has not changed: it is not asked again
    assert before.asked == asked
    session.set_month(MONTH + 1)
    assert before.asked > asked
    alone = Given({"chips": 640.0})
    session.show(cast(Any, alone), cast(Any, alone))
    assert tile(made, "chips").words.delta == ""


def test_picking_is_remembered(qtbot: QtBot) -> None:
    memory = Memory()
    made, _ = strip(qtbot, Given({}), memory=memory)
    actions = {action.data(): action for action in made.picking_menu("chips").actions() if action.data()}
    assert actions["chips"].isChecked()
    actions["irr"].trigger()
    assert "irr" in [one.kpi_id for one in made.tiles]
    actions["chips"].trigger()
    assert "chips" not in made.picks
    again, _ = strip(qtbot, Given({}), memory=memory)
    assert again.picks == made.picks
    right = next(a for a in made.picking_menu(made.picks[0]).actions() if a.text() == "Move right")
    second = made.picks[1]
    right.trigger()
    assert made.picks[0] == second
    made.set_picks(("no-such-kpi",))
    assert made.picks[0] == second


def test_damaged_picks_are_ignored(qtbot: QtBot) -> None:
    memory = Memory()
    memory.set("kpis.picked", ["gone", 7, "irr"])
    made, _ = strip(qtbot, Given({}), memory=memory)
    assert made.picks == ("irr",)
    memory.set("kpis.picked", "nonsense")
    made, _ = strip(qtbot, Given({}), memory=memory)
    assert made.picks == FIRST_PICKS


def test_busy_line_after_a_moment(qtbot: QtBot) -> None:
    made, session = strip(qtbot, Given({}))
    session.busy_changed.emit(True)
    assert not made.busy_shown
    qtbot.waitUntil(lambda: made.busy_shown, timeout=1000)
    session.busy_changed.emit(False)
    assert not made.busy_shown
    session.busy_changed.emit(True)
    session.busy_changed.emit(False)
    qtbot.wait(150)
    assert not made.busy_shown


def test_clicking_a_tile_explains_it(qtbot: QtBot) -> None:
    made, _ = strip(qtbot, Given({"facility_power_kw": 707.0}))
    with qtbot.waitSignal(tile(made, "facility_power_kw").explain):
        QTest.mouseClick(tile(made, "facility_power_kw"), Qt.MouseButton.LeftButton)
    card = made.findChild(KpiCard)
    assert card is not None
    words = [label.text() for label in card.findChildren(QLabel)]
    for expected in ("Facility power", "707 kW", "544 kW × 1.3 = 707 kW", INPUT_WORDS, "40.8 kW"):
        assert expected in words
    assert "vendor 60 % · assumption 40 %" in words
    assert "vendor data sheet (2024-03)" in words
    selectable = Qt.TextInteractionFlag.TextSelectableByMouse
    assert all(label.textInteractionFlags() & selectable for label in card.findChildren(QLabel))
    card.copy()
    copied = QGuiApplication.clipboard().text()
    assert "Facility power: 707 kW" in copied
    assert f"{INPUT_WORDS}: 40.8 kW (vendor; vendor data sheet (2024-03))" in copied
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_card_says_why_there_is_none(qtbot: QtBot) -> None:
    card = KpiCard(
        kpi("capex_usd", None, evidence="none", worst="none", why="Trn3: no public figure for price_usd")
    )
    qtbot.addWidget(card)
    card.grab()
    assert "Why there is no figure: Trn3" in card.as_text()


def test_keys_reach_every_tile(qtbot: QtBot) -> None:
    made, _ = strip(qtbot, Given({}))
    first = made.tiles[0]
    with qtbot.waitSignal(first.explain):
        QTest.keyClick(first, Qt.Key.Key_Return)
    assert all(one.accessibleName() for one in made.tiles)
    card = made.findChild(KpiCard)
    assert card is not None
    card.close()


def test_bar_shows_the_share_of_the_limit(qtbot: QtBot) -> None:
    made, _ = strip(
        qtbot, Given({"facility_power_kw": 600.0}, limit=1200.0), Given({"facility_power_kw": 300.0})
    )
    found = tile(made, "facility_power_kw")
    image = found.grab().toImage()
    row = [QColor(image.pixel(x, 56)).rgb() for x in range(image.width())]
    ink, accent, track = (current().color(token).rgb() for token in ("ink2", "accent", "track"))
    assert row.count(ink) == pytest.approx(row.count(accent), abs=2)
    assert row.count(track) == pytest.approx(row.count(ink) + row.count(accent), abs=3)


def test_no_results_yet(qtbot: QtBot) -> None:
    made, session = strip(qtbot, None)
    assert made.explain("chips") is None
    session.show(cast(Any, Given({"chips": 3.0})), None)
    assert tile(made, "chips").words.number == "3"


def test_one_site_over_its_grid_is_over_though_all_together_are_not() -> None:
    words = tile_words(kpi(value=1_520.0), None, limit=2_400.0, excess=320.0)
    assert words.over
    assert words.unit == "MW, 320 kW over"


def test_a_tile_that_is_painted_in_part_looks_like_a_fresh_one(qtbot: QtBot) -> None:
    def shown() -> KpiTile:
        made = KpiTile("facility_power_kw")
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        qtbot.addWidget(made)
        made.setGeometry(400, 300, 229, 72)  # away from the mouse
        made.show()
        qtbot.waitExposed(made)
        return made

    def on_screen(one: KpiTile) -> QImage:
        QGuiApplication.processEvents()
        window = one.windowHandle()
        assert window is not None
        return one.screen().grabWindow(window.winId()).toImage()

    moved = shown()
    for value, before, limit in (
        (kpi(value=707.0), kpi(value=446.0), 1200.0),
        (kpi(value=708.5), kpi(value=446.0), 1200.0),
        (kpi(value=1300.0), kpi(value=446.0), 1200.0),
        (kpi(value=1400.0, worst="assumption"), None, 1200.0),
        (kpi(value=88_123.0, worst="assumption"), None, None),
        (kpi(value=None, worst="none", why="no public figure", inputs=(LACKING,)), None, None),
        (kpi(value=1.0), kpi(value=1e9), 2.0),
    ):
        moved.show_kpi(value, before, limit)
        fresh = shown()
        fresh.show_kpi(value, before, limit)
        assert on_screen(moved) == on_screen(fresh), value.value

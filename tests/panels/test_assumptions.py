"""Assumptions are listed with span and source, changed, removed, pinned and reset."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fleetdesigner.design.addresses import find
from fleetdesigner.design.commands import Rename, SetAssumption
from fleetdesigner.design.curves import Compound
from fleetdesigner.design.scenarios import Address, Assumption
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS
from fleetdesigner.panels.assumptions.lines import REGISTRY, TRAINIUM_PRICES, lines, range_words
from fleetdesigner.panels.assumptions.panel import AssumptionsPanel
from fleetdesigner.panels.price_routes import PriceRoutes
from tests.panels.docks import cut_words, live, settle, shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

PRICE = "racks/trn2-ultra.price_usd"


def test_trainium_prices_stand_first_and_the_registry_last(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        found = lines(session)
        assert [line.section for line in found][:2] == [TRAINIUM_PRICES] * 2
        assert {line.ref for line in found if line.section == TRAINIUM_PRICES} == {
            PRICE,
            "racks/trn3-gen2.price_usd",
        }
        registry = [line.ref for line in found if line.section == REGISTRY]
        # what is about chips that are not in the fleet does not stand in the way
        fleet = ("", "hopper", "trainium2", "trainium3")
        assert registry == [f"assumption:{spec.key}" for spec in ASSUMPTIONS if spec.generation in fleet]
        assert "assumption:price_change_hopper_per_year" in registry
        assert found[-1].section == REGISTRY


def test_a_removed_figure_leaves_the_totals_without_a_value_and_says_why(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        panel = AssumptionsPanel(session)
        panel.refresh()
        assert session.results is not None
        assert session.results.kpi("capex_usd").value is not None
        panel.row(PRICE).remove_figure()
        settle(qtbot, session)
        kpi = session.results.kpi("capex_usd")
        assert kpi.value is None
        assert "trn2-ultra" in kpi.why
        panel.refresh()
        row = panel.row(PRICE)
        assert row.line.text() == ""
        assert row.line.placeholderText() == "no public figure"
        row.reset()
        settle(qtbot, session)
        assert session.results.kpi("capex_usd").value is not None


def test_a_value_is_set_and_reset(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = AssumptionsPanel(session)
        panel.refresh()
        row = panel.row("assumption:discount_rate")
        row.line.setText("11")
        row.line.setModified(True)
        row.take()
        held = find(session.design, "assumption:discount_rate")
        assert isinstance(held, Assumption)
        assert held.value == pytest.approx(0.11)
        assert session.undo_label() == "Set discount rate"
        row.reset()
        assert find(session.design, "assumption:discount_rate") is None


def test_reset_assumptions_is_one_step(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        panel = AssumptionsPanel(session)
        panel.refresh()
        panel.row(PRICE).commit(700_000.0)
        panel.row("assumption:it_life_months").commit(48.0)
        before = session.design
        panel.reset_assumptions()
        assert session.design.assumptions == ()
        assert session.design.overrides == ()
        session.undo()
        assert session.design == before


def test_the_search_looks_at_names_sources_and_entries(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        panel = AssumptionsPanel(session)
        with shown(panel):
            panel.search("trn2 price")
            assert [line.ref for line in panel.shown_lines] == [PRICE]
            panel.search("epoch")
            assert "assumption:facility_life_months" in [line.ref for line in panel.shown_lines]
            panel.search("zzz")
            assert panel.shown_lines == ()
            assert panel._nothing.isVisible()
            panel.search("")
            assert len(panel.shown_lines) == len(lines(session))


def test_details_show_source_and_the_two_routes_to_a_price(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        panel = AssumptionsPanel(session)
        with shown(panel, 264, 800):
            row = panel.row(PRICE)
            row.set_open(True)
            assert "nobody has published it" in row._source.text()
            assert "Two routes" in row._note.text()
            routes = row.findChild(PriceRoutes)
            assert routes is not None
            assert len(routes.buttons) == 2
            QTest.mouseClick(routes.buttons[0], Qt.MouseButton.LeftButton)
            price = session.catalog.rack("trn2-ultra").figure("price_usd")
            assert price is not None
            assert price.value == pytest.approx(719_400, rel=0.01)
            life = panel.row("assumption:facility_life_months")
            life.set_open(True)
            assert "Epoch AI" in life._source.text()


def test_an_assumption_becomes_a_lever_as_wide_as_its_evidence(qtbot: QtBot) -> None:
    with live(qtbot, "project-rainier") as session:
        panel = AssumptionsPanel(session)
        panel.refresh()
        panel.row("racks/trn2-ultra.idle_power_kw").pin()
        lever = session.design.levers[-1]
        assert lever.target == Address(ref="override:racks/trn2-ultra.idle_power_kw")
        figure = session.catalog.rack("trn2-ultra").figure("idle_power_kw")
        assert figure is not None
        assert figure.low is not None
        assert figure.high is not None
        assert lever.low <= figure.low
        assert lever.high >= figure.high
        assert lever.name == "Idle power, Trn2 UltraServer"


def test_a_price_pinned_from_its_section_is_named_in_full(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        panel = AssumptionsPanel(session)
        panel.refresh()
        panel.row("racks/trn3-gen2.price_usd").pin()
        assert session.design.levers[-1].name == "Purchase price, Trn3 Gen2 UltraServer"


def test_a_curve_is_said_to_be_one(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = AssumptionsPanel(session)
        panel.refresh()
        session.execute(
            SetAssumption(Assumption(key="engineer_week_usd", value=Compound(value=6000, per_year=0.05)))
        )
        panel.refresh()
        row = panel.row("assumption:engineer_week_usd")
        assert row.line.text() == ""
        assert row.line.placeholderText() == "by month"


def test_an_own_figure_of_a_part_that_is_not_used_is_listed(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = AssumptionsPanel(session)
        panel.refresh()
        panel.row("assumption:discount_rate").commit(0.1)
        assert panel.show_assumption("assumption:discount_rate")
        assert not panel.show_assumption("racks/trn1-rack.price_usd")
        assert panel.row("assumption:discount_rate").is_open


def test_only_what_can_have_changed_is_looked_at_again(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = AssumptionsPanel(session)
        with shown(panel):
            settle(qtbot, session)
            panel.refresh()
            reading = panel.row("assumption:discount_rate").reading
            session.execute(Rename(f"hall:{session.design.halls[0].id}", "Other"))
            settle(qtbot, session)
            assert panel.row("assumption:discount_rate").reading is reading
            session.execute(SetAssumption(Assumption(key="residual_share", value=0.2)))
            assert panel.row("assumption:residual_share").line.text() == "20 %"


@pytest.mark.parametrize(
    ("low", "high", "unit", "words"),
    [
        (0.05, 0.13, "fraction", "5 to 13 %"),
        (36, 84, "month", "36 to 84 months"),
        (50_000, 300_000, "usd/MW/year", "$50,000 to $300,000 a MW and year"),
        (1.3e6, 3.17e6, "usd", "$1.3 M to $3.17 M"),
        (None, 3.0, "kW", ""),
    ],
)
def test_spans_in_words(low: float | None, high: float | None, unit: str, words: str) -> None:
    assert range_words(low, high, unit) == words


@pytest.mark.parametrize("example", ["hybrid-migration", "ultracluster-1m", "nvlink-fusion"])
@pytest.mark.parametrize("width", [264, 304])
def test_no_word_is_cut(qtbot: QtBot, example: str, width: int) -> None:
    with live(qtbot, example) as session:
        panel = AssumptionsPanel(session)
        with shown(panel, width, 900):
            for line in panel.shown_lines:
                panel.row(line.ref).set_open(True)
            panel.grab()
            assert cut_words(panel) == []

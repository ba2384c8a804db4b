"""Workloads are added, shown with what limits them, edited in all their fields, copied and deleted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from fleetdesigner.design.addresses import field_value, find
from fleetdesigner.design.commands import Add, SetFields
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.scenarios import Address, Lever
from fleetdesigner.design.workloads import AgentService, BatchJob, Serving, TrainingRun, Workload
from fleetdesigner.engine.work.demand import demand_of
from fleetdesigner.panels.fields.choices import ChoiceRow
from fleetdesigner.panels.fields.facts import facts
from fleetdesigner.panels.form.spec import FieldSpec
from fleetdesigner.panels.workloads.fields import head_groups, tail_groups
from fleetdesigner.panels.workloads.panel import WorkloadsPanel
from fleetdesigner.panels.workloads.presets import KIND_ICONS, workload_presets
from fleetdesigner.panels.workloads.state import NOT_YET, workload_state
from fleetdesigner.session.session import Session
from tests.panels.docks import cut_words, live, settle, shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

TITLES = ["Training run", "Chat", "Batch", "Long context", "Agent service"]


def value(session: Session, work: str, path: str) -> object:
    return field_value(session.design, f"workload:{work}", path)


@pytest.mark.parametrize("title", TITLES)
def test_each_preset_gives_a_workload_that_is_evaluated(qtbot: QtBot, title: str) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        added = panel.add_preset(title)
        assert added is not None
        settle(qtbot, session)
        work = find(session.design, f"workload:{added}")
        assert isinstance(work, TrainingRun | Serving | AgentService | BatchJob)
        assert session.catalog.model(work.model_id).id == work.model_id
        state = workload_state(session.results, work, session.design.end_month - 1)
        assert state.amount
        assert state.limit
        assert session.undo_label() == f"Add workload “{title}”"


def test_presets_are_the_five_that_planners_start_from() -> None:
    assert [preset.title for preset in workload_presets()] == TITLES
    assert {preset.kind for preset in workload_presets()} == set(KIND_ICONS)


def test_a_preset_of_a_model_that_is_gone_takes_another(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        made = workload_presets()[0].workload(session.design, ["qwen3-8b"])
        assert made.model_id == "qwen3-8b"
        assert workload_presets()[1].workload(session.design, []).model_id == "llama-3-1-70b"


def test_two_of_a_preset_have_names_of_their_own(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        panel.add_preset("Chat")
        panel.add_preset("Chat")
        assert [work.name for work in session.design.workloads][-2:] == ["Chat", "Chat 2"]


def test_the_menu_adds_and_shows(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        menu = QMenu()
        qtbot.addWidget(menu)
        panel.fill_preset_menu(menu)
        assert [action.text() for action in menu.actions()] == TITLES
        menu.actions()[4].trigger()
        shown_work = panel.shown_workload()
        assert isinstance(shown_work, AgentService)
        assert shown_work.state_tokens > 0


def test_unmet_demand_names_the_pools_that_are_full(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        work = session.design.workloads[0]
        edit = (f"workload:{work.id}", "demand", {"shape": "constant", "value": 5e7})
        session.execute(SetFields.of("x", (edit,)))
        settle(qtbot, session)
        state = workload_state(session.results, session.design.workloads[0], session.month)
        assert state.short
        assert "50.0 M tok/s" in state.amount
        assert "full" in state.limit
        assert any(pool.name in state.limit for pool in session.design.pools)
        assert state.share is not None
        assert 0 < state.share < 1


def test_a_workload_that_no_pool_may_run_says_so(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        work = session.design.workloads[0]
        session.execute(SetFields.of("x", ((f"workload:{work.id}", "allow", ("tpu",)),)))
        settle(qtbot, session)
        state = workload_state(session.results, session.design.workloads[0], session.month)
        assert state.short
        assert state.share == 0
        assert state.limit
        assert "full" not in state.limit


def test_a_training_run_tells_when_it_starts_and_ends(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        run = next(work for work in session.design.workloads if isinstance(work, TrainingRun))
        before = workload_state(session.results, run, run.start_month - 1)
        after = workload_state(session.results, run, session.design.end_month - 1)
        assert before.amount.startswith("starts ")
        assert after.amount.startswith("trained ")
        assert after.share == 1


def test_without_results_nothing_is_claimed(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        assert workload_state(None, session.design.workloads[0], session.month) == NOT_YET


_ELSEWHERE = {"id", "kind", "allow", "pins", "port"}
"""Fields that are no rows of the head: identity, the chips, the placings, the port."""


@pytest.mark.parametrize("kind", [TrainingRun, Serving, AgentService, BatchJob])
def test_every_field_of_a_workload_has_a_row(qtbot: QtBot, kind: type[Workload]) -> None:
    with live(qtbot, "ultracluster-1m") as session:
        work: Workload = next(one for one in session.design.workloads if isinstance(one, kind))
        if isinstance(work, Serving):
            work = work.changed(demand_unit="users")
        rows = [
            spec
            for group in head_groups(session, work)
            for spec in group.fields
            if isinstance(spec, FieldSpec)
        ]
        paths = {getattr(spec.binding, "path", "") for spec in rows}
        assert paths == set(type(work).model_fields) - _ELSEWHERE
        assert all(facts(type(work), path).kind != "other" for path in paths)


def test_all_rows_change_the_design(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        with shown(panel, 248):
            panel.show_workload("assistant")
            row = panel.head.row("Input")
            row.commit(4000)
            assert value(session, "assistant", "input_len") == 4000
            panel.head.row("Language model").commit("qwen3-32b")
            assert value(session, "assistant", "model_id") == "qwen3-32b"
            panel.head.row("First token").commit(None)
            assert value(session, "assistant", "ttft_ms") is None
            assert not panel.head.row("Priority").commit(12)
            assert "9 or less" in panel.head.row("Priority").fault
            settle(qtbot, session)


def test_chips_narrow_the_families(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        with shown(panel, 248):
            panel.show_workload("assistant")
            panel.allow.chips["trainium"].click()
            assert value(session, "assistant", "allow") == ("trainium",)
            panel.allow.chips["nvidia"].click()
            assert value(session, "assistant", "allow") == ("trainium", "nvidia")
            assert not panel.allow.any_chip.isChecked()
            panel.allow.any_chip.click()
            assert value(session, "assistant", "allow") == ()
            assert panel.allow.any_chip.isChecked()
            session.undo()
            assert panel.allow.chips["nvidia"].isChecked()
            settle(qtbot, session)


def test_a_port_is_planned_and_dropped(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        with shown(panel, 248):
            panel.show_workload("tune")
            panel.tail.row("Planned").commit(True)
            assert value(session, "tune", "port.start_month") == session.design.first_month
            panel.tail.row("Engineers").commit(8.0)
            assert value(session, "tune", "port.engineers") == 8.0
            panel.tail.row("Planned").commit(False)
            assert value(session, "tune", "port") is None
            settle(qtbot, session)


def test_a_pin_is_made_changed_and_taken_away(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        with shown(panel, 248):
            panel.show_workload("assistant")
            pool = session.design.pools[0].id
            assert panel.pin_to(pool)
            panel.tail.row("Share of it").commit(0.5)
            pins = value(session, "assistant", "pins")
            assert isinstance(pins, tuple)
            assert (pins[0].pool_id, pins[0].share) == (pool, 0.5)
            assert len(tail_groups(session, session.design.workloads[0])) == 2
            panel.tail.row("Pinned").commit(False)
            assert value(session, "assistant", "pins") == ()
            settle(qtbot, session)


def test_copy_delete_and_rename(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        with shown(panel, 248):
            panel.show_workload("assistant")
            copy = panel.duplicate("assistant")
            assert copy is not None
            assert [work.id for work in session.design.workloads][:2] == ["assistant", copy]
            assert panel.list.current_id() == copy
            panel.rename(copy)
            assert panel.head.row("Name").editor.hasFocus() or not panel.isActiveWindow()
            QTest.keyClick(panel.list, Qt.Key.Key_Delete)
            assert [work.id for work in session.design.workloads] == ["assistant", "tune"]
            assert panel.list.current_id() == "tune"
            panel.delete("tune")
            panel.delete("assistant")
            assert panel.shown_workload() is None
            assert panel._empty.isVisible()
            assert panel.duplicate("assistant") is None
            session.undo()
            assert panel.shown_workload() is not None
            settle(qtbot, session)


def test_the_picked_workload_stays_picked(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        with shown(panel, 248):
            panel.show_workload("tune")
            panel.add_preset("Batch")
            panel.show_workload("tune")
            session.execute(SetFields.of("x", (("workload:assistant", "priority", 4),)))
            session.undo()
            assert panel.list.current_id() == "tune"
            assert not panel.show_workload("nobody")
            settle(qtbot, session)


@pytest.mark.parametrize("example", ["first-hall", "ultracluster-1m", "openai-2gw"])
@pytest.mark.parametrize("width", [224, 248])
def test_no_word_is_cut(qtbot: QtBot, example: str, width: int) -> None:
    with live(qtbot, example) as session:
        panel = WorkloadsPanel(session)
        with shown(panel, width, 1800):
            for kind in KIND_ICONS:
                work = next((one for one in session.design.workloads if one.kind == kind), None)
                if work is not None:
                    panel.show_workload(work.id)
                    panel.pin_to(session.design.pools[0].id)
                    panel.grab()
                    assert cut_words(panel) == [], kind
            settle(qtbot, session)


def test_demand_is_counted_in_users(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        added = panel.add_preset("Chat")
        ref = f"workload:{added}"
        session.execute(
            SetFields.of("Set up", ((ref, "demand", Constant(value=1_000.0)), (ref, "output_len", 500)))
        )
        lever = Lever(
            id="l1", target=Address(ref=ref, field="demand.value"), low=500.0, high=2_000.0, step=100.0
        )
        session.execute(Add("lever", lever))
        unit = panel.head.row("Counted in")
        assert isinstance(unit, ChoiceRow)
        unit.combo.activated.emit(2)
        work = find(session.design, ref)
        assert isinstance(work, Serving)
        # 10 requests a day of 500 tokens are 0.0579 tokens/s
        assert work.demand_unit == "users"
        assert isinstance(work.demand, Constant)
        assert work.demand.value == pytest.approx(17_280.0)
        held = session.design.levers[-1]
        assert (held.low, held.high, held.step) == pytest.approx((8_640, 34_560, 1_728))
        settle(qtbot, session)
        panel.refresh()
        assert panel.head.row("Requests /d") is not None
        assert session.undo_label() == "Count demand in users"
        assert demand_of(session.design).output[0, -1] == pytest.approx(1_000.0)
        session.undo()
        again = find(session.design, ref)
        assert isinstance(again, Serving)
        assert (again.demand_unit, again.demand) == ("tokens_per_s", Constant(value=1_000.0))
        assert session.design.levers[-1] == lever


def test_the_title_says_what_demand_is_counted_in(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = WorkloadsPanel(session)
        added = panel.add_preset("Chat")
        for unit, words in (("tokens_per_s", "output tok/s"), ("requests_per_s", "requests/s")):
            session.execute(SetFields.of("Unit", ((f"workload:{added}", "demand_unit", unit),)))
            work = find(session.design, f"workload:{added}")
            assert isinstance(work, Serving)
            groups = {group.title: group for group in head_groups(session, work)}
            rows = [spec.label for spec in groups[f"Demand, {words}"].fields if isinstance(spec, FieldSpec)]
            assert "Requests /d" not in rows

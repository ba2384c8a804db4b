"""The plan adds, renames, copies and deletes, and stays where the planner left it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from fleetdesigner.catalog.load import load_catalog
from fleetdesigner.design.addresses import find, site_of
from fleetdesigner.design.commands import Rename, SetFields
from fleetdesigner.design.fleet import Hall, Lease, Phase, Pool, Rent, Site, Tokens
from fleetdesigner.panels.plan.objects import copy_name, next_name, site_from
from fleetdesigner.panels.plan.panel import PlanPanel
from fleetdesigner.panels.plan.rows import (
    GROUPS,
    PHASES,
    POOLS,
    SITES,
    of_limit,
    ownership_words,
    plan_rows,
    pool_at,
)
from fleetdesigner.panels.plan.tree import plus_box
from fleetdesigner.panels.site_chooser import SiteChooser
from fleetdesigner.session.session import Session
from tests.panels.docks import cut_words, live, settle, shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def hall_of(session: Session) -> Hall:
    return session.design.halls[0]


def test_the_tree_lists_sites_with_halls_then_pools_and_phases(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        rows = plan_rows(session)
        design = session.design
        assert [row.name for row in rows if row.is_group] == list(GROUPS.values())
        assert {row.ref for row in rows if row.parent == f"site:{design.sites[0].id}"} == {
            f"hall:{hall.id}" for hall in design.sites[0].halls
        }
        assert sum(row.parent == POOLS for row in rows) == len(design.pools)
        assert sum(row.parent == PHASES for row in rows) == len(design.phases)
        hall = next(row for row in rows if row.kind == "hall")
        assert " of " in hall.details[0]
        assert hall.share is not None
        assert 0 < hall.share < 1


def test_a_hall_over_its_limit_is_said_to_be(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        hall = hall_of(session)
        session.execute(SetFields.of("x", ((f"hall:{hall.id}", "it_limit_kw", 500.0),)))
        settle(qtbot, session)
        row = next(row for row in plan_rows(session) if row.ref == f"hall:{hall.id}")
        assert row.over
        assert row.share is not None
        assert row.share > 1


@pytest.mark.parametrize(
    ("load", "limit", "words"),
    [
        (327.0, 2000.0, "327 of 2,000 kW"),
        (9600.0, 10_400.0, "9.60 of 10.4 MW"),
        (None, 2e6, "2.00 GW"),
        (0.0, 500.0, "0 of 500 kW"),
    ],
)
def test_load_and_limit_share_a_unit(load: float | None, limit: float, words: str) -> None:
    assert of_limit(load, limit) == words


def test_ownership_in_words() -> None:
    assert ownership_words(Lease(term_months=36, rate=0.08)) == "leased, 36 months"
    assert ownership_words(Rent(price_book_id="x")) == "rented"
    assert ownership_words(Tokens(price_book_id="x")) == "as tokens"


def test_a_block_counts_in_the_pool_of_its_latest_stay(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        block = next(block for block in session.design.blocks if len(block.stays) > 1)
        first, second = sorted(block.stays, key=lambda stay: stay.from_month)[:2]
        assert pool_at(block, second.from_month - 1) == first.pool_id
        assert pool_at(block, second.from_month) == second.pool_id
        assert pool_at(block, first.from_month - 1) is None


def test_a_site_copies_what_its_place_is_known_for(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = PlanPanel(session)
        asked: list[str] = []
        told: list[str] = []
        panel.inspect.connect(asked.append)
        session.notice.connect(told.append)
        ref = panel.add_site("us-virginia")
        assert ref is not None
        site = find(session.design, ref)
        preset = session.catalog.site("us-virginia")
        assert isinstance(site, Site)
        assert site.preset_id == "us-virginia"
        assert site.tariff.energy_usd_per_kwh.model_dump()["value"] == preset.energy_usd_per_kwh.value  # type: ignore[union-attr]
        assert site.carbon_g_per_kwh.model_dump()["value"] == preset.carbon_g_per_kwh.value  # type: ignore[union-attr]
        assert site.pue.model_dump()["value"] == preset.pue.value  # type: ignore[union-attr]
        assert site.wue_l_per_kwh == preset.wue_l_per_kwh.value  # type: ignore[union-attr]
        assert site.grid[0][0] == session.design.first_month
        assert asked == [ref]
        assert any("grid connection" in words for words in told)
        settle(qtbot, session)
        session.undo()
        assert find(session.design, ref) is None


def test_a_place_without_a_figure_is_refused_by_name() -> None:
    catalog = load_catalog()
    bare = catalog.site("us-ohio").with_figure("wue_l_per_kwh", None)
    from fleetdesigner.assets import resource
    from fleetdesigner.files.fleet_file import read_fleet

    design = read_fleet(resource("examples", "first-hall.fleet")).design
    with pytest.raises(ValueError, match="wue_l_per_kwh"):
        site_from(bare, design)


def test_the_chooser_finds_a_place(qtbot: QtBot) -> None:
    chooser = SiteChooser(load_catalog().sites())
    qtbot.addWidget(chooser)
    chosen: list[str] = []
    chooser.chosen.connect(chosen.append)
    chooser.search.setText("quebec")
    chooser._take()
    assert chosen == ["canada-quebec"]


def test_add_site_without_a_place_asks_for_one(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = PlanPanel(session)
        with shown(panel, 248) as host:
            count = len(session.design.sites)
            assert panel.add_site() is None
            chooser = host.findChild(SiteChooser)
            assert chooser is not None
            chooser.search.setText("finland")
            chooser._take()
            assert len(session.design.sites) == count + 1
            assert session.design.sites[-1].preset_id == "finland"


def test_halls_pools_and_phases_are_added_with_names_of_their_own(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = PlanPanel(session)
        went: list[str] = []
        panel.go_to.connect(went.append)
        hall, pool, phase = panel.add_hall(), panel.add_pool(), panel.add_phase()
        assert hall is not None
        assert pool is not None
        assert phase is not None
        assert went == [hall]
        design = session.design
        made = find(design, hall)
        assert isinstance(made, Hall)
        assert made.blocks == ()
        assert made.it_limit_kw == design.halls[0].it_limit_kw
        assert isinstance(find(design, pool), Pool)
        dated = find(design, phase)
        assert isinstance(dated, Phase)
        assert dated.service_month > max(one.service_month for one in design.phases[:-1])
        assert len({one.name for one in design.pools}) == len(design.pools)
        assert panel.tree.current_ref() == phase
        settle(qtbot, session)


def test_a_hall_goes_to_the_site_that_is_picked(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = PlanPanel(session)
        first = session.design.sites[0].id
        panel.add_site("finland")
        panel.select(f"hall:{hall_of(session).id}")
        ref = panel.add_hall()
        assert ref is not None
        site = site_of(session.design, ref.partition(":")[2])
        assert site is not None
        assert site.id == first


def test_a_hall_without_a_site_is_refused(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = PlanPanel(session)
        told: list[str] = []
        session.notice.connect(told.append)
        for site in session.design.sites:
            assert panel.delete(f"site:{site.id}")
        assert panel.add_hall() is None
        assert "site" in told[-1]


def test_a_copied_hall_holds_the_same_racks_under_new_ids(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = PlanPanel(session)
        hall = hall_of(session)
        ref = panel.duplicate_hall(hall.id)
        assert ref is not None
        copy = find(session.design, ref)
        assert isinstance(copy, Hall)
        assert [b.rack_id for b in copy.blocks] == [b.rack_id for b in hall.blocks]
        assert not {b.id for b in copy.blocks} & {b.id for b in hall.blocks}
        assert session.design.halls[1].id == copy.id
        assert copy.name == f"{hall.name}, copy"
        settle(qtbot, session)


def test_a_phase_in_use_is_refused_in_place(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        panel = PlanPanel(session)
        refused: list[str] = []
        session.refused.connect(refused.append)
        with shown(panel, 248):
            used = session.design.blocks[0].phase_id
            before = session.design
            assert not panel.delete(f"phase:{used}")
            assert session.design is before
            assert "in use" in panel.note.text()
            assert "another phase" in panel.note.text()
            assert refused == [], "said under the row, not in the status line"
            QTest.keyClick(panel.tree, Qt.Key.Key_Up)
            assert panel.note.text() == ""


def test_delete_key_removes_the_picked_object(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = PlanPanel(session)
        with shown(panel, 248):
            ref = panel.add_pool()
            assert ref is not None
            QTest.keyClick(panel.tree, Qt.Key.Key_Delete)
            assert find(session.design, ref) is None


def test_names_are_edited_in_place(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = PlanPanel(session)
        with shown(panel, 248):
            ref = f"hall:{hall_of(session).id}"
            panel.select(ref)
            QTest.keyClick(panel.tree, Qt.Key.Key_F2)
            editor = panel.tree.findChild(QLineEdit)
            assert editor is not None
            editor.setText("North")
            QTest.keyClick(editor, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: hall_of(session).name == "North")
            assert not panel.rename(ref, "")
            assert "empty" in panel.note.text()


def test_folding_and_selection_survive_changes(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        panel = PlanPanel(session)
        with shown(panel, 248):
            hall = f"hall:{hall_of(session).id}"
            panel.select(hall)
            panel.tree.set_folded(POOLS, True)
            asked: list[str] = []
            panel.inspect.connect(asked.append)
            session.execute(Rename(f"pool:{session.design.pools[0].id}", "Renamed"))
            assert panel.tree.is_folded(POOLS)
            assert panel.tree.current_ref() == hall
            session.execute(Rename(f"phase:{session.design.phases[0].id}", "First"))
            panel._session.undo()
            panel.tree.set_folded(SITES, True)
            session.execute(SetFields.of("x", ((hall, "name", "Other"),)))
            assert panel.tree.is_folded(SITES)
            assert asked == []


def test_another_document_starts_unfolded(qtbot: QtBot) -> None:
    from fleetdesigner.assets import resource

    with live(qtbot) as session:
        panel = PlanPanel(session)
        with shown(panel, 248):
            panel.tree.set_folded(POOLS, True)
            session.open(resource("examples", "hybrid-migration.fleet"))
            assert not panel.tree.is_folded(POOLS)
            assert panel.tree.current_ref() == ""
            settle(qtbot, session)


def test_click_inspects_double_click_goes_there_and_plus_adds(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = PlanPanel(session)
        asked: list[str] = []
        went: list[str] = []
        panel.inspect.connect(asked.append)
        panel.go_to.connect(went.append)
        with shown(panel, 248):
            hall = f"hall:{hall_of(session).id}"
            place = panel.tree.box_of(hall).center()
            view = panel.tree.viewport()
            QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
            QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
            assert asked == [hall, hall]
            QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=place)
            assert went == [hall]
            count = len(session.design.pools)
            plus = plus_box(panel.tree.box_of(POOLS)).center()
            QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=plus)
            assert len(session.design.pools) == count + 1
            header = panel.tree.box_of(PHASES).topLeft() + QPoint(60, 10)
            QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=header)
            assert panel.tree.is_folded(PHASES)


def test_selected_blocks_go_into_a_pool_from_its_menu(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = PlanPanel(session)
        ref = panel.add_pool()
        assert ref is not None
        block = session.design.blocks[0]
        session.set_selection((block.id,))
        menu = QMenu()
        qtbot.addWidget(menu)
        panel.fill_menu(menu, ref)
        next(action for action in menu.actions() if "selected blocks" in action.text()).trigger()
        moved = next(one for one in session.design.blocks if one.id == block.id)
        assert moved.stays[-1].pool_id == ref.partition(":")[2]
        settle(qtbot, session)


def test_names_count_on() -> None:
    assert next_name("Hall", ["Hall 1", "Hall 3"]) == "Hall 4"
    assert next_name("Hall", ["A", "Hall 3"]) == "Hall 4"
    assert copy_name("A", ["A", "A, copy"]) == "A, copy 2"


@pytest.mark.parametrize("example", ["first-hall", "openai-2gw"])
def test_it_is_drawn_at_the_widths_of_the_dock(qtbot: QtBot, example: str) -> None:
    with live(qtbot, example) as session:
        for width in (224, 248):
            panel = PlanPanel(session)
            with shown(panel, width):
                panel.grab()
                assert cut_words(panel) == []
                assert panel.tree.is_folded(PHASES) == (len(session.design.phases) > 12)

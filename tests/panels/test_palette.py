"""The palette searches, filters, drags rack ids and shows rents of the book on view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from fleetdesigner.catalog.load import load_catalog
from fleetdesigner.design.commands import SetFields
from fleetdesigner.look import set_theme
from fleetdesigner.panels.palette.list import Header, drag_pixmap
from fleetdesigner.panels.palette.panel import PalettePanel
from fleetdesigner.panels.palette.parts import (
    GROUPS,
    PRICED_WIDTH,
    Part,
    newest_book,
    parts_of,
    search,
    short_book,
)
from fleetdesigner.session.mime import rack_id
from fleetdesigner.session.session import Session

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
Show = Callable[..., Any]
CATALOG = load_catalog()
PARTS = {part.id: part for part in parts_of(CATALOG, newest_book(CATALOG), frozenset())}


@pytest.mark.parametrize(
    ("query", "inside", "outside"),
    [
        ("64 chips", {"trn2-ultra", "trn3-gen1"}, {"trn2-rack", "h100-rack"}),
        ("32 GPUs", {"h100-rack"}, {"gb300-nvl72"}),
        ("<50 kW", {"trn2-ultra", "h100-rack"}, {"trn3-gen2", "b200-rack"}),
        ("over 0.1 MW", {"trn3-gen2", "gb300-nvl72"}, {"trn2-ultra"}),
        ("48 kw", {"trn2-ultra"}, {"h100-rack"}),
        ("liquid", {"gb300-nvl72", "trn3-gen2"}, {"trn2-ultra"}),
        ("nvidia air", {"h100-rack"}, {"gb300-nvl72", "trn2-ultra"}),
        ("Trainium3", {"trn3-gen1", "trn3-gen2"}, {"trn2-ultra"}),
        ("announced", {"trn4-mgx"}, {"trn2-ultra"}),
        ("ultraserver 144 chips", {"trn3-gen2"}, {"trn2-ultra"}),
        ("", set(PARTS), set()),
        ("nothing of the kind", set(), set(PARTS)),
    ],
)
def test_search_understands_planners(query: str, inside: set[str], outside: set[str]) -> None:
    wanted = search(query)
    found = {part_id for part_id, part in PARTS.items() if wanted(part)}
    assert inside <= found
    assert not outside & found


def test_cards_say_how_sure_their_power_is() -> None:
    assert PARTS["trn2-ultra"].lines[0] == "64 chips · ≈ 48.0 kW · $2.24/chip-h"
    assert PARTS["h100-rack"].lines[0] == "32 GPUs · 40.8 kW · $5.97/GPU-h"
    assert PARTS["trn4-mgx"].lines[0] == "announced, 2027 · no public figures"
    assert PARTS["trn3-gen2"].lines[0] == "144 chips · ≈ 187 kW · air + liquid"
    assert "(estimate)" in PARTS["trn2-ultra"].tip
    assert "no public figure in AWS Capacity Blocks, 2026-10" in PARTS["trn3-gen2"].tip


def test_narrow_cards_lose_their_rent_first() -> None:
    part = PARTS["h100-rack"]
    assert part.line_for(400, len) == "32 GPUs · 40.8 kW · $5.97/GPU-h"
    assert part.line_for(PRICED_WIDTH - 1, len) == "32 GPUs · 40.8 kW"
    assert part.line_for(9, len) == "32 GPUs"


def test_groups_are_in_the_order_of_generations() -> None:
    names = [part.id for part in PARTS.values() if part.group == 0 and part.rack.status != "legacy"]
    assert names == ["trn2-rack", "trn2-ultra", "trn3-gen1", "trn3-gen2", "trn4-mgx"]
    assert {part.group for part in PARTS.values()} == set(range(len(GROUPS)))


@pytest.fixture
def panel(session: Session, show: Show) -> PalettePanel:
    made = PalettePanel(session)
    show(made, 248, 760)
    return made


def part_of(panel: PalettePanel, wanted: str) -> Part:
    row = panel.model.at(panel.model.index(panel.model.row_of(wanted)))
    assert isinstance(row, Part)
    return row


def test_a_card_is_dragged_as_its_rack(panel: PalettePanel) -> None:
    panel.select("trn2-ultra")
    index = panel.view.currentIndex()
    assert index.flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert rack_id(panel.model.mimeData([index])) == "trn2-ultra"
    assert drag_pixmap(part_of(panel, "trn2-ultra"), 2.0).width() == 56
    header = panel.model.index(0)
    assert isinstance(panel.model.at(header), Header)
    assert not header.flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert rack_id(panel.model.mimeData([header])) is None


def test_a_real_drag_starts_with_the_card(panel: PalettePanel, monkeypatch: pytest.MonkeyPatch) -> None:
    dragged: list[str | None] = []

    def run(drag: QDrag, action: Qt.DropAction) -> Qt.DropAction:
        dragged.append(rack_id(drag.mimeData()))
        assert not drag.pixmap().isNull()
        return action

    monkeypatch.setattr(QDrag, "exec", run)
    panel.view.startDrag(Qt.DropAction.CopyAction)
    panel.select("trn3-gen2")
    panel.view.startDrag(Qt.DropAction.CopyAction)
    assert dragged == ["trn3-gen2"]


def test_enter_and_double_click_add(panel: PalettePanel, qtbot: QtBot) -> None:
    panel.select("h100-rack")
    with qtbot.waitSignal(panel.add_requested) as caught:
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert caught.args == ["h100-rack"]
    panel.view.scrollTo(panel.view.currentIndex())
    centre = panel.view.visualRect(panel.view.currentIndex()).center()
    with qtbot.waitSignal(panel.add_requested):
        QTest.mouseDClick(
            panel.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre
        )


def test_the_menu_adds_copies_and_shows(panel: PalettePanel, qtbot: QtBot) -> None:
    menu = panel.menu_for(part_of(panel, "trn2-ultra"))
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(panel.add_requested) as added:
        actions["Add"].trigger()
    with qtbot.waitSignal(panel.own_copy_requested) as copied:
        actions["Make own copy…"].trigger()
    with qtbot.waitSignal(panel.show_entry) as shown:
        actions["Show figures"].trigger()
    assert (added.args, copied.args) == (["trn2-ultra"], ["racks", "trn2-ultra"])
    assert shown.args == ["racks/trn2-ultra"]


def test_a_right_click_opens_the_menu_of_its_card(
    panel: PalettePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def menu_for(part: Part) -> QMenu:
        asked.append(part.id)
        return QMenu(panel)

    monkeypatch.setattr(panel, "menu_for", menu_for)
    panel.select("trn2-rack")
    where = panel.view.visualRect(panel.view.currentIndex()).center()
    panel.view.customContextMenuRequested.emit(where)
    assert asked == ["trn2-rack"]


def test_groups_fold_and_searching_unfolds_them(panel: PalettePanel) -> None:
    assert panel.model.row_of("mi300x-rack") < 0
    panel.search.setText("mi300x")
    assert panel.model.rack_ids() == ("mi300x-rack",)
    panel.search.clear()
    panel.view.setCurrentIndex(panel.model.index(0))
    QTest.keyClick(panel.view, Qt.Key.Key_Left)
    assert panel.model.row_of("trn2-ultra") < 0
    QTest.keyClick(panel.view, Qt.Key.Key_Right)
    assert panel.model.row_of("trn2-ultra") > 0
    header = panel.view.visualRect(panel.model.index(0)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, header)
    assert panel.model.row_of("trn2-ultra") < 0


def test_from_search_the_arrow_leads_into_the_list(panel: PalettePanel) -> None:
    panel.focus_search()
    QTest.keyClicks(panel.search, "trn3")
    panel._down()
    part = panel.view.current_part()
    assert part is not None
    assert part.id == "trn3-gen1"
    panel.search.setText("nothing of the kind")
    assert "No part matches" in panel._empty.text()
    assert not panel.view.isVisible()


def test_air_and_liquid_filter(panel: PalettePanel) -> None:
    panel._chips["Liquid"].click()
    assert "trn2-ultra" not in panel.model.rack_ids()
    assert "gb300-nvl72" in panel.model.rack_ids()
    panel._chips["Air"].click()
    assert "trn2-ultra" in panel.model.rack_ids()
    assert "gb300-nvl72" not in panel.model.rack_ids()


def test_fits_here_follows_the_hall(
    panel: PalettePanel, session: Session, settle: Callable[[], None]
) -> None:
    settle()
    panel.set_hall("hall-1")
    panel.set_filter("Fits here")
    fitting = panel.model.rack_ids()
    assert "trn2-ultra" in fitting
    assert "trn3-gen2" not in fitting, "the hall has no liquid"
    session.execute(SetFields.of("x", [("hall:hall-1", "it_limit_kw", 370.0)]))
    settle()
    assert panel.model.rack_ids() != fitting
    assert "trn2-ultra" not in panel.model.rack_ids()
    session.undo()
    settle()
    assert panel.model.rack_ids() == fitting


def test_only_books_of_rents_are_offered(panel: PalettePanel, session: Session) -> None:
    offered = {panel._books_combo.itemText(at) for at in range(panel._books_combo.count())}
    assert len(offered) == len(session.catalog.rent_books())
    assert not [one for one in offered if "Token market" in one or "Bedrock" in one]


def test_another_price_book_gives_other_rents(panel: PalettePanel, qtbot: QtBot) -> None:
    assert panel.price_book_id == "capacity-blocks-2026-10"
    with qtbot.waitSignal(panel.price_book_changed) as caught:
        panel.set_price_book("capacity-blocks-2026-01")
    assert caught.args == ["capacity-blocks-2026-01"]
    assert part_of(panel, "h100-rack").rent_text == "$3.93/GPU-h"
    panel.set_price_book("no such book")
    assert panel.price_book_id == "capacity-blocks-2026-01"
    assert panel._books_combo.currentText() == short_book(CATALOG.price_book("capacity-blocks-2026-01"))


def test_an_own_part_has_a_badge(panel: PalettePanel, session: Session) -> None:
    assert session.own_part("racks", "trn2-ultra", "ours", "Our UltraServer")
    assert part_of(panel, "ours").own
    assert not part_of(panel, "trn2-ultra").own
    session.undo()
    assert panel.model.row_of("ours") < 0


def test_selection_and_place_survive_a_refresh(panel: PalettePanel) -> None:
    panel.select("b200-rack")
    panel.set_price_book("capacity-blocks-2026-01")
    part = panel.view.current_part()
    assert part is not None
    assert part.id == "b200-rack"


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_it_paints_in_every_theme(panel: PalettePanel, theme: str) -> None:
    before = panel.grab().toImage()
    set_theme(theme)
    try:
        panel.select("trn2-ultra")
        after = panel.grab().toImage()
        assert after != before
    finally:
        set_theme("light")

"""The inspector shows what is selected with its sources, and edits it through the session."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from fleetdesigner.assets import resource
from fleetdesigner.catalog.load import load_catalog
from fleetdesigner.design.addresses import block_of, hall_of
from fleetdesigner.design.commands import Add, DeleteBlocks, SetFields
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Lease, Rent, Tokens
from fleetdesigner.design.workloads import Serving
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.look import current
from fleetdesigner.look.style import stylesheet
from fleetdesigner.panels.fields.choices import BoolRow, ChoiceRow
from fleetdesigner.panels.fields.kinds import LineRow, MonthRow, NumberRow
from fleetdesigner.panels.form.card import FigureCard
from fleetdesigner.panels.form.rows import ActionRow, FigureRow, InfoRow, PairRow
from fleetdesigner.panels.form.spec import FieldSpec
from fleetdesigner.panels.inspector.objects import row_letter
from fleetdesigner.panels.inspector.panel import InspectorPanel
from fleetdesigner.session.session import Session
from fleetdesigner.units import month_text

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
NARROW = 264 - 10
"""The narrowest dock less its scroll bar."""
Show = Callable[..., QWidget]
Settle = Callable[[], None]


@pytest.fixture
def panel(session: Session, settle: Settle, show: Show) -> InspectorPanel:
    settle()
    session.set_active_scenario("trn2")
    settle()
    made = InspectorPanel(session)
    show(made, 304, 900)
    made.setStyleSheet(stylesheet(current()))
    return made


def settled(qtbot: QtBot, panel: InspectorPanel) -> None:
    """Lets the panel's one refresh a turn happen."""
    qtbot.waitUntil(lambda: not panel._due.isActive(), timeout=5_000)


def typed(row: Any, text: str) -> None:
    assert isinstance(row, LineRow)
    row.line.setFocus()
    row.line.selectAll()
    QTest.keyClicks(row.line, text)
    QTest.keyClick(row.line, Qt.Key.Key_Return)


def choose(row: Any, words: str) -> None:
    assert isinstance(row, ChoiceRow)
    index = row.combo.findText(words)
    assert index >= 0, [row.combo.itemText(i) for i in range(row.combo.count())]
    row.combo.setCurrentIndex(index)
    row.combo.activated.emit(index)


def labels(panel: InspectorPanel) -> list[str]:
    return [row.spec.label for row in panel.form.all_rows if isinstance(row, InfoRow)]


def test_nothing_selected_lists_examples(panel: InspectorPanel, qtbot: QtBot) -> None:
    assert panel._pages.currentIndex() == 0
    rows = list(panel.empty.places.values())
    names = [place.name for place in rows]
    assert names == [
        "first-hall",
        "project-rainier",
        "ultracluster-1m",
        "openai-2gw",
        "hybrid-migration",
        "nvlink-fusion",
    ]
    with qtbot.waitSignal(panel.open_example) as caught:
        QTest.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    assert Path(caught.args[0]).stem == "project-rainier"
    with qtbot.waitSignal(panel.open_example):
        QTest.keyClick(rows[2], Qt.Key.Key_Return)
    with qtbot.waitSignal(panel.new_wanted):
        QTest.mouseClick(panel.empty.new, Qt.MouseButton.LeftButton)


def test_a_block_says_what_and_where_it_is(panel: InspectorPanel, session: Session) -> None:
    session.set_selection(("trn2-c",))
    assert panel.header.title.text() == "4 × Trn2 UltraServer"
    assert panel.header.subtitle.text() == "Block in row C · pool “Trainium pool”"
    assert [ref for _, ref in panel.header._crumbs] == [
        "site:columbus",
        "hall:hall-1",
        "phase:p-trn2",
        "pool:trn",
        "racks/trn2-ultra",
        "nodes/trn2u-48xlarge",
        "chips/trainium2",
    ]


def test_the_shape_is_edited_and_undone(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    session.set_selection(("trn2-c",))
    typed(panel.form.row("Columns"), "6")
    block = block_of(session.design, "trn2-c")
    assert block is not None
    assert block.cols == 6
    assert session.undo_label() == "Fill 6 × 1"
    settled(qtbot, panel)
    assert panel.header.title.text() == "6 × Trn2 UltraServer"
    session.undo()
    settled(qtbot, panel)
    assert panel.header.title.text() == "4 × Trn2 UltraServer"
    assert isinstance(panel.form.row("Columns"), NumberRow)
    typed(panel.form.row("Columns"), "0")
    assert panel.form.row("Columns").fault == "must be 1 or more"
    block = block_of(session.design, "trn2-c")
    assert block is not None
    assert block.cols == 4


def test_a_refusal_at_the_lower_edge_is_scrolled_to(
    session: Session, settle: Settle, show: Show, qtbot: QtBot
) -> None:
    settle()
    panel = InspectorPanel(session)
    show(panel, 304, 320)
    panel.show_object(f"hall:{session.design.halls[0].id}")
    settled(qtbot, panel)
    row = next(one for one in reversed(panel.form.rows) if one.spec.label == "From")
    area = next(one for one in panel.findChildren(QScrollArea) if one.isAncestorOf(row))
    area.ensureWidgetVisible(row.editor, 0, 0)  # the field stands at the lower edge
    typed(row, "1999-01")
    assert "before" in row.fault
    view = area.viewport()
    qtbot.waitUntil(lambda: row.mapTo(view, row.rect().bottomLeft()).y() < view.height(), timeout=2_000)


def test_place_counts_from_one_and_rows_have_letters(panel: InspectorPanel, session: Session) -> None:
    session.set_selection(("trn2-c",))
    typed(panel.form.row("Position"), "9")
    choose(panel.form.row("Row"), "Row B")
    block = block_of(session.design, "trn2-c")
    assert block is not None
    assert (block.col, block.row) == (8, 1)
    assert [row_letter(row) for row in (0, 25, 26, 27)] == ["A", "Z", "AA", "AB"]


def test_a_block_is_turned_and_labelled(panel: InspectorPanel, session: Session) -> None:
    session.set_selection(("trn2-c",))
    # row C is the last: turned by a quarter the block would reach beyond it
    choose(panel.form.row("Turned"), "90°")
    assert panel.form.row("Turned").fault.startswith("reaches beyond the floor")
    choose(panel.form.row("Turned"), "180°")
    typed(panel.form.row("Label"), "North end")
    block = block_of(session.design, "trn2-c")
    assert block is not None
    assert (block.turn, block.label) == (180, "North end")


def test_phase_pool_and_dates(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    session.set_selection(("trn2-c",))
    typed(panel.form.row("In service"), "2027-09")
    phase = next(one for one in session.design.phases if one.id == "p-trn2")
    assert phase.service_month == 2027 * 12 + 9
    row = panel.form.row("In service")
    assert isinstance(row, MonthRow)
    row.reset()
    phase = next(one for one in session.design.phases if one.id == "p-trn2")
    assert phase.in_service_month is None
    choose(panel.form.row("Pool"), "GPU pool")
    block = block_of(session.design, "trn2-c")
    assert block is not None
    assert [stay.pool_id for stay in block.stays] == ["gpu"]
    choose(panel.form.row("Phase"), "B200, 2027")
    settled(qtbot, panel)
    assert ("B200, 2027", "phase:p-b200") in panel.header._crumbs


def test_a_migration_is_a_dated_stay(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    session.set_month(2028 * 12 + 3)
    session.set_selection(("trn2-c",))
    settled(qtbot, panel)
    link = next(row for row in panel.form.all_rows if isinstance(row, ActionRow))
    assert link.text() == "Migrate to another pool from 2028-03"
    link.click()
    settled(qtbot, panel)
    block = block_of(session.design, "trn2-c")
    assert block is not None
    assert [stay.pool_id for stay in block.stays] == ["trn", "gpu"]
    months = [row for row in panel.form.rows if row.spec.label == "From"]
    assert len(months) == 2
    typed(months[1], "2029-01")
    block = block_of(session.design, "trn2-c")
    assert block is not None
    assert block.stays[1].from_month == 2029 * 12 + 1
    settled(qtbot, panel)
    pair = next(
        row for row in panel.form.all_rows if isinstance(row, PairRow) and row.spec.remove is not None
    )
    pair._tail.click()
    block = block_of(session.design, "trn2-c")
    assert block is not None
    assert len(block.stays) == 1


def test_figures_of_the_block_and_of_each(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    session.set_month(2028 * 12 + 3)
    session.set_selection(("trn2-c",))
    settled(qtbot, panel)
    info = panel.form.info
    assert info("Chips").text() == "256"
    assert info("IT power, provisioned").text() == "≈ 192 kW"
    assert info("IT power, provisioned").spec.grade == "estimate"
    assert info("HBM").text() == "24,576 GiB"
    assert info("BF16, dense").text() == "171 PFLOPS"
    assert info("Rent, 2026-10").text() == "$572/h"
    assert info("Purchase").text() == "no public figure"
    assert info("Purchase").spec.grade == "none"
    assert info("Rainier, everything").text() == "$11,240/chip"
    assert info("15 bn a GW").text() == "$7,330/chip"
    assert info("Staff assistant").text().startswith("beta since")
    panel.form.switched.emit("Figures", 1)
    assert panel.form.info("Chips").text() == "64"
    assert panel.form.info("IT power, provisioned").text() == "≈ 48.0 kW"
    assert panel.form.info("Rent, 2026-10").text() == "$143/h"


def test_expected_draw_agrees_with_the_engine(
    panel: InspectorPanel, session: Session, settle: Settle
) -> None:
    from fleetdesigner.panels.inspector.live import live_of

    settle()
    session.set_month(2028 * 12 + 3)
    results = session.results
    assert results is not None
    found = live_of(session, session.design.blocks, results)
    at = results.month_index(session.month)
    state = results.states[0]
    power = state.plant.power
    # the engine's total carries network and storage on top of the systems
    whole = float(results.series["it_power_expected_kw"].values[0, at])
    fabric = float(power.cell_fabric[:, at].sum())
    assert (found.kw + fabric) * (1 + power.storage_share) == pytest.approx(whole, rel=1e-9)
    served = float(results.series["serving_tokens_per_s"].values[0, at])
    assert found.tokens == pytest.approx(served, rel=1e-9)


def test_a_figure_unfolds_its_source_and_takes_an_own_one(
    panel: InspectorPanel, session: Session, qtbot: QtBot, settle: Settle
) -> None:
    session.set_selection(("trn2-c",))
    row = panel.form.info("IT power, provisioned")
    row.press()
    card = row._card
    assert isinstance(card, FigureCard)
    assert "semianalysis" in card._words.text()
    typed(card.value, "44 kW")
    assert session.design.overrides[-1].address == "racks/trn2-ultra.it_power_kw"
    settle()
    settled(qtbot, panel)
    row = panel.form.info("IT power, provisioned")
    assert row.text() == "≈ 176 kW"
    assert row.spec.grade == "assumption"
    assert card._words.text().startswith("Catalog: 48 kW")
    note, source, evidence = card._remarks
    typed(note, "our meter")
    typed(source, "hall 3")
    choose(evidence, "measured")
    held = session.design.overrides[-1]
    assert (held.note, held.source, held.evidence) == ("our meter", "hall 3", "measured")
    value = card.value
    assert isinstance(value, NumberRow)
    value.reset()
    assert session.catalog.rack("trn2-ultra").it_power_kw is not None
    assert "racks/trn2-ultra.it_power_kw" not in {one.address for one in session.design.overrides}
    card._without.click()
    assert session.catalog.rack("trn2-ultra").it_power_kw is None
    settled(qtbot, panel)
    assert panel.form.info("IT power, provisioned").text() == "no public figure"


def test_the_assumed_price_is_edited_in_place(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    session.set_selection(("trn2-c",))
    typed(panel.form.row("assumed"), "$12,000/chip")
    assert session.design.overrides[-1].value == pytest.approx(12_000 * 64)
    settled(qtbot, panel)
    assert panel.form.row("own figure").mark.grade == "assumption"
    assert panel.form.info("for 4").text() == "$3.07 M"
    session.undo()
    settled(qtbot, panel)
    assert panel.form.row("assumed")


def test_several_blocks_change_together(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    session.set_selection(("h100-a", "h100-b", "trn2-c"))
    assert panel.header.title.text() == "12 systems of 2 kinds"
    assert panel.form.info("Accelerators").text() == "512"
    phase = panel.form.row("Phase")
    assert isinstance(phase, ChoiceRow)
    assert phase.combo.currentIndex() == -1
    choose(phase, "B200, 2027")
    assert {block.phase_id for block in session.design.blocks} == {"p-b200"}
    session.undo()
    assert len({block.phase_id for block in session.design.blocks}) == 2


def test_the_menu_selects_alike_copies_and_deletes(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    session.set_selection(("h100-a",))
    actions = {action.text(): action for action in panel.header.menu.actions()}
    with qtbot.waitSignal(panel.own_copy_requested) as caught:
        actions["Make own copy…"].trigger()
    assert caught.args == ["racks", "h100-rack"]
    actions["Select all like it"].trigger()
    assert session.selection == ("h100-a", "h100-b")
    actions = {action.text(): action for action in panel.header.menu.actions()}
    actions["Delete"].trigger()
    assert {block.id for block in session.design.blocks} == {"trn2-c"}
    assert panel._pages.currentIndex() == 0
    session.undo()
    assert len(session.design.blocks) == 3


def test_ways_there_and_back(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    session.set_selection(("trn2-c",))
    panel.header.linked.emit("racks/trn2-ultra")
    assert panel.shown == "racks/trn2-ultra"
    panel.form.info("Server").press()
    panel.form.info("Chip").press()
    assert panel.header.title.text() == "Trainium2"
    panel.back()
    assert panel.shown == "nodes/trn2u-48xlarge"
    panel.back()
    panel.back()
    assert panel.shown == ""
    assert panel.header.title.text() == "4 × Trn2 UltraServer"
    panel.show_object("hall:no-such-hall")
    assert panel.shown == ""
    panel.show_object("feed:feed-1")
    assert panel.shown == "hall:hall-1"
    panel.show_object("override:racks/trn2-ultra.it_power_kw")
    assert panel.shown == "racks/trn2-ultra"
    panel.show_object("block:h100-a")
    assert session.selection == ("h100-a",)
    assert panel.shown == ""


def test_every_catalog_entry_can_be_shown(panel: InspectorPanel, session: Session) -> None:
    for entry in session.catalog.entries():
        panel.show_object(entry.ref)
        assert panel.shown == entry.ref
        assert panel.header.title.text() in (entry.name, f"{entry.name.partition(',')[0]}, {_as_of(entry)}")


def _as_of(entry: Any) -> str:
    return str(getattr(entry, "as_of", ""))


def test_a_hall_is_edited(panel: InspectorPanel, session: Session) -> None:
    panel.show_object("hall:hall-1")
    typed(panel.form.row("IT limit"), "1.2 MW")
    assert session.design.halls[0].it_limit_kw == 1200
    typed(panel.form.row("Row A"), "400 kW")
    assert session.design.halls[0].feeds[0].limit_kw == 400
    assert panel.form.info("Trn2 UltraServer").text() == "4 in row C"
    panel.form.info("Site").press()
    assert panel.shown == "site:columbus"


def test_a_preset_copies_its_figures_in_one_step(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    panel.show_object("site:columbus")
    before = session.design
    choose(panel.form.row("Preset"), session.catalog.site("norway").name)
    site, preset = session.design.sites[0], session.catalog.site("norway")
    assert site.preset_id == "norway"
    assert preset.pue is not None
    assert preset.carbon_g_per_kwh is not None
    assert site.pue == Constant(value=preset.pue.value)
    assert site.carbon_g_per_kwh == Constant(value=preset.carbon_g_per_kwh.value)
    session.undo()
    assert session.design == before


def test_a_site_goes_back_to_its_preset(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    session.set_active_scenario(None)
    panel.show_object("site:columbus")
    settled(qtbot, panel)
    link = [row for row in panel.form.all_rows if isinstance(row, ActionRow)]
    assert link
    link[0].click()
    site, preset = session.design.sites[0], session.catalog.site("us-ohio")
    assert preset.pue is not None
    assert site.pue == Constant(value=preset.pue.value)
    settled(qtbot, panel)
    assert not [row for row in panel.form.all_rows if isinstance(row, ActionRow)]


def test_ownership_brings_its_terms(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    panel.show_object("phase:p-trn2")
    choose(panel.form.row("Ownership"), "leased")
    settled(qtbot, panel)
    phase = next(one for one in session.design.phases if one.id == "p-trn2")
    assert isinstance(phase.ownership, Lease)
    typed(panel.form.row("Interest a year"), "7")
    choose(panel.form.row("Ownership"), "rented")
    settled(qtbot, panel)
    choose(panel.form.row("Prices"), "Market rental, 2026-11")
    typed(panel.form.row("Term"), "24")
    phase = next(one for one in session.design.phases if one.id == "p-trn2")
    assert phase.ownership == Rent(price_book_id="market-2026-11", term_months=24)
    typed(panel.form.row("Term"), "300")
    assert panel.form.row("Term").fault == "must be 240 months or less"
    for _ in range(5):
        session.undo()
    assert next(one for one in session.design.phases if one.id == "p-trn2").ownership.kind == "own"


def test_tokens_are_bought_from_a_book_that_sells_them(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    panel.show_object("phase:p-trn2")
    choose(panel.form.row("Ownership"), "tokens")
    settled(qtbot, panel)
    row = panel.form.row("Prices")
    assert isinstance(row, ChoiceRow)
    offered = [row.combo.itemText(at) for at in range(row.combo.count())]
    assert offered == ["Token market, 2026-11", "Amazon Bedrock on demand, 2026-11"]
    assert row.combo.currentText() == "Token market, 2026-11"
    choose(row, "Amazon Bedrock on demand, 2026-11")
    phase = next(one for one in session.design.phases if one.id == "p-trn2")
    assert phase.ownership == Tokens(price_book_id="bedrock-tokens-2026-11")
    # and who rents is not offered tokens
    choose(panel.form.row("Ownership"), "rented")
    settled(qtbot, panel)
    row = panel.form.row("Prices")
    assert isinstance(row, ChoiceRow)
    assert row.combo.count() == len(session.catalog.rent_books())
    assert row.combo.findText("Token market, 2026-11") < 0


def test_a_book_of_tokens_is_read_and_edited(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    panel.show_object("prices/token-market-2026-11")
    settled(qtbot, panel)
    fields = [row for row in panel.form.all_rows if isinstance(row.spec, FieldSpec)]
    assert [row.spec.label for row in fields[:3]] == ["Input", "Cached input", "Output"]
    ref = "prices/token-market-2026-11.llama-3-1-8b_usd_per_million_output"
    row = fields[2]
    assert isinstance(row, FigureRow)
    assert row.spec.title == "Set output of Llama 3.1 8B in Token market, November 2026"
    row.toggle()
    card = row._card
    assert isinstance(card, FigureCard)
    assert "median of 14 sellers" in card._words.text()
    typed(row, "0.3")
    assert [one.address for one in session.design.overrides if one.value == 0.3] == [ref]


def test_a_pool_is_edited(panel: InspectorPanel, session: Session) -> None:
    panel.show_object("pool:trn")
    choose(panel.form.row("Fabric"), session.catalog.fabric("efa-v4").name)
    choose(panel.form.row("Mixed families"), "prefill | decode")
    switch = panel.form.row("One scale-up domain")
    assert isinstance(switch, BoolRow)
    switch.box.click()
    pool = session.design.pools[1]
    assert (pool.fabric_id, pool.mix, pool.one_domain_what_if) == ("efa-v4", "prefill_decode", True)
    assert panel.form.info("Trn2 UltraServer").spec.ref == "block:trn2-c"


def test_a_workload_is_edited(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    panel.show_object("workload:assistant")
    typed(panel.form.row("Each next token"), "40 ms")
    nvidia = panel.form.row("NVIDIA")
    assert isinstance(nvidia, BoolRow)
    nvidia.box.click()
    work = session.design.workloads[0]
    assert isinstance(work, Serving)
    assert work.tpot_ms == 40
    assert "nvidia" not in work.allow
    assert "trainium" in work.allow
    nvidia.box.click()
    assert session.design.workloads[0].allow == ()
    links = {row.text(): row for row in panel.form.all_rows if isinstance(row, ActionRow)}
    links["Keep a share of a pool"].click()
    settled(qtbot, panel)
    assert session.design.workloads[0].pins[0].share == 0.5
    typed(panel.form.row("share"), "120")
    assert panel.form.row("share").fault == "must be 100 % or less"
    typed(panel.form.row("share"), "30")
    assert session.design.workloads[0].pins[0].share == pytest.approx(0.3)
    links = {row.text(): row for row in panel.form.all_rows if isinstance(row, ActionRow)}
    links["Drop the port"].click()
    settled(qtbot, panel)
    assert session.design.workloads[0].port is None
    links = {row.text(): row for row in panel.form.all_rows if isinstance(row, ActionRow)}
    links["Plan a port"].click()
    assert session.design.workloads[0].port is not None


def test_a_scenario_edit_stays_in_the_scenario(panel: InspectorPanel, session: Session) -> None:
    panel.show_object("hall:hall-1")
    typed(panel.form.row("Air cooling"), "800 kW")
    assert session.base_design.halls[0].air_kw == 1000
    assert session.design.halls[0].air_kw == 800
    edits = next(one for one in session.base_design.scenarios if one.id == "trn2").edits
    assert json.loads(edits[-1].value) == 800  # type: ignore[union-attr]


def test_what_is_shown_may_go_away(panel: InspectorPanel, session: Session, qtbot: QtBot) -> None:
    session.own_part("racks", "trn2-ultra", "ours", "Ours")
    panel.show_object("racks/ours")
    assert panel.header.subtitle.text() == "Rack system, own part"
    session.undo()
    settled(qtbot, panel)
    assert panel.shown == ""
    session.set_selection(("trn2-c",))
    session.execute(DeleteBlocks(("trn2-c",)))
    settled(qtbot, panel)
    assert panel._pages.currentIndex() == 0


def test_an_own_figure_without_a_catalog_entry_is_off(session: Session, settle: Settle, show: Show) -> None:
    panel = InspectorPanel(session)
    show(panel)
    session.own_part("racks", "trn2-ultra", "ours", "Ours")
    panel.show_object("racks/ours")
    row = panel.form.row("IT power")
    session.undo()
    row.refresh()
    assert not row.isEnabled()


@pytest.fixture(params=["hybrid-migration", "nvlink-fusion", "ultracluster-1m"])
def other(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Session]:
    made = Session(load_catalog(), read_fleet(resource("examples", f"{request.param}.fleet")))
    qtbot.waitUntil(lambda: not made.busy and made.results is not None, timeout=60_000)
    yield made
    made.close()


def test_every_object_of_the_examples_can_be_shown(other: Session, show: Show) -> None:
    panel = InspectorPanel(other)
    show(panel, 264, 700)
    panel.setStyleSheet(stylesheet(current()))
    design = other.design
    refs = [
        *(f"site:{one.id}" for one in design.sites),
        *(f"hall:{one.id}" for one in design.halls[:3]),
        *(f"pool:{one.id}" for one in design.pools[:4]),
        *(f"phase:{one.id}" for one in design.phases[:4]),
        *(f"workload:{one.id}" for one in design.workloads),
    ]
    for ref in refs:
        panel.show_object(ref)
        assert panel.shown == ref
        assert panel.form.rows
    for block in design.blocks[:5]:
        other.set_selection((block.id,))
        panel.grab()
        assert panel.form.minimumSizeHint().width() <= NARROW
        assert "Figures" in [group.title for group in panel.form._groups]


def test_nothing_is_wider_than_the_narrow_dock(panel: InspectorPanel, session: Session, show: Show) -> None:
    window = panel.window()
    window.resize(264, 700)
    for ref in ("hall:hall-1", "site:columbus", "pool:gpu", "phase:p-rent", "workload:assistant",
                "workload:tune", "racks/trn2-ultra", "chips/trainium3"):  # fmt: skip
        panel.show_object(ref)
        panel.grab()
        assert panel.form.minimumSizeHint().width() <= NARROW, ref
    session.set_selection(("trn2-c",))
    panel.form.info("Weight").press()
    panel.grab()
    assert panel.form.minimumSizeHint().width() <= NARROW


def test_a_block_moves_to_another_hall(qtbot: QtBot, show: Show) -> None:
    made = Session(load_catalog(), read_fleet(resource("examples", "hybrid-migration.fleet")))
    try:
        panel = InspectorPanel(made)
        show(panel)
        block = made.design.halls[0].blocks[0]
        made.set_selection((block.id,))
        choose(panel.form.row("Hall"), made.design.halls[1].name)
        hall = hall_of(made.design, block.id)
        assert hall is not None
        assert hall.id == made.design.halls[1].id
        made.undo()
        assert hall_of(made.design, block.id) == made.design.halls[0]
    finally:
        made.close()


def test_a_rejected_move_is_said_at_the_field(panel: InspectorPanel, session: Session) -> None:
    session.execute(SetFields.of("x", [("block:trn2-c", "holes", ((3, 0),))]))
    session.set_selection(("trn2-c",))
    typed(panel.form.row("Columns"), "20000")
    assert panel.form.row("Columns").fault == "must be 10,000 or less"


def test_a_typed_place_is_refused_as_the_hand_would_be(panel: InspectorPanel, session: Session) -> None:
    session.set_selection(("trn2-c",))
    before = session.design
    hall = before.halls[0]
    position = panel.form.row("Position")
    typed(position, "99")
    size = f"{hall.row_count} rows of {hall.columns} positions"
    assert position.fault == f"reaches beyond the floor: {hall.name} has {size}"
    typed(position, str(before.halls[0].blocks[0].col + 1))
    choose(panel.form.row("Row"), "Row A")
    assert "is taken by" in panel.form.row("Row").fault
    typed(panel.form.row("Columns"), "40")
    assert panel.form.row("Columns").fault.startswith("reaches beyond the floor")
    places = [{one.id: (one.row, one.cols) for one in design.blocks} for design in (before, session.design)]
    assert places[0] == places[1]


def test_another_hall_takes_a_block_to_a_free_place_or_says_it_has_none(
    panel: InspectorPanel, session: Session
) -> None:
    site = session.base_design.sites[0]
    full = site.halls[0].replaced(id="full", name="Full hall", feeds=(), blocks=())
    rows, columns = full.row_count, full.columns
    blocks = (
        session.base_design.blocks[0].replaced(id="f1", col=0, row=0, cols=columns, rows=rows, holes=()),
    )
    session.execute(Add("hall", full.replaced(blocks=blocks), site.id))
    session.execute(Add("hall", full.replaced(id="free", name="Free hall"), site.id))
    session.set_selection(("trn2-c",))
    choose(panel.form.row("Hall"), "Full hall")
    assert "free positions in one place" in panel.form.row("Hall").fault
    choose(panel.form.row("Hall"), "Free hall")
    held = hall_of(session.design, "trn2-c")
    assert held is not None
    assert held.id == "free"


def test_enter_in_a_figures_card_keeps_it_open_and_in_view(
    panel: InspectorPanel, session: Session, qtbot: QtBot
) -> None:
    panel.resize(264, 360)
    session.set_selection(("h100-a",))
    row = panel.form.info("Weight")
    row.press()
    card = row._card
    assert isinstance(card, FigureCard)
    area = next(one for one in panel.findChildren(QScrollArea) if one.isAncestorOf(card))

    def below() -> int:
        return int(card.mapTo(area.viewport(), card.rect().bottomLeft()).y())

    qtbot.waitUntil(lambda: below() <= area.viewport().height())
    line = card.value.line if isinstance(card.value, NumberRow) else None
    assert line is not None
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "700")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert session.design.overrides[-1].value == 700
    assert card.isVisible()


def test_a_date_that_makes_no_sense_is_refused_at_its_field(
    panel: InspectorPanel, session: Session, settle: Settle
) -> None:
    panel.show_object("phase:p-trn2")
    before = session.design
    phase = next(one for one in before.phases if one.id == "p-trn2")
    at = month_text(phase.service_month)
    retire = panel.form.row("Retire")
    typed(retire, at)
    assert retire.fault == (
        f"retires {at}, before it has served a month: in service {at}; "
        "retire it later, or clear its retirement"
    )
    assert session.design is before
    typed(retire, month_text(phase.service_month + 24))
    assert retire.fault == ""
    hall = session.design.halls[0]
    panel.show_object(f"hall:{hall.id}")
    settle()
    rows = [row for row in panel.form.findChildren(MonthRow) if row.spec.label == "From"]
    typed(rows[0], "2001-01")
    assert "leave it empty: with the hall" in rows[0].fault
    panel.grab()


def test_the_plan_itself_has_its_fields(panel: InspectorPanel, session: Session, settle: Settle) -> None:
    session.set_selection(())
    settle()
    panel.empty.plan.chosen.emit()
    assert panel.shown == "design:"
    choose(panel.form.row("Dollars"), "real")
    choose(panel.form.row("Of the year"), "2028")
    typed(panel.form.row("Length"), "72")
    base = session.base_design
    assert (base.dollars, base.money_year, base.months) == ("real", 2028, 72)
    typed(panel.form.row("Length"), "5")
    assert panel.form.row("Length").fault == "must be 12 months or more"
    panel._fill_menu()
    assert panel.header.menu.isEmpty(), "a plan cannot be deleted"
    panel.grab()

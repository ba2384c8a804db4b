"""The one door: what a command changes, what it cannot, and what everybody is told."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.commands import DeleteBlocks, MoveLever, PlaceBlock, SetFields, SetOverride
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Block
from fleetdesigner.design.model import Document, Pin, new_id
from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.files.errors import FileError
from fleetdesigner.files.fleet_file import read_fleet, write_fleet
from fleetdesigner.session.pinning import OWN
from fleetdesigner.session.session import Session
from tests.session.conftest import Settle


def an_ultraserver() -> Block:
    return Block(id=new_id("b"), rack_id="trn2-ultra", col=0, row=2, phase_id="p-h100")


def test_that_a_command_reaches_the_numbers(session: Session, settle: Settle) -> None:
    settle()
    assert session.results is not None
    assert session.results.kpi("chips").value == 256
    assert session.execute(PlaceBlock("hall-1", an_ultraserver(), "Trn2"))
    settle()
    assert session.results.kpi("chips").value == 256 + 64


def test_that_undo_gives_back_the_same_object_and_redo_too(session: Session) -> None:
    start = session.base_design
    session.execute(PlaceBlock("hall-1", an_ultraserver(), "Trn2"))
    after = session.base_design
    session.undo()
    assert session.base_design is start
    session.redo()
    assert session.base_design is after


def test_that_a_refused_command_says_why_and_changes_nothing(session: Session) -> None:
    told: list[str] = []
    session.refused.connect(told.append)
    start = session.base_design
    assert not session.execute(PlaceBlock("no-such-hall", an_ultraserver(), "Trn2"))
    bad = Override(entry="racks/no-such-rack", field="it_power_kw", value=1.0)
    assert not session.execute(SetOverride(bad))
    assert session.base_design is start
    assert len(told) == 2
    assert "no-such-rack" in told[1]


def test_that_moves_of_one_lever_are_one_step_until_the_hand_lets_go(session: Session) -> None:
    for price in (0.08, 0.09, 0.10):
        session.execute(MoveLever("l-power-price", price))
    session.seal()
    session.execute(MoveLever("l-power-price", 0.12))
    session.undo()
    assert session.base_design.sites[0].tariff.energy_usd_per_kwh == Constant(value=0.10)
    session.undo()
    assert not session.undo_label()


def test_that_a_burst_ends_with_the_last_value_on_screen_and_never_goes_back(
    session: Session, settle: Settle
) -> None:
    settle()
    shown: list[int] = []
    session.results_changed.connect(lambda *_: shown.append(session.shown_generation))
    for index in range(100):
        session.execute(MoveLever("l-power-price", 0.05 + index * 0.001))
    settle()
    assert shown == sorted(shown)
    assert shown[-1] == session.asked_generation
    assert session.results is not None
    last = evaluate(session.design, session.catalog)
    assert session.results.kpi("opex_usd_per_month").value == last.kpi("opex_usd_per_month").value


def test_that_a_scenario_takes_the_edits_and_leaves_the_base(session: Session, settle: Settle) -> None:
    base = session.base_design.sites
    session.set_active_scenario("trn2")
    assert len(session.design.blocks) == 3
    session.execute(PlaceBlock("hall-1", an_ultraserver().changed(col=12), "Trn2"))
    assert session.base_design.sites is base
    assert len(session.design.blocks) == 4
    settle()
    assert session.baseline_results is not None
    session.set_active_scenario(None)
    assert len(session.design.blocks) == 2


def test_that_deltas_start_from_what_was_opened_or_chosen(session: Session, settle: Settle) -> None:
    settle()
    assert session.baseline_results is None
    session.execute(MoveLever("l-power-price", 0.2))
    settle()
    assert session.baseline_results is not None
    session.set_baseline()
    settle()
    assert session.baseline_results is None


def test_that_a_preview_moves_numbers_and_not_the_design(session: Session, settle: Settle) -> None:
    settle()
    start = session.base_design
    assert session.results is not None
    before = session.results.kpi("chips").value
    session.preview(PlaceBlock("hall-1", an_ultraserver(), "Trn2"))
    settle()
    assert session.results.kpi("chips").value != before
    session.preview(None)
    settle()
    assert session.results.kpi("chips").value == before
    assert session.base_design is start


def test_that_a_bad_file_leaves_the_open_design_alone(session: Session, tmp_path: Path) -> None:
    start = session.base_design
    damaged = tmp_path / "damaged.fleet"
    damaged.write_text("{ not json", encoding="utf-8")
    with pytest.raises(FileError, match=r"damaged\.fleet"):
        session.open(damaged)
    document = read_fleet(resource("examples", "first-hall.fleet"))
    text = 'id = "trn2-ultra"\nname = "broken'
    pin = Pin(kind="racks", id="trn2-ultra", sha256="0" * 64, text=text)
    with pytest.raises(CatalogError):
        session.new(Document.model_construct(**{**dict(document), "pins": (pin,)}))
    assert session.base_design is start
    assert session.path is None


def test_that_save_and_open_come_back_equal_with_the_entries_in_use(session: Session, tmp_path: Path) -> None:
    session.execute(PlaceBlock("hall-1", an_ultraserver(), "Trn2"))
    assert session.dirty
    target = tmp_path / "mine.fleet"
    session.save(target)
    assert not session.dirty
    read = read_fleet(target)
    assert read.design == session.base_design
    carried = {(pin.kind, pin.id) for pin in read.pins}
    assert {("racks", "trn2-ultra"), ("racks", "h100-rack"), ("chips", "trainium2")} <= carried


def test_that_a_file_keeps_its_figures_until_the_planner_takes_todays(
    session: Session, settle: Settle, tmp_path: Path
) -> None:
    target = tmp_path / "old.fleet"
    session.save(target)
    document = read_fleet(target)
    old = next(pin for pin in document.pins if (pin.kind, pin.id) == ("racks", "h100-rack"))
    text = old.text.replace("40.8", "39.9")
    assert text != old.text
    changed = old.changed(text=text, sha256=hashlib.sha256(text.encode()).hexdigest())
    pins = tuple(changed if pin is old else pin for pin in document.pins)
    write_fleet(target, document.changed(pins=pins))
    session.open(target)
    assert session.outdated_pins() == (("racks", "h100-rack"),)
    assert any("40.8" in line for line in session.catalog_difference(session.outdated_pins()))
    figure = session.catalog.rack("h100-rack").figure("it_power_kw")
    assert figure is not None
    assert figure.value == 39.9
    assert session.drop_pins(session.outdated_pins())
    taken = session.catalog.rack("h100-rack").figure("it_power_kw")
    assert taken is not None
    assert taken.value == 40.8
    session.undo()
    assert session.outdated_pins() == (("racks", "h100-rack"),)


def test_that_an_own_part_is_carried_and_undone(session: Session, tmp_path: Path) -> None:
    assert session.own_part("racks", "trn2-ultra", "my-ultra", "My UltraServer")
    assert session.catalog.rack("my-ultra").name == "My UltraServer"
    target = tmp_path / "own.fleet"
    session.save(target)
    assert any(pin.id == "my-ultra" and pin.revision == OWN for pin in read_fleet(target).pins)
    session.undo()
    with pytest.raises(CatalogError):
        session.catalog.rack("my-ultra")


def test_that_the_selection_forgets_what_is_gone(session: Session) -> None:
    session.set_selection(("h100-a", "h100-b"))
    remove = '[{"shape":"constant"}]'
    assert not session.execute(SetFields.of("Bad", [("block:h100-a", "col", remove)]))
    assert session.selection == ("h100-a", "h100-b")
    session.execute(DeleteBlocks(("h100-a",)))
    assert list(session.selection) == ["h100-b"]


def test_that_the_month_stays_inside_the_horizon(session: Session) -> None:
    session.set_month(1)
    assert session.month == session.design.first_month
    session.set_month(99_999)
    assert session.month == session.design.end_month - 1


def test_that_a_baseline_without_numbers_hides_nothing(session: Session, settle: Settle) -> None:
    settle()
    document = session.document
    unknown = an_ultraserver().changed(rack_id="no-such-rack")
    session.new(document.changed(design=PlaceBlock("hall-1", unknown, "?").apply(document.design)))
    session.execute(DeleteBlocks((unknown.id,)))
    settle()
    assert session.results is not None
    assert session.results.kpi("chips").value == 256

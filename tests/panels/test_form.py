"""Forms read and change the design through the session; what is wrong stays at its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from fleetdesigner.design.commands import delete
from fleetdesigner.design.curves import Compound, Constant, Logistic, Series
from fleetdesigner.design.fleet import Hall, Pool, Site
from fleetdesigner.design.scenarios import Address
from fleetdesigner.design.workloads import Serving
from fleetdesigner.panels.fields.bindings import AssumptionField, DesignField, FigureField
from fleetdesigner.panels.fields.choices import BoolRow, ChoiceRow
from fleetdesigner.panels.fields.curve import CurveRow, converted
from fleetdesigner.panels.fields.kinds import LineRow, MonthRow, NumberRow
from fleetdesigner.panels.fields.numbers import number_text, parsed_number
from fleetdesigner.panels.fields.stair import StairRow
from fleetdesigner.panels.form.card import figure_spec
from fleetdesigner.panels.form.panel import FieldSpec, Form, Group, InfoSpec, field
from fleetdesigner.panels.form.rows import FigureRow
from fleetdesigner.panels.pasted_numbers import pasted_numbers
from fleetdesigner.session.session import Session
from fleetdesigner.units import month_number

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

HALL, SITE, WORK = "hall:hall-1", "site:columbus", "workload:assistant"
Show = Callable[..., Any]


def typed(row: LineRow, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    """Types over what stands in the field and leaves with a key."""
    row.line.setFocus()
    row.line.selectAll()
    QTest.keyClicks(row.line, text)
    QTest.keyClick(row.line, key)


def form_of(session: Session, *specs: Any) -> Form:
    form = Form(session)
    form.show_groups([Group("Here", specs)])
    return form


def hall(session: Session) -> Hall:
    return session.design.halls[0]


def number(form: Form, label: str) -> NumberRow:
    row = form.row(label)
    assert isinstance(row, NumberRow)
    return row


def test_a_number_is_typed_undone_and_done_again(session: Session, show: Show) -> None:
    form = form_of(session, field(HALL, Hall, "it_limit_kw", "IT limit", "kW"))
    show(form)
    row = number(form, "IT limit")
    typed(row, "1.5 MW")
    assert hall(session).it_limit_kw == 1500
    assert row.line.text() == "1,500 kW"
    assert session.undo_label() == "Set IT limit"
    session.undo()
    assert hall(session).it_limit_kw == 1000
    assert row.line.text() == "1,000 kW"
    session.redo()
    assert row.line.text() == "1,500 kW"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("−5", "must be 0 or more"),
        ("plenty", "must be a number, for example 1,200 or 1.5M"),
        ("", "must not be empty"),
    ],
)
def test_what_is_wrong_stays_in_the_field(session: Session, show: Show, text: str, words: str) -> None:
    form = form_of(session, field(HALL, Hall, "air_kw", "Air", "kW"), field(HALL, Hall, "name", "Name"))
    show(form)
    row, before = number(form, "Air"), session.design
    row.line.setFocus()
    row.line.selectAll()
    row.line.insert(text) if text else row.line.del_()
    row.line.setModified(True)
    QTest.keyClick(row.line, Qt.Key.Key_Return)
    assert row.fault == words
    assert row.line.text() == text
    assert row.line.property("error") == "true"
    assert session.design is before
    # a change elsewhere does not take the wrong text away, Escape does
    session.execute(form.row("Name").spec.binding.command(session, "North", "Rename", None))
    assert row.line.text() == text
    QTest.keyClick(row.line, Qt.Key.Key_Escape)
    assert row.fault == ""
    assert row.line.text() == "1,000 kW"


def test_a_value_that_moves_elsewhere_takes_the_fault_along(session: Session, show: Show) -> None:
    spec = field(HALL, Hall, "air_kw", "Air", "kW")
    form = form_of(session, spec)
    show(form)
    row = number(form, "Air")
    typed(row, "-5")
    assert row.faulty
    row.line.setModified(False)
    session.execute(spec.binding.command(session, 700.0, "Set air", None))
    assert not row.faulty
    assert row.line.text() == "700 kW"


def test_typing_is_not_disturbed_by_a_refresh(session: Session, show: Show) -> None:
    form = form_of(
        session, field(HALL, Hall, "it_limit_kw", "IT limit", "kW"), field(HALL, Hall, "name", "Name")
    )
    show(form)
    row = number(form, "IT limit")
    row.line.setFocus()
    row.line.selectAll()
    QTest.keyClicks(row.line, "12")
    session.execute(form.row("Name").spec.binding.command(session, "North", "Rename", None))
    assert row.line.text() == "12"
    assert row.line.cursorPosition() == 2
    QTest.keyClicks(row.line, "34")
    QTest.keyClick(row.line, Qt.Key.Key_Return)
    assert hall(session).it_limit_kw == 1234


def test_arrows_and_wheel_step_and_are_one_undo_step(session: Session, show: Show) -> None:
    form = form_of(session, field(HALL, Hall, "it_limit_kw", "IT limit", "kW"))
    show(form)
    row = number(form, "IT limit")
    row.line.setFocus()
    QTest.keyClick(row.line, Qt.Key.Key_Up)
    QTest.keyClick(row.line, Qt.Key.Key_Up)
    assert hall(session).it_limit_kw == 1020
    QTest.keyClick(row.line, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert hall(session).it_limit_kw == 1000
    QTest.keyClick(row.line, Qt.Key.Key_Up)
    wheel(row)
    assert hall(session).it_limit_kw == 1020
    session.undo()
    assert hall(session).it_limit_kw == 1000
    row.line.clearFocus()
    wheel(row)
    assert hall(session).it_limit_kw == 1000


def wheel(row: LineRow) -> None:
    where = QPointF(row.line.rect().center())
    event = QWheelEvent(
        where, row.line.mapToGlobal(where), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(row.line, event)


def test_stepping_stops_at_the_end_of_the_range(session: Session, show: Show) -> None:
    form = form_of(session, field("pool:gpu", Pool, "tiers", "Tiers"))
    show(form)
    row = number(form, "Tiers")
    for _ in range(9):
        row.step(1)
    assert session.design.pools[0].tiers == 4
    assert not row.faulty


def test_rounding_in_the_field_never_moves_the_value(session: Session, show: Show) -> None:
    spec = field(HALL, Hall, "it_limit_kw", "IT limit", "kW")
    session.execute(spec.binding.command(session, 1234.56789, "x", None))
    form = form_of(session, spec)
    show(form)
    row = number(form, "IT limit")
    assert row.line.text() == "1,234.57 kW"
    row.line.setModified(True)
    row.take()
    assert hall(session).it_limit_kw == 1234.56789


def test_percent_month_choice_and_switch(session: Session, show: Show) -> None:
    form = form_of(
        session,
        field(HALL, Hall, "derate", "Usable", "fraction"),
        field(HALL, Hall, "ready_month", "Ready"),
        field(HALL, Hall, "redundancy", "Redundancy"),
        field("pool:gpu", Pool, "one_domain_what_if", "One domain"),
    )
    show(form)
    typed(number(form, "Usable"), "80")
    assert hall(session).derate == pytest.approx(0.8)
    assert number(form, "Usable").line.text() == "80 %"
    month = form.row("Ready")
    assert isinstance(month, MonthRow)
    typed(month, "2026-13")
    assert "is not a month" in month.fault
    typed(month, "2027-02")
    assert hall(session).ready_month == month_number("2027-02")
    month.step(10)
    assert hall(session).ready_month == month_number("2028-02")
    choice, switch = form.row("Redundancy"), form.row("One domain")
    assert isinstance(choice, ChoiceRow)
    assert isinstance(switch, BoolRow)
    choice.combo.activated.emit(2)
    assert hall(session).redundancy == "2N"
    switch.box.click()
    assert session.design.pools[0].one_domain_what_if
    for _ in range(2):
        session.undo()
    assert choice.combo.currentText() == "N+1"
    assert not switch.box.isChecked()


def test_reset_goes_back_to_the_default_or_the_base_design(session: Session, show: Show) -> None:
    form = form_of(session, field(HALL, Hall, "derate", "Usable", "fraction"))
    show(form)
    row = number(form, "Usable")
    assert not row._reset.isVisibleTo(row)
    typed(row, "90")
    assert row._reset.isVisibleTo(row)
    session.set_active_scenario("trn2")
    assert not row._reset.isVisibleTo(row)
    typed(row, "70")
    assert "base design: 90 %" in row._reset.toolTip()
    row.reset()
    assert hall(session).derate == pytest.approx(0.9)
    session.set_active_scenario(None)
    row.reset()
    assert hall(session).derate == 1.0


def test_a_figure_is_overridden_reset_and_explained(session: Session, show: Show) -> None:
    form = form_of(session, figure_spec(session, "racks/trn2-ultra", "it_power_kw"))
    show(form)
    row = form.row("IT power")
    assert isinstance(row, FigureRow)
    assert row.mark.grade == "estimate"
    row.toggle()
    typed(row, "44")
    assert session.catalog.rack("trn2-ultra").it_power_kw is not None
    assert session.design.overrides[0].value == 44
    assert session.undo_label() == "Set provisioned IT power of Trn2 UltraServer"
    assert row.mark.grade == "assumption"
    typed(row, "90000 kW")
    assert row.fault == "must be 20 MW or less"
    row.restore()
    row.reset()
    assert session.design.overrides == ()
    assert row.line.text() == "48 kW"


def test_a_price_is_shown_in_another_unit_than_it_is_kept_in(session: Session, show: Show) -> None:
    spec = FieldSpec(FigureField("racks/trn2-ultra", "price_usd", 1 / 64), "Price", "usd/chip", low=1)
    form = form_of(session, spec)
    show(form)
    typed(number(form, "Price"), "$12,000/chip")
    assert session.design.overrides[0].value == pytest.approx(64 * 12_000)
    assert spec.binding.address() is None


def test_an_assumption_keeps_its_registry(session: Session, show: Show) -> None:
    spec = FieldSpec(AssumptionField("discount_rate"), "Discount rate", "fraction", low=0, high=1)
    form = form_of(session, spec)
    show(form)
    row = number(form, "Discount rate")
    typed(row, "11")
    held = {one.key: one.value for one in session.design.assumptions}
    assert held["discount_rate"] == pytest.approx(0.11)
    row.reset()
    assert "discount_rate" not in {one.key for one in session.design.assumptions}
    assert row.line.text() == "8 %"


def test_a_number_becomes_a_lever(session: Session, show: Show) -> None:
    form = form_of(session, field(HALL, Hall, "it_limit_kw", "IT limit", "kW"))
    show(form)
    row, menu = number(form, "IT limit"), QMenu()
    row.fill_menu(menu)
    assert "Pin as lever" in [action.text() for action in menu.actions()]
    row.pin()
    lever = session.design.levers[-1]
    assert isinstance(lever.target, Address)
    assert (lever.target.ref, lever.target.field) == (HALL, "it_limit_kw")
    assert lever.low < 1000 < lever.high
    assert lever.name == "IT limit, Hall 1"


def test_a_curve_changes_its_kind_and_its_parameters(session: Session, show: Show) -> None:
    form = form_of(session, field(WORK, Serving, "demand", "Demand", "token/s"))
    show(form)
    row = form.row("Demand")
    assert isinstance(row, CurveRow)
    ceiling = next(one for one in row.inner_rows() if one.spec.label == "To")
    assert isinstance(ceiling, NumberRow)
    typed(ceiling, "300k")
    work = session.design.workloads[0]
    assert isinstance(work, Serving)
    assert isinstance(work.demand, Logistic)
    assert work.demand.ceiling == 300_000
    address = ceiling.spec.binding.address()
    assert address == (WORK, "demand.ceiling")
    typed(ceiling, "-1")
    assert ceiling.fault == "must be 0 or more"
    row._kind.combo.setCurrentIndex(0)
    row._kind.combo.activated.emit(0)
    after = session.design.workloads[0]
    assert isinstance(after, Serving)
    assert isinstance(after.demand, Constant)
    assert [one.spec.label for one in row.inner_rows()] == ["Value"]
    session.undo()
    assert [one.spec.label for one in row.inner_rows()] == ["From", "To", "Half way in", "Width"]


def test_a_series_is_pasted(session: Session, show: Show) -> None:
    form = form_of(session, field(WORK, Serving, "demand", "Demand", "token/s"))
    show(form)
    row = form.row("Demand")
    assert isinstance(row, CurveRow)
    row._kind.combo.activated.emit(3)
    values = next(one for one in row.inner_rows() if one.spec.label == "Values")
    assert isinstance(values, LineRow)
    typed(values, "10k 20k 30000")
    work = session.design.workloads[0]
    assert isinstance(work, Serving)
    assert isinstance(work.demand, Series)
    assert work.demand.values == (10_000, 20_000, 30_000)
    typed(values, "10k much")
    assert values.faulty
    assert values.fault == "number 2: “much” is not a number"


def test_a_column_of_a_spreadsheet_is_pasted(session: Session, show: Show) -> None:
    form = form_of(session, field(WORK, Serving, "demand", "Demand", "token/s"))
    show(form)
    row = form.row("Demand")
    assert isinstance(row, CurveRow)
    row._kind.combo.activated.emit(3)
    values = next(one for one in row.inner_rows() if one.spec.label == "Values")
    assert isinstance(values, LineRow)

    def paste(text: str) -> None:
        QApplication.clipboard().setText(text)
        values.line.setFocus()
        values.line.selectAll()
        values.line.paste()
        QTest.keyClick(values.line, Qt.Key.Key_Return)

    paste("10,000\r\n20\u202f000\r\n1,234,567.5\r\n")
    work = session.design.workloads[0]
    assert isinstance(work, Serving)
    assert isinstance(work.demand, Series)
    assert work.demand.values == (10_000, 20_000, 1_234_567.5)
    paste("10,000\n20,000\n-5\n40,000")
    assert values.fault == "row 3: must be 0 or more"
    paste("10,000\nn/a\n5")
    assert values.fault == "row 2: “n/a” is not a number"
    after = session.design.workloads[0]
    assert isinstance(after, Serving)
    assert after.demand == work.demand


@pytest.mark.parametrize(
    ("typed_text", "meant"),
    [
        ("1 2.5 3k", (1, 2.5, 3_000)),
        ("1;2;3", (1, 2, 3)),
        ("1,200 3,400,000", (1_200, 3_400_000)),
        ("1 200\n3 400 000\n5", (1_200, 3_400_000, 5)),
        ("1'200\n1\u00a0300", (1_200, 1_300)),
        ("1\t2\n3\t4", (1, 2, 3, 4)),
        ("1e3\n2", (1_000, 2)),
    ],
)
def test_numbers_as_they_are_pasted(typed_text: str, meant: tuple[float, ...]) -> None:
    assert pasted_numbers(typed_text, "token/s", lambda value: "") == meant


@pytest.mark.parametrize(
    ("typed_text", "words"),
    [
        ("10,20,30", "number 1: “10,20,30” has a comma that sets off no thousands"),
        ("1\n2,5\n3", "row 2: “2,5” has a comma"),
        ("1\n\n3", "row 2: is empty"),
        ("1 x", "number 2: “x” is not a number"),
        ("  ", "must hold at least one number"),
    ],
)
def test_a_bad_cell_is_named(typed_text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        pasted_numbers(typed_text, "token/s", lambda value: "")


@pytest.mark.parametrize("shape", ["constant", "logistic", "compound", "series"])
def test_every_kind_of_curve_begins_near_the_old_one(session: Session, shape: str) -> None:
    old = Compound(value=100.0, per_year=0.5)
    new = converted(old, shape, session.design)
    assert new.shape == shape
    first = getattr(new, "value", None) or getattr(new, "start", None) or getattr(new, "values", (0.0,))[0]
    assert first == pytest.approx(100, rel=0.05)


def test_a_stair_gets_steps_and_keeps_its_months_rising(session: Session, show: Show) -> None:
    form = form_of(session, field(SITE, Site, "grid", "Grid", "kW", wide=True))
    show(form)
    row = form.row("Grid")
    assert isinstance(row, StairRow)

    def grid() -> Any:
        return list(session.design.sites[0].grid)

    assert list(row.lines)
    row.add_step()
    assert len(grid()) == 2
    edit = row.lines[1].value
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "2 MW")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert grid()[1][1] == 2000
    month = row.lines[1].month
    month.setFocus()
    month.selectAll()
    QTest.keyClicks(month, "2026-07")
    QTest.keyClick(month, Qt.Key.Key_Return)
    assert row.fault == "another step begins in that month"
    assert month.text() == "2026-07"
    QTest.keyClick(month, Qt.Key.Key_Escape)
    row.lines[0].removed.emit(row.lines[0])
    assert [kw for _, kw in grid()] == [2000]
    session.undo()
    assert len(row.lines) == 2


def test_rows_stay_the_same_widgets(session: Session, show: Show) -> None:
    limit, name = field(HALL, Hall, "it_limit_kw", "IT limit", "kW"), field(HALL, Hall, "name", "Name")
    form = form_of(session, limit, InfoSpec("Chips", "256"))
    show(form)
    row, info = form.row("IT limit"), form.info("Chips")
    form.show_groups([Group("Here", (limit, InfoSpec("Chips", "512")))])
    assert form.row("IT limit") is row
    assert form.info("Chips") is info
    assert info.text() == "512"
    form.show_groups([Group("Here", (name, limit, InfoSpec("Chips", "512")))])
    assert form.row("IT limit") is row


def test_several_objects_show_mixed_and_change_together(session: Session, show: Show) -> None:
    spec = FieldSpec(
        DesignField(("pool:gpu", "pool:trn"), "spare_share"), "Spares", "fraction", low=0, high=1
    )
    session.execute(field("pool:gpu", Pool, "spare_share", "x").binding.command(session, 0.1, "x", None))
    form = form_of(session, spec)
    show(form)
    row = number(form, "Spares")
    assert row.line.text() == "mixed"
    typed(row, "5")
    assert [pool.spare_share for pool in session.design.pools] == pytest.approx([0.05, 0.05])


def test_a_field_of_a_removed_object_is_off(session: Session, show: Show, qtbot: QtBot) -> None:
    form = form_of(session, field("pool:trn", Pool, "spare_share", "Spares", "fraction"))
    show(form)
    session.execute(delete(session.design, "pool:trn"))
    assert not form.row("Spares").isEnabled()
    session.undo()
    assert form.row("Spares").isEnabled()


def test_a_row_shows_another_object_without_being_built_anew(session: Session, show: Show) -> None:
    form = form_of(session, field("pool:gpu", Pool, "tiers", "Tiers"))
    show(form)
    row = number(form, "Tiers")
    row.line.setText("99")
    row.line.setModified(True)
    row.take()
    assert row.faulty
    form.show_groups([Group("Here", (field("pool:trn", Pool, "tiers", "Tiers"),))])
    assert form.row("Tiers") is row
    assert not row.faulty
    typed(row, "3")
    assert [pool.tiers for pool in session.design.pools] == [2, 3]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1.2, "usd/h", "$1.20/h"),
        (-1.2, "usd", "−$1.20"),
        (12_000.5, "usd/chip", "$12,000.50/chip"),
        (12_000, "usd/chip", "$12,000/chip"),
        (0.083, "usd/kWh", "$0.083/kWh"),
        (1.2e6, "usd", "$1.2 M"),
    ],
)
def test_money_is_shown_with_cents_or_whole(value: float, unit: str, shown: str) -> None:
    assert number_text(value, unit) == shown
    assert parsed_number(shown, unit) == pytest.approx(value)

"""Own parts: a copy with the planner's figures, in the document, one undo step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from fleetdesigner.catalog.load import load_catalog, parse_entry
from fleetdesigner.panels.own_part.panel import OwnPartDialog
from fleetdesigner.panels.own_part.text import OwnFigure, free_id, own_text, slug
from fleetdesigner.session.session import Session

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
CATALOG = load_catalog()
Make = Callable[..., OwnPartDialog]


@pytest.fixture
def dialog(session: Session, qtbot: QtBot) -> Make:
    held: list[OwnPartDialog] = []

    def make(kind: str, copied: str) -> OwnPartDialog:
        made = OwnPartDialog(session, kind, copied)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        held.append(made)
        qtbot.addWidget(made)
        made.show()
        return made

    return make


def typed(edit: QLineEdit, text: str) -> None:
    edit.selectAll()
    QTest.keyClicks(edit, text)


def test_a_rack_with_another_power(dialog: Make, session: Session, qtbot: QtBot) -> None:
    made = dialog("racks", "trn3-gen2")
    typed(made.name, "Our Trn3, cooled")
    assert made.id.text() == "our-trn3-cooled"
    power = made.figures["it_power_kw"]
    typed(power.value, "160 kW")
    assert power.evidence.currentText() == "assumption"
    typed(power.note, "measured in our lab")
    typed(power.source, "lab book 12")
    power.evidence.setCurrentText("measured")
    with qtbot.waitSignal(made.made) as caught:
        assert made.make()
    assert caught.args == ["racks/our-trn3-cooled"]
    figure = session.catalog.rack("our-trn3-cooled").it_power_kw
    assert figure is not None
    assert (figure.value, figure.evidence, figure.source) == (160, "measured", "lab book 12")
    assert session.catalog.rack("our-trn3-cooled").weight_kg == session.catalog.rack("trn3-gen2").weight_kg
    assert session.undo_label() == "Make Our Trn3, cooled"
    session.undo()
    assert "our-trn3-cooled" not in {rack.id for rack in session.catalog.racks()}
    session.redo()
    assert session.catalog.rack("our-trn3-cooled").name == "Our Trn3, cooled"


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("name", "", "Give the part a name."),
        ("id", "No such Id", "The id takes small letters, digits and single hyphens."),
        ("id", "trn2-ultra", "racks/trn2-ultra: the id is taken; choose another"),
    ],
)
def test_names_that_cannot_be(dialog: Make, session: Session, field: str, text: str, words: str) -> None:
    made = dialog("racks", "trn2-ultra")
    before = session.document
    edit = {"name": made.name, "id": made.id}[field]
    edit.setText(text)
    assert not made.make()
    assert made.fault == words
    assert session.document == before
    assert edit.text() == text


def test_a_wrong_figure_is_kept_and_explained(dialog: Make, session: Session) -> None:
    made = dialog("racks", "trn2-ultra")
    row = made.figures["weight_kg"]
    typed(row.value, "-4")
    assert not made.make()
    assert made.fault == "Weight: must be 50 kg or more."
    assert row.value.text() == "-4"
    typed(row.value, "heavy")
    assert not made.make()
    assert made.fault.startswith("Weight: must be a number")
    made.facts["racks"].widget.setProperty("text", "two")
    typed(row.value, "2000")
    assert not made.make()
    assert "Racks" in made.fault


def test_a_figure_can_be_taken_away(dialog: Make, session: Session) -> None:
    made = dialog("chips", "trainium2")
    made.figures["fp8_tflops"].value.clear()
    made.figures["fp8_tflops"].value.textEdited.emit("")
    made.id.setText("bare")
    assert made.make()
    assert session.catalog.chip("bare").fp8_tflops is None
    assert session.catalog.chip("bare").bf16_tflops == session.catalog.chip("trainium2").bf16_tflops


def test_a_server_of_another_chip_and_a_rack_of_it(dialog: Make, session: Session) -> None:
    made = dialog("nodes", "trn2u-48xlarge")
    widget = made.facts["chip_id"].widget
    assert isinstance(widget, QComboBox)
    widget.setCurrentText("Trainium3")
    made.id.setText("our-server")
    assert made.make()
    assert session.catalog.node("our-server").chip_id == "trainium3"


def test_a_price_book_gets_a_chip_it_lacked(dialog: Make, session: Session) -> None:
    made = dialog("prices", "capacity-blocks-2026-10")
    typed(made.figures["trainium3"].value, "$4.50/h")
    typed(made.figures["trainium2"].value, "")
    made.figures["trainium2"].value.clear()
    made.id.setText("our-prices")
    assert made.make()
    book = session.catalog.price_book("our-prices")
    rent = book.usd_per_chip_hour("trainium3")
    assert rent is not None
    assert rent.value == 4.5
    assert book.usd_per_chip_hour("trainium2") is None
    assert book.usd_per_chip_hour("h100") == CATALOG.price_book("capacity-blocks-2026-10").usd_per_chip_hour(
        "h100"
    )


def test_a_book_of_tokens_gets_a_model_it_lacked(dialog: Make, session: Session) -> None:
    made = dialog("prices", "bedrock-tokens-2026-11")
    assert "h100" not in made.figures
    typed(made.figures["grok-1_usd_per_million_input"].value, "2")
    typed(made.figures["grok-1_usd_per_million_output"].value, "$6.00")
    for name in ("input", "output"):
        made.figures[f"gemma-3-27b_usd_per_million_{name}"].value.clear()
    made.id.setText("our-tokens")
    assert made.make()
    book = session.catalog.price_book("our-tokens")
    assert book.sells("grok-1")
    assert not book.sells("gemma-3-27b")
    price = book.figure("grok-1_usd_per_million_output")
    assert price is not None
    assert (price.value, price.evidence) == (6.0, "assumption")
    assert book.tokens_of("llama-3-1-8b") == CATALOG.price_book("bedrock-tokens-2026-11").tokens_of(
        "llama-3-1-8b"
    )


def test_another_kind_lists_its_entries(dialog: Make) -> None:
    made = dialog("racks", "trn2-ultra")
    made.kind.setCurrentIndex(2)
    made.kind.activated.emit(2)
    assert made.entry.KIND == "chips"
    assert "bf16_tflops" in made.figures


def test_the_text_reads_as_an_entry() -> None:
    figures = {"weight_kg": OwnFigure(2100, "vendor", "data sheet", ""), "price_usd": OwnFigure(1e6)}
    text = own_text(CATALOG, "racks", "trn2-ultra", "x", "X", figures, {"racks": 3}, "2026-11-22")
    entry = parse_entry("racks", "x", text)
    weight = entry.figure("weight_kg")
    price = entry.figure("price_usd")
    assert weight is not None
    assert price is not None
    assert (weight.source, weight.date) == ("data sheet", "2026-11-22")
    assert price.assumed


def test_ids() -> None:
    assert slug("  Our rack, 2028! ") == "our-rack-2028"
    assert slug("✓") == ""
    assert free_id(CATALOG, "racks", "trn2-ultra") == "trn2-ultra-2"

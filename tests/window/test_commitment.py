"""From a commitment to a design on the canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from fleetdesigner.engine.commitments.presets import commitment_presets
from fleetdesigner.engine.results import Results
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.look import current
from fleetdesigner.look.evidence_mark import WIDTH
from fleetdesigner.panels.commitment.dialog import CommitmentDialog
from fleetdesigner.window.command_list import choices
from fleetdesigner.window.main_window import MainWindow
from tests.window.conftest import Settle


def asked(window: MainWindow) -> CommitmentDialog:
    window.menus.actions["commitment"].trigger()
    held = window.findChildren(CommitmentDialog)
    assert len(held) == 1
    assert held[0].isVisible()
    return held[0]


def typed(dialog: CommitmentDialog, words: str) -> None:
    dialog.words.selectAll()
    QTest.keyClicks(dialog.words, words)
    dialog.refresh()


def shown(dialog: CommitmentDialog) -> dict[str, str]:
    return {row.texts[0]: row.texts[1] for row in dialog.table.rows}


def choose(dialog: CommitmentDialog, preset_id: str) -> None:
    at = dialog.preset.findData(preset_id)
    dialog.preset.setCurrentIndex(at)
    dialog.preset.activated.emit(at)


def test_a_preset_becomes_the_design_on_the_canvas(
    window: MainWindow, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    settle()
    dialog = asked(window)
    choose(dialog, "openai-2gw")
    assert shown(dialog)["Facility power"] == "2.00 GW"
    told: list[str] = []
    window.session.notice.connect(told.append)
    with qtbot.waitSignal(dialog.destroyed):
        QTest.mouseClick(dialog.opens, Qt.MouseButton.LeftButton)
    design = window.session.base_design
    assert design.name == "OpenAI and AWS: 2 GW of Trainium3 and 4, 100 bn USD over 8 years"
    assert told[0].startswith(f"{len(design.halls)} halls from")
    assert window.canvas.hall_id is None
    assert not window.session.dirty
    settle()
    results = window.session.results
    assert isinstance(results, Results)
    chips = results.kpi("chips").value
    assert chips is not None
    assert chips > 700_000
    # a design like any other: changed, undone, saved, opened
    window.canvas.show_hall(design.halls[0].id)
    window.canvas.select_all()
    window.canvas.delete_selection()
    assert window.session.base_design is not design
    window.session.undo()
    assert window.session.base_design == design
    target = tmp_path / "two.fleet"
    window.session.save(target)
    assert read_fleet(target).design == design


def test_what_is_typed_is_translated_and_faults_are_said(window: MainWindow) -> None:
    dialog = asked(window)
    typed(dialog, "500,000 Trainium2 at 2.2 GW")
    assert dialog.preset.currentIndex() == 0
    assert shown(dialog)["Chips"] == "500,032"
    assert "would be 4.40 kW a chip" in dialog.page.toPlainText()
    typed(dialog, "2 GW of bananas")
    assert dialog.fault.text().startswith("“bananas” is not understood")
    assert dialog.translation is None
    assert not dialog.opens.isEnabled()
    assert not dialog.copied.isEnabled()
    assert not dialog.table.rows
    assert not dialog.open_design()
    typed(dialog, "2 GW")
    assert dialog.fault.isHidden()
    assert shown(dialog)["Facility power"] == "2.00 GW"
    for field, words, fault in (
        (dialog.hall, "huge", "Size of a hall: must be a number"),
        (dialog.hall, "1 kW", "Size of a hall: must be 100 kW to 1 GW"),
        (dialog.hall, "0 positions", "Size of a hall: must be 1 to 1,000,000 positions"),
        (dialog.start, "soon", "First rack: “soon” is not a month"),
        (dialog.start, "1980-01", "First rack: must be"),
        (dialog.ramp, "1.5", "Ramp, months: must be a whole number of months"),
        (dialog.ramp, "500", "Ramp, months: must be 1 to 120 months"),
    ):
        before = field.text()
        field.setText(words)
        dialog.refresh()
        assert dialog.fault.text().startswith(fault)
        field.setText(before)
    dialog.refresh()
    assert dialog.fault.isHidden()


def test_own_words_begin_empty(window: MainWindow) -> None:
    dialog = asked(window)
    choose(dialog, "")
    assert dialog.words.text() == ""
    assert dialog.summary.text().startswith("Write for example 2 GW")
    assert not dialog.opens.isEnabled()


def test_what_is_left_open_is_decided(window: MainWindow) -> None:
    dialog = asked(window)
    choose(dialog, "openai-2gw")
    before = shown(dialog)["Chips"]
    assert dialog.share.isVisible()
    dialog.share.setText("100 %")
    dialog.refresh()
    assert shown(dialog)["Chips"] == "1.21 M"
    assert shown(dialog)["Chips"] != before
    dialog.shape.button("s").click()
    dialog.start.setText("2027-01")
    dialog.ramp.setText("12")
    dialog.refresh()
    found = dialog.translation
    assert found is not None
    assert [one.month for one in found.landings] == list(range(2027 * 12 + 1, 2028 * 12 + 1))
    assert found.choices.shape == "s"
    # another one begins with nothing decided
    choose(dialog, "rainier-500k")
    assert dialog.ramp.text() == dialog.share.text() == ""
    assert not dialog.share.isVisible()
    assert not dialog.anchor.button("dollars").isEnabled()
    dialog.anchor.button("power").click()
    assert shown(dialog)["IT power"] == "455 MW"
    dialog.system.setCurrentIndex(dialog.system.findData("trn3-gen2"))
    dialog.system.activated.emit(dialog.system.currentIndex())
    assert "Trn3 Gen2 UltraServer" in dialog.summary.text()


@pytest.mark.parametrize("preset", [one.id for one in commitment_presets()])
def test_every_preset_is_shown(window: MainWindow, preset: str) -> None:
    dialog = asked(window)
    choose(dialog, preset)
    assert dialog.fault.isHidden()
    assert len(dialog.table.rows) > 10
    words = QFontMetrics(current().font("text"))
    longest = max(words.horizontalAdvance(row.texts[3]) for row in dialog.table.rows)
    assert longest + WIDTH + 16 <= dialog.table.columnWidth(3)
    assert dialog.table.viewport().width() >= sum(dialog.table.columnWidth(at) for at in range(4))
    found = dialog.translation
    assert found is not None
    assert dialog.opens.isEnabled() == (found.design is not None)
    assert ("No design: no term was said" in dialog.summary.text()) == (found.design is None)


def test_a_picked_figure_shows_what_it_rests_on(window: MainWindow) -> None:
    dialog = asked(window)
    typed(dialog, "2 GW of Trainium3")
    dialog.table.selectRow(1)
    words = dialog.page.toPlainText()
    assert words.startswith("Chips")
    assert "Power of a Trn3 Gen2: 187 kW; 144 kW to 187 kW makes it 1.55 M" in words
    assert "sustainability.aboutamazon.com" in words
    # the page has no bar across: what it says fits its width
    assert dialog.page.horizontalScrollBar().maximum() == 0
    dialog.table.selectRow(0)
    assert dialog.page.horizontalScrollBar().maximum() == 0
    assert dialog.page.toPlainText().startswith("Said")


def test_the_table_is_copied(window: MainWindow) -> None:
    dialog = asked(window)
    typed(dialog, "2 GW of Trainium3")
    dialog.copied.click()
    held = QGuiApplication.clipboard().text()
    assert held.startswith("# 2 GW of Trainium3\n")
    assert "| Facility power | 2.00 GW |" in held


def test_every_way_to_it(window: MainWindow, qtbot: QtBot) -> None:
    assert any(one.text.startswith("New, from a commitment") for one in choices(window))
    window.inspector.empty.commitment.chosen.emit()
    dialog = window.findChildren(CommitmentDialog)[0]
    assert window.starting.commitments.ask() is dialog
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    window.menus.actions["new"].trigger()
    card = window.starting.card
    assert card is not None
    for button in card.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width(), button.text()
    card.commitment.click()
    dialog = window.findChildren(CommitmentDialog)[0]
    assert not dialog.isModal()
    assert dialog.open_design()
    assert not card.isVisible()


def test_that_an_unsaved_design_is_not_lost(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window.canvas.add_rack("trn2-ultra")
    before = window.session.base_design
    assert window.session.dirty
    dialog = asked(window)
    monkeypatch.setattr(window.files, "ask_keep", lambda: QMessageBox.StandardButton.Cancel)
    dialog.open_design()
    assert window.session.base_design is before
    assert dialog.isVisible()

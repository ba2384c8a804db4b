"""Own measurements: reading what is pasted, the dialog with its refusals, and the list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from fleetdesigner.engine.work.measured import calibration_of, held_of
from fleetdesigner.files.fleet_file import dumps, loads
from fleetdesigner.panels.measurement.dialog import MeasurementDialog
from fleetdesigner.panels.measurement.list import MeasurementList
from fleetdesigner.panels.measurement.text import read_pasted
from fleetdesigner.session.session import Session
from tests.panels.conftest import Settle, Show


@pytest.mark.parametrize(
    ("pasted", "activity", "value", "metric"),
    [
        ("1234 tok/s", "training", 1234.0, "tokens_per_s"),
        ("1,234 tok/s/GPU", "training", 1234.0, "tokens_per_s_per_chip"),
        ("1.5k tokens/s per chip", "training", 1500.0, "tokens_per_s_per_chip"),
        ("12.3 s", "training", 12.3, "step_s"),
        ("850 ms/step", "training", 0.85, "step_s"),
        ("step time: 12.3 s a step", "training", 12.3, "step_s"),
        ("1234 tok/s", "serving", 1234.0, "output_tokens_per_s"),
        ("2,340 output tokens/s", "serving", 2340.0, "output_tokens_per_s"),
        ("1 234 tok/s a chip", "serving", 1234.0, "output_tokens_per_s_per_chip"),
        ("18.5 ms", "serving", 18.5, "tpot_ms"),
        ("18.5 ms/token", "serving", 18.5, "tpot_ms"),
        ("50 tok/s/user", "serving", 20.0, "tpot_ms"),
        ("42", "serving", 42.0, None),
        ("3e3", "training", 3000.0, None),
    ],
)
def test_pasted_numbers_are_read(pasted: str, activity: str, value: float, metric: str | None) -> None:
    found = read_pasted(pasted, activity)
    assert found[0] == pytest.approx(value)
    assert found[1] == metric


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "must hold a number"), ("fast", "must hold a number"),
        ("0 tok/s", "above 0"), ("-5 ms", "above 0"),
        ("−5 ms", "above 0"), ("12 bananas", "no unit of this"), ("50 tok/s/user", "belong to serving"),
    ],
)  # fmt: skip
def test_what_is_no_measurement_is_refused_in_words(pasted: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_pasted(pasted, "training")


def typed(qtbot: QtBot, field: QLineEdit, words: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, words)


def opened(session: Session, qtbot: QtBot) -> MeasurementDialog:
    made = MeasurementDialog(session, "h100")
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # pytest-qt closes it too
    qtbot.addWidget(made)
    return made


def rows_of(shown: MeasurementList) -> list[tuple[str, str]]:
    return list(shown.lines)


@pytest.fixture
def dialog(qtbot: QtBot, session: Session, settle: Settle) -> MeasurementDialog:
    settle()
    made = opened(session, qtbot)
    made.show()
    return made


def test_a_pasted_number_rescales_and_is_undone_and_kept(
    dialog: MeasurementDialog, session: Session, settle: Settle, qtbot: QtBot
) -> None:
    assert session.results is not None
    before = session.results.kpi("serving_tokens_per_s", session.month)
    typed(qtbot, dialog.pasted, "90 tok/s/gpu")
    typed(qtbot, dialog.source, "cluster test")
    assert dialog.unit.currentData() == "output_tokens_per_s_per_chip"
    assert dialog.held is not None
    assert "graded measured" in dialog.effect.text()
    assert dialog.take()
    settle()
    (own,) = session.design.measurements
    assert (own.chip_id, own.activity, own.value, own.source) == ("h100", "serving", 90.0, "cluster test")
    after = session.results.kpi("serving_tokens_per_s", session.month)
    assert held_of(own, session.catalog).speed < 1
    assert after.value != before.value or after.evidence != before.evidence
    assert session.undo_label() == "Set measured serving of H100 SXM"
    assert loads(dumps(session.document)).design.measurements == (own,)
    session.undo()
    settle()
    assert session.design.measurements == ()
    assert session.results.kpi("serving_tokens_per_s", session.month).value == before.value
    session.redo()
    assert own in session.design.measurements


@pytest.mark.parametrize(
    ("field", "words", "said"),
    [
        ("pasted", "0 tok/s", "above 0"),
        ("pasted", "soon", "must hold a number"),
        ("chips", "0", "whole number"),
        ("chips", "1.5", "whole number"),
        ("chips", "", "whole number"),
        ("tensor", "7", "do not divide"),
        ("tensor", "16", "does not fit on 8"),
        ("day", "yesterday", "Date"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    dialog: MeasurementDialog, session: Session, qtbot: QtBot, field: str, words: str, said: str
) -> None:
    typed(qtbot, dialog.pasted, "900 tok/s")
    edit = {"pasted": dialog.pasted, "day": dialog.day}.get(field) or dialog.numbers[field]
    edit.clear()
    QTest.keyClicks(edit, words)
    if not words:
        edit.textEdited.emit("")
    assert said in dialog.fault.text()
    assert not dialog.use.isEnabled()
    assert not dialog.take()
    assert session.design.measurements == ()


def test_a_workload_fills_the_fields(dialog: MeasurementDialog, session: Session, qtbot: QtBot) -> None:
    work = next(one for one in session.design.workloads if one.kind == "training")
    dialog.like.setCurrentIndex(dialog.like.findData(work.id))
    dialog.like.activated.emit(dialog.like.currentIndex())
    assert dialog.activity.key == "training"
    assert dialog.numbers["sequence_len"].text() == f"{work.sequence_len:,}"
    assert dialog.model.currentData() == work.model_id
    assert dialog.numbers["input_len"].isHidden()
    assert all(widget.accessibleName() for _, widget in dialog._lines.values())


def test_the_list_shows_changes_and_removes(
    dialog: MeasurementDialog, session: Session, qtbot: QtBot, show: Show, settle: Settle
) -> None:
    shown = MeasurementList(session)
    show(shown, 372, 200)
    assert not rows_of(shown)
    typed(qtbot, dialog.pasted, "900 tok/s/gpu")
    assert dialog.take()
    settle()
    title, detail = rows_of(shown)[0]
    assert title == "H100 SXM, serving: 900 output tok/s a chip"
    assert "forecast" in detail
    names = {button.accessibleName() for button in shown.findChildren(QToolButton)}
    assert names == {f"Change {title}", f"Remove {title}"}
    again = opened(session, qtbot)
    again.show_measurement(session.design.measurements[0])
    typed(qtbot, again.pasted, "800")
    assert "takes the place of 900" in again.effect.text()
    assert again.take()
    assert [one.value for one in session.design.measurements] == [800.0]
    shown.remove(session.design.measurements[0])
    assert not rows_of(shown)
    assert session.undo_label() == "Remove measured serving of H100 SXM"
    assert calibration_of(session.design, session.catalog).measured == ()

"""The validation view in the window: whose numbers, filters, points, files, and own measurements."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.throughput import load_calibration
from fleetdesigner.engine.throughput.predict import predict_point
from fleetdesigner.engine.throughput.validation import errors_of, pair_of, residuals
from fleetdesigner.panels.kpi.card import KpiCard
from fleetdesigner.panels.measurement.dialog import MeasurementDialog
from fleetdesigner.panels.measurement.rows import forecasts_by_own_measurement, own_measurement_rows
from fleetdesigner.window.main_window import MainWindow
from fleetdesigner.window.throughput_view import ThroughputView
from fleetdesigner.window.validation_view import ValidationView
from tests.window.conftest import Settle


@pytest.fixture
def view(window: MainWindow, settle: Settle) -> ValidationView:
    """Open, with everything worked out."""
    settle()
    window.views.show_view("validation")
    found = window.views.view("validation")
    assert isinstance(found, ValidationView)
    found.prepare()
    return found


def test_headline_gives_the_errors_of_the_fit(view: ValidationView) -> None:
    for activity, serving in (("training", False), ("serving", True)):
        rows = [row for row in residuals() if row.band.startswith(activity)]
        points = {str(one.point["id"]): one.point for one in view.checked.rows}
        told = errors_of(np.array([row.left_out for row in rows]), [pair_of(points[row.id]) for row in rows])
        assert (
            f"{activity} {100 * told.median:.1f} % median, {100 * told.p90:.1f} % p90 on {told.rows:,} points"
            in (view.headline.text())
        )
        flags = view.checked.scored & (view.checked.serving == serving)
        assert view.checked.errors(flags, "left_out") == told


def test_errors_of_points_are_those_of_predict(view: ValidationView) -> None:
    catalog, cal = load_catalog(), load_calibration()
    for at in (0, 400, 900, 1300):
        row = view.checked.rows[at]
        made = predict_point(row.point, catalog, cal)
        assert made.predicted == pytest.approx(row.forecast.predicted)
        assert made.breakdown == row.forecast.breakdown


def test_a_row_of_the_table_filters_and_its_chip_lets_go(view: ValidationView) -> None:
    whole = len(view.shown)
    assert whole == int(view.checked.scored.sum()) == len(view.plot.shown)
    view.grouping.button("chip").click()
    view.groups.selectRow(0)
    chip = view.groups.rows.key(0)
    assert {view.checked.rows[at].chip for at in view.shown} == {chip}
    assert view.groups.rows.rowCount() > 5, "other rows stay, to be compared"
    view.bar.activity_segments.button("training").click()
    assert {view.checked.rows[at].activity for at in view.shown} == {"training"}
    (filter_chip,) = view.bar.chips
    assert filter_chip.accessibleName() == f"Filter {chip}: remove"
    filter_chip.click()
    view.bar.activity_segments.button("all").click()
    assert len(view.shown) == whole


def test_search_finds_sources_and_says_when_nothing_fits(view: ValidationView, qtbot: QtBot) -> None:
    QTest.keyClicks(view.bar.search, "mlperf h100")
    assert view.shown
    assert all("mlperf" in str(view.checked.rows[at].point["family"]) for at in view.shown)
    QTest.keyClicks(view.bar.search, " nonsense")
    assert view.shown == ()
    assert "No point" in view.headline.text()


def test_points_that_do_not_count_are_drawn_when_asked(view: ValidationView) -> None:
    before = len(view.plot.shown)
    view.bar.uncounted.setChecked(True)
    assert len(view.plot.shown) > before
    assert len(view.shown) == len(view.checked.rows)
    view.pick(next(at for at in view.shown if not view.checked.rows[at].scored))
    assert any("Counts in no error" in words for words in view.card.words)


def test_a_click_on_a_point_shows_whose_it_is(view: ValidationView, qtbot: QtBot) -> None:
    row = view.plot.shown[100]
    place = view.plot.place_of(row)
    QTest.mouseMove(view.plot, place.toPoint())
    QTest.mouseClick(view.plot, Qt.MouseButton.LeftButton, pos=place.toPoint())
    picked = view.plot.picked_row
    assert picked >= 0
    point = view.checked.rows[picked].point
    said = " ".join(view.card.words).replace("\u200b", "")
    assert str(point["source"]) in said
    assert str(point["model"]) in said
    assert "Error, pair left out" in said
    assert view.points.selectionModel().selectedRows()


def test_arrows_walk_through_the_points(view: ValidationView, qtbot: QtBot) -> None:
    view.plot.setFocus()
    QTest.keyClick(view.plot, Qt.Key.Key_Home)
    first = view.plot.picked_row
    QTest.keyClick(view.plot, Qt.Key.Key_Right)
    second = view.plot.picked_row
    published = view.checked.published_ms
    assert first != second
    assert published[first] <= published[second]
    assert view.checked.rows[second].chip in view.plot.accessibleDescription()
    QTest.keyClick(view.plot, Qt.Key.Key_Escape)
    view.closed.emit()
    assert not view.isVisible()


def test_in_sample_shows_other_errors(view: ValidationView) -> None:
    before = view.headline.text()
    view.bar.basis_segments.button("fitted").click()
    assert view.headline.text() != before
    assert view.headline.text().startswith("In sample")


def test_visible_points_are_written_with_their_sources(
    view: ValidationView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.show_numbers_of("serving", "Trainium2")
    target = tmp_path / "points"
    monkeypatch.setattr(view, "choose_save", lambda: str(target))
    view.bar.export.click()
    with (tmp_path / "points.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [view.checked.rows[at].point["id"] for at in view.shown]
    assert all(row["source"] and row["chip"] == "Trainium2" for row in rows)


def test_a_chip_nobody_published_says_so(view: ValidationView) -> None:
    view.show_numbers_of("training", "Trainium2", "trainium2")
    assert view.headline.text().startswith("No training run on Trainium2 was published")
    assert {view.checked.rows[at].activity for at in view.shown} == {"training"}


def test_a_key_figure_asks_whose_numbers_these_are(
    window: MainWindow, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle()
    # offscreen cannot grab the keyboard for a popup
    monkeypatch.setattr(KpiCard, "show_under", lambda card, tile: None)
    card = window.kpi_strip.explain("serving_tokens_per_s")
    assert card is not None
    link = next(b for b in card.findChildren(QPushButton) if b.text() == "Whose numbers are these?")
    link.click()
    assert window.views.shown == "validation"
    view = window.views.view("validation")
    assert isinstance(view, ValidationView)
    assert view.bar.choice.activity == "serving"
    power = window.kpi_strip.explain("facility_power_kw")
    assert power is not None
    assert not [b for b in power.findChildren(QPushButton) if b.text() == "Whose numbers are these?"]
    power.close()


def test_everything_that_takes_the_keyboard_has_a_name(view: ValidationView) -> None:
    for kind in (QPushButton, QToolButton):
        for widget in view.findChildren(kind):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible():
                assert widget.accessibleName() or widget.text()
    for named in (view.plot, view.groups, view.points, view.card, view.bar.search):
        assert named.accessibleName()
    assert QAccessible.queryAccessibleInterface(view.plot) is not None


def test_one_repaint_under_the_mouse_is_within_a_frame(view: ValidationView, qtbot: QtBot) -> None:
    import time

    view.plot.grab()
    times = []
    for step in range(40):
        place = QPoint(100 + 6 * step, 120)
        start = time.thread_time()
        QTest.mouseMove(view.plot, place)
        view.plot.grab()
        times.append(time.thread_time() - start)
    assert min(times) < 1 / 60


def test_a_measurement_is_pasted_from_the_menu_and_stands_in_view_and_inspector(
    view: ValidationView, window: MainWindow, settle: Settle
) -> None:
    dialog = window.measurements.paste("h100")
    dialog.pasted.setText("900 tok/s a chip")
    dialog.pasted.textEdited.emit(dialog.pasted.text())
    assert dialog.take()
    settle()
    view.below.button("own").click()
    ((title, _),) = view.own.lines
    assert title == "H100 SXM, serving: 900 output tok/s a chip"
    (work,) = [one for one in window.session.design.workloads if one.kind == "serving"]
    rows = forecasts_by_own_measurement(window.session, work)
    assert [(row.label, row.grade) for row in rows] == [("H100 SXM", "measured")]
    assert own_measurement_rows(window.session, "h100")[0].text.endswith("measured")
    assert not own_measurement_rows(window.session, "trainium2")
    window.session.undo()
    settle()
    assert not list(view.own.lines)


def test_the_throughput_view_takes_a_measurement_and_says_what_it_does(
    window: MainWindow, settle: Settle, qtbot: QtBot
) -> None:
    settle()
    (work,) = [one for one in window.session.design.workloads if one.kind == "serving"]
    window.views.show_throughput(workload_id=work.id)
    view = window.views.view("throughput")
    assert isinstance(view, ThroughputView)
    qtbot.waitUntil(lambda: view.shown is not None and not view.shown.pending, timeout=20_000)
    assert view.side.own.isHidden()
    view.side.paste.click()
    (dialog,) = window.findChildren(MeasurementDialog)
    assert dialog.chip.currentText() == "H100 SXM"
    assert dialog.model.currentData() == work.model_id
    dialog.pasted.setText("900 tok/s a chip")
    dialog.pasted.textEdited.emit(dialog.pasted.text())
    assert dialog.take()
    settle()
    qtbot.waitUntil(lambda: not view.side.own.isHidden(), timeout=20_000)
    assert "by your measurement" in view.side.own.text()
    shown = view.shown
    assert shown is not None
    assert shown.focus is not None
    assert shown.focus.grade == "measured"
    view.side.whose.click()
    assert window.views.shown == "validation"
    found = window.views.view("validation")
    assert isinstance(found, ValidationView)
    assert found.bar.choice.keys == (("chip", "H100 SXM"),)

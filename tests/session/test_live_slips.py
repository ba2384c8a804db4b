"""What slips cost beside the results: asked while somebody looks, of the newest design alone, at rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.commands import SetFields
from fleetdesigner.design.model import Design
from fleetdesigner.engine.at_rest.slips import Slip, slips_of
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.session import live_slips
from fleetdesigner.session.session import Session

Found = list[tuple[Slip, ...]]


@pytest.fixture
def found(session: Session) -> Found:
    """Every answer, as it comes."""
    answers: Found = []
    session.slips_changed.connect(answers.append)
    return answers


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Months of the slips that the engine was asked for."""
    calls: list[int] = []

    def counted(
        design: Design, catalog: Catalog, months: int, cancelled: Callable[[], bool]
    ) -> tuple[Slip, ...]:
        calls.append(months)
        return slips_of(design, catalog, months, cancelled)

    monkeypatch.setattr(live_slips, "slips_of", counted)
    return calls


def rested(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.slips_busy and not session.busy, timeout=20_000)


def test_nobody_asks_nobody_works(
    qtbot: QtBot, session: Session, settle: Callable[[], None], asked: list[int], found: Found
) -> None:
    settle()
    session.execute(SetFields.of("x", [("site:" + session.design.sites[0].id, "name", "Here")]))
    settle()
    qtbot.wait(400)
    assert not asked
    assert not found


def test_the_newest_design_alone_is_answered(
    qtbot: QtBot, session: Session, settle: Callable[[], None], asked: list[int], found: Found
) -> None:
    settle()
    session.ask_slips(3)
    assert session.slips_busy
    rested(qtbot, session)
    assert found[-1] == slips_of(session.design, session.catalog, 3)
    # the same question is not asked again
    session.ask_slips(3)
    assert not session.slips_busy
    before = len(asked)
    first = next(phase for phase in session.design.phases if phase.service_month > session.design.first_month)
    for lead in (7, 8, 9):
        session.execute(SetFields.of("x", [(f"phase:{first.id}", "lead_months", lead)]))
    assert session.slips_busy
    rested(qtbot, session)
    assert len(asked) == before + 1, "a moving hand is waited for"
    assert found[-1] == slips_of(session.design, session.catalog, 3)
    session.ask_slips(None)
    session.undo()
    settle()
    qtbot.wait(400)
    assert len(asked) == before + 1


def test_a_preview_waits_and_asks_nothing(
    qtbot: QtBot, session: Session, settle: Callable[[], None], asked: list[int]
) -> None:
    settle()
    session.ask_slips(2)
    rested(qtbot, session)
    before = len(asked)
    phase = session.design.phases[1]
    session.preview(SetFields.of("x", [(f"phase:{phase.id}", "lead_months", 20)]))
    settle()
    qtbot.wait(400)
    assert len(asked) == before
    assert not session.slips_busy
    session.preview(None)
    settle()
    qtbot.wait(400)
    assert len(asked) == before


def test_what_the_engine_refuses_and_what_fails_is_said(
    qtbot: QtBot, session: Session, settle: Callable[[], None], monkeypatch: pytest.MonkeyPatch, found: Found
) -> None:
    settle()
    said: list[str] = []
    session.refused.connect(said.append)

    def refuses(*_: object) -> tuple[Slip, ...]:
        raise EvaluationError("hall:h1: no such rack")

    def fails(*_: object) -> tuple[Slip, ...]:
        raise RuntimeError("out of months\nand a second line")

    for broken, words in (
        (refuses, "hall:h1: no such rack"),
        (fails, "The costs of slips failed: out of months. Report it."),
    ):
        monkeypatch.setattr(live_slips, "slips_of", broken)
        session.ask_slips(4 + len(said))
        rested(qtbot, session)
        assert said[-1] == words
        assert found[-1] == ()


def test_nobody_looks_any_more_and_the_same_question_is_asked_again(
    qtbot: QtBot, session: Session, settle: Callable[[], None], asked: list[int], found: Found
) -> None:
    settle()
    session.ask_slips(5)
    session.ask_slips(None)
    assert not session.slips_busy
    qtbot.wait(400)
    assert not asked
    assert not found
    session.ask_slips(5)
    rested(qtbot, session)
    assert found == [slips_of(session.design, session.catalog, 5)]
    # what was answered stands
    session.ask_slips(None)
    session.ask_slips(5)
    assert not session.slips_busy

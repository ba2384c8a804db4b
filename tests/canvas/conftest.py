"""A real session over a small design, and a canvas over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.model import Design, Document
from fleetdesigner.files.migrate import CURRENT_VERSION
from fleetdesigner.look.theme import set_theme
from fleetdesigner.session.session import Session
from tests.canvas.floor import START, design

Make = Callable[..., CanvasView]


@pytest.fixture
def make_view(qtbot: QtBot) -> Iterator[Make]:
    """Makes a canvas of a size over a design; sessions are closed at the end."""
    set_theme("light")
    sessions: list[Session] = []
    # held until the end: a widget that only a cycle holds could be collected in the engine's thread
    views: list[CanvasView] = []

    def make(held: Design | None = None, size: tuple[int, int] = (1048, 440)) -> CanvasView:
        document = Document(format_version=CURRENT_VERSION, app_version="0", design=held or design())
        session = Session(load_catalog(), document)
        sessions.append(session)
        session.set_month(START + 8)
        view = CanvasView(session)
        view.reduced_motion = True
        view.resize(*size)
        views.append(view)
        with qtbot.waitExposed(view):
            view.show()
        return view

    yield make
    for session in sessions:
        session.close()
    for view in views:
        view.close()
        view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    views.clear()
    sessions.clear()
    set_theme("light")


@pytest.fixture
def view(make_view: Make) -> CanvasView:
    """A canvas over the small design, inside its one hall."""
    return make_view()

"""The canvas read back as a screen reader does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface

from fleetdesigner.canvas.view import CanvasView
from tests.canvas.conftest import Make
from tests.canvas.floor import block, design, hall


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """As if a screen reader ran."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def of(view: CanvasView) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(view)


def names(view: CanvasView) -> list[str]:
    held = of(view)
    return [held.child(index).text(QAccessible.Text.Name) for index in range(held.childCount())]


def test_a_hall_is_a_list_of_its_blocks(view: CanvasView) -> None:
    assert of(view).role() == QAccessible.Role.List
    assert names(view) == [
        "4 × HGX H100 rack, 4 servers at A1–A4",
        "4 × HGX H100 rack, 4 servers at B1–B4",
    ]
    item = of(view).child(1)
    assert item.role() == QAccessible.Role.ListItem
    middle = item.rect().center()
    assert of(view).indexOfChild(of(view).childAt(middle.x(), middle.y())) == 1
    assert not item.state().selected
    view.session.set_selection(("b",))
    assert item.state().selected


def test_the_campus_is_a_list_of_its_halls(make_view: Make) -> None:
    view = make_view(design(hall("h1", block("a", "h100-rack", 0, 0)), hall("h2")))
    assert [name.partition(",")[0] for name in names(view)] == ["Hall h1", "Hall h2"]
    view.choose_tile("h2")
    assert of(view).child(1).state().selected


def test_an_item_that_is_gone_says_nothing(view: CanvasView) -> None:
    item = of(view).child(1)
    view.session.set_selection(("b",))
    view.delete_selection()
    assert not item.isValid()
    assert item.text(QAccessible.Text.Name) == ""
    assert item.rect().isEmpty()
    assert of(view).child(5) is None

"""What undo goes back to."""

from __future__ import annotations

from pydantic import ValidationError

from fleetdesigner.design.model import Design, Pin
from fleetdesigner.values import Value


class State(Value):
    """What undo goes back to: the design and the catalog entries it carries."""

    design: Design
    pins: tuple[Pin, ...] = ()


def first_words(error: ValidationError) -> str:
    """The first fault in one line, with its field."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else str(first["msg"])

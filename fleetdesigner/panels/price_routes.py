"""Ways to a price that nobody publishes, side by side; a click takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fleetdesigner.catalog.hardware import PriceRoute, Rack
from fleetdesigner.panels.fields.numbers import number_text
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.shipped import entry_of, split_figure

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


class PriceRoutes(QWidget):
    """One column a route: what it is called, what a chip costs, and the price of the system to take."""

    chosen = Signal(object)
    """The price of the whole system, USD."""

    def __init__(self, routes: tuple[PriceRoute, ...], chips: int, unit: str) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.buttons: list[QPushButton] = []
        for route in routes:
            price = float(f"{route.system_usd_per_chip * chips:.4g}")
            words = WrappedLabel(f"{route.name}: ${route.system_usd_per_chip:,.0f} a chip", "ink2", "caption")
            take = QPushButton(f"Use {number_text(float(f'{price:.3g}'), unit)}")
            take.setProperty("size", "small")
            take.setToolTip(f"{route.derivation}\n{route.source}")
            take.setAccessibleName(f"Use the price by the route {route.name}")
            take.clicked.connect(lambda _=False, held=price: self.chosen.emit(held))
            self.buttons.append(take)
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(words, 1)
            column.addWidget(take)
            line.addLayout(column, 1)


def price_routes(session: Session, ref: str, unit: str) -> PriceRoutes | None:
    """The routes to the price of a rack system; None for any other figure."""
    entry_ref, field = split_figure(ref)
    entry = entry_of(session.catalog, entry_ref) if field == "price_usd" else None
    if not isinstance(entry, Rack) or not entry.price_routes:
        return None
    return PriceRoutes(entry.price_routes, session.catalog.chips_in(entry), unit)

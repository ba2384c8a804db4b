"""What appears while the mouse is over a graph: after a moment the card, at once the buttons."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from fleetdesigner.charts.card import HoverCard
from fleetdesigner.charts.reading import Reading
from fleetdesigner.look.theme import current
from fleetdesigner.look.tokens import MOTION_MS


class HoverButtons(QWidget):
    """Copy, enlarge and fold, in a small card over the plot."""

    copy = Signal()
    enlarge = Signal()
    fold = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        self._buttons: list[tuple[QToolButton, str]] = []
        for words, icon, signal in (
            ("Copy as picture", "copy", self.copy),
            ("Enlarge", "maximize-2", self.enlarge),
            ("Fold graphs", "chevron-down", self.fold),
        ):
            button = QToolButton(self)
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setIconSize(QSize(14, 14))
            # the same is in the context menu: Tab should not stop three times at each graph
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(signal)
            row.addWidget(button)
            self._buttons.append((button, icon))
        self.retheme()
        self.hide()

    def set_foldable(self, on: bool) -> None:
        """Whether folding is offered."""
        self._buttons[-1][0].setVisible(on)

    def retheme(self) -> None:
        """Take the icons of the theme in force."""
        for button, icon in self._buttons:
            button.setIcon(current().icon(icon, 14))


class CardTimer(QObject):
    """Shows the card of a month after the mouse has rested, then lets it follow."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self._card: HoverCard | None = None
        self._row: int | None = None
        self._place = QPointF()
        self._reading: Reading | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(MOTION_MS["hover_card"])
        self._timer.timeout.connect(self.show)

    @property
    def card(self) -> HoverCard | None:
        """The card, once it was shown."""
        return self._card

    def point(self, row: int | None, place: QPointF, reading: Reading | None) -> None:
        """The mouse is over a row of months at `place` (in the panel), or left (None)."""
        self._row, self._place, self._reading = row, place, reading
        if row is None:
            self.hide()
        elif self._card is not None and self._card.isVisible():
            self.show()
        else:
            self._timer.start()

    def follow(self, reading: Reading | None) -> None:
        """Newer figures: an open card shows them."""
        self._reading = reading
        if self._card is not None and self._card.isVisible():
            self.show()

    def show(self) -> None:
        """Show the card now."""
        if self._reading is None or self._row is None or not self._panel.isVisible():
            return
        if self._row >= self._reading.months or not self._reading.has_data:
            self.hide()
            return
        window = self._panel.window()
        if self._card is None or self._card.parentWidget() is not window:
            self.hide()
            self._card = HoverCard(window)
        self._card.show_at(self._panel.mapTo(window, self._place.toPoint()), self._reading, self._row)

    def hide(self) -> None:
        """Take the card away."""
        self._timer.stop()
        if self._card is not None:
            self._card.hide()

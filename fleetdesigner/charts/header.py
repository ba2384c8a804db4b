"""The header of a panel: title that opens the list of charts, unit, baseline's swatch and value."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from fleetdesigner.charts.runs import RunsLine
from fleetdesigner.charts.spec import ChartSpec
from fleetdesigner.charts.words import draw_words, number_width, text_width
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.look.tokens import HEIGHTS, LINE_BASELINE

_SWATCH = 16
_WORD = "Baseline"


class TitleButton(QAbstractButton):
    """Title with a ▾; pressing it opens the list of charts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._by_keys = False
        theme_signals.changed.connect(self.update)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # a window that opens gives focus to its first widget; a ring there would only be noise
        self._by_keys = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(int(text_width(self.text(), "title")) + 26, 22)

    def paintEvent(self, event: object) -> None:
        painter, theme = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isDown() or self.underMouse():
            painter.setBrush(theme.color("press" if self.isDown() else "hover"))
            painter.drawRoundedRect(box, 3, 3)
        if self.hasFocus() and self._by_keys:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(box, 3, 3)
        painter.setFont(theme.font("title"))
        painter.setPen(theme.color("ink"))
        painter.drawText(
            QRectF(4, 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        icon = theme.pixmap("chevron-down", 12, "ink3", max(1.0, painter.deviceTransform().m11()))
        painter.drawPixmap(self.width() - 18, (self.height() - 12) // 2 + 1, icon)


class BaselineValue(QWidget):
    """The baseline's thin line with its value; the word goes when there is no room for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = ""
        self._wordless = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme_signals.changed.connect(self.update)

    @property
    def value(self) -> str:
        """The value shown; empty when there is no baseline."""
        return self._value

    def show_value(self, value: str, wordless: bool) -> None:
        """Show another value, empty for no baseline."""
        if (value, wordless) != (self._value, self._wordless):
            wider = self._room() if self._value else -1
            self._value, self._wordless = value, wordless
            self.setAccessibleName(f"{_WORD} {value}" if value else "")
            self.setToolTip(f"{_WORD} {value}" if value else "")
            if self._room() != wider:
                self.updateGeometry()
            self.update()

    def _room(self) -> int:
        if not self._value:
            return 0
        word = 0.0 if self._wordless else text_width(_WORD, "caption") + 5
        # widths of digits are equal, so the row stands still while the value changes
        return int(_SWATCH + 6 + word + number_width(self._value, "caption") + 2)

    def sizeHint(self) -> QSize:
        return QSize(self._room(), 20)

    def paintEvent(self, event: object) -> None:
        painter, theme = QPainter(self), current()
        painter.fillRect(self.rect(), theme.color("panel"))
        if not self._value:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("ghost"), LINE_BASELINE))
        middle = round(self.height() / 2)
        painter.drawLine(QLineF(0, middle, _SWATCH, middle))
        x = _SWATCH + 6.0
        painter.setPen(theme.color("ink2"))
        if not self._wordless:
            draw_words(painter, x, middle, _WORD, "caption")
            x += text_width(_WORD, "caption") + 5
        draw_words(painter, x, middle, self._value, "caption", tabular=True)


class ChartHeader(QWidget):
    """28 px: title ▾, unit in words, baseline."""

    chart_picked = Signal(str)
    """Id of another chart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHTS["graph_header"])
        self._choices: tuple[ChartSpec, ...] = ()
        self._shown = ""
        self._figures: tuple[int, str, str] | None = None
        self.title = TitleButton(self)
        self.title.setToolTip("Show another graph")
        self.title.clicked.connect(self._open_menu)
        self.unit = RunsLine(tone="ink3", parent=self)
        self.baseline = BaselineValue(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.title)
        row.addWidget(self.unit, 1)
        row.addWidget(self.baseline)

    def set_choices(self, choices: tuple[ChartSpec, ...]) -> None:
        """Charts the menu offers."""
        self._choices = choices

    def show_chart(self, spec: ChartSpec) -> None:
        """Title of another chart."""
        self._shown, self._figures = spec.id, None
        self.title.setText(spec.name)
        self.title.setAccessibleName(f"{spec.name}, show another graph")
        self.title.updateGeometry()
        self.title.update()

    def show_figures(self, unit: str, baseline: str) -> None:
        """Unit in words, and the baseline's value (empty for none)."""
        if (self.width(), unit, baseline) == self._figures:
            return
        self._figures = (self.width(), unit, baseline)
        self.unit.set_runs(((unit, False),) if unit else ())
        room = self.width() - self.title.sizeHint().width() - text_width(unit, "caption") - 12
        wanted = _SWATCH + 11 + text_width(f"{_WORD} ", "caption") + number_width(baseline, "caption")
        self.baseline.show_value(baseline, room < wanted)

    def menu(self) -> QMenu:
        """The list of charts, the shown one ticked."""
        made = QMenu(self)
        for spec in self._choices:
            action = QAction(spec.name, made)
            action.setCheckable(True)
            action.setChecked(spec.id == self._shown)
            action.setData(spec.id)
            made.addAction(action)
        made.triggered.connect(lambda action: self.chart_picked.emit(str(action.data())))
        return made

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.title.mapToGlobal(self.title.rect().bottomLeft()))

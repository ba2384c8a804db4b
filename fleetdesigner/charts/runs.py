"""One painted line of words, some of them strong. Painting it costs a tenth of a rich-text label."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleetdesigner.charts.spec import Sentence
from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.look.theme import current, theme_signals


class RunsLine(QWidget):
    """Words in one line, cut with an ellipsis when there is no room; the tooltip then has them all."""

    def __init__(
        self,
        plain: str = "caption",
        strong: str = "caption_strong",
        tone: str = "ink2",
        align_right: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._plain, self._strong, self._tone, self._right = plain, strong, tone, align_right
        self._runs: Sentence = ()
        self._wide = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        # opaque: else the panel and its style sheet are painted again under every change of a word
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme_signals.changed.connect(self.update)

    @property
    def text(self) -> str:
        """All words as one string."""
        return "".join(words for words, _ in self._runs)

    def set_runs(self, runs: Sentence) -> None:
        """Show other words."""
        if runs != self._runs:
            same = 0.0 if self._right else self._same_width(runs)
            self._runs = runs
            self._wide = self.words_width()
            self.setAccessibleName(self.text)
            self._tell_rest()
            # what stands before the first other word stays; a letter may reach over its left edge
            self.update(QRect(max(0, int(same) - 2), 0, self.width(), self.height()))

    def words_width(self) -> float:
        """Width of all words in pixels."""
        return sum(text_width(words, self._font(bold)) for words, bold in self._runs)

    def sizeHint(self) -> QSize:
        return QSize(40, 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_rest()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = current()
        painter.fillRect(event.rect(), theme.color("panel"))
        room, begin = float(self.width()), event.rect().left() - 2
        x = max(0.0, room - self._wide) if self._right else 0.0
        for words, bold in self._runs:
            name = self._font(bold)
            width = text_width(words, name)
            fits = x + width <= room + 0.5
            if x + width > begin:
                shown = words
                if not fits:
                    metrics = QFontMetricsF(theme.font(name))
                    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, room - x))
                painter.setPen(theme.color("ink" if bold else self._tone))
                draw_words(painter, x, self.height() / 2, shown, name)
            if not fits:
                return
            x += width

    def _font(self, bold: bool) -> str:
        return self._strong if bold else self._plain

    def _same_width(self, runs: Sentence) -> float:
        """Pixels of the runs that both sentences begin with, where they stand whole in both."""
        x = 0.0
        for one, other in zip(self._runs, runs, strict=False):
            after = x + text_width(one[0], self._font(one[1]))
            if one != other or after > self.width():
                break
            x = after
        return x

    def _tell_rest(self) -> None:
        """The tooltip has the words that are cut."""
        cut = self.text if self._wide > self.width() else ""
        if cut != self.toolTip():
            self.setToolTip(cut)

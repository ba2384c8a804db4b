"""One painted line of words, some of them strong. Painting it costs a tenth of a rich-text label."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
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
            self._runs = runs
            self.setAccessibleName(self.text)
            self.update()

    def words_width(self) -> float:
        """Width of all words in pixels."""
        return sum(text_width(words, self._strong if bold else self._plain) for words, bold in self._runs)

    def sizeHint(self) -> QSize:
        return QSize(40, 16)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        theme = current()
        painter.fillRect(self.rect(), theme.color("panel"))
        room = float(self.width())
        x = max(0.0, room - self.words_width()) if self._right else 0.0
        self.setToolTip(self.text if self.words_width() > room else "")
        for words, bold in self._runs:
            name = self._strong if bold else self._plain
            width = text_width(words, name)
            painter.setPen(theme.color("ink" if bold else self._tone))
            fits = x + width <= room + 0.5
            shown = words
            if not fits:
                metrics = QFontMetricsF(theme.font(name))
                shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, room - x))
            draw_words(painter, x, self.height() / 2, shown, name)
            if not fits:
                return
            x += width

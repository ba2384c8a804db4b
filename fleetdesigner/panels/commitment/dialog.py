"""The dialog that translates a commitment: choose or type one, decide what it leaves open, see the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QTextOption
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.refusals import first_problem
from fleetdesigner.engine.commitments.presets import commitment_presets
from fleetdesigner.engine.commitments.text import FORMS, read_commitment
from fleetdesigner.engine.commitments.translate import Translation, translate
from fleetdesigner.engine.commitments.values import Choices, Commitment, CommitmentError, hall_size
from fleetdesigner.engine.site.places import missing_figures
from fleetdesigner.export.commitment_forms import commitment_markdown, systems_text
from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.style import restyle
from fleetdesigner.panels.commitment.page import commitment_page
from fleetdesigner.panels.commitment.table import CommitmentTable
from fleetdesigner.panels.fields.choices import FieldCombo
from fleetdesigner.panels.fields.numbers import number_text, parsed_number
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.segments import Segments
from fleetdesigner.units import month_number, month_text

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_SIZE = (1120, 664)
_SIDES = [716, 372]
"""Table and page: the longest reason for a missing figure is not cut."""
_REST_MS = 150
"""After the last key: one translation, not one a letter."""
_TYPED = ""
_ANCHORS = (("auto", "As said"), ("chips", "Chips"), ("power", "Power"), ("dollars", "Dollars"))


class CommitmentDialog(QDialog):
    """Shows the table as soon as the hand rests, and never stands in the way of the window behind it."""

    design_wanted = Signal(object)
    """The `Translation` to open as a design."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._translation: Translation | None = None
        self.setWindowTitle("New, from a commitment")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self.preset, self.system, self.place, self.book = (
            FieldCombo(),
            FieldCombo(),
            FieldCombo(),
            FieldCombo(),
        )
        self.words, self.hall = QLineEdit(), QLineEdit("100 MW")
        self.start, self.ramp, self.share = QLineEdit(), QLineEdit(), QLineEdit()
        self.anchor = Segments("Sized by", _ANCHORS)
        self.shape = Segments("Ramp", (("linear", "Straight"), ("s", "S-curve")))
        self.fault = WrappedLabel("", "caution")
        self.summary = WrappedLabel("", "ink2")
        self.table = CommitmentTable()
        self.page = QTextBrowser()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        self._timer.timeout.connect(self.refresh)
        self._fill()
        self._lay_out()
        self._connect()
        self.preset.setCurrentIndex(1)
        self._preset_chosen(1)

    # what it says

    @property
    def catalog(self) -> Catalog:
        """What there is to build with: own parts too, without the figures of the open design."""
        return self._session.entries

    @property
    def translation(self) -> Translation | None:
        """What is shown; None while something cannot be read."""
        return self._translation

    @Slot()
    def refresh(self) -> None:
        """Read every field and translate; what is wrong is said at its field."""
        self._timer.stop()
        self._translation = None
        at: QWidget = self.words
        try:
            commitment = self._commitment()
            at = self.hall
            hall, positions = hall_size(self.hall.text())
            at = self.start
            start = month_number(self.start.text()) if self.start.text().strip() else None
            at = self.ramp
            ramp = _whole(self.ramp.text())
            at = self.share
            systems, shares = self._systems(commitment)
            at = self.words
            choices = Choices(
                systems=systems, shares=shares, site=self.place.currentData(),
                hall_it_kw=hall, hall_positions=positions,
                start_month=start, ramp_months=ramp, price_book=self.book.currentData(),
                shape="s" if self.shape.key == "s" else "linear", anchor=_anchor(self.anchor.key, commitment),
            )  # fmt: skip
            made = translate(commitment, self.catalog, choices)
        except ValidationError as error:
            place, problem = first_problem(error, {})
            self._say(problem, self.start if place == "start_month" else at)
            return
        except ValueError as error:
            self._say(str(error), at)
            return
        self._translation = made
        self._say("", None)
        self._show(made)

    @Slot()
    def copy(self) -> None:
        """The table as Markdown on the clipboard."""
        if self._translation is not None:
            QGuiApplication.clipboard().setText(commitment_markdown(self._translation))
            self._session.notice.emit("Commitment copied as Markdown")

    @Slot()
    def open_design(self) -> bool:
        """Ask for the design; False while there is none."""
        if self._timer.isActive():
            self.refresh()
        if self._translation is None or self._translation.design is None:
            return False
        self.design_wanted.emit(self._translation)
        return True

    # inside

    def _commitment(self) -> Commitment:
        key = self.preset.currentData()
        for one in commitment_presets():
            if one.id == key:
                return one
        return read_commitment(self.words.text(), self.catalog)

    def _systems(self, commitment: Commitment) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """The systems that were chosen, and their shares of the chips where two were named."""
        chosen = self.system.currentData()
        systems = (chosen,) if chosen else commitment.systems
        self._line(self.share, len(systems) == 2)
        if len(systems) != 2 or not self.share.text().strip():
            return ((chosen,) if chosen else ()), ()
        share = parsed_number(self.share.text(), "fraction")
        if not 0 <= share <= 1:
            raise ValueError("must be 0 to 100 %")
        return systems, (share, 1.0 - share)

    def _show(self, made: Translation) -> None:
        choices = made.choices
        self.table.show_figures(made.figures)
        self._show_page()
        self.start.setPlaceholderText(month_text(choices.start_month or 0))
        self.ramp.setPlaceholderText(str(choices.ramp_months))
        if len(choices.shares) == 2:
            self.share.setPlaceholderText(number_text(choices.shares[0], "fraction"))
            name = made.racks[0].short_name or made.racks[0].name
            self._labels[self.share].setText(f"Share of {name}")
        for key, given in (
            ("chips", made.commitment.chips), ("power", made.commitment.power_kw), ("dollars", _hired(made)),
        ):  # fmt: skip
            self.anchor.button(key).setEnabled(given is not None)
        self.summary.setText(systems_text(made) if made.design is not None else f"No design: {made.why_not}")
        self.opens.setEnabled(made.design is not None)

    @Slot()
    def _show_page(self) -> None:
        if self._translation is None:
            return
        picked = self.table.line(self.table.currentRow()) if self.table.selectedItems() else None
        self.page.setFont(current().font("text"))
        self.page.setHtml(commitment_page(self._translation, picked))

    def _say(self, words: str, at: QWidget | None) -> None:
        name = (
            self._labels[at].text() if at is not None and at in self._labels and at is not self.words else ""
        )
        self.fault.setText(f"{name}: {words}" if name else words)
        self.fault.setVisible(bool(words))
        for field in (self.words, self.hall, self.start, self.ramp, self.share):
            restyle(field, error=field is at)
        self.copied.setEnabled(not words)
        if words:
            self._clear()

    def _clear(self) -> None:
        """Nothing to show, copy or open."""
        self.opens.setEnabled(False)
        self.copied.setEnabled(False)
        self.table.show_figures(())
        self.page.clear()
        self.summary.setText("")

    @Slot(int)
    def _preset_chosen(self, index: int) -> None:
        key = self.preset.itemData(index)
        found = [one for one in commitment_presets() if one.id == key]
        self.words.setText(found[0].name if found else "")
        # what the planner decided for another one does not hold for this one
        self.share.clear()
        self.start.clear()
        self.ramp.clear()
        self.anchor.set_key("auto")
        self.table.clearSelection()
        if found:
            self.refresh()
        else:
            self.words.setFocus()
            self._translation = None
            self._say("", None)
            self._clear()
            self.summary.setText(f"{FORMS[0].upper()}{FORMS[1:]}")

    @Slot()
    def _typed(self) -> None:
        self.preset.setCurrentIndex(0)
        self._timer.start()

    @Slot()
    def _later(self) -> None:
        self._timer.start()

    def _line(self, field: QWidget, shown: bool) -> None:
        field.setVisible(shown)
        self._labels[field].setVisible(shown)

    def _fill(self) -> None:
        self.preset.addItem("In your own words", _TYPED)
        for preset in commitment_presets():
            self.preset.addItem(preset.name, preset.id)
        self.system.addItem("As named, else Trn3 Gen2", "")
        for rack in self.catalog.racks():
            self.system.addItem(rack.name, rack.id)
        self.place.addItem("As named, else the US mean", "")
        for site in self.catalog.sites():
            if not missing_figures(site):
                self.place.addItem(site.name, site.id)
        for book in self.catalog.rent_books():
            self.book.addItem(book.name, book.id)
        self.book.setCurrentIndex(max(0, self.book.findData(Choices().price_book)))

    def _connect(self) -> None:
        self.preset.activated.connect(self._preset_chosen)
        self.words.textEdited.connect(self._typed)
        for field in (self.hall, self.start, self.ramp, self.share):
            field.textEdited.connect(self._later)
        for field in (self.words, self.hall, self.start, self.ramp, self.share):
            field.returnPressed.connect(self.refresh)
        for box in (self.system, self.place, self.book):
            box.activated.connect(self.refresh)
        for segments in (self.anchor, self.shape):
            segments.chosen.connect(self.refresh)
        self.table.itemSelectionChanged.connect(self._show_page)
        theme_signals.changed.connect(self._show_page)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        self._labels: dict[QWidget, QLabel] = {}
        wide: tuple[tuple[str, QWidget], ...] = (("Announced", self.preset), ("In words", self.words))
        for row, (words, field) in enumerate(wide):
            grid.addWidget(self._label(words, field), row, 0)
            grid.addWidget(field, row, 1, 1, 5)
        rest: tuple[tuple[str, QWidget], ...] = (
            ("Rack system", self.system), ("Place", self.place), ("Price book", self.book),
            ("Size of a hall", self.hall), ("First rack", self.start), ("Ramp, months", self.ramp),
            ("Sized by", self.anchor), ("Ramp", self.shape), ("Share", self.share),
        )  # fmt: skip
        for at, (words, field) in enumerate(rest):
            grid.addWidget(self._label(words, field), 2 + at // 3, at % 3 * 2)
            grid.addWidget(field, 2 + at // 3, at % 3 * 2 + 1)
        for column in (1, 3, 5):
            grid.setColumnStretch(column, 1)
        self.words.setPlaceholderText("2 GW, 500,000 chips of Trainium2, $100 bn over 8 years, up to 5 GW …")
        self.share.setPlaceholderText("50 %")
        self.hall.setToolTip("IT power, such as 100 MW, or floor positions, such as 1,500 positions")
        self.page.setOpenExternalLinks(False)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.page.setAccessibleName("Remarks and sources")
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.across.addWidget(self.table)
        self.across.addWidget(self.page)
        self.across.setStretchFactor(0, 3)
        self.across.setStretchFactor(1, 2)
        self.across.setChildrenCollapsible(False)
        self.across.setSizes(_SIDES)
        self.opens = QPushButton("Open as design")
        self.opens.setProperty("role", "primary")
        self.opens.clicked.connect(self.open_design)
        self.copied = QPushButton("Copy as Markdown")
        self.copied.clicked.connect(self.copy)
        close = QPushButton("Close")
        close.clicked.connect(self.reject)
        for button in (self.copied, close, self.opens):
            button.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.copied)
        foot.addWidget(close)
        foot.addWidget(self.opens)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(12)
        box.addLayout(grid)
        box.addWidget(self.fault)
        box.addWidget(self.across, 1)
        box.addLayout(foot)

    def _label(self, words: str, field: QWidget) -> QLabel:
        label = QLabel(words)
        label.setProperty("tone", "ink2")
        label.setBuddy(field)
        field.setAccessibleName(words)
        self._labels[field] = label
        return label


def _whole(typed: str) -> int | None:
    """A number of months; None when the field is empty."""
    if not typed.strip():
        return None
    try:
        months = int(typed.strip())
    except ValueError:
        raise CommitmentError("must be a whole number of months") from None
    if not 1 <= months <= 120:
        raise CommitmentError("must be 1 to 120 months")
    return months


def _hired(made: Translation) -> object:
    return made.commitment.usd if made.commitment.usd_for == "services" else None


def _anchor(key: str, commitment: Commitment) -> str:
    """What was chosen, as far as the commitment says it."""
    given = {
        "chips": commitment.chips is not None,
        "power": commitment.power_kw is not None,
        "dollars": commitment.usd is not None and commitment.usd_for == "services",
    }
    return key if given.get(key, False) else "auto"

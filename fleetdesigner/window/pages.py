"""Pages of words: keys and mouse, sources and evidence, about. Made from data, never written twice."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from fleetdesigner import __version__
from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.look.theme import current
from fleetdesigner.look.tokens import GRADE_WORDS
from fleetdesigner.window.actions import ACTIONS

PAD = "style='padding:2px 16px 2px 0'"

MOUSE: tuple[tuple[str, str], ...] = (
    ("Drag a part from the list", "place it; Enter or a double-click adds it at the first free place"),
    ("Drag on empty floor", "select with a rubber band; the label counts systems, kW and $"),
    ("Drag a block, Ctrl-drag", "move it, copy it; Shift keeps one direction"),
    ("Drag it onto a hall in the plan", "move it there; rest on the path above to go by way of the campus"),
    ("Drag the handle at its edge", "fill an array"),
    ("Wheel, Shift and wheel", "zoom at the pointer, pan sideways"),
    ("Middle button or Space and drag", "pan"),
    ("Right click", "menu"),
    ("Arrows, Shift and arrows", "nudge by one place, by ten"),
    ("Click or drag in a graph", "look at that month"),
    ("Drag a bar or an end in the timeline", "move its dates; Esc gives it up; Enter takes a date by number"),
    ("Left and right in the timeline, with Shift", "move the chosen date by a month, by a year"),
    ("Click a figure above", "definition, formula with its figures, inputs and sources"),
)

GRADE_MEANING: tuple[tuple[str, str], ...] = (
    ("measured", "by a vendor or third party, audited, a government statistic, a filing, a live price list"),
    ("vendor", "stated by the vendor, also through a third party"),
    ("estimate", "by analysts or the press, or derived"),
    ("assumption", "a decision of ours or yours"),
    ("none", "no public figure: shown as missing, never as 0"),
)


def page(parent: QWidget, title: str, body: str) -> QDialog:
    """A dialog with a page of HTML; the caller opens it."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    view = QTextBrowser()
    view.setOpenExternalLinks(False)
    view.setFont(current().font("text"))
    view.setHtml(body)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    box = QVBoxLayout(dialog)
    box.addWidget(view)
    box.addWidget(buttons)
    dialog.resize(680, 560)
    return dialog


def keys_body() -> str:
    """Every key of the list of actions, then the mouse."""
    rows = "".join(
        f"<tr><td {PAD}><b>{html.escape(', '.join(action.keys))}</b></td>"
        f"<td>{html.escape(action.text.rstrip('…'))}</td></tr>"
        for action in ACTIONS
        if action.keys
    )
    mouse = "".join(
        f"<tr><td {PAD}><b>{html.escape(what)}</b></td><td>{html.escape(does)}</td></tr>"
        for what, does in MOUSE
    )
    return f"<h3>Keys</h3><table>{rows}</table><h3>Mouse</h3><table>{mouse}</table>"


def sources_body(catalog: Catalog) -> str:
    """What the grades mean, and where the catalog's figures come from, by how often."""
    grades = "".join(
        f"<tr><td {PAD}><b>{html.escape(GRADE_WORDS.get(grade, grade))}</b></td>"
        f"<td>{html.escape(meaning)}</td></tr>"
        for grade, meaning in GRADE_MEANING
    )
    counts: dict[str, int] = {}
    for entry in catalog.entries():
        for name in entry.field_names():
            figure = entry.figure(name)
            if figure is not None and not figure.assumed:
                counts[figure.source] = counts.get(figure.source, 0) + 1
    listed = "".join(
        f"<tr><td {PAD}>{count}</td><td>{html.escape(source)}</td></tr>"
        for source, count in sorted(counts.items(), key=lambda pair: -pair[1])
    )
    return (
        f"<h3>Evidence</h3><table>{grades}</table>"
        f"<h3>Sources, by number of figures</h3><table>{listed}</table>"
    )


def about_body() -> str:
    """Version, licence, and what it does not do."""
    return (
        f"<h3>Fleet Designer {__version__}</h3>"
        "<p>Design fleets that mix AWS Trainium and NVIDIA hardware, and argue about them live.</p>"
        "<p>It opens no network connection and needs no account. Designs are text files of yours.</p>"
        "<p>MIT licence. Type: Inter, SIL Open Font License. Icons: Lucide, ISC.</p>"
    )

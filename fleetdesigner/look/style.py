"""Palette and style sheet that turn Qt's Fusion style into the look.

Widgets say what they are by dynamic properties, which the sheet reads:

* buttons: ``role`` = ``primary``, ``quiet``, ``link``, ``chip``, ``segment`` (with ``place`` = ``first``,
  ``middle``, ``last``), none = secondary; ``size`` = ``small``
* labels: ``tone`` = ``ink2 ink3 ink4 accent link over caution``
* plain widgets: ``surface`` = ``window panel sunken raised card`` (needs ``WA_StyledBackground``),
  ``rule`` = ``top bottom left right`` for a hairline on that side
* fields: ``error`` = ``"true"``
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from string import Template

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLayout, QWidget

from fleetdesigner.look import fonts
from fleetdesigner.look.style_images import image
from fleetdesigner.look.style_sheet import SHEET
from fleetdesigner.look.theme import Theme, current, theme_signals

_ROLES: tuple[tuple[QPalette.ColorRole, str], ...] = (
    (QPalette.ColorRole.Window, "window"),
    (QPalette.ColorRole.WindowText, "ink"),
    (QPalette.ColorRole.Base, "panel"),
    (QPalette.ColorRole.AlternateBase, "sunken"),
    (QPalette.ColorRole.Text, "ink"),
    (QPalette.ColorRole.PlaceholderText, "ink3"),
    (QPalette.ColorRole.Button, "raised"),
    (QPalette.ColorRole.ButtonText, "ink"),
    (QPalette.ColorRole.BrightText, "over"),
    (QPalette.ColorRole.ToolTipBase, "raised"),
    (QPalette.ColorRole.ToolTipText, "ink"),
    (QPalette.ColorRole.Highlight, "accent"),
    (QPalette.ColorRole.HighlightedText, "inkInv"),
    (QPalette.ColorRole.Accent, "accent"),
    (QPalette.ColorRole.Link, "accentInk"),
    (QPalette.ColorRole.LinkVisited, "accentInk"),
    (QPalette.ColorRole.Light, "raised"),
    (QPalette.ColorRole.Midlight, "hover"),
    (QPalette.ColorRole.Mid, "line2"),
    (QPalette.ColorRole.Dark, "border"),
    (QPalette.ColorRole.Shadow, "ink2"),
)
_DISABLED = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)


def application_palette(theme: Theme) -> QPalette:
    """Qt's palette in the theme's colours, for what the style sheet does not reach."""
    palette = QPalette()
    for role, token in _ROLES:
        palette.setColor(role, theme.color(token))
    for role in _DISABLED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.color("ink4"))
    return palette


@cache
def stylesheet(theme: Theme) -> str:
    """Style sheet for the Fusion style. Writes the few arrows and ticks it names to the state folder."""
    pictures = {
        "arrowDown": image(theme, "chevron-down", "ink2"),
        "arrowUp": image(theme, "chevron-up", "ink2"),
        "arrowRight": image(theme, "chevron-right", "ink2"),
        "arrowDownOff": image(theme, "chevron-down", "ink4"),
        "tick": image(theme, "check", "inkInv"),
        "tickMenu": image(theme, "check", "ink"),
        "dash": image(theme, "minus", "inkInv"),
        "close": image(theme, "x", "ink2"),
        "more": image(theme, "chevrons-right", "ink2"),
    }
    colours = {token: theme.hex(token) for token in theme.palette.colours}
    return Template(SHEET).substitute(colours | pictures | {"family": fonts.FAMILY})


def apply(application: QApplication) -> None:
    """Dress the program in the theme in force and follow every later change of it."""
    fonts.load()
    application.setStyle("Fusion")
    _dress(application)
    # a bound method of nothing: the application lives as long as the process, so does this
    theme_signals.changed.connect(lambda: _dress(application))


def _dress(application: QApplication) -> None:
    theme = current()
    application.setFont(theme.font("text"))
    application.setPalette(application_palette(theme))
    application.setStyleSheet(stylesheet(theme))


@contextmanager
def dressed_at_the_end(application: QApplication) -> Iterator[None]:
    """Build windows without the style sheet, then dress them at once.

    Qt looks a widget, and all that it holds, up in the sheet each time it is put into another: a window built
    from the inside out pays for every storey (measured: 100 of 230 ms). Beside windows that are there already
    nothing is taken off: they would be dressed twice.
    """
    alone = not application.topLevelWidgets()
    if alone:
        application.setStyleSheet("")
    try:
        yield
    finally:
        if alone:
            application.setStyleSheet(stylesheet(current()))
            for window in application.topLevelWidgets():
                _ask_sizes_anew(window)


def _ask_sizes_anew(window: QWidget) -> None:
    """Layouts of a window that was never shown keep the sizes they asked for before it was dressed."""
    for widget in window.findChildren(QWidget):
        widget.updateGeometry()
    for layout in window.findChildren(QLayout):
        layout.invalidate()


def restyle(widget: QWidget, **properties: str | bool) -> None:
    """Set dynamic properties (role, tone, error …) and let the sheet read them again."""
    changed = False
    for name, value in properties.items():
        shown = ("true" if value else "false") if isinstance(value, bool) else value
        if widget.property(name) != shown:
            widget.setProperty(name, shown)
            changed = True
    if changed:
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)
        widget.update()

"""Qt actions and menus made from the lists in ``actions.py`` and ``menus.py``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QStyleOptionMenuItem

from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.window.actions import ACTIONS, Action
from fleetdesigner.window.examples import example_paths
from fleetdesigner.window.menus import CANVAS_MENU, SCENARIO_MENU

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow


class QuietMenuBar(QMenuBar):
    """Underlines the letters that open its menus only while Alt is held or its keys are at work."""

    letters_shown = False

    def show_letters(self, shown: bool) -> None:
        """Underline the letters or not; they work either way."""
        if shown != self.letters_shown:
            self.letters_shown = shown
            self.update()

    def initStyleOption(self, option: QStyleOptionMenuItem, action: QAction) -> None:
        super().initStyleOption(option, action)
        if not (self.letters_shown or self.hasFocus()):
            # the action keeps its letter; only what is painted goes without
            option.text = option.text.replace("&", "")


class Menus(QObject):
    """The actions of one window, enabled and named as the moment has it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._recent = QMenu("Open recent")
        self._recent.aboutToShow.connect(self._fill_recent)
        self.actions = {action.id: self._make(action) for action in ACTIONS}
        theme_signals.changed.connect(self._dress)
        self._dress()

    def _make(self, spec: Action) -> QAction:
        made = QAction(spec.text, self._window)
        made.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        words = spec.text.rstrip("…")
        made.setToolTip(f"{words} ({spec.keys[0]})" if spec.keys else words)
        made.setStatusTip(spec.hint)
        made.setCheckable(spec.checked is not None)
        # letters and clipboard keys belong to a text field with the focus, so they act on the canvas alone
        owner = self._window.canvas if spec.canvas_only else self._window
        made.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut
            if spec.canvas_only
            else Qt.ShortcutContext.WindowShortcut
        )
        made.triggered.connect(partial(self._run, spec))
        owner.addAction(made)
        return made

    def _run(self, spec: Action, checked: bool = False) -> None:
        spec.do(self._window)

    def fill(self, menu: QMenu, ids: tuple[str, ...]) -> None:
        """Put actions, lines and live parts into a menu."""
        menu.aboutToShow.connect(self.refresh)
        for one in ids:
            if one == "-":
                menu.addSeparator()
            elif one == "@recent":
                menu.addMenu(self._recent)
            elif one == "@examples":
                examples = menu.addMenu("Open an example")
                for path in example_paths():
                    examples.addAction(path.stem, partial(self._window.open_example, path))
            elif one == "@workloads":
                self._window.workloads_panel.fill_preset_menu(menu.addMenu("Add workload"))
            else:
                menu.addAction(self.actions[one])

    @Slot()
    def refresh(self) -> None:
        """Enable, check and name the actions."""
        for spec in ACTIONS:
            made = self.actions[spec.id]
            made.setEnabled(spec.when(self._window))
            if spec.checked is not None:
                made.setChecked(spec.checked(self._window))
        session = self._window.session
        for one, words, step in (
            ("undo", "Undo", session.undo_label()),
            ("redo", "Redo", session.redo_label()),
        ):
            text = f"{words} “{step}”" if step else words
            self.actions[one].setText(text)
            self.actions[one].setToolTip(f"{text} ({self.actions[one].shortcut().toString()})")

    @Slot()
    def _dress(self) -> None:
        theme = current()
        for spec in ACTIONS:
            if spec.icon:
                self.actions[spec.id].setIcon(theme.icon(spec.icon))
                # a menu has one place for both, and the check mark says more
                self.actions[spec.id].setIconVisibleInMenu(spec.checked is None)

    @Slot()
    def _fill_recent(self) -> None:
        self._recent.clear()
        paths = self._window.settings.recent_files()
        for path in paths:
            self._recent.addAction(path.name, partial(self._window.files.open, path)).setToolTip(str(path))
        if not paths:
            self._recent.addAction("No files yet").setEnabled(False)

    @Slot(QPoint, tuple)
    def canvas_menu(self, where: QPoint, refs: tuple[str, ...]) -> None:
        """The context menu of the canvas."""
        menu = QMenu(self._window)
        self.fill(menu, CANVAS_MENU)
        if refs:
            menu.addSeparator()
            menu.addAction("Show in the inspector", partial(self._window.inspect, refs[0]))
        self._pop(menu, where)

    @Slot(str, QPoint)
    def scenario_menu(self, scenario_id: str, where: QPoint) -> None:
        """The context menu of a scenario's tab."""
        menu = QMenu(self._window)
        self.fill(menu, SCENARIO_MENU)
        self._pop(menu, where)

    def _pop(self, menu: QMenu, where: QPoint) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

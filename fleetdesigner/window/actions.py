"""Every command of the window as data: words, keys, icon, what it does, when it can be done.

Menus, context menus, the command field and the sheet of keys are made from this list. To add one: a line here
and its id in ``menus.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fleetdesigner.window.views import VIEWS, ViewSpec

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow

Do = Callable[["MainWindow"], object]
When = Callable[["MainWindow"], bool]


def _always(window: MainWindow) -> bool:
    return True


def _selected(window: MainWindow) -> bool:
    return bool(window.session.selection)


def _in_scenario(window: MainWindow) -> bool:
    return window.session.active_scenario is not None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the planner can do."""

    id: str
    text: str
    do: Do
    keys: tuple[str, ...] = ()
    icon: str = ""
    when: When = _always
    canvas_only: bool = False
    """The keys work only while the canvas has the focus: single letters belong to text fields elsewhere."""
    checked: When | None = None
    hint: str = ""


def _view(view: ViewSpec) -> Action:
    """The action that shows a view."""
    return Action(
        f"view_{view.id}",
        view.words,
        lambda w: w.views.show_view(view.id),
        (view.keys,),
        view.icon,
        checked=lambda w: w.views.shown == view.id,
        hint=view.hint,
    )


ACTIONS: tuple[Action, ...] = (
    # file
    Action(
        "new",
        "New, empty hall",
        lambda w: w.starting.new(),
        ("Ctrl+N",),
        "file-plus",
        hint="Set a room and a power limit, then drag racks",
    ),
    Action(
        "commitment",
        "New, from a commitment…",
        lambda w: w.starting.commitments.ask(),
        ("Ctrl+Shift+N",),
        "milestone",
        hint="“2 GW”, “500,000 chips” or “$100 bn over 8 years” as systems, halls and MW by date",
    ),
    Action("open", "Open a file…", lambda w: w.files.ask_open(), ("Ctrl+O",), "folder-open"),
    Action("save", "Save", lambda w: w.files.save(), ("Ctrl+S",), "save"),
    Action("save_as", "Save as…", lambda w: w.files.ask_save_as(), ("Ctrl+Shift+S",)),
    Action(
        "export_table",
        "Export the figures…",
        lambda w: w.files.ask_export(),
        ("Ctrl+E",),
        "download",
        when=lambda w: w.session.results is not None,
        hint="CSV, JSON or text, as the command line writes them",
    ),
    Action("export_picture", "Export the window as a picture…", lambda w: w.files.ask_picture(), (), "image"),
    Action(
        "accept_catalog",
        "Take today's catalog figures…",
        lambda w: w.accept_catalog(),
        when=lambda w: bool(w.outdated()),
        hint="The file carries older figures; see the difference first",
    ),
    Action("quit", "Quit", lambda w: w.close(), ("Ctrl+Q",)),
    # edit
    Action(
        "undo",
        "Undo",
        lambda w: w.session.undo(),
        ("Ctrl+Z",),
        "undo-2",
        when=lambda w: bool(w.session.undo_label()),
    ),
    Action(
        "redo",
        "Redo",
        lambda w: w.session.redo(),
        ("Ctrl+Y", "Ctrl+Shift+Z"),
        "redo-2",
        when=lambda w: bool(w.session.redo_label()),
    ),
    Action("cut", "Cut", lambda w: w.canvas.cut(), ("Ctrl+X",), "scissors", _selected, True),
    Action("copy", "Copy", lambda w: w.canvas.copy(), ("Ctrl+C",), "copy", _selected, True),
    Action("paste", "Paste", lambda w: w.canvas.paste(), ("Ctrl+V",), "clipboard-paste", canvas_only=True),
    Action("duplicate", "Duplicate", lambda w: w.canvas.duplicate(), ("Ctrl+D",), "copy", _selected),
    Action(
        "delete",
        "Delete",
        lambda w: w.canvas.delete_selection(),
        ("Del", "Backspace"),
        "trash-2",
        _selected,
        True,
    ),
    Action(
        "select_all", "Select all in the hall", lambda w: w.canvas.select_all(), ("Ctrl+A",), canvas_only=True
    ),
    Action("find", "Search parts", lambda w: w.palette_panel.focus_search(), ("Ctrl+F",), "search"),
    Action("command", "Find or run a command", lambda w: w.command_field.open(), ("Ctrl+K",), "search"),
    # view
    *(_view(one) for one in VIEWS),
    Action("fit", "Fit all", lambda w: w.canvas.fit(), ("F",), "maximize", canvas_only=True),
    Action(
        "fit_selection",
        "Fit the selection",
        lambda w: w.canvas.fit_selection(),
        ("Shift+F",),
        "",
        _selected,
        True,
    ),
    Action("zoom_in", "Zoom in", lambda w: w.views.zoom("zoom_in"), ("Ctrl++", "Ctrl+=")),
    Action("zoom_out", "Zoom out", lambda w: w.views.zoom("zoom_out"), ("Ctrl+-",)),
    Action("campus", "Whole campus", lambda w: w.canvas.show_hall(None), ("Ctrl+Up",), "building-2"),
    Action(
        "overlay_family",
        "Overlay: family",
        lambda w: w.canvas.set_overlay("family"),
        checked=lambda w: w.canvas.overlay == "family",
    ),
    Action(
        "overlay_power",
        "Overlay: kW",
        lambda w: w.canvas.set_overlay("power"),
        checked=lambda w: w.canvas.overlay == "power",
    ),
    Action(
        "overlay_heat",
        "Overlay: heat",
        lambda w: w.canvas.set_overlay("heat"),
        checked=lambda w: w.canvas.overlay == "heat",
    ),
    Action(
        "overlay_use",
        "Overlay: use",
        lambda w: w.canvas.set_overlay("use"),
        checked=lambda w: w.canvas.overlay == "use",
    ),
    Action(
        "overlay_phase",
        "Overlay: phase",
        lambda w: w.canvas.set_overlay("phase"),
        checked=lambda w: w.canvas.overlay == "phase",
    ),
    Action(
        "theme_light",
        "Light",
        lambda w: w.choose_theme("light"),
        (),
        "sun",
        checked=lambda w: w.theme_choice() == "light",
    ),
    Action(
        "theme_dark",
        "Dark",
        lambda w: w.choose_theme("dark"),
        (),
        "moon",
        checked=lambda w: w.theme_choice() == "dark",
    ),
    Action(
        "theme_contrast",
        "High contrast",
        lambda w: w.choose_theme("contrast"),
        (),
        "eye",
        checked=lambda w: w.theme_choice() == "contrast",
    ),
    Action(
        "theme_system",
        "As the system",
        lambda w: w.choose_theme("system"),
        (),
        "monitor",
        checked=lambda w: w.theme_choice() == "system",
    ),
    Action(
        "month_back", "Month back", lambda w: w.session.set_month(w.session.month - 1), ("[",), "chevron-left"
    ),
    Action(
        "month_forward",
        "Month forward",
        lambda w: w.session.set_month(w.session.month + 1),
        ("]",),
        "chevron-right",
    ),
    Action(
        "full_screen",
        "Full screen",
        lambda w: w.toggle_full_screen(),
        ("F11",),
        "maximize",
        checked=lambda w: w.isFullScreen(),
    ),
    # place
    Action("add_part", "Add the chosen part", lambda w: w.add_current_part(), ("Ctrl+Return",), "plus"),
    Action("add_site", "Add site…", lambda w: w.plan_panel.add_site(), (), "map-pin"),
    Action("add_hall", "Add hall…", lambda w: w.plan_panel.add_hall(), (), "warehouse"),
    Action("add_pool", "Add pool", lambda w: w.plan_panel.add_pool(), (), "boxes"),
    Action("add_phase", "Add phase", lambda w: w.plan_panel.add_phase(), (), "calendar-range"),
    Action(
        "own_part",
        "Make an own part…",
        lambda w: w.make_own_part(),
        (),
        "pencil",
        hint="Copy a chip, server, rack or price book and change its figures",
    ),
    Action(
        "own_prices",
        "Own prices…",
        lambda w: w.starting.own_prices(),
        (),
        "book-open",
        hint="Copy the price book on view and change its rents",
    ),
    # arrange
    Action(
        "paste_measurement",
        "Paste a measurement…",
        lambda w: w.measurements.paste(),
        (),
        "clipboard-paste",
        hint="One measured number rescales the forecasts of its chip in training or serving",
    ),
    Action("rotate", "Rotate", lambda w: w.canvas.rotate(), ("R",), "rotate-cw", _selected, True),
    Action("split", "Split the block", lambda w: w.canvas.split_selection(), (), "scissors", _selected),
    Action(
        "array_right",
        "Add a column to the array",
        lambda w: w.canvas.array(1, 0),
        ("Alt+Right",),
        "",
        _selected,
        True,
    ),
    Action(
        "array_left",
        "Take a column off the array",
        lambda w: w.canvas.array(-1, 0),
        ("Alt+Left",),
        "",
        _selected,
        True,
    ),
    Action(
        "array_down",
        "Add a row to the array",
        lambda w: w.canvas.array(0, 1),
        ("Alt+Down",),
        "",
        _selected,
        True,
    ),
    Action(
        "array_up",
        "Take a row off the array",
        lambda w: w.canvas.array(0, -1),
        ("Alt+Up",),
        "",
        _selected,
        True,
    ),
    # scenario
    Action("branch", "Branch a scenario…", lambda w: w.branch_scenario(), ("Ctrl+B",), "git-branch"),
    Action(
        "rename_scenario", "Rename the scenario…", lambda w: w.rename_scenario(), (), "pencil", _in_scenario
    ),
    Action(
        "remove_scenario", "Remove the scenario", lambda w: w.remove_scenario(), (), "trash-2", _in_scenario
    ),
    Action(
        "merge_scenario",
        "Merge the scenario into the design",
        lambda w: w.merge_scenario(),
        (),
        "check",
        _in_scenario,
    ),
    Action(
        "set_baseline",
        "Measure from here",
        lambda w: w.session.set_baseline(),
        ("Ctrl+Shift+B",),
        "pin",
        hint="What is on screen becomes the baseline of all deltas and ghosts",
    ),
    # graphs
    Action(
        "fold_graphs",
        "Fold or unfold the graphs",
        lambda w: w.chart_strip.toggle_folded(),
        ("Ctrl+G",),
        "chart-area",
    ),
    Action(
        "copy_graph",
        "Copy the graph as a picture",
        lambda w: w.chart_strip.copy_image(),
        (),
        "image",
        hint="The graph under the mouse, else the first",
    ),
    Action("copy_canvas", "Copy the canvas as a picture", lambda w: w.copy_canvas(), (), "image"),
    # help
    Action("keys", "Keys and mouse", lambda w: w.show_keys(), ("?", "Ctrl+?", "F1"), "keyboard"),
    Action("tour", "First steps", lambda w: w.show_first_steps(), (), "book-open"),
    Action("sources", "Sources and evidence", lambda w: w.show_sources(), (), "file-text"),
    Action("about", "About Fleet Designer", lambda w: w.show_about(), (), "info"),
)

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}

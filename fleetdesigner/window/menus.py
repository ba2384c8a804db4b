"""Where actions stand: menus and context menus. ``-`` is a line, ``@name`` a part that lives."""

from __future__ import annotations

from fleetdesigner.window.views import VIEWS

MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&File",
        (
            "new",
            "@examples",
            "open",
            "@recent",
            "-",
            "save",
            "save_as",
            "-",
            "export_table",
            "export_picture",
            "-",
            "accept_catalog",
            "-",
            "quit",
        ),
    ),
    (
        "&Edit",
        (
            "undo",
            "redo",
            "-",
            "cut",
            "copy",
            "paste",
            "duplicate",
            "delete",
            "-",
            "select_all",
            "find",
            "command",
        ),
    ),
    (
        "&View",
        (
            *(f"view_{one.id}" for one in VIEWS),
            "-",
            "fit",
            "fit_selection",
            "zoom_in",
            "zoom_out",
            "campus",
            "-",
            "overlay_family",
            "overlay_power",
            "overlay_heat",
            "overlay_use",
            "overlay_phase",
            "-",
            "month_back",
            "month_forward",
            "-",
            "theme_light",
            "theme_dark",
            "theme_contrast",
            "theme_system",
            "-",
            "full_screen",
        ),
    ),
    (
        "&Place",
        (
            "add_part",
            "-",
            "add_site",
            "add_hall",
            "add_pool",
            "add_phase",
            "@workloads",
            "-",
            "own_part",
            "own_prices",
            "paste_measurement",
        ),
    ),
    ("&Arrange", ("rotate", "split", "-", "array_right", "array_left", "array_down", "array_up")),
    ("&Scenario", ("branch", "rename_scenario", "remove_scenario", "merge_scenario", "-", "set_baseline")),
    ("&Graphs", ("fold_graphs", "copy_graph", "copy_canvas")),
    ("&Help", ("tour", "keys", "sources", "-", "about")),
)

CANVAS_MENU: tuple[str, ...] = (
    "cut",
    "copy",
    "paste",
    "duplicate",
    "delete",
    "-",
    "rotate",
    "split",
    "-",
    "fit_selection",
    "fit",
    "campus",
)

SCENARIO_MENU: tuple[str, ...] = ("branch", "rename_scenario", "merge_scenario", "-", "remove_scenario")

"""Pictures of the window: ``.venv/bin/python packaging/screenshots.py [--all] [FOLDER]``.

Draws without a screen: first-hall and ultracluster-1m, light and dark, 1600 × 900; ``--all`` adds sizes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer

from fleetdesigner.app import Program, application, wait_for_results
from fleetdesigner.look.theme import set_theme
from fleetdesigner.window.examples import example_paths
from fleetdesigner.window.settings import Settings

REST_MS = 1_500
"""Long enough for the shares of evidence, which come when the hand rests."""
VIEW_REST_MS = 8_000
"""Long enough for what the views work out after that: ways to hold the fleet, what would turn the plan."""
SHOTS: tuple[tuple[str, str, tuple[int, int], str], ...] = (
    ("first-hall", "light", (1600, 900), "first-hall-light"),
    ("first-hall", "dark", (1600, 900), "first-hall-dark"),
    ("ultracluster-1m", "light", (1600, 900), "ultracluster-1m-light"),
    ("ultracluster-1m", "dark", (1600, 900), "ultracluster-1m-dark"),
)
MORE: tuple[tuple[str, str, tuple[int, int], str], ...] = (
    ("first-hall", "light", (1366, 768), "first-hall-1366"),
    ("first-hall", "contrast", (1600, 900), "first-hall-contrast"),
    ("first-hall", "light", (3840, 2160), "first-hall-4k"),
    ("hybrid-migration", "light", (1600, 900), "hybrid-migration-light"),
    ("openai-2gw", "dark", (1920, 1080), "openai-2gw-dark"),
    ("nvlink-fusion", "light", (1600, 900), "nvlink-fusion-light"),
    ("project-rainier", "light", (1600, 900), "project-rainier-light"),
)
VIEWS: tuple[tuple[str, str, str, str], ...] = (
    ("hybrid-migration", "light", "timeline", "timeline-light"),
    ("hybrid-migration", "dark", "money", "money-dark"),
    ("hybrid-migration", "light", "throughput", "throughput-light"),
    ("first-hall", "dark", "validation", "validation-dark"),
)
"""Example, theme, view, picture; 1600 × 900."""


def _rest(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def main(arguments: list[str]) -> None:
    """Write the pictures; with ``--all`` the further sizes and examples too."""
    everything = "--all" in arguments
    named = [one for one in arguments if not one.startswith("--")]
    folder = Path(named[0]) if named else Path(__file__).resolve().parents[1] / "resources" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    application(["screenshots"])
    paths = {path.stem: path for path in example_paths()}
    with tempfile.TemporaryDirectory() as home:
        program = Program(Settings(Path(home) / "settings.json"))
        program.window.show()
        for example, theme, size, name in SHOTS + (MORE if everything else ()):
            set_theme(theme)
            program.window.resize(*size)
            program.window.fit_splitters([], [])
            program.window.open_example(paths[example])
            wait_for_results(program.session)
            program.window.canvas.fit()
            _rest(REST_MS)
            target = folder / f"{name}.png"
            program.window.grab().save(str(target))
            print(target.name)
        for example, theme, view, name in VIEWS:
            set_theme(theme)
            program.window.resize(1600, 900)
            program.window.open_example(paths[example])
            wait_for_results(program.session)
            program.window.views.show_view(view)
            _rest(VIEW_REST_MS)
            program.window.grab().save(str(folder / f"{name}.png"))
            print(f"{name}.png")
            program.window.views.back()
        program.close()


if __name__ == "__main__":
    main(sys.argv[1:])

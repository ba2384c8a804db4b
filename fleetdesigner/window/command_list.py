"""What the command field offers: every action, part, object of the design and bundled example."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fleetdesigner.window.actions import ACTIONS
from fleetdesigner.window.command_field import Choice
from fleetdesigner.window.examples import example_paths

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow


def choices(window: MainWindow) -> list[Choice]:
    """Rows of the moment: actions, parts, halls, pools, phases and workloads, then examples."""
    rows = [
        Choice(
            window.menus.actions[action.id].text().rstrip("…"),
            action.keys[0] if action.keys else "",
            action.icon,
            partial(action.do, window),
            action.when(window),
        )
        for action in ACTIONS
        if action.id != "command"
    ]
    rows += [
        Choice(f"Add {rack.name}", "part", "plus", partial(window.canvas.add_rack, rack.id))
        for rack in window.session.catalog.racks()
    ]
    design = window.session.design
    named = (
        ("hall", "warehouse", design.halls),
        ("pool", "boxes", design.pools),
        ("phase", "calendar-range", design.phases),
        ("workload", "activity", design.workloads),
        ("site", "map-pin", design.sites),
    )
    for kind, icon, things in named:
        rows += [
            Choice(f"Go to {thing.name}", kind, icon, partial(window.go_to, f"{kind}:{thing.id}"))
            for thing in things
        ]
    rows += [
        Choice(
            f"Throughput of {thing.name or thing.id}",
            kind,
            "activity",
            partial(window.views.show_throughput_of, f"{kind}:{thing.id}"),
        )
        for kind, things in (("pool", design.pools), ("workload", design.workloads))
        for thing in things
    ]
    rows += [
        Choice(f"Open {path.stem}", "example", "folder-open", partial(window.open_example, path))
        for path in example_paths()
    ]
    return rows

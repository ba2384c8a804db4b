"""Write `resources/examples/*.fleet` anew: ``.venv/bin/python packaging/make_examples.py``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from examples import (
    first_hall,
    hybrid_migration,
    nvlink_fusion,
    openai_2gw,
    project_rainier,
    ultracluster_1m,
)

from fleetdesigner import __version__
from fleetdesigner.design.model import Document
from fleetdesigner.files.fleet_file import write_fleet
from fleetdesigner.files.migrate import CURRENT_VERSION

EXAMPLES = (first_hall, project_rainier, ultracluster_1m, openai_2gw, hybrid_migration, nvlink_fusion)


def main() -> None:
    """One file an example; without pins, since they ship with the catalog they were made for."""
    folder = Path(__file__).resolve().parents[1] / "resources" / "examples"
    for module in EXAMPLES:
        design = module.design()
        document = Document(format_version=CURRENT_VERSION, app_version=__version__, design=design)
        write_fleet(folder / f"{design.id}.fleet", document)
        print(design.id, len(design.blocks), "blocks")


if __name__ == "__main__":
    main()

"""Write ``resources/validation/points.json`` anew: ``python packaging/make_validation.py ORIGINAL.json``.

Numbers, units, names and sources are kept as they are; free notes and remarks on who measured become fields.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fleetdesigner.engine.throughput.point_facts import facts

TARGET = Path(__file__).resolve().parent.parent / "resources" / "validation" / "points.json"
DROPPED = ("note", "confidence")
MEASURED_BY = (
    ("vendor-stated", "vendor claim"),
    ("vendor", "vendor"),
    ("audited", "audited"),
    ("", "third party"),
)


def kept(point: Mapping[str, Any]) -> dict[str, Any]:
    """The point without sentences of others."""
    who = str(point.get("confidence") or "")
    return {
        **{key: value for key, value in point.items() if key not in DROPPED},
        "measured_by": next(word for mark, word in MEASURED_BY if mark in who),
        **{key: float(value) if key in ("queued", "node_gbit_per_s") else value
           for key, value in facts(point).items()},
    }  # fmt: skip


def main(args: list[str]) -> int:
    """One object a line, in the order of the original."""
    points = json.loads(Path(args[0]).read_text(encoding="utf-8"))
    lines = ",\n".join(json.dumps(kept(point), ensure_ascii=False) for point in points)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Prints every reference case with its signed deviation; with ``--spans`` also what the sourced span of each
shared assumption does to the cost of an hour; with ``--write`` the table goes into the page beside this.
"""

from __future__ import annotations

import argparse

from tests.engine.reference_cases.given import HERE
from tests.engine.reference_cases.table import joint, lines, spans

PAGE = HERE / "README.md"
BEGIN, END = "<!-- table -->\n", "\n<!-- end of the table -->"


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine.reference_cases", description=__doc__)
    parser.add_argument("--spans", action="store_true", help="also the ends of each assumption's span")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    arguments = parser.parse_args()
    table = "\n".join(lines())
    print(table)
    if arguments.spans:
        print("", *spans(), "", *joint(), sep="\n")
    if arguments.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}{table}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Prints every reference case with its signed deviation; with ``--spans`` also what the sourced span of each
shared assumption does to the cost of an hour; with ``--write`` all of it goes into the page beside this.
"""

from __future__ import annotations

import argparse

from tests.engine.reference_cases.given import HERE
from tests.engine.reference_cases.table import joint, lines, page, spans

PAGE = HERE / "README.md"
BEGIN, END = "<!-- table -->\n", "\n<!-- end of the table -->"


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine.reference_cases", description=__doc__)
    parser.add_argument("--spans", action="store_true", help="also the ends of each assumption's span")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    arguments = parser.parse_args()
    print(*lines(), sep="\n")
    if arguments.spans:
        print("", *spans(), "", *joint(), sep="\n")
    if arguments.write:
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        _, after = rest.split(END)
        PAGE.write_text(f"{before}{BEGIN}{page()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Each path the pages name exists. Paths stand in backticks with a slash or a known ending, or in a link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "packaging/README.md", "packaging/THIRD_PARTY.md")
ENDINGS = (".py", ".md", ".txt", ".toml", ".lock", ".png")
PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
MADE_LATER = (".venv/", "dist/", "fleetdesigner/_resources")


def named_paths(text: str) -> set[str]:
    """Paths in backticks or links; commands, addresses and what a set-up or build makes are none."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    words = set(re.findall(r"`([^`\n]+)`", prose)) | set(re.findall(r"\]\(([^)\s]+)\)", prose))
    return {
        word
        for word in words
        if PATH.fullmatch(word)
        and ("/" in word or word.endswith(ENDINGS))
        and not word.startswith(MADE_LATER)
    }


def missing(page: str) -> list[str]:
    """Named paths that are neither below the root, beside the page, nor below a folder named before."""
    paths = named_paths((ROOT / page).read_text(encoding="utf-8"))
    roots = [ROOT, (ROOT / page).parent, *{(ROOT / path).parent for path in paths}]
    return sorted(path for path in paths if not any((root / path).exists() for root in roots))


@pytest.mark.parametrize("page", PAGES)
def test_paths_named_exist(page: str) -> None:
    assert missing(page) == []


def test_paths_are_told_from_other_words() -> None:
    text = "`tests/conftest.py` `a b/c.py` `Session.execute` [x](resources/y.png)"
    text += " `.venv/bin/z` `nodes/` `.fleet`"
    assert named_paths(text) == {"tests/conftest.py", "resources/y.png", "nodes/"}

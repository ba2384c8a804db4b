"""Writing an entry as TOML: the form in which entries are kept, pinned and copied."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(data: Mapping[str, Any]) -> str:
    """An entry's raw data as TOML: plain keys first, then ``[figures]`` one a line, then ``[[rows]]``.

    ``tomllib.loads`` gives the same data back; None values are left out.
    """
    lines: list[str] = []
    tables: list[str] = []
    for key, value in data.items():
        if value is None:
            continue
        if isinstance(value, Mapping):
            tables.append(f"\n[{_key(key)}]")
            tables += [f"{_key(name)} = {_inline(item)}" for name, item in value.items() if item is not None]
        elif isinstance(value, Sequence) and value and all(isinstance(item, Mapping) for item in value):
            for item in value:
                tables.append(f"\n[[{_key(key)}]]")
                tables += [
                    f"{_key(name)} = {_inline(part)}" for name, part in item.items() if part is not None
                ]
        else:
            lines.append(f"{_key(key)} = {_inline(value)}")
    return "\n".join([*lines, *tables]) + "\n"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _string(text: str) -> str:
    # a JSON string is a TOML basic string, but for U+007F, which TOML forbids raw
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _inline(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items() if item is not None)
        return f"{{ {inner} }}"
    return f"[{', '.join(_inline(item) for item in value)}]"

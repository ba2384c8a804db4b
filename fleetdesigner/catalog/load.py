"""Reading entries: TOML text → checked entry, a folder → catalog, and every fault with file and field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fleetdesigner.assets import resource
from fleetdesigner.catalog.catalog import Catalog, dangling, name_clashes
from fleetdesigner.catalog.entries import KIND_CLASSES
from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.software import Readiness
from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.catalog.token_prices import TOKEN_FIGURES

_FIGURE_KEYS = {"value", "source", "date", "evidence", "note", "low", "high"}
_ASSUME_KEYS = {"value", "low", "high", "derivation"}
_ROW_FIGURES: dict[str, dict[str, set[str]]] = {
    PriceBook.KIND: {"rows": {"usd_per_chip_hour"}, "models": set(TOKEN_FIGURES)},
    Readiness.KIND: {"rows": set(Readiness.ROW_FIGURES)},
}
"""Kind → table of rows → which of its keys are figures."""
MAX_TEXT = 200_000
"""Characters of one entry; the longest of ours has about a tenth."""


class _Faults(Exception):
    def __init__(self, faults: list[str]) -> None:
        super().__init__(faults[0])
        self.faults = faults


@lru_cache(maxsize=1024)
def parse_entry(kind: str, entry_id: str, text: str) -> Entry:
    """The checked entry of a TOML text. Equal texts give the same object.

    Raises CatalogError: one line with file, field and remedy, for the first fault.
    """
    try:
        return _read(kind, entry_id, text)
    except _Faults as error:
        raise CatalogError(error.faults[0]) from None


def load_catalog(folder: Path | None = None) -> Catalog:
    """The catalog of a folder, by default the bundled one. The bundled one is read once a process.

    Raises CatalogError for the first fault, with the number of the others.
    """
    if folder is None:
        return _bundled()
    return _load(folder)


def check(folder: Path | None = None) -> list[str]:
    """Every fault in a catalog folder, one line each; empty when it is sound."""
    entries: list[Entry] = []
    faults: list[str] = []
    texts: dict[tuple[str, str], str] = {}
    try:
        for kind, path, text in _files(folder or resource("catalog")):
            try:
                entries.append(_read(kind, path.stem, text))
                texts[kind, path.stem] = text
            except _Faults as error:
                faults += error.faults
    except CatalogError as error:
        return [*faults, str(error)]
    catalog = Catalog.of(entries, texts)
    return [*faults, *name_clashes(entries), *dangling(catalog)]


@lru_cache(maxsize=1)
def _bundled() -> Catalog:
    return _load(resource("catalog"))


def _load(folder: Path) -> Catalog:
    entries: list[Entry] = []
    texts: dict[tuple[str, str], str] = {}
    for kind, path, text in _files(folder):
        try:
            entries.append(_read(kind, path.stem, text))
        except _Faults:
            raise _summed(check(folder)) from None
        texts[kind, path.stem] = text
    catalog = Catalog.of(entries, texts)
    if name_clashes(entries) or dangling(catalog):
        raise _summed(check(folder))
    return catalog


def _summed(faults: list[str]) -> CatalogError:
    more = f" (and {len(faults) - 1} more: catalog check lists them)" if len(faults) > 1 else ""
    return CatalogError(faults[0] + more)


def _files(folder: Path) -> Iterator[tuple[str, Path, str]]:
    if not folder.is_dir():
        raise CatalogError(f"{folder}: no such folder; name one that holds {', '.join(KIND_CLASSES)}")
    for place in sorted(folder.iterdir()):
        if place.is_dir() and place.name not in KIND_CLASSES:
            raise CatalogError(f"{place.name}/: not a kind of entry; the kinds are {', '.join(KIND_CLASSES)}")
    for kind in KIND_CLASSES:
        for path in sorted((folder / kind).glob("*.toml")):
            try:
                yield kind, path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError as error:
                raise CatalogError(
                    f"{kind}/{path.name}: not UTF-8 text ({error.reason}); save it as UTF-8"
                ) from None


def _read(kind: str, entry_id: str, text: str) -> Entry:
    place = f"{kind}/{entry_id}.toml"
    cls = KIND_CLASSES.get(kind)
    if cls is None:
        raise _Faults([f"{place}: no kind {kind!r}; the kinds are {', '.join(KIND_CLASSES)}"])
    if len(text) > MAX_TEXT:
        raise _Faults([f"{place}: {len(text)} characters; an entry has at most {MAX_TEXT}"])
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _Faults([f"{place}: not TOML: {error}"]) from None
    faults: list[str] = []
    if raw.get("id") != entry_id:
        faults.append(f'{place}: id: {raw.get("id")!r} is not the file name; write id = "{entry_id}"')
    data = _flattened(cls, raw, faults)
    if faults:
        raise _Faults([fault if fault.startswith(place) else f"{place}: {fault}" for fault in faults])
    try:
        return cls.model_validate(data)
    except ValidationError as error:
        raise _Faults([f"{place}: {line}" for line in _lines(cls, error)]) from None


def _flattened(cls: type[Entry], raw: dict[str, Any], faults: list[str]) -> dict[str, Any]:
    """The file's data with ``[figures]`` put in their fields and ``assume`` turned into figures."""
    data = {key: value for key, value in raw.items() if key != "figures"}
    date = str(raw.get("date", ""))
    for name in cls.FIGURE_FIELDS.keys() & data.keys():
        faults.append(f"{name}: a figure stands in the table [figures] with its source")
        del data[name]
    figures = raw.get("figures", {})
    if not isinstance(figures, dict):
        faults.append("figures: a table of figures is expected")
        return data
    for name, item in figures.items():
        if name not in cls.FIGURE_FIELDS:
            known = ", ".join(cls.FIGURE_FIELDS) or "none"
            faults.append(f"figures.{name}: unknown field; the fields (with their units) are {known}")
        else:
            data[name] = _figure_data(f"figures.{name}", item, date, faults)
    for table, names in _ROW_FIGURES.get(cls.KIND, {}).items():
        if not isinstance(raw.get(table), list):
            continue
        data[table] = [
            {
                key: _figure_data(f"{table}[{at}].{key}", value, date, faults) if key in names else value
                for key, value in row.items()
            }
            if isinstance(row, dict)
            else row
            for at, row in enumerate(raw[table])
        ]
    return data


def _figure_data(place: str, item: Any, date: str, faults: list[str]) -> dict[str, Any] | None:
    if not isinstance(item, dict):
        faults.append(f"{place}: a figure is {{ value, source, date, evidence }}, not {item!r:.40}")
        return None
    if "assume" in item:
        return _assumed_data(place, item, date, faults)
    faults += [f"{place}.{key}: unknown key" for key in sorted(item.keys() - _FIGURE_KEYS)]
    for key in ("value", "source", "date", "evidence"):
        if key not in item:
            faults.append(f"{place}.{key}: missing; every figure has value, source, date and evidence")
    _numbers_only(place, item, faults)
    return {key: value for key, value in item.items() if key in _FIGURE_KEYS}


def _assumed_data(place: str, item: dict[str, Any], date: str, faults: list[str]) -> dict[str, Any] | None:
    inner = item["assume"]
    if not isinstance(inner, dict):
        faults.append(f"{place}.assume: expected {{ value, low, high, derivation }}")
        return None
    faults += [
        f"{place}.{key}: unknown key beside assume" for key in sorted(item.keys() - {"assume", "date"})
    ]
    faults += [f"{place}.assume.{key}: unknown key" for key in sorted(inner.keys() - _ASSUME_KEYS)]
    for key in ("value", "low", "high", "derivation"):
        if key not in inner:
            faults.append(f"{place}.assume.{key}: missing; an assumption has value, low, high and derivation")
    _numbers_only(f"{place}.assume", inner, faults)
    return {
        "value": inner.get("value"),
        "low": inner.get("low"),
        "high": inner.get("high"),
        "note": inner.get("derivation", ""),
        "source": "assumption",
        "date": item.get("date", date),
        "evidence": "assumption",
        "assumed": True,
    }


def _numbers_only(place: str, item: dict[str, Any], faults: list[str]) -> None:
    for key in ("value", "low", "high"):
        if key in item and (isinstance(item[key], bool) or not isinstance(item[key], int | float)):
            faults.append(f"{place}.{key}: a number is expected, not {item[key]!r}")


def _lines(cls: type[Entry], error: ValidationError) -> Iterable[str]:
    for fault in error.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in fault["loc"])
        if fault["loc"] and fault["loc"][0] in cls.FIGURE_FIELDS:
            path = f"figures.{path}"
        text = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            text = "unknown key; take it out or correct its spelling"
        elif fault["type"] == "missing":
            text = "missing; add it"
        yield f"{path}: {text}" if path else text

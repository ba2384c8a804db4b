"""The data files of the reference cases: figures with their sources, shared assumptions, cases.

A file that has a key too many or too few is refused with its name and the key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.values import Grade

HERE = Path(__file__).resolve().parent
OWNERS = ("hyperscaler", "neocloud")
Basis = Literal["with network", "without network"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with where it is from."""

    value: float
    source: str
    date: str
    evidence: Grade
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all cases of one owner have in common."""

    owner: str
    assumptions: Mapping[str, Figure]
    """By the key of the engine's registry."""
    site: Mapping[str, Figure]
    """`pue` and `energy_usd_per_kwh`"""

    def assumed(self, **changed: float) -> tuple[Assumption, ...]:
        """The engine's assumptions, some of them `changed`."""
        values = {key: figure.value for key, figure in self.assumptions.items()} | changed
        return tuple(Assumption(key=key, value=value) for key, value in values.items())


@dataclass(frozen=True, slots=True)
class Case:
    """A published cost of an hour of one GPU, and the rack system whose cost it is."""

    id: str
    rack: str
    racks: int
    fabric: str
    tiers: int
    capex_basis: Basis
    capex_usd_per_gpu: Figure
    it_kw_per_gpu: Figure
    """Of the servers alone, without network and storage."""
    targets: Mapping[str, Figure]
    """USD per GPU and hour, by owner."""
    overrides: tuple[Override, ...] = ()
    note: str = ""


@cache
def shared(owner: str) -> Shared:
    """The assumptions of an owner, from its own file."""
    data = _read(HERE / f"{owner}.toml")
    at = f"{owner}.toml"
    return _made(
        Shared,
        at,
        data
        | {
            "assumptions": {key: _figure(f"{at} {key}", of) for key, of in data["assumptions"].items()},
            "site": {key: _figure(f"{at} {key}", of) for key, of in data["site"].items()},
        },
    )


@cache
def cases() -> tuple[Case, ...]:
    """Every case of a cost per hour, by file name."""
    return tuple(_case(path) for path in sorted((HERE / "cases").glob("*.toml")))


@cache
def published() -> Mapping[str, Figure]:
    """What else is published, by id: `published.toml`."""
    return {key: _figure(f"published.toml {key}", of) for key, of in _read(HERE / "published.toml").items()}


def _case(path: Path) -> Case:
    data = _read(path)
    if data["id"] != path.stem or data["capex_basis"] not in get_args(Basis):
        raise ValueError(f"{path.name}: id {data['id']!r}, capex basis {data['capex_basis']!r}")
    return _made(
        Case,
        path.name,
        data
        | {
            "capex_usd_per_gpu": _figure(f"{path.name} capex_usd_per_gpu", data["capex_usd_per_gpu"]),
            "it_kw_per_gpu": _figure(f"{path.name} it_kw_per_gpu", data["it_kw_per_gpu"]),
            "targets": {who: _figure(f"{path.name} {who}", of) for who, of in data["targets"].items()},
            "overrides": tuple(Override(**one) for one in data.get("overrides", ())),
        },
    )


def _figure(place: str, data: dict[str, Any]) -> Figure:
    found = _made(Figure, place, data)
    if not (found.source and found.date) or found.evidence not in get_args(Grade):
        raise ValueError(f"{place}: needs a source, a date and a grade of evidence")
    return found


T = TypeVar("T")


def _made(kind: type[T], place: str, data: Mapping[str, Any]) -> T:
    try:
        return kind(**data)
    except TypeError as error:
        raise ValueError(f"{place}: {error}") from None


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)

"""The design and the document around it. The shape is frozen: a change here is a file migration."""

from __future__ import annotations

import secrets
from typing import Annotated, Literal

from pydantic import Field, model_validator

from fleetdesigner.design.curves import Month
from fleetdesigner.design.fleet import Block, Hall, Id, Name, Phase, Pool, Site
from fleetdesigner.design.measurements import Measurement
from fleetdesigner.design.scenarios import Assumption, Lever, Override, Pod, Scenario, Step, TapeEntry
from fleetdesigner.design.workloads import Workload
from fleetdesigner.values import Value


class Pin(Value):
    """A catalog entry as the file carries it; opaque here, the catalog parses `text`.

    A pin whose id the shipped catalog lacks is the planner's own part.
    """

    kind: Annotated[str, Field(min_length=1, max_length=40)]
    id: Annotated[str, Field(min_length=1, max_length=64)]
    revision: Annotated[str, Field(max_length=100)] = ""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    text: Annotated[str, Field(max_length=200_000)]


class Design(Value):
    """All that is planned, as one immutable value."""

    id: Id
    name: Name
    first_month: Month
    months: Annotated[int, Field(ge=12, le=240)] = 60
    money_year: Annotated[int, Field(ge=1990, le=2120)] = 2026
    dollars: Literal["nominal", "real"] = "nominal"
    """Money of the month it is paid in, or of `money_year`."""
    sites: Annotated[tuple[Site, ...], Field(max_length=200)] = ()
    pools: Annotated[tuple[Pool, ...], Field(max_length=200)] = ()
    phases: Annotated[tuple[Phase, ...], Field(max_length=500)] = ()
    workloads: Annotated[tuple[Workload, ...], Field(max_length=200)] = ()
    assumptions: Annotated[tuple[Assumption, ...], Field(max_length=500)] = ()
    overrides: Annotated[tuple[Override, ...], Field(max_length=5_000)] = ()
    measurements: Annotated[tuple[Measurement, ...], Field(max_length=500)] = ()
    """The planner's own, one a chip and activity at most."""
    scenarios: Annotated[tuple[Scenario, ...], Field(max_length=64)] = ()
    levers: Annotated[tuple[Lever, ...], Field(max_length=200)] = ()
    steps: Annotated[tuple[Step, ...], Field(max_length=500)] = ()
    pods: Annotated[tuple[Pod, ...], Field(max_length=200)] = ()
    baseline_id: Id | None = None

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Design:
        for what, things in (
            ("site", self.sites),
            ("pool", self.pools),
            ("phase", self.phases),
            ("workload", self.workloads),
            ("scenario", self.scenarios),
            ("lever", self.levers),
            ("step", self.steps),
            ("pod", self.pods),
        ):
            ids = [thing.id for thing in things]
            if len(set(ids)) != len(ids):
                raise ValueError(f"two {what}s share the id {_first_twice(ids)!r}")
        for what, keys in (
            ("assumptions", [assumption.key for assumption in self.assumptions]),
            ("overrides", [override.address for override in self.overrides]),
            ("measurements", [one.key for one in self.measurements]),
        ):
            if len(set(keys)) != len(keys):
                raise ValueError(f"two {what} are for {_first_twice(keys)!r}")
        hall_ids = [hall.id for site in self.sites for hall in site.halls]
        if len(set(hall_ids)) != len(hall_ids):
            raise ValueError(f"two halls share the id {_first_twice(hall_ids)!r}")
        feed_ids = [feed.id for site in self.sites for hall in site.halls for feed in hall.feeds]
        if len(set(feed_ids)) != len(feed_ids):
            raise ValueError(f"two feeds share the id {_first_twice(feed_ids)!r}")
        block_ids = [block.id for site in self.sites for hall in site.halls for block in hall.blocks]
        if len(set(block_ids)) != len(block_ids):
            raise ValueError(f"two blocks share the id {_first_twice(block_ids)!r}")
        return self

    @property
    def end_month(self) -> int:
        """The first month after the horizon."""
        return self.first_month + self.months

    @property
    def halls(self) -> tuple[Hall, ...]:
        """All halls in site order."""
        return tuple(hall for site in self.sites for hall in site.halls)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks in hall order."""
        return tuple(block for site in self.sites for hall in site.halls for block in hall.blocks)


class Document(Value):
    """What a `.fleet` file holds."""

    format_version: Annotated[int, Field(ge=1, le=10_000)]
    app_version: Annotated[str, Field(max_length=40)]
    catalog_revision: Annotated[str, Field(max_length=100)] = ""
    design: Design
    pins: Annotated[tuple[Pin, ...], Field(max_length=5_000)] = ()
    tape: Annotated[tuple[TapeEntry, ...], Field(max_length=100_000)] = ()


def new_id(prefix: str = "") -> str:
    """A short random id that is never used again: ``b7f3a9``."""
    return prefix + secrets.token_hex(4)


def _first_twice(ids: list[str]) -> str:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            return one
        seen.add(one)
    return ""

"""Which catalog figures the numbers of a design rest on: those the engine reads, of the entries in use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fleetdesigner.catalog import TOKEN_FIGURES, Entry, Figure, token_field
from fleetdesigner.design.fleet import Rent, Tokens
from fleetdesigner.engine.fleet.figures import fabric_side
from fleetdesigner.engine.state import SampleState
from fleetdesigner.engine.work.readiness import readiness_row

RACK_FIGURES = ("price_usd", "it_power_kw", "nameplate_kw", "idle_power_kw", "liquid_share", "weight_kg")
CHIP_FIGURES = (
    "bf16_tflops", "fp8_tflops", "fp4_tflops", "hbm_gb", "hbm_gib", "hbm_usable_gib", "hbm_tb_per_s",
    "scale_up_gbytes_per_s", "scale_out_gbit_per_s", "interruption_chip_hours",
)  # fmt: skip
SITE_FIGURES = ("shell_usd_per_kw", "colocation_usd_per_kw_month")
READINESS_FIGURES = ("efficiency", "efficiency_mature", "mature_months")


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """One figure of an entry in use."""

    entry: Entry
    field: str
    figure: Figure

    @property
    def ref(self) -> str:
        """``racks/trn3-gen2.price_usd``"""
        return f"{self.entry.ref}.{self.field}"


def figures_read(state: SampleState) -> tuple[ReadFigure, ...]:
    """The figures that a sample's numbers may move with, each once; missing figures are not among them."""
    found: dict[str, ReadFigure] = {}
    for entry, field in _fields(state):
        figure = entry.figure(field) if field in entry.field_names() else None
        if figure is not None:
            one = ReadFigure(entry, field, figure)
            found.setdefault(one.ref, one)
    return tuple(found.values())


def _fields(state: SampleState) -> Iterator[tuple[Entry, str]]:
    plant = state.plant
    for kind in plant.figures.kinds:
        yield from ((kind.rack, field) for field in RACK_FIGURES)
        yield from ((kind.chip, field) for field in CHIP_FIGURES)
    for pool, fabric in zip(state.design.pools, plant.figures.fabrics, strict=True):
        side = fabric_side(pool.tiers)
        yield from ((fabric, field) for field in ("endpoint_gbit_per_s", "link_efficiency"))
        yield from ((fabric, f"{field}_{side}") for field in ("endpoint_power_w", "capex_usd_per_chip"))
    for phase in state.design.phases:
        if isinstance(phase.ownership, Rent):
            book = state.catalog.price_book(phase.ownership.price_book_id)
            yield from ((book, kind.chip.id) for kind in plant.figures.kinds)
        elif isinstance(phase.ownership, Tokens):
            book = state.catalog.price_book(phase.ownership.price_book_id)
            models = dict.fromkeys(work.model_id for work in state.design.workloads)
            yield from ((book, token_field(model, name)) for model in models for name in TOKEN_FIGURES)
    for site in state.design.sites:
        if site.preset_id is not None:
            yield from ((state.catalog.site(site.preset_id), field) for field in SITE_FIGURES)
    yield from _readiness(state)


def _readiness(state: SampleState) -> Iterator[tuple[Entry, str]]:
    for work in state.design.workloads:
        model = state.catalog.model(work.model_id)
        for kind in state.plant.figures.kinds:
            table = state.catalog.readiness_of(kind.chip)
            row = readiness_row(table, work, model)
            if table is None or row is None or row.state == "blocked":
                continue
            if work.port is not None and work.port.engineer_weeks <= 0:
                yield table, f"{row.key}_port_engineer_weeks"
            if row.state != "needs_port":
                yield from ((table, f"{row.key}_{figure}") for figure in READINESS_FIGURES)

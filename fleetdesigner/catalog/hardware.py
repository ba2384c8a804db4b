"""What is placed on the floor: chips, the servers that hold them, and the rack systems that are dragged."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from fleetdesigner.catalog.entry import Entry, EntryId
from fleetdesigner.catalog.figure import Figure, FigureSpec
from fleetdesigner.values import Value

ChipFamily = Literal["trainium", "inferentia", "nvidia", "tpu", "amd", "intel"]
Generation = Literal[
    "trainium1", "trainium2", "trainium3", "trainium4",
    "ampere", "hopper", "blackwell", "rubin", "tpu", "amd", "intel",
]  # fmt: skip
"""Key of the palette: hue by family, lightness by generation."""
Precision = Literal["bf16", "fp8", "fp4"]
Cooling = Literal["air", "liquid", "hybrid"]

_TFLOPS = "dense peak per chip, no sparsity"
GIB = 2.0**30
GB = 1e9


class Chip(Entry):
    """One accelerator package. Peaks are dense, links are one way, capacities say GB or GiB."""

    KIND: ClassVar[str] = "chips"

    family: ChipFamily
    generation: Generation
    precisions: tuple[Precision, ...]
    """Formats its matrix units compute in; FP8 listed only when the chip accepts it."""
    domain: str = ""
    """Shape of the scale-up network, in words."""

    bf16_tflops: Annotated[Figure | None, FigureSpec("TFLOPS", 10, 1e5, f"BF16, {_TFLOPS}")] = None
    fp8_tflops: Annotated[Figure | None, FigureSpec("TFLOPS", 10, 2e5, f"FP8, {_TFLOPS}")] = None
    fp4_tflops: Annotated[Figure | None, FigureSpec("TFLOPS", 10, 4e5, f"FP4, {_TFLOPS}")] = None
    bf16_sparse_tflops: Annotated[
        Figure | None,
        FigureSpec("TFLOPS", 10, 2e5, "BF16 with structured sparsity; never used for dense work"),
    ] = None
    hbm_gb: Annotated[Figure | None, FigureSpec("GB", 4, 4096, "memory per chip, decimal, as advertised")] = (
        None
    )
    hbm_gib: Annotated[
        Figure | None, FigureSpec("GiB", 4, 4096, "memory per chip, binary, as advertised")
    ] = None
    hbm_usable_gib: Annotated[
        Figure | None,
        FigureSpec("GiB", 4, 4096, "memory a program sees, for the question whether a model fits"),
    ] = None
    hbm_tb_per_s: Annotated[Figure | None, FigureSpec("TB/s", 0.1, 100, "memory bandwidth per chip")] = None
    scale_up_gbytes_per_s: Annotated[
        Figure | None,
        FigureSpec("GB/s", 5, 10_000, "scale-up link per chip, ONE way (vendors print both ways)"),
    ] = None
    scale_up_cross_gbytes_per_s: Annotated[
        Figure | None,
        FigureSpec("GB/s", 5, 10_000, "the part of it between the racks of one system, per chip, ONE way"),
    ] = None
    scale_out_gbit_per_s: Annotated[
        Figure | None,
        FigureSpec("Gbit/s", 5, 10_000, "network per chip for traffic between domains, one way"),
    ] = None
    tdp_w: Annotated[Figure | None, FigureSpec("W", 30, 5000, "design power of the package")] = None
    interruption_chip_hours: Annotated[
        Figure | None, FigureSpec("chip-hours", 1000, 1e7, "chip-hours between two interruptions of a job")
    ] = None

    @model_validator(mode="after")
    def _one_capacity(self) -> Self:
        if self.hbm_gb is not None and self.hbm_gib is not None:
            raise ValueError("hbm_gb: give hbm_gb or hbm_gib, not both")
        return self

    @property
    def hbm_bytes(self) -> float | None:
        """Advertised memory in bytes, None when no public figure."""
        if self.hbm_gib is not None:
            return self.hbm_gib.value * GIB
        return self.hbm_gb.value * GB if self.hbm_gb is not None else None

    @property
    def hbm_usable_bytes(self) -> float | None:
        """Memory that a program sees, in bytes; the advertised one when nobody says."""
        return self.hbm_usable_gib.value * GIB if self.hbm_usable_gib is not None else self.hbm_bytes

    @property
    def hbm_figure(self) -> Figure | None:
        """The figure behind ``hbm_bytes``, for its source and grade."""
        return self.hbm_gib if self.hbm_gib is not None else self.hbm_gb


class Node(Entry):
    """One server: its chips, host and network cards."""

    KIND: ClassVar[str] = "nodes"

    chip_id: EntryId
    chips: Annotated[int, Field(ge=1, le=512)]
    ec2_name: str | None = None
    """Instance type under which it is rented; None when there is no public one."""

    host_memory_gib: Annotated[Figure | None, FigureSpec("GiB", 8, 65_536, "host memory")] = None
    vcpus: Annotated[Figure | None, FigureSpec("vCPU", 2, 4096, "host threads")] = None
    node_power_kw: Annotated[Figure | None, FigureSpec("kW", 0.2, 100, "provisioned power of the server")] = (
        None
    )
    idle_power_kw: Annotated[Figure | None, FigureSpec("kW", 0.05, 50, "power with no work")] = None
    scale_out_gbit_per_s: Annotated[
        Figure | None, FigureSpec("Gbit/s", 25, 50_000, "network of the whole server, one way")
    ] = None
    price_usd: Annotated[Figure | None, FigureSpec("USD", 1000, 5e7, "purchase of the server")] = None

    def references(self) -> tuple[tuple[str, str, str], ...]:
        """The chip in it."""
        return (("chip_id", "chips", self.chip_id),)


class Band(Value):
    """A stretch of an elevation, counted in rack units from the floor, both ends included."""

    u_from: Annotated[int, Field(ge=1, le=100)]
    u_to: Annotated[int, Field(ge=1, le=100)]
    what: Literal["compute", "switch", "power", "cooling", "management", "host", "empty"]
    units: Annotated[int, Field(ge=1, le=100)] = 1
    """Equal trays or shelves in the stretch."""
    label: str = ""

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        if self.u_to < self.u_from:
            raise ValueError(f"u_to {self.u_to} is below u_from {self.u_from}")
        return self


class PriceRoute(Value):
    """One way to a purchase price that nobody publishes; routes are shown side by side."""

    name: str
    usd_per_chip: Annotated[float, Field(gt=0)]
    """What the route says, with all that it covers."""
    system_usd_per_chip: Annotated[float, Field(gt=0)]
    """What is left of it for the rack system alone, comparable with ``price_usd``."""
    derivation: str
    source: str


class Rack(Entry):
    """A rack system: what is dragged. One rack, or the racks that only work together."""

    KIND: ClassVar[str] = "racks"

    short_name: Annotated[str, StringConstraints(min_length=1, max_length=12)]
    """For drawing on the tile."""
    node_id: EntryId
    nodes: Annotated[int, Field(ge=1, le=4096)]
    racks: Annotated[int, Field(ge=1, le=256)] = 1
    """Physical racks."""
    positions: Annotated[int, Field(ge=1, le=256)] = 1
    """Floor columns it covers."""
    cooling: Cooling
    domain_chips: Annotated[int, Field(ge=1)]
    """Chips joined by scale-up links."""
    price_includes_network: bool = False
    """Whether ``price_usd`` already holds the back-end network."""
    price_excludes: str = ""
    """What ``price_usd`` leaves out, in words."""
    price_routes: tuple[PriceRoute, ...] = ()
    elevation: tuple[Band, ...] = ()
    """One physical rack; those of a system look alike. Empty = no public picture of it."""
    elevation_note: str = ""
    """How sure the order of the trays is."""

    it_power_kw: Annotated[
        Figure | None, FigureSpec("kW", 0.5, 20_000, "provisioned IT power of the whole system")
    ] = None
    nameplate_kw: Annotated[
        Figure | None, FigureSpec("kW", 0.5, 20_000, "nameplate power of the whole system")
    ] = None
    idle_power_kw: Annotated[Figure | None, FigureSpec("kW", 0.05, 10_000, "IT power with no work")] = None
    liquid_share: Annotated[
        Figure | None, FigureSpec("share", 0, 1, "share of the heat that liquid takes")
    ] = None
    weight_kg: Annotated[Figure | None, FigureSpec("kg", 50, 50_000, "weight of the whole system")] = None
    price_usd: Annotated[Figure | None, FigureSpec("USD", 5000, 1e9, "purchase of the whole system")] = None

    def references(self) -> tuple[tuple[str, str, str], ...]:
        """The server it is made of."""
        return (("node_id", "nodes", self.node_id),)

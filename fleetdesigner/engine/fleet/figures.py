"""Catalog figures of what a fleet holds, as columns: NaN where there is no figure, and a list of the gaps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Catalog, CatalogError, Chip, Fabric, Figure, Node, Rack
from fleetdesigner.design.fleet import Phase, Pool, Rent, Tokens
from fleetdesigner.design.model import Design
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.fleet.table import FleetTable
from fleetdesigner.engine.remembered import SAMPLES, Remembered

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gap:
    """A figure that the fleet needs and nobody has published."""

    entry: str
    """``racks/trn4-mgx``"""
    field: str
    """``it_power_kw``"""
    need: str
    """What needs it: power, fabric_power, price, fabric_price, bf16, rent, token_price, liquid, forecast,
    port."""
    rows: tuple[int, ...]
    """Rows of the fleet table that need it."""
    work: int | None = None
    """The workload that needs it, by its place; it does where those rows serve it. None = any."""

    @property
    def text(self) -> str:
        """``racks/trn4-mgx has no it_power_kw``"""
        return f"{self.entry} has no {self.field}"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rack system with the entries it is made of."""

    rack: Rack
    node: Node
    chip: Chip

    @property
    def chips(self) -> int:
        """Chips of one rack system."""
        return self.rack.nodes * self.node.chips


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Columns by kind K of rack system and by row R of the fleet table. NaN = no figure."""

    kinds: tuple[Kind, ...]
    fabrics: tuple[Fabric, ...]
    """By pool of the design."""
    chips: Array
    """[K] chips of one system"""
    it_kw: Array
    """[K] provisioned"""
    nameplate_kw: Array
    """[K] nameplate, else provisioned"""
    idle_kw: Array
    """[K] catalog figure, NaN = use the idle share"""
    liquid_share: Array
    """[K] share of the heat that liquid takes; an air-cooled system without a figure has 0"""
    weight_kg: Array
    positions: Array
    price_usd: Array
    bf16_tflops: Array
    """[K] dense, of one chip"""
    fabric_kw: Array
    """[R] network power of one system, 0 in no pool"""
    fabric_usd: Array
    """[R] network price of one system, 0 in no pool and where the system's price includes it"""
    rent_usd: Array
    """[R] rent of one system for one hour; 0 where it is not rented"""
    gaps: tuple[Gap, ...]


def value(figure: Figure | None) -> float:
    """The number of a figure, NaN when there is none."""
    return math.nan if figure is None else figure.value


_KINDS: Remembered[Kind] = Remembered(256)
_FIGURES: Remembered[Figures] = Remembered(SAMPLES)


def kind_of(catalog: Catalog, rack_id: str, place: str = "") -> Kind:
    """A rack system with its server and chip. Raises EvaluationError that names the place."""
    try:
        rack = catalog.rack(rack_id)
        node = catalog.node_of(rack)
        chip = catalog.chip(node.chip_id)
    except CatalogError as error:
        raise EvaluationError(f"{place}{': ' if place else ''}{error}") from None
    return _KINDS.get((rack, node, chip), None, lambda: Kind(rack, node, chip))


def fabric_side(tiers: int) -> str:
    """``2tier`` for one and two tiers, ``3tier`` for more: the catalog has figures for these."""
    return "2tier" if tiers <= 2 else "3tier"


def figures_of(design: Design, fleet: FleetTable, catalog: Catalog) -> Figures:
    """The figures of everything in the fleet.

    Raises EvaluationError when a design names a rack system, a fabric or a price book that does not exist.
    """
    kinds = tuple(kind_of(catalog, rack_id, _block_of(design, rack_id)) for rack_id in fleet.rack_ids)
    fabrics = []
    for pool in design.pools:
        try:
            fabrics.append(catalog.fabric(pool.fabric_id))
        except CatalogError as error:
            raise EvaluationError(f"pool:{pool.id}: {error}") from None
    books = []
    for phase in design.phases:
        if isinstance(phase.ownership, Rent | Tokens):
            try:
                books.append(catalog.price_book(phase.ownership.price_book_id))
            except CatalogError as error:
                raise EvaluationError(f"phase:{phase.id}: {error}") from None
    sources = (*kinds, *fabrics, *books)
    # which rows there are, not how many systems stand in them: a drop into a group that is there changes none
    terms = (
        *(rows.tobytes() for rows in (fleet.row_rack, fleet.row_pool, fleet.row_phase)),
        tuple((pool.tiers, pool.oversubscription) for pool in design.pools),
        tuple(phase.ownership for phase in design.phases),
    )
    return _FIGURES.get(sources, terms, lambda: _figures(design, fleet, catalog, kinds, tuple(fabrics)))


def _block_of(design: Design, rack_id: str) -> str:
    """Address of a block that uses the rack system, for the words of a fault; cheap until it is one."""
    return f"design:{design.id}: a block uses {rack_id!r}"


def _figures(
    design: Design, fleet: FleetTable, catalog: Catalog, kinds: tuple[Kind, ...], fabrics: tuple[Fabric, ...]
) -> Figures:
    gaps: list[Gap] = []
    liquid = np.array(
        [
            0.0
            if kind.rack.liquid_share is None and kind.rack.cooling == "air"
            else value(kind.rack.liquid_share)
            for kind in kinds
        ]
    )
    it_kw = np.array([value(kind.rack.it_power_kw) for kind in kinds])
    nameplate = np.array([value(kind.rack.nameplate_kw) for kind in kinds])
    price = np.array([value(kind.rack.price_usd) for kind in kinds])
    bf16 = np.array([value(kind.chip.bf16_tflops) for kind in kinds])
    chips = np.array([kind.chips for kind in kinds], dtype=np.float64)
    held = _holding(fleet, design.phases)
    for at, kind in enumerate(kinds):
        rows = fleet.row_rack == at
        rack, chip = kind.rack.ref, kind.chip.ref
        _gap(gaps, rack, "it_power_kw", "power", rows & math.isnan(it_kw[at]))
        _gap(gaps, rack, "price_usd", "price", rows & math.isnan(price[at]) & held["bought"])
        _gap(gaps, rack, "liquid_share", "liquid", rows & math.isnan(liquid[at]))
        _gap(gaps, chip, "bf16_tflops", "bf16", rows & math.isnan(bf16[at]))
    fabric_kw = _fabric_kw(design.pools, fabrics, fleet, kinds, chips, gaps)
    fabric_usd = _fabric_usd(design.pools, fabrics, fleet, kinds, chips, held["bought"], gaps)
    rent = _rented(design.phases, catalog, fleet, kinds, chips, gaps)
    _forecast_gaps(fabrics, fleet, kinds, gaps)
    return Figures(
        kinds, fabrics, chips, it_kw, np.where(np.isnan(nameplate), it_kw, nameplate),
        np.array([value(kind.rack.idle_power_kw) for kind in kinds]), liquid,
        np.array([value(kind.rack.weight_kg) for kind in kinds]),
        np.array([kind.rack.positions for kind in kinds], dtype=np.float64),
        price, bf16, fabric_kw, fabric_usd, rent, tuple(gaps),
    )  # fmt: skip


def _gap(gaps: list[Gap], entry: str, field: str, need: str, rows: NDArray[np.bool_]) -> None:
    if rows.any():
        gaps.append(Gap(entry, field, need, tuple(np.flatnonzero(rows).tolist())))


def _holding(fleet: FleetTable, phases: Sequence[Phase]) -> dict[str, NDArray[np.bool_]]:
    """[R] masks of rows by ownership: own; bought = own or leased (a purchase price is needed)."""
    own = np.array([phase.ownership.kind == "own" for phase in phases], dtype=bool)
    bought = own | np.array([phase.ownership.kind == "lease" for phase in phases], dtype=bool)
    return {"own": own[fleet.row_phase], "bought": bought[fleet.row_phase]}


def endpoint_kw(pool: Pool, fabric: Fabric, chip: Chip) -> float:
    """kW of network a chip: W an endpoint · ports a chip · (½ + ½/oversubscription). NaN = no figure.

    Ports a chip = its network rate over the rate of the fabric's endpoint, for which the power is given. Half
    of an endpoint's power is its leaf port, which oversubscription does not thin out.
    """
    watts = value(fabric.figure(f"endpoint_power_w_{fabric_side(pool.tiers)}"))
    speed, port = value(chip.scale_out_gbit_per_s), value(fabric.endpoint_gbit_per_s)
    return watts / 1000.0 * (speed / port) * (0.5 + 0.5 / pool.oversubscription)


def _fabric_kw(
    pools: Sequence[Pool],
    fabrics: Sequence[Fabric],
    fleet: FleetTable,
    kinds: Sequence[Kind],
    chips: Array,
    gaps: list[Gap],
) -> Array:
    """[R] kW of network a system: that of an endpoint for each of its chips."""
    out = np.zeros(len(fleet.row_group))
    for pool_at, kind_at in {*zip(fleet.row_pool.tolist(), fleet.row_rack.tolist(), strict=True)}:
        if pool_at < 0:
            continue
        rows = (fleet.row_pool == pool_at) & (fleet.row_rack == kind_at)
        pool, fabric, kind = pools[pool_at], fabrics[pool_at], kinds[kind_at]
        field = f"endpoint_power_w_{fabric_side(pool.tiers)}"
        watts, speed = value(fabric.figure(field)), value(kind.chip.scale_out_gbit_per_s)
        port = value(fabric.endpoint_gbit_per_s)
        out[rows] = endpoint_kw(pool, fabric, kind.chip) * chips[kind_at]
        _gap(gaps, fabric.ref, field, "fabric_power", rows & math.isnan(watts))
        _gap(gaps, kind.chip.ref, "scale_out_gbit_per_s", "fabric_power", rows & math.isnan(speed))
        _gap(gaps, fabric.ref, "endpoint_gbit_per_s", "fabric_power", rows & math.isnan(port))
    return out


def _fabric_usd(
    pools: Sequence[Pool],
    fabrics: Sequence[Fabric],
    fleet: FleetTable,
    kinds: Sequence[Kind],
    chips: Array,
    bought: NDArray[np.bool_],
    gaps: list[Gap],
) -> Array:
    """[R] USD a system that its pool's network costs, 0 where the system's price holds it."""
    out = np.zeros(len(fleet.row_group))
    for pool_at, kind_at in {*zip(fleet.row_pool.tolist(), fleet.row_rack.tolist(), strict=True)}:
        if pool_at < 0 or kinds[kind_at].rack.price_includes_network:
            continue
        rows = (fleet.row_pool == pool_at) & (fleet.row_rack == kind_at) & bought
        field = f"capex_usd_per_chip_{fabric_side(pools[pool_at].tiers)}"
        each = value(fabrics[pool_at].figure(field))
        out[rows] = each * chips[kind_at]
        _gap(gaps, fabrics[pool_at].ref, field, "fabric_price", rows & math.isnan(each))
    return out


def _forecast_gaps(
    fabrics: Sequence[Fabric], fleet: FleetTable, kinds: Sequence[Kind], gaps: list[Gap]
) -> None:
    """Figures without which nobody can say how fast the chips of a pool work, at any precision."""
    for pool_at, kind_at in {*zip(fleet.row_pool.tolist(), fleet.row_rack.tolist(), strict=True)}:
        if pool_at < 0:
            continue
        rows = (fleet.row_pool == pool_at) & (fleet.row_rack == kind_at)
        chip, fabric = kinds[kind_at].chip, fabrics[pool_at]
        memory = "hbm_gib" if chip.family == "trainium" else "hbm_gb"  # as their vendors print it
        for entry, field, known in (
            (chip.ref, "bf16_tflops", chip.bf16_tflops),
            (chip.ref, memory, chip.hbm_usable_bytes),
            (chip.ref, "hbm_tb_per_s", chip.hbm_tb_per_s),
            (chip.ref, "scale_up_gbytes_per_s", chip.scale_up_gbytes_per_s),
            (chip.ref, "scale_out_gbit_per_s", chip.scale_out_gbit_per_s),
            (fabric.ref, "endpoint_gbit_per_s", fabric.endpoint_gbit_per_s),
            (fabric.ref, "link_efficiency", fabric.link_efficiency),
        ):
            _gap(gaps, entry, field, "forecast", rows & (known is None))


def _rented(
    phases: Sequence[Phase],
    catalog: Catalog,
    fleet: FleetTable,
    kinds: Sequence[Kind],
    chips: Array,
    gaps: list[Gap],
) -> Array:
    """[R] rent a system and hour, from the phases' price books."""
    rent = np.zeros(len(fleet.row_group))
    for phase_at, kind_at in {*zip(fleet.row_phase.tolist(), fleet.row_rack.tolist(), strict=True)}:
        ownership = phases[phase_at].ownership
        if not isinstance(ownership, Rent):
            continue
        rows = (fleet.row_phase == phase_at) & (fleet.row_rack == kind_at)
        book, chip = catalog.price_book(ownership.price_book_id), kinds[kind_at].chip
        each = value(book.usd_per_chip_hour(chip.id))
        rent[rows] = each * chips[kind_at]
        _gap(gaps, book.ref, f"rent of {chip.id}", "rent", rows & math.isnan(each))
    return rent

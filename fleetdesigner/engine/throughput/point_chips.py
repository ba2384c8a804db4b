"""The hardware a measured point ran on, from the catalog and from what the point says itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fleetdesigner.engine.throughput.chips import ChipFigures, chip_figures
from fleetdesigner.engine.throughput.point_facts import node_gbit_per_s

if TYPE_CHECKING:
    from fleetdesigner.catalog import Catalog, Chip

CORES: dict[str, int] = {"trainium1": 2, "trainium2": 4}
"""Cores a chip by generation: Neuron layouts count NeuronCores (logical ones of two on Trainium2)."""

_REFERENCE_OUT: dict[str, float] = {"ampere": 25e9}
"""B/s a chip of the clusters that published points ran on, where rented ones have less (200 Gb/s)."""

_DOMAIN_WITHOUT_RACK: dict[str, int] = {"tpu": 256}


def point_chip(point: Mapping[str, Any], catalog: Catalog) -> ChipFigures | str:
    """Figures of the point's chip in its domain, or the sentence that says what is missing."""
    from fleetdesigner.catalog import CatalogError
    from fleetdesigner.catalog import Chip as ChipEntry

    name = str(point.get("chip") or "")
    try:
        entry = catalog.find(name, ChipEntry.KIND)
    except CatalogError:
        return f"the catalog has no chip {name!r}"
    if not isinstance(entry, ChipEntry):
        return f"{name!r} is no chip"
    figures = chip_figures(entry, _domain(entry, catalog))
    link = node_gbit_per_s(point)
    if link:
        return replace(figures, scale_out_bytes_per_s=link * 1e9 / 8.0 / 8.0)
    reference = _REFERENCE_OUT.get(figures.family)
    return replace(figures, scale_out_bytes_per_s=reference) if reference else figures


def cores_per_chip(chip: ChipFigures) -> int:
    """Cores that layouts of this chip count."""
    return CORES.get(chip.family, 1)


def _domain(chip: Chip, catalog: Catalog) -> int:
    """The smallest domain a rack of the catalog puts the chip in."""
    held = [rack.domain_chips for rack in catalog.racks() if catalog.node_of(rack).chip_id == chip.id]
    if held:
        return min(held)
    return _DOMAIN_WITHOUT_RACK.get(chip.generation, 4 if "nvl" in chip.id else 8)

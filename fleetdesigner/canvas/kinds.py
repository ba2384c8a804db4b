"""What the canvas needs to know of each rack system in use, looked up once a catalog entry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import Figure
from fleetdesigner.catalog.hardware import Band

NAN = float("nan")
Floats = NDArray[np.float64]
_FAMILY_WORDS = {
    "trainium1": "Trainium1", "trainium2": "Trainium2", "trainium3": "Trainium3", "trainium4": "Trainium4",
    "ampere": "NVIDIA Ampere", "hopper": "NVIDIA Hopper", "blackwell": "NVIDIA Blackwell",
    "rubin": "NVIDIA Rubin", "tpu": "TPU", "amd": "AMD", "intel": "Intel",
}  # fmt: skip


def family_words(generation: str) -> str:
    """A generation as legends name it: ``NVIDIA Hopper``."""
    return _FAMILY_WORDS.get(generation, generation.capitalize())


@dataclass(frozen=True, slots=True)
class Kind:
    """One rack system as the canvas draws and describes it. A figure that nobody published is None."""

    id: str
    name: str
    short_name: str
    generation: str
    announced: bool
    known: bool
    """False: the design names a rack system that no catalog entry describes."""
    positions: int = 1
    racks: int = 1
    nodes: int = 1
    chips: int = 0
    domain_chips: int = 0
    cooling: str = "air"
    chip_word: str = "accelerator"
    it_power: Figure | None = None
    nameplate: Figure | None = None
    idle: Figure | None = None
    liquid_share: Figure | None = None
    weight: Figure | None = None
    price: Figure | None = None
    elevation: tuple[Band, ...] = ()

    @property
    def kw(self) -> float:
        """Provisioned IT kW of one system; NaN when there is no figure."""
        return self.it_power.value if self.it_power is not None else NAN

    @property
    def kg(self) -> float:
        """Weight of one system; NaN when there is no figure."""
        return self.weight.value if self.weight is not None else NAN

    @property
    def no_figures(self) -> bool:
        """Whether it must be drawn as a box without data."""
        return self.it_power is None


def kind_of(catalog: Catalog, rack_id: str) -> Kind:
    """The kind of a rack id; one that the catalog lacks is drawn as a single position without figures."""
    try:
        rack = catalog.rack(rack_id)
        node = catalog.node_of(rack)
        chip = catalog.chip_of(rack)
    except CatalogError:
        return Kind(rack_id, rack_id, rack_id[:12], "network", announced=False, known=False)
    word = "GPU" if chip.family in ("nvidia", "amd", "intel") else "chip"
    return Kind(
        id=rack_id,
        name=rack.name,
        short_name=rack.short_name,
        generation=chip.generation,
        announced=rack.status == "announced",
        known=True,
        positions=rack.positions,
        racks=rack.racks,
        nodes=rack.nodes,
        chips=rack.nodes * node.chips,
        domain_chips=rack.domain_chips,
        cooling=rack.cooling,
        chip_word=word,
        it_power=rack.it_power_kw,
        nameplate=rack.nameplate_kw,
        idle=rack.idle_power_kw,
        liquid_share=rack.liquid_share,
        weight=rack.weight_kg,
        price=rack.price_usd,
        elevation=rack.elevation,
    )


class KindTable:
    """Rack ids get an index on first sight and keep it; the figures follow the catalog."""

    def __init__(self) -> None:
        self._catalog: Catalog | None = None
        self._index: dict[str, int] = {}
        self.kinds: list[Kind] = []
        self.kw: Floats = np.empty(0)
        self.positions: NDArray[np.int64] = np.empty(0, np.int64)

    def use(self, catalog: Catalog) -> bool:
        """Take figures from `catalog` from now on. True when a system's footprint changed by that."""
        if catalog is self._catalog:
            return False
        self._catalog = catalog
        before = self.positions
        self.kinds = [kind_of(catalog, rack_id) for rack_id in self._index]
        self._columns()
        return not np.array_equal(before, self.positions)

    def index(self, rack_id: str) -> int:
        """The index of a rack id in `kinds`, `kw` and `positions`."""
        found = self._index.get(rack_id)
        if found is None:
            if self._catalog is None:
                raise RuntimeError("use() a catalog first")
            found = self._index[rack_id] = len(self.kinds)
            self.kinds.append(kind_of(self._catalog, rack_id))
            self._columns()
        return found

    def kind(self, rack_id: str) -> Kind:
        """The kind of a rack id."""
        return self.kinds[self.index(rack_id)]

    def positions_of(self, rack_id: str) -> int:
        """Floor positions that one system covers; what `design.layout` asks for."""
        return self.kinds[self.index(rack_id)].positions

    def _columns(self) -> None:
        self.kw = np.array([kind.kw for kind in self.kinds])
        self.positions = np.array([kind.positions for kind in self.kinds], np.int64)

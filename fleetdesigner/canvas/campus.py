"""The campus: every hall a tile, site by site, in a world whose unit is a pixel at 100 %."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from PySide6.QtCore import QPointF, QRectF

from fleetdesigner.canvas.columns import FleetColumns
from fleetdesigner.design.fleet import Site

TILE_W, TILE_H, GAP = 150.0, 122.0, 12.0
SITE_W = 92.0
"""Width of a site's own box: name, grid power in use, its limit."""
SITE_GAP = 40.0


@dataclass(frozen=True, slots=True)
class Tile:
    """One hall on the campus; `place` is its index in the fleet."""

    place: int
    rect: QRectF


@dataclass(frozen=True, slots=True)
class SiteBand:
    """One site: its box at the left, and the band that its tiles fill."""

    site: Site
    box: QRectF
    band: QRectF
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, eq=False)
class Campus:
    """Where each tile is."""

    bands: tuple[SiteBand, ...]

    @cached_property
    def tiles(self) -> tuple[Tile, ...]:
        """All tiles in the order of the fleet's halls."""
        return tuple(tile for band in self.bands for tile in band.tiles)

    @cached_property
    def world(self) -> QRectF:
        """What all sites fill."""
        world = QRectF()
        for band in self.bands:
            world = world.united(band.band)
        return world if not world.isEmpty() else QRectF(0, 0, TILE_W, TILE_H)

    def tile_at(self, point: QPointF) -> Tile | None:
        """The tile at a world point."""
        return next((tile for tile in self.tiles if tile.rect.contains(point)), None)

    def tile_of(self, place: int) -> Tile | None:
        """The tile of the hall at `place`."""
        return next((tile for tile in self.tiles if tile.place == place), None)


def campus_of(fleet: FleetColumns, shape: float) -> Campus:
    """Tiles in rows under each other, as many in a row as let the whole be largest in a canvas of that shape.

    `shape` is width to height.
    """
    sites = fleet.design.sites
    bands = _laid_out(tuple(len(site.halls) for site in sites), shape)
    return Campus(tuple(SiteBand(site, *band) for site, band in zip(sites, bands, strict=True)))


@lru_cache(maxsize=8)
def _laid_out(halls: tuple[int, ...], shape: float) -> tuple[tuple[QRectF, QRectF, tuple[Tile, ...]], ...]:
    """Box, band and tiles of sites with that many halls each."""
    best = max(range(1, max(1, *halls, 1) + 1), key=lambda across: _scale_of(halls, across, shape))
    bands = []
    y, place = 0.0, 0
    for count in halls:
        across = min(best, max(1, count))
        lines = max(1, -(-count // best))
        high = lines * TILE_H + (lines - 1) * GAP
        left = SITE_W + 22
        tiles = []
        for index in range(count):
            line, column = divmod(index, best)
            tiles.append(
                Tile(place, QRectF(left + column * (TILE_W + GAP), y + line * (TILE_H + GAP), TILE_W, TILE_H))
            )
            place += 1
        wide = left + across * TILE_W + (across - 1) * GAP
        bands.append((QRectF(0, y, SITE_W, high), QRectF(0, y, wide, high), tuple(tiles)))
        y += high + SITE_GAP
    return tuple(bands)


def _scale_of(halls: tuple[int, ...], across: int, shape: float) -> float:
    """How large the whole can be drawn with that many tiles in a row, in a canvas 1 high."""
    widest = max((min(across, max(1, count)) for count in halls), default=1)
    wide = SITE_W + 22 + widest * (TILE_W + GAP)
    lines = sum(max(1, -(-count // across)) for count in halls)
    high = lines * (TILE_H + GAP) + (len(halls) - 1) * (SITE_GAP - GAP)
    return min(shape / wide, 1.0 / high)

"""A site from a preset of the catalog: tariff, PUE, carbon and water of a place, with its own grid power."""

from __future__ import annotations

from fleetdesigner.catalog import SitePreset
from fleetdesigner.design.curves import Constant, Stair
from fleetdesigner.design.fleet import Site, Tariff

NEEDED = ("energy_usd_per_kwh", "demand_usd_per_kw_month", "carbon_g_per_kwh", "pue", "wue_l_per_kwh")
"""Figures without which a preset is no site."""


def missing_figures(preset: SitePreset) -> tuple[str, ...]:
    """Fields a site needs that the preset has no figure for."""
    return tuple(field for field in NEEDED if preset.figure(field) is None)


def site_at(preset: SitePreset, site_id: str, name: str, grid: Stair) -> Site:
    """A site without halls in a place, with `grid` (month, facility kW).

    Raises ValueError that names the figures the preset lacks.
    """
    missing = missing_figures(preset)
    if missing:
        raise ValueError(f"{preset.name} has no public figure for {', '.join(missing)}; choose another place")
    figures = {field: figure.value for field, figure in preset.figures()}
    return Site(
        id=site_id,
        name=name,
        preset_id=preset.id,
        grid=grid,
        pue=Constant(value=figures["pue"]),
        tariff=Tariff(
            energy_usd_per_kwh=Constant(value=figures["energy_usd_per_kwh"]),
            demand_usd_per_kw_month=Constant(value=figures["demand_usd_per_kw_month"]),
        ),
        carbon_g_per_kwh=Constant(value=figures["carbon_g_per_kwh"]),
        wue_l_per_kwh=figures["wue_l_per_kwh"],
    )

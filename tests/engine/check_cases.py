"""Small designs that tests change one thing in."""

from __future__ import annotations

from functools import cache
from typing import Any

from fleetdesigner.catalog import Catalog, load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Block, Hall, Phase, Pool, Site, Stay, Tariff
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Serving

FIRST = 2027 * 12 + 1


@cache
def catalog() -> Catalog:
    """The shipped catalog."""
    return load_catalog()


def block(name: str = "b1", rack: str = "h100-rack", **fields: Any) -> Block:
    """A block of four racks in pool p1 from the first month on."""
    plain: dict[str, Any] = {
        "id": name,
        "rack_id": rack,
        "col": 0,
        "row": 0,
        "cols": 4,
        "phase_id": "now",
        "stays": (Stay(pool_id="p1", from_month=FIRST),),
    }
    return Block(**{**plain, **fields})


def hall(*blocks: Block, name: str = "h1", **fields: Any) -> Hall:
    """A large hall that is ready."""
    plain: dict[str, Any] = {
        "id": name,
        "name": "Hall A",
        "ready_month": FIRST,
        "width_m": 30.0,
        "depth_m": 20.0,
        "it_limit_kw": 3_000.0,
        "air_kw": 3_000.0,
        "liquid_kw": 3_000.0,
        "floor_kg_per_m2": 3_000.0,
        "blocks": blocks,
    }
    return Hall(**{**plain, **fields})


def site(*halls: Hall, **fields: Any) -> Site:
    """A site with ample power."""
    plain: dict[str, Any] = {
        "id": "s1",
        "name": "Site",
        "grid": ((FIRST, 1_000.0),),
        "pue": Constant(value=1.25),
        "tariff": Tariff(
            energy_usd_per_kwh=Constant(value=0.07), demand_usd_per_kw_month=Constant(value=9.0)
        ),
        "carbon_g_per_kwh": Constant(value=300.0),
        "halls": halls,
    }
    return Site(**{**plain, **fields})


def phase(name: str = "now", **fields: Any) -> Phase:
    """A phase in service from the first month on."""
    return Phase(**{"id": name, "name": "Phase 1", "order_month": FIRST - 6, **fields})


def pool(name: str = "p1", **fields: Any) -> Pool:
    """A pool on InfiniBand."""
    return Pool(**{"id": name, "name": "Pool 1", "fabric_id": "infiniband-ndr", **fields})


def chat(**fields: Any) -> Serving:
    """A stream that one rack of GPUs can serve."""
    plain: dict[str, Any] = {
        "id": "chat",
        "name": "Chat",
        "model_id": "llama-3-1-70b",
        "dtype": "fp8",
        "framework": "vllm",
        "demand": Constant(value=1_000.0),
    }
    return Serving(**{**plain, **fields})


def design(**fields: Any) -> Design:
    """One hall, one pool, one phase, one stream, a year."""
    plain: dict[str, Any] = {
        "id": "d1",
        "name": "Test",
        "first_month": FIRST,
        "months": 12,
        "sites": (site(hall(block())),),
        "pools": (pool(),),
        "phases": (phase(),),
        "workloads": (chat(),),
    }
    return Design(**{**plain, **fields})

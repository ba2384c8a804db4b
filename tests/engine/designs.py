"""Small designs for tests, with numbers that can be worked by hand."""

from __future__ import annotations

from typing import Any

from fleetdesigner.design.curves import Constant, Ramp
from fleetdesigner.design.fleet import Block, Hall, Own, Phase, Pool, Site, Stay, Tariff
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import AgentService, BatchJob, Serving, TrainingRun

JANUARY = 2027 * 12 + 1


def phase(id: str = "p1", month: int = JANUARY, **fields: Any) -> Phase:
    """A phase that is complete in its service month."""
    data: dict[str, Any] = {
        "id": id, "name": id, "order_month": month - 6, "in_service_month": month, "ramp": Ramp(),
        "ownership": Own(),
    }  # fmt: skip
    return Phase(**{**data, **fields})


def block(id: str = "b1", rack: str = "h100-rack", cols: int = 10, **fields: Any) -> Block:
    """Systems in one row of pool `train` from the first month."""
    data: dict[str, Any] = {
        "id": id, "rack_id": rack, "col": 0, "row": 0, "cols": cols, "rows": 1, "phase_id": "p1",
        "stays": (Stay(pool_id="train", from_month=JANUARY - 12),),
    }  # fmt: skip
    return Block(**{**data, **fields})


def hall(id: str = "h1", blocks: tuple[Block, ...] = (), **fields: Any) -> Hall:
    """A hall with room for more than the tests place."""
    data: dict[str, Any] = {
        "id": id, "name": id, "ready_month": JANUARY - 1, "width_m": 60, "depth_m": 40, "it_limit_kw": 20_000,
        "air_kw": 20_000, "liquid_kw": 20_000, "redundancy": "N", "blocks": blocks,
    }  # fmt: skip
    return Hall(**{**data, **fields})


def site(id: str = "s1", halls: tuple[Hall, ...] = (), **fields: Any) -> Site:
    """A site with constant PUE 1.2, 5 ct a kWh, 10 USD a kW and month, 400 g a kWh."""
    data: dict[str, Any] = {
        "id": id, "name": id, "grid": ((JANUARY - 24, 50_000.0),), "pue": Constant(value=1.2),
        "tariff": Tariff(
            energy_usd_per_kwh=Constant(value=0.05), demand_usd_per_kw_month=Constant(value=10.0)
        ),
        "carbon_g_per_kwh": Constant(value=400.0), "wue_l_per_kwh": 0.2, "halls": halls,
    }  # fmt: skip
    return Site(**{**data, **fields})


def pool(id: str = "train", **fields: Any) -> Pool:
    """A pool on a two-tier InfiniBand fabric without spares."""
    data: dict[str, Any] = {
        "id": id,
        "name": id,
        "fabric_id": "infiniband-ndr",
        "tiers": 2,
        "spare_share": 0.0,
    }
    return Pool(**{**data, **fields})


def chat(id: str = "chat", tokens_per_s: float = 50_000.0, **fields: Any) -> Serving:
    """A chat stream of Llama 3.1 70B at fp8 under vLLM."""
    data: dict[str, Any] = {
        "id": id, "name": id, "model_id": "llama-3-1-70b", "dtype": "fp8", "framework": "vllm",
        "demand": Constant(value=tokens_per_s), "input_len": 1024, "output_len": 512,
    }  # fmt: skip
    return Serving(**{**data, **fields})


def run(id: str = "run", tokens: float = 1e12, **fields: Any) -> TrainingRun:
    """A pre-training of Llama 3.1 8B at bf16 under PyTorch."""
    data: dict[str, Any] = {
        "id": id, "name": id, "model_id": "llama-3-1-8b", "tokens": tokens, "start_month": JANUARY,
        "chips_max": 256,
    }  # fmt: skip
    return TrainingRun(**{**data, **fields})


def agents(id: str = "agents", sessions: float = 2_000.0, **fields: Any) -> AgentService:
    """Coding agents on Llama 3.1 8B."""
    data: dict[str, Any] = {
        "id": id, "name": id, "model_id": "llama-3-1-8b", "framework": "vllm",
        "sessions": Constant(value=sessions),
    }  # fmt: skip
    return AgentService(**{**data, **fields})


def batch(id: str = "batch", tokens_per_month: float = 2e10, **fields: Any) -> BatchJob:
    """Summaries by Llama 3.1 8B that may wait for two months."""
    data: dict[str, Any] = {
        "id": id, "name": id, "model_id": "llama-3-1-8b", "framework": "vllm",
        "demand": Constant(value=tokens_per_month), "due_months": 2,
    }  # fmt: skip
    return BatchJob(**{**data, **fields})


def design(**fields: Any) -> Design:
    """One site, one hall, ten H100 racks in one pool, nothing to do."""
    data: dict[str, Any] = {
        "id": "tiny", "name": "Tiny", "first_month": JANUARY, "months": 24,
        "sites": (site(halls=(hall(blocks=(block(),)),)),),
        "pools": (pool(),), "phases": (phase(),), "workloads": (),
    }  # fmt: skip
    return Design(**{**data, **fields})

"""What the pools are for: training runs, serving streams, agent services, batch jobs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from fleetdesigner.design.curves import Month
from fleetdesigner.design.fleet import AmountCurve, Id, Name, Share
from fleetdesigner.values import Value

Dtype = Literal["bf16", "fp8", "fp4"]
Framework = Literal["pytorch", "jax", "vllm"]
DemandUnit = Literal["tokens_per_s", "requests_per_s", "users"]
Tokens = Annotated[int, Field(ge=1, le=100_000_000)]
"""A sequence length or a batch, in tokens."""
Latency = Annotated[float, Field(gt=0, le=1e7)]


class Placing(Value):
    """Pins a share of a pool to the workload from one month up to (not including) another."""

    pool_id: Id
    share: Share
    from_month: Month
    to_month: Month


class Port(Value):
    """The work that makes the workload run on hardware whose software needs a port."""

    start_month: Month
    engineer_weeks: Annotated[float, Field(ge=0, le=1e5)]
    engineers: Annotated[float, Field(gt=0, le=1e4)]
    efficiency: AmountCurve
    """Share of the calibrated throughput reached after the port, by month."""


class WorkloadFields(Value):
    """What every workload has."""

    id: Id
    name: Name
    model_id: Annotated[str, Field(min_length=1, max_length=64)]
    dtype: Dtype = "bf16"
    framework: Framework = "pytorch"
    origin: Literal["internal", "external"] = "internal"
    priority: Annotated[int, Field(ge=1, le=9)] = 5
    """1 is served first."""
    value_usd_per_m_output: Annotated[float, Field(ge=0, le=1e6)] | None = None
    """What a million output (for training: trained) tokens are worth; revenue when external."""
    allow: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=32)] = ()
    """Chip families that may run it; empty = any."""
    pins: Annotated[tuple[Placing, ...], Field(max_length=64)] = ()
    port: Port | None = None


class TrainingRun(WorkloadFields):
    """One synchronous job over `tokens` tokens; its size is not the fleet's size."""

    kind: Literal["training"] = "training"
    tokens: Annotated[float, Field(gt=0, le=1e18)]
    sequence_len: Tokens = 8192
    global_batch_tokens: Annotated[int, Field(ge=1, le=10_000_000_000)] = 4_194_304
    start_month: Month
    due_month: Month | None = None
    chips_min: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    chips_max: Annotated[int, Field(ge=1, le=10_000_000)] = 16_384
    checkpoint_s: Annotated[float, Field(gt=0, le=1e5)] = 30.0
    restart_s: Annotated[float, Field(ge=0, le=1e6)] = 600.0


class Serving(WorkloadFields):
    """A stream of requests with latency targets."""

    kind: Literal["serving"] = "serving"
    demand: AmountCurve
    """Mean of the month, in `demand_unit`."""
    demand_unit: DemandUnit = "tokens_per_s"
    """Output tokens/s, requests/s, or users who each send `requests_per_user_day`."""
    requests_per_user_day: Annotated[float, Field(gt=0, le=10_000)] = 10.0
    input_len: Tokens = 2048
    output_len: Tokens = 512
    cached_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of the input tokens found in the prefix cache."""
    ttft_ms: Latency | None = None
    tpot_ms: Latency | None = None
    peak_to_mean: Annotated[float, Field(ge=1, le=100)] = 1.0


class AgentService(WorkloadFields):
    """Long-lived sessions that hold state between turns."""

    kind: Literal["agent"] = "agent"
    sessions: AmountCurve
    turns_per_hour: Annotated[float, Field(gt=0, le=3600)] = 20.0
    input_len: Tokens = 4096
    output_len: Tokens = 512
    state_tokens: Annotated[int, Field(ge=0, le=100_000_000)] = 32_768
    """Tokens of context that a session holds."""
    idle_share: Share = 0.8
    """Share of a session's life between turns."""
    kv_tier: Literal["hbm", "host", "flash"] = "hbm"
    """Where the state waits between turns."""
    tpot_ms: Latency | None = None


class BatchJob(WorkloadFields):
    """Work that may wait: a queue of tokens each due within some months."""

    kind: Literal["batch"] = "batch"
    demand: AmountCurve
    """Output tokens a month."""
    input_len: Tokens = 4096
    output_len: Tokens = 512
    due_months: Annotated[int, Field(ge=0, le=120)] = 1


Workload = Annotated[TrainingRun | Serving | AgentService | BatchJob, Field(discriminator="kind")]

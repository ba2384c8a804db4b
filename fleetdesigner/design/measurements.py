"""The planner's own measured throughput: one number of one chip and activity, with how it was run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from fleetdesigner.design.fleet import Note
from fleetdesigner.design.workloads import Dtype, Tokens
from fleetdesigner.values import Value

Degree = Annotated[int, Field(ge=1, le=1_000_000)]
CatalogId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.\-]+$")]
Activity = Literal["training", "serving"]
TrainingMetric = Literal["step_s", "tokens_per_s", "tokens_per_s_per_chip"]
ServingMetric = Literal["tpot_ms", "output_tokens_per_s", "output_tokens_per_s_per_chip"]

TRAINING_METRICS: tuple[TrainingMetric, ...] = ("step_s", "tokens_per_s", "tokens_per_s_per_chip")
SERVING_METRICS: tuple[ServingMetric, ...] = (
    "tpot_ms", "output_tokens_per_s", "output_tokens_per_s_per_chip",
)  # fmt: skip
TIMES = frozenset({"step_s", "tpot_ms"})
"""Metrics that grow with time; the others fall with it."""


class Measurement(Value):
    """What was measured and how it was run. It rescales all forecasts of its chip and activity."""

    chip_id: CatalogId
    activity: Activity
    model_id: CatalogId
    dtype: Dtype = "bf16"
    metric: TrainingMetric | ServingMetric
    value: Annotated[float, Field(gt=0, le=1e15)]
    """In the metric: seconds a step, milliseconds a token, or tokens/s of `chips` together or of each."""
    chips: Annotated[int, Field(ge=1, le=10_000_000)] = 8
    """Of the job, or of one serving replica."""
    sequence_len: Tokens = 8192
    global_batch_tokens: Annotated[int, Field(ge=1, le=10_000_000_000)] = 4_194_304
    input_len: Tokens = 2048
    output_len: Tokens = 512
    concurrency: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Requests in flight on the replica; None = as many as fit."""
    tensor: Degree | None = None
    """Layout in chips, as far as it is known; None = the best the model finds."""
    pipeline: Degree | None = None
    micro_batch: Degree | None = None
    """Sequences."""
    recompute: Literal["none", "attention", "full"] | None = None
    source: Note = ""
    date: Annotated[str, Field(max_length=10, pattern=r"^(\d{4}-\d{2}(-\d{2})?)?$")] = ""
    note: Note = ""

    @property
    def key(self) -> str:
        """What edits call it: there is one a chip and activity."""
        return f"{self.chip_id}/{self.activity}"

    @model_validator(mode="after")
    def _metric_is_of_the_activity(self) -> Measurement:
        known: tuple[str, ...] = TRAINING_METRICS if self.activity == "training" else SERVING_METRICS
        if self.metric not in known:
            raise ValueError(f"{self.metric} is no measure of {self.activity}; use {', '.join(known)}")
        return self

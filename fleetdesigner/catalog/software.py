"""What runs: language models, and how ready each chip family's software is for them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.figure import Figure, FigureSpec, SourceText
from fleetdesigner.catalog.hardware import ChipFamily, Generation
from fleetdesigner.values import Value

Attention = Literal["mha", "gqa", "mla", "sliding", "hybrid"]
WorkloadFamily = Literal["dense", "moe", "long_context", "agents"]
Activity = Literal["training", "serving"]
Framework = Literal["pytorch", "jax", "vllm"]
ReadyState = Literal["runs", "beta", "needs_port", "blocked"]

_Count = Annotated[int, Field(ge=0, le=100_000_000)]
_Positive = Annotated[int, Field(ge=1, le=100_000_000)]


class LanguageModel(Entry):
    """A transformer by its published configuration; widths in elements."""

    KIND: ClassVar[str] = "models"

    family: Literal["dense", "moe"]
    source: SourceText
    """Where the architecture was read, mostly the model's public config.json."""
    layers: _Positive
    hidden: _Positive
    heads: _Positive
    kv_heads: _Positive
    head_dim: _Positive
    ffn: _Positive
    """Width of one MLP, of one expert in a mixture."""
    vocab: _Positive
    gated_mlp: bool = True
    tied_embeddings: bool = False
    experts: _Count = 0
    """Routed experts a layer; 0 = dense."""
    top_k: _Count = 0
    shared_experts: _Count = 0
    """Experts that every token visits, counted in widths of ``ffn``."""
    dense_layers: _Count = 0
    """Layers of a mixture that have a plain MLP instead."""
    dense_ffn: _Count = 0
    """Width of the MLP in those layers."""
    attention: Attention
    kv_low_rank: _Count = 0
    """Elements kept a token and layer by MLA (latent + rotary), 0 = plain keys and values."""
    sliding_window: _Count = 0
    """Tokens that a local layer sees; 0 = none."""
    global_layers: _Count | None = None
    """Layers that see the whole context; None = all that are not linear."""
    linear_layers: _Count = 0
    """Layers with linear attention or a recurrent state, which keep no keys and values."""
    context_len: _Count = 0
    """Longest context of the published configuration; 0 = not looked up."""

    params_b: Annotated[Figure | None, FigureSpec("billion", 0.01, 100_000, "all parameters")] = None
    active_params_b: Annotated[
        Figure | None, FigureSpec("billion", 0.01, 100_000, "parameters that one token uses")
    ] = None

    @model_validator(mode="after")
    def _experts_make_sense(self) -> Self:
        if (self.family == "moe") != (self.experts > 0):
            raise ValueError("experts: a mixture (moe) has routed experts, a dense model has none")
        if self.experts and not 1 <= self.top_k <= self.experts:
            raise ValueError(f"top_k: {self.top_k} is not between 1 and {self.experts} experts")
        if self.dense_layers and not self.dense_ffn:
            raise ValueError("dense_ffn: give the MLP width of the dense layers")
        if self.dense_layers > self.layers or self.linear_layers > self.layers:
            raise ValueError("dense_layers: more of a sort of layer than layers")
        if (self.attention == "mla") != (self.kv_low_rank > 0):
            raise ValueError("kv_low_rank: MLA, and only MLA, keeps a low-rank state")
        return self

    @property
    def full_context_layers(self) -> int:
        """Layers whose keys and values grow with the whole context."""
        if self.global_layers is not None:
            return self.global_layers
        return self.layers - self.linear_layers

    @property
    def windowed_layers(self) -> int:
        """Layers that keep at most ``sliding_window`` tokens."""
        return self.layers - self.linear_layers - self.full_context_layers if self.sliding_window else 0

    @property
    def kv_elements_per_token_layer(self) -> int:
        """Elements of keys and values a token leaves in one attention layer."""
        return self.kv_low_rank or 2 * self.kv_heads * self.head_dim


class ReadinessRow(Value):
    """How ready one (workload family, activity, framework) is, since when, and what a port costs."""

    workload: WorkloadFamily
    activity: Activity
    framework: Framework
    state: ReadyState
    since: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    """Month from which the state holds."""
    source: SourceText
    note: str = ""
    efficiency: Figure | None = None
    """0–1, factor on the throughput of the calibrated model, today; absent when blocked."""
    efficiency_mature: Figure | None = None
    """The same once the stack has matured."""
    mature_months: Figure | None = None
    """Months from ``since`` until then."""
    port_engineer_weeks: Figure | None = None
    """Engineer-weeks to bring a workload over."""

    @property
    def key(self) -> str:
        """Address of the row: ``moe_serving_vllm``."""
        return f"{self.workload}_{self.activity}_{self.framework}"


class Readiness(Entry):
    """The software of one or more chip generations. Figure fields are ``<row key>_<figure>``."""

    KIND: ClassVar[str] = "readiness"
    ROW_FIGURES: ClassVar[dict[str, FigureSpec]] = {
        "efficiency": FigureSpec("factor", 0, 1.2, "throughput relative to the calibrated model, today"),
        "efficiency_mature": FigureSpec("factor", 0, 1.2, "throughput relative to it once mature"),
        "mature_months": FigureSpec("months", 0, 120, "months until mature"),
        "port_engineer_weeks": FigureSpec("engineer-weeks", 0, 2000, "work to bring a workload over"),
    }

    generations: tuple[Generation, ...]
    families: tuple[ChipFamily, ...] = ()
    """Narrows the generations to these chip families; empty = all of them."""
    rows: tuple[ReadinessRow, ...]

    def covers(self, family: str, generation: str) -> bool:
        """Whether the table speaks about chips of this family and generation."""
        return generation in self.generations and (not self.families or family in self.families)

    def row(self, workload: str, activity: str, framework: str) -> ReadinessRow | None:
        """The row of a combination, None when nothing is known about it."""
        key = f"{workload}_{activity}_{framework}"
        return next((row for row in self.rows if row.key == key), None)

    def field_names(self) -> tuple[str, ...]:
        """One name for each row and figure: ``moe_serving_vllm_efficiency``."""
        return tuple(f"{row.key}_{name}" for row in self.rows for name in self.ROW_FIGURES)

    def spec(self, field: str) -> FigureSpec:
        """Unit, range and description of ``<row key>_<figure>``."""
        return self.ROW_FIGURES[self._split(field)[1]]

    def figure(self, field: str) -> Figure | None:
        """The figure of ``<row key>_<figure>``, None when absent."""
        at, name = self._split(field)
        found: Figure | None = getattr(self.rows[at], name)
        return found

    def _with_checked_figure(self, field: str, figure: Figure | None) -> Self:
        at, name = self._split(field)
        changed = self.rows[at].model_copy(update={name: figure})
        return self.model_copy(update={"rows": (*self.rows[:at], changed, *self.rows[at + 1 :])})

    def _split(self, field: str) -> tuple[int, str]:
        for at, row in enumerate(self.rows):
            name = field.removeprefix(f"{row.key}_")
            if name != field and name in self.ROW_FIGURES:
                return at, name
        raise self._no_field(field)

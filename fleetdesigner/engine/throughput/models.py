"""What the equations need to know of a language model: widths, parameter counts, state per token.

THROUGHPUT §2: attention parameters of a layer A = h d (H + 2 k_v) + d H h (multi-head latent attention: its
low-rank sum, arXiv 2412.19437 §2.1.1), one expert X = g h f.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from fleetdesigner.catalog.software import LanguageModel

LATENT_VALUES = 576.0
"""Latent attention keeps 512 latent + 64 rotary values a token and layer (arXiv 2412.19437 §4.2)."""
SPARSE_WINDOW = 2048.0
"""Tokens a sparse-attention head reads of a longer context (arXiv 2512.02556 §2.1)."""
SPARSE_INDEX_WIDTH = 132.0
"""Index key a token and layer that sparse attention reads over the whole context: 128 B at fp8 + scale."""


@dataclass(frozen=True, slots=True)
class ModelShape:
    """Architecture of one language model; counts as floats so that arrays of many stack without casts."""

    name: str
    layers: float
    hidden: float
    heads: float
    kv_heads: float
    head_dim: float
    ffn: float
    vocab: float
    gated: bool
    experts: float
    """0 for a dense model."""
    top_k: float
    shared_experts: float
    dense_layers: float
    """Leading layers with an ordinary MLP in a mixture-of-experts model; 0 for a dense model."""
    dense_ffn: float
    latent: bool
    """Multi-head latent attention."""
    state_values: float
    """Values of context kept a token and attending layer: 2 k_v d, latent attention 576."""
    full_layers: float
    """Layers that attend to the whole context."""
    windowed_layers: float
    """Layers that attend to the last ``window`` tokens (sparse attention: to as many chosen ones)."""
    window: float
    indexed: bool = False
    """Sparse attention: keys of an index are kept for, and read over, the whole context."""

    @property
    def family(self) -> Literal["dense", "moe"]:
        """Class that bands and factors are kept by."""
        return "moe" if self.experts > 0 else "dense"

    @property
    def value_dim(self) -> float:
        """Width of one value head: latent attention has 128 values beside 128 + 64 keys."""
        if self.latent:
            return 128.0 if self.head_dim <= 192 else self.head_dim
        return self.head_dim

    @property
    def recurrent_layers(self) -> float:
        """Layers that keep a state of fixed size in place of keys and values."""
        return self.layers - self.full_layers - self.windowed_layers

    @property
    def attention_params(self) -> float:
        """Attention parameters of one layer (A in THROUGHPUT §2)."""
        h, d, heads = self.hidden, self.head_dim, self.heads
        if not self.latent:
            return h * d * (heads + 2.0 * self.kv_heads) + d * heads * h
        latent_q = 1536.0 if d <= 192 else 2048.0
        rotary, latent_kv, v = 64.0, 512.0, self.value_dim
        return (
            h * latent_q
            + latent_q * heads * d
            + h * (latent_kv + rotary)
            + latent_kv * heads * (d - rotary + v)
            + heads * v * h
        )

    @property
    def mlp_factor(self) -> float:
        """g: 3 matrices in a gated MLP, else 2."""
        return 3.0 if self.gated else 2.0

    @property
    def expert_params(self) -> float:
        """Parameters of one expert, or of the MLP of a dense layer (X = g h f)."""
        return self.mlp_factor * self.hidden * self.ffn

    @property
    def moe_layers(self) -> float:
        """Layers with experts."""
        return self.layers - self.dense_layers if self.experts > 0 else 0.0

    @property
    def plain_params(self) -> float:
        """Parameters every token passes in all layers: attention, dense MLPs, shared experts, routers."""
        total = self.layers * self.attention_params
        if self.experts <= 0:
            return total + self.layers * self.expert_params
        dense_mlp = self.mlp_factor * self.hidden * self.dense_ffn
        return (
            total
            + self.dense_layers * dense_mlp
            + self.moe_layers * (self.shared_experts * self.expert_params + self.hidden * self.experts)
        )

    @property
    def routed_params(self) -> float:
        """Parameters of all routed experts."""
        return self.moe_layers * self.experts * self.expert_params

    @property
    def routed_active_params(self) -> float:
        """Parameters of the routed experts that one token passes."""
        return self.moe_layers * self.top_k * self.expert_params

    @property
    def linear_params(self) -> float:
        """Active linear parameters of a token, without embedding and head (N)."""
        return self.plain_params + self.routed_active_params

    @property
    def head_params(self) -> float:
        """Output projection, h V."""
        return self.hidden * self.vocab

    @property
    def total_params(self) -> float:
        """All parameters, with embedding and output projection apart."""
        return self.plain_params + self.routed_params + 2.0 * self.head_params

    @property
    def active_params(self) -> float:
        """Parameters a token passes, the embedding row aside."""
        return self.linear_params + self.head_params

    @property
    def recurrent_values(self) -> float:
        """Values of fixed state a sequence and recurrent layer: value width 2 h times key width 128."""
        return 2.0 * self.hidden * 128.0

    @property
    def index_bytes_per_token(self) -> float:
        """Bytes a token and layer that sparse attention keeps to choose what it reads."""
        return SPARSE_INDEX_WIDTH if self.indexed else 0.0

    def kv_bytes_per_token(self, bytes_per_value: float = 2.0) -> float:
        """Bytes one more token of a long context takes in all layers; layers with a window stop growing."""
        growing = self.full_layers + (self.windowed_layers if self.indexed else 0.0)
        return growing * (self.state_values * bytes_per_value + self.index_bytes_per_token)

    def kv_bytes(self, context: float, bytes_per_value: float = 2.0) -> float:
        """Bytes of keys, values and fixed states that one sequence of ``context`` tokens holds."""
        windowed = 0.0 if self.indexed else self.windowed_layers * min(context, self.window)
        return (
            context * self.kv_bytes_per_token(bytes_per_value)
            + windowed * self.state_values * bytes_per_value
            + self.recurrent_layers * self.recurrent_values * bytes_per_value
        )


def model_shape(entry: LanguageModel) -> ModelShape:
    """The shape of a catalog entry."""
    windowed = float(entry.windowed_layers)
    return ModelShape(
        name=entry.id,
        layers=float(entry.layers),
        hidden=float(entry.hidden),
        heads=float(entry.heads),
        kv_heads=float(entry.kv_heads),
        head_dim=float(entry.head_dim),
        ffn=float(entry.ffn),
        vocab=float(entry.vocab),
        gated=entry.gated_mlp,
        experts=float(entry.experts),
        top_k=float(entry.top_k),
        shared_experts=float(entry.shared_experts),
        dense_layers=float(entry.dense_layers),
        dense_ffn=float(entry.dense_ffn or entry.ffn),
        latent=entry.attention == "mla",
        state_values=float(entry.kv_elements_per_token_layer),
        full_layers=float(entry.full_context_layers),
        windowed_layers=windowed,
        window=float(entry.sliding_window) if windowed else math.inf,
    )


def _number_after(text: str, mark: str, default: float) -> float:
    rest = text.partition(mark)[2]
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return float(digits) if digits else default


def from_point(point: Mapping[str, Any]) -> ModelShape | str:
    """The shape a measured point describes, or the sentence that says what it lacks."""
    missing = [key for key in ("layers", "hidden", "heads") if not point.get(key)]
    if missing:
        return f"the point gives no {', '.join(missing)} of {point.get('model', 'the model')}"
    heads, hidden = float(point["heads"]), float(point["hidden"])
    gated = point.get("gated_mlp")
    experts = float(point.get("experts") or 0.0)
    ffn = float(point.get("ffn") or 4.0 * hidden)
    layers = float(point["layers"])
    kv_heads = float(point.get("kv_heads") or heads)
    head_dim = float(point.get("head_dim") or hidden / heads)
    attention = str(point.get("attention") or "gqa")
    full, windowed, window = _attention_layers(attention, layers)
    return ModelShape(
        name=str(point.get("model", "")),
        layers=layers,
        hidden=hidden,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=head_dim,
        ffn=ffn,
        vocab=float(point.get("vocab") or 50_000.0),
        gated=True if gated is None else bool(gated),
        experts=experts,
        top_k=float(point.get("top_k") or 1.0) if experts else 0.0,
        shared_experts=float(point.get("shared_experts") or 0.0),
        dense_layers=float(point.get("dense_layers") or 0.0) if experts else 0.0,
        dense_ffn=float(point.get("dense_ffn") or ffn),
        latent=attention.startswith("mla"),
        state_values=LATENT_VALUES if attention.startswith("mla") else 2.0 * kv_heads * head_dim,
        full_layers=full,
        windowed_layers=windowed,
        window=window,
        indexed="sparse" in attention,
    )


def _attention_layers(attention: str, layers: float) -> tuple[float, float, float]:
    """(layers that see all, layers with a window, the window) of the texts that measured points carry."""
    if "sparse" in attention:
        return 0.0, layers, SPARSE_WINDOW
    if "+swa" in attention:
        return layers / 2.0, layers / 2.0, _number_after(attention, "+swa", 4096.0)
    if attention.startswith("hybrid"):
        return layers / _number_after(attention, "1 of ", 4.0), 0.0, math.inf
    return layers, 0.0, math.inf

"""All layouts of a training job that are worth trying, and the rules that a layout must keep.

The space: tensor, pipeline, context and expert parallelism in powers of two, data parallelism on the chips
that are left, virtual stages, micro batches of 1, 2 or 4 sequences (1 where they are long), optimizer states
sharded or everything sharded (FSDP). Recompute is the search's own axis: see ``training_search``.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.throughput.models import ModelShape
from fleetdesigner.engine.throughput.plans import Layout

COLUMNS = ("tensor", "pipeline", "context", "expert", "data", "virtual", "micro", "sharded")
"""Columns of a layout grid, in order."""

Grid = NDArray[np.float64]
"""Shape (n, len(COLUMNS))."""

MOST_TENSOR, MOST_PIPELINE, MOST_CONTEXT = 64, 64, 16
MICRO_BATCHES = (1, 2, 4)
MICRO_TOKENS = 32_768.0
"""Tokens of a micro batch of more than one sequence, at most: beyond that products are full anyway."""
MOST_VIRTUAL = 20
"""Chunks of layers a stage, at most: the largest in any published configuration."""
LONG_SEQUENCE = 4096.0
"""Tokens that a context rank keeps at least, but where a step has few sequences for its chips."""
SHORTEST_SHARE = 512.0
"""Tokens that a context rank keeps at least in any case."""
ENDS = 2
"""Embedding and output projection, which pipelines may count as layers when they deal them out."""


def layout_fault(model: ModelShape, layout: Layout, n_chips: int, sequences: float) -> str | None:
    """Why no software could run a layout, None when it could. Memory is not judged here."""
    x = layout
    degrees = {
        "tensor": x.tensor, "pipeline": x.pipeline, "context": x.context, "expert": x.expert,
        "data": x.data, "virtual": x.virtual, "micro": x.micro,
    }  # fmt: skip
    low = next((name for name, degree in degrees.items() if not degree >= 1), None)
    if low is not None:
        return f"{low} degree {degrees[low]:g} is below 1"
    if model.heads % x.tensor:
        return f"{model.heads:.0f} heads do not divide over {x.tensor} tensor ranks"
    if x.pipeline > model.layers:
        return f"{x.pipeline} pipeline stages are more than {model.layers:.0f} layers"
    if x.pipeline * x.virtual > model.layers + ENDS:
        return f"{x.pipeline} × {x.virtual} virtual stages are more than {model.layers:.0f} layers"
    if x.virtual > 1 and x.pipeline == 1:
        return "virtual stages need a pipeline"
    if x.sharded and x.pipeline > 1:
        return "fully sharded data parallelism is searched and offered without a pipeline"
    if x.expert > 1 and (model.experts < 1 or model.experts % x.expert):
        return f"{model.experts:.0f} experts do not divide over {x.expert} expert ranks"
    ranks = x.tensor * x.context * x.data
    if ranks % x.expert:
        return f"{x.expert} expert ranks do not divide the {ranks} ranks of a stage"
    chips = ranks * x.pipeline
    if chips > n_chips:
        return f"the layout takes {chips:,} chips of {n_chips:,}"
    if x.data * x.micro > sequences:
        return f"{x.data} × {x.micro:g} sequences at once are more than the {sequences:g} of a step"
    return None


def powers(most: float) -> list[int]:
    """Powers of two from 1 to ``most``."""
    return [1 << at for at in range(int(max(most, 1.0)).bit_length())]


def virtual_stages(layers: int, stages: int) -> list[int]:
    """Chunks of layers a stage: those that deal layers (and ends) out evenly, and 1, 2, 4, 8."""
    if stages == 1:
        return [1]
    return [
        v
        for v in range(1, min(MOST_VIRTUAL, (layers + ENDS) // stages) + 1)
        if v in (1, 2, 4, 8) or not layers % (stages * v) or not (layers + ENDS) % (stages * v)
    ] or [1]


def context_most(seq_len: float, sequences: float, n_chips: int) -> int:
    """Largest degree of context parallelism worth trying: long sequences, or fewer of them than chips."""
    few = sequences * 8.0 <= n_chips
    return int(max(1.0, min(MOST_CONTEXT, seq_len // (SHORTEST_SHARE if few else LONG_SEQUENCE))))


def micro_batches(seq_len: float) -> tuple[int, ...]:
    """Sequences of a micro batch worth trying: one, and more while they are short."""
    return tuple(b for b in MICRO_BATCHES if b == 1 or b * seq_len <= MICRO_TOKENS)


@lru_cache(maxsize=256)
def layout_grid(
    n_chips: int,
    domain: int,
    layers: int,
    heads: int,
    experts: int,
    context: int,
    sequences: float,
    micro: tuple[int, ...] = MICRO_BATCHES,
) -> Grid:
    """All layouts worth trying of a job, shape (n, len(COLUMNS)); depends on counts alone.

    ``context`` is the largest degree of context parallelism, ``sequences`` those of a step, ``micro`` the
    sequences of a micro batch to try.
    """
    tensor = [t for t in powers(min(domain, heads, n_chips, MOST_TENSOR)) if not heads % t]
    stages = [
        (p, v, 0)
        for p in powers(min(layers, n_chips, MOST_PIPELINE))
        for v in virtual_stages(layers, p)
    ]  # fmt: skip
    stages.append((1, 1, 1))
    expert = [e for e in powers(min(experts, n_chips)) if not experts % e] if experts else [1]
    axes = (tensor, range(len(stages)), powers(context), expert, micro)
    t, at, c, e, b = (
        axis.ravel()
        for axis in np.meshgrid(*(np.array(axis, dtype=np.float64) for axis in axes), indexing="ij")
    )
    p, v, f = np.array(stages, dtype=np.float64)[at.astype(np.int64)].T
    most = np.minimum(np.floor(n_chips / (t * p * c)), np.floor(sequences / b))
    step = np.maximum(1.0, e / (t * c))  # ranks of a stage divide into whole expert groups
    data = np.floor(most / step) * step
    grid: Grid = np.stack([t, p, c, e, data, v, b, f], axis=1)[data >= 1.0]
    grid.setflags(write=False)
    return grid

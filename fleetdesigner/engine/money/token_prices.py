"""What the tokens of a workload cost where they are bought: the prices of a phase's book, by model.

Axes: F phases, W workloads, P parts, R rows, M months. The systems of such a phase stand for the
capacity that is bought: they limit what is served and cost nothing themselves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Catalog, PriceBook
from fleetdesigner.design.fleet import Phase, Tokens
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Serving, TrainingRun, Workload
from fleetdesigner.engine.assumptions.in_force import Assumptions
from fleetdesigner.engine.fleet.figures import Figures, Gap, value
from fleetdesigner.engine.fleet.table import FleetTable
from fleetdesigner.engine.work.growth import growth_of

Array = NDArray[np.float64]

NEED = "token_price"
PRICE_OF = "token price of"
"""How the field of a gap begins."""
TRAINING = f"{PRICE_OF} training, which cannot be bought by the token"


@dataclass(frozen=True, slots=True, eq=False)
class TokenPrices:
    """0 in phases that buy no tokens; NaN where the book does not sell the workload's model."""

    output: Array
    """[F, W] USD a million output tokens"""
    input: Array
    """[F, W] USD a million input tokens, the share found in the cache at its own price"""
    gaps: tuple[Gap, ...]
    """Each of one workload."""


def cached_share(work: Workload) -> float:
    """Share of the input tokens found in the prefix cache."""
    return work.cached_share if isinstance(work, Serving) else 0.0


def input_ratios(design: Design, assumptions: Assumptions) -> Array:
    """[W, M] input tokens an output token; 0 for training, and one row of 0 where there is no work."""
    each = [0.0 if w.kind == "training" else w.input_len / w.output_len for w in design.workloads]
    return np.outer(each or [0.0], growth_of(assumptions).contexts)


def token_prices_of(design: Design, fleet: FleetTable, catalog: Catalog) -> TokenPrices:
    """The prices of every phase that buys tokens. The books are known to exist (``figures_of``)."""
    shape = len(design.phases), len(design.workloads)
    output, taken, gaps = np.zeros(shape), np.zeros(shape), []
    for at, phase in enumerate(design.phases):
        if not isinstance(phase.ownership, Tokens):
            continue
        book = catalog.price_book(phase.ownership.price_book_id)
        rows = tuple(np.flatnonzero(fleet.row_phase == at).tolist())
        for one, work in enumerate(design.workloads):
            output[at, one], taken[at, one] = _asked(book, work)
            if rows and math.isnan(output[at, one] + taken[at, one]):
                what = TRAINING if isinstance(work, TrainingRun) else f"{PRICE_OF} {work.model_id}"
                gaps.append(Gap(book.ref, what, NEED, rows, one))
    return TokenPrices(output, taken, tuple(gaps))


def _asked(book: PriceBook, work: Workload) -> tuple[float, float]:
    """USD a million (output, input) tokens; NaN for both where the book does not sell them."""
    row = book.tokens_of(work.model_id)
    if row is None or isinstance(work, TrainingRun):
        return math.nan, math.nan
    whole, cached = row.usd_per_million_input, row.usd_per_million_cached
    share = cached_share(work)
    each = value(whole)
    if share and cached is not None:
        each = (1.0 - share) * each + share * cached.value
    return value(row.usd_per_million_output), each


def token_rows(fleet: FleetTable, phases: Sequence[Phase], figures: Figures) -> Array:
    """[R, M] share of a part's chips in service that stand in a row; 0 in rows that buy no tokens and in rows
    of no part.
    """
    buys = np.array([isinstance(phase.ownership, Tokens) for phase in phases], dtype=bool)[fleet.row_phase]
    if not buys.any():
        return np.zeros_like(fleet.active)
    held = fleet.active * figures.chips[fleet.row_rack][:, None]
    whole = np.concatenate([fleet.by_part @ held, np.zeros((1, fleet.months))])[fleet.row_part]
    share = np.divide(held, whole, out=np.zeros_like(held), where=whole > 0)
    return np.where(buys[:, None], share, 0.0)

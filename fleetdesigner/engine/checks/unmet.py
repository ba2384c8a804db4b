"""What keeps a workload's demand unmet, in words, and the remedy that fits the limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from fleetdesigner.design.edits import set_field
from fleetdesigner.design.workloads import AgentService
from fleetdesigner.engine.checks.context import CheckContext
from fleetdesigner.engine.results import Remedy
from fleetdesigner.engine.work.unmet_causes import (
    CAUSES,
    FULL,
    LATENCY,
    MEMORY,
    POWER,
    SERVICE,
    SOFTWARE,
    Array,
)
from fleetdesigner.units import digits, month_text, text

WORTH_NAMING = 0.05
"""Share of what is unmet below which a cause is not named."""
_PHASES_NAMED = 2


def shares_of(context: CheckContext, rows: Sequence[int], months: Sequence[int]) -> list[Array]:
    """[C] share of each cause in what workloads `rows` lack, each in its own month."""
    if context.causes is None:
        return [np.zeros(len(CAUSES))] * len(rows)
    each, where = np.unique(np.array(months, dtype=np.int64), return_inverse=True)
    found = context.causes(each)[:, rows, where].T
    return [np.asarray(one / max(one.sum(), 1e-300)) for one in found]


def words(shares: Array) -> str:
    """``Pools full 70 %, power or cooling 30 %.``, the largest first; nothing for pools that are full."""
    order = [at for at in np.argsort(-shares, kind="stable").tolist() if shares[at] >= WORTH_NAMING]
    if not order or order == [FULL]:
        return ""
    said = ", ".join(f"{CAUSES[at].name.lower()} {digits(shares[at] * 100, 2)} %" for at in order)
    return f"{said[0].upper()}{said[1:]}."


def remedies(context: CheckContext, row: int, month: int, shares: Array, unmet: float) -> Iterator[Remedy]:
    """What helps against the limits that count, the largest first."""
    for at in np.argsort(-shares, kind="stable").tolist():
        if shares[at] < WORTH_NAMING:
            return
        remedy = _REMEDIES.get(at, _none)(context, row, month, unmet * float(shares[at]))
        if remedy is not None:
            yield remedy


def _power(context: CheckContext, row: int, month: int, lacks: float) -> Remedy:
    return Remedy(
        "Give it more power or cooling",
        f"Chips that limits hold back could serve {text(lacks, 'token/s')} of it.",
    )


def _software(context: CheckContext, row: int, month: int, lacks: float) -> Remedy:
    idle = f"Idle chips could serve {text(lacks, 'token/s')} of it, were their software ready."
    if context.design.workloads[row].port is None:
        return Remedy("Plan a port", idle)
    return Remedy("Begin its port earlier, or with more engineers", idle)


def _memory(context: CheckContext, row: int, month: int, lacks: float) -> Remedy | None:
    work = context.design.workloads[row]
    if isinstance(work, AgentService) and work.kv_tier == "hbm" and work.state_tokens:
        return Remedy(
            "Keep waiting state in host memory",
            "Chips then hold only the sessions that they decode.",
            (set_field(f"workload:{work.id}", "kv_tier", "host"),),
        )
    return Remedy("Shorten its context, or give it chips with more memory", "")


def _service(context: CheckContext, row: int, month: int, lacks: float) -> Remedy:
    now = context.month(month)
    comes = [one for one in context.arrivals if one[0] > now]
    named = [f"{name} ({month_text(at)})" for at, name in comes[:_PHASES_NAMED]]
    if not named:
        return Remedy("Get its hall ready earlier", "Its racks have landed.")
    more = f" and {len(comes) - len(named)} more" if len(comes) > len(named) else ""
    return Remedy(
        "Order earlier what the plan already has",
        f"Still to come: {', '.join(named)}{more}. Together {text(lacks, 'token/s')} of it.",
    )


def _latency(context: CheckContext, row: int, month: int, lacks: float) -> Remedy:
    return Remedy("Relax its latency target", f"Chips that cannot meet it stand idle: {_why(context, row)}.")


def _why(context: CheckContext, row: int) -> str:
    reasons = context.dispatch.inputs.zero_reason
    return next((part[row] for part in reasons if "cannot be met" in part[row]), "see its pools")


def _full(context: CheckContext, row: int, month: int, lacks: float) -> Remedy | None:
    given = context.dispatch.inputs
    chips = given.chips[context.sample, month]
    rate = np.nan_to_num(given.rate[context.sample, month, :, row])
    each = np.divide(rate, chips, out=np.zeros_like(chips), where=chips > 0)
    part = int(each.argmax()) if len(each) else 0
    if not len(each) or each[part] <= 0:
        return None
    peak = float(np.broadcast_to(given.peak_to_mean, (given.shape[0], given.shape[3]))[context.sample, row])
    chips_more = float(np.ceil(lacks * peak / each[part] - 1e-6))
    return Remedy(
        f"Add about {text(chips_more, 'chip')} chips to {context.parts[part].name}",
        "At the speed that its chips there have in that month.",
    )


def _none(context: CheckContext, row: int, month: int, lacks: float) -> Remedy | None:
    """No pool for it: what it may use is the remedy, offered beside."""
    return None


_REMEDIES = {
    POWER: _power, SOFTWARE: _software, MEMORY: _memory, SERVICE: _service, LATENCY: _latency, FULL: _full,
}  # fmt: skip

"""Work that is not done: demand unmet, runs that do not end, workloads that nothing may run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from fleetdesigner.design.edits import set_field
from fleetdesigner.design.scenarios import SetField
from fleetdesigner.design.workloads import TrainingRun, Workload
from fleetdesigner.engine.checks.context import CheckContext
from fleetdesigner.engine.checks.unmet import remedies, shares_of, words
from fleetdesigner.engine.dispatch import MONTH_S, REASONS, reason, reason_codes
from fleetdesigner.engine.results import Finding, Remedy
from fleetdesigner.units import digits, month_text, text

WORTH_TELLING = 1e-6
"""Share of the demand below which unmet demand is rounding."""
NAMED = 3
"""Pools that a sentence names."""
_TELLING = ("no power", "not ready", "no memory", "pinned elsewhere", "too few chips left", "pool full")
"""Reasons that explain a gap; the others (no demand, not in service …) explain a zero."""


def unmet_demand(context: CheckContext) -> Iterator[Finding]:
    """A stream, an agent service or a batch job gets less than it wants."""
    asked, unmet = context.dispatch.inputs.demand[context.sample], context.dispatch.unmet[context.sample]
    gap = unmet > WORTH_TELLING * np.maximum(asked.max(axis=0, initial=0.0), 1e-300)
    begins, peaks = gap.argmax(axis=0), unmet.argmax(axis=0)
    rows = [
        row
        for row, work in enumerate(context.design.workloads)
        if gap[begins[row], row] and not isinstance(work, TrainingRun) and not _nowhere(context, row)
    ]
    months = [int(peaks[row]) for row in rows]
    if not rows:
        return
    causes = shares_of(context, rows, months)
    held_back = _held_back(context, rows, months)
    for row, worst, (limit, contested), shares in zip(rows, months, held_back, causes, strict=True):
        work, first = context.design.workloads[row], int(begins[row])
        # what a batch job loses in a month came earlier: name the amount, not a share of this month
        share = "" if work.kind == "batch" else f" of {text(asked[worst, row], 'token/s')}"
        yield Finding(
            "warning",
            "unmet_demand",
            f"workload:{work.id}",
            f"{_named(work)}: {text(unmet[worst, row], 'token/s')}{share} unmet in {context.when(worst)}",
            " ".join(filter(None, (f"From {context.when(first)}.", words(shares), limit))),
            context.month(first),
            (
                *_more_capacity(context, row, work, contested),
                *remedies(context, row, worst, shares, float(unmet[worst, row])),
            ),
        )


def run_not_finished(context: CheckContext) -> Iterator[Finding]:
    """A training run ends beyond the horizon, or after the month in which it is due."""
    for row, work in enumerate(context.design.workloads):
        if not isinstance(work, TrainingRun) or _nowhere(context, row):
            continue
        progress = float(context.dispatch.progress[context.sample, -1, row])
        finish = float(context.dispatch.finish[context.sample, row])
        if np.isnan(finish):
            last = context.months - 1
            ((limit, contested),) = _held_back(context, [row], [last])
            yield Finding(
                "warning",
                "run_not_finished",
                f"workload:{work.id}",
                f"{_named(work)}: ends at {text(progress, 'fraction')} in the horizon",
                f"{text(work.tokens * (1 - progress), 'token')} of {text(work.tokens, 'token')} are left in "
                f"{context.when(last)}. {limit}".strip(),
                context.month(last),
                (*_larger_job(context, row, work, progress), *_more_capacity(context, row, work, contested)),
            )
        elif work.due_month is not None and context.design.first_month + finish > work.due_month + 1e-9:
            ((_, contested),) = _held_back(context, [row], [max(int(finish) - 1, 0)])
            late = context.design.first_month + finish - work.due_month
            yield Finding(
                "warning",
                "run_not_finished",
                f"workload:{work.id}",
                f"{_named(work)}: finishes in {context.when(int(finish))}, due {month_text(work.due_month)}",
                f"{digits(late)} months late.",
                work.due_month,
                (
                    *_larger_job(context, row, work, 1.0),
                    *_more_capacity(context, row, work, contested),
                ),
            )


def no_pool_may_run(context: CheckContext) -> Iterator[Finding]:
    """No part can run the workload in any month."""
    for row, work in enumerate(context.design.workloads):
        if not context.parts or not _nowhere(context, row) or not _wants(context, row):
            continue
        why = dict.fromkeys(
            f"{part.name}: {words}"
            for index, part in enumerate(context.parts)
            if (words := _why_never(context, index, row))
        )
        remedies: tuple[Remedy, ...] = ()
        if work.allow:
            remedies = (
                Remedy(
                    "Allow every chip family",
                    f"Now only {', '.join(work.allow)}.",
                    (set_field(f"workload:{work.id}", "allow", ()),),
                ),
            )
        yield Finding(
            "error",
            "no_pool_may_run",
            f"workload:{work.id}",
            f"{_named(work)}: no pool can run it",
            "; ".join(list(why)[:4]) + ".",
            None,
            remedies,
        )


def _named(work: Workload) -> str:
    return work.name or work.id


def _nowhere(context: CheckContext, row: int) -> bool:
    return not context.able[row]


def _wants(context: CheckContext, row: int) -> bool:
    given = context.dispatch.inputs
    return bool((given.demand[context.sample, :, row] > 0).any() or given.tokens[context.sample, row] > 0)


def _why_never(context: CheckContext, part: int, row: int) -> str:
    alive = context.dispatch.inputs.chips[context.sample][:, part] > 0
    if not alive.any():
        return "not in service"
    return reason(context.dispatch, part, row, int(alive.argmax()), context.sample)


def _held_back(context: CheckContext, rows: Sequence[int], months: Sequence[int]) -> list[tuple[str, bool]]:
    """Of workloads, each in one month: what keeps the parts from doing more, and whether others hold capacity
    that it could use.
    """
    found, sample, parts = context.dispatch, context.sample, len(context.parts)
    at = np.array(months, dtype=np.int64)
    each, where = np.unique(at, return_inverse=True)
    codes = reason_codes(found, sample, each)[where, :parts, rows].tolist()
    idle, share = found.idle[sample][at, :parts], found.share[sample][at, :parts]
    able = found.inputs.rate[sample][at, :parts, rows] > 0
    others = share.sum(axis=2) - share[np.arange(len(rows)), :, rows] > 0
    contested = (able & (idle <= 0) & others).any(axis=1).tolist()
    full = (idle <= 1e-9).tolist()
    return [(_limit(context, row, codes[one], full[one]), contested[one]) for one, row in enumerate(rows)]


def _limit(context: CheckContext, row: int, codes: list[int], full: list[bool]) -> str:
    held = [REASONS[code] for code in codes]
    if all(word == "not in service" for word in held):
        return "Nothing is in service then."
    said: dict[str, dict[str, None]] = {}
    for part, word in enumerate(held):
        if word == "runs" and full[part]:
            word = "pool full"
        if word in _TELLING:
            if word == "not ready" and context.dispatch.inputs.zero_reason:
                word = context.dispatch.inputs.zero_reason[part][row]
            said.setdefault(word, {})[context.parts[part].name] = None
    return " ".join(f"{_few(list(names))}: {word}." for word, names in said.items())


def _few(names: list[str]) -> str:
    return (
        ", ".join(names)
        if len(names) <= NAMED
        else f"{', '.join(names[: NAMED - 1])} and {len(names) - NAMED + 1} more"
    )


def _more_capacity(context: CheckContext, at: int, work: Workload, contested: bool) -> Iterator[Remedy]:
    ahead = [
        other.name or other.id
        for index, other in enumerate(context.design.workloads)
        if index != at and other.priority <= work.priority
    ]
    if work.priority > 1 and ahead and contested:
        best = max(1, min(other.priority for other in context.design.workloads) - 1)
        best = min(best, work.priority - 1)
        yield Remedy(
            f"Serve {_named(work)} first",
            f"Takes capacity from {', '.join(ahead[:3])}{' …' if len(ahead) > 3 else ''}.",
            (_set_priority(work.id, best),),
        )
    if work.allow:
        yield Remedy(
            "Allow every chip family",
            f"Now only {', '.join(work.allow)}.",
            (set_field(f"workload:{work.id}", "allow", ()),),
        )


@lru_cache(maxsize=256)  # the text of an edit takes longer than all else in the remedy
def _set_priority(work_id: str, priority: int) -> SetField:
    return set_field(f"workload:{work_id}", "priority", priority)


def _larger_job(context: CheckContext, row: int, work: TrainingRun, progress: float) -> Iterator[Remedy]:
    """Let the job grow where its own ceiling, not the pool, holds it back."""
    given, found = context.dispatch.inputs, context.dispatch
    chips = found.share[context.sample, :, :, row] * given.chips[context.sample]
    used, free = (
        float(chips.sum(axis=1).max(initial=0.0)),
        float((found.idle[context.sample] * given.chips[context.sample]).max(initial=0.0)),
    )
    if used < work.chips_max * (1 - 1e-9) or free < 0.25 * used or progress <= 0:
        return
    larger = int(min(2 * work.chips_max, used + free))
    rate = text(found.served[context.sample, :, row].max() * MONTH_S, "token")
    yield Remedy(
        f"Let it use {text(larger, 'chip')} chips",
        f"Held to {text(float(work.chips_max), 'chip')} now, which train {rate} a month.",
        (set_field(f"workload:{work.id}", "chips_max", larger),),
    )

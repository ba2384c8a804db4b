"""Work that may wait: a batch queue with a due date, a training run that ends when its tokens are trained.

Month is the last axis. These are the only places where one month's answer depends on earlier months.
"""

from __future__ import annotations

import numpy as np

from fleetdesigner.engine.dispatch.inputs import ROUNDING, Floats, Ints


def queue(arrivals: Floats, capacity: Floats, due: Ints) -> tuple[Floats, Floats, Floats]:
    """First in, first out, all arrays [S,M] in one unit of work a month, `due` [S] in months.

    Returns what is served, what falls due undone and leaves the queue, and what waits at the month's end.
    Work of month m may be done in months m … m + due. With A and C the cumulative arrivals and capacity and
    nothing ever late, served(≤ m) = C[m] + min(0, min over k ≤ m of A[k] − C[k]): the reflected queue. Only
    samples in which that would be late walk month by month, because overdue work leaves the queue.
    """
    came = np.cumsum(arrivals, axis=-1)
    could = np.cumsum(capacity, axis=-1)
    done = could + np.minimum(np.minimum.accumulate(came - could, axis=-1), 0.0)
    owed = due_by(came, due)
    served = done.copy()
    served[:, 1:] -= done[:, :-1]
    lost = np.zeros_like(served)
    slack = ROUNDING * np.maximum(came[:, -1:], 1e-300)
    late = (owed - done) > slack
    any_late = late.any(axis=-1)
    if any_late.any():
        rows = slice(None) if any_late.all() else any_late
        begin = int(late.any(axis=0).argmax())
        gone = done[rows, begin - 1] if begin else np.zeros(int(any_late.sum()))
        served[rows, begin:], lost[rows, begin:] = _with_losses(
            came[rows, begin:], capacity[rows, begin:], owed[rows, begin:], gone
        )
    served = np.minimum(np.maximum(served, 0.0), capacity)
    waiting = np.maximum(came - np.cumsum(served + lost, axis=-1), 0.0)
    return served, lost, waiting


def due_by(came: Floats, due: Ints) -> Floats:
    """[S,M] cumulative arrivals that are due by the end of each month."""
    owed = np.zeros_like(came)
    for row, wait in enumerate(due.tolist()):
        owed[row, wait:] = came[row, : max(came.shape[1] - wait, 0)]
    return owed


FEW = 8
"""Rows up to which plain numbers are faster than arrays: a month costs a handful of array operations, or as
many additions a row."""


def _with_losses(came: Floats, capacity: Floats, owed: Floats, gone: Floats) -> tuple[Floats, Floats]:
    """Month by month, from what has left the queue before the first of them."""
    if len(came) <= FEW:
        return _row_by_row(came, capacity, owed, gone)
    could, have, owe = (np.ascontiguousarray(each.T) for each in (capacity, came, owed))
    served, lost = np.empty_like(could), np.empty_like(could)
    for month in range(len(could)):
        work = np.minimum(could[month], have[month] - gone, out=served[month])
        gone = gone + work
        overdue = np.maximum(owe[month] - gone, 0.0, out=lost[month])
        gone = gone + overdue
    return served.T, lost.T


def _row_by_row(came: Floats, capacity: Floats, owed: Floats, gone: Floats) -> tuple[Floats, Floats]:
    """The same, sum by sum, one sample after the other."""
    served, lost = [], []
    for row, left in enumerate(gone.tolist()):
        for could, have, owe in zip(
            capacity[row].tolist(), came[row].tolist(), owed[row].tolist(), strict=True
        ):
            waits = have - left
            work = could if could < waits else waits
            left += work
            overdue = owe - left if owe > left else 0.0
            left += overdue
            served.append(work)
            lost.append(overdue)
    return np.array(served).reshape(came.shape), np.array(lost).reshape(came.shape)


def until_done(rate: Floats, need: Floats) -> tuple[Floats, Floats]:
    """[S,M] share of the rate that a run uses, and [S] when it ends (month index with its fraction).

    `rate` is what it could train a month, `need` [S] what it has to train. 1 before the completing month, in
    it the part it needs, 0 after. A run that does not finish ends at NaN.
    """
    before = np.cumsum(rate, axis=-1) - rate
    left = np.minimum(np.maximum(need[:, None] - before, 0.0), rate)
    # a remainder of rounding is not another month of work
    left = np.where(left > ROUNDING * before, left, 0.0)
    share = np.divide(left, rate, out=np.zeros_like(rate), where=rate > 0)
    finished = (before[:, -1] + rate[:, -1] >= need * (1 - ROUNDING)) & (need > 0)
    used = share > 0
    last = rate.shape[-1] - 1 - np.argmax(used[:, ::-1], axis=-1)
    ends = last + np.array([share[row, month] for row, month in enumerate(last.tolist())])
    return share, np.where(finished & used.any(axis=-1), ends, np.nan)

"""The oracle's dispatch: DOCUMENT §2 in loops, one class of parts, one workload, one month at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import AgentService, BatchJob, Serving, TrainingRun
from tests.engine.oracle_rates import MONTH_S, Part, Work

TIE = 1e-9
CLOSE = 1e-12
TURN = {"training": 0, "serving": 1, "agent": 1, "batch": 2}


@dataclass
class Outcome:
    """Who runs where: shares of whole parts, and what follows by workload."""

    share: list[list[list[float]]]
    """[P][W][M]"""
    served: list[list[float]]
    """[W][M] tokens/s, mean of the month"""
    tokens: list[list[list[float]]]
    """[P][W][M]"""
    unmet: list[list[float]]
    finish: list[float]
    progress: list[float]
    """[W] at the end of the horizon"""


class Try:
    """One order, filled from empty: chips left by class and month, chips taken by class, workload, month."""

    def __init__(self, left: list[list[float]], works: int, months: int) -> None:
        self.left = [row[:] for row in left]
        self.taken = [[[0.0] * months for _ in range(works)] for _ in left]
        self.need = [[0.0] * months for _ in range(works)]
        self.unmet = [[0.0] * months for _ in range(works)]
        self.finish = [math.nan] * works


def dispatch(design: Design, parts: list[Part], works: list[Work]) -> Outcome:
    """DOCUMENT §2 in loops."""
    months = design.months
    pinned = {pin.pool_id for work in design.workloads for pin in work.pins}
    speed = [
        [[_per_chip(part, work, p, m) for m in range(months)] for work in works]
        for p, part in enumerate(parts)
    ]
    groups = _classes(parts, speed, pinned)
    left = [
        [sum(parts[p].usable[m] * parts[p].chips[m] for p in group) for m in range(months)]
        for group in groups
    ]
    rate = [
        [[max(speed[p][w][m] for p in group) for m in range(months)] for w in range(len(works))]
        for group in groups
    ]
    solver = Solver(design, parts, works, groups, left, rate)
    best = solver.best()
    share = [[[0.0] * months for _ in works] for _ in parts]
    tokens = [[[0.0] * months for _ in works] for _ in parts]
    for c, group in enumerate(groups):
        for p in group:
            for w, work in enumerate(works):
                for m in range(months):
                    if left[c][m] > 0 and parts[p].chips[m] > 0:
                        share[p][w][m] = best.taken[c][w][m] * parts[p].usable[m] / left[c][m]
                    tokens[p][w][m] = share[p][w][m] * parts[p].chips[m] * rate[c][w][m] / _peak(work)
    served = [
        [sum(tokens[p][w][m] for p in range(len(parts))) for m in range(months)] for w in range(len(works))
    ]
    unmet = [row[:] for row in best.unmet]
    for w, work in enumerate(works):
        if isinstance(work.workload, Serving | AgentService):
            for m in range(months):
                gap = work.demand[m] - served[w][m]
                unmet[w][m] = gap if gap > CLOSE * work.demand[m] else 0.0
    progress = [
        sum(served[w]) * MONTH_S / work.workload.tokens
        if isinstance(work.workload, TrainingRun)
        else math.nan
        for w, work in enumerate(works)
    ]
    return Outcome(share, served, tokens, unmet, best.finish, progress)


def _peak(work: Work) -> float:
    return work.workload.peak_to_mean if isinstance(work.workload, Serving) else 1.0


def _per_chip(part: Part, work: Work, p: int, m: int) -> float:
    if part.chips[m] <= 0:
        return 0.0
    tokens = work.rate[p][m]
    if work.workload.kind == "agent" and work.held[m] > 0 and math.isfinite(work.sessions[p][m]):
        tokens = min(tokens, work.sessions[p][m] * work.demand[m] / work.held[m])
    return tokens / part.chips[m]


def _classes(parts: list[Part], speed: list[list[list[float]]], pinned: set[str]) -> list[list[int]]:
    groups: list[list[int]] = []
    for p, part in enumerate(parts):
        for group in groups:
            q = group[0]
            if part.pool_id in pinned or parts[q].pool_id in pinned:
                continue
            both = [m for m in range(len(part.chips)) if part.chips[m] > 0 and parts[q].chips[m] > 0]
            same = all(
                abs(a[m] - b[m]) <= TIE * max(a[m], b[m])
                for a, b in zip(speed[p], speed[q], strict=True)
                for m in both
            )
            if both and same:
                group.append(p)
                break
        else:
            groups.append([p])
    return groups


class Solver:
    """The orders, tried one after another, and the best of them by month."""

    def __init__(
        self,
        design: Design,
        parts: list[Part],
        works: list[Work],
        groups: list[list[int]],
        left: list[list[float]],
        rate: list[list[list[float]]],
    ) -> None:
        self.design, self.parts, self.works, self.groups = design, parts, works, groups
        self.left, self.rate, self.months = left, rate, design.months
        self.rank = [(work.workload.priority, TURN[work.workload.kind]) for work in works]
        self.mean = [[self._mean(c, w) for w in range(len(works))] for c in range(len(groups))]
        self.value = self._values()

    def _wanted(self, w: int, m: int) -> bool:
        work = self.works[w].workload
        if isinstance(work, TrainingRun):
            return self.design.first_month + m >= work.start_month
        since = max(m - work.due_months, 0) if isinstance(work, BatchJob) else m
        return any(self.works[w].demand[earlier] > 0 for earlier in range(since, m + 1))

    def _mean(self, c: int, w: int) -> float:
        both = [m for m in range(self.months) if self.left[c][m] > 0 and self._wanted(w, m)]
        return sum(self.rate[c][w][m] for m in both) / len(both) if both else 0.0

    def _values(self) -> list[float]:
        """Worth of a token; where nobody says, the best chips earn what they earn elsewhere."""
        best = [max((row[w] for row in self.mean), default=0.0) for w in range(len(self.works))]
        said = [work.workload.value_usd_per_m_output for work in self.works]
        known = [worth * best[w] for w, worth in enumerate(said) if worth is not None]
        usual = sum(known) / len(known) if known else 0.0
        usual = usual if usual > 0 else 1.0
        return [
            worth if worth is not None else (usual / best[w] if best[w] > 0 else 0.0)
            for w, worth in enumerate(said)
        ]

    def _score(self, rule: str, c: int, w: int) -> float:
        rivals = [v for v in range(len(self.works)) if v != w and self.rank[v] >= self.rank[w]]
        gain = self.mean[c][w] * self.value[w]
        if rule == "worth":
            return gain
        if rule == "difference":
            beyond = gain - max((self.mean[c][v] * self.value[v] for v in rivals), default=0.0)
            return beyond if abs(beyond) > TIE * gain else 0.0
        top = [max(row[v] * self.value[v] for row in self.mean) for v in range(len(self.works))]
        relative = gain / top[w] if top[w] > 0 else 0.0
        others = [self.mean[c][v] * self.value[v] / top[v] for v in rivals if top[v] > 0]
        other = max(others, default=0.0)
        return relative / other if other > 0 else 1e30 * relative

    def edges(self, rule: str, members: list[int]) -> list[tuple[int, int]]:
        """(class, workload) that yield anything, best first: by ten digits, then by worth, then by place."""
        found = [
            (c, w) for c in range(len(self.groups)) for w in members if self.mean[c][w] * self.value[w] > 0
        ]
        return sorted(
            found,
            key=lambda e: (
                -float(f"{self._score(rule, *e):.9e}"),
                -float(f"{self.mean[e[0]][e[1]] * self.value[e[1]]:.9e}"),
                e,
            ),
        )  # fmt: skip

    def fill(self, rule: str) -> Try:
        """One order from start to end."""
        state = Try(self.left, len(self.works), self.months)
        for w, work in enumerate(self.works):
            state.need[w] = [demand * _peak(work) for demand in work.demand]
        self._pins(state)
        for rank in sorted(set(self.rank)):
            members = [w for w in range(len(self.works)) if self.rank[w] == rank]
            if rank[1] == 0:
                for w in members:
                    self._run(state, w)
            elif rank[1] == 1:
                for c, w in self.edges(rule, members):
                    self._stream(state, c, w)
            else:
                for w in members:
                    self._batch(state, w, [c for c, _ in self.edges(rule, [w])])
        return state

    def _pins(self, state: Try) -> None:
        done: set[int] = set()
        for w, work in enumerate(self.works):
            for pin in work.workload.pins:
                if work.workload.kind == "training":
                    if w not in done:
                        done.add(w)
                        self._pin_run(state, w)
                    continue
                # a pinned part stands alone in its class; the parts of a pool go by name
                named = sorted(range(len(self.groups)), key=lambda c: self.parts[self.groups[c][0]].rack_id)
                for c in named:
                    if self.parts[self.groups[c][0]].pool_id != pin.pool_id:
                        continue
                    for m in range(self.months):
                        if not pin.from_month <= self.design.first_month + m < pin.to_month:
                            continue
                        offered = min(self.left[c][m] * pin.share, state.left[c][m])
                        speed = self.rate[c][w][m]
                        if work.workload.kind != "batch" and speed > 0:
                            chips = min(offered, state.need[w][m] / speed)
                            state.need[w][m] = max(state.need[w][m] - chips * speed, 0.0)
                            state.left[c][m] -= chips
                            state.taken[c][w][m] += chips
                    if work.workload.kind == "batch":
                        self._pin_batch(state, c, w, pin.share, pin.from_month, pin.to_month)

    def _pin_batch(self, state: Try, c: int, w: int, share: float, begin: int, end: int) -> None:
        before = [
            sum(row[w][m] * self.rate[k][w][m] for k, row in enumerate(state.taken))
            for m in range(self.months)
        ]
        offered = [
            min(self.left[c][m] * share, state.left[c][m])
            if begin <= self.design.first_month + m < end
            else 0.0
            for m in range(self.months)
        ]
        room = [offered[m] * self.rate[c][w][m] for m in range(self.months)]
        work = self.works[w].workload
        assert isinstance(work, BatchJob)
        served, _ = walk(state.need[w], [a + b for a, b in zip(before, room, strict=True)], work.due_months)
        for m in range(self.months):
            if self.rate[c][w][m] > 0:
                chips = min(max(served[m] - before[m], 0.0), room[m]) / self.rate[c][w][m]
                state.left[c][m] -= chips
                state.taken[c][w][m] += chips

    def _pin_run(self, state: Try, w: int) -> None:
        work = self.works[w].workload
        assert isinstance(work, TrainingRun)
        for m in range(self.months):
            month = self.design.first_month + m
            asked = [0.0] * len(self.groups)
            for pin in work.pins:
                for c, group in enumerate(self.groups):
                    if self.parts[group[0]].pool_id == pin.pool_id and pin.from_month <= month < pin.to_month:
                        asked[c] += self.left[c][m] * pin.share
            offers = [min(asked[c], state.left[c][m], float(work.chips_max)) for c in range(len(asked))]
            speeds = [offers[c] * self.rate[c][w][m] for c in range(len(asked))]
            if month >= work.start_month and speeds and max(speeds) > 0:
                c = first_of_equals(speeds)
                state.left[c][m] -= offers[c]
                state.taken[c][w][m] += offers[c]

    def _run(self, state: Try, w: int) -> None:
        work = self.works[w].workload
        assert isinstance(work, TrainingRun)
        trained = 0.0
        for m in range(self.months):
            held = [row[w][m] for row in state.taken]
            if self.design.first_month + m >= work.start_month and not any(held):
                offers = [min(row[m], float(work.chips_max)) for row in state.left]
                offers = [chips if chips >= work.chips_min * (1 - 1e-9) else 0.0 for chips in offers]
                speeds = [chips * self.rate[c][w][m] for c, chips in enumerate(offers)]
                if speeds and max(speeds) > 0:
                    c = first_of_equals(speeds)
                    held[c] = offers[c]
            speed = sum(chips * self.rate[c][w][m] for c, chips in enumerate(held)) * MONTH_S
            rest = min(max(work.tokens - trained, 0.0), speed)
            share = rest / speed if speed > 0 and rest > CLOSE * trained else 0.0
            for c, chips in enumerate(held):
                state.left[c][m] = max(state.left[c][m] + state.taken[c][w][m] - chips * share, 0.0)
                state.taken[c][w][m] = chips * share
            trained += speed
            if math.isnan(state.finish[w]) and trained >= work.tokens * (1 - CLOSE):
                state.finish[w] = m + share

    def _stream(self, state: Try, c: int, w: int) -> None:
        for m in range(self.months):
            speed = self.rate[c][w][m]
            if speed > 0:
                tokens = min(state.left[c][m] * speed, state.need[w][m])
                chips = min(tokens / speed, state.left[c][m])
                state.left[c][m] -= chips
                state.need[w][m] -= tokens
                state.taken[c][w][m] += chips

    def _batch(self, state: Try, w: int, order: list[int]) -> None:
        work = self.works[w].workload
        assert isinstance(work, BatchJob)
        pinned = [row[w][:] for row in state.taken]
        for c in range(len(self.groups)):
            for m in range(self.months):
                state.left[c][m] += pinned[c][m]
                state.taken[c][w][m] = 0.0
        room = [
            sum(state.left[c][m] * self.rate[c][w][m] for c in range(len(self.groups)))
            for m in range(self.months)
        ]
        served, lost = walk(state.need[w], room, work.due_months)
        state.unmet[w] = lost
        for m in range(self.months):
            rest = served[m]
            for c, limit in [
                *((c, pinned[c][m]) for c in range(len(pinned))),
                *((c, math.inf) for c in order),
            ]:
                speed = self.rate[c][w][m]
                if speed > 0:
                    tokens = min(min(state.left[c][m], limit) * speed, rest)
                    state.left[c][m] -= tokens / speed
                    state.taken[c][w][m] += tokens / speed
                    rest -= tokens

    def _worths(self, state: Try, m: int) -> list[float]:
        return [
            sum(
                state.taken[c][w][m] * self.rate[c][w][m] * self.value[w]
                for c in range(len(self.groups))
                for w in range(len(self.works))
                if self.rank[w] == rank
            )
            for rank in sorted(set(self.rank))
        ]

    def best(self) -> Try:
        """The first order, and where it leaves somebody short the better of three."""
        best = self.fill("advantage")
        if not self._short(best):
            return best
        stored = [w for w in range(len(self.works)) if self.rank[w][1] != 1]
        for rule in ("worth", "difference"):
            rival = self.fill(rule)
            largest = max((best.taken[c][w][m] for c in range(len(self.groups)) for w in stored
                           for m in range(self.months)), default=0.0)  # fmt: skip
            alike = all(
                abs(rival.taken[c][w][m] - best.taken[c][w][m]) <= TIE * max(largest, 1.0)
                for c in range(len(self.groups)) for w in stored for m in range(self.months)
            )  # fmt: skip
            mine = [self._worths(best, m) for m in range(self.months)]
            theirs = [self._worths(rival, m) for m in range(self.months)]
            if not alike:
                if better(
                    [sum(col) for col in zip(*theirs, strict=True)],
                    [sum(col) for col in zip(*mine, strict=True)],
                ):
                    best = rival
                continue
            for m in range(self.months):
                if better(theirs[m], mine[m]):
                    for w in range(len(self.works)):
                        best.unmet[w][m] = rival.unmet[w][m]
                        for c in range(len(self.groups)):
                            best.taken[c][w][m] = rival.taken[c][w][m]
        return best

    def _short(self, state: Try) -> bool:
        for w, work in enumerate(self.works):
            able = [max((row[w][m] for row in self.rate), default=0.0) > 0 for m in range(self.months)]
            most = max(state.need[w] + [demand * _peak(work) for demand in work.demand], default=0.0)
            for m in range(self.months):
                if work.workload.kind == "batch" and state.unmet[w][m] > TIE * most and any(able):
                    return True
                if self.rank[w][1] == 1 and able[m]:
                    asked = work.demand[m] * _peak(work)
                    got = sum(row[w][m] * self.rate[c][w][m] for c, row in enumerate(state.taken))
                    if asked - got > TIE * asked:
                        return True
        return False


def better(one: list[float], other: list[float]) -> bool:
    """Lexicographic, differences of a billionth aside."""
    for mine, theirs in zip(one, other, strict=True):
        if abs(mine - theirs) > TIE * max(abs(mine), abs(theirs)):
            return mine > theirs
    return False


def first_of_equals(speeds: list[float]) -> int:
    """Index of the largest; rounding does not decide."""
    return next(at for at, speed in enumerate(speeds) if speed >= max(speeds) * (1 - TIE))


def walk(arrivals: list[float], room: list[float], due: int) -> tuple[list[float], list[float]]:
    """(served, lost) by month: first in, first out; what is overdue leaves the queue."""
    waiting: list[list[float]] = []
    total = sum(arrivals)
    served, lost = [], []
    for month, (new, space) in enumerate(zip(arrivals, room, strict=True)):
        waiting.append([month, new])
        done = 0.0
        for entry in waiting:
            take = min(entry[1], space - done)
            entry[1] -= take
            done += take
        gone = sum(entry[1] for entry in waiting if entry[0] + due <= month)
        waiting = [entry for entry in waiting if entry[0] + due > month]
        served.append(done)
        lost.append(gone if gone > CLOSE * total else 0.0)
    return served, lost

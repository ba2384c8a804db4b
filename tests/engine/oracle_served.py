"""The oracle's answers to: which limit keeps demand unmet, what runs where, who wins the race."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fleetdesigner.design.workloads import AgentService, Serving
from tests.engine.oracle_rates import Work

if TYPE_CHECKING:
    from tests.engine.oracle import Oracle

CAUSES = ("power", "software", "memory", "service", "latency", "nowhere", "full")


def unmet_causes(oracle: Oracle) -> dict[str, list[float]]:
    """Month by month: chips that something keeps from working are given to what lacks them."""
    out = {cause: [0.0] * len(oracle.months) for cause in CAUSES}
    order = sorted(range(len(oracle.works)), key=lambda w: (oracle.works[w].workload.priority, w))
    for m in oracle.months:
        held, still, coming = [], [], []
        for p, part in enumerate(oracle.parts):
            spare = next(pool.spare_share for pool in oracle.design.pools if pool.id == part.pool_id)
            whole = [(1 - spare) * chips for chips in part.chips]
            held.append(max(whole[m] - part.usable[m] * part.chips[m], 0.0))
            still.append(oracle.idle(p, m) * part.chips[m])
            coming.append(max(whole[m:]) - whole[m])
        stood = [chips > 0 for chips in still]
        for w in order:
            work = oracle.works[w]
            if work.workload.kind == "training":
                continue
            for cause, tokens in _laid(oracle, work, w, m, (held, still, coming), stood).items():
                out[cause][m] += tokens
    return {f"unmet_tokens_per_s.cause:{cause}": values for cause, values in out.items()}


def _laid(
    oracle: Oracle,
    work: Work,
    w: int,
    m: int,
    chips: tuple[list[float], list[float], list[float]],
    stood: list[bool],
) -> dict[str, float]:
    gap, found, peak = oracle.run.unmet[w][m], dict.fromkeys(CAUSES, 0.0), 1.0
    if gap <= 0:
        return found
    if isinstance(work.workload, Serving):
        peak = work.workload.peak_to_mean
    parts = range(len(oracle.parts))
    now = [oracle.parts[p].chips[m] for p in parts]
    runs = [work.rate[p][m] / now[p] / peak if now[p] > 0 else 0.0 for p in parts]
    ready = [work.full_each[p][m] / peak for p in parts]
    speeds = {
        "power": runs,
        "software": [0.0 if runs[p] > 0 else ready[p] for p in parts],
        "service": [ready[p] * work.reached[p] for p in parts],
    }
    stocks = dict(zip(("power", "software", "service"), chips, strict=True))
    for cause in ("power", "software", "memory", "service"):
        if cause == "memory":
            could = 0.0
            if isinstance(work.workload, AgentService) and work.held[m] > 0:
                for p in parts:
                    if now[p] > 0:
                        room = work.sessions[p][m] / now[p] * work.demand[m] / work.held[m]
                        could += oracle.run.share[p][w][m] * now[p] * max(runs[p] - room, 0.0)
            found[cause] = min(gap, could)
        else:
            stock, speed = stocks[cause], speeds[cause]
            could = sum(stock[p] * speed[p] for p in parts)
            found[cause] = min(gap, could)
            for p in parts:
                if speed[p] > 0 and could > 0:
                    stock[p] *= 1 - found[cause] / could
        gap -= found[cause]
    able = any(full > 0 for each in work.full_each for full in each)
    for limit in ("latency", "memory"):
        refuse = [p for p in parts if work.refused[p] == limit]
        if any(stood[p] for p in refuse) if able else refuse:
            found[limit] += gap
            gap = 0.0
    found["full" if able else "nowhere"] += gap
    return found


def by_pool(oracle: Oracle) -> dict[str, list[float]]:
    """What each pool serves, and of that what has a latency target and what has none."""
    out: dict[str, list[float]] = {}
    for p, part in enumerate(oracle.parts):
        for w, work in enumerate(oracle.works):
            one = work.workload
            if one.kind == "training":
                continue
            critical = one.kind != "batch" and (
                one.tpot_ms is not None or (isinstance(one, Serving) and one.ttft_ms is not None)
            )
            for name in ("pool", "latency_critical" if critical else "cost_sensitive"):
                values = out.setdefault(
                    f"served_tokens_per_s.{name}:{part.pool_id}", [0.0] * len(oracle.months)
                )
                for m in oracle.months:
                    values[m] += oracle.run.tokens[p][w][m]
    return out


def race(oracle: Oracle) -> dict[str, list[float]]:
    """Work of a task, gain of hardware and price, tasks a dollar: of a basket of all that always runs."""
    months, parts = oracle.months, range(len(oracle.parts))
    serving = [w for w, work in enumerate(oracle.works) if work.workload.kind != "training"]
    speeds = {w: [_speeds(oracle, w, m) for m in months] for w in serving}
    there = [any(max(speeds[w][m][1], default=0.0) > 0 for w in serving) for m in months]
    asked = {w: sum(oracle.works[w].demand) for w in serving}
    basket = [
        w
        for w in serving
        if asked[w] > 0 and all(max(speeds[w][m][1], default=0.0) > 0 or not there[m] for m in months)
    ]
    tokens: tuple[list[float], list[float]] = ([], [])
    for m in months:
        usd = [0.0, 0.0]
        for w in basket:
            now, first = speeds[w][m]
            cost = sum(oracle.part_cost[p][m] for p in parts if first[p] > 0)
            for at, speed in enumerate((first, now)):
                if there[m]:
                    usd[at] += asked[w] * cost / sum(speed)
        for at in (0, 1):
            tokens[at].append(1.0 / usd[at] if basket and there[m] and usd[at] else math.nan)
    tasks = [math.pow(1.0 + oracle.assume["tokens_per_task_growth_per_year"], m / 12.0) for m in months]
    return {
        "race_work": [
            first / now * t if now > 0 else math.nan for first, now, t in zip(*tokens, tasks, strict=True)
        ],
        "race_gain": _index(tokens[0]),
        "race_tasks_per_usd": _index([now / t for now, t in zip(tokens[1], tasks, strict=True)]),
    }


def _speeds(oracle: Oracle, w: int, m: int) -> tuple[list[float], list[float]]:
    """[P] tokens/s of the usable chips, at the models of the month and of the first one."""
    work = oracle.works[w]
    now = [work.rate[p][m] * part.usable[m] for p, part in enumerate(oracle.parts)]
    left = [work.larger[p][m] for p in range(len(oracle.parts))]
    return now, [speed / share if share > 0 else 0.0 for speed, share in zip(now, left, strict=True)]


def _index(values: list[float]) -> list[float]:
    begin = next((value for value in values if value > 0), math.nan)
    return [value / begin for value in values]

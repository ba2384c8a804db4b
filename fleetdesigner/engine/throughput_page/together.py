"""Together or apart: what a pool's chips reach as one job or split stream, against separate ones.

Training over two or more kinds: a job a kind, one job on the fastest kind alone, data parallel and pipeline
across kinds. Serving: replicas that do both, against prefill on some chips and decode on others. Forecasts
are those of ``throughput.mixed`` and ``throughput.split_search``; readiness, maturity and goodput are in all
of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.workloads import AgentService, TrainingRun
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.mixed import WHAT_IF, MixedPart, MixedPlan, Mode, mixed_training
from fleetdesigner.engine.throughput.plans import Refusal, ServingRequest, TrainingPlan
from fleetdesigner.engine.throughput.split_search import SplitPlan, best_split
from fleetdesigner.engine.work.joint import bridge_bytes_per_s
from fleetdesigner.engine.work.speeds import (
    NO_JOB,
    Asked,
    Job,
    Speed,
    Stand,
    job_size,
    request_of,
    speeds_of,
)


@dataclass(frozen=True, slots=True)
class Member:
    """One kind of rack system in the pool."""

    name: str
    stand: Stand
    chips: float
    """In service in the month."""
    most: float
    """Most usable chips of any month: they set the size of a job, as in ``rates``."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to use the chips."""

    key: str
    """``separate``, ``alone``, ``data``, ``pipeline``, ``one_domain`` or ``split``."""
    words: str
    tokens_per_s: float
    """Of all chips in service; NaN = refused."""
    gain: float
    """Share more than separate jobs or replicas; negative = a loss; NaN where either is not known."""
    split: str = ""
    """Batch, layers or chips of each kind."""
    limits: str = ""
    """Name of what limits."""
    what_if: bool = False
    chosen: bool = False
    """What the pool's mode does."""
    why: str = ""
    """Why it is refused."""


@dataclass(frozen=True, slots=True)
class Together:
    """All ways side by side; the first is separate."""

    trains: bool
    kinds: int
    options: tuple[Option, ...] = ()
    bridge: float = math.nan
    """Bytes/s one way between the kinds; inf in one domain; NaN where nothing is bridged."""
    bridge_given: bool = False
    """The planner gave it; else it is what the slower side's network sends at once."""
    takes_best: bool = False
    """The pool's mode is whatever is best in the month."""
    why: str = ""
    """Why there is nothing to compare."""


_FOUND: Remembered[Together] = Remembered(128)


def together_of(
    asked: Asked, pool: Pool, members: Sequence[Member], month_at: int, cal: Calibration
) -> Together | None:
    """The ways to use what is in service in the pool in month `month_at`; None where there is no choice.

    Training on one kind of chip has none. Jobs have the sizes that ``rates`` searched, so that a few ms are
    enough to answer at once.
    """
    trains = isinstance(asked.workload, TrainingRun)
    if not members or (trains and len(members) < 2):
        return None
    there = tuple(member for member in members if member.chips > 0)
    if not there or (trains and len(there) < 2):
        what = "only one kind of chip is" if there else "no chips are"
        return Together(trains, len(there), why=f"{what} in service in this month")
    objects = (asked, cal, *(member.stand for member in there))
    rows = tuple((member.name, member.chips, member.most) for member in there)
    key = (rows, month_at, pool.mix, pool.bridge_gbytes_per_s, pool.one_domain_what_if)
    make = _training if trains else _serving
    return _FOUND.get(objects, key, lambda: make(asked, pool, there, month_at, cal))


def gain_of(tokens_per_s: float, separate: float) -> float:
    """Share more than separate; NaN where either is unknown or separate is nothing."""
    return tokens_per_s / separate - 1.0 if separate > 0 else math.nan


def _bridge(pool: Pool, speeds: Sequence[Speed], chips: Sequence[float]) -> float:
    return math.inf if pool.one_domain_what_if else bridge_bytes_per_s(pool, speeds, np.array(chips))


# training


def _training(asked: Asked, pool: Pool, members: Sequence[Member], at: int, cal: Calibration) -> Together:
    run = asked.workload
    assert isinstance(run, TrainingRun)
    most = float(run.chips_max)
    sizes = [job_size(min(most, member.most)) for member in members]
    whole = job_size(min(most, sum(member.most for member in members)))
    # a separate job is as large as its own kind; a part of one job loses time when any chip of it fails
    own = speeds_of([(asked, one.stand, Job(n, n)) for one, n in zip(members, sizes, strict=True)], cal)
    joint = speeds_of([(asked, one.stand, Job(n, whole)) for one, n in zip(members, sizes, strict=True)], cal)
    chips = [member.chips for member in members]
    apart = sum(float(speed.rate[at]) * count for speed, count in zip(own, chips, strict=True))
    rates = [float(speed.rate[at]) * count for speed, count in zip(joint, chips, strict=True)]
    bridge = _bridge(pool, joint, chips)
    first = int(np.argmax(rates))
    options = [
        Option("separate", "Separate jobs", apart, gain_of(apart, apart)),
        Option("alone", "Fastest alone", rates[first], gain_of(rates[first], apart), members[first].name),
    ]
    modes: list[tuple[str, Mode]] = [
        ("Data parallel", "data"),
        ("Pipeline", "pipeline"),
    ]
    for words, mode in modes:
        made = _mixed(run, members, joint, at, mode, bridge, pool.one_domain_what_if, cal)
        options.append(_joint_option(mode, words, made, members, apart, float(asked.shape.layers)))
    if not pool.one_domain_what_if and _could_share(members):
        tried = [
            _joint_option(
                "one_domain", "One domain",
                _mixed(run, members, joint, at, mode, math.inf, True, cal),
                members, apart, float(asked.shape.layers),
            )
            for _, mode in modes
        ]  # fmt: skip
        options.append(max(tried, key=_rank))
    return Together(
        True, len(members), _chosen(options, _training_choice(pool, options)), bridge,
        pool.bridge_gbytes_per_s is not None, pool.mix == "best",
    )  # fmt: skip


def _mixed(
    run: TrainingRun, members: Sequence[Member], speeds: Sequence[Speed], at: int, mode: Mode, bridge: float,
    one_domain: bool, cal: Calibration,
) -> MixedPlan | Refusal:  # fmt: skip
    """One job over all kinds, as ``joint`` forecasts it for dispatch."""
    # chips beyond the largest job run jobs like it
    scale = min(1.0, run.chips_max / sum(member.chips for member in members))
    parts = []
    for member, speed in zip(members, speeds, strict=True):
        plan, rate = speed.plan, float(speed.rate[at])
        if not isinstance(plan, TrainingPlan):
            return Refusal(f"{member.name}: {speed.reason}")
        if not rate > 0:
            return Refusal(f"{member.name}: {speed.reason or 'cannot run it in this month'}")
        parts.append(MixedPart(plan, member.chips * scale, rate / (plan.tokens_per_s / plan.chips_used)))
    made = mixed_training(parts, mode, bridge, one_domain=one_domain, cal=cal)
    return made if isinstance(made, Refusal) else replace(made, tokens_per_s=made.tokens_per_s / scale)


def _joint_option(
    key: str, words: str, made: MixedPlan | Refusal, members: Sequence[Member], apart: float, layers: float
) -> Option:
    if isinstance(made, Refusal):
        return Option(key, words, math.nan, math.nan, why=made.reason, what_if=key == "one_domain")
    names = {member.stand.figures.chip: member.name for member in members}
    if made.mode == "pipeline":
        counts = [
            f"{member.name} {share * layers:,.0f}" for member, share in zip(members, made.shares, strict=True)
        ]
        split = f"layers {', '.join(counts)}"
    else:
        split = f"batch {_shares(members, made.shares)}"
    return Option(
        key, words, made.tokens_per_s, gain_of(made.tokens_per_s, apart), split,
        names.get(made.limits, made.limits), made.note == WHAT_IF,
    )  # fmt: skip


def _shares(members: Sequence[Member], shares: Sequence[float]) -> str:
    return ", ".join(f"{one.name} {_percent(share)}" for one, share in zip(members, shares, strict=True))


def _percent(share: float) -> str:
    """Never all or nothing: each kind takes part, if little."""
    if share < 0.005:
        return "< 1 %"
    return "> 99 %" if share > 0.995 else f"{share * 100:.0f} %"


def _could_share(members: Sequence[Member]) -> bool:
    """Trainium4 beside NVIDIA's: announced with NVLink Fusion, not as one domain with GPUs."""
    chips = [member.stand.chip for member in members]
    return any(chip.family == "nvidia" for chip in chips) and any(
        chip.generation == "trainium4" for chip in chips
    )


def _training_choice(pool: Pool, options: Sequence[Option]) -> str:
    """Key of what dispatch does in the pool's mode."""
    if pool.mix in ("separate", "data", "pipeline"):
        return pool.mix
    if pool.mix == "prefill_decode":
        return "alone"
    return max((one for one in options if one.key in ("alone", "data", "pipeline")), key=_rank).key


# serving


def _serving(asked: Asked, pool: Pool, members: Sequence[Member], at: int, cal: Calibration) -> Together:
    speeds = speeds_of([(asked, member.stand, NO_JOB) for member in members], cal)
    chips = [member.chips for member in members]
    rates = [float(speed.rate[at]) * count for speed, count in zip(speeds, chips, strict=True)]
    apart = sum(rates)
    alone = "Both on each chip" if len(members) == 1 else "Separate replicas"
    options = [Option("separate", alone, apart, gain_of(apart, apart))]
    bridge = math.nan if len(members) == 1 else _bridge(pool, speeds, chips)
    pairs = list(permutations(range(len(members)), 2)) or [(0, 0)]
    for one, other in pairs:
        first, second = members[one], members[other]
        words = "Split" if one == other else f"Prefill on {first.name}"
        what_if = one != other and pool.one_domain_what_if
        made = _split(asked, first, second, speeds[one], speeds[other], at, bridge, cal)
        if isinstance(made, Refusal):
            options.append(Option("split", words, math.nan, math.nan, what_if=what_if, why=made.reason))
            continue
        ready = min(float(speeds[one].ready[at]), float(speeds[other].ready[at])) * asked.maturity
        # kinds that take no part go on as replicas of their own
        rest = sum(rate for place, rate in enumerate(rates) if place not in (one, other))
        rate = made.output_tokens_per_s * ready + rest
        options.append(
            Option(
                "split", words, rate, gain_of(rate, apart), _sides(made, first, second), made.limits, what_if
            )
        )
    return Together(
        False,
        len(members),
        _serving_chosen(pool, options),
        bridge,
        pool.bridge_gbytes_per_s is not None,
        pool.mix == "best",
    )


def _split(
    asked: Asked, first: Member, second: Member, one: Speed, other: Speed, at: int, bridge: float,
    cal: Calibration,
) -> SplitPlan | Refusal:  # fmt: skip
    work = asked.workload
    if isinstance(work, AgentService) and math.isfinite(asked.kv_bytes_per_s):
        return Refusal("no forecast of a split for sessions whose state waits outside HBM")
    requests: list[ServingRequest] = []
    for member, speed in ((first, one), (second, other)):
        request = request_of(asked, member.stand, NO_JOB)
        if isinstance(request, Refusal):
            return Refusal(f"{member.name}: {request.reason}")
        assert isinstance(request, ServingRequest)
        if not float(speed.ready[at]) > 0:
            return Refusal(f"{member.name}: {speed.reason or 'cannot run it in this month'}")
        requests.append(request)
    prefill, decode = requests
    if first is second:
        return best_split(prefill, decode, cal, prefill_chips=int(first.chips))
    return best_split(
        prefill, decode, cal, prefill_chips=int(first.chips), decode_chips=int(second.chips),
        bridge_bytes_per_s=bridge,
    )  # fmt: skip


def _sides(made: SplitPlan, first: Member, second: Member) -> str:
    prefill = made.prefill_replicas * made.prefill_tensor * made.prefill_ranks
    decode = made.decode_replicas * made.decode_tensor * made.decode_ranks
    return f"{prefill:,} {first.name} prefill, {decode:,} {second.name} decode"


def _serving_chosen(pool: Pool, options: Sequence[Option]) -> tuple[Option, ...]:
    splits = [option for option in options if option.key == "split"]
    if len(splits) < 2 or pool.mix not in ("prefill_decode", "best"):
        return _chosen(options, "separate")
    among = splits if pool.mix == "prefill_decode" else list(options)
    top = max(among, key=_rank)
    return tuple(replace(option, chosen=option is top) for option in options)


def _rank(option: Option) -> float:
    """For the best of some: refused ones last."""
    return -1.0 if math.isnan(option.tokens_per_s) else option.tokens_per_s


def _chosen(options: Sequence[Option], key: str) -> tuple[Option, ...]:
    return tuple(replace(option, chosen=option.key == key) for option in options)

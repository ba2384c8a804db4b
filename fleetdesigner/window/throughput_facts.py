"""From what the engine found to what charts and panels of the throughput view show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fleetdesigner.charts.front_data import FrontLine, FrontMark, FrontPicture
from fleetdesigner.charts.step_bar import StepBar, StepPart
from fleetdesigner.charts.step_bar_colours import part_colour
from fleetdesigner.design.workloads import TrainingRun
from fleetdesigner.engine.throughput.plans import Refusal, ServingPlan, TrainingPlan
from fleetdesigner.engine.throughput_page.shown import Kind, Shown, not_ready_words
from fleetdesigner.engine.throughput_page.words import (
    band_words,
    layout_short,
    layout_words,
    limit_words,
    term_words,
    terms_of,
    whole_of,
)
from fleetdesigner.panels.throughput.table import Column, Row
from fleetdesigner.units import NO_FIGURE, digits, month_text, text

GIB = 2.0**30
_STATES: Mapping[str, str] = MappingProxyType(
    {"runs": "Runs", "beta": "Beta", "needs_port": "Needs a port", "blocked": "Blocked", "": NO_FIGURE}
)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rate is divided by."""

    id: str
    words: str
    """On the button."""
    unit: str
    """Behind a rate."""
    axis: str
    missing: str
    """What a kind lacks that cannot be shown so."""


BASES: tuple[Basis, ...] = (
    Basis("chip", "per accelerator", "tok/s", "tok/s per accelerator", ""),
    Basis("usd", "per $", "tok per $", "tokens per $ of rent", "rent"),
    Basis("kw", "per facility kW", "tok/s per kW", "tok/s per facility kW", "power"),
)


def factor(kind: Kind, basis: str) -> float:
    """What a rate a chip is multiplied by; NaN without a figure."""
    if basis == "usd":
        return 3600.0 / kind.usd_per_chip_hour if kind.usd_per_chip_hour > 0 else math.nan
    if basis == "kw":
        return 1.0 / kind.facility_kw_per_chip if kind.facility_kw_per_chip > 0 else math.nan
    return 1.0


def subtitle(shown: Shown) -> tuple[str, str]:
    """Model, lengths, pool and month; the short one leaves to the sides what they say."""
    work = shown.workload
    lengths = (
        f"sequence {work.sequence_len:,}"
        if isinstance(work, TrainingRun)
        else f"{work.input_len:,} in, {work.output_len:,} out"
    )
    last = f"{lengths} · {month_text(shown.month)}"
    return f"{shown.model.name} · {shown.pool.name} · {last}", last


# the front


def front_picture(shown: Shown, basis_id: str) -> FrontPicture:
    """The front of all kinds that have one."""
    basis = next(one for one in BASES if one.id == basis_id)
    lines = tuple(line for kind in shown.kinds if (line := _line(shown, kind, basis)) is not None)
    what = "useful" if shown.trains else "output"
    target = shown.target
    tpot = getattr(shown.workload, "tpot_ms", None)
    return FrontPicture(
        lines=lines,
        x_words="accelerators in the job" if shown.trains else "output tok/s per user",
        y_words=f"{what} {basis.axis}, log scale",
        x_unit="" if shown.trains else "tok/s a user",
        y_unit=basis.unit,
        target=target,
        target_words="" if tpot is None else f"TPOT ≤ {tpot:g} ms",
        empty=_why_empty(shown, basis),
    )


def _why_empty(shown: Shown, basis: Basis) -> str:
    if not shown.kinds:
        return f"Nothing stands in {shown.pool.name}. Place systems in it, or tick hardware to compare."
    if shown.pending:
        return "Searching layouts of other job sizes"
    refused = [kind for kind in shown.kinds if kind.front is None]
    if refused and len(refused) == len(shown.kinds):
        return "\n".join(f"{kind.name}: {refusal(kind)}" for kind in refused)
    return f"{NO_FIGURE} of the {basis.missing} of {', '.join(kind.name for kind in shown.kinds)}"


def refusal(kind: Kind) -> str:
    """Why there is no plan; empty when there is one."""
    return kind.plan.reason if isinstance(kind.plan, Refusal) else ""


def _line(shown: Shown, kind: Kind, basis: Basis) -> FrontLine | None:
    each = factor(kind, basis.id)
    if kind.front is None or not len(kind.front.x) or math.isnan(each):
        return None
    rate = kind.front.rate * each
    low, high = rate / kind.band.high, rate / kind.band.low
    point = None if kind.point is None else (kind.point[0], kind.point[1] * each)
    unit = "accelerators" if shown.trains else "tok/s a user"
    steps = tuple(
        f"{digits(x)} {unit}, {digits(y)} {basis.unit}\n"
        f"{digits(one)} to {digits(other)} {basis.unit}\n{words}"
        for x, y, one, other, words in zip(
            kind.front.x.tolist(), rate.tolist(), low.tolist(), high.tolist(), kind.front.words, strict=True
        )
    )
    late = not_ready_words(kind)
    detail = late or f"{kind.grade}, {band_words(kind.band)}"
    told = "" if point is None else f"{digits(point[0])} {unit}, {digits(point[1])} {basis.unit}"
    return FrontLine(
        kind.rack_id, kind.label, detail, kind.chip.generation, kind.grade, kind.front.x, rate, low, high,
        point, told, steps, _marks(kind, each, basis), bool(late),
    )  # fmt: skip


def _marks(kind: Kind, each: float, basis: Basis) -> tuple[FrontMark, ...]:
    return tuple(
        FrontMark(
            mark.tokens_per_s_per_user,
            mark.tokens_per_s_per_chip * each,
            (
                f"Published: {mark.words}",
                f"{digits(mark.tokens_per_s_per_user)} tok/s a user, "
                f"{digits(mark.tokens_per_s_per_chip * each)} {basis.unit}",
                f"{mark.input_len:,.0f} in, {mark.output_len:,.0f} out",
                mark.source,
            ),
        )
        for mark in kind.marks
    )


def headline(shown: Shown, basis_id: str) -> tuple[str, str]:
    """One sentence with one number, and how sure it is."""
    focus = shown.focus
    if focus is None:
        return f"Nothing stands in {shown.pool.name} and nothing is compared.", ""
    if isinstance(focus.plan, Refusal):
        return f"{focus.name} cannot run it: {focus.plan.reason}.", _band_line(focus)
    basis = next(one for one in BASES if one.id == basis_id)
    value = focus.tokens_per_s_per_chip * factor(focus, basis_id)
    if isinstance(focus.plan, TrainingPlan):
        value *= 1.0 if math.isnan(shown.goodput) else shown.goodput
    if math.isnan(value):
        return f"{focus.name}: {NO_FIGURE} of its {basis.missing}.", _band_line(focus)
    where = (
        f"At {digits(_x(focus))} ms a token"
        if isinstance(focus.plan, ServingPlan)
        else (f"In a job of {focus.plan.request.n_chips:,}")
    )
    per = {"chip": f" a {focus.word}", "usd": "", "kw": ""}[basis_id]
    return (
        f"{where}, {focus.name} gives {digits(value)} {basis.unit}{per}{_against(shown, basis_id)}.",
        _band_line(focus),
    )


def _x(kind: Kind) -> float:
    return kind.plan.tpot_ms if isinstance(kind.plan, ServingPlan) else math.nan


def _against(shown: Shown, basis_id: str) -> str:
    """``, 0.47 of an H100``"""
    focus = shown.focus
    for kind in shown.kinds:
        if focus is None or kind is focus or kind.point is None:
            continue
        own = focus.tokens_per_s_per_chip * factor(focus, basis_id)
        ratio = own / (kind.tokens_per_s_per_chip * factor(kind, basis_id))
        if not math.isnan(ratio):
            return f", {digits(ratio, 2)} × {kind.name}"
    return ""


def _band_line(kind: Kind) -> str:
    late = not_ready_words(kind)
    rows = f", from {kind.band.rows:,.0f} left-out runs" if kind.band.rows else ", by judgement"
    known = "" if kind.fitted else f" No public run of this kind on {kind.chip.name}."
    ready = f" In {kind.name}'s pool: {late}." if late else ""
    return f"Band of the time {band_words(kind.band)}{rows}.{known}{ready}"


# bars and terms


def step_bars(shown: Shown) -> tuple[StepBar, ...]:
    """A bar for each kind: seconds of a step, or milliseconds of a token."""
    return tuple(_bar(shown, kind) for kind in shown.kinds)


def _bar(shown: Shown, kind: Kind) -> StepBar:
    chips = 0
    if isinstance(kind.plan, TrainingPlan):
        chips = kind.plan.chips_used
    elif isinstance(kind.plan, ServingPlan):
        chips = kind.plan.replica_chips
    detail = f"{chips:,} × {kind.dtype.upper()}" if chips else kind.dtype.upper()
    if isinstance(kind.plan, Refusal):
        return StepBar(kind.rack_id, kind.name, detail, (), 0.0, 0.0, "", kind.grade, kind.plan.reason)
    whole, unit = whole_of(kind.plan), _unit(kind.plan)
    parts = tuple(
        StepPart(
            one.key,
            one.words,
            one.value,
            f"{digits(one.value)} {unit}, {digits(one.value / whole * 100, 2)} %",
        )
        for one in terms_of(kind.plan)
        if one.value > 0
    )
    words = f"{digits(whole)} {unit}, {band_words(kind.band)}"
    return StepBar(
        kind.rack_id, kind.name, detail, parts, whole * kind.band.low, whole * kind.band.high, words,
        kind.grade,
    )  # fmt: skip


def _unit(plan: TrainingPlan | ServingPlan) -> str:
    return "s" if isinstance(plan, TrainingPlan) else "ms"


def terms_table(shown: Shown, narrow: bool) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Terms of the focus and of one kind beside it, with their shares; `narrow` has room for one share."""
    planned = [kind for kind in shown.kinds if not isinstance(kind.plan, Refusal)]
    ordered = sorted(planned, key=lambda kind: kind is not shown.focus)[:2]
    if not ordered:
        return (), ()
    columns = [Column("Term", figures=False, stretch=True)]
    terms: dict[str, list[str]] = {}
    totals: list[str] = []
    for kind in ordered:
        plan = kind.plan
        assert not isinstance(plan, Refusal)
        shares = not narrow or kind is ordered[0]
        columns += [Column(kind.name), Column("share")][: 2 if shares else 1]
        whole = whole_of(plan)
        for term in terms_of(plan):
            share = term.value / whole * 100
            values = [_beside(term.value, whole), f"{share:.0f} %"] if term.value > 0 else ["0", "0 %"]
            terms.setdefault(term.key, []).extend(values[: 2 if shares else 1])
        totals += [digits(whole), ""][: 2 if shares else 1]
    rows = [
        Row((term_words(key), *values), colour=part_colour(key))
        for key, values in terms.items()
        if any(value not in ("0", "0 %") for value in values)
    ]
    rows.append(Row(("Step" if shown.trains else "Time a token", *totals), strong=True))
    return tuple(columns), tuple(rows)


def _beside(value: float, whole: float) -> str:
    """A part with the decimals of its whole, so that a column of parts can be added up by eye."""
    decimals = max(0, 2 - math.floor(math.log10(whole)))
    least = 10.0**-decimals
    return f"< {least:.{decimals}f}" if value < least / 2 else f"{value:,.{decimals}f}"


# words


def layout_block(shown: Shown) -> tuple[str, str, str, str]:
    """(title, words, note, grade) of the layout of the focus."""
    kind = shown.focus
    if kind is None:
        return "Layout in words", "Nothing to lay out.", "", ""
    if isinstance(kind.plan, Refusal):
        return f"Layout in words, {kind.name}", f"None: {kind.plan.reason}.", "", kind.grade
    words = layout_words(kind.plan, kind.word)
    if isinstance(kind.plan, ServingPlan) and kind.chips > 0:
        words += (
            f" {kind.chips / kind.plan.replica_chips:,.0f} replicas fill the {kind.chips:,.0f} in service."
        )
    return f"Layout in words, {kind.name}", words, f"Limit: {_lower(limit_words(kind.plan))}", kind.grade


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def readiness_block(shown: Shown) -> tuple[str, str, str, str]:
    """(title, words, note, grade) of the software of the focus."""
    kind = shown.focus
    if kind is None:
        return "Readiness", "", "", ""
    ready, frame = kind.ready, shown.workload.framework
    state = _STATES[ready.state]
    words = f"{state} on {_FRAMES[frame]}" + (
        f" since {ready.since}" if ready.since and ready.state != "blocked" else ""
    )
    if ready.share > 0:
        words += f"; {digits(ready.share * 100)} % of the calibrated throughput in {month_text(shown.month)}."
    else:
        words += f"; cannot run in {month_text(shown.month)}: {not_ready_words(kind)}."
    notes = []
    if not math.isnan(ready.weeks) and ready.state != "runs":
        done = f", finished {month_text(ready.done)}" if ready.done is not None else ""
        notes.append(f"Port: {digits(ready.weeks)} engineer-weeks{done}.")
    if ready.note:
        notes.append(ready.note.rstrip(".") + ".")
    return f"Readiness, {kind.name}", words, " ".join(notes), ready.grade


_FRAMES = {"pytorch": "PyTorch", "jax": "JAX", "vllm": "vLLM"}


def memory_parts(shown: Shown) -> tuple[tuple[StepPart, ...], float, float, str, str]:
    """(uses, limit, whole, words of the limit, words at the title) of the focus."""
    memory = shown.memory
    if memory is None or shown.focus is None:
        return (), 0.0, 1.0, "", ""
    parts = tuple(
        StepPart(use.key, use.words, use.value, digits(use.value / GIB, 2))
        for use in memory.uses
        if use.value > 0
    )
    share = memory.limit / memory.whole
    used = f"{digits(memory.used / GIB)} of {digits(memory.whole / GIB)} GiB"
    return parts, memory.limit, memory.whole, f"limit {digits(share, 2)} of HBM", used


# layouts


def layouts_table(shown: Shown) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """The best layouts of the focus."""
    layouts, kind = shown.layouts, shown.focus
    if layouts is None or kind is None or not layouts.plans:
        return (), ()
    rows = [
        Row((str(at + 1), *_layout_row(plan, kind)), strong=at == 0 and layouts.meets)
        for at, plan in enumerate(layouts.plans)
    ]
    number, layout = Column("", figures=False), Column("Layout", figures=False, stretch=True)
    limit = Column("Limit", figures=False)
    per = Column(f"tok/s a {kind.word}")
    if shown.trains:
        return (number, layout, per, Column("Step"), Column("MFU"), Column("Memory"), limit), tuple(rows)
    return (number, layout, per, Column("TPOT"), Column("TTFT"), Column("KV full"), limit), tuple(rows)


def _layout_row(plan: TrainingPlan | ServingPlan, kind: Kind) -> tuple[str, ...]:
    limit = term_words(plan.limits).lower()
    if isinstance(plan, TrainingPlan):
        rate = plan.tokens_per_s / plan.chips_used * kind.factor
        held = f"{digits(plan.memory_bytes / GIB)} GiB"
        return (
            layout_short(plan), digits(rate), f"{digits(plan.step_s)} s", f"{digits(plan.mfu * 100, 2)} %",
            held, limit,
        )  # fmt: skip
    first = math.sqrt(plan.ttft_low_ms * plan.ttft_high_ms)
    room = plan.concurrency / max(plan.capacity_sequences, 1e-9)
    return (
        layout_short(plan),
        digits(plan.output_tokens_per_s_per_chip * kind.factor),
        f"{digits(plan.tpot_ms)} ms",
        f"≈ {digits(first / 1e3, 2)} s" if first >= 1e3 else f"≈ {digits(first, 2)} ms",
        f"{digits(room * 100, 2)} %",
        limit,
    )


def layouts_count(shown: Shown) -> str:
    """``of 1,204 tried, 861 fit``"""
    layouts = shown.layouts
    if layouts is None or not layouts.tried:
        return ""
    return f"of {layouts.tried:,} tried, {layouts.feasible:,} feasible"


def work_state(shown_tokens: float, work: object) -> str:
    """What a workload gets from a pool in the month."""
    if not shown_tokens > 0:
        return "not placed this month"
    what = "" if isinstance(work, TrainingRun) else "output "
    return text(shown_tokens, "token/s").replace("tok/s", f"{what}tok/s")

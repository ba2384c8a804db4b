"""What the throughput view shows, against the plans and rates that the engine itself uses."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import Catalog
from fleetdesigner.catalog.load import load_catalog
from fleetdesigner.design.commands import SetFields
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Serving, TrainingRun
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.throughput import Refusal, ServingPlan, TrainingPlan, load_calibration
from fleetdesigner.engine.throughput.serving_search import serving_front
from fleetdesigner.engine.throughput_page.marks import marks_of
from fleetdesigner.engine.throughput_page.shown import Look, Shown, not_ready_words
from fleetdesigner.engine.throughput_page.view import shown_of
from fleetdesigner.engine.throughput_page.words import (
    band_words,
    layout_short,
    layout_words,
    limit_words,
    memory_of,
    rounds_of,
    terms_of,
    whole_of,
)
from fleetdesigner.files.fleet_file import read_fleet


def opened(name: str) -> tuple[Design, Catalog]:
    path: Path = resource("examples", f"{name}.fleet")
    document = read_fleet(path)
    catalog = load_catalog().with_texts((pin.kind, pin.id, pin.text) for pin in document.pins)
    return document.design, catalog


@pytest.fixture(scope="module")
def first() -> Results:
    return evaluate(*opened("first-hall"))


@pytest.fixture(scope="module")
def hybrid() -> Results:
    return evaluate(*opened("hybrid-migration"))


def look(results: Results, pool: str, work: str, *compared: str, month: int | None = None) -> Shown:
    wanted = results.default_month if month is None else month
    shown = shown_of(results, Look(pool, work, compared), wanted)
    assert shown is not None
    return shown


def test_what_is_planned_is_what_the_engine_dispatches(hybrid: Results) -> None:
    """The dot of the front, times the chips, is the rate of the pool part, in every pool and month."""
    state = hybrid.states[0]
    for part, key in enumerate(state.plant.parts.keys):
        for at, work in enumerate(state.design.workloads):
            if isinstance(work, TrainingRun):
                continue
            for row in (0, 20, hybrid.month_index(None)):
                month = hybrid.first_month + row
                shown = look(hybrid, key.pool_id, work.id, month=month)
                kind = next(one for one in shown.kinds if one.rack_id == key.rack_ids[0])
                rate, chips = state.plant.rates[at].rate[part, row], state.plant.parts.chips[part, row]
                if isinstance(kind.plan, Refusal) or not_ready_words(kind):
                    assert rate == 0 or not chips
                elif chips:
                    assert kind.chips == chips
                    assert kind.tokens_per_s_per_chip == pytest.approx(rate / chips, rel=1e-12)


def test_training_carries_goodput_as_the_engine_does(first: Results) -> None:
    shown = look(first, "gpu", "tune")
    state, at = first.states[0], first.month_index(None)
    kind = shown.kinds[0]
    assert isinstance(kind.plan, TrainingPlan)
    works = [work.id for work in state.design.workloads]
    rate = state.plant.rates[works.index("tune")].rate[0, at] / state.plant.parts.chips[0, at]
    assert kind.point is not None
    assert kind.point[0] == kind.plan.request.n_chips
    assert kind.point[1] == pytest.approx(rate, rel=1e-12)
    assert kind.tokens_per_s_per_chip * shown.goodput == pytest.approx(rate, rel=1e-12)


def test_front_is_the_search_s_without_targets(first: Results) -> None:
    kind = look(first, "gpu", "assistant").kinds[0]
    assert isinstance(kind.plan, ServingPlan)
    assert kind.front is not None
    free = dataclasses.replace(kind.plan.request, ttft_ms=None, tpot_ms=None)
    front = serving_front(free, load_calibration())
    assert not isinstance(front, Refusal)
    assert np.array_equal(kind.front.x, front.tokens_per_s_per_user)
    assert kind.front.rate == pytest.approx(front.tokens_per_s_per_chip * kind.factor)
    assert (np.diff(kind.front.x) > 0).all()
    assert (np.diff(kind.front.rate) < 0).all()
    # what is planned keeps the target, and lies on the front or below it
    user, rate = kind.point or (0.0, 0.0)
    assert user >= (look(first, "gpu", "assistant").target or math.inf)
    assert rate <= np.interp(user, kind.front.x, kind.front.rate) * 1.001


def test_terms_add_up_and_the_largest_limits(hybrid: Results) -> None:
    for work in ("dense", "moe", "domain", "labels"):
        plan = look(hybrid, "h100", work).kinds[0].plan
        assert not isinstance(plan, Refusal)
        terms = terms_of(plan)
        assert sum(term.value for term in terms) == pytest.approx(whole_of(plan), rel=1e-9)
        largest = max(terms, key=lambda term: term.value)
        assert limit_words(plan).startswith(largest.words)


def test_memory_adds_up_to_what_the_plan_holds(hybrid: Results) -> None:
    cal = load_calibration()
    plan = look(hybrid, "h100", "domain").kinds[0].plan
    assert isinstance(plan, TrainingPlan)
    memory = memory_of(plan, cal)
    assert memory.used == pytest.approx(plan.memory_bytes, rel=1e-9)
    assert memory.used <= memory.limit < memory.whole
    for work in ("dense", "moe", "labels"):
        serving = look(hybrid, "h100", work).kinds[0].plan
        assert isinstance(serving, ServingPlan)
        held = memory_of(serving, cal)
        assert held.used <= held.limit * (1 + 1e-9)
        weights = next(use.value for use in held.uses if use.key == "weights")
        assert weights * serving.replica_chips == pytest.approx(serving.weight_bytes)


def test_best_layouts_are_ranked_and_begin_with_the_plan(hybrid: Results) -> None:
    for work in ("dense", "domain"):
        shown = look(hybrid, "h100", work)
        plan, layouts = shown.kinds[0].plan, shown.layouts
        assert layouts is not None
        assert layouts.meets
        assert 0 < layouts.feasible <= layouts.tried
        assert len(layouts.plans) <= 10
        assert not isinstance(plan, Refusal)
        assert layout_short(layouts.plans[0]) == layout_short(plan)
        assert len({layout_short(one) for one in layouts.plans}) == len(layouts.plans)
        rates = [
            one.output_tokens_per_s_per_chip if isinstance(one, ServingPlan) else one.tokens_per_s
            for one in layouts.plans
        ]
        assert rates == sorted(rates, reverse=True)


def test_a_target_that_nothing_keeps_is_refused_with_its_front_still_there() -> None:
    design, catalog = opened("first-hall")
    hard = SetFields.of("x", (("workload:assistant", "tpot_ms", 1.0),)).apply(design)
    shown = look(evaluate(hard, catalog), "gpu", "assistant")
    kind = shown.kinds[0]
    assert isinstance(kind.plan, Refusal)
    assert "TPOT 1 ms cannot be met" in kind.plan.reason
    assert kind.front is not None
    assert kind.point is None
    assert math.isnan(kind.tokens_per_s_per_chip)
    assert shown.layouts is not None
    assert not shown.layouts.meets
    assert shown.layouts.plans
    assert shown.layouts.why == kind.plan.reason
    assert shown.memory is None


def test_compared_hardware_stands_beside_with_its_own_reasons(first: Results) -> None:
    shown = look(first, "gpu", "assistant", "trn2-ultra", "a100-rack", "gone", "h100-rack")
    assert [kind.rack_id for kind in shown.kinds] == ["h100-rack", "trn2-ultra", "a100-rack"]
    assert [kind.in_pool for kind in shown.kinds] == [True, False, False]
    assert isinstance(shown.kinds[2].plan, Refusal)
    assert "fp8" in shown.kinds[2].plan.reason
    assert shown.kinds[2].front is None
    # what is not fitted on runs of its own has the widest band, of judgement
    own, other = shown.kinds[0].band, shown.kinds[1].band
    assert other.high / other.low > own.high / own.low
    assert not shown.kinds[1].fitted
    tuned = look(first, "gpu", "tune", "trn2-ultra")
    assert isinstance(tuned.kinds[1].plan, Refusal)
    assert "not among the families" in tuned.kinds[1].plan.reason


def test_an_empty_pool_shows_what_is_compared(first: Results) -> None:
    assert look(first, "trn", "assistant").kinds == ()
    shown = look(first, "trn", "assistant", "trn2-ultra")
    assert shown.focus is not None
    assert shown.focus.rack_id == "trn2-ultra"


def test_what_is_not_there_shows_nothing(first: Results) -> None:
    assert shown_of(first, Look("gone", "assistant"), first.default_month) is None
    assert shown_of(first, Look("gpu", "gone"), first.default_month) is None


def test_focus_is_followed_and_falls_back(first: Results) -> None:
    month = first.default_month
    wanted = shown_of(first, Look("gpu", "assistant", ("trn2-ultra",), "trn2-ultra"), month)
    gone = shown_of(first, Look("gpu", "assistant", (), "trn2-ultra"), month)
    assert wanted is not None
    assert wanted.focus is wanted.kinds[1]
    assert wanted.layouts is not None
    assert wanted.layouts.plans[0].request.chip.chip == "trainium2"
    assert gone is not None
    assert gone.focus is gone.kinds[0]


def test_prices_and_power_of_a_chip(first: Results) -> None:
    catalog = first.states[0].catalog
    book = next(one for one in catalog.price_books() if one.usd_per_chip_hour("h100") is not None)
    shown = shown_of(first, Look("gpu", "assistant", ("trn4-mgx",), "", book.id), first.default_month)
    assert shown is not None
    rent = book.usd_per_chip_hour("h100")
    assert rent is not None
    assert shown.kinds[0].usd_per_chip_hour == rent.value
    assert math.isnan(shown.kinds[1].usd_per_chip_hour)
    state, at = first.states[0], first.month_index(None)
    whole = float(state.facility[at]) / float(state.chips[at])
    assert shown.kinds[0].facility_kw_per_chip == pytest.approx(whole, rel=0.02)


def test_readiness_of_the_month(hybrid: Results) -> None:
    early = look(hybrid, "trn3", "moe", month=hybrid.first_month)
    late = look(hybrid, "trn3", "moe", month=hybrid.first_month + len(hybrid.months) - 1)
    if early.kinds[0].ready.share == 0:
        assert not_ready_words(early.kinds[0])
        # shown as it will be, not as nothing
        assert early.kinds[0].factor > 0
    assert late.kinds[0].ready.share > early.kinds[0].ready.share
    assert late.kinds[0].ready.done is not None
    assert late.kinds[0].ready.weeks > 0


def test_job_sizes_are_searched_at_rest_and_then_remembered() -> None:
    design, catalog = opened("first-hall")
    other = SetFields.of("x", (("workload:tune", "global_batch_tokens", 3_145_728),)).apply(design)
    results = evaluate(other, catalog)
    wanted = Look("gpu", "tune")
    before = shown_of(results, wanted, results.default_month, whole=False)
    assert before is not None
    assert before.pending
    assert before.kinds[0].front is None
    whole = shown_of(results, wanted, results.default_month)
    again = shown_of(results, wanted, results.default_month, whole=False)
    assert whole is not None
    assert again is not None
    assert not whole.pending
    assert not again.pending
    front = whole.kinds[0].front
    assert front is not None
    point = whole.kinds[0].point
    assert point is not None
    assert point[0] in front.x.tolist()
    assert (np.diff(front.x) > 0).all()


def test_marks_are_runs_of_the_same_model_chip_precision_and_load(hybrid: Results) -> None:
    kind = look(hybrid, "h100", "moe").kinds[0]
    assert kind.marks
    work = next(one for one in hybrid.states[0].design.workloads if one.id == "moe")
    assert isinstance(work, Serving)
    for mark in kind.marks:
        assert mark.chip_id == "h100"
        assert 0.5 <= mark.input_len / work.input_len <= 2
        assert mark.source
        assert "Qwen3-235B" in mark.words
    assert isinstance(kind.plan, ServingPlan)
    assert marks_of(dataclasses.replace(kind.plan.request, dtype="fp4"), hybrid.states[0].catalog) == ()


def test_words_name_degrees(hybrid: Results) -> None:
    plan = look(hybrid, "h100", "domain").kinds[0].plan
    assert isinstance(plan, TrainingPlan)
    words = layout_words(plan, "GPU")
    assert words.startswith(f"{plan.chips_used:,} GPUs: ")
    assert f"{plan.layout.data:,} cop" in words
    assert f"then {rounds_of(plan):,.0f} round" in words
    serving = look(hybrid, "h100", "dense").kinds[0].plan
    assert isinstance(serving, ServingPlan)
    assert f"A replica is {serving.replica_chips} GPU" in layout_words(serving, "GPU")
    assert band_words(dataclasses.replace(plan.band, low=0.8, high=1.25, rows=12)) == "−20 to +25 %"
    assert band_words(dataclasses.replace(plan.band, low=1 / 1.7, high=1.7, rows=0)) == "×/÷ 1.7"


def test_maturity_moves_every_rate_alike() -> None:
    design, catalog = opened("first-hall")
    slow = SetFields.of("x", (("assumption:software_maturity", "value", 0.8),)).apply(design)
    before = look(evaluate(design, catalog), "gpu", "assistant").kinds[0]
    after = look(evaluate(slow, catalog), "gpu", "assistant").kinds[0]
    assert before.front is not None
    assert after.front is not None
    assert after.front.rate == pytest.approx(before.front.rate * 0.8)
    assert after.tokens_per_s_per_chip == pytest.approx(before.tokens_per_s_per_chip * 0.8)

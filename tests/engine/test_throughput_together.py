"""Ways to use a pool's chips, against the engine's own rates and searches."""

from __future__ import annotations

import math

import pytest

from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.throughput import Refusal, ServingPlan, best_split
from fleetdesigner.engine.throughput_page.shown import Look, Shown
from fleetdesigner.engine.throughput_page.together import Option, Together, gain_of
from fleetdesigner.engine.throughput_page.view import shown_of
from fleetdesigner.engine.work.measured import calibration_of
from tests.engine.test_throughput_view import opened


@pytest.fixture(scope="module")
def fusion() -> Results:
    return evaluate(*opened("nvlink-fusion"))


@pytest.fixture(scope="module")
def hybrid() -> Results:
    return evaluate(*opened("hybrid-migration"))


def seen(results: Results, pool: str, work: str) -> tuple[Shown, Together]:
    shown = shown_of(results, Look(pool, work), results.default_month)
    assert shown is not None
    assert shown.together is not None
    return shown, shown.together


def way(found: Together, key: str) -> Option:
    return next(option for option in found.options if option.key == key)


def engine_rate(results: Results, pool: str, work: str) -> float:
    """Of all parts of the pool in the default month."""
    state, at = results.states[0], results.month_index(results.default_month)
    row = [one.id for one in state.design.workloads].index(work)
    parts = [part for part, key in enumerate(state.plant.parts.keys) if key.pool_id == pool]
    return float(state.plant.rates[row].rate[parts, at].sum())


def test_the_chosen_way_of_a_mixed_pool_is_the_rate_of_dispatch(fusion: Results) -> None:
    _, found = seen(fusion, "mixed", "run")
    chosen = [option for option in found.options if option.chosen]
    assert [option.key for option in chosen] == ["pipeline"]
    assert chosen[0].tokens_per_s == pytest.approx(engine_rate(fusion, "mixed", "run"), rel=1e-12)
    assert found.bridge == 400e9
    assert found.bridge_given
    assert [option.key for option in found.options] == ["separate", "alone", "data", "pipeline", "one_domain"]
    for option in found.options:
        assert option.gain == pytest.approx(option.tokens_per_s / found.options[0].tokens_per_s - 1.0)
    assert [option.key for option in found.options if option.what_if] == ["one_domain"]
    assert way(found, "one_domain").tokens_per_s >= way(found, "data").tokens_per_s


def test_two_kinds_serve_as_the_split_search_says(hybrid: Results) -> None:
    shown, found = seen(hybrid, "h100-serve", "moe")
    apart = found.options[0]
    assert apart.chosen
    assert apart.tokens_per_s == pytest.approx(engine_rate(hybrid, "h100-serve", "moe"), rel=1e-12)
    cal = calibration_of(hybrid.states[0].design, hybrid.states[0].catalog)
    first, second = shown.kinds
    assert isinstance(first.plan, ServingPlan)
    assert isinstance(second.plan, ServingPlan)
    for option, (pre, dec) in zip(found.options[1:], ((first, second), (second, first)), strict=True):
        assert isinstance(pre.plan, ServingPlan)
        assert isinstance(dec.plan, ServingPlan)
        plan = best_split(
            pre.plan.request, dec.plan.request, cal, prefill_chips=int(pre.chips),
            decode_chips=int(dec.chips), bridge_bytes_per_s=found.bridge,
        )  # fmt: skip
        assert not isinstance(plan, Refusal)
        assert option.tokens_per_s == pytest.approx(plan.output_tokens_per_s, rel=1e-12)
        assert option.gain == gain_of(option.tokens_per_s, apart.tokens_per_s)
        assert option.limits == plan.limits
    # the slower side's network, one way: 2,560 chips of 50 GB/s less its efficiency
    assert found.bridge < 2560 * 50e9
    assert not found.bridge_given


def test_one_kind_is_split_against_replicas_that_do_both(hybrid: Results) -> None:
    shown, found = seen(hybrid, "trn3", "dense")
    both, split = found.options
    assert both.tokens_per_s == pytest.approx(engine_rate(hybrid, "trn3", "dense"), rel=1e-12)
    kind = shown.kinds[0]
    assert isinstance(kind.plan, ServingPlan)
    cal = calibration_of(hybrid.states[0].design, hybrid.states[0].catalog)
    plan = best_split(kind.plan.request, kind.plan.request, cal, prefill_chips=int(kind.chips))
    assert not isinstance(plan, Refusal)
    assert split.tokens_per_s == pytest.approx(plan.output_tokens_per_s * kind.factor, rel=1e-12)
    assert split.gain > 0
    assert math.isnan(found.bridge)


def test_refusals_are_words(hybrid: Results) -> None:
    _, nothing = seen(hybrid, "h100", "dense")
    assert nothing.why == "no chips are in service in this month"
    _, agents = seen(hybrid, "trn3", "agents")
    assert "outside HBM" in agents.options[1].why
    assert math.isnan(agents.options[1].gain)
    _, barred = seen(hybrid, "trn2", "long")
    assert "not among the families" in barred.options[1].why
    shown = shown_of(hybrid, Look("trn2", "domain"), hybrid.default_month)
    assert shown is not None
    assert shown.together is None


def test_ways_are_found_at_once_and_remembered(fusion: Results) -> None:
    look = Look("mixed", "run")
    at_once = shown_of(fusion, look, fusion.default_month - 1, False)
    whole = shown_of(fusion, look, fusion.default_month - 1)
    assert at_once is not None
    assert whole is not None
    assert at_once.together is not None
    assert at_once.together is whole.together


@pytest.mark.parametrize("mix", ["separate", "data", "pipeline", "best", "prefill_decode"])
def test_modes_bridges_and_the_one_domain_are_followed(mix: str) -> None:
    design, catalog = opened("nvlink-fusion")
    for one_domain, bridge in ((True, None), (False, 0.0)):
        pool = design.pools[0].model_copy(
            update={"mix": mix, "one_domain_what_if": one_domain, "bridge_gbytes_per_s": bridge}
        )
        results = evaluate(design.model_copy(update={"pools": (pool, *design.pools[1:])}), catalog)
        _, found = seen(results, "mixed", "run")
        chosen = next(option for option in found.options if option.chosen)
        if mix not in ("best", "prefill_decode"):
            assert chosen.key == mix
        if not chosen.why:
            rate = engine_rate(results, "mixed", "run")
            assert chosen.tokens_per_s == pytest.approx(rate, rel=1e-9)
        if one_domain:
            assert math.isinf(found.bridge)
            assert [option.key for option in found.options if option.what_if] == ["data", "pipeline"]
        else:
            assert "no bridge" in way(found, "data").why
            assert way(found, "one_domain").what_if
        _, serving = seen(results, "mixed", "assistant")
        assert sum(option.chosen for option in serving.options) == 1
        splits = serving.options[1:]
        assert all(option.what_if for option in splits) is one_domain
        assert all("no bridge" in option.why for option in splits) is not one_domain

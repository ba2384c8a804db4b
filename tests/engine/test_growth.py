"""Models, contexts and tasks that grow, and platforms that fall behind: values worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.state import SampleState
from fleetdesigner.engine.work.growth import OUTGROWN, Growth, elasticity
from fleetdesigner.engine.work.rates import Rates
from tests.engine.designs import agents, batch, block, chat, design, hall, pool, run, site


def state(given: Design, **assumptions: float) -> SampleState:
    held = tuple(Assumption(key=key, value=value) for key, value in assumptions.items())
    return evaluate(given.changed(assumptions=held), load_catalog()).states[0]


def rates(given: Design, **assumptions: float) -> tuple[Rates, ...]:
    return state(given, **assumptions).plant.rates


def test_models_that_double_in_a_year_halve_every_speed() -> None:
    given = design(workloads=(chat(), run(), agents(), batch()))
    for one, plain in zip(rates(given, model_growth_per_year=1.0), rates(given), strict=True):
        assert one.rate[0, 0] == plain.rate[0, 0]
        assert one.rate[0, 12] == pytest.approx(plain.rate[0, 12] / 2)
        # 2^−(18/12)
        assert one.rate[0, 18] == pytest.approx(plain.rate[0, 18] * 0.35355339)
        assert one.plans is plain.plans or one.plans == plain.plans


def test_cost_of_a_token_follows_the_active_parameters() -> None:
    given = design(workloads=(chat(),))
    plain, grown = state(given), state(given, model_growth_per_year=0.5)
    assert grown.usd_per_million_tokens[12] == pytest.approx(1.5 * plain.usd_per_million_tokens[12], rel=0.02)
    # cost of the fleet is the same but for energy: exact where the draw is
    ratio = grown.serving_capacity[12] / plain.serving_capacity[12]
    assert ratio == pytest.approx(1 / 1.5)


def test_a_context_of_twice_the_length_gives_the_speed_of_twice_the_length() -> None:
    # growth of 100 % a year: in month 12 the context is what the other design has from the start
    short, long = design(workloads=(chat(input_len=2_000),)), design(workloads=(chat(input_len=4_000),))
    grown = rates(short, context_growth_per_year=1.0)[0].rate[0]
    assert grown[0] == rates(short)[0].rate[0, 0]
    assert grown[12] == pytest.approx(rates(long)[0].rate[0, 12])
    assert grown[6] == pytest.approx(np.sqrt(grown[0] * grown[12]))


def test_sessions_hold_their_context() -> None:
    given = design(workloads=(agents(kv_tier="hbm"),))
    plain, grown = rates(given)[0].sessions[0], rates(given, context_growth_per_year=1.0)[0].sessions[0]
    assert grown[12] == pytest.approx(plain[12] / 2)


def test_what_nothing_runs_at_twice_the_context_ends_when_it_has_doubled() -> None:
    growth = Growth(24, 0.0, 1.0, ())
    factor = growth.models(elasticity(10.0, 0.0))
    assert factor[0] == 1.0
    assert factor[6] == pytest.approx(2**-0.5)
    assert not factor[12:].any()
    # 2 M tokens of 164 kB fit beside 70 GB of weights in eight H100; 4 M are 656 GB and do not
    held = agents(state_tokens=2_000_000, model_id="llama-3-1-70b", dtype="fp8", kv_tier="host")
    given = design(workloads=(held,))
    found = rates(given, context_growth_per_year=1.0)[0]
    assert found.rate[0, 11] > 0
    assert found.rate[0, 12] == 0
    assert found.reasons[0] == OUTGROWN


def test_tokens_of_a_task_multiply_the_demand() -> None:
    given = design(workloads=(chat(tokens_per_s=1_000.0), agents(), batch(), run()))
    plain, grown = state(given).plant.demand, state(given, tokens_per_task_growth_per_year=0.44).plant.demand
    assert grown.output[6] == pytest.approx(1.2 * plain.output[6])
    assert grown.output[12, 0] == pytest.approx(1_440.0)
    assert grown.sessions.tolist() == plain.sessions.tolist()


def test_a_task_keeps_its_worth_when_it_takes_more_tokens() -> None:
    given = design(workloads=(chat(tokens_per_s=1_000.0, value_usd_per_m_output=2.0),))
    plain, grown = state(given), state(given, tokens_per_task_growth_per_year=0.44)
    # 1.44^(6/12) = 1.2 times the tokens, each worth 1/1.2: the tasks that are served bring what they brought
    assert grown.served[0, 6] == pytest.approx(1_200.0)
    assert plain.revenue_by_work[0, 6] == pytest.approx(1_000.0 * 2_628_000.0 * 2.0 / 1e6)
    assert grown.revenue_by_work[0, 6] == pytest.approx(plain.revenue_by_work[0, 6])


def test_a_generation_falls_behind_alone() -> None:
    blocks = (block("a"), block("b", rack="trn2-ultra", row=2, cols=4))
    given = design(sites=(site(halls=(hall(blocks=blocks),)),), workloads=(chat(),))
    plain, grown = rates(given)[0].rate, rates(given, obsolescence_trainium2=0.19)[0].rate
    hopper, trainium = (
        [kind.chip.generation for kind in state(given).plant.figures.kinds].index(name)
        for name in ("hopper", "trainium2")
    )
    assert grown[hopper].tolist() == plain[hopper].tolist()
    # 0.81^(6/12) = 0.9
    assert grown[trainium, 6] == pytest.approx(0.9 * plain[trainium, 6])


def test_kinds_that_work_together_age_each_by_itself() -> None:
    blocks = (block("a"), block("b", rack="b200-rack", row=2))
    given = design(
        sites=(site(halls=(hall(blocks=blocks),)),), pools=(pool(mix="data"),), workloads=(chat(),)
    )
    apart = given.changed(pools=(pool(),))
    for keys in ({"obsolescence_hopper": 0.2}, {"obsolescence_blackwell": 0.2}):
        mixed = rates(given, **keys)[0].rate.sum(axis=0)
        assert mixed == pytest.approx(rates(apart, **keys)[0].rate.sum(axis=0))


def test_growth_searches_nothing_again() -> None:
    given = design(workloads=(chat(), run()))
    one, other = (rates(given, context_growth_per_year=value) for value in (0.3, 0.4))
    for slow, fast in zip(one, other, strict=True):
        assert all(a is b for a, b in zip(slow.plans[0], fast.plans[0], strict=True))

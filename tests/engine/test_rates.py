"""Readiness, job sizes, speeds, and parts of several kinds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fleetdesigner.catalog import Figure, LanguageModel, ReadinessRow, load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Port, Workload
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.throughput.goodput import goodput
from fleetdesigner.engine.throughput.plans import Refusal, ServingPlan, TrainingPlan
from fleetdesigner.engine.work.rates import Rates
from fleetdesigner.engine.work.readiness import families, port_months, ready
from fleetdesigner.engine.work.speeds import job_size
from tests.engine.designs import JANUARY, agents, batch, block, chat, design, hall, pool, run, site
from tests.engine.test_power import assume


def figure(value: float) -> Figure:
    return Figure(value=value, source="a test", date="2026", evidence="assumption")


def row(state: str, since: str = "2027-03", **figures: Figure) -> ReadinessRow:
    data = {"workload": "dense", "activity": "serving", "framework": "vllm", "state": state, "since": since}
    return ReadinessRow.model_validate({**data, "source": "a test", **figures})


def test_a_stack_matures_in_a_straight_line() -> None:
    given = row("beta", efficiency=figure(0.6), efficiency_mature=figure(1.0), mature_months=figure(4))
    share, why = ready(given, None, JANUARY, 8)
    assert share == pytest.approx([0, 0, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0])
    assert why == "not ready before 2027-03"


def test_without_a_mature_figure_it_stays() -> None:
    share, _ = ready(row("runs", "2020-01", efficiency=figure(0.8)), None, JANUARY, 2)
    assert share == pytest.approx([0.8, 0.8])


def test_blocked_and_unknown_run_nothing() -> None:
    assert not ready(row("blocked"), None, JANUARY, 3)[0].any()
    assert ready(None, None, JANUARY, 3)[1] == "no readiness figure"
    assert ready(row("runs"), None, JANUARY, 3)[1] == "no readiness figure"


def test_a_port_runs_when_it_is_finished() -> None:
    port = Port(start_month=JANUARY, engineer_weeks=26, engineers=3, efficiency=Constant(value=0.9))
    # 26 / (3 · 4.345) = 1.99 months
    assert port_months(port, 26) == 2
    share, _ = ready(row("needs_port"), port, JANUARY, 4)
    assert share == pytest.approx([0, 0, 0.9, 0.9])
    assert ready(row("needs_port"), None, JANUARY, 4)[1] == "not ready: needs a port"


def test_a_port_without_weeks_takes_the_catalogs() -> None:
    port = Port(start_month=JANUARY, engineer_weeks=0, engineers=1, efficiency=Constant(value=1))
    share, _ = ready(row("needs_port", port_engineer_weeks=figure(8.69)), port, JANUARY, 4)
    assert share.tolist() == [0, 0, 1, 1]
    # nobody knows how much work it is: it is not done at once
    share, why = ready(row("needs_port"), port, JANUARY, 4)
    assert not share.any()
    assert why == "not ready: no figure for the weeks of its port"
    public, _ = ready(row("runs", efficiency=figure(0.5)), port, JANUARY, 4)
    assert public.max() == pytest.approx(0.5)


def test_families_to_look_up() -> None:
    dense: LanguageModel = load_catalog().model("llama-3-1-8b")
    assert families(agents(), dense) == ("agents", "dense")
    assert families(chat(), dense) == ("dense",)
    assert families(chat(input_len=32_000, output_len=768), dense) == ("long_context", "dense")
    assert families(run(sequence_len=131_072), dense) == ("long_context", "dense")


@pytest.mark.parametrize(
    ("most", "size"),
    [(0.5, 0), (3, 3), (7.9, 7), (8, 8), (72, 64), (100, 96), (9_999, 8_192), (16_384, 16_384)],
)
def test_job_sizes_are_a_few_times_a_power_of_two(most: float, size: int) -> None:
    assert job_size(most) == size


def rates(*workloads: Workload, **fields: Any) -> tuple[Rates, ...]:
    """The rates of a tiny design."""
    return evaluate(design(workloads=workloads, **fields), load_catalog()).states[0].plant.rates


def test_serving_rate_is_the_plans_rate_times_chips_and_readiness() -> None:
    (found,) = rates(chat())
    plan = found.plans[0][0]
    assert isinstance(plan, ServingPlan)
    assert found.rate[0] == pytest.approx(plan.output_tokens_per_s_per_chip * 320 * found.ready[0])
    assert np.isinf(found.sessions).all()
    assert found.reasons == ("",)


def test_training_rate_carries_its_goodput() -> None:
    (found,) = rates(run(chips_max=256))
    plan = found.plans[0][0]
    assert isinstance(plan, TrainingPlan)
    assert plan.request.n_chips == 256
    interruption = load_catalog().chip("h100").interruption_chip_hours
    hours = 50_700 if interruption is None else interruption.value
    assert found.goodput[0] == pytest.approx(float(goodput(256, hours, 30.0, 600.0)))
    each = plan.tokens_per_s / 256
    assert found.rate[0] == pytest.approx(each * 320 * found.goodput[0] * found.ready[0])


def test_maturity_scales_all_rates() -> None:
    plain, slow = (rates(chat(), run(), assumptions=assume(software_maturity=value)) for value in (1.0, 0.7))
    for one, other in zip(plain, slow, strict=True):
        assert other.rate == pytest.approx(0.7 * one.rate)


def test_why_a_part_cannot() -> None:
    found = rates(
        chat("other", allow=("trainium",)), run("few", chips_min=1_000), chat("fp4", dtype="fp4"),
        chat("fast", tpot_ms=0.01),
    )  # fmt: skip
    words = [one.reasons[0] for one in found]
    assert "not among the families" in words[0]
    assert "needs 1,000 chips" in words[1]
    assert "fp4" in words[2]
    assert "TPOT" in words[3]
    assert not any(one.rate.any() for one in found)
    assert all(isinstance(one.plans[0][0], Refusal) for one in found)


def test_a_generation_or_a_chip_may_be_named_too() -> None:
    for name in ("nvidia", "hopper", "h100"):
        assert rates(chat(allow=(name,)))[0].rate.all()


def test_agents_hold_sessions_in_memory() -> None:
    (found,) = rates(agents(kv_tier="hbm"))
    (elsewhere,) = rates(agents(kv_tier="host"))
    assert 0 < found.sessions[0, 0] < elsewhere.sessions[0, 0]
    plan = found.plans[0][0]
    assert isinstance(plan, ServingPlan)
    # idle share 0.8: four sessions wait for each that is decoded
    assert found.sessions[0] == pytest.approx(plan.capacity_sequences / plan.replica_chips * 5 * 320)


def test_state_outside_hbm_must_be_read_back() -> None:
    slow, fast = (
        rates(agents(kv_tier="flash", state_tokens=200_000), assumptions=assume(kv_flash_gbytes_per_s=value))[
            0
        ]
        for value in (0.5, 1.0)
    )
    assert fast.rate == pytest.approx(2 * slow.rate)


def hybrid(mix: str, *workloads: Workload, **fields: Any) -> Design:
    """H100 and B200 racks in one pool."""
    blocks = (block("a"), block("b", rack="b200-rack", row=2))
    return design(
        sites=(site(halls=(hall(blocks=blocks),)),), pools=(pool(mix=mix, **fields),), workloads=workloads
    )


def rate(given: Design, workload: int = 0) -> float:
    """Tokens/s in the first month, over all parts."""
    return float(evaluate(given, load_catalog()).states[0].plant.rates[workload].rate[:, 0].sum())


def test_serving_adds_in_every_mode_but_the_split() -> None:
    apart = rate(hybrid("separate", chat()))
    assert rate(hybrid("data", chat())) == pytest.approx(apart)
    assert rate(hybrid("pipeline", chat())) == pytest.approx(apart)
    assert rate(hybrid("best", chat())) >= apart


def test_one_run_over_two_kinds_loses_what_the_bridge_takes() -> None:
    job = run(chips_max=10_000)
    apart = rate(hybrid("separate", job))
    wide, narrow = (rate(hybrid("data", job, bridge_gbytes_per_s=speed)) for speed in (10_000.0, 50.0))
    assert narrow < wide < apart
    assert wide == pytest.approx(apart, rel=0.05)
    assert rate(hybrid("best", job, bridge_gbytes_per_s=50.0)) >= narrow


def test_one_domain_takes_the_bridge_away() -> None:
    job = run(chips_max=10_000)
    bridged = rate(hybrid("data", job, bridge_gbytes_per_s=50.0))
    assert rate(hybrid("data", job, bridge_gbytes_per_s=50.0, one_domain_what_if=True)) > bridged


def test_prefill_here_and_decode_there() -> None:
    found = rate(hybrid("prefill_decode", chat(input_len=8192)))
    assert found > 0
    assert rate(hybrid("prefill_decode", chat(input_len=8192), bridge_gbytes_per_s=1.0)) < found


def test_a_kind_alone_in_a_mixed_pool_is_as_it_is_alone() -> None:
    alone = design(workloads=(run(),))
    assert rate(design(workloads=(run(),), pools=(pool(mix="pipeline"),))) == pytest.approx(rate(alone))


def test_demand_and_worth_plan_nothing_again() -> None:
    catalog = load_catalog()
    first = evaluate(design(workloads=(chat(), batch())), catalog).states[0].plant.rates
    second = evaluate(
        design(
            workloads=(
                chat(tokens_per_s=9.0, priority=2, value_usd_per_m_output=3.0), batch(tokens_per_month=1.0),
            )
        ),
        catalog,
    ).states[0].plant.rates  # fmt: skip
    assert all(one is other for one, other in zip(first, second, strict=True))


def test_jobs_of_many_sizes_share_what_no_size_changes() -> None:
    catalog = load_catalog()

    def found(racks: int) -> Rates:
        given = design(
            workloads=(run(chips_max=4096),), sites=(site(halls=(hall(blocks=(block(cols=racks),)),)),)
        )
        return evaluate(given, catalog).states[0].plant.rates[0]

    small, large = found(4), found(10)
    assert small.job_chips[0] < large.job_chips[0]
    assert small.ready is large.ready
    assert small.models is large.models
    # one value by month is not kept month by month, and nobody may write into what others read
    assert not small.ready.flags.writeable
    assert not small.full.flags.writeable
    assert (small.full == small.full[:, :1]).all()

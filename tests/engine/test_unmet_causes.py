"""Which limit keeps demand unmet: each cause in a design of its own, with values worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Port
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.work.unmet_causes import CAUSES
from fleetdesigner.files.fleet_file import read_fleet
from tests.engine.designs import JANUARY, agents, block, chat, design, hall, phase, site

MANY = 1e9
"""Tokens/s that no fleet of these tests serves."""


def found(given: Design) -> Results:
    return evaluate(given, load_catalog())


def causes(given: Design, month: int = 0) -> dict[str, float]:
    """Cause → share of what is unmet in a month; those that count."""
    results = found(given)
    whole = results.series["unmet_tokens_per_s"].values[0, month]
    each = {one.key: results.series[f"unmet_tokens_per_s.cause:{one.key}"].values[0, month] for one in CAUSES}
    assert sum(each.values()) == pytest.approx(whole, rel=1e-9)
    return {key: value / whole for key, value in each.items() if value > 0}


def fleet(*works: Any, racks: tuple[Any, ...] = (), **limits: Any) -> Design:
    return design(sites=(site(halls=(hall(blocks=racks or (block(),), **limits),)),), workloads=works)


def test_full_pools() -> None:
    assert causes(fleet(chat(tokens_per_s=MANY))) == {"full": 1.0}


def test_nothing_is_unmet_where_all_is_served() -> None:
    results = found(fleet(chat(tokens_per_s=1.0)))
    assert not any(results.series[f"unmet_tokens_per_s.cause:{one.key}"].values.any() for one in CAUSES)


def test_half_the_power_is_half_the_chips() -> None:
    # ten racks of 40.8 kW, their network and storage; cooling for half of that holds half of the chips back
    plain = found(fleet(chat(tokens_per_s=MANY)))
    load = float(plain.series["it_power_kw"].values[0, 0])
    capacity = float(plain.series["serving_tokens_per_s"].values[0, 0])
    tight = fleet(chat(tokens_per_s=0.8 * capacity), air_kw=load / 2)
    # half is served, 0.3 of it is unmet, and the chips held back could serve 0.5
    assert causes(tight) == {"power": 1.0}
    beyond = fleet(chat(tokens_per_s=1.2 * capacity), air_kw=load / 2)
    # 0.7 unmet, of which the chips held back could serve 0.5
    assert causes(beyond) == pytest.approx({"power": 0.5 / 0.7, "full": 0.2 / 0.7})


def test_chips_held_back_are_given_once() -> None:
    plain = found(fleet(chat(tokens_per_s=MANY)))
    load = float(plain.series["it_power_kw"].values[0, 0])
    capacity = float(plain.series["serving_tokens_per_s"].values[0, 0])
    two = fleet(
        chat("a", tokens_per_s=0.8 * capacity, priority=1), chat("b", tokens_per_s=capacity, priority=2),
        air_kw=load / 2,
    )  # fmt: skip
    # a: 0.3 by power; b: all unmet, of the 0.5 held back 0.2 are left for it; 1.3 together
    assert causes(two) == pytest.approx({"power": 0.5 / 1.3, "full": 0.8 / 1.3})


def test_phases_and_halls_that_are_not_in_service() -> None:
    early, late = block("a"), block("b", row=2, phase_id="p2")
    given = fleet(chat(tokens_per_s=MANY), racks=(early, late)).changed(
        phases=(phase(), phase("p2", JANUARY + 3))
    )
    capacity = found(given).series["serving_tokens_per_s"].values[0, 0]
    # as many chips come as there are
    want = MANY - capacity
    assert causes(given, 0) == pytest.approx({"service": capacity / want, "full": 1 - capacity / want})
    assert causes(given, 3) == {"full": 1.0}
    waiting = fleet(chat(tokens_per_s=1.0), ready_month=JANUARY + 5)
    assert causes(waiting, 4) == {"service": 1.0}


def test_software_that_is_not_ready() -> None:
    port = Port(
        start_month=JANUARY, engineer_weeks=13.0, engineers=1.0, efficiency=Constant(value=0.8)
    )  # fmt: skip
    work = chat(tokens_per_s=10.0, model_id="qwen3-235b-a22b", port=port)
    given = fleet(work, racks=(block(rack="trn2-ultra", cols=4),))
    # 13 / 4.345 = 2.99 months
    assert causes(given, 2) == {"software": 1.0}
    assert found(given).series["unmet_tokens_per_s"].values[0, 3] == 0


def test_memory_that_holds_no_more_sessions() -> None:
    given = fleet(agents(sessions=1e7, turns_per_hour=1.0, kv_tier="hbm", state_tokens=100_000))
    state = found(given).states[0]
    rates = state.plant.rates[0]
    # a session brings 512 / 3600 tokens/s; the chips could decode more than the sessions that fit bring
    fit = rates.sessions[0, 0] * 512 / 3600
    assert fit < rates.rate[0, 0]
    share = (rates.rate[0, 0] - fit) / (1e7 * 512 / 3600 - fit)
    assert causes(given) == pytest.approx({"memory": share, "full": 1 - share})


def test_a_latency_target_out_of_reach() -> None:
    assert causes(fleet(chat(tokens_per_s=10.0, tpot_ms=0.01))) == {"latency": 1.0}


def test_memory_that_holds_not_even_the_weights() -> None:
    given = fleet(chat(tokens_per_s=10.0, model_id="kimi-k2", dtype="bf16"))
    assert causes(given) == {"memory": 1.0}


def test_no_pool_is_allowed() -> None:
    assert causes(fleet(chat(tokens_per_s=10.0, allow=("trainium",)))) == {"nowhere": 1.0}


@pytest.mark.parametrize("name", ["hybrid-migration", "ultracluster-1m", "openai-2gw"])
def test_parts_sum_to_the_whole_on_examples(name: str) -> None:
    results = found(read_fleet(resource("examples", f"{name}.fleet")).design)
    whole = results.series["unmet_tokens_per_s"].values[0]
    parts = [results.series[f"unmet_tokens_per_s.cause:{one.key}"].values[0] for one in CAUSES]
    np.testing.assert_allclose(np.sum(parts, axis=0), whole, rtol=1e-9, atol=1e-9 * max(whole.max(), 1.0))


# what findings say of it


def unmet_finding(given: Design) -> tuple[str, dict[str, str]]:
    """(detail, remedies with what they say) of the first finding of unmet demand."""
    one = next(finding for finding in found(given).findings if finding.rule == "unmet_demand")
    return one.detail, {remedy.label: remedy.detail for remedy in one.remedies}


def test_a_finding_names_the_limits_and_what_helps() -> None:
    plain = found(fleet(chat(tokens_per_s=MANY)))
    load = float(plain.series["it_power_kw"].values[0, 0])
    capacity = float(plain.series["serving_tokens_per_s"].values[0, 0])
    detail, remedies = unmet_finding(fleet(chat(tokens_per_s=1.2 * capacity), air_kw=load / 2))
    # 0.5 of 0.7 by cooling
    assert "Power or cooling 71 %, pools full 29 %." in detail
    # 0.2 of the capacity of 320 chips
    assert list(remedies) == ["Give it more power or cooling", "Add about 64 chips to train H100"]


def test_a_finding_offers_what_comes_later() -> None:
    late = fleet(chat(tokens_per_s=10.0), racks=(block("b", phase_id="p2"),)).changed(
        phases=(phase("p2", JANUARY + 3),)
    )
    detail, remedies = unmet_finding(late)
    assert "Not in service yet 100 %." in detail
    assert remedies == {
        "Order earlier what the plan already has": "Still to come: p2 (2027-04). Together 10.0 tok/s of it."
    }
    waiting = unmet_finding(fleet(chat(tokens_per_s=10.0), ready_month=JANUARY + 5))[1]
    assert list(waiting) == ["Get its hall ready earlier"]


def test_a_finding_offers_a_port_or_engineers() -> None:
    port = Port(start_month=JANUARY, engineer_weeks=13.0, engineers=1.0, efficiency=Constant(value=0.8))
    racks = (block(rack="trn2-ultra", cols=4),)
    work = chat(tokens_per_s=10.0, model_id="qwen3-235b-a22b", port=port)
    remedies = unmet_finding(fleet(work, racks=racks))[1]
    assert list(remedies) == ["Begin its port earlier, or with more engineers"]


def test_a_finding_offers_host_memory() -> None:
    slow: dict[str, Any] = {"turns_per_hour": 1.0, "kv_tier": "hbm", "state_tokens": 100_000}
    fit = found(fleet(agents(sessions=1.0, **slow))).states[0].plant.rates[0].sessions[0, 0]
    detail, remedies = unmet_finding(fleet(agents(sessions=1.5 * fit, **slow)))
    assert "Memory 100 %." in detail
    assert list(remedies) == ["Keep waiting state in host memory"]

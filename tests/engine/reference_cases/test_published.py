"""A gigawatt, a hundred thousand GPUs, and two gigawatts of Trainium3, against what is published."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.fleet import Block, Hall
from fleetdesigner.design.model import Design
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.files.fleet_file import read_fleet
from tests.engine.reference_cases.fleets import cost_by_item, known
from tests.engine.reference_cases.rows import (
    REASONS,
    TELL_FROM,
    Row,
    all_rows,
    epoch,
    gigawatt,
    hundred_thousand,
)
from tests.engine.reference_cases.table import medians
from tests.engine.reference_cases.table import page as all_tables

PAGE = Path(__file__).with_name("README.md")
ROOT = Path(__file__).resolve().parents[3]


LIMITED = tuple(row for row in (*epoch(), *hundred_thousand()) if row.limit is not None)


@pytest.mark.parametrize("row", LIMITED, ids=lambda row: str(row.key))
def test_that_a_row_keeps_its_limit(row: Row) -> None:
    assert row.limit is not None
    assert abs(row.deviation) <= row.limit


def test_that_the_limits_are_those_of_the_issue() -> None:
    assert {row.name: row.limit for row in LIMITED} == {
        "capex": 0.08,
        "a year, IT life of 5 years": 0.08,
        "a year, IT life of 3 years": 0.12,
        "a year, IT life of 7 years": 0.12,
        "opex a year, an input": 0.001,
        "IT, storage by NVIDIA's GB200 unit": 0.07,
        "IT, a tenth beside servers": 0.07,
        "energy a year": 0.01,
        "bill a year at 0.078 $/kWh": 0.01,
    }


def test_the_gigawatt_by_hand() -> None:
    """7,576 racks of 132 kW and 3.5 M USD, 11,700 USD/kW of shell."""
    base = gigawatt()
    assert known(base, "chips") == 7_576 * 72
    assert known(base, "it_power_kw") == pytest.approx(7_576 * 132.0, rel=1e-9)
    assert known(base, "capex_usd") == pytest.approx(7_576 * (3.5e6 + 132.0 * 11_700), rel=1e-9)
    # 8 % over 60 months with a tenth left: 0.0187721522 a month of the price, as in test_cost
    items = cost_by_item(base)
    a_rack = (items["servers"] + items["fabric"]) * 72 * 730
    assert a_rack == pytest.approx(3.5e6 * 0.0187721522, rel=1e-8)


def two_gigawatts() -> Design:
    """The bundled example."""
    return read_fleet(resource("examples", "openai-2gw.fleet")).design


def trainium3_alone(given: Design, more: int) -> Design:
    """The example with Trainium3 in every block, and `more` systems in the free row of each hall."""

    def filled(hall: Hall) -> Hall:
        blocks = tuple(_trainium3(block) for block in hall.blocks)
        rest = blocks[0].changed(id=f"{hall.id}-more", row=4, cols=more, rows=1)
        return hall.changed(blocks=(*blocks, rest))

    return given.changed(
        sites=tuple(site.changed(halls=tuple(filled(hall) for hall in site.halls)) for site in given.sites)
    )


def _trainium3(block: Block) -> Block:
    stays = tuple(stay.changed(pool_id="trn3") for stay in block.stays)
    return block.changed(rack_id="trn3-gen2", stays=stays)


def within_the_grid(found: Results, given: Design) -> None:
    for site in given.sites:
        drawn = found.series[f"facility_power_kw.site:{site.id}"].values[0]
        grid = found.series[f"grid_limit_kw.site:{site.id}"].values[0]
        over = np.flatnonzero(drawn > grid)
        assert not len(over), (site.id, [int(found.months[at]) for at in over])
        assert (drawn > 0).any()


def test_that_two_gigawatts_are_that_many_trainium3() -> None:
    """As many systems as the grid of each site carries: 292 in a hall of 67.2 MW."""
    plan = two_gigawatts()
    given = trainium3_alone(plan, more=4)
    found = evaluate(given, load_catalog())
    chips, power = (
        known(found, "chips", found.default_month),
        known(found, "facility_power_kw", found.default_month),
    )
    # by hand: 144 chips of 1.3 kW and 61 W of network, 6.5 % of storage, PUE 1.1
    assert chips == 30 * 292 * 144
    assert power == pytest.approx(chips * (1.3 + 0.061) * 1.065 * 1.1, rel=1e-9)
    assert power == pytest.approx(2e6, rel=0.01)
    assert 1.25e6 <= chips <= 1.36e6
    assert 1.25e6 <= chips / power * 2e6 <= 1.36e6
    # nothing more fits: a fifth system beside the 288 would be past the grid
    grid = sum(site.grid[-1][1] for site in plan.sites)
    assert 0.99 * grid <= power <= grid
    assert not [one.message for one in found.findings if one.severity == "error"]


@pytest.mark.parametrize("alone", [False, True], ids=["as bundled", "Trainium3 alone"])
def test_that_no_month_draws_more_than_its_site_has(alone: bool) -> None:
    given = two_gigawatts()
    if alone:
        given = trainium3_alone(given, more=4)
    within_the_grid(evaluate(given, load_catalog()), given)


def test_that_more_than_the_grid_would_be_seen() -> None:
    given = trainium3_alone(two_gigawatts(), more=5)
    with pytest.raises(AssertionError, match="ohio"):
        within_the_grid(evaluate(given, load_catalog()), given)


def test_that_every_row_far_off_has_its_sentence() -> None:
    far = {row.key for row in all_rows() if abs(row.deviation) > TELL_FROM}
    assert far == REASONS.keys()


def test_that_the_pages_say_what_is_printed() -> None:
    """The tables in the page beside this, and the sentence in the first page."""
    page = PAGE.read_text(encoding="utf-8")
    assert all_tables() in page, "python -m tests.engine.reference_cases --write"
    first = re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert medians() in first

"""Commitments as people say them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetdesigner.catalog import Catalog, load_catalog
from fleetdesigner.engine.commitments.text import read_commitment, system_named
from fleetdesigner.engine.commitments.values import CommitmentError

CATALOG = load_catalog()

READ: tuple[tuple[str, dict[str, Any]], ...] = (
    ("2 GW", {"power_kw": 2e6}),
    ("2GW IT of Trainium 3", {"power_kw": 2e6, "power_basis": "IT", "systems": ("trn3-gen2",)}),
    ("455 MW of IT power", {"power_kw": 455e3, "power_basis": "IT"}),
    ("1.2 GW of facility power", {"power_kw": 1.2e6, "power_basis": "facility"}),
    ("500,000 chips", {"chips": 5e5}),
    ("500,000 Trainium2", {"chips": 5e5, "systems": ("trn2-ultra",)}),
    ("1 million Trainium3 chips", {"chips": 1e6, "systems": ("trn3-gen2",)}),
    ("500k GPUs", {"chips": 5e5}),
    ("$100 bn over 8 years", {"usd": 1e11, "years": 8}),
    ("38B USD for 7 years of GB300s", {"usd": 3.8e10, "years": 7, "systems": ("gb300-nvl72",)}),
    ("an 8-year $100bn deal", {"usd": 1e11, "years": 8}),
    ("$38 bn over 7 years of GB200/GB300", {"years": 7, "systems": ("gb200-nvl72", "gb300-nvl72")}),
    ("2 GW of Trainium3+4", {"power_kw": 2e6, "systems": ("trn3-gen2", "trn4-mgx")}),
    ("100k H100s at 150 MW IT", {"chips": 1e5, "power_kw": 1.5e5, "power_basis": "IT"}),
    ("2 GW from 2027-01 by end of 2029", {"start_month": 24_325, "full_month": 24_360}),
    ("$11 bn to build 500,000 Trainium2", {"usd": 1.1e10, "usd_for": "building", "chips": 5e5}),
)  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), READ)
def test_what_was_said_is_read(words: str, expected: dict[str, Any]) -> None:
    found = read_commitment(words, CATALOG)
    for name, wanted in expected.items():
        held = getattr(found, name)
        assert getattr(held, "value", held) == wanted, name
    assert found.name == words


@pytest.mark.parametrize(
    ("words", "name", "bound"),
    [
        ("up to 5 GW", "power_kw", "at most"),
        ("more than $100 bn over 10 years", "usd", "at least"),
        (">100 bn USD over 10 years", "usd", "at least"),
        ("at least 1M chips", "chips", "at least"),
        ("about 2 GW", "power_kw", ""),
    ],
)
def test_a_bound_is_kept(words: str, name: str, bound: str) -> None:
    assert getattr(read_commitment(words, CATALOG), name).bound == bound


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "a commitment is missing"),
        ("2 GW of bananas", "“bananas” is not understood"),
        ("2 GW 3 GW", "two powers; give one"),
        ("-5 GW", "cannot be negative"),
        ("0 GW", "greater than 0"),
        ("5 years", "says no power, no chips and no dollars"),
        ("Trainium2", "says no power, no chips and no dollars"),
        ("$5 bn over 99 years", "years: input should be less than or equal to 20"),
        ("2 GW from 2030 by 2028", "is complete before it starts"),
        ("2 GW by 2026-13", "is not a month"),
    ],
)
def test_what_cannot_be_read_is_said(words: str, fault: str) -> None:
    with pytest.raises(CommitmentError, match=fault) as caught:
        read_commitment(words, CATALOG)
    assert "\n" not in str(caught.value)


@given(
    st.text(max_size=60)
    | st.from_regex(r"(up to )?[0-9.,$]{1,6} ?(GW|MW|chips|bn|B|over|years|of| )+", fullmatch=True)
)
def test_nothing_breaks_the_reader(words: str) -> None:
    try:
        read_commitment(words, CATALOG)
    except CommitmentError:
        return


def test_a_chip_names_its_largest_system() -> None:
    catalog: Catalog = CATALOG
    assert system_named("Trainium3", catalog).id == "trn3-gen2"
    assert system_named("trn2-rack", catalog).id == "trn2-rack"
    with pytest.raises(CommitmentError, match="“nix” is no rack system"):
        system_named("nix", catalog)

"""The palettes hold what the look promises: contrast, and colours that stay apart without red or green."""

from __future__ import annotations

import itertools
import math
import re

import pytest

from fleetdesigner.look.tokens import DASHES, GRADES, PALETTES, Palette, contrast, screen_size

TEXT_ON = [
    (text, surface)
    for text in ("ink", "ink2", "accentInk", "over", "caution")
    for surface in ("window", "panel", "sunken", "raised", "hover", "canvas", "floor", "cell")
]


@pytest.fixture(params=sorted(PALETTES))
def palette(request: pytest.FixtureRequest) -> Palette:
    return PALETTES[request.param]


def test_every_token_is_a_hex_colour(palette: Palette) -> None:
    shades = [*palette.colours.values(), *palette.costs, *palette.scenarios]
    shades += [shade for family in palette.families.values() for shade in (family.fill, family.edge)]
    assert all(re.fullmatch(r"[0-9A-F]{6}", shade) for shade in shades)


@pytest.mark.parametrize(("text", "surface"), TEXT_ON)
def test_text_reads_on_every_surface(palette: Palette, text: str, surface: str) -> None:
    assert contrast(palette.colours[text], palette.colours[surface]) >= 4.5


def test_captions_read_where_they_stand(palette: Palette) -> None:
    for surface in ("window", "panel", "sunken", "raised"):
        assert contrast(palette.colours["ink3"], palette.colours[surface]) >= 4.5
    assert contrast(palette.colours["inkInv"], palette.colours["accent"]) >= 4.5


def test_text_reads_on_hardware(palette: Palette) -> None:
    for name, family in palette.families.items():
        assert contrast(palette.colours[family.text], family.fill) >= 4.5, name


def test_lines_of_graphs_stand_out(palette: Palette) -> None:
    panel = palette.colours["panel"]
    for name, family in palette.families.items():
        assert contrast(family.edge, panel) >= 3, name
    for token in ("ghost", "accent", "ink", "border"):
        assert contrast(palette.colours[token], panel) >= 3, token
    for shade in palette.scenarios:
        assert contrast(shade, panel) >= 3, shade


def _lab(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of a colour as somebody sees it; the matrix acts on linear RGB."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    r, g, b = (min(1.0, max(0.0, sum(m * c for m, c in zip(row, linear, strict=True)))) for row in matrix)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


# Machado, Oliveira and Fernandes 2009, severity 1.0
DEFICIENCIES = {
    "red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
SAME_STEP = (
    ("trainium1", "ampere"),
    ("trainium2", "hopper"),
    ("trainium3", "blackwell"),
    ("trainium4", "rubin"),
)


@pytest.mark.parametrize("deficiency", sorted(DEFICIENCIES))
@pytest.mark.parametrize("pair", SAME_STEP)
def test_trainium_and_nvidia_stay_apart(palette: Palette, deficiency: str, pair: tuple[str, str]) -> None:
    first, second = (
        _lab(palette.family(one).fill, DEFICIENCIES[deficiency]) for one in pair
    )  # fmt: skip
    assert math.dist(first, second) >= 20


def test_generations_of_a_family_get_darker() -> None:
    light = PALETTES["light"]
    for family in (
        ("trainium1", "trainium2", "trainium3", "trainium4"),
        ("ampere", "hopper", "blackwell", "rubin"),
    ):
        white = [contrast(light.family(one).fill, "FFFFFF") for one in family]
        assert all(a < b for a, b in itertools.pairwise(white))


def test_unknown_generation_is_grey(palette: Palette) -> None:
    assert palette.family("something-new") == palette.families["network"]
    assert palette.family("inferentia2") == palette.families["trainium1"]


def test_every_grade_has_a_line() -> None:
    assert set(DASHES) == set(GRADES)


def test_sizes_by_width() -> None:
    assert [screen_size(w).graphs for w in (1280, 1366, 1600, 1920, 2560)] == [2, 3, 3, 4, 4]
    assert [screen_size(w).kpis for w in (1280, 1366, 1600, 1920)] == [5, 5, 7, 9]

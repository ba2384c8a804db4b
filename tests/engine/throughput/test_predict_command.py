"""The command ``predict``: what it writes, and one line for every kind of bad input."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.cli.predict_command import NUMBERS, run
from fleetdesigner.engine.throughput.predict import predict_point
from tests.engine.throughput.test_validation_sample import CAL, CATALOG, POINTS

SAMPLE = Path(__file__).parent / "points_sample.json"


def called(*args: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    status = run(list(args), out, err)
    return status, out.getvalue(), err.getvalue()


def test_forecasts_of_a_file() -> None:
    status, out, err = called(str(SAMPLE))
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert [item["id"] for item in answer] == [point["id"] for point in POINTS]
    assert set(answer[0]) >= {"id", "predicted", "unit", "low", "high", "breakdown"}
    assert all(item["predicted"] is not None or item["why"] for item in answer)


def test_the_same_into_a_file(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    status, out, err = called(str(SAMPLE), "-o", str(target))
    assert (status, out, err) == (0, "", "")
    assert json.loads(target.read_text(encoding="utf-8")) == json.loads(called(str(SAMPLE))[1])
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[{]", "line 1"),
        ("{}", "is not a list of points; put the points in [ ]"),
        ("[3]", "point 1: is not an object"),
        ('[{"id": "a"}, {"id": "b", "tp": "eight"}]', "point 2, tp: 'eight' is not a number"),
        ('[{"id": "a", "tp": true}]', "point 1, tp: True is not a number"),
        ('[{"id": "a", "layers": -3}]', "point 1, layers: -3 is out of range"),
        ('[{"id": "a", "model": 7}]', "point 1, model: 7 is not a text"),
        ('[{"kind": "training"}]', "point 1: has no id"),
        ('[{"id": "a", "value": NaN}]', "NaN"),
        ('[{"id": "a", "value": 1e999}]', "point 1, value"),
    ],
)
def test_bad_points_give_one_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "points.json"
    path.write_text(text, encoding="utf-8")
    status, out, err = called(str(path))
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith(str(path))
    assert words in err


def test_bad_files_and_arguments_give_one_line(tmp_path: Path) -> None:
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    for args in (
        (),
        (str(tmp_path / "none.json"),),
        (str(tmp_path),),
        (str(binary),),
        (str(SAMPLE), "--colour"),
    ):
        status, out, err = called(*args)
        assert (status, out, err.count("\n")) == (2, "", 1), args
    status, _, err = called(str(SAMPLE), "-o", str(tmp_path / "no" / "out.json"))
    assert status == 1
    assert err.count("\n") == 1
    assert called("--help")[0] == 0


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, len(POINTS) - 1),
    changes=st.dictionaries(
        st.sampled_from(NUMBERS), st.one_of(st.none(), st.floats(0, 1e16), st.integers(0, 10**6)), max_size=4
    ),
)
def test_absurd_figures_never_break_a_forecast(at: int, changes: dict[str, Any]) -> None:
    forecast = predict_point(POINTS[at] | changes, CATALOG, CAL)
    if forecast.predicted is None:
        assert forecast.why
    else:
        assert 0 < forecast.predicted < float("inf")

"""Fit the shared factors of the throughput equations on the bundled measurements, and say how well they do.

    python packaging/calibrate.py [--points POINTS.json] [--leave-pairs-out] [--write]

``--leave-pairs-out`` leaves one (model, chip) pair after the other out of the fit and takes its errors from
what the others say. ``--write`` does so too, and replaces the fitted numbers, the date, the bands and the
errors in ``resources/calibration/throughput.toml``, and ``left_out.csv`` beside it. All errors are those of
``fleetdesigner predict`` with the factors as they are written. Needs scipy, which the program does not.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fit_throughput import SAME, Point, Problem, Vector, serving_problem, training_problem

from fleetdesigner.catalog import Catalog, load_catalog
from fleetdesigner.engine.throughput.calibration import Calibration, load_calibration
from fleetdesigner.engine.throughput.predict import band_name, predict_points
from fleetdesigner.engine.throughput.validation import (
    class_of,
    errors_of,
    pair_of,
    scored,
    time_ratio,
    validation_points,
)

TARGET = Path(__file__).resolve().parent.parent / "resources" / "calibration" / "throughput.toml"
KINDS = {"training": "training", "inference": "serving"}


@dataclass
class Scores:
    """Scored points of one activity with predicted over published time, NaN where there is no forecast."""

    activity: str
    points: list[Point]
    bands: list[str]
    fitted: Vector
    left_out: Vector

    def of(self, keep: Sequence[int], ratios: Vector) -> str:
        """One line of errors of some rows."""
        e = errors_of(ratios[list(keep)], [pair_of(self.points[i]) for i in keep])
        return f"{e.median:6.1%} {e.p90:6.1%}  pairs {e.pairs:3d} {e.pair_median:6.1%}  bias {e.bias:4.2f}"


def placed(text: str, best: Mapping[str, float]) -> str:
    """The calibration text with fitted numbers in their places."""
    for place, value in best.items():
        for each in (place, *SAME.get(place, ())):
            table, _, key = each.rpartition(".")
            text = replaced(text, table, key, f"{value:.4g}")
    return text


def replaced(text: str, table: str, key: str, value: str) -> str:
    """The calibration text with one value changed. Raises ValueError where there is none of that name."""
    start = rf"(^\[{re.escape(table)}\]\n(?:[^\[\n].*\n|\n)*?)" if table else r"(\A(?:#.*\n)*(?:\w.*\n)*?)"
    pattern = re.compile(rf"{start}({re.escape(key)} = )\S.*$", re.MULTILINE)
    text, found = pattern.subn(lambda hit: hit.group(1) + hit.group(2) + value, text, count=1)
    if not found:
        raise ValueError(f"{TARGET.name}: [{table}] has no {key}")
    return text


def read(text: str) -> Calibration:
    """The calibration a text stands for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / TARGET.name
        path.write_text(text, encoding="utf-8")
        return load_calibration(path)


def ratios_of(points: Sequence[Point], catalog: Catalog, cal: Calibration) -> Vector:
    """Predicted over published time of points."""
    forecasts = predict_points(points, catalog, cal)
    return np.array([time_ratio(p, f.predicted) for p, f in zip(points, forecasts, strict=True)])


def left_out(
    problem: Problem, best: Mapping[str, float], points: Sequence[Point], text: str, catalog: Catalog
) -> Vector:
    """Ratios of points, those of each pair by factors that were fitted without it."""
    answer = np.empty(len(points))
    pairs = [pair_of(point) for point in points]
    for pair in dict.fromkeys(pairs):
        own = [i for i, each in enumerate(pairs) if each == pair]
        cal = read(placed(text, problem.fit(pair, best)))
        answer[own] = ratios_of([points[i] for i in own], catalog, cal)
    return answer


def band(ratio: Vector) -> dict[str, float]:
    """80 % interval of published over predicted time, with the rows and errors behind it."""
    error = np.abs(ratio - 1.0)
    return {
        "low": float(np.quantile(1.0 / ratio, 0.1)),
        "high": float(np.quantile(1.0 / ratio, 0.9)),
        "rows": float(len(ratio)),
        "median_error": float(np.median(error)),
        "p90_error": float(np.quantile(error, 0.9)),
    }


def report(scores: Scores, bands: Mapping[str, Mapping[str, float]]) -> None:
    """Errors of one activity by family and class, and rows inside their bands."""
    every = range(len(scores.points))
    print(f"{'':34} rows none | in sample: median p90, pair medians | left out: the same")
    groups: dict[str, list[int]] = {"all": list(every)}
    for i in every:
        groups.setdefault("family " + str(scores.points[i]["family"]), []).append(i)
    for i in every:
        groups.setdefault(class_of(scores.points[i]), []).append(i)
    for name, own in groups.items():
        none = int(np.isnan(scores.left_out[own]).sum())
        late = errors_of(scores.left_out[own], [pair_of(scores.points[i]) for i in own])
        mark = "  MISSES 20 %" if len(own) >= 10 and late.median > 0.2 else ""
        line = f"{scores.of(own, scores.fitted)} | {scores.of(own, scores.left_out)}"
        print(f"{name:34} {len(own):4d} {none:4d} | {line}{mark}")
    for name in dict.fromkeys(scores.bands):
        own = [i for i in every if scores.bands[i] == name and not np.isnan(scores.left_out[i])]
        truth = 1.0 / scores.left_out[own]
        now = bands[name]
        inside = float(np.mean((truth >= now["low"]) & (truth <= now["high"]))) if own else float("nan")
        print(f"band {name:29} {len(own):4d} rows, {inside:.0%} inside {now['low']:.3f} to {now['high']:.3f}")


def main(args: Sequence[str]) -> int:
    """Fit, report, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--points", type=Path, help="default: the bundled ones")
    parser.add_argument("--leave-pairs-out", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(args)
    given = asked.points
    points = json.loads(given.read_text(encoding="utf-8")) if given else list(validation_points())
    catalog, cal = load_catalog(), load_calibration()
    text = TARGET.read_text(encoding="utf-8")
    problems = (training_problem(points, cal), serving_problem(points, cal))
    bests = []
    for problem in problems:
        best = problem.fit(None, problem.start)
        print(problem.name, len(problem.rows), "rows fitted,", len(best), "numbers")
        for name, value in best.items():
            print(f"  {name} = {value:.4g}")
        text = placed(text, best)
        bests.append(best)
    count = sum(len(best) for best in bests)
    print(count, "fitted numbers in all")
    fitted_cal = read(text)
    lines = ["id,band,fitted,left_out"]
    for problem, best in zip(problems, bests, strict=True):
        own = [p for p in points if KINDS[p["kind"]] == problem.name and scored(p)]
        fitted = ratios_of(own, catalog, fitted_cal)
        out = left_out(problem, best, own, text, catalog) if asked.leave_pairs_out or asked.write else fitted
        scores = Scores(problem.name, own, [band_name(p, catalog, cal) for p in own], fitted, out)
        bands = {}
        for name in dict.fromkeys(scores.bands):
            keep = np.array([each == name for each in scores.bands]) & ~np.isnan(out)
            if not keep.any() or name.endswith("-unfitted"):
                now = dict(cal.bands)[name]
                bands[name] = {"low": now.low, "high": now.high}
                continue
            bands[name] = band(out[keep])
            for key, value in bands[name].items():
                text = replaced(text, f"bands.{name}", key, f"{value:.3g}")
        report(scores, bands)
        for kind, ratios in (("in_sample", fitted), ("left_out", out)):
            e = errors_of(ratios, [pair_of(p) for p in own])
            for key, value in (
                ("rows", e.rows), ("missing", e.missing), ("median", e.median), ("p90", e.p90),
                ("pair_median", e.pair_median),
            ):  # fmt: skip
                text = replaced(text, f"errors.{problem.name}.{kind}", key, f"{value:.4g}")
        lines += [
            f"{p['id']},{name},{a:.5f},{b:.5f}"
            for p, name, a, b in zip(own, scores.bands, fitted, out, strict=True)
        ]
    if asked.write:
        rows = sum(len(problem.rows) for problem in problems)
        text = replaced(text, "", "date", f'"{datetime.datetime.now(datetime.UTC).date().isoformat()}"')
        text = replaced(text, "", "fitted_numbers", f"{count}")
        text = replaced(text, "", "fitted_rows", f"{rows}")
        TARGET.write_text(text, encoding="utf-8")
        TARGET.with_name("left_out.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

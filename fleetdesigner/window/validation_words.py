"""Sentences of the validation view: the headline with its errors, and what a band is."""

from __future__ import annotations

from fleetdesigner.engine.throughput.checked import Basis, Checked, Flags, group_name
from fleetdesigner.engine.throughput.checked_choice import Choice
from fleetdesigner.engine.throughput.validation import Errors


def headline(checked: Checked, shown: Flags, choice: Choice, basis: Basis) -> str:
    """Median and p90 of the chosen points, training and serving apart."""
    parts = []
    for name, flags in (("training", shown & ~checked.serving), ("serving", shown & checked.serving)):
        errors = checked.errors(flags, basis)
        if errors is not None:
            parts.append(f"{name} {_errors(errors)}")
    if not parts:
        return "No point that counts fits the search and the filters."
    lead = "Whole pairs of model and chip left out" if basis == "left_out" else "In sample"
    chosen = choice.in_words()
    return f"{lead}{f', {chosen}' if chosen else ''}: {'; '.join(parts)}."


def missing(choice: Choice, wanted: str) -> str:
    """What is said first when there is no published number of what was asked for; empty when there is."""
    if not wanted or wanted in (group_name(grouping, key) for grouping, key in choice.keys):
        return ""
    what = {"training": "training run", "serving": "serving run"}.get(choice.activity, "run")
    return f"No {what} on {wanted} was published; forecasts rest on others. "


def _errors(errors: Errors) -> str:
    points = f"{errors.rows:,} point{'' if errors.rows == 1 else 's'}"
    if errors.rows == 1:
        return f"{100 * errors.median:.1f} % on 1 point"
    return f"{100 * errors.median:.1f} % median, {100 * errors.p90:.1f} % p90 on {points}"


def note(checked: Checked) -> str:
    """What left out, error and band mean, and which points do not count."""
    hidden = len(checked.rows) - int(checked.scored.sum())
    without = sum(1 for row in checked.rows if row.forecast.predicted is None)
    return (
        "An error is predicted over published time, less 1. Left out: each pair of a model and a chip is "
        "forecast by factors that never saw it. The band of a forecast holds the true value four times in "
        f"five, read from left-out pairs of its class. {hidden} of {len(checked.rows):,} points do not "
        "count: their configuration was not published in full, or their source takes them back; "
        f"{without} of them get no forecast."
    )

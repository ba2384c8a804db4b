"""The rows as text, and what the span of each shared assumption does to the cost of an hour."""

from __future__ import annotations

from collections.abc import Iterator

from fleetdesigner.units import text
from tests.engine.reference_cases.given import OWNERS, shared
from tests.engine.reference_cases.rows import REASONS, TELL_FROM, Row, all_rows, hourly, spread


def percent(share: float) -> str:
    """``−3.1 %``, ``0.0 %``"""
    shown = f"{abs(share) * 100:.1f}"
    sign = "" if shown == "0.0" else "−" if share < 0 else "+"
    return f"{sign}{shown} %"


def lines(rows: tuple[Row, ...] | None = None) -> Iterator[str]:
    """A table of all rows, or of some, and below it a sentence for each that is far off."""
    rows = all_rows() if rows is None else rows
    yield "| group | case | published | engine | deviation | limit |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in rows:
        limit = "" if row.limit is None else f"{row.limit * 100:g} %"
        cells = (row.group, row.name, *(text(v, row.unit) for v in (row.published, row.engine)))
        yield f"| {' | '.join(cells)} | {percent(row.deviation)} | {limit} |"
    yield ""
    yield medians()
    yield ""
    for row in rows:
        if abs(row.deviation) > TELL_FROM:
            yield f"- {row.group}, {row.name}, {percent(row.deviation)}: {REASONS[row.key]}"


def page() -> str:
    """All that the page beside this shows."""
    return "\n".join(
        (
            *lines(),
            "", "Median and worst deviation of the cost of an hour by the life of the servers:", "", *joint(),
            "", "and at either end of the span of each assumption, the others as they are:", "", *spans(),
        )
    )  # fmt: skip


def medians() -> str:
    """The sentence that the limits are on."""
    middle, worst = spread(hourly())
    owners = [f"{who} {spread(hourly(who))[0] * 100:.1f} %" for who in OWNERS]
    return (
        f"Cost of an hour: half of the cases are within {middle * 100:.1f} % ({', '.join(owners)}), "
        f"the worst is {worst * 100:.1f} % off."
    )


NETWORK = {"it_life_months": "fabric_life_months", "residual_share": "fabric_residual_share"}
"""What the network has of its own, by what servers have: here they go together."""


def _with_network(changed: dict[str, float]) -> dict[str, float]:
    return changed | {NETWORK[key]: value for key, value in changed.items() if key in NETWORK}


def spans() -> Iterator[str]:
    """Median and largest deviation of an owner's cases with one assumption at an end of its sourced span."""
    yield "| owner | assumption | used | low | median, worst | high | median, worst |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for owner in OWNERS:
        given = shared(owner)
        for key, figure in {**given.assumptions, **given.site}.items():
            if key == "fabric_life_months":  # goes with the servers
                continue
            ends = []
            for end in (figure.low, figure.high):
                if end is None:
                    raise ValueError(f"{owner}.toml {key}: needs a span")
                changed = _with_network({key: end})
                ends.append(f"{end:g} | {_spread(hourly(owner, **changed))}")
            yield f"| {owner} | {key} | {figure.value:g} | {' | '.join(ends)} |"


JOINT = (
    ("hyperscaler", (48.0, 60.0, 72.0), "residual_share", (0.0, 0.1, 0.2)),
    ("neocloud", (48.0, 60.0, 72.0), "colocation_usd_per_kw_month", (137.5, 166.0, 195.0)),
)


def joint() -> Iterator[str]:
    """The life of the servers, which matters most, with what could stand in for it."""
    yield "| owner | life of servers, months | with | median, worst |"
    yield "| --- | --- | --- | --- |"
    for owner, lives, key, values in JOINT:
        for life in lives:
            for value in values:
                changed = _with_network({"it_life_months": life, key: value})
                yield f"| {owner} | {life:g} | {key} {value:g} | {_spread(hourly(owner, **changed))} |"


def _spread(rows: tuple[Row, ...]) -> str:
    middle, worst = spread(rows)
    return f"{middle * 100:.1f}, {worst * 100:.1f} %"

"""A translated commitment as text, Markdown and JSON: one table, three forms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fleetdesigner.engine.commitments.figures import Figured
from fleetdesigner.engine.commitments.translate import Landing, Translation
from fleetdesigner.engine.commitments.values import Amount, Commitment
from fleetdesigner.units import month_text, text
from fleetdesigner.values import Grade

_GRADE_WORDS: dict[Grade, str] = {"vendor": "vendor claim", "none": "no public figure"}
_MOST = 3
"""Facts named beside a figure."""


def grade_words(grade: Grade) -> str:
    """A grade in full: ``vendor claim``."""
    return _GRADE_WORDS.get(grade, grade)


def said(commitment: Commitment) -> tuple[str, ...]:
    """What was announced, one given a line: ``2.00 GW, power not said whether facility or IT``."""
    out = []
    if commitment.power_kw is not None:
        basis = {"facility": "facility power", "IT": "IT power", "not said": "basis not said"}
        out.append(_given(commitment.power_kw, "kW", basis[commitment.power_basis]))
    if commitment.chips is not None:
        out.append(_given(commitment.chips, "chip", "chips"))
    if commitment.usd is not None:
        years = f" over {commitment.years:g} years" if commitment.years is not None else ""
        use = "for building" if commitment.usd_for == "building" else "for hours of use"
        out.append(_given(commitment.usd, "usd", f"{use}{years}"))
    return tuple(out)


def _given(amount: Amount, unit: str, words: str) -> str:
    bound = {"at most": "up to ", "at least": "more than ", "": ""}[amount.bound]
    joined = " " if words.startswith(("chips", "for")) else ", "
    return f"{bound}{text(amount.value, unit)}{joined}{words}"


def value_text(figure: Figured) -> str:
    """``≤ 1.21 M``; ``–`` without a value."""
    if figure.value is None:
        return "–"
    return f"{ {'at most': '≤ ', 'at least': '≥ ', '': ''}[figure.bound] }{text(figure.value, figure.unit)}"


def span_text(figure: Figured) -> str:
    """``1.04 M to 1.58 M``; empty where nothing is uncertain."""
    low, high = figure.low, figure.high
    if low is None or high is None or high <= low * (1 + 1e-9):
        return ""
    return f"{text(low, figure.unit)} to {text(high, figure.unit)}"


def grade_text(figure: Figured) -> str:
    """``vendor claim, worst assumption``: the grade with the largest share, and the worst beside it."""
    if figure.value is None:
        return figure.why
    grade = grade_words(figure.grade)
    worst = grade_words(figure.worst)
    return grade if figure.worst == figure.grade else f"{grade}, worst {worst}"


def rests_text(figure: Figured) -> str:
    """The facts that move it furthest."""
    return ", ".join(one.fact.label for one in figure.rests_on[:_MOST])


def dates(landings: Sequence[Landing], most: int = 8) -> tuple[Landing, ...]:
    """At most so many months, evenly spread, the last among them."""
    if len(landings) <= most:
        return tuple(landings)
    step = len(landings) / most
    return tuple(landings[round((at + 1) * step) - 1] for at in range(most))


def systems_text(translation: Translation) -> str:
    """``2,775 × Trn3 Gen2 UltraServer, 5,550 × Trn4 MGX rack``."""
    pairs = zip(translation.counts, translation.racks, strict=True)
    return ", ".join(f"{count:,} × {rack.name}" if count else rack.name for count, rack in pairs)


def commitment_text(translation: Translation) -> str:
    """The table for a terminal."""
    commitment, figures = translation.commitment, translation.figures
    lines = [commitment.name]
    if commitment.announced:
        lines.append(f"announced {commitment.announced}")
    lines += [f"  said: {one}" for one in said(commitment)]
    lines += [f"  with: {systems_text(translation)} at {translation.place}"]
    wide = max(len(figure.name) for figure in figures)
    group = ""
    for figure in figures:
        if figure.group != group:
            group = figure.group
            lines += ["", group]
        shown = f"  {figure.name:<{wide}}{value_text(figure):>14}  {span_text(figure):<24}"
        lines.append(f"{shown}  {grade_text(figure)}")
    if translation.landings:
        lines += ["", "By date"]
        lines += [
            f"  {month_text(one.month)}  {text(one.facility_kw, 'kW'):>9}  {text(one.chips, 'chip'):>9} chips"
            for one in dates(translation.landings)
        ]
    lines += ["", "Remarks", *(f"  {one}" for one in translation.remarks)]
    lines += ["", "Sources", *(f"  {line}" for line in sources(translation))]
    return "\n".join(lines) + "\n"


def sources(translation: Translation) -> tuple[str, ...]:
    """A line for each fact that a figure rests on: value, span, grade, source."""
    facts = {one.fact.ref: one.fact for figure in translation.figures for one in figure.rests_on}
    lines = []
    for fact in facts.values():
        low, high = (text(end, fact.unit) for end in fact.ends)
        ends = f" ({low} to {high})" if fact.has_span else ""
        grade = grade_words(fact.grade)
        lines.append(f"{fact.label}: {text(fact.value, fact.unit)}{ends}, {grade}, {fact.source}")
    return tuple(lines)


def commitment_markdown(translation: Translation) -> str:
    """The table for a page or a ticket."""
    commitment = translation.commitment
    lines = [f"# {commitment.name}", ""]
    if commitment.announced:
        lines += [f"Announced {commitment.announced}.", ""]
    lines += [*(f"- {one}" for one in said(commitment)), f"- {systems_text(translation)}", ""]
    lines += _rows(
        ("Figure", "Value", "Span", "Grade", "Rests on"),
        [
            (one.name, value_text(one), span_text(one), grade_text(one), rests_text(one))
            for one in translation.figures
        ],
    )
    if translation.landings:
        lines += ["", "## By date", ""]
        lines += _rows(
            ("Month", "Facility power", "IT power", "Chips"),
            [
                (
                    month_text(one.month),
                    text(one.facility_kw, "kW"),
                    text(one.it_kw, "kW"),
                    text(one.chips, "chip"),
                )
                for one in dates(translation.landings)
            ],
        )
    lines += ["", "## Remarks", "", *(f"- {one}" for one in translation.remarks)]
    lines += ["", "## Sources", "", *(f"- {one}" for one in sources(translation))]
    return "\n".join(lines) + "\n"


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    cells = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(one.replace("|", "\\|") for one in row) + " |" for row in cells]


def commitment_json(translation: Translation) -> str:
    """Everything in full precision, null where there is no figure."""
    return json.dumps(as_data(translation), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_data(translation: Translation) -> dict[str, Any]:
    """The translation as plain data."""
    commitment = translation.commitment
    given = commitment.model_dump(mode="json", exclude={"start_month", "full_month"})
    for name in ("start_month", "full_month"):
        month = getattr(commitment, name)
        given[name] = None if month is None else month_text(month)
    choices = translation.choices.model_dump(mode="json", exclude={"start_month"})
    choices["start_month"] = month_text(translation.choices.start_month or 0)
    return {
        "commitment": given,
        "choices": choices,
        "systems": {
            rack.id: count for rack, count in zip(translation.racks, translation.counts, strict=True)
        },
        "figures": {figure.id: _figure(figure) for figure in translation.figures},
        "months": [
            {
                "month": month_text(one.month), "chips": one.chips, "it_power_kw": one.it_kw,
                "facility_power_kw": one.facility_kw, "low_kw": one.low_kw, "high_kw": one.high_kw,
            }
            for one in translation.landings
        ],
        "remarks": list(translation.remarks),
    }  # fmt: skip


def _figure(figure: Figured) -> dict[str, Any]:
    out: dict[str, Any] = {
        "name": figure.name, "value": figure.value, "low": figure.low, "high": figure.high,
        "unit": figure.unit + figure.per, "bound": figure.bound, "evidence": figure.grade,
        "worst": figure.worst, "definition": figure.formula,
        "rests_on": [
            {
                "ref": one.fact.ref, "label": one.fact.label, "value": one.fact.value, "low": one.fact.low,
                "high": one.fact.high, "unit": one.fact.unit, "evidence": one.fact.grade,
                "source": one.fact.source, "figure_at_low": one.at_low, "figure_at_high": one.at_high,
            }
            for one in figure.rests_on
        ],
    }  # fmt: skip
    if figure.value is None:
        out["why"] = figure.why
    return out

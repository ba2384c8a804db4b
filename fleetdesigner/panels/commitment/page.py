"""What stands beside the table of a commitment, as a page: what was said, remarks, MW by date, sources."""

from __future__ import annotations

import html
from collections.abc import Iterable

from fleetdesigner.engine.commitments.figures import Figured
from fleetdesigner.engine.commitments.translate import Translation
from fleetdesigner.export.commitment_forms import dates, grade_words, said
from fleetdesigner.look import current
from fleetdesigner.units import month_text, text

_MOST = 8


def commitment_page(translation: Translation, picked: Figured | None) -> str:
    """HTML; `picked` is the figure whose inputs are shown first."""
    commitment = translation.commitment
    parts: list[str] = []
    if picked is not None:
        parts += _rests(picked)
    announced = f", announced {commitment.announced}" if commitment.announced else ""
    parts += [_head(f"Said{announced}"), _list(said(commitment))]
    parts += [_head("Remarks"), _list(translation.remarks)]
    if translation.landings:
        rows = "".join(
            f"<tr><td>{month_text(one.month)}</td><td align='right'>{text(one.facility_kw, 'kW')}</td>"
            f"<td align='right'>{text(one.it_kw, 'kW')}</td>"
            f"<td align='right'>{text(round(one.chips), 'chip')}</td></tr>"
            for one in dates(translation.landings, _MOST)
        )
        parts.append(
            _head("By date") + "<table cellspacing='0' cellpadding='2' width='97%'><tr>"
            f"<td {_quiet()}>Month</td><td align='right' {_quiet()}>Facility</td>"
            f"<td align='right' {_quiet()}>IT</td><td align='right' {_quiet()}>Chips</td></tr>{rows}</table>"
        )
    if picked is None:
        given = [
            f"{words}: {grade_words(amount.evidence)}, {amount.date}, {amount.source}"
            for words, amount in (
                ("Power", commitment.power_kw),
                ("Chips", commitment.chips),
                ("Dollars", commitment.usd),
            )
            if amount is not None and amount.date
        ]
        if given:
            parts += [_head("Sources"), _list(given)]
        parts.append(f"<p {_quiet()}>Pick a figure to see what it rests on.</p>")
    return "".join(parts)


def _rests(figure: Figured) -> list[str]:
    """What moves a figure, furthest first, with the figure at both ends and the source."""
    out = [_head(figure.name), f"<p>{html.escape(figure.why or figure.formula)}</p>"]
    lines = []
    for one in figure.rests_on[:_MOST]:
        fact = one.fact
        low, high = (text(end, fact.unit) for end in fact.ends)
        given = f"{fact.label[0].upper()}{fact.label[1:]}: {text(fact.value, fact.unit)}"
        if fact.has_span:
            ends = f"{text(one.at_low, figure.unit)} to {text(one.at_high, figure.unit)}"
            given += f"; {low} to {high} makes it {ends}"
        lines.append(
            f"<p style='margin:0 0 6px 0'>{html.escape(given)}<br><span {_quiet()}>"
            f"{grade_words(fact.grade)}, {html.escape(fact.source)}</span></p>"
        )
    return out + lines


def _head(words: str) -> str:
    return f"<p style='margin:8px 0 2px 0; font-weight:600'>{html.escape(words)}</p>"


def _list(lines: Iterable[str]) -> str:
    return "".join(f"<p style='margin:0 0 4px 0'>{html.escape(one)}</p>" for one in lines)


def _quiet() -> str:
    return f"style='color:{current().color('ink2').name()}'"

"""The sentence over the timeline: when capacity is complete, and which date costs most when it slips."""

from __future__ import annotations

from collections.abc import Sequence

from fleetdesigner.engine.at_rest.slips import Slip
from fleetdesigner.engine.results import Results
from fleetdesigner.units import month_text, text


def sentence(results: Results | None, slips: Sequence[Slip]) -> str:
    """``Capacity is complete in 2028-03; Trainium3 is on the critical path: 3 months later costs $12 M.``

    `slips` the dearest first; empty while nobody knows.
    """
    if results is None:
        return ""
    known = results.kpi("months_to_capacity", brief=True).value
    if known is None:
        return "No accelerator is in service in this plan."
    chips = float(results.states[0].chips.max())
    month = month_text(results.first_month + round(known))
    done = f"Capacity is complete in {month}: {text(chips, 'count')} accelerators"
    known_slips = [(slip.npv_usd.value, slip) for slip in slips if slip.npv_usd.value is not None]
    if not known_slips:
        return f"{done}."
    dollars, worst = known_slips[0]
    gain, best = known_slips[-1]
    when = "a month later" if worst.months == 1 else f"{worst.months} months later"
    if max(-dollars, gain) < 1.0:
        return f"{done}. No single slip changes the NPV."
    if gain > -dollars:
        return f"{done}. Waiting pays: {best.name}, {when}, gains {text(gain, 'usd')} of NPV."
    waits = worst.capacity_months.value
    critical = waits is None or waits > 0
    role = "is on the critical path" if critical else "costs most when it slips"
    return f"{done}. {worst.name} {role}: {when} costs {text(-dollars, 'usd')} of NPV."

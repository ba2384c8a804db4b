"""What is worked out when the hand rests: shares of evidence, the optimum, what would turn the plan,
and what one more unit is worth.

The window and the command line both add it to the same results.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.model import Design
from fleetdesigner.engine.at_rest.evidence import evidence_shares
from fleetdesigner.engine.at_rest.flips import flips_of, plan_turns
from fleetdesigner.engine.at_rest.one_more import one_more, worth_findings
from fleetdesigner.engine.at_rest.optimum import rest_findings
from fleetdesigner.engine.checks import in_order
from fleetdesigner.engine.results import Results


def at_rest(
    results: Results,
    design: Design,
    catalog: Catalog,
    month: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Results:
    """The results of a design with evidence and what one more is worth (in an absolute month), flips, and
    the findings of these.

    `cancelled` is asked between steps; once it says yes the results come back as they are.
    """
    flips = flips_of(design, catalog, cancelled=cancelled)
    shares = evidence_shares(design, catalog, month=month, cancelled=cancelled)
    worth = one_more(design, catalog, month, cancelled)
    if cancelled():
        return results
    more = (*rest_findings(results.states[0]), *plan_turns(flips), *worth_findings(worth))
    return dataclasses.replace(
        results, evidence=shares, flips=flips, one_more=worth, findings=in_order((*results.findings, *more))
    )

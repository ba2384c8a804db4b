"""The sample axis: the base design, its scenarios, and small variations of either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fleetdesigner.catalog import Catalog, CatalogError
from fleetdesigner.design.edits import EditError, scenario_design
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.remembered import SAMPLES, Remembered


@dataclass(frozen=True, slots=True)
class Sample:
    """One variation: another design, figures or assumptions in place of the base's."""

    name: str = ""
    overrides: tuple[Override, ...] = ()
    """On top of the design's own."""
    assumptions: tuple[tuple[str, float], ...] = ()
    """(key, value), on top of the design's own."""
    design: Design | None = None
    """In place of the base."""


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One row of the sample axis."""

    id: str
    name: str
    design: Design
    sample: Sample


_CATALOGS: Remembered[Catalog] = Remembered(SAMPLES)
NOTHING = Sample()


def variants_of(
    design: Design, scenarios: Sequence[str], samples: Sequence[Sample] | None
) -> tuple[Variant, ...]:
    """The base, then the scenarios by id in their order, then the samples.

    Raises EvaluationError for a scenario that is not in the design.
    """
    out = [Variant(design.id, design.name, design, NOTHING)]
    names = {scenario.id: scenario.name for scenario in design.scenarios}
    for one in scenarios:
        try:
            out.append(Variant(one, names.get(one, one), scenario_design(design, one), NOTHING))
        except EditError as error:
            raise EvaluationError(str(error)) from None
    for at, sample in enumerate(samples or ()):
        name = sample.name or f"sample {at + 1}"
        out.append(Variant(f"sample:{at}", name, sample.design or design, sample))
    return tuple(out)


def catalog_of(variant: Variant, catalog: Catalog) -> Catalog:
    """The catalog with the figures that the design, then the sample, put in place of its own.

    Raises EvaluationError that names the entry or field that does not exist.
    """
    overrides = variant.design.overrides + variant.sample.overrides
    if not overrides:
        return catalog

    def resolved() -> Catalog:
        try:
            return catalog.with_overrides(overrides)
        except CatalogError as error:
            raise EvaluationError(str(error)) from None

    return _CATALOGS.get((catalog,), overrides, resolved)

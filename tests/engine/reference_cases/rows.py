"""Every published figure beside the engine's, as rows with a signed deviation.

A row may have a limit; one without is shown for what it is. What a case gives the engine stands at the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from statistics import median
from types import MappingProxyType

from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.results import Results
from tests.engine.reference_cases.fleets import cost_by_item, fleet, known, of_case, results
from tests.engine.reference_cases.given import OWNERS, Case, cases, published, shared

MEDIAN_LIMIT = 0.07
WORST_LIMIT = 0.16
TELL_FROM = 0.10
"""A deviation above this needs a sentence in ``REASONS``."""
HOURS_PER_YEAR = 8_760.0
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "facility kW a chip, InferenceX, GB200": "the publisher adds up design powers of chips and trays, "
        "the catalog plans with the 132 kW that a rack's power shelves can give.",
        "facility kW a chip, InferenceX, GB300": "the publisher copies GB200's 2.10 kW; NVIDIA's 7.5 kW "
        "a tray and an 800 Gbit/s network, twice as hungry, are in ours.",
        "facility kW a chip, Colossus 2, a target, against GB200": "2 GW over 555,000 GPUs is a target of "
        "the press; the power may be the estate's, or meant for more GPUs than are named.",
        "capex of 1 GW of IT, Morgan Stanley, H100": "the note leaves out HBM and CPU and does not say "
        "whether its gigawatt is IT or facility power.",
        "capex of 1 GW of IT, Morgan Stanley, B200": "as for H100.",
        "capex of 1 GW of IT, Morgan Stanley, GB300": "as for H100.",
        "capex of 1 GW, facility, Epoch AI's hub, GB200": "the hub's figure is for the first sites "
        "of that size, of several operators and chips; ours is for GB200 alone.",
        "a year of 1 MW of IT, Epoch AI, H100": "an older model; an H100 with its share of the cluster was "
        "47,000 to 52,000 $ in 2024 (substack.tech-talk-cto.com), it is 31,250 $ here.",
        "an hour of a GPU, looser, H100, cash of a neocloud": "0.30 to 0.40 $ has room for space and energy "
        "(ours: 0.40 $); staff and 2 % of support, for which nobody prints a figure, come on top in ours.",
    }
)
"""Key of a row → why it is off by more than ``TELL_FROM``."""


@dataclass(frozen=True, slots=True)
class Row:
    """One published figure and the engine's."""

    group: str
    name: str
    published: float
    engine: float
    unit: str
    limit: float | None = None

    @property
    def key(self) -> str:
        """What ``REASONS`` calls it."""
        return f"{self.group}, {self.name}"

    @property
    def deviation(self) -> float:
        """Signed, as a share of the published figure."""
        return self.engine / self.published - 1.0


def spread(rows: tuple[Row, ...]) -> tuple[float, float]:
    """(median, largest) of the deviations without their sign."""
    sizes = [abs(row.deviation) for row in rows]
    return median(sizes), max(sizes)


def hourly(owner: str = "", **changed: float) -> tuple[Row, ...]:
    """The cost of an hour of one GPU, by case and owner (all, or one); assumptions `changed` by key."""
    return tuple(
        Row(
            "an hour of a GPU, owned", f"{one.id.upper()}, {who}", target.value,
            known(results(of_case(one, shared(who), **changed)), "usd_per_accelerator_hour"), "usd/hour",
            WORST_LIMIT,
        )
        for who in OWNERS for one in cases() if owner in ("", who)
        for target in (one.targets.get(who),) if target is not None
    )  # fmt: skip


@cache
def found(case_id: str, owner: str = "hyperscaler") -> Results:
    """The results of a case of the cost of an hour."""
    return results(of_case(case(case_id), shared(owner)))


def case(case_id: str) -> Case:
    """A case by its id."""
    return next(one for one in cases() if one.id == case_id)


RACKS_OF_EPOCH = round(1e6 / 132.0)
PORT_KW, PORT_USD = 0.133, 7_000.0
"""What the engine adds for the network of a GB200 in three tiers of NDR; Epoch's figures hold it already."""


@cache
def gigawatt(it_life_months: float = 60.0, energy_usd_per_kwh: float | None = None) -> Results:
    """Epoch's gigawatt of GB200 with its inputs.

    132 kW and 3.5 M USD a rack hold the network, so the rack alone is given what the engine's network leaves;
    no storage beside it, no spares and no support, as the source's capex and opex have none; 0.3 bn USD a
    year beside energy. Cost of capital, residual value, shell and PUE are the hyperscaler's, and so is the
    price of energy unless told.
    """
    given = shared("hyperscaler")
    pue = given.site["pue"].value
    price = given.site["energy_usd_per_kwh"].value if energy_usd_per_kwh is None else energy_usd_per_kwh
    own = dict(
        it_life_months=it_life_months, fabric_life_months=it_life_months, facility_life_months=168.0,
        storage_management_share=0.0, spares_share_of_capex=0.0, support_share_per_year=0.0,
        staff_usd_per_mw_year=0.3e9 / 1_000.0 / pue, water_usd_per_m3=0.0,
    )  # fmt: skip
    rack = "racks/gb200-nvl72"
    return results(
        fleet(
            "gb200-nvl72", RACKS_OF_EPOCH, given.assumed(**own), pue=pue, energy_usd_per_kwh=price,
            overrides=(
                Override(entry=rack, field="it_power_kw", value=132.0 - 72 * PORT_KW),
                Override(entry=rack, field="price_usd", value=3.5e6 - 72 * PORT_USD),
            ),
        )
    )  # fmt: skip


def a_year(found: Results, *items: str) -> float:
    """USD a year of some cost items, of all when none is named."""
    costs = cost_by_item(found)
    return sum(costs[key] for key in items or costs) * HOURS_PER_YEAR * known(found, "chips")


def epoch() -> Iterator[Row]:
    """Capex and yearly cost by life of the gigawatt. Its opex is an input: energy is priced so that it is
    met; what energy costs at the hyperscaler's price is a row of its own.
    """
    told = published()
    group = "1 GW of GB200, Epoch AI's inputs"
    energy = a_year(gigawatt(), "energy")
    beside = known(gigawatt(), "opex_usd_per_month") * 12.0 - energy
    price = shared("hyperscaler").site["energy_usd_per_kwh"].value
    met = price * (told["epoch-opex"].value - beside) / energy
    base = gigawatt(60.0, met)
    yield Row(group, "capex", told["epoch-capex"].value, known(base, "capex_usd"), "usd", 0.08)
    for name, months, limit in (("", 60.0, 0.08), ("-of-3", 36.0, 0.12), ("-of-7", 84.0, 0.12)):
        yield Row(
            group, f"a year, IT life of {months / 12:g} years", told[f"epoch-year{name}"].value,
            a_year(gigawatt(months, met)), "usd", limit,
        )  # fmt: skip
    yield Row(
        group, "opex a year, an input", told["epoch-opex"].value,
        known(base, "opex_usd_per_month") * 12.0, "usd", 0.001,
    )  # fmt: skip
    yield Row(group, "energy a year at 0.078 $/kWh", told["epoch-energy"].value, energy, "usd")


NODES_KW = 100_000 / 8 * 10.2


@cache
def cluster(storage_share: float, pue: float = 1.21) -> Results:
    """100,000 H100 in nodes of 10.2 kW on three tiers, at full draw: the case's 1.21 holds PUE and load."""
    given = shared("hyperscaler")
    full = Override(entry="racks/h100-rack", field="idle_power_kw", value=40.8)
    return results(
        fleet(
            "h100-rack", 3_125, given.assumed(storage_management_share=storage_share), pue=pue,
            energy_usd_per_kwh=0.078, overrides=(full,), works=False,
        )
    )  # fmt: skip


def hundred_thousand() -> Iterator[Row]:
    """IT power bottom up, and energy of a year at the case's own IT power."""
    told = published()
    group = "100,000 H100"
    it = told["h100-cluster-it"].value
    servers_and_network = known(cluster(0.0), "it_power_kw")
    sourced = shared("hyperscaler").assumptions["storage_management_share"].value
    a_tenth = NODES_KW / 0.9 / servers_and_network - 1.0
    for name, share in (("storage by NVIDIA's GB200 unit", sourced), ("a tenth beside servers", a_tenth)):
        yield Row(group, f"IT, {name}", it, known(cluster(share), "it_power_kw"), "kW", 0.07)
    own = cluster(it / servers_and_network - 1.0)
    kwh = float(own.series["energy_kwh"].values[0][6]) * 12.0
    yield Row(group, "energy a year", told["h100-cluster-energy"].value, kwh, "kWh", 0.01)
    bill = told["h100-cluster-bill"].value
    yield Row(group, "bill a year at 0.078 $/kWh", bill, a_year(own, "energy"), "usd", 0.01)


@cache
def of_catalog(rack: str, racks: int, fabric: str, tiers: int = 3) -> Results:
    """A fleet as the catalog has it, under the hyperscaler's assumptions."""
    given = shared("hyperscaler")
    return results(
        fleet(
            rack, racks, given.assumed(), pue=given.site["pue"].value,
            energy_usd_per_kwh=given.site["energy_usd_per_kwh"].value, fabric=fabric, tiers=tiers,
        )
    )  # fmt: skip


def power_a_chip() -> Iterator[Row]:
    """Facility power a chip against what is published."""
    told = published()
    group = "facility kW a chip"

    def of(given: Results) -> float:
        return known(given, "facility_power_kw") / known(given, "chips")

    for one in ("h100", "h200", "b200", "gb200", "gb300"):
        yield Row(group, f"InferenceX, {one.upper()}", told[f"utility-{one}"].value, of(found(one)), "kW")
    for key, name, given in (
        ("xai-memphis", "xAI Memphis against H100", found("h100")),
        ("abilene", "Abilene against GB200", found("gb200")),
        ("colossus-2", "Colossus 2, a target, against GB200", found("gb200")),
        ("rainier", "Rainier, Trainium2", of_catalog("trn2-ultra", 8, "efa-v3")),
    ):
        yield Row(group, name, told[key].value, of(given), "kW")


def others() -> Iterator[Row]:
    """Capex of a gigawatt of IT, and costs whose basis is less sure."""
    told = published()
    group = "capex of 1 GW of IT"
    for name, who, one in (
        ("morgan-stanley", "Morgan Stanley", "h100"), ("morgan-stanley", "Morgan Stanley", "b200"),
        ("morgan-stanley", "Morgan Stanley", "gb300"), ("bernstein", "Bernstein", "gb200"),
    ):  # fmt: skip
        a_gw = known(found(one), "capex_usd") / known(found(one), "it_power_kw") * 1e6
        yield Row(group, f"{who}, {one.upper()}", told[f"{name}-{one}"].value, a_gw, "usd")
    hub = known(gigawatt(), "capex_usd") / known(gigawatt(), "facility_power_kw") * 1e6
    yield Row("capex of 1 GW, facility", "Epoch AI's hub, GB200", told["epoch-hub"].value, hub, "usd")
    a_mw = a_year(found("h100")) / known(found("h100"), "it_power_kw") * 1e3
    yield Row("a year of 1 MW of IT", "Epoch AI, H100", told["epoch-h100-mw"].value, a_mw, "usd")
    loose = "an hour of a GPU, looser"
    built = known(found("h100"), "usd_per_accelerator_hour")
    yield Row(loose, "H100, built and amortised", told["h100-built"].value, built, "usd/hour")
    rubin = known(of_catalog("vr-nvl72", 8, "infiniband-xdr"), "usd_per_accelerator_hour")
    yield Row(loose, "Rubin, catalog price", told["semianalysis-vr"].value, rubin, "usd/hour")
    items = cost_by_item(found("h100", "neocloud"))
    cash = sum(items[key] for key in ("colocation", "energy", "water", "staff", "support"))
    yield Row(loose, "H100, cash of a neocloud", told["h100-cash"].value, cash, "usd/hour")


def all_rows() -> tuple[Row, ...]:
    """Every row, in the order in which they are printed."""
    return (*hourly(), *epoch(), *hundred_thousand(), *power_a_chip(), *others())

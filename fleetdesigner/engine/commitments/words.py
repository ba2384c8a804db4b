"""What a translation has to say beside its numbers: what contradicts, what is missing, what was assumed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fleetdesigner.catalog import Rack
from fleetdesigner.engine.commitments.figures import Figured
from fleetdesigner.engine.commitments.values import Choices, Commitment
from fleetdesigner.units import digits, text


def remarks(
    commitment: Commitment,
    choices: Choices,
    racks: Sequence[Rack],
    table: Mapping[str, Figured],
    servers_kw: float,
) -> tuple[str, ...]:
    """Sentences without a full stop, the most important first. `servers_kw`: of one chip, in its server."""
    names = " and ".join(rack.short_name or rack.name for rack in racks)
    return (
        *_chips_against_power(commitment, choices, table, names),
        *_rate(table),
        *_sized_at_cost(choices, table),
        *_bounds(commitment),
        *_assumed(commitment, choices, racks),
        *_inside(table, servers_kw),
        *commitment.notes,
    )


def span(figure: Figured) -> str:
    """``1.65 (1.29 – 2.0)``: value and span in one unit; ``–`` without a value."""
    if figure.value is None:
        return "–"
    shown = text(figure.value, figure.unit)
    if figure.low is None or figure.high is None or figure.high <= figure.low * (1 + 1e-9):
        return shown
    return f"{shown} ({text(figure.low, figure.unit)} to {text(figure.high, figure.unit)})"


def _chips_against_power(
    commitment: Commitment, choices: Choices, table: Mapping[str, Figured], names: str
) -> Iterator[str]:
    chips, power = commitment.chips, commitment.power_kw
    per_chip = table["kw_per_chip"]
    if chips is None or power is None or per_chip.value is None:
        return
    by_power = table.get("chips_by_power", table["chips"])
    take = "take" if " and " in names else "takes"
    low, high = by_power.low or 0.0, by_power.high or float("inf")
    basis = "of IT " if commitment.power_basis == "IT" else ""
    said = (
        f"{text(chips.value, 'chip')} chips at {text(power.value, 'kW')} {basis}would be "
        f"{digits(power.value / chips.value)} kW a chip"
    )
    if low <= chips.value <= high:
        yield f"{said}: chips and power agree, the power is for {span(by_power)} chips of {names}"
    elif chips.value < low:
        yield (
            f"{said}; {names} {take} {span(per_chip)} with network, storage and cooling: the power is for "
            f"the full site, or for more than these chips"
        )
    else:
        yield (
            f"{said}; {names} {take} {span(per_chip)} with network, storage and cooling: not all chips stand "
            f"behind this power"
        )


def _rate(table: Mapping[str, Figured]) -> Iterator[str]:
    rate, own, rent = (table.get(one) for one in ("usd_per_chip_hour", "own", "rent"))
    if rate is None or rate.value is None or own is None or own.value is None:
        return
    shown = text(rate.value, "usd")
    if rate.bound == "at least" and rate.value < own.value:
        yield (
            f"If all of it is built and no more is paid, a chip-hour is {shown} and owning it costs "
            f"{span(own)}: fewer chips or more dollars will follow"
        )
        return
    if (rate.high or rate.value) < (own.low or own.value):
        yield (
            f"{shown} a chip-hour is less than owning costs, {span(own)}: the dollars pay for a part of "
            f"these chips or of the term"
        )
        return
    if rent is not None and rent.value is not None:
        if (rate.low or rate.value) > (rent.high or rent.value):
            yield (
                f"{shown} a chip-hour is more than the price book, {span(rent)}: the dollars pay for more "
                f"than these chips"
            )
            return
        side = "below" if rate.value < rent.value else "above"
        share = abs(rate.value / rent.value - 1.0)
        if share >= 0.005:
            yield (
                f"{shown} a chip-hour is {text(share, 'fraction', 2)} {side} the rent in the price book and "
                f"{digits(rate.value / own.value, 2)} × the cost of owning"
            )


def _sized_at_cost(choices: Choices, table: Mapping[str, Figured]) -> Iterator[str]:
    if choices.anchor == "dollars" and table["rent"].value is None and table["chips"].value is not None:
        yield (
            f"{table['rent'].why[0].upper()}{table['rent'].why[1:]}: the size follows from the cost of "
            f"owning, the most that the dollars could pay for"
        )


def _bounds(commitment: Commitment) -> Iterator[str]:
    for what, amount, unit in (
        ("power", commitment.power_kw, "kW"),
        ("chips", commitment.chips, "chip"),
        ("dollars", commitment.usd, "usd"),
    ):
        if amount is not None and amount.bound:
            ceiling = amount.bound == "at most"
            shown = f"{text(amount.value, unit)}{' chips' if unit == 'chip' else ''}"
            side, bound = ("ceiling", "an upper") if ceiling else ("floor", "a lower")
            yield f"{shown} is a {side}: what grows with the {what} is {bound} bound"


def _assumed(commitment: Commitment, choices: Choices, racks: Sequence[Rack]) -> Iterator[str]:
    if commitment.power_kw is not None and commitment.power_basis == "not said":
        yield "Whether facility or IT power is meant was not said: it is taken as facility power"
    if not commitment.systems:
        yield f"No rack system was named: {racks[0].short_name or racks[0].name} is taken"
    if len(choices.systems) > 1:
        shares = ", ".join(
            f"{text(share, 'fraction', 2)} {rack.short_name or rack.name}"
            for share, rack in zip(choices.shares, racks, strict=True)
        )
        yield f"Shares of the chips: {shares}, in the order in which they land"
    if commitment.start_month is None:
        yield "When it starts was not said"
    if commitment.full_month is None:
        yield f"How fast it lands was not said: {choices.ramp_months} months are assumed"
    if commitment.years is not None and commitment.usd is None:
        yield f"{commitment.years:g} years are taken as the term of use, not as the time until all of it runs"
    if commitment.usd is not None and commitment.usd_for == "building":
        yield "The dollars are for building, not for hours of use: no price of an hour follows"


def _inside(table: Mapping[str, Figured], servers_kw: float) -> Iterator[str]:
    per_chip = table["kw_per_chip"].value
    if per_chip is not None and servers_kw > 0:
        yield (
            f"{digits(servers_kw)} kW a chip in its server become {digits(per_chip)} kW with network, "
            f"storage, management and cooling; figures that leave these out give more chips a GW"
        )

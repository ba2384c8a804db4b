"""What surrounds the racks: fabrics that join them, sites that power them, books that price them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from fleetdesigner.catalog.entry import Entry, EntryId
from fleetdesigner.catalog.figure import Figure, FigureSpec
from fleetdesigner.catalog.hardware import Generation
from fleetdesigner.catalog.token_prices import TOKEN_FIGURES, TokenRow, model_and_figure, token_field
from fleetdesigner.values import Value


class Fabric(Entry):
    """A network that joins rack systems into one pool."""

    KIND: ClassVar[str] = "fabrics"

    technology: str
    tiers_max: Annotated[int, Field(ge=1, le=4)] = 3
    generations: tuple[Generation, ...] = ()
    """Chip generations that are sold with it."""

    endpoint_gbit_per_s: Annotated[
        Figure | None, FigureSpec("Gbit/s", 10, 60_000, "one way, per chip port")
    ] = None
    radix: Annotated[
        Figure | None, FigureSpec("ports", 4, 1024, "ports of a switch at the endpoint's rate")
    ] = None
    max_chips: Annotated[Figure | None, FigureSpec("chips", 8, 1e7, "largest cluster the vendor offers")] = (
        None
    )
    switch_power_kw: Annotated[Figure | None, FigureSpec("kW", 0.1, 50, "one switch with its optics")] = None
    endpoint_power_w_2tier: Annotated[
        Figure | None, FigureSpec("W", 1, 2000, "network power per chip, two tiers, without the NIC")
    ] = None
    endpoint_power_w_3tier: Annotated[
        Figure | None, FigureSpec("W", 1, 3000, "network power per chip, three tiers, without the NIC")
    ] = None
    capex_usd_per_chip_2tier: Annotated[
        Figure | None, FigureSpec("USD/chip", 50, 100_000, "back-end network per chip, two tiers")
    ] = None
    capex_usd_per_chip_3tier: Annotated[
        Figure | None, FigureSpec("USD/chip", 50, 100_000, "back-end network per chip, three tiers")
    ] = None
    link_efficiency: Annotated[
        Figure | None, FigureSpec("share", 0.1, 1, "achieved share of the line rate on large messages")
    ] = None
    latency_us: Annotated[Figure | None, FigureSpec("µs", 0.05, 100, "one message, end to end")] = None


class SitePreset(Entry):
    """A place with grid power, a tariff, a climate and a building cost."""

    KIND: ClassVar[str] = "sites"

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    """ISO 3166 code."""
    region: str

    energy_usd_per_kwh: Annotated[Figure | None, FigureSpec("USD/kWh", 0.005, 1, "energy charge")] = None
    demand_usd_per_kw_month: Annotated[
        Figure | None,
        FigureSpec("USD/kW-month", 0, 60, "charge for the peak drawn, beside the energy charge"),
    ] = None
    carbon_g_per_kwh: Annotated[
        Figure | None,
        FigureSpec("g/kWh", 1, 1500, "CO2-equivalent of consumed power, life cycle, location based"),
    ] = None
    pue: Annotated[Figure | None, FigureSpec("ratio", 1, 3, "facility over IT energy, mean of the year")] = (
        None
    )
    pue_summer: Annotated[Figure | None, FigureSpec("ratio", 1, 3, "same, in the hottest month")] = None
    wue_l_per_kwh: Annotated[Figure | None, FigureSpec("L/kWh", 0, 10, "water per kWh of IT energy")] = None
    shell_usd_per_kw: Annotated[
        Figure | None, FigureSpec("USD/kW", 500, 60_000, "shell, mechanical and electrical, per kW of IT")
    ] = None
    grid_lead_months: Annotated[
        Figure | None, FigureSpec("months", 0, 240, "wait for a large connection")
    ] = None
    colocation_usd_per_kw_month: Annotated[
        Figure | None, FigureSpec("USD/kW-month", 20, 1000, "rent of space and cooling, energy apart")
    ] = None


class PriceRow(Value):
    """The rent of one chip type in one book."""

    chip_id: EntryId
    usd_per_chip_hour: Figure
    sku: str = ""
    """What is rented, in the seller's words."""


class PriceBook(Entry):
    """Prices of one date and one basis: rents by chip, tokens by language model.

    Its figure fields are the chip ids of its rents, and ``token_field`` of its token prices.
    """

    KIND: ClassVar[str] = "prices"
    ROW: ClassVar[FigureSpec] = FigureSpec("USD/chip-hour", 0.01, 200, "rent of one chip for one hour")

    as_of: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    """Month the prices hold for."""
    basis: Literal[
        "capacity block", "on demand", "market rental", "spot", "commitment", "cost of ownership",
        "by the token",
    ]  # fmt: skip
    rows: tuple[PriceRow, ...] = ()
    """Rents."""
    models: tuple[TokenRow, ...] = ()
    """Prices of tokens."""

    @property
    def rents(self) -> bool:
        """Whether it is a book of rents; one without any row may become one."""
        return bool(self.rows) or not self.models

    @property
    def sells_tokens(self) -> bool:
        """Whether it prices the tokens of any model."""
        return bool(self.models)

    def field_names(self) -> tuple[str, ...]:
        """Chip ids of the rents, then input, cached input and output of each model."""
        tokens = (token_field(row.model_id, name) for row in self.models for name in TOKEN_FIGURES)
        return (*(row.chip_id for row in self.rows), *tokens)

    def spec(self, field: str) -> FigureSpec:
        """The same for each chip and each model; one that has no row can be given one by an override."""
        found = model_and_figure(field)
        return self.ROW if found is None else TOKEN_FIGURES[found[1]]

    def figure(self, field: str) -> Figure | None:
        """Rent of a chip per hour, or a price of a model's tokens; None when the book does not price it."""
        found = model_and_figure(field)
        if found is not None:
            held = self.tokens_of(found[0])
            return None if held is None else held.figure(found[1])
        for row in self.rows:
            if row.chip_id == field:
                return row.usd_per_chip_hour
        return None

    def usd_per_chip_hour(self, chip_id: str) -> Figure | None:
        """Rent of a chip per hour, None when the book does not price it."""
        return self.figure(chip_id)

    def tokens_of(self, model_id: str) -> TokenRow | None:
        """Prices of a model's tokens, None when the book does not sell it."""
        return next((row for row in self.models if row.model_id == model_id), None)

    def sells(self, model_id: str) -> bool:
        """Whether the book prices input and output of a model: what a bill needs."""
        row = self.tokens_of(model_id)
        return row is not None and None not in (row.usd_per_million_input, row.usd_per_million_output)

    def _with_checked_figure(self, field: str, figure: Figure | None) -> Self:
        found = model_and_figure(field)
        if found is not None:
            return self._with_token_figure(*found, figure)
        rows = [row for row in self.rows if row.chip_id != field]
        if figure is not None:
            at = next((i for i, row in enumerate(self.rows) if row.chip_id == field), len(rows))
            old = self.rows[at] if at < len(self.rows) and self.rows[at].chip_id == field else None
            rows.insert(at, PriceRow(chip_id=field, usd_per_chip_hour=figure, sku=old.sku if old else ""))
        return self.model_copy(update={"rows": tuple(rows)})

    def _with_token_figure(self, model_id: str, name: str, figure: Figure | None) -> Self:
        """A row stays in its place, also when its last figure is taken away."""
        row = self.tokens_of(model_id)
        if row is None:
            if figure is None:
                return self
            made = TokenRow(model_id=model_id).model_copy(update={name: figure})
            return self.model_copy(update={"models": (*self.models, made)})
        changed = row.model_copy(update={name: figure})
        models = tuple(changed if one is row else one for one in self.models)
        return self.model_copy(update={"models": models})

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for field, ids in (
            ("rows", [row.chip_id for row in self.rows]),
            ("models", [row.model_id for row in self.models]),
        ):
            for at, one in enumerate(ids):
                if one in ids[:at]:
                    raise ValueError(f"{field}[{at}]: {one} is priced twice; keep one row")
        return self

    def references(self) -> tuple[tuple[str, str, str], ...]:
        """The chips and language models it prices."""
        chips = ((f"rows[{i}].chip_id", "chips", row.chip_id) for i, row in enumerate(self.rows))
        models = ((f"models[{i}].model_id", "models", row.model_id) for i, row in enumerate(self.models))
        return (*chips, *models)

"""Where hardware stands: sites, halls, feeds, blocks, phases, pools."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from fleetdesigner.design.curves import Curve, Month, Ramp, Stair, check_not_negative, check_stair
from fleetdesigner.design.redundancy import Redundancy
from fleetdesigner.values import Value

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$")]
Name = Annotated[str, Field(max_length=200)]
Note = Annotated[str, Field(max_length=4000)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(ge=0, le=1e12)]
Cell = Annotated[int, Field(ge=0, le=9_999)]
Count = Annotated[int, Field(ge=1, le=10_000)]
SYSTEMS_IN_A_BLOCK = 10_000
AmountCurve = Annotated[Curve, AfterValidator(check_not_negative)]
"""A curve that never goes below zero."""
RisingStair = Annotated[Stair, AfterValidator(check_stair)]


class Tariff(Value):
    """What power costs: energy and demand are charged apart."""

    energy_usd_per_kwh: AmountCurve
    demand_usd_per_kw_month: AmountCurve


class Feed(Value):
    """A power feed of a hall and the rows it carries; stays empty until rows have limits of their own."""

    id: Id
    parent_id: Id | None = None
    limit_kw: Positive
    rows: Annotated[tuple[Cell, ...], Field(max_length=1000)] = ()


class Stay(Value):
    """From that month on the block belongs to the pool, until a later stay (cascade, migration)."""

    pool_id: Id
    from_month: Month


class PodUse(Value):
    """The block came from a pod with these parameters; `detached` fields no longer follow it."""

    pod_id: Id
    values: tuple[tuple[Id, float], ...] = ()
    anchor: tuple[Cell, Cell] = (0, 0)
    detached: tuple[Id, ...] = ()


class Block(Value):
    """Rack systems of one kind, `cols` × `rows` of them, placed in one gesture at (`col`, `row`).

    `col` counts floor positions, and a system covers as many as its catalog entry says, so system c of a row
    starts at col + c · positions. `holes` are (column, row) indices of systems left out.
    """

    id: Id
    rack_id: Annotated[str, Field(min_length=1, max_length=64)]
    col: Cell
    row: Cell
    cols: Count = 1
    rows: Count = 1
    turn: Literal[0, 90, 180, 270] = 0
    holes: Annotated[tuple[tuple[Cell, Cell], ...], Field(max_length=10_000)] = ()
    phase_id: Id
    stays: Annotated[tuple[Stay, ...], Field(max_length=24)] = ()
    pod: PodUse | None = None
    label: Name = ""

    @model_validator(mode="after")
    def _holes_are_inside(self) -> Block:
        if self.cols * self.rows > SYSTEMS_IN_A_BLOCK:
            raise ValueError(f"a block holds at most {SYSTEMS_IN_A_BLOCK:,} systems")
        if self.holes:
            if len(set(self.holes)) != len(self.holes):
                raise ValueError("the same hole is there twice")
            if any(column >= self.cols or line >= self.rows for column, line in self.holes):
                raise ValueError("a hole lies outside its block")
            if self.systems < 1:
                raise ValueError("a block keeps at least one system")
        return self

    @property
    def systems(self) -> int:
        """Rack systems in the block, holes left out."""
        return self.cols * self.rows - len(self.holes)


class Hall(Value):
    """A room with floor positions in rows, and limits of power, cooling and floor."""

    id: Id
    name: Name
    ready_month: Month
    width_m: Annotated[float, Field(gt=0, le=5_000)]
    depth_m: Annotated[float, Field(gt=0, le=5_000)]
    pitch_m: Annotated[float, Field(gt=0.1, le=5)] = 0.6
    aisle_m: Annotated[float, Field(gt=0, le=20)] = 1.8
    """Aisle between two rows; a row itself is 1.2 m deep."""
    it_limit_kw: Positive
    air_kw: Positive
    liquid_kw: Positive
    air_month: Month | None = None
    """Month from which the air cooling is there; None: with the hall."""
    liquid_month: Month | None = None
    """Month from which the liquid cooling is there; None: with the hall."""
    floor_kg_per_m2: Positive = 1_500.0
    redundancy: Redundancy = "N+1"
    derate: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of the limit that may be used."""
    feeds: Annotated[tuple[Feed, ...], Field(max_length=200)] = ()
    blocks: Annotated[tuple[Block, ...], Field(max_length=5_000)] = ()

    @property
    def air_from(self) -> int:
        """The first month with air cooling."""
        return self.ready_month if self.air_month is None else self.air_month

    @property
    def liquid_from(self) -> int:
        """The first month with liquid cooling."""
        return self.ready_month if self.liquid_month is None else self.liquid_month

    @property
    def columns(self) -> int:
        """Floor positions in one row."""
        return max(1, int(self.width_m / self.pitch_m + 1e-9))

    @property
    def row_count(self) -> int:
        """Rows that fit with their aisles."""
        return max(1, int((self.depth_m + self.aisle_m) / (ROW_DEPTH_M + self.aisle_m) + 1e-9))


ROW_DEPTH_M = 1.2
"""Depth of one row of racks."""


class Site(Value):
    """A place with grid power, price, carbon and climate."""

    id: Id
    name: Name
    preset_id: Annotated[str, Field(max_length=64)] | None = None
    grid: Annotated[RisingStair, Field(max_length=240)]
    """Facility kW the grid delivers, by month."""
    pue: Annotated[Curve, AfterValidator(check_not_negative)]
    tariff: Tariff
    carbon_g_per_kwh: AmountCurve
    wue_l_per_kwh: Annotated[float, Field(ge=0, le=50)] = 0.0
    halls: Annotated[tuple[Hall, ...], Field(max_length=500)] = ()


class Own(Value):
    """Bought: capex in the month of service, residual value at the end. In service before the design's first
    month it is no capex: its value then is brought in.
    """

    kind: Literal["own"] = "own"


class Lease(Value):
    """Leased: a monthly rate on the purchase price over a term."""

    kind: Literal["lease"] = "lease"
    term_months: Annotated[int, Field(ge=1, le=240)]
    rate: Annotated[float, Field(ge=0, le=1)]
    """Yearly interest in the lease payment."""


class Rent(Value):
    """Rented by the chip-hour from a dated price book, running or not.

    A book holds the prices of one date and one basis, not one for each term: who commits for longer names the
    book of commitments, and says here for how long.
    """

    kind: Literal["rent"] = "rent"
    price_book_id: Annotated[str, Field(min_length=1, max_length=64)]
    term_months: Annotated[int, Field(ge=0, le=240)] = 0
    """Commitment: the rent is paid for at least so many months from the first in service, also for what
    retires earlier; afterwards by the month. 0 = none.
    """


class Tokens(Value):
    """Bought as tokens from a price book: pays for what is served."""

    kind: Literal["tokens"] = "tokens"
    price_book_id: Annotated[str, Field(min_length=1, max_length=64)]


Ownership = Annotated[Own | Lease | Rent | Tokens, Field(discriminator="kind")]


class Phase(Value):
    """When blocks are ordered, arrive, ramp and retire, and who owns them."""

    id: Id
    name: Name
    order_month: Month
    lead_months: Annotated[int, Field(ge=0, le=120)] = 6
    in_service_month: Month | None = None
    """None: order + lead."""
    ramp: Ramp = Ramp()
    retire_month: Month | None = None
    after: Literal["sell", "idle"] = "sell"
    ownership: Ownership = Own()

    @property
    def service_month(self) -> int:
        """The first month in which the first racks run."""
        return self.order_month + self.lead_months if self.in_service_month is None else self.in_service_month


class Pool(Value):
    """Blocks that one scheduler sees as one cluster; may be hybrid."""

    id: Id
    name: Name
    fabric_id: Annotated[str, Field(min_length=1, max_length=64)]
    tiers: Annotated[int, Field(ge=1, le=4)] = 2
    oversubscription: Annotated[float, Field(ge=1, le=100)] = 1.0
    bridge_gbytes_per_s: Annotated[float, Field(ge=0, le=1e9)] | None = None
    """Bandwidth between the families of a hybrid pool, one way; None = the slower fabric."""
    spare_share: Annotated[float, Field(ge=0, lt=1)] = 0.03
    mix: Literal["separate", "data", "pipeline", "prefill_decode", "best"] = "separate"
    one_domain_what_if: bool = False

"""The fields of a workload by kind, as groups for the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.addresses import find, ref_to
from fleetdesigner.design.commands import Command, SetFields
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.workloads import Port, Serving, Workload
from fleetdesigner.panels.demand_unit import DEMAND_UNITS, UNIT_WORDS, DemandUnitField
from fleetdesigner.panels.fields.bindings import NOTHING, DesignField, Reading
from fleetdesigner.panels.form.spec import FieldSpec, Group, field

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_PORT_EFFICIENCY = 0.9
_PORT_ENGINEERS = 4.0

_DTYPES = (("bf16", "BF16"), ("fp8", "FP8"), ("fp4", "FP4"))
_FRAMEWORKS = (("pytorch", "PyTorch"), ("jax", "JAX"), ("vllm", "vLLM"))
_ORIGINS = (("internal", "internal"), ("external", "customers"))
_TIERS = (("hbm", "HBM"), ("host", "host RAM"), ("flash", "flash"))

_COUNTED = "Counted in"

AMOUNT = "amount"
"""The unit stands in the group's title: the dock is too narrow for both."""

Plain = tuple[str, str, str, dict[str, Any]]
"""(field, label, unit, more for the row)"""

_LENGTHS: tuple[Plain, ...] = (("input_len", "Input", "", {}), ("output_len", "Output", "", {}))
_EACH_TOKEN: Plain = ("tpot_ms", "Each token", "ms", {"empty": "no target", "hint": "TPOT, after the first"})
_KINDS: Mapping[str, tuple[tuple[str, tuple[Plain, ...]], ...]] = MappingProxyType(
    {
        "serving": (
            (
                "Demand",
                (
                    ("demand", "Demand", AMOUNT, {"low": 0.0}),
                    ("demand_unit", _COUNTED, "", {"choices": DEMAND_UNITS}),
                    (
                        "requests_per_user_day",
                        "Requests /d",
                        "",
                        {"hint": "Requests of one user a day"},
                    ),
                    ("peak_to_mean", "Peak to mean", "", {"hint": "Capacity is kept for the peak"}),
                ),
            ),
            (
                "Tokens a request",
                (
                    *_LENGTHS,
                    ("cached_share", "Cached input", "fraction", {"hint": "Found in the prefix cache"}),
                ),
            ),
            (
                "Latency targets",
                (("ttft_ms", "First token", "ms", {"empty": "no target", "hint": "TTFT"}), _EACH_TOKEN),
            ),
        ),
        "agent": (
            (
                "Sessions that live at once",
                (
                    ("sessions", "Sessions", AMOUNT, {"low": 0.0}),
                    ("turns_per_hour", "Turns /h", "", {"hint": "Turns of a session in an hour"}),
                ),
            ),
            ("Tokens a turn", _LENGTHS),
            ("Latency target", (_EACH_TOKEN,)),
            (
                "State between turns",
                (
                    ("state_tokens", "Tokens", "", {"hint": "Tokens of context that a session holds"}),
                    ("idle_share", "Idle share", "fraction", {"hint": "Of a session's life, between turns"}),
                    ("kv_tier", "Kept in", "", {"choices": _TIERS}),
                ),
            ),
        ),
        "batch": (
            ("Demand, output tok a month", (("demand", "Demand", AMOUNT, {"low": 0.0}),)),
            ("Tokens a request", _LENGTHS),
            ("Patience", (("due_months", "Due within", "month", {}),)),
        ),
        "training": (
            (
                "Run",
                (
                    ("tokens", "Tokens", "token", {}),
                    ("sequence_len", "Sequence", "", {"hint": "Tokens"}),
                    ("global_batch_tokens", "Global batch", AMOUNT, {"hint": "Tokens a step"}),
                    ("start_month", "Start", "", {}),
                    ("due_month", "Due", "", {"empty": "no date"}),
                ),
            ),
            (
                "Accelerators",
                (
                    ("chips_min", "At least", "", {}),
                    ("chips_max", "At most", "", {}),
                ),
            ),
            (
                "Interruptions",
                (
                    ("checkpoint_s", "Checkpoint", "s", {"hint": "Seconds to write one"}),
                    ("restart_s", "Restart", "s", {"hint": "Seconds until it trains again"}),
                ),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class PortSwitch:
    """Whether a port is planned."""

    ref: str

    def read(self, session: Session) -> Reading:
        """On while the workload has a port."""
        work = find(session.design, self.ref)
        return Reading(getattr(work, "port", None) is not None, there=work is not None)

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """A port from the first month on with the catalog's weeks, or none."""
        port = None
        if value:
            port = Port(
                start_month=session.design.first_month,
                engineer_weeks=0.0,
                engineers=_PORT_ENGINEERS,
                efficiency=Constant(value=_PORT_EFFICIENCY),
            )
        return SetFields.of("Plan a port" if value else "Drop the port", ((self.ref, "port", port),))

    def reset(self, session: Session, title: str) -> Command | None:
        """None: there is no default."""
        return None

    def address(self) -> tuple[str, str] | None:
        """None: a switch is no lever."""
        return None


@dataclass(frozen=True, slots=True)
class PinField:
    """One field of one placing of a workload, or the placing itself (``there``)."""

    ref: str
    index: int
    field: str

    def read(self, session: Session) -> Reading:
        """The field of the placing."""
        pins = getattr(find(session.design, self.ref), "pins", ())
        if self.index >= len(pins):
            return Reading(None, there=False)
        return Reading(True if self.field == "there" else getattr(pins[self.index], self.field))

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """All placings with this one changed; switched off it goes."""
        pins = getattr(find(session.design, self.ref), "pins", ())
        held = pins[self.index]
        changed = () if self.field == "there" else (held.replaced(**{self.field: value}),)
        after = (*pins[: self.index], *changed, *pins[self.index + 1 :])
        words = title if changed else "Unpin from the pool"
        return SetFields.of(words, ((self.ref, "pins", after),), merge)

    def reset(self, session: Session, title: str) -> Command | None:
        """None: there is no default."""
        return None

    def address(self) -> tuple[str, str] | None:
        """None: a placing has no address of its own."""
        return None


@dataclass(frozen=True, slots=True)
class OwnField(DesignField):
    """A field that the planner decides: no value of the class is a default worth going back to."""

    def _default(self, session: Session, thing: Any) -> tuple[Any, str]:
        found = DesignField._default(self, session, thing)
        return found if session.active_scenario is not None else (NOTHING, "")


def _own(spec: FieldSpec) -> FieldSpec:
    held = spec.binding
    return replace(spec, binding=OwnField(held.refs, held.path)) if isinstance(held, DesignField) else spec


def model_words(session: Session, model_id: str) -> str:
    """A model's name without what stands behind a comma, unless another has the same."""
    try:
        name = session.catalog.model(model_id).name
    except CatalogError:
        return model_id
    short = name.partition(",")[0]
    same = sum(model.name.partition(",")[0] == short for model in session.catalog.models())
    return short if same == 1 else name


def head_groups(session: Session, work: Workload) -> tuple[Group, ...]:
    """What every workload has, then what its kind has."""
    ref, owner = ref_to("workload", work.id), type(work)

    def row(path: str, label: str, unit: str = "", **more: Any) -> FieldSpec:
        return _own(field(ref, owner, path, label, unit, **more))

    models = tuple((model.id, model_words(session, model.id)) for model in session.catalog.models())
    first = Group(
        "",
        (
            row("name", "Name", wide=True),
            row("model_id", "Language model", kind="choice", choices=models, wide=True),
            row("dtype", "Precision", choices=_DTYPES),
            row("framework", "Software", choices=_FRAMEWORKS),
            row("origin", "Users", choices=_ORIGINS),
            row("priority", "Priority", hint="1 is served first, 9 last"),
            row(
                "value_usd_per_m_output",
                "$ per M tok",
                "usd",
                empty="no price",
                hint="What a million output tokens are worth (training: trained tokens); "
                "revenue when the users are customers",
            ),
        ),
    )
    counted = work.demand_unit if isinstance(work, Serving) else ""

    def rows(fields: tuple[Plain, ...]) -> tuple[FieldSpec, ...]:
        shown = (one for one in fields if one[0] != "requests_per_user_day" or counted == "users")
        made = [row(path, label, unit, **more) for path, label, unit, more in shown]
        return tuple(
            replace(spec, binding=DemandUnitField(ref)) if spec.label == _COUNTED else spec for spec in made
        )

    rest = tuple(
        # the unit stands in the title: it follows the choice
        Group(f"{title}, {UNIT_WORDS[counted]}" if counted and title == "Demand" else title, rows(fields))
        for title, fields in _KINDS[work.kind]
    )
    return (first, *rest)


def tail_groups(session: Session, work: Workload) -> tuple[Group, ...]:
    """The port, and where the planner has pinned it."""
    ref, owner = ref_to("workload", work.id), type(work)
    switch = FieldSpec(
        PortSwitch(ref), "Planned", kind="bool", hint="Work that makes it run on hardware that needs a port"
    )
    port: tuple[FieldSpec, ...] = (switch,)
    if work.port is not None:
        weeks = "Engineer-weeks; 0 takes the catalog's figure"
        port += (
            _own(field(ref, owner, "port.start_month", "Begins")),
            _own(field(ref, owner, "port.engineer_weeks", "Weeks", hint=weeks)),
            _own(field(ref, owner, "port.engineers", "Engineers")),
            _own(field(
                ref, owner, "port.efficiency", "Efficiency", "fraction", low=0.0, high=1.0,
                hint="Share of the calibrated throughput, once ported",
            )),
        )  # fmt: skip
    pools = tuple((pool.id, pool.name) for pool in session.design.pools)
    names = dict(pools)
    pins = tuple(
        Group(f"Pinned to {names.get(pin.pool_id, pin.pool_id)}", _pin_rows(ref, at, pools))
        for at, pin in enumerate(work.pins)
    )
    return (Group("Port to other hardware", port), *pins)


_PIN_ROWS: tuple[tuple[str, str, Callable[[tuple[tuple[Any, str], ...]], dict[str, Any]]], ...] = (
    ("there", "Pinned", lambda pools: {"kind": "bool"}),
    ("pool_id", "Pool", lambda pools: {"kind": "choice", "choices": pools}),
    ("share", "Share of it", lambda pools: {"unit": "fraction", "low": 0.0, "high": 1.0}),
    ("from_month", "From", lambda pools: {"kind": "month"}),
    ("to_month", "Until", lambda pools: {"kind": "month", "hint": "The first month without it"}),
)


def _pin_rows(ref: str, at: int, pools: tuple[tuple[Any, str], ...]) -> tuple[FieldSpec, ...]:
    return tuple(FieldSpec(PinField(ref, at, name), label, **more(pools)) for name, label, more in _PIN_ROWS)

"""The fields of a workload, by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fleetdesigner.design.commands import SetFields
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.workloads import (
    AgentService,
    BatchJob,
    Placing,
    Port,
    Serving,
    TrainingRun,
    Workload,
)
from fleetdesigner.panels.demand_unit import DEMAND_UNITS, FIELD_UNITS, DemandUnitField
from fleetdesigner.panels.fields.bindings import DesignField
from fleetdesigner.panels.form.panel import ActionSpec, FieldSpec, Group, InfoSpec, PairSpec, field
from fleetdesigner.panels.form.spec import Item
from fleetdesigner.panels.inspector.bindings import AllowedFamily, TupleItem
from fleetdesigner.panels.inspector.objects import choices_of
from fleetdesigner.panels.measurement.rows import forecasts_by_own_measurement

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_FAMILY_WORDS = {
    "trainium": "Trainium", "inferentia": "Inferentia", "nvidia": "NVIDIA", "tpu": "TPU", "amd": "AMD",
    "intel": "Intel",
}  # fmt: skip
_DTYPES = (("bf16", "BF16"), ("fp8", "FP8"), ("fp4", "FP4"))
_FRAMEWORKS = (("pytorch", "PyTorch"), ("jax", "JAX"), ("vllm", "vLLM"))

Line = tuple[str, str, str, dict[str, Any]]
_LINES: Mapping[type[Any], tuple[Line, ...]] = MappingProxyType(
    {
        TrainingRun: (
            ("tokens", "Tokens", "token", {}),
            ("sequence_len", "Sequence", "token", {}),
            ("global_batch_tokens", "Batch", "token", {}),
            ("start_month", "Start", "", {}),
            ("due_month", "Due", "", {"empty": "when done"}),
            ("chips_min", "Chips, least", "", {}),
            ("chips_max", "Chips, most", "", {}),
            ("checkpoint_s", "Checkpoint", "s", {"hint": "Time to write one"}),
            ("restart_s", "Restart", "s", {"hint": "Time from a fault to the next step"}),
        ),
        Serving: (
            ("demand", "Demand", "token/s", {"hint": "Mean of the month"}),
            ("demand_unit", "Counted in", "", {"choices": DEMAND_UNITS}),
            ("requests_per_user_day", "Requests a user", "", {"hint": "A day"}),
            ("peak_to_mean", "Peak over mean", "", {}),
            ("input_len", "Input", "token", {}),
            ("output_len", "Output", "token", {}),
            ("cached_share", "In the prefix cache", "fraction", {"hint": "Share of the input tokens"}),
            ("ttft_ms", "First token", "ms", {"empty": "no target"}),
            ("tpot_ms", "Each next token", "ms", {"empty": "no target"}),
        ),
        AgentService: (
            ("sessions", "Sessions", "", {}),
            ("turns_per_hour", "Turns an hour", "", {}),
            ("input_len", "Input a turn", "token", {}),
            ("output_len", "Output a turn", "token", {}),
            ("state_tokens", "State held", "token", {}),
            ("idle_share", "Between turns", "fraction", {"hint": "Share of a session's life"}),
            (
                "kv_tier",
                "State waits in",
                "",
                {"choices": (("hbm", "HBM"), ("host", "host memory"), ("flash", "flash"))},
            ),
            ("tpot_ms", "Each next token", "ms", {"empty": "no target"}),
        ),
        BatchJob: (
            ("demand", "Demand, output", "token/month", {}),
            ("input_len", "Input", "token", {}),
            ("output_len", "Output", "token", {}),
            ("due_months", "Due within", "month", {}),
        ),
    }
)
KIND_WORDS = {
    "training": "Training run", "serving": "Serving", "agent": "Agent service", "batch": "Batch job",
}  # fmt: skip
KIND_ICONS = {"training": "activity", "serving": "message-square", "agent": "bot", "batch": "layers"}


def workload_groups(session: Session, work: Workload) -> list[Group]:
    """All fields of the workload."""
    ref, owner = f"workload:{work.id}", type(work)

    def one(path: str, label: str, unit: str = "", **more: Any) -> FieldSpec:
        return field(ref, owner, path, label, unit, resets=False, **more)

    what = (
        one("name", "Name"),
        one("model_id", "Model", kind="choice", choices=choices_of(session.catalog.models())),
        one("dtype", "Precision", choices=_DTYPES),
        one("framework", "Framework", choices=_FRAMEWORKS),
        one("priority", "Priority", hint="1 is served first"),
        one("origin", "Demand from", choices=(("internal", "inside"), ("external", "customers"))),
        one("value_usd_per_m_output", "Worth a M tokens", "usd", empty="not said",
            hint="What a million output (or trained) tokens are worth; revenue when customers pay"),
        InfoSpec("Throughput", "show", ref=f"throughput:{ref}"),
        InfoSpec("Figures of the model", "show", ref=f"models/{work.model_id}"),
    )  # fmt: skip
    need = tuple(_counted(work, one(*line[:3], **line[3])) for line in _LINES[owner])
    own = forecasts_by_own_measurement(session, work)
    return [
        Group("Workload", what),
        *((Group("Measured by you", own),) if own else ()),
        Group("Need", tuple(spec for spec in need if spec is not None)),
        Group("May run on", _families(session, work)),
        Group("Kept for it", _pins(session, work)),
        Group("Port", _port(session, work)),
    ]


def _counted(work: Workload, spec: FieldSpec) -> FieldSpec | None:
    """The field in the unit in which demand is counted; None for one that does not count then."""
    if not isinstance(work, Serving) or not isinstance(spec.binding, DesignField):
        return spec
    if spec.binding.path == "demand":
        return replace(spec, unit=FIELD_UNITS[work.demand_unit])
    if spec.binding.path == "demand_unit":
        return replace(spec, binding=DemandUnitField(f"workload:{work.id}"))
    return None if spec.binding.path == "requests_per_user_day" and work.demand_unit != "users" else spec


def _families(session: Session, work: Workload) -> tuple[FieldSpec, ...]:
    known = tuple(dict.fromkeys(chip.family for chip in session.catalog.chips()))
    ref = f"workload:{work.id}"
    return tuple(
        FieldSpec(
            AllowedFamily(ref, family, known),
            _FAMILY_WORDS.get(family, family),
            kind="bool",
            title=f"Set hardware of {work.name}",
        )
        for family in known
    )


def _pins(session: Session, work: Workload) -> tuple[Item, ...]:
    ref, design = f"workload:{work.id}", session.design
    pools = choices_of(design.pools)
    rows: list[Item] = []
    for place, _ in enumerate(work.pins):
        kept = [pin for at, pin in enumerate(work.pins) if at != place]
        remove = SetFields.of("Release a share of a pool", ((ref, "pins", kept),))

        def part(name: str, kind: str, place: int = place, **more: Any) -> FieldSpec:
            binding = TupleItem(ref, "pins", place, name)
            return FieldSpec(binding, name, kind=kind, bare=True, title="Set share of a pool", **more)

        rows.append(
            PairSpec(
                "",
                (
                    part("pool_id", "choice", choices=pools),
                    part("share", "number", unit="fraction", low=0.0, high=1.0),
                ),
                remove=remove,
            )
        )
        rows.append(
            PairSpec("From, to", (part("from_month", "month"), part("to_month", "month")), "–", inset=True)
        )
    if design.pools:
        new = Placing(
            pool_id=design.pools[0].id, share=0.5, from_month=design.first_month, to_month=design.end_month
        )
        command = SetFields.of(f"Keep a share for {work.name}", ((ref, "pins", (*work.pins, new)),))
        rows.append(ActionSpec("Keep a share of a pool", command, "Before anybody else is served from it"))
    return tuple(rows)


def _port(session: Session, work: Workload) -> tuple[Item, ...]:
    ref, owner = f"workload:{work.id}", type(work)
    if work.port is None:
        first = Port(
            start_month=session.month, engineer_weeks=12, engineers=3, efficiency=Constant(value=0.9)
        )
        command = SetFields.of(f"Plan a port of {work.name}", ((ref, "port", first),))
        return (
            ActionSpec("Plan a port", command, "Work that brings it to hardware whose software needs it"),
        )

    def one(path: str, label: str, unit: str = "", **more: Any) -> FieldSpec:
        return field(ref, owner, f"port.{path}", label, unit, resets=False, **more)

    drop = SetFields.of(f"Drop the port of {work.name}", ((ref, "port", None),))
    return (
        one("start_month", "Start"),
        one("engineer_weeks", "Engineer-weeks", hint="0 takes the catalog's figure"),
        one("engineers", "Engineers"),
        one("efficiency", "Efficiency", "fraction", hint="Share of the calibrated throughput after the port"),
        ActionSpec("Drop the port", drop),
    )

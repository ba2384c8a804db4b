"""A catalog entry: what it is, and every figure of it, each open to the planner's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.hardware import Chip, Node, Rack
from fleetdesigner.catalog.software import LanguageModel, Readiness
from fleetdesigner.catalog.supply import Fabric, PriceBook, SitePreset
from fleetdesigner.catalog.token_prices import token_field
from fleetdesigner.panels.form.card import figure_spec
from fleetdesigner.panels.form.panel import Group, InfoSpec, NoteSpec
from fleetdesigner.panels.form.spec import Item
from fleetdesigner.panels.inspector.ready import FRAMEWORKS
from fleetdesigner.panels.measurement.rows import own_measurement_rows
from fleetdesigner.panels.palette.parts import chip_word, cooling_word
from fleetdesigner.units import digits, text

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "chips": "Chip",
        "nodes": "Server",
        "racks": "Rack system",
        "fabrics": "Fabric",
        "sites": "Place",
        "prices": "Price book",
        "models": "Language model",
        "readiness": "Software readiness",
    }
)
KIND_ICONS: Mapping[str, str] = MappingProxyType(
    {
        "chips": "cpu",
        "nodes": "server",
        "racks": "server",
        "fabrics": "network",
        "sites": "map-pin",
        "prices": "book-open",
        "models": "layers",
        "readiness": "badge-check",
    }
)


TOKEN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "usd_per_million_input": "Input",
        "usd_per_million_cached": "Cached input",
        "usd_per_million_output": "Output",
    }
)


def entry_groups(session: Session, entry: Entry) -> list[Group]:
    """What it is, its figures, routes to a price that nobody publishes, what is left out."""
    groups = [Group("", tuple(_facts(session, entry)))]
    if isinstance(entry, Readiness):
        groups += _readiness(session, entry)
    elif isinstance(entry, PriceBook):
        groups += _prices(session, entry)
    elif entry.field_names():
        groups.append(Group("Figures", tuple(_figures(session, entry))))
    if isinstance(entry, Rack) and entry.price_routes:
        title = "Two routes to the price" if len(entry.price_routes) == 2 else "Routes to the price"
        groups.append(Group(title, tuple(_routes(session, entry))))
    if entry.note:
        groups.append(Group("", (NoteSpec(entry.note),)))
    return groups


def _figures(session: Session, entry: Entry) -> list[Item]:
    return [figure_spec(session, entry.ref, name) for name in entry.field_names()]


def _prices(session: Session, book: PriceBook) -> list[Group]:
    """Rents by chip, then the tokens of each model."""
    chips = {chip.id: chip.name for chip in session.catalog.chips()}
    models = {model.id: model.name for model in session.catalog.models()}
    rents = tuple(
        figure_spec(session, book.ref, row.chip_id, chips.get(row.chip_id, row.chip_id)) for row in book.rows
    )
    groups = [Group("Rent of a chip", rents)] if rents else []
    for row in book.models:
        model = models.get(row.model_id, row.model_id)
        figures = tuple(
            replace(
                figure_spec(session, book.ref, token_field(row.model_id, name), words),
                title=f"Set {words.lower()} of {model} in {book.name}",
                empty="not listed",
            )
            for name, words in TOKEN_WORDS.items()
        )
        groups.append(Group(f"{model}, a million tokens", figures))
    return groups


def _routes(session: Session, rack: Rack) -> list[Item]:
    chip = session.catalog.chip_of(rack)
    word = chip_word(chip.family)
    rows: list[Item] = []
    for route in rack.price_routes:
        detail = f"{route.derivation}. {route.source}"
        whole, part = (f"${digits(one, 4)}/{word}" for one in (route.usd_per_chip, route.system_usd_per_chip))
        rows.append(InfoSpec(route.name, whole, grade="estimate", detail=detail))
        rows.append(InfoSpec("the rack system alone", part, grade="estimate", inset=True))
    return rows


def _readiness(session: Session, table: Readiness) -> list[Group]:
    groups = []
    for row in table.rows:
        family = {"moe": "MoE", "long_context": "Long context"}.get(row.workload, row.workload.capitalize())
        title = f"{family}, {row.activity} in {FRAMEWORKS[row.framework]}"
        head = InfoSpec(
            row.state.replace("_", " "), f"since {row.since}", detail=f"{row.note} {row.source}".strip()
        )
        figures = tuple(
            figure_spec(session, table.ref, f"{row.key}_{name}", _READY_WORDS[name])
            for name in table.ROW_FIGURES
            if getattr(row, name) is not None
        )
        groups.append(Group(title, (head, *figures)))
    return groups


_READY_WORDS = {
    "efficiency": "Efficiency now", "efficiency_mature": "Once mature", "mature_months": "Matures in",
    "port_engineer_weeks": "Engineer-weeks",
}  # fmt: skip


def _facts(session: Session, entry: Entry) -> list[InfoSpec]:
    rows = [InfoSpec("Vendor", entry.vendor), InfoSpec("Status", entry.status)]
    for kind, of in _FACTS.items():
        if isinstance(entry, kind):
            rows += of(session, entry)
    table = session.catalog.readiness_of(entry) if isinstance(entry, Chip) else None
    if table is not None:
        rows.append(InfoSpec("Software", table.name, ref=table.ref))
    rows.append(InfoSpec("Last looked at", entry.date))
    return rows


def _chip(session: Session, chip: Any) -> list[InfoSpec]:
    return [
        InfoSpec("Formats", ", ".join(chip.precisions).upper()),
        *((InfoSpec("Scale-up", chip.domain),) if chip.domain else ()),
        *own_measurement_rows(session, chip.id),
    ]


def _node(session: Session, node: Any) -> list[InfoSpec]:
    chip = session.catalog.chip(node.chip_id)
    return [
        InfoSpec("Chip", f"{node.chips} × {chip.name}", ref=chip.ref),
        *((InfoSpec("Rented as", node.ec2_name),) if node.ec2_name else ()),
    ]


def _rack(session: Session, rack: Any) -> list[InfoSpec]:
    node = session.catalog.node_of(rack)
    word = chip_word(session.catalog.chip_of(rack).family)
    return [
        InfoSpec("Server", f"{rack.nodes} × {node.name}", ref=node.ref),
        InfoSpec("Racks, positions", f"{rack.racks}, {rack.positions}"),
        InfoSpec("Cooling", cooling_word(rack)),
        InfoSpec("Scale-up domain", f"{rack.domain_chips:,} {word}s"),
    ]


def _fabric(session: Session, fabric: Any) -> list[InfoSpec]:
    return [InfoSpec("Technology", fabric.technology), InfoSpec("Tiers, most", str(fabric.tiers_max))]


def _place(session: Session, site: Any) -> list[InfoSpec]:
    return [InfoSpec("Region", f"{site.region}, {site.country}")]


def _book(session: Session, book: Any) -> list[InfoSpec]:
    return [
        InfoSpec("As of", book.as_of),
        InfoSpec("Basis", book.basis),
    ]


def _model(session: Session, model: Any) -> list[InfoSpec]:
    kind = "mixture of experts" if model.family == "moe" else "dense"
    rows = [
        InfoSpec("Family", kind),
        InfoSpec("Layers", f"{model.layers}"),
        InfoSpec("Hidden, FFN", f"{model.hidden:,}, {model.ffn:,}"),
        InfoSpec("Heads, KV heads", f"{model.heads}, {model.kv_heads}"),
        InfoSpec("Attention", model.attention.upper()),
        InfoSpec("Vocabulary", f"{model.vocab:,}"),
    ]
    if model.experts:
        rows.append(InfoSpec("Experts", f"{model.top_k} of {model.experts}"))
    if model.context_len:
        rows.append(InfoSpec("Context", text(model.context_len, "token")))
    return rows


_FACTS: Mapping[type[Entry], Callable[[Any, Any], list[InfoSpec]]] = MappingProxyType(
    {
        Chip: _chip,
        Node: _node,
        Rack: _rack,
        Fabric: _fabric,
        SitePreset: _place,
        PriceBook: _book,
        LanguageModel: _model,
    }
)

"""The working copy in which edits are carried out: lists open up only where something changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from fleetdesigner.design.addresses import KINDS, Kind, parse_ref, positions_by_name, subject
from fleetdesigner.design.model import Design
from fleetdesigner.design.parsing import (
    checked,
    first_of_key,
    nested,
    parsed,
    parsed_edit,
    parsed_object,
    without_older,
)
from fleetdesigner.design.references import check_inside, check_references, ids_inside, release
from fleetdesigner.design.refusals import EditError
from fleetdesigner.design.scenarios import EDITS_IN_A_SCENARIO, Scenario
from fleetdesigner.values import Value

Table = dict[str, Any]
"""Objects under one parent by name, in order."""

SEARCHES = 16
_LISTS = {(kind.parent, kind.field) for kind in KINDS.values()}
_NAMES = {"id", "key", "entry", "field", "chip_id", "activity"}
"""Fields that name an object; what is named otherwise is another object."""
_GONE = "it was removed or never there: drop this change or undo the removal"


class Draft:
    """A design being edited. `finished` gives the new value; the one it began with is never touched."""

    def __init__(self, design: Design) -> None:
        self._base = design
        self._tables: dict[tuple[str, str], Table] = {}
        """(kind, parent's id) → objects, for those that were opened to be changed."""
        self._fields: dict[str, Any] = {}
        """Changed fields of the design itself."""
        self._pending: tuple[Kind, str, str] | None = None
        """Object whose fields are being set: kind, parent's id, name."""
        self._values: dict[str, Any] = {}
        self._homes: dict[str, dict[str, str]] = {}
        """Kind → id → parent's id, made once many are looked for."""
        self._searches = 0

    # --- the three edits -------------------------------------------------------------------------------

    def set_field(self, ref: str, field: str, text: str) -> None:
        """One field gets a value (JSON). Takes effect with the next edit of another object."""
        kind_name, name = parse_ref(ref)
        head, _, rest = field.partition(".")
        value = parsed(text, subject(kind_name, None, name), field)
        if head in _NAMES:
            raise _refusal(kind_name, name, f"{head} cannot be changed", "add a new object instead")
        if (kind_name, head) in _LISTS:
            raise _refusal(
                kind_name, name, f"{head} cannot be set as a whole", "add or remove single objects"
            )
        if kind_name == "design":
            self._flush()
            self._set_design(head, rest, value)
            return
        if (kind_name, head) == ("block", "hall_id"):
            self._flush()
            self._move_block(name, str(value))
            return
        place = self._open(kind_name, name, field == "value", value)
        if place != self._pending or rest:
            self._flush()
        self._pending = place
        if rest:
            self._values[head] = nested(self._pending_object(), kind_name, name, field, value)
            self._flush()
        else:
            self._values[head] = value

    def add(self, parent_ref: str, kind_name: str, text: str, before: str | None) -> None:
        """A new object (JSON) among its parent's, before another one (None or gone = last)."""
        self._flush()
        parent_kind, parent = parse_ref(parent_ref)
        if (parent_kind, kind_name) == ("scenario", "edit"):
            self._add_edit(parent, text)
            return
        kind = KINDS.get(kind_name)
        if kind is None or kind.parent != parent_kind:
            raise EditError(parent_ref, f"a {kind_name} cannot be added there", "check the object's kind")
        thing = parsed_object(kind, text)
        name = str(getattr(thing, kind.key))
        if not self.has(parent_kind, parent):
            raise _refusal(parent_kind, parent, "is not in the design (any more)", _GONE)
        if not kind.keyed:
            self._refuse_used_ids(kind_name, thing)
        table = self._table(kind, parent)
        if len(table) >= kind.limit:
            raise _refusal(
                parent_kind, parent, f"holds at most {kind.limit:,} {kind.field}", "remove some first"
            )
        check_references(self, kind_name, thing)
        check_inside(self, kind_name, thing)
        self._rehome(kind_name, name, parent)
        if before is not None and before in table and name not in table:
            later = {key: table.pop(key) for key in list(table)[list(table).index(before) :]}
            table[name] = thing
            table.update(later)
        else:
            table[name] = thing

    def remove(self, ref: str) -> None:
        """The object goes, and what only makes sense with it."""
        self._flush()
        kind_name, name = parse_ref(ref)
        kind, parent, _ = self._open(kind_name, name)
        thing = self._table(kind, parent)[name]
        release(self, kind_name, thing)
        del self._table(kind, parent)[name]
        self._rehome(kind_name, name, None)

    def finished(self) -> Design:
        """The new design; the one the draft began with when nothing changed."""
        self._flush()
        sites = self._rebuilt_sites()
        changes = {name: new for name, new in self._fields.items() if new != getattr(self._base, name)}
        for (kind_name, _), table in self._tables.items():
            kind = KINDS[kind_name]
            if kind.parent == "design" and kind_name != "site":
                _put(changes, self._base, kind.field, tuple(table.values()))
        _put(changes, self._base, "sites", sites)
        return self._base.replaced(**changes) if changes else self._base

    # --- what checks of references read and write ------------------------------------------------------

    def things(self, kind_name: str) -> Iterator[Any]:
        """All objects of a kind as they are now."""
        kind = KINDS[kind_name]
        if kind.parent == "design":
            table = self._tables.get((kind_name, ""))
            yield from getattr(self._base, kind.field) if table is None else tuple(table.values())
        elif kind.parent == "site":
            for site in self.things("site"):
                table = self._tables.get(("hall", site.id))
                yield from site.halls if table is None else tuple(table.values())
        else:
            for hall in self.things("hall"):
                table = self._tables.get((kind_name, hall.id))
                yield from getattr(hall, kind.field) if table is None else tuple(table.values())

    def has(self, kind_name: str, name: str) -> bool:
        """Whether an object of that kind and name is there."""
        if kind_name == "design":
            return True
        return self._place(kind_name, name) is not None

    def replace(self, kind_name: str, old: Value, **fields: Any) -> None:
        """Puts a copy with other (valid) fields in the place of an object."""
        kind = KINDS[kind_name]
        name = str(getattr(old, kind.key))
        place = self._place(kind_name, name)
        if place is not None:
            self._table(kind, place[1])[name] = old.replaced(**fields)

    def drop(self, kind_name: str, name: str) -> None:
        """Takes an object of the design's own lists away without asking what points to it."""
        self._table(KINDS[kind_name], "").pop(name)

    def design_field(self, field: str) -> Any:
        """A plain field of the design as it is now."""
        return self._fields.get(field, getattr(self._base, field))

    def set_design_field(self, field: str, value: object) -> None:
        """Sets a plain field of the design to a valid value."""
        self._fields[field] = value

    # --- inside ----------------------------------------------------------------------------------------

    def _place(self, kind_name: str, name: str) -> tuple[Kind, str, str] | None:
        kind = KINDS.get(kind_name)
        if kind is None:
            return None
        if kind.parent == "design":
            table = self._tables.get((kind_name, ""))
            names = positions_by_name(getattr(self._base, kind.field), kind.key) if table is None else table
            return (kind, "", name) if name in names else None
        homes = self._homes.get(kind_name)
        if homes is not None:
            return (kind, homes[name], name) if name in homes else None
        self._searches += 1
        if self._searches > SEARCHES:
            # many edits: one list of where everything is beats asking every hall each time
            self._homes[kind_name] = {
                child.id: parent for parent, children in self._families(kind) for child in children
            }
            return self._place(kind_name, name)
        for parent in self.things(kind.parent):
            table = self._tables.get((kind_name, parent.id))
            if name in (positions_by_name(getattr(parent, kind.field)) if table is None else table):
                return kind, parent.id, name
        return None

    def _families(self, kind: Kind) -> Iterator[tuple[str, Iterable[Any]]]:
        """(parent's id, its objects of the kind) as they are now."""
        for parent in self.things(kind.parent):
            table = self._tables.get((kind.name, parent.id))
            yield parent.id, getattr(parent, kind.field) if table is None else table.values()

    def _rehome(self, kind_name: str, name: str, parent: str | None) -> None:
        """Keeps the list of where everything is; what brings others along makes it void."""
        if kind_name in ("site", "hall"):
            self._homes.clear()
        elif kind_name in self._homes:
            self._homes[kind_name].pop(name, None)
            if parent is not None:
                self._homes[kind_name][name] = parent

    def _open(
        self, kind_name: str, name: str, sets_value: bool = False, value: object = None
    ) -> tuple[Kind, str, str]:
        """Where the object is; an assumption or override that gets its first value is made."""
        if self._pending is not None and self._pending[0].name == kind_name and self._pending[2] == name:
            return self._pending
        place = self._place(kind_name, name)
        if place is not None:
            return place
        if kind_name not in KINDS:
            known = ", ".join(KINDS)
            raise EditError(
                f"{kind_name}:{name}", f"{kind_name} is not a kind of object", f"use one of {known}"
            )
        kind = KINDS[kind_name]
        if kind_name in ("assumption", "override") and sets_value:
            self._flush()
            self._table(kind, "")[name] = first_of_key(kind_name, name, value)
            return kind, "", name
        raise _refusal(kind_name, name, "is not in the design (any more)", _GONE)

    def _table(self, kind: Kind, parent: str) -> Table:
        table = self._tables.get((kind.name, parent))
        if table is None:
            table = {getattr(thing, kind.key): thing for thing in self._children(kind, parent)}
            self._tables[kind.name, parent] = table
        return table

    def _children(self, kind: Kind, parent: str) -> tuple[Any, ...]:
        if kind.parent == "design":
            return cast(tuple[Any, ...], getattr(self._base, kind.field))
        for holder in self.things(kind.parent):
            if holder.id == parent:
                return cast(tuple[Any, ...], getattr(holder, kind.field))
        return ()

    def _pending_object(self) -> Value:
        assert self._pending is not None
        kind, parent, name = self._pending
        return cast(Value, self._table(kind, parent)[name])

    def _flush(self) -> None:
        if self._pending is None or not self._values:
            return
        kind, parent, name = self._pending
        fields, old = self._values, self._pending_object()
        self._pending, self._values = None, {}
        for field in fields:
            if field not in type(old).model_fields:
                known = ", ".join(type(old).model_fields)
                raise _refusal(kind.name, name, f"has no field {field}", f"its fields are {known}", old)
        new = checked(lambda: old.changed(**fields), kind.name, name, fields, old)
        if new == old:
            return
        check_references(self, kind.name, new)
        self._table(kind, parent)[name] = new

    def _set_design(self, head: str, rest: str, value: object) -> None:
        if head not in Design.model_fields or rest:
            raise EditError("design", f"has no field {head}{rest and '.' + rest}", "check the field's name")
        # validated without the lists: their checks are not about this field
        bare = Design(id="d", name="", first_month=self.design_field("first_month"))
        new = checked(lambda: bare.changed(**{head: value}), "design", "", {head: value})
        if head == "baseline_id" and value is not None and not self.has("scenario", str(value)):
            raise EditError("design", f"the baseline {value} is not a scenario", "choose one that exists")
        self._fields[head] = getattr(new, head)

    def _move_block(self, name: str, hall_id: str) -> None:
        """`hall_id` is not a field of a block but where it hangs; setting it moves the block there."""
        kind, parent, _ = self._open("block", name)
        if not self.has("hall", hall_id):
            raise _refusal("block", name, f"there is no hall {hall_id}", "choose a hall that exists")
        if hall_id != parent:
            target = self._table(kind, hall_id)
            if len(target) >= kind.limit:
                raise _refusal("hall", hall_id, f"holds at most {kind.limit:,} blocks", "remove some first")
            target[name] = self._table(kind, parent).pop(name)
            self._rehome("block", name, hall_id)

    def _add_edit(self, scenario_id: str, text: str) -> None:
        if not self.has("scenario", scenario_id):
            raise _refusal("scenario", scenario_id, "is not in the design (any more)", _GONE)
        scenario: Scenario = self._table(KINDS["scenario"], "")[scenario_id]
        one = parsed_edit(text, scenario)
        edits = (*without_older(scenario.edits, one), one)
        if len(edits) > EDITS_IN_A_SCENARIO:
            problem = f"holds at most {EDITS_IN_A_SCENARIO:,} edits"
            raise _refusal("scenario", scenario_id, problem, "merge it or split it", scenario)
        self.replace("scenario", scenario, edits=edits)

    def _refuse_used_ids(self, kind_name: str, thing: Value) -> None:
        seen: set[tuple[str, str]] = set()
        for one in ids_inside(kind_name, thing):
            if one in seen or self.has(*one):
                problem = f"the id {one[1]} of a {one[0]} is in use"
                raise _refusal(kind_name, "", problem, "give it a new id", thing)
            seen.add(one)

    def _rebuilt_sites(self) -> tuple[Any, ...]:
        opened = {kind_name for kind_name, _ in self._tables}
        if opened.isdisjoint(("site", "hall", "block", "feed")):
            return self._base.sites
        return tuple(self._rebuilt(KINDS["site"], site) for site in self.things("site"))

    def _rebuilt(self, kind: Kind, thing: Any) -> Any:
        """A site or hall with the lists below it that were opened; itself when nothing in them changed."""
        fields: dict[str, Any] = {}
        for child in KINDS.values():
            if child.parent != kind.name:
                continue
            table = self._tables.get((child.name, thing.id))
            children = getattr(thing, child.field) if table is None else tuple(table.values())
            if child.name == "hall":
                children = tuple(self._rebuilt(child, hall) for hall in children)
            _put(fields, thing, child.field, children)
        return thing.replaced(**fields) if fields else thing


def _put(fields: dict[str, Any], holder: Value, field: str, things: tuple[Any, ...]) -> None:
    """Notes `things` as the holder's new field, unless they are the very objects it holds already."""
    held = getattr(holder, field)
    if held is not things and (
        len(held) != len(things) or any(a is not b for a, b in zip(held, things, strict=True))
    ):
        fields[field] = things


def _refusal(kind: str, name: str, problem: str, remedy: str, thing: Value | None = None) -> EditError:
    return EditError(subject(kind, thing, name), problem, remedy)

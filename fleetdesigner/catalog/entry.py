"""What every catalog entry has: a name, a status, and figures that panels and overrides can iterate."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import StringConstraints, model_validator

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import DateText, Figure, FigureSpec
from fleetdesigner.values import Value

EntryId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Status = Literal["shipping", "legacy", "announced", "preview"]


class Entry(Value):
    """One file of the catalog.

    Each kind declares its figures as ``field: Annotated[Figure | None, FigureSpec(...)] = None``;
    ``FIGURE_FIELDS`` collects them, so that nothing else lists field names a second time.
    """

    KIND: ClassVar[str] = ""
    """Folder name under ``resources/catalog``: ``chips``, ``racks`` …"""
    FIGURE_FIELDS: ClassVar[dict[str, FigureSpec]] = {}
    """Figure field → unit, range and description."""

    id: EntryId
    name: str
    vendor: str
    status: Status = "shipping"
    aliases: tuple[str, ...] = ()
    """Other names under which files, tables and people refer to it."""
    replaces: tuple[str, ...] = ()
    """Ids of earlier entries that this one stands in for."""
    note: str = ""
    date: DateText
    """When the entry as a whole was last looked at."""
    order: int = 1000
    """Place in the palette; entries of equal order are sorted by id."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.FIGURE_FIELDS = {
            name: item
            for name, field in cls.model_fields.items()
            for item in field.metadata
            if isinstance(item, FigureSpec)
        }

    @property
    def kind(self) -> str:
        """Folder name of the kind: ``racks``."""
        return type(self).KIND

    @property
    def ref(self) -> str:
        """Address of the entry in overrides and pins: ``racks/trn3-gen2``."""
        return f"{self.KIND}/{self.id}"

    def field_names(self) -> tuple[str, ...]:
        """Names of all figure fields, present or absent, in the order of the schema."""
        return tuple(self.FIGURE_FIELDS)

    def spec(self, field: str) -> FigureSpec:
        """Unit, range and description of a figure field. Raises CatalogError when there is none."""
        try:
            return self.FIGURE_FIELDS[field]
        except KeyError:
            raise self._no_field(field) from None

    def figure(self, field: str) -> Figure | None:
        """The figure of a field, None when no public value exists. Raises CatalogError for no such field."""
        if field not in self.FIGURE_FIELDS:
            raise self._no_field(field)
        found: Figure | None = getattr(self, field)
        return found

    def figures(self) -> tuple[tuple[str, Figure], ...]:
        """The figures that are present, as (field, figure)."""
        return tuple((name, found) for name in self.field_names() if (found := self.figure(name)) is not None)

    def with_figure(self, field: str, figure: Figure | None) -> Self:
        """A copy with one figure replaced or removed. Raises CatalogError when it does not fit the field."""
        spec = self.spec(field)
        if figure is not None and (fault := spec.fault(figure.value)):
            raise CatalogError(f"{self.ref}: {field}: {fault}; give a value inside the range")
        return self._with_checked_figure(field, figure)

    def _with_checked_figure(self, field: str, figure: Figure | None) -> Self:
        return self.model_copy(update={field: figure})

    def _no_field(self, field: str) -> CatalogError:
        return CatalogError(
            f"{self.ref}: no figure field {field!r}; the fields are {', '.join(self.field_names()) or 'none'}"
        )

    @model_validator(mode="after")
    def _figures_in_range(self) -> Self:
        for name, figure in self.figures():
            for value in (figure.value, figure.low, figure.high):
                if value is not None and (fault := self.spec(name).fault(value)):
                    raise ValueError(f"{name}: {fault}")
        return self

    def references(self) -> tuple[tuple[str, str, str], ...]:
        """Other entries this one needs, as (field, kind, id)."""
        return ()

"""What a table declares: columns with their headers, kinds, references and fields of the record."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import Table as SqlTable
from sqlalchemy import inspect

from db.base import Recorded
from db.bundle.numbers import Money, Unit
from db.bundle.words import Code, DivisionCode, Kind, narrow


@dataclass(frozen=True, slots=True)
class Reference:
    """A code of another table; a division's is resolved on the first of the days `on` names that is given."""

    table: str
    on: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """For the format's reference."""
        return f"code in {self.table}.csv"

    def parse(self, cell: str) -> str:
        """The code."""
        return DivisionCode().parse(cell) if self.table == "divisions" else Code().parse(cell)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its headers, what its cells hold, and the field it fills (none when it only helps to look up)."""

    name: str
    zh: str
    kind: Kind
    required: bool = False
    default: str | None = None
    fixed: bool = False
    """May not change once recorded, because values elsewhere were computed from it."""
    lookup: bool = False
    about: str = ""

    @property
    def field(self) -> str | None:
        """The model's attribute."""
        if self.lookup:
            return None
        if isinstance(self.kind, Reference):
            return f"{self.name}_id"
        return f"{self.name}_fen" if isinstance(self.kind, Money) else self.name

    def headers(self) -> Iterator[tuple[str, Kind]]:
        """Every accepted header, as `header_key` spells it, with the kind its cells then have."""
        if isinstance(self.kind, Money):
            for unit in Unit:
                yield header_key(f"{self.name}_{unit.value}"), replace(self.kind, unit=unit)
                yield header_key(f"{self.zh}({unit.zh})"), replace(self.kind, unit=unit)
        else:
            yield header_key(self.name), self.kind
            yield header_key(self.zh), self.kind


@dataclass(frozen=True, slots=True)
class Link:
    """A field found by several columns together."""

    field: str
    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copied:
    """A field copied from the row a column refers to."""

    field: str
    column: str
    source_field: str
    table: str | None = None
    """Where the field is itself a reference: the table it points into."""


@dataclass(frozen=True)
class Table:
    """One CSV file of the format."""

    name: str
    zh: str
    model: type[Recorded]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...] = ()
    copied: tuple[Copied, ...] = ()
    computed: tuple[str, ...] = ()
    about: str = ""

    @property
    def file(self) -> str:
        """Its name in a bundle."""
        return f"{self.name}.csv"

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by English name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def by_header(self) -> dict[str, tuple[Column, Kind]]:
        """Columns by every header they may have."""
        return {header: (column, kind) for column in self.columns for header, kind in column.headers()}

    @cached_property
    def unitless(self) -> dict[str, Column]:
        """Money columns by the headers that lack their unit."""
        money = [column for column in self.columns if isinstance(column.kind, Money)]
        return {header_key(name): column for column in money for name in (column.name, column.zh)}

    @cached_property
    def references(self) -> dict[str, Reference]:
        """Reference columns by name."""
        return {c.name: c.kind for c in self.columns if isinstance(c.kind, Reference)}

    @cached_property
    def pointers(self) -> dict[str, str]:
        """Fields that hold ids, with the table each points into."""
        found = {f"{name}_id": ref.table for name, ref in self.references.items() if not self.by_name[name].lookup}
        found |= {link.field: link.table for link in self.links}
        return found | {copy.field: copy.table for copy in self.copied if copy.table is not None}

    @cached_property
    def stamped(self) -> bool:
        """Whether rows say their provenance."""
        return "provenance" in self.sql.c

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Every field an import fills, in a fixed order."""
        own = [column.field for column in self.columns if column.field is not None]
        others = [*(link.field for link in self.links), *(copy.field for copy in self.copied), *self.computed]
        return (*own, *others, *(("provenance",) if self.stamped else ()))

    @cached_property
    def parent(self) -> str | None:
        """The column by which rows refer to rows of the same table."""
        return next((name for name, ref in self.references.items() if ref.table == self.name), None)

    @property
    def sql(self) -> SqlTable:
        """The table of the record."""
        found: Any = inspect(self.model).local_table
        assert isinstance(found, SqlTable)
        return found


def header_key(header: str) -> str:
    """A header without differences of width, case and blanks."""
    return "".join(narrow(header).split()).lower()

"""One table of an import: the bundle's rows beside the recorded ones, under ids that hold for both."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from db.bundle.columns import Table
from db.bundle.frame import BAD, Frame, Memo
from db.bundle.report import Faults, Refusal
from db.bundle.stored import Row


@dataclass(slots=True)
class Ledger:
    """Handles stand for rows: a recorded row's is its id, the bundle's new row i has -(i + 1)."""

    table: Table
    frame: Frame
    ids: dict[Any, int | None] = field(default_factory=dict)
    """Handle of each natural key; a code alone, or a tuple."""
    stored: dict[int, Row] = field(default_factory=dict)
    """Recorded rows by id, as (id, *table.fields)."""
    keys: list[Any] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)
    fields: dict[str, list[Any]] = field(default_factory=dict)
    """The bundle's values by field; ids among them are handles."""
    row_of: dict[int, int] = field(default_factory=dict)
    """The bundle's row for a recorded id."""
    places: dict[str, int] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    inserts: list[int] = field(default_factory=list)
    updates: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = {name: at for at, name in enumerate(self.table.fields, start=1)}
        for column in self.table.columns:
            if column.field is not None:
                self.defaults[column.field] = None if column.required else Memo(column.kind, column).empty

    @property
    def unchanged(self) -> int:
        """Rows of the bundle that the record already holds just so."""
        return len(self.handles) - len(self.inserts) - len(self.updates)

    def remember(self, rows: Iterable[Row]) -> None:
        """Take in recorded rows, and the handles of their keys when those are plain columns of the table."""
        key_of = itemgetter(*(self.places[self.table.by_name[name].field or name] for name in self.table.key))
        for row in rows:
            self.stored[row[0]] = row
            self.ids[key_of(row)] = row[0]

    def value(self, handle: int, name: str) -> Any:
        """A field as it will be after the import."""
        row = -handle - 1 if handle < 0 else self.row_of.get(handle)
        if row is not None and name in self.fields:
            return self.fields[name][row]
        return self.defaults.get(name) if handle < 0 else self.stored[handle][self.places[name]]

    def row(self, handle: int) -> int | None:
        """The bundle's row behind a handle, if there is one."""
        return -handle - 1 if handle < 0 else self.row_of.get(handle)

    def cells(self, name: str) -> list[Any]:
        """A column's values, its default where the bundle leaves the column out."""
        given = self.frame.cells.get(name)
        if given is not None:
            return given
        column = self.table.by_name[name]
        empty = None if column.required else Memo(column.kind, column).empty
        return [empty] * len(self.frame.lines)

    def fault(self, faults: Faults, row: int, column: str | None, value: object, refusal: Refusal) -> None:
        """Tell a fault at one of the bundle's rows."""
        self.frame.fault(faults, row, column, value, refusal)


def sound(*values: Any) -> bool:
    """Whether nothing among the values was refused or left out."""
    return all(value is not BAD and value is not None for value in values)


def rows_with(values: list[Any], mark: object) -> Iterator[int]:
    """The rows that hold one very object."""
    return (row for row, value in enumerate(values) if value is mark)

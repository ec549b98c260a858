"""Finds, for every row of a table, the rows it refers to, whether the record has it already, and what differs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from db.bundle.columns import Reference
from db.bundle.frame import BAD
from db.bundle.ledger import Ledger, rows_with, sound
from db.bundle.nodes import NodeIndex
from db.bundle.report import Faults, Refusal

UNKNOWN = object()
YEAR_END = (12, 31)
Ledgers = Mapping[str, Ledger]


def settle_keys(ledger: Ledger, ledgers: Ledgers, nodes: NodeIndex, faults: Faults) -> None:
    """Resolve the references within the natural key, and the key itself."""
    columns = []
    for name in ledger.table.key:
        values = _resolved(ledger, name, ledgers, nodes, faults)
        columns.append(values)
    ledger.keys = columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))


def settle_handles(ledger: Ledger, faults: Faults) -> None:
    """Give every row its handle; a key that stands twice is told at the later row."""
    ids = ledger.ids
    single = len(ledger.table.key) == 1
    first: dict[Any, int] = {}
    for row, key in enumerate(ledger.keys):
        if (key is BAD) if single else (BAD in key):
            ledger.handles.append(-row - 1)
            continue
        if key in first:
            _duplicate(ledger, row, first[key], faults)
            ledger.handles.append(-row - 1)
            continue
        first[key] = row
        handle = ids.get(key)
        if handle is None:
            handle = ids[key] = -row - 1
        else:
            ledger.row_of[handle] = row
        ledger.handles.append(handle)


def settle_fields(ledger: Ledger, ledgers: Ledgers, nodes: NodeIndex, faults: Faults) -> None:
    """Fill every field the bundle gives: plain, referred to, linked and copied."""
    table = ledger.table
    for column in table.columns:
        if column.name in ledger.frame.cells:
            values = _resolved(ledger, column.name, ledgers, nodes, faults)
            if column.field is not None:
                ledger.fields[column.field] = values
    for link in table.links:
        _link(ledger, link.field, ledgers[link.table], link.columns, faults)
    for copy in table.copied:
        owners = ledger.fields[f"{copy.column}_id"]
        source = ledgers[table.references[copy.column].table]
        ledger.fields[copy.field] = [
            source.value(owner, copy.source_field) if sound(owner) else BAD for owner in owners
        ]


def _resolved(ledger: Ledger, name: str, ledgers: Ledgers, nodes: NodeIndex, faults: Faults) -> list[Any]:
    """A column's values, codes replaced by handles; each column is resolved once."""
    column = ledger.table.by_name[name]
    kept = ledger.fields.get(f"{name}_id" if column.lookup else column.field or name)
    if kept is not None:
        return kept
    cells = ledger.cells(name)
    if not isinstance(column.kind, Reference):
        return cells
    target = ledgers[column.kind.table]
    if column.kind.table == "divisions":
        days = _days(ledger, column.kind.on)
        found = [UNKNOWN if handle is None and code is not None else handle for handle, code in nodes.find(cells, days)]
    else:
        ids = target.ids
        ids[None], ids[BAD] = None, BAD  # what is empty or refused stays so
        found = [ids.get(code, UNKNOWN) for code in cells]
        del ids[None], ids[BAD]
    for row in rows_with(found, UNKNOWN):
        found[row] = BAD
        if target.frame.readable:
            ledger.fault(faults, row, name, cells[row], _unknown(target))
    ledger.fields[f"{name}_id"] = found
    return found


def _days(ledger: Ledger, names: Sequence[str]) -> list[date | None] | None:
    """The business day of each row: the first of the named columns that is given; a year counts as its last day."""
    if not names:
        return None
    days: list[date | None] = [None] * len(ledger.frame.lines)
    for name in reversed(names):
        for row, value in enumerate(ledger.cells(name)):
            if isinstance(value, int):
                days[row] = date(value, *YEAR_END)
            elif isinstance(value, date):
                days[row] = value
    return days


def _link(ledger: Ledger, name: str, target: Ledger, columns: Sequence[str], faults: Faults) -> None:
    parts = [ledger.fields.get(f"{column}_id") or ledger.cells(column) for column in columns]
    found: list[Any] = []
    for row, key in enumerate(zip(*parts, strict=True)):
        handle = BAD if BAD in key else target.ids.get(key, UNKNOWN)
        if handle is UNKNOWN:
            handle = BAD
            if target.frame.readable:
                shown = " / ".join(str(ledger.cells(column)[row]) for column in columns)
                ledger.fault(faults, row, columns[0], shown, _unknown(target))
        found.append(handle)
    ledger.fields[name] = found


def _unknown(target: Ledger) -> Refusal:
    table = target.table
    return Refusal(
        "unknown-reference",
        f"{table.file} 和系统中都没有这个{table.zh}",
        f"is neither in {table.file} nor in the record",
        f"更正代码，或在 {table.file} 中补上该行",
        f"correct the code, or add the row to {table.file}",
    )


def _duplicate(ledger: Ledger, row: int, earlier: int, faults: Faults) -> None:
    same = all(values[row] == values[earlier] for values in ledger.frame.cells.values())
    line = ledger.frame.lines[earlier]
    if same:
        refusal = Refusal(
            "duplicate-row", f"与第{line}行重复", f"repeats row {line}", "删除其中一行", "delete one of them"
        )
    else:
        refusal = Refusal(
            "conflicting-rows",
            f"与第{line}行主键相同但内容不同",
            f"has the key of row {line} but says something else",
            "保留正确的一行，或更正代码",
            "keep the right one, or correct the code",
        )
    names = ledger.table.key
    shown = " / ".join(str(ledger.cells(name)[row]) for name in names)
    ledger.fault(faults, row, names[0], shown, refusal)

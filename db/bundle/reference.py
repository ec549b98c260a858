"""The column reference of the format in Markdown, written from the declarations; docs/import.md carries it."""

from collections.abc import Iterator

from db.bundle.columns import Column, Reference, Table
from db.bundle.numbers import Money
from db.bundle.tables import TABLES


def column_reference() -> str:
    """Every table with its columns."""
    return "\n".join(line for table in TABLES for line in _table(table))


def _table(table: Table) -> Iterator[str]:
    yield f"### {table.file} · {table.zh}"
    yield ""
    if table.about:
        yield table.about
        yield ""
    yield "| Column | 中文表头 | Holds | |"
    yield "|---|---|---|---|"
    for column in table.columns:
        yield f"| {_mark(table, column)} | {_chinese(column)} | {column.kind.name} | {_remarks(column)} |"
    yield ""


def _mark(table: Table, column: Column) -> str:
    name = f"`{column.name}_yuan` `_wan` `_yi`" if isinstance(column.kind, Money) else f"`{column.name}`"
    key = " \\*" if column.name in table.key else ""
    return f"{name}{key}{' !' if column.required else ''}"


def _chinese(column: Column) -> str:
    return f"{column.zh}（元\\|万元\\|亿元）" if isinstance(column.kind, Money) else column.zh


def _remarks(column: Column) -> str:
    remarks = [column.about] if column.about else []
    if column.default is not None and column.default != ";":
        remarks.append(f"default: {column.default}")
    if isinstance(column.kind, Reference) and column.kind.on:
        remarks.append(f"the node of the day in {' else '.join(column.kind.on)}")
    if column.fixed:
        remarks.append("may not change once recorded")
    return "; ".join(remarks)

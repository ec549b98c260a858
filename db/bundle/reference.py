"""The column reference of the format in Markdown, written from the declarations; docs/import.md carries it."""

from collections.abc import Iterator

from db.bundle.columns import Column, Reference, Table
from db.bundle.numbers import Money
from db.bundle.tables import TABLES
from db.bundle.words import Word, WordList
from db.labels import zh

VOCABULARIES = (Word, WordList)


def column_reference() -> str:
    """Every table with its columns."""
    return "\n".join(line for table in TABLES for line in _table(table))


def vocabulary_reference() -> str:
    """Every vocabulary with its Chinese labels, each once."""
    kinds = {
        column.kind.vocabulary for table in TABLES for column in table.columns if isinstance(column.kind, VOCABULARIES)
    }
    return "\n".join(
        f"- **{kind.__name__}**: {', '.join(f'`{member.value}` {zh(member)}' for member in kind)}"
        for kind in sorted(kinds, key=lambda kind: kind.__name__)
    )


def _table(table: Table) -> Iterator[str]:
    yield f"### {table.file} · {table.zh}"
    yield ""
    if table.about:
        yield table.about
        yield ""
    yield "| Column | 中文表头 | Holds | |"
    yield "|---|---|---|---|"
    for column in table.columns:
        yield f"| {_mark(table, column)} | {_chinese(column)} | {_holds(column)} | {_remarks(column)} |"
    yield ""


def _mark(table: Table, column: Column) -> str:
    name = f"`{column.name}_yuan` `_wan` `_yi`" if isinstance(column.kind, Money) else f"`{column.name}`"
    key = " \\*" if column.name in table.key else ""
    return f"{name}{key}{' !' if column.required else ''}"


def _chinese(column: Column) -> str:
    return f"{column.zh}（元\\|万元\\|亿元）" if isinstance(column.kind, Money) else column.zh


def _holds(column: Column) -> str:
    if isinstance(column.kind, Word):
        return column.kind.vocabulary.__name__
    if isinstance(column.kind, WordList):
        return f"list of {column.kind.vocabulary.__name__}, parted by `;`"
    return column.kind.name


def _remarks(column: Column) -> str:
    remarks = [column.about] if column.about else []
    if column.default is not None and column.default != ";":
        remarks.append(f"default: {column.default}")
    if isinstance(column.kind, Reference) and column.kind.on:
        remarks.append(f"the node of the day in {' else '.join(column.kind.on)}")
    if column.fixed:
        remarks.append("may not change once recorded")
    return "; ".join(remarks)

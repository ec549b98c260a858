"""What the record used to say: superseded rows kept by triggers, and views of every table as it was known.

A recorded row is never deleted. When one is updated, a trigger puts the old row into `<table>_history` with the
revision that superseded it. So the record as known at revision k is: current rows written by k, and superseded rows
written by k and superseded later. On PostgreSQL those are views in a schema of their own, on SQLite temporary views
of one connection; either way statements name tables as always and the connection decides what they see.
"""

from collections.abc import Iterable

from sqlalchemy import Column, Index, Table, UniqueConstraint, select, text
from sqlalchemy.engine import Connection

from db import models
from db.base import Base, Key
from db.models import Revision

SUPERSEDED = "superseded_rev"
KNOWN_SCHEMA = "known"
KNOWN_SETTING = "fundwatch.known"
_SUFFIX = "_history"
_SHADOW = "fundwatch_known"


def recorded_tables() -> list[Table]:
    """Every table whose rows carry revisions, and the closure derived from them."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if not table.name.endswith(_SUFFIX) and "revision_id" in table.columns and "created_rev" in table.columns
    ]


def _history_table(table: Table) -> Table:
    """The same columns without their constraints, what superseded the row, and the same ways to look it up."""
    name = f"{table.name}{_SUFFIX}"
    columns = [Column(c.name, c.type, nullable=c.nullable) for c in table.columns]
    return Table(
        name,
        Base.metadata,
        *columns,
        Column(SUPERSEDED, Key, nullable=False),
        Index(f"ix_{name}_id", "id"),
        Index(f"ix_{name}_{SUPERSEDED}", SUPERSEDED),
        *_lookups(table),
    )


def _lookups(table: Table) -> Iterable[Index]:
    """The indexes and unique keys of a table as indexes of its history, the revision's aside."""
    found: list[Index | UniqueConstraint] = [*table.indexes]
    found += [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    for each in found:
        columns = [column.name for column in each.columns]
        if columns != ["revision_id"]:
            yield Index(f"ix_{table.name}{_SUFFIX}_{str(each.name)[3:].removeprefix(f'{table.name}_')}", *columns)


_COPIED = Base.metadata.tables["division_closure"]
"""Small, and joined by several columns to every fact: SQLite would search a view of it from end to end each time."""
HISTORY: dict[str, Table] = {table.name: _history_table(table) for table in recorded_tables()}
assert models.__all__


def known_sql(table: str, known: int) -> str:
    """SQLite's select over a table as known at a revision.

    The plus keeps the planner from reading most of a table through the index on its revisions.
    """
    columns = ", ".join(c.name for c in Base.metadata.tables[table].columns)
    return (
        f"select {columns} from main.{table} where +revision_id <= {known} union all "  # noqa: S608 - our own names
        f"select {columns} from main.{table}{_SUFFIX} where +revision_id <= {known} and {SUPERSEDED} > {known}"
    )


def shadow_sqlite(connection: Connection, known: int) -> None:
    """Make a SQLite connection see the record as known at a revision, and refuse to write.

    A table that no later revision touched needs no view: what it says now it said then. So views hold for one state
    of the record; they stay with the pooled connection, and whoever asks by the same clock next finds them there.
    """
    while connection.info.get(_SHADOW) != (shown := (known, _last(connection))):
        connection.info.pop(_SHADOW, None)
        connection.execute(text("pragma query_only = off"))
        try:
            _draw(connection, known)
        finally:
            connection.execute(text("pragma query_only = on"))
        connection.info[_SHADOW] = shown
        connection.execute(text("begin deferred"))


def _last(connection: Connection) -> int:
    """The last revision; asking fixes what the transaction sees."""
    return connection.execute(select(Revision.id).order_by(Revision.id.desc()).limit(1)).scalar() or 0


def _draw(connection: Connection, known: int) -> None:
    """Replace what the connection sees, and end the transaction so that it stays."""
    there = text("select type, name from sqlite_temp_master where type in ('view', 'table')")
    for kind, name in connection.execute(there).all():
        connection.execute(text(f"drop {kind} temp.{name}"))
    for name in _touched_since(connection, known):
        kind = "table" if name == _COPIED.name else "view"
        connection.execute(text(f"create temp {kind} {name} as {known_sql(name, known)}"))
        if name == _COPIED.name:
            for index in _COPIED.indexes:
                columns = ", ".join(column.name for column in index.columns)
                connection.execute(text(f"create index temp.{index.name} on {name} ({columns})"))
    connection.execute(text("commit"))


def _touched_since(connection: Connection, known: int) -> Iterable[str]:
    """Tables with rows a later revision wrote or, in what is derived, took away."""
    return connection.execute(text(_TOUCHED), {"known": known}).scalars().all()


_TOUCHED = " union all ".join(
    f"select '{name}' where exists (select 1 from main.{name} where revision_id > :known) "  # noqa: S608 - our own names
    f"or exists (select 1 from main.{name}{_SUFFIX} where {SUPERSEDED} > :known)"
    for name in HISTORY
)

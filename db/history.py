"""What the record used to say: superseded rows kept by triggers, and views of every table as it was known.

A recorded row is never deleted. When one is updated, a trigger puts the old row into `<table>_history` with the
revision that superseded it. So the record as known at revision k is: current rows written by k, and superseded rows
written by k and superseded later. On PostgreSQL those are views in a schema of their own, on SQLite temporary views
of one connection; either way statements name tables as always and the connection decides what they see.
"""

from collections.abc import Iterator

from sqlalchemy import Column, Index, Table, select, text
from sqlalchemy.engine import Connection

from db import models
from db.base import Base, Key
from db.models import Revision

SUPERSEDED = "superseded_rev"
KNOWN_SCHEMA = "known"
KNOWN_SETTING = "fundwatch.known"
_SUFFIX = "_history"


def recorded_tables() -> list[Table]:
    """Every table whose rows carry revisions, and the closure derived from them."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if not table.name.endswith(_SUFFIX) and "revision_id" in table.columns and "created_rev" in table.columns
    ]


def _history_table(table: Table) -> Table:
    """The same columns without their constraints, and what superseded the row."""
    name = f"{table.name}{_SUFFIX}"
    columns = [Column(c.name, c.type, nullable=c.nullable) for c in table.columns]
    return Table(
        name,
        Base.metadata,
        *columns,
        Column(SUPERSEDED, Key, nullable=False),
        Index(f"ix_{name}_id", "id"),
        Index(f"ix_{name}_{SUPERSEDED}", SUPERSEDED),
    )


HISTORY: dict[str, Table] = {table.name: _history_table(table) for table in recorded_tables()}
assert models.__all__


def known_sql(table: str, known: str, *, prefix: str = "") -> str:
    """A select over a table as known at a revision, itself an SQL expression; `prefix` qualifies the tables."""
    columns = ", ".join(c.name for c in Base.metadata.tables[table].columns)
    return (
        f"select {columns} from {prefix}{table} where revision_id <= {known} union all "  # noqa: S608 - our own names
        f"select {columns} from {prefix}{table}{_SUFFIX} where revision_id <= {known} and {SUPERSEDED} > {known}"
    )


def shadow_sqlite(connection: Connection, known: int) -> None:
    """Make a SQLite connection see the record as known at a revision, and refuse to write.

    A table that no later revision touched needs no view: what it says now it said then.
    """
    connection.execute(text("pragma query_only = off"))
    names = connection.execute(text("select name from sqlite_temp_master where type = 'view'")).scalars().all()
    for name in names:
        connection.execute(text(f"drop view temp.{name}"))
    if known < (connection.execute(select(Revision.id).order_by(Revision.id.desc()).limit(1)).scalar() or 0):
        for name in _touched_since(connection, known):
            connection.execute(text(f"create temp view {name} as {known_sql(name, str(known), prefix='main.')}"))
    connection.execute(text("pragma query_only = on"))


def _touched_since(connection: Connection, known: int) -> Iterator[str]:
    """Tables with rows a later revision wrote or, in what is derived, took away."""
    for name in HISTORY:
        written = f"select 1 from main.{name} where revision_id > {known}"  # noqa: S608 - an int
        taken = f"select 1 from main.{name}{_SUFFIX} where {SUPERSEDED} > {known}"  # noqa: S608
        if connection.execute(text(f"select exists ({written}) or exists ({taken})")).scalar():
            yield name

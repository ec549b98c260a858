"""What the record already holds of the rows a bundle speaks of, in stored values."""

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, Select, String, func, select, type_coerce
from sqlalchemy import Table as SqlTable
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeDecorator, TypeEngine

from db.bundle.columns import Table
from db.models import Revision

ASKED_AT_ONCE = 2_000
"""Keys named in one statement."""
WORTH_ASKING = 20_000
"""With more keys than this, reading the whole table is quicker."""

Row = tuple[Any, ...]


def stored_type(column: Column[Any]) -> TypeEngine[Any]:
    """The plain type behind a column: integers, text, flags, lists and days, without the models' conversions."""
    kind = column.type
    if isinstance(kind, TypeDecorator):
        return BigInteger()
    for plain in (Boolean, Date, JSON):
        if isinstance(kind, plain):
            return plain()
    return BigInteger() if isinstance(kind, Integer) else String()


class Stored:
    """Reads rows as (id, *fields) in the order of `Table.fields`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def version(self, *, before: int | None = None) -> tuple[int, int]:
        """Count and last id of the revisions (before one): two equal answers mean nobody wrote in between."""
        statement = select(func.count(Revision.id), func.coalesce(func.max(Revision.id), 0))
        if before is not None:
            statement = statement.where(Revision.id != before)
        count, last = (await self._session.execute(statement)).one()
        return count, last

    async def everything(self, table: Table) -> list[Row]:
        """All rows."""
        return await self._rows(self._select(table))

    async def by_column(self, table: Table, column: str, values: Collection[Any]) -> list[Row]:
        """The rows whose column has one of the values, and perhaps others."""
        if not values:
            return []
        if len(values) > WORTH_ASKING:
            return await self.everything(table)
        found: list[Row] = []
        for some in _parts(values):
            found.extend(await self._rows(self._select(table).where(table.sql.c[column].in_(some))))
        return found

    async def parents(self, table: Table) -> dict[int, int]:
        """Who stands above whom in a table whose rows refer to each other."""
        sql: SqlTable = table.sql
        statement = select(sql.c.id, sql.c.parent_id).where(sql.c.parent_id.is_not(None))
        return {row[0]: row[1] for row in await self._session.execute(statement)}

    def _select(self, table: Table) -> Select[Any]:
        sql = table.sql
        fields = [type_coerce(sql.c[field], stored_type(sql.c[field])).label(field) for field in table.fields]
        return select(sql.c.id, *fields)

    async def _rows(self, statement: Select[Any]) -> list[Row]:
        return [tuple(row) for row in await self._session.execute(statement)]


def _parts(values: Iterable[Any]) -> Iterable[list[Any]]:
    pending = iter(values)
    while some := list(islice(pending, ASKED_AT_ONCE)):
        yield some

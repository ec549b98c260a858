"""Writes a plan in one unit of work: new rows in bulk, changed rows field by field, equal rows not at all."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Date, bindparam, column, func, select, table, text
from sqlalchemy import update as update_statement
from sqlalchemy.ext.asyncio import AsyncConnection

from db.bundle.ledger import Ledger
from db.bundle.stored import stored_type
from db.bundle.validate import Plan
from db.closure import rebuild_closure
from db.engine import Work
from db.enums import Provenance

Progress = Callable[[str, int, int], None]
Rows = list[tuple[Any, ...]]
WRITTEN_AT_ONCE = 20_000


async def write_plan(work: Work, plan: Plan, provenance: Provenance, progress: Progress | None) -> None:
    """Insert and update what the plan says, then derive the closure when divisions changed."""
    connection = await work.session.connection()
    ids: dict[str, dict[int, int]] = {}
    pointed_at = {name for ledger in plan.ledgers.values() for name in ledger.table.pointers.values()}
    for name, ledger in plan.ledgers.items():
        writer = _TableWriter(connection, work, ledger, ids, provenance)
        await writer.insert(plan.depths.get(name), keep_ids=name in pointed_at, progress=progress)
        await writer.update()
    if plan.divisions_changed:
        await rebuild_closure(work)


class _TableWriter:
    """Writes the rows of one ledger; handles become ids on the way."""

    def __init__(
        self,
        connection: AsyncConnection,
        work: Work,
        ledger: Ledger,
        ids: dict[str, dict[int, int]],
        provenance: Provenance,
    ) -> None:
        self._connection = connection
        self._work = work
        self._ledger = ledger
        self._ids = ids
        self._provenance = provenance
        self._name = ledger.table.sql.name
        self._sqlite = connection.dialect.name == "sqlite"

    async def insert(self, depths: list[int] | None, *, keep_ids: bool, progress: Progress | None) -> None:
        """All new rows, parents before children; their ids are kept when other rows point at them."""
        ledger = self._ledger
        rows = ledger.inserts
        if not rows:
            return
        if depths is not None:
            rows = sorted(rows, key=depths.__getitem__)
        names = [name for name in ledger.table.fields if name != "provenance"]
        fixed = self._work.stamp | ({"provenance": self._provenance.value} if ledger.table.stamped else {})
        if keep_ids:
            fresh = await self._fresh_ids(len(rows))
            self._ids[ledger.table.name] = {-row - 1: id_ for row, id_ in zip(rows, fresh, strict=True)}
        columns: list[Sequence[Any]] = [self._bound(name, self._values(name, rows)) for name in names]
        columns += [[value] * len(rows) for value in fixed.values()]
        names += fixed
        if keep_ids:
            names, columns = ["id", *names], [fresh, *columns]
        done = 0
        for part in _parts(zip(*columns, strict=True)):
            await self._insert_part(names, part)
            done += len(part)
            if progress is not None:
                progress(ledger.table.name, done, len(rows))

    def _values(self, name: str, rows: list[int]) -> list[Any]:
        """A field of the given rows, handles replaced by ids."""
        given = self._ledger.fields.get(name)
        if given is None:
            return [self._ledger.defaults.get(name)] * len(rows)
        if target := self._ledger.table.pointers.get(name):
            new = self._ids.get(target, {})
            return [new[value] if (value := given[row]) is not None and value < 0 else value for row in rows]
        return [given[row] for row in rows]

    def _bound(self, name: str, values: list[Any]) -> list[Any]:
        """As the drivers take them: lists as JSON text, and days as text where SQLite keeps them so."""
        kind = self._ledger.table.sql.c[name].type
        if isinstance(kind, JSON):
            return [json.dumps(value) for value in values]
        if self._sqlite and isinstance(kind, Date):
            return [None if value is None else value.isoformat() for value in values]
        return values

    async def _fresh_ids(self, count: int) -> list[int]:
        """Ids nobody else will get: SQLite's writer is alone, PostgreSQL's come from the sequence."""
        if self._sqlite:
            id_ = self._ledger.table.sql.c.id
            last = (await self._connection.execute(select(func.coalesce(func.max(id_), 0)))).scalar_one()
            return list(range(last + 1, last + 1 + count))
        statement = "select nextval(pg_get_serial_sequence(:name, 'id')) from generate_series(1, :count)"
        found = await self._connection.execute(text(statement), {"name": self._name, "count": count})
        return sorted(found.scalars())

    async def _insert_part(self, names: list[str], part: Rows) -> None:
        if self._sqlite:
            marks = ", ".join("?" * len(names))
            columns = ", ".join(f'"{name}"' for name in names)
            # The names come from the models, never from a bundle.
            statement = f'insert into "{self._name}" ({columns}) values ({marks})'  # noqa: S608
            await self._connection.exec_driver_sql(statement, part)
            return
        raw = await self._connection.get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.copy_records_to_table(self._name, records=part, columns=names)

    async def update(self) -> None:
        """The changed fields of changed rows, and their new revision."""
        ledger = self._ledger
        alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for row, changed in ledger.updates:
            alike[changed].append(row)
        sql = ledger.table.sql
        for changed, rows in alike.items():
            typed = [column(name, stored_type(sql.c[name])) for name in ("id", "revision_id", *changed)]
            light = table(self._name, *typed)
            new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changed}
            statement = (
                update_statement(light)
                .where(light.c.id == bindparam("row_id"))
                .values(revision_id=self._work.revision_id, **new)
            )
            values = zip(*(self._values(name, rows) for name in changed), strict=True)
            await self._connection.execute(
                statement,
                [
                    {
                        "row_id": ledger.handles[row],
                        **{f"new_{name}": value for name, value in zip(new, given, strict=True)},
                    }
                    for row, given in zip(rows, values, strict=True)
                ],
            )


def _parts(rows: Iterator[tuple[Any, ...]]) -> Iterator[Rows]:
    while part := list(islice(rows, WRITTEN_AT_ONCE)):
        yield part

"""Rows of any table out of a number: valid, never equal, and of no meaning."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Date, Enum, String, Table, UniqueConstraint, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Work
from db.history import recorded_tables
from db.types import Instant, Period, PeriodType, Quantity

STAMPS = frozenset({"id", "created_rev", "revision_id"})
DERIVED = "division_closure"

Row = tuple[Any, ...]
Snapshot = dict[str, list[Row]]


def value(kind: Any, number: int) -> Any:
    """A value of a column's type; text, days and integers differ by number."""
    made: tuple[tuple[type, Callable[[], Any]], ...] = (
        (Enum, lambda: kind.enum_class(kind.enums[number % len(kind.enums)])),
        (Instant, lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)),
        (PeriodType, lambda: Period.from_ordinal(8000 + number)),
        (Quantity, lambda: Decimal(number) / 8),
        (Boolean, lambda: bool(number % 2)),
        (Date, lambda: date(2000, 1, 1) + timedelta(days=number)),
        (String, lambda: f"第{number}号"),
        (JSON, lambda: [number]),
    )
    for types, make in made:
        if isinstance(kind, types):
            return make()
    return 1 + number


def keyed(table: Table) -> set[str]:
    """Columns that tell rows apart or point at others; an update leaves them alone."""
    unique = {c.name for each in table.constraints if isinstance(each, UniqueConstraint) for c in each.columns}
    return STAMPS | unique | {c.name for c in table.columns if c.foreign_keys} | {"valid_to"}


@dataclass(slots=True)
class Rows:
    """What was inserted, by table."""

    ids: dict[str, list[int]] = field(default_factory=dict)
    counter: int = 0

    async def add(self, work: Work, table: Table, number: int = 0) -> int:
        """A new row, and the rows it must point at."""
        self.counter += 1
        given: dict[str, Any] = dict(work.stamp)
        for column in table.columns:
            if column.name in STAMPS or column.name == "valid_to":
                continue
            if column.foreign_keys:
                given[column.name] = await self._target(work, column, number)
            elif column.nullable and number % 3 == 0:
                given[column.name] = None
            else:
                given[column.name] = value(column.type, self.counter)
        result = await work.session.execute(insert(table).values(**given).returning(table.c.id))
        self.ids.setdefault(table.name, []).append(result.scalar_one())
        return self.ids[table.name][-1]

    async def _target(self, work: Work, column: Any, number: int) -> int | None:
        target = next(iter(column.foreign_keys)).column.table
        there = self.ids.get(target.name)
        unique = column.table.name != target.name and column.name in keyed_alone(column.table)
        if column.nullable:
            return there[number % len(there)] if there and not unique else None
        # a key of its own, so that a unique pair of pointers is never made twice
        return await self.add(work, target, number) if not there or unique else there[number % len(there)]

    async def change(self, work: Work, table: Table, number: int) -> None:
        """Another value in some column of a row that is there; the way of writing depends on the number."""
        there = self.ids.get(table.name)
        free = [column for column in table.columns if column.name not in keyed(table)]
        if not there or not free:
            return
        self.counter += 1
        column, row = free[number % len(free)], there[number % len(there)]
        changed = {column.name: value(column.type, self.counter), "revision_id": work.revision_id}
        await work.session.execute(update(table).where(table.c.id == row).values(**changed))


def keyed_alone(table: Table) -> set[str]:
    """The first pointer of each unique key: a fresh target there makes the whole key fresh."""
    found = set()
    for each in table.constraints:
        if isinstance(each, UniqueConstraint):
            pointers = [c.name for c in each.columns if c.foreign_keys]
            found |= set(pointers[:1])
    return found


def by_code() -> dict[str, Table]:
    """The tables whose history triggers keep."""
    return {table.name: table for table in recorded_tables() if table.name != DERIVED}


async def copy(session: AsyncSession) -> Snapshot:
    """Every recorded table, row by row, as a session sees it."""
    return {
        table.name: [tuple(row) for row in await session.execute(select(table).order_by(table.c.id))]
        for table in recorded_tables()
    }


@pytest.fixture
def rows() -> Rows:
    """Inserts and changes rows of any table."""
    return Rows()


@pytest.fixture
def kept_tables() -> dict[str, Table]:
    """Tables kept by triggers."""
    return by_code()


@pytest.fixture
def copied() -> Callable[[AsyncSession], Any]:
    """Copies every recorded table."""
    return copy


@pytest.fixture
def new_rows() -> type[Rows]:
    """For tests that start over and over."""
    return Rows

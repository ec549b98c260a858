"""Verification: everything derived compared with what it derives from, each difference named."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.closure import derived_rows
from db.engine import Database
from db.enums import AllocationKind
from db.models import Allocation, DivisionClosure, Project, Revision, StandingFinding
from db.spans import ClosureRow


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that is not as it must be."""

    table: str
    key: str
    problem: str


async def verify(database: Database) -> list[Discrepancy]:
    """All differences; an empty list is the good answer."""
    async with database.read() as session:
        return [
            *await _closure(session),
            *await _recalls(session),
            *await _revisions(session),
        ]


async def _closure(session: AsyncSession) -> list[Discrepancy]:
    """The closure against the versions and changes of divisions."""
    names = [field.name for field in fields(ClosureRow)]
    stored = {tuple(row) for row in await session.execute(select(*(getattr(DivisionClosure, n) for n in names)))}
    derived = {tuple(getattr(row, n) for n in names) for row in await derived_rows(session)}
    return [
        *_named("division_closure", stored - derived, "stored, but no version or change says so"),
        *_named("division_closure", derived - stored, "follows from versions and changes, but is not stored"),
    ]


def _named(table: str, rows: set[tuple[Any, ...]], problem: str) -> Iterator[Discrepancy]:
    for row in sorted(rows, key=str):
        yield Discrepancy(table, " ".join(str(value) for value in row), problem)


async def _recalls(session: AsyncSession) -> list[Discrepancy]:
    """No more may be taken back than was given."""
    given = aliased(Allocation)
    statement = (
        select(given.code, given.amount_fen, func.sum(Allocation.amount_fen))
        .join(given, given.id == Allocation.parent_id)
        .where(Allocation.kind == AllocationKind.RECALL)
        .group_by(given.id, given.code, given.amount_fen)
        .having(func.sum(Allocation.amount_fen) > given.amount_fen)
    )
    return [
        Discrepancy("allocation", code, f"{int(taken)} fen recalled of {amount}")
        for code, amount, taken in await session.execute(statement)
    ]


async def _revisions(session: AsyncSession) -> list[Discrepancy]:
    """Every row belongs to a revision that exists."""
    last = await session.scalar(select(func.max(Revision.id))) or 0
    found: list[Discrepancy] = []
    checked: tuple[tuple[type[Any], Any], ...] = (
        (Allocation, Allocation.code),
        (Project, Project.code),
        (StandingFinding, StandingFinding.key),
    )
    for model, key in checked:
        rows = await session.execute(select(key).where(model.revision_id > last))
        found.extend(Discrepancy(model.__tablename__, code, "written by no revision") for (code,) in rows)
    return found

"""Standing findings in bulk: what stood before, and the writes a refresh makes of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.dossiers import Area
from db.engine import Work
from db.enums import FindingState, Severity, SubjectKind
from db.models import Allocation, Filing, StandingFinding, Target
from db.types import Json

CHUNK = 500
"""Findings compared and written at a time: bodies are kilobytes each."""


class Stood(NamedTuple):
    """A finding not cleared so far, without its body."""

    id: int
    key: str
    rule_code: str
    subject_kind: SubjectKind
    subject_id: int


class Known(NamedTuple):
    """A finding as the record has it, cleared or not."""

    id: int
    key: str
    severity: Severity
    state: FindingState
    last_seen: date
    division_id: int
    responsible_unit_id: int | None
    body: Json


def in_area(area: Area) -> ColumnElement[bool]:
    """Findings a run over an area answers for; one without a line belongs to every line."""
    lines = sorted(area.scope.lines)
    of_lines = or_(StandingFinding.line.is_(None), StandingFinding.line.in_(lines)) if lines else true()
    return and_(area.covers(StandingFinding.division_id), of_lines)


async def standing(session: AsyncSession, area: Area, codes: Iterable[str]) -> Sequence[Stood]:
    """Findings of some rules in an area that are not cleared."""
    columns = [getattr(StandingFinding, name) for name in Stood._fields]
    statement = select(*columns).where(
        in_area(area), StandingFinding.state != FindingState.CLEARED, StandingFinding.rule_code.in_(sorted(codes))
    )
    return [Stood._make(row) for row in await session.execute(statement.order_by(StandingFinding.id))]


async def last_seen(session: AsyncSession, area: Area) -> date | None:
    """The latest day a finding in an area was seen or cleared on."""
    statement = select(func.max(StandingFinding.last_seen), func.max(StandingFinding.cleared_on)).where(in_area(area))
    return max((day for day in (await session.execute(statement)).one() if day is not None), default=None)


async def known(session: AsyncSession, keys: Sequence[str]) -> dict[str, Known]:
    """What the record has on some findings, by key."""
    columns = [getattr(StandingFinding, name) for name in Known._fields]
    rows = await session.execute(select(*columns).where(StandingFinding.key.in_(keys)))
    return {row.key: Known._make(row) for row in rows}


_OF_PROJECT: Mapping[SubjectKind, tuple[Any, Any]] = {
    SubjectKind.FILING: (Filing.id, Filing.project_id),
    SubjectKind.ALLOCATION: (Allocation.id, Allocation.project_id),
    SubjectKind.TARGET: (Target.id, Target.project_id),
}


async def projects_of(
    session: AsyncSession, subjects: Iterable[tuple[SubjectKind, int]]
) -> dict[tuple[SubjectKind, int], int]:
    """The project each subject is or belongs to, where there is one."""
    wanted = set(subjects)
    found: dict[tuple[SubjectKind, int], int] = {
        subject: subject[1] for subject in wanted if subject[0] is SubjectKind.PROJECT
    }
    for kind, (key, project_id) in _OF_PROJECT.items():
        ids = [subject_id for each, subject_id in wanted if each is kind]
        if ids:
            rows = await session.execute(select(key, project_id).where(key.in_(ids), project_id.is_not(None)))
            found.update({(kind, subject_id): project for subject_id, project in rows})
    return found


async def add(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    """New findings."""
    if rows:
        await work.session.execute(insert(StandingFinding), [{**row, **work.stamp} for row in rows])


async def change(work: Work, rows: Iterable[Mapping[str, Any]]) -> None:
    """Changed findings by id; all rows have the same columns."""
    for chunk in batches(rows):
        await work.session.execute(update(StandingFinding), [{**row, "revision_id": work.revision_id} for row in chunk])


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Lists of up to CHUNK."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk

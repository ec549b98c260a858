"""Standing findings counted by severity."""

from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import FindingState, Severity, SubjectKind
from db.models import Allocation, Fund, Project, StandingFinding
from db.rollup.chart import ESTIMATED
from db.rollup.geometry import Placed, place, read
from db.rollup.projects import matching
from db.rollup.question import Answer, Dimension, Question, add
from db.scope import visible

DIMENSIONS = frozenset({Dimension.PROVINCE, Dimension.CITY, Dimension.COUNTY, Dimension.DIVISION_LEVEL, Dimension.LINE})
STANDING = [state for state in FindingState if state.standing]


async def findings(session: AsyncSession, question: Question) -> Answer:
    """Counts `blocking`, `red`, `yellow`, `info`; rules on trial bind nobody and are left out."""
    statement = (
        select()
        .select_from(StandingFinding)
        .where(StandingFinding.state.in_(STANDING), StandingFinding.trial.is_(False))
        .where(*_about(question))
    )
    if question.where.lines:
        statement = statement.where(StandingFinding.line.in_(question.where.lines))
    answer: Answer = {}
    statement = visible(statement, StandingFinding, to=question.scope)
    for placed in await place(session, question, statement, StandingFinding.division_id):
        add(answer, await read(session, question, _counted(question, placed)))
    return answer


def _counted(question: Question, placed: Placed) -> Select[Any]:
    keys: list[Any] = [placed.node] if placed.node is not None else []
    keys += [placed.keys.get(dimension, StandingFinding.line) for dimension in question.by]
    first = placed.part.first
    counts = [
        func.coalesce(func.sum(case((and_(StandingFinding.severity == severity, first), 1), else_=0)), 0)
        for severity in Severity
    ]
    columns = [key.label(f"k{i}") for i, key in enumerate(keys)]
    columns += [count.label(severity.lower()) for severity, count in zip(Severity, counts, strict=True)]
    columns.append(placed.part.guesses(first).label(ESTIMATED))
    return placed.statement.add_columns(*columns).group_by(*keys)


def _about(question: Question) -> tuple[Any, ...]:
    """Findings about projects and allocations of the money asked about; those about divisions always count."""
    where = question.where
    own = ((Project.status, where.statuses), (Project.provenance, where.provenances))
    narrowed = (*matching(question), *(column.in_(wanted) for column, wanted in own if wanted))
    if not narrowed:
        return ()
    of_project = StandingFinding.project_id.in_(select(Project.id).where(*narrowed))
    of_allocation = StandingFinding.subject_id.in_(_allocations(question))
    kind = StandingFinding.subject_kind
    loose = StandingFinding.project_id.is_(None)
    return (
        or_(
            of_project,
            loose & (kind == SubjectKind.ALLOCATION) & of_allocation,
            loose & kind.in_([SubjectKind.DIVISION, SubjectKind.TARGET]),
        ),
    )


def _allocations(question: Question) -> Select[int]:
    where = question.where
    statement = select(Allocation.id).join(Fund, Fund.id == Allocation.fund_id)
    filters: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (Allocation.budget_year, where.budget_years),
        (Fund.code, where.funds),
        (Fund.category, where.categories),
        (Allocation.source, where.sources),
    )
    for column, wanted in filters:
        if wanted:
            statement = statement.where(column.in_(wanted))
    return statement

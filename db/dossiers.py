"""Bulk rows for judging: plain tuples of what dossiers read, fetched by chunks, never one subject at a time."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, and_, func, or_, select, true, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.dossier_rows import (
    ChangeRow,
    EdgeRow,
    FilingRow,
    FundRow,
    IndicatorRow,
    PaymentRow,
    PayPlanRow,
    ProgressRow,
    ProjectRow,
    ReserveRow,
    SourceLineRow,
    TargetIssueRow,
    TargetRow,
)
from db.enums import UnitKind
from db.models import (
    Allocation,
    Division,
    Document,
    Filing,
    Fund,
    Indicator,
    Payment,
    PayPlan,
    Progress,
    Project,
    ProjectChange,
    ReserveEntry,
    SourceLine,
    Target,
    Unit,
)
from db.scope import Scope, may_see, subtree

RowT = TypeVar("RowT", bound=NamedTuple)
Rows = Select[*tuple[Any, ...]]

PROJECT_CHUNK = 500
TARGET_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Area:
    """Whose rows are judged: one caller's scope, narrowed to a subtree."""

    scope: Scope
    division_id: int

    def covers(self, column: Any) -> ColumnElement[bool]:
        """Rows whose division lies below the one asked about."""
        if self.scope.national and self.division_id == self.scope.division_id:
            return true()
        below: ColumnElement[bool] = column.in_(subtree(self.division_id, day=self.scope.day))
        return below


@dataclass(frozen=True, slots=True)
class ProjectChunk:
    """Some projects with every row their dossiers read."""

    projects: Sequence[ProjectRow]
    source_lines: Sequence[SourceLineRow]
    edges: Sequence[EdgeRow]
    payments: Sequence[PaymentRow]
    pay_plans: Sequence[PayPlanRow]
    changes: Sequence[ChangeRow]
    filings: Sequence[FilingRow]
    targets: Sequence[TargetRow]
    progress: Sequence[ProgressRow]
    children: Sequence[TargetRow]


@dataclass(frozen=True, slots=True)
class EdgeChunk:
    """The money of one fund's budget year that touches an area."""

    edges: Sequence[EdgeRow]
    reserve: Sequence[ReserveRow]
    target_issues: Sequence[TargetIssueRow]


@dataclass(frozen=True, slots=True)
class TargetChunk:
    """Some targets of divisions with their parts."""

    targets: Sequence[TargetRow]
    children: Sequence[TargetRow]


async def funds(session: AsyncSession) -> dict[int, FundRow]:
    """Every fund by id."""
    rows = await _all(session, FundRow, select(Fund.id, Fund.code, Fund.category, Fund.line, Fund.emergency))
    return {row.id: row for row in rows}


async def indicators(session: AsyncSession) -> dict[int, IndicatorRow]:
    """Every indicator by id."""
    columns = (Indicator.id, Indicator.code, Indicator.kind, Indicator.direction, Indicator.measure_id)
    statement = select(*columns, Indicator.over_time, Indicator.over_space)
    return {row.id: row for row in await _all(session, IndicatorRow, statement)}


async def authorities(session: AsyncSession) -> dict[int, int]:
    """The natural-resources authority of each division that has one: division id → unit id."""
    statement = select(Unit.division_id, Unit.id).where(Unit.kind == UnitKind.NR_AUTHORITY).order_by(Unit.id.desc())
    return {row.division_id: row.id for row in await session.execute(statement)}


async def division_ids(session: AsyncSession, area: Area) -> frozenset[int]:
    """Every division an area covers."""
    return frozenset((await session.scalars(select(Division.id).where(area.covers(Division.id)))).all())


async def count_projects(session: AsyncSession, area: Area) -> int:
    """How many projects an area has, for a progress bar."""
    return await session.scalar(select(func.count()).select_from(_projects(area).subquery())) or 0


async def project_chunks(
    session: AsyncSession, area: Area, *, size: int = PROJECT_CHUNK
) -> AsyncIterator[ProjectChunk]:
    """The projects of an area by ascending id, with their rows; ten statements a chunk."""
    last = 0
    while True:
        statement = _projects(area).where(Project.id > last).order_by(Project.id).limit(size)
        projects = await _all(session, ProjectRow, statement)
        if not projects:
            return
        last = projects[-1].id
        yield await _project_chunk(session, projects)


async def edge_chunks(session: AsyncSession, area: Area) -> AsyncIterator[EdgeChunk]:
    """The money of an area, one fund and budget year at a time; three statements each."""
    touching = and_(
        or_(area.covers(Allocation.recipient_id), area.covers(Allocation.grantor_id)), _in_lines(Allocation, area)
    )
    pairs = select(Allocation.fund_id, Allocation.budget_year).where(touching).distinct()
    for fund_id, year in (await session.execute(pairs.order_by(*pairs.selected_columns))).all():
        of_year = and_(Allocation.fund_id == fund_id, Allocation.budget_year == year, touching)
        yield await _edge_chunk(session, of_year)


async def target_chunks(session: AsyncSession, area: Area, *, size: int = TARGET_CHUNK) -> AsyncIterator[TargetChunk]:
    """The targets of an area that belong to no project, by ascending id, with their parts; two statements each."""
    last = 0
    own = and_(Target.project_id.is_(None), area.covers(Target.division_id), _in_lines(Target, area))
    while True:
        statement = _targets(Target).where(own, Target.id > last).order_by(Target.id).limit(size)
        targets = await _all(session, TargetRow, statement)
        if not targets:
            return
        last = targets[-1].id
        children = _targets(Target).where(Target.parent_id.in_([each.id for each in targets])).order_by(Target.id)
        yield TargetChunk(targets, await _all(session, TargetRow, children))


async def _project_chunk(session: AsyncSession, projects: Sequence[ProjectRow]) -> ProjectChunk:
    ids = [each.id for each in projects]
    parent = aliased(Target)
    taken = aliased(Allocation)
    recalls = select(taken.id).where(taken.project_id.in_(ids))
    return ProjectChunk(
        projects=projects,
        source_lines=await _all(session, SourceLineRow, _source_lines(ids)),
        edges=await _all(
            session, EdgeRow, _EDGES.where(or_(Allocation.project_id.in_(ids), Allocation.parent_id.in_(recalls)))
        ),
        payments=await _all(session, PaymentRow, _payments(ids)),
        pay_plans=await _all(
            session,
            PayPlanRow,
            select(PayPlan.project_id, type_coerce(PayPlan.period, Integer), PayPlan.cumulative_bp)
            .where(PayPlan.project_id.in_(ids))
            .order_by(PayPlan.project_id, PayPlan.period),
        ),
        changes=await _all(session, ChangeRow, _changes(ids)),
        filings=await _all(session, FilingRow, _filings(ids)),
        targets=await _all(session, TargetRow, _targets(Target).where(Target.project_id.in_(ids))),
        progress=await _all(session, ProgressRow, _progress(ids)),
        children=await _all(
            session,
            TargetRow,
            _targets(Target).join(parent, parent.id == Target.parent_id).where(parent.project_id.in_(ids)),
        ),
    )


async def _edge_chunk(session: AsyncSession, of_year: ColumnElement[bool]) -> EdgeChunk:
    reserve = (
        select(ReserveEntry.project_id, ReserveEntry.from_on, ReserveEntry.status)
        .where(ReserveEntry.project_id.in_(select(Allocation.project_id).where(of_year)))
        .order_by(ReserveEntry.project_id, ReserveEntry.from_on)
    )
    issues = (
        select(Allocation.id, Allocation.recipient_id, Allocation.issued_on, Document.issued_on)
        .join(Target, Target.allocation_id == Allocation.id)
        .outerjoin(Document, Document.id == Target.document_id)
        .where(of_year)
        .distinct()
    )
    return EdgeChunk(
        edges=await _all(session, EdgeRow, _EDGES.where(of_year).order_by(Allocation.id)),
        reserve=await _all(session, ReserveRow, reserve),
        target_issues=await _all(session, TargetIssueRow, issues),
    )


def _in_lines(model: type[Any], area: Area) -> ColumnElement[bool]:
    """The scope's limits on lines; division limits are `Area.covers`."""
    if not area.scope.lines:
        return true()
    return may_see(model, _without_division(area.scope))


def _without_division(scope: Scope) -> Scope:
    return Scope(scope.division_id, scope.code, national=True, day=scope.day, lines=scope.lines)


def _projects(area: Area) -> Rows:
    columns = [getattr(Project, name) for name in ProjectRow._fields]
    return select(*columns).where(area.covers(Project.division_id), _in_lines(Project, area))


_EDGES = select(*(getattr(Allocation, name) for name in EdgeRow._fields))


def _source_lines(ids: Sequence[int]) -> Rows:
    columns = [getattr(SourceLine, name) for name in SourceLineRow._fields]
    return select(*columns).where(SourceLine.project_id.in_(ids))


def _payments(ids: Sequence[int]) -> Rows:
    return (
        select(Payment.project_id, SourceLine.source, Payment.kind, Payment.paid_on, Payment.amount_fen)
        .join(SourceLine, SourceLine.id == Payment.source_line_id)
        .where(Payment.project_id.in_(ids))
        .order_by(Payment.project_id, Payment.paid_on)
    )


def _changes(ids: Sequence[int]) -> Rows:
    columns = [getattr(ProjectChange, name) for name in ChangeRow._fields]
    return select(*columns).where(ProjectChange.project_id.in_(ids)).order_by(ProjectChange.id)


def _filings(ids: Sequence[int]) -> Rows:
    columns = [
        type_coerce(Filing.period, Integer) if name == "period" else getattr(Filing, name) for name in FilingRow._fields
    ]
    return select(*columns).where(Filing.project_id.in_(ids)).order_by(Filing.project_id, Filing.period)


def _progress(ids: Sequence[int]) -> Rows:
    return (
        select(
            Progress.target_id,
            type_coerce(Progress.period, Integer),
            type_coerce(Progress.value, BigInteger),
            Progress.reported_on,
        )
        .join(Target, Target.id == Progress.target_id)
        .where(Target.project_id.in_(ids))
        .order_by(Progress.target_id, Progress.period)
    )


_SCALED = {"value": "value", "canonical": "canonical_value", "baseline": "baseline"}
_SCALED |= {"numerator": "numerator", "denominator": "denominator"}


def _targets(model: type[Target]) -> Rows:
    """Targets with their quantities as stored: a Decimal for each of a million values would cost more than judging."""
    columns = [
        type_coerce(getattr(model, _SCALED[name]), BigInteger) if name in _SCALED else getattr(model, name)
        for name in TargetRow._fields
    ]
    return select(*columns)


async def _all(session: AsyncSession, kind: type[RowT], statement: Rows) -> list[RowT]:
    return [kind._make(row) for row in (await session.execute(statement)).all()]

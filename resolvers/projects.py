"""Projects and what hangs on them, each fetched for all projects of an answer at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from db.enums import (
    ISSUED_KINDS,
    AllocationKind,
    FundCategory,
    Level,
    Line,
    PaymentKind,
    ProjectStatus,
    Provenance,
    Source,
)
from db.models import (
    Allocation,
    Fund,
    Payment,
    Project,
    ProjectChange,
    ProjectDivision,
    ReserveEntry,
    SourceLine,
)
from db.paging import Order, Page, Sort
from db.scope import subtree, visible
from resolvers.context import Context
from resolvers.lists import listed
from resolvers.view import View


@dataclass(frozen=True, slots=True)
class ProjectWhere:
    """Which projects; empty means all."""

    under: str | None = None
    status: tuple[ProjectStatus, ...] = ()
    lines: tuple[Line, ...] = ()
    budget_years: tuple[int, ...] = ()
    funds: tuple[str, ...] = ()
    categories: tuple[FundCategory, ...] = ()
    provenances: tuple[Provenance, ...] = ()
    codes: tuple[str, ...] = ()
    name_contains: str | None = None


class ProjectOrderField(StrEnum):
    """What projects can be ordered by."""

    CODE = "CODE"
    NAME = "NAME"
    TOTAL_INVESTMENT = "TOTAL_INVESTMENT"
    PLANNED_START = "PLANNED_START"
    PLANNED_END = "PLANNED_END"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class Funding:
    """What one source means to pay, has sent, and has been spent of it, in fen."""

    source: Source
    planned: int
    arrived: int
    paid: int

    @property
    def level(self) -> Level | None:
        """The level of government behind the source."""
        return self.source.level


async def project(ctx: Context, code: str, view: View) -> Project | None:
    """One project by its code, None outside the caller's scope."""
    statement = visible(select(Project).where(Project.code == code), Project, to=ctx.scope)
    async with ctx.read(view) as session:
        return (await session.execute(statement)).scalar_one_or_none()


async def projects(
    ctx: Context,
    where: ProjectWhere,
    view: View,
    *,
    order_by: Sequence[tuple[ProjectOrderField, Sort]],
    first: int,
    after: str | None,
) -> Page[Project]:
    """A page of the caller's projects."""
    statement = visible(select(Project), Project, to=ctx.scope)
    if where.under is not None:
        top = await ctx.place(where.under, view)
        if top.level is not Level.NATION:
            day = view.hierarchy_as_of
            statement = statement.where(Project.division_id.in_(subtree(top.id, day=day, tree=view.tree)))
    statement = _filtered(statement, where)
    orders = [_order(field, direction) for field, direction in order_by]
    if not any(order.name == "CODE" for order in orders):
        orders.append(Order("CODE", Project.code, orders[-1].direction if orders else Sort.ASC))
    return await listed(ctx, view, statement, orders=orders, first=first, after=after)


def _filtered(statement: Select[Any], where: ProjectWhere) -> Select[Any]:
    filters: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (Project.status, where.status),
        (Project.line, where.lines),
        (Project.provenance, where.provenances),
        (Project.code, where.codes),
    )
    for column, wanted in filters:
        if wanted:
            statement = statement.where(column.in_(wanted))
    if where.name_contains:
        statement = statement.where(Project.name.contains(where.name_contains, autoescape=True))
    if not (where.budget_years or where.funds or where.categories):
        return statement
    line = select(SourceLine.id).join(Fund, Fund.id == SourceLine.fund_id).where(SourceLine.project_id == Project.id)
    money: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (SourceLine.budget_year, where.budget_years),
        (Fund.code, where.funds),
        (Fund.category, where.categories),
    )
    for column, wanted in money:
        if wanted:
            line = line.where(column.in_(wanted))
    return statement.where(exists(line))


def _order(field: ProjectOrderField, direction: Sort) -> Order:
    columns: dict[ProjectOrderField, Any] = {
        ProjectOrderField.CODE: Project.code,
        ProjectOrderField.NAME: Project.name,
        ProjectOrderField.TOTAL_INVESTMENT: func.coalesce(Project.total_investment_fen, -1),
        ProjectOrderField.PLANNED_START: func.coalesce(Project.planned_start, date.min),
        ProjectOrderField.PLANNED_END: func.coalesce(Project.planned_end, date.max),
        ProjectOrderField.CHANGED: Project.revision_id,
    }
    return Order(field.value, columns[field], direction)


async def projects_by_id(ctx: Context, ids: list[int], view: View) -> list[Project | None]:
    """Batch: visible projects by id."""
    statement = visible(select(Project).where(Project.id.in_(ids)), Project, to=ctx.scope)
    async with ctx.read(view) as session:
        found = {row.id: row for row in (await session.execute(statement)).scalars()}
    return [found.get(i) for i in ids]


async def funding_by_project(ctx: Context, ids: list[int], view: View) -> list[list[Funding]]:
    """Batch: planned, arrived and paid by source, in the order of sources."""
    planned = (
        select(SourceLine.project_id, SourceLine.source, func.sum(SourceLine.planned_fen))
        .where(SourceLine.project_id.in_(ids))
        .group_by(SourceLine.project_id, SourceLine.source)
    )
    async with ctx.read(view) as session:
        sums: dict[int, dict[Source, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
        for column, statement in enumerate((planned, arrived(ids, view), _paid(ids, view))):
            for project_id, source, amount in await session.execute(statement):
                sums[project_id][source][column] = int(amount)
    return [[Funding(source, *sums[i][source]) for source in Source if source in sums[i]] for i in ids]


def arrived(ids: Sequence[int], view: View) -> Select[*tuple[Any, ...]]:
    """Project, source and fen mapped to it by a day, recalls taken off: those count where their edge does."""
    day = func.coalesce(Allocation.received_on, Allocation.issued_on)
    recalled, given = Allocation.kind == AllocationKind.RECALL, aliased(Allocation)
    project_id = case((recalled, given.project_id), else_=Allocation.project_id)
    return (
        select(
            project_id.label("project_id"),
            Allocation.source,
            func.sum(case((recalled, -Allocation.amount_fen), else_=Allocation.amount_fen)),
        )
        .outerjoin(given, and_(recalled, given.id == Allocation.parent_id))
        .where(or_(Allocation.project_id.in_(ids), and_(recalled, given.project_id.in_(ids))))
        .where(Allocation.kind.in_([*ISSUED_KINDS, AllocationKind.RECALL]))
        .where(or_(day.is_(None), day <= view.as_of))
        .group_by(project_id, Allocation.source)
    )


def _paid(ids: Sequence[int], view: View) -> Select[*tuple[Any, ...]]:
    refunded = Payment.kind == PaymentKind.REFUND
    return (
        select(
            Payment.project_id,
            SourceLine.source,
            func.sum(case((refunded, -Payment.amount_fen), else_=Payment.amount_fen)),
        )
        .join(SourceLine, SourceLine.id == Payment.source_line_id)
        .where(Payment.project_id.in_(ids), Payment.paid_on <= view.as_of)
        .group_by(Payment.project_id, SourceLine.source)
    )


async def funds_by_project(ctx: Context, ids: list[int], view: View) -> list[list[Fund]]:
    """Batch: the funds a project's sources belong to, by code."""
    statement = (
        select(SourceLine.project_id, Fund)
        .join(Fund, Fund.id == SourceLine.fund_id)
        .where(SourceLine.project_id.in_(ids))
        .order_by(Fund.code)
    )
    found: dict[int, dict[int, Fund]] = defaultdict(dict)
    async with ctx.read(view) as session:
        for project_id, fund in await session.execute(statement):
            found[project_id][fund.id] = fund
    return [list(found[i].values()) for i in ids]


async def divisions_by_project(ctx: Context, ids: list[int], view: View) -> list[list[int]]:
    """Batch: ids of the further divisions a project lies in."""
    statement = select(ProjectDivision.project_id, ProjectDivision.division_id).where(
        ProjectDivision.project_id.in_(ids)
    )
    found: dict[int, list[int]] = defaultdict(list)
    async with ctx.read(view) as session:
        for project_id, division_id in await session.execute(statement):
            found[project_id].append(division_id)
    return [found[i] for i in ids]


async def source_lines_by_project(ctx: Context, ids: list[int], view: View) -> list[list[SourceLine]]:
    """Batch: what each fund's budget year plans, by year, fund and source."""
    statement = (
        select(SourceLine)
        .where(SourceLine.project_id.in_(ids))
        .order_by(SourceLine.budget_year, SourceLine.fund_id, SourceLine.source)
    )
    return await _grouped(ctx, statement, ids, view)


async def payments_by_project(ctx: Context, ids: list[int], view: View) -> list[list[Payment]]:
    """Batch: payments up to a day, oldest first."""
    statement = (
        select(Payment)
        .where(Payment.project_id.in_(ids), Payment.paid_on <= view.as_of)
        .order_by(Payment.paid_on, Payment.id)
    )
    return await _grouped(ctx, statement, ids, view)


async def changes_by_project(ctx: Context, ids: list[int], view: View) -> list[list[ProjectChange]]:
    """Batch: changes of what was approved, in force by a day."""
    statement = (
        select(ProjectChange)
        .where(ProjectChange.project_id.in_(ids), ProjectChange.effective_on <= view.as_of)
        .order_by(ProjectChange.effective_on, ProjectChange.id)
    )
    return await _grouped(ctx, statement, ids, view)


async def reserve_by_project(ctx: Context, ids: list[int], view: View) -> list[list[ReserveEntry]]:
    """Batch: the reserve history up to a day."""
    statement = (
        select(ReserveEntry)
        .where(ReserveEntry.project_id.in_(ids), ReserveEntry.from_on <= view.as_of)
        .order_by(ReserveEntry.from_on)
    )
    return await _grouped(ctx, statement, ids, view)


async def _grouped(ctx: Context, statement: Select[Any], ids: list[int], view: View) -> list[list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    async with ctx.read(view) as session:
        for row in (await session.execute(statement)).scalars():
            found[row.project_id].append(row)
    return [found[i] for i in ids]

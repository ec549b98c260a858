"""Funds, and the tree of documented amounts that brought their money down."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, exists, func, or_, select

from db.enums import AllocationKind, FundCategory, Line, Provenance, Source
from db.models import (
    Allocation,
    DivisionVersion,
    Document,
    Fund,
    FundYear,
    Payment,
    Project,
    ProjectChange,
    ReserveEntry,
    SourceLine,
    Target,
)
from db.paging import Order, Page
from db.scope import may_see, subtree, visible
from resolvers.context import Context
from resolvers.lists import listed
from resolvers.view import View


@dataclass(frozen=True, slots=True)
class FundWhere:
    """Which funds; empty means all."""

    categories: tuple[FundCategory, ...] = ()
    lines: tuple[Line, ...] = ()
    provenances: tuple[Provenance, ...] = ()
    name_contains: str | None = None


@dataclass(frozen=True, slots=True)
class AllocationWhere:
    """Which allocations; empty means all."""

    under: str | None = None
    recipient: str | None = None
    budget_years: tuple[int, ...] = ()
    funds: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    kinds: tuple[AllocationKind, ...] = ()
    provenances: tuple[Provenance, ...] = ()


async def fund(ctx: Context, code: str, view: View) -> Fund | None:
    """One fund by its code; funds are the same for every signed-in caller of its line."""
    statement = _of_lines(ctx, select(Fund).where(Fund.code == code))
    async with ctx.read(view) as session:
        return (await session.execute(statement)).scalar_one_or_none()


async def funds(ctx: Context, where: FundWhere, view: View, *, first: int, after: str | None) -> Page[Fund]:
    """A page of funds by code."""
    statement = _of_lines(ctx, select(Fund))
    filters: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (Fund.category, where.categories),
        (Fund.line, where.lines),
        (Fund.provenance, where.provenances),
    )
    for column, wanted in filters:
        if wanted:
            statement = statement.where(column.in_(wanted))
    if where.name_contains:
        statement = statement.where(Fund.name.contains(where.name_contains, autoescape=True))
    return await listed(ctx, view, statement, orders=[Order("CODE", Fund.code)], first=first, after=after)


def _of_lines(ctx: Context, statement: Any) -> Any:
    lines = ctx.scope.lines
    return statement.where(Fund.line.in_(sorted(lines))) if lines else statement


async def funds_by_id(ctx: Context, ids: list[int], view: View) -> list[Fund | None]:
    """Batch: funds by id."""
    async with ctx.read(view) as session:
        rows = await session.execute(_of_lines(ctx, select(Fund).where(Fund.id.in_(ids))))
        found = {row.id: row for row in rows.scalars()}
    return [found.get(i) for i in ids]


async def years_by_fund(ctx: Context, ids: list[int], view: View) -> list[list[FundYear]]:
    """Batch: a fund's budget years, oldest first."""
    statement = select(FundYear).where(FundYear.fund_id.in_(ids)).order_by(FundYear.budget_year)
    found: dict[int, list[FundYear]] = defaultdict(list)
    async with ctx.read(view) as session:
        for row in (await session.execute(statement)).scalars():
            found[row.fund_id].append(row)
    return [found[i] for i in ids]


async def allocations(
    ctx: Context, where: AllocationWhere, view: View, *, first: int, after: str | None
) -> Page[Allocation]:
    """A page of the caller's allocations by code."""
    statement = visible(select(Allocation), Allocation, to=ctx.scope)
    day = view.hierarchy_as_of
    if where.under is not None:
        top = await ctx.place(where.under, view)
        statement = statement.where(Allocation.recipient_id.in_(subtree(top.id, day=day, tree=view.tree)))
    if where.recipient is not None:
        statement = statement.where(Allocation.recipient_id == (await ctx.place(where.recipient, view)).id)
    if where.funds:
        statement = statement.where(Allocation.fund_id.in_(select(Fund.id).where(Fund.code.in_(where.funds))))
    filters: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (Allocation.budget_year, where.budget_years),
        (Allocation.source, where.sources),
        (Allocation.kind, where.kinds),
        (Allocation.provenance, where.provenances),
    )
    for column, wanted in filters:
        if wanted:
            statement = statement.where(column.in_(wanted))
    issued = func.coalesce(Allocation.received_on, Allocation.issued_on)
    statement = statement.where(or_(issued.is_(None), issued <= view.as_of))
    return await listed(ctx, view, statement, orders=[Order("CODE", Allocation.code)], first=first, after=after)


async def allocations_by_id(ctx: Context, ids: list[int], view: View) -> list[Allocation | None]:
    """Batch: visible allocations by id."""
    statement = visible(select(Allocation).where(Allocation.id.in_(ids)), Allocation, to=ctx.scope)
    async with ctx.read(view) as session:
        found = {row.id: row for row in (await session.execute(statement)).scalars()}
    return [found.get(i) for i in ids]


async def allocations_by_parent(ctx: Context, ids: list[int], view: View) -> list[list[Allocation]]:
    """Batch: visible allocations that came out of a receipt."""
    return await _by(ctx, ids, "parent_id", view)


async def allocations_by_project(ctx: Context, ids: list[int], view: View) -> list[list[Allocation]]:
    """Batch: the money mapped to a project."""
    return await _by(ctx, ids, "project_id", view)


async def _by(ctx: Context, ids: list[int], owner: str, view: View) -> list[list[Allocation]]:
    column = getattr(Allocation, owner)
    statement = visible(select(Allocation).where(column.in_(ids)), Allocation, to=ctx.scope).order_by(Allocation.code)
    found: dict[int, list[Allocation]] = defaultdict(list)
    async with ctx.read(view) as session:
        for row in (await session.execute(statement)).scalars():
            found[getattr(row, owner)].append(row)
    return [found[i] for i in ids]


@dataclass(frozen=True, slots=True)
class Flow:
    """Where a receipt's money went, in fen: amount = issued + retained + recalled."""

    amount: int
    issued: int
    recalled: int

    @property
    def retained(self) -> int:
        """What the recipient still holds; negative when it passed on more than it had."""
        return self.amount - self.issued - self.recalled


async def flow_by_allocation(ctx: Context, ids: list[int], view: View) -> list[Flow]:
    """Batch: what was passed on and taken back of each allocation by a day; recalls of issues come back."""
    day = func.coalesce(Allocation.received_on, Allocation.issued_on)
    in_time = or_(day.is_(None), day <= view.as_of)
    is_recall = Allocation.kind == AllocationKind.RECALL
    below = (
        select(
            Allocation.parent_id,
            func.sum(case((is_recall, 0), else_=Allocation.amount_fen)),
            func.sum(case((is_recall, Allocation.amount_fen), else_=0)),
        )
        .where(Allocation.parent_id.in_(ids), in_time)
        .group_by(Allocation.parent_id)
    )
    recall = select(Allocation.parent_id, Allocation.amount_fen).where(is_recall, in_time).subquery()
    issue = select(Allocation.id, Allocation.parent_id).where(Allocation.parent_id.in_(ids), ~is_recall).subquery()
    returned = (
        select(issue.c.parent_id, func.sum(recall.c.amount_fen))
        .join(recall, recall.c.parent_id == issue.c.id)
        .group_by(issue.c.parent_id)
    )
    amounts = select(Allocation.id, Allocation.amount_fen).where(Allocation.id.in_(ids))
    async with ctx.read(view) as session:
        amount = {row[0]: row[1] for row in await session.execute(amounts)}
        passed = {row[0]: (int(row[1]), int(row[2])) for row in await session.execute(below)}
        back = {row[0]: int(row[1]) for row in await session.execute(returned)}
    return [
        Flow(amount=amount[i], issued=passed.get(i, (0, 0))[0] - back.get(i, 0), recalled=passed.get(i, (0, 0))[1])
        for i in ids
    ]


async def visible_documents_by_id(ctx: Context, ids: list[int], view: View) -> list[Document | None]:
    """Batch: documents by id that a row the caller may see rests on, or that stand behind a fund or division."""
    projects = select(Project.id).where(may_see(Project, ctx.scope))
    cited = or_(
        *(
            exists(select(model.id).where(model.document_id == Document.id, may_see(model, ctx.scope)))
            for model in (Allocation, Project, Target)
        ),
        *(
            exists(select(model.id).where(model.document_id == Document.id, model.project_id.in_(projects)))
            for model in _OF_PROJECTS
        ),
        *(exists(select(model.id).where(model.document_id == Document.id)) for model in _COMMON),
    )
    statement = select(Document).where(Document.id.in_(ids), cited)
    async with ctx.read(view) as session:
        found = {row.id: row for row in (await session.execute(statement)).scalars()}
    return [found.get(i) for i in ids]


_OF_PROJECTS: tuple[type[Any], ...] = (SourceLine, Payment, ProjectChange, ReserveEntry)
_COMMON: tuple[type[Any], ...] = (DivisionVersion, Fund, FundYear)


async def documents_by_id(ctx: Context, ids: list[int], view: View) -> list[Document | None]:
    """Batch: documents by id; they are reached only from rows the caller may see."""
    async with ctx.read(view) as session:
        rows = await session.execute(select(Document).where(Document.id.in_(ids)))
        found = {row.id: row for row in rows.scalars()}
    return [found.get(i) for i in ids]

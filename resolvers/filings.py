"""Quarterly filings, how late they are, and how far a region has filed."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select

from db.atlas import Atlas, Place
from db.duty import owing
from db.enums import FilingKind, FilingState, Level
from db.models import Filing, Project
from db.paging import Order, Page, Sort
from db.scope import subtree, visible
from db.types import Period
from resolvers.context import Context
from resolvers.lists import listed
from resolvers.refusal import BadRequest
from resolvers.view import View
from rules.deadline import days_late


@dataclass(frozen=True, slots=True)
class FilingWhere:
    """Which filings; empty means all."""

    under: str | None = None
    periods: tuple[Period, ...] = ()
    states: tuple[FilingState, ...] = ()
    kinds: tuple[FilingKind, ...] = ()


async def filings(ctx: Context, where: FilingWhere, view: View, *, first: int, after: str | None) -> Page[Filing]:
    """A page of the caller's filings, latest quarter first."""
    statement = visible(select(Filing), Filing, to=ctx.scope)
    if where.under is not None:
        top = await ctx.place(where.under, view)
        statement = statement.where(Filing.division_id.in_(subtree(top.id, day=view.hierarchy_as_of, tree=view.tree)))
    filters: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (Filing.period, where.periods),
        (Filing.state, where.states),
        (Filing.kind, where.kinds),
    )
    for column, wanted in filters:
        if wanted:
            statement = statement.where(column.in_(wanted))
    orders = [Order("PERIOD", Filing.period, Sort.DESC), Order("ID", Filing.id, Sort.DESC)]
    return await listed(ctx, view, statement, orders=orders, first=first, after=after)


async def filings_by_id(ctx: Context, ids: list[int], view: View) -> list[Filing | None]:
    """Batch: visible filings by id."""
    statement = visible(select(Filing).where(Filing.id.in_(ids)), Filing, to=ctx.scope)
    async with ctx.read(view) as session:
        found = {row.id: row for row in (await session.execute(statement)).scalars()}
    return [found.get(i) for i in ids]


async def filings_by_project(ctx: Context, ids: list[int], view: View, last: int | None) -> list[list[Filing]]:
    """Batch: filings on quarters ended by a day, oldest first; with `last`, only the latest so many."""
    nth = func.row_number().over(partition_by=Filing.project_id, order_by=Filing.period.desc()).label("nth")
    until = Period.of(view.as_of)
    ranked = select(Filing.id, nth).where(Filing.project_id.in_(ids), Filing.period <= until).subquery()
    statement = select(Filing).join(ranked, ranked.c.id == Filing.id).order_by(Filing.project_id, Filing.period)
    if last is not None:
        statement = statement.where(ranked.c.nth <= last)
    found: dict[int, list[Filing]] = defaultdict(list)
    async with ctx.read(view) as session:
        for row in (await session.execute(statement)).scalars():
            found[row.project_id].append(row)
    return [found[i] for i in ids]


async def lateness(ctx: Context, filing: Filing, view: View) -> int | None:
    """Days after the due date it came in, or has been waited for; None before the regulation and for exemptions."""
    if filing.kind is FilingKind.EXEMPT:
        return None
    province = (await ctx.atlas(view)).province_code(filing.division_id)
    deadline = ctx.deadlines_of(view).filing(filing.period, province)
    if deadline is None:
        return None
    return days_late(deadline.last_day, filing.submitted_at, view.as_of)


@dataclass(slots=True)
class FilingProgress:
    """How many filings a division owes for a quarter, and what has become of them; the parts add up to expected."""

    place: Place
    expected: int = 0
    on_time: int = 0
    late: int = 0
    missing: int = 0
    nil: int = 0
    exempt: int = 0
    returned: int = 0
    pending: int = 0


@dataclass(frozen=True, slots=True)
class _Group:
    atlas: Atlas
    level: Level
    top: Place
    found: dict[int, FilingProgress] = field(default_factory=dict)

    def at(self, division_id: int) -> FilingProgress:
        """The group a division counts in: its ancestor at the level, or the top for units above it."""
        chain = self.atlas.chain(division_id)
        place = next((p for p in chain if p.level is self.level), self.top)
        return self.found.setdefault(place.id, FilingProgress(place))


async def filing_progress(ctx: Context, under: str, period: Period, by: Level, view: View) -> list[FilingProgress]:
    """Expected filings of a quarter below a division, grouped by level."""
    top = await ctx.place(under, view)
    if by.depth < top.level.depth:
        raise BadRequest(
            f"by 应不高于 {under} 所在层级, 收到 {by.value}", f"by must not lie above {under}; got {by.value}"
        )
    atlas = await ctx.atlas(view)
    group = _Group(atlas, by, top)
    async with ctx.read(view) as session:
        rows = await session.execute(_owed_filings(ctx, top, period, view))
        for division_id, kind, state, submitted_at in rows:
            progress = group.at(division_id)
            progress.expected += 1
            deadline = ctx.deadlines_of(view).filing(period, atlas.province_code(division_id))
            late = deadline is not None and days_late(deadline.last_day, submitted_at, view.as_of) > 0
            _count(progress, kind, state, late=late, due=deadline.due if deadline else None, as_of=view.as_of)
    return sorted(group.found.values(), key=lambda p: p.place.code)


def _count(
    progress: FilingProgress,
    kind: FilingKind | None,
    state: FilingState | None,
    *,
    late: bool,
    due: date | None,
    as_of: date,
) -> None:
    if kind is FilingKind.EXEMPT:
        progress.exempt += 1
    elif state is FilingState.RETURNED:
        progress.returned += 1
    elif state is not None and state.filed:
        if kind is FilingKind.NIL:
            progress.nil += 1
        elif late:
            progress.late += 1
        else:
            progress.on_time += 1
    elif due is not None and as_of > due:
        progress.missing += 1
    else:
        progress.pending += 1


def _owed_filings(ctx: Context, top: Place, period: Period, view: View) -> Select[*tuple[Any, ...]]:
    """Division, kind, state and submission of every filing owed for a quarter, filed or not."""
    duty = visible(owing(period, as_of=view.as_of), Project, to=ctx.scope).subquery()
    statement = (
        select(duty.c.division_id, Filing.kind, Filing.state, Filing.submitted_at)
        .select_from(duty)
        .outerjoin(Filing, and_(Filing.project_id == duty.c.project_id, Filing.period == period))
    )
    if top.level is not Level.NATION:
        inside = subtree(top.id, day=view.hierarchy_as_of, tree=view.tree)
        statement = statement.where(duty.c.division_id.in_(inside))
    return statement

"""Performance targets, their indicators and progress."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from db.enums import Direction, IndicatorKind
from db.models import Indicator, Measure, Progress, Target
from db.paging import Order, Page
from db.scope import subtree, visible
from db.types import rate_bp, scaled_quantity
from resolvers.context import Context
from resolvers.lists import listed
from resolvers.view import View

FULL_BP = 10_000


@dataclass(frozen=True, slots=True)
class TargetWhere:
    """Which targets; empty means all."""

    under: str | None = None
    funds: tuple[int, ...] = ()
    budget_years: tuple[int, ...] = ()
    kinds: tuple[IndicatorKind, ...] = ()
    top_level: bool | None = None


async def targets(ctx: Context, where: TargetWhere, view: View, *, first: int, after: str | None) -> Page[Target]:
    """A page of the caller's targets by code."""
    statement = visible(select(Target), Target, to=ctx.scope)
    if where.under is not None:
        top = await ctx.place(where.under, view)
        statement = statement.where(Target.division_id.in_(subtree(top.id, day=view.hierarchy_as_of, tree=view.tree)))
    if where.budget_years:
        statement = statement.where(Target.budget_year.in_(where.budget_years))
    if where.funds:
        statement = statement.where(Target.fund_id.in_(where.funds))
    if where.kinds:
        statement = statement.where(
            Target.indicator_id.in_(select(Indicator.id).where(Indicator.kind.in_(where.kinds)))
        )
    if where.top_level is not None:
        orphan = Target.parent_id.is_(None)
        statement = statement.where(orphan if where.top_level else ~orphan)
    return await listed(ctx, view, statement, orders=[Order("CODE", Target.code)], first=first, after=after)


async def targets_by_id(ctx: Context, ids: list[int], view: View) -> list[Target | None]:
    """Batch: visible targets by id."""
    statement = visible(select(Target).where(Target.id.in_(ids)), Target, to=ctx.scope)
    async with ctx.read(view) as session:
        found = {row.id: row for row in (await session.execute(statement)).scalars()}
    return [found.get(i) for i in ids]


async def targets_by_project(ctx: Context, ids: list[int], view: View) -> list[list[Target]]:
    """Batch: a project's targets by code."""
    return await _grouped(ctx, select(Target).where(Target.project_id.in_(ids)), "project_id", ids, view)


async def targets_by_parent(ctx: Context, ids: list[int], view: View) -> list[list[Target]]:
    """Batch: the visible targets that decompose a target."""
    statement = visible(select(Target).where(Target.parent_id.in_(ids)), Target, to=ctx.scope)
    return await _grouped(ctx, statement, "parent_id", ids, view)


async def targets_by_allocation(ctx: Context, ids: list[int], view: View) -> list[list[Target]]:
    """Batch: the targets that came down with an issue of money."""
    return await _grouped(ctx, select(Target).where(Target.allocation_id.in_(ids)), "allocation_id", ids, view)


async def _grouped(ctx: Context, statement: Select[Any], owner: str, ids: list[int], view: View) -> list[list[Target]]:
    found: dict[int, list[Target]] = defaultdict(list)
    async with ctx.read(view) as session:
        for row in (await session.execute(statement.order_by(Target.code))).scalars():
            found[getattr(row, owner)].append(row)
    return [found[i] for i in ids]


async def indicators_by_id(ctx: Context, ids: list[int], view: View) -> list[Indicator | None]:
    """Batch: indicators by id; they are the same for everybody."""
    async with ctx.read(view) as session:
        rows = await session.execute(select(Indicator).where(Indicator.id.in_(ids)))
        found = {row.id: row for row in rows.scalars()}
    return [found.get(i) for i in ids]


async def measures_by_id(ctx: Context, ids: list[int], view: View) -> list[Measure | None]:
    """Batch: units of measure by id."""
    async with ctx.read(view) as session:
        rows = await session.execute(select(Measure).where(Measure.id.in_(ids)))
        found = {row.id: row for row in rows.scalars()}
    return [found.get(i) for i in ids]


async def progress_by_target(ctx: Context, ids: list[int], view: View, last: int | None) -> list[list[Progress]]:
    """Batch: progress reported by a day, oldest first; with `last`, only the latest so many quarters."""
    wanted = select(
        Progress.id,
        func.row_number().over(partition_by=Progress.target_id, order_by=Progress.period.desc()).label("nth"),
    ).where(Progress.target_id.in_(ids), Progress.reported_on <= view.as_of)
    ranked = wanted.subquery()
    statement = select(Progress).join(ranked, ranked.c.id == Progress.id).order_by(Progress.target_id, Progress.period)
    if last is not None:
        statement = statement.where(ranked.c.nth <= last)
    found: dict[int, list[Progress]] = defaultdict(list)
    async with ctx.read(view) as session:
        for row in (await session.execute(statement)).scalars():
            found[row.target_id].append(row)
    return [found[i] for i in ids]


def completion_bp(target: Target, direction: Direction | None, reached: Decimal | None) -> int | None:
    """Basis points of a numeric target reached, 0 to 10 000; None for one judged in words or without a value."""
    if target.value is None or direction in {None, Direction.QUAL}:
        return None
    if reached is None:
        return 0
    wanted, actual = scaled_quantity(target.value), scaled_quantity(reached)
    if direction is Direction.LE:
        return FULL_BP if actual <= wanted else min(FULL_BP, rate_bp(wanted, actual) or 0)
    if actual >= wanted:
        return FULL_BP
    return max(0, rate_bp(actual, wanted) or 0)

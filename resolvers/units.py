"""Units: the organisations that file, review and answer."""

from dataclasses import dataclass

from sqlalchemy import select

from db.enums import UnitKind
from db.models import Unit
from db.paging import Order, Page
from db.scope import subtree, visible
from resolvers.context import Context
from resolvers.lists import listed
from resolvers.view import View


@dataclass(frozen=True, slots=True)
class UnitWhere:
    """Which units; empty means all."""

    under: str | None = None
    kinds: tuple[UnitKind, ...] = ()
    name_contains: str | None = None


async def units(ctx: Context, where: UnitWhere, view: View, *, first: int, after: str | None) -> Page[Unit]:
    """A page of the caller's units by code."""
    statement = visible(select(Unit), Unit, to=ctx.scope)
    if where.under is not None:
        top = await ctx.place(where.under, view)
        statement = statement.where(Unit.division_id.in_(subtree(top.id, day=view.hierarchy_as_of, tree=view.tree)))
    if where.kinds:
        statement = statement.where(Unit.kind.in_(where.kinds))
    if where.name_contains:
        statement = statement.where(Unit.name.contains(where.name_contains, autoescape=True))
    return await listed(ctx, view, statement, orders=[Order("CODE", Unit.code)], first=first, after=after)


async def visible_units_by_id(ctx: Context, ids: list[int], view: View) -> list[Unit | None]:
    """Batch: visible units by id."""
    statement = visible(select(Unit).where(Unit.id.in_(ids)), Unit, to=ctx.scope)
    async with ctx.read(view) as session:
        found = {row.id: row for row in (await session.execute(statement)).scalars()}
    return [found.get(i) for i in ids]


async def units_by_id(ctx: Context, ids: list[int], view: View) -> list[Unit | None]:
    """Batch: units by id, wherever they are: a finding names its responsible unit."""
    async with ctx.read(view) as session:
        found = {row.id: row for row in (await session.execute(select(Unit).where(Unit.id.in_(ids)))).scalars()}
    return [found.get(i) for i in ids]

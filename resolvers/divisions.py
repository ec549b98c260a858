"""Divisions asked for by code, level or place in the tree."""

from dataclasses import dataclass

from db.atlas import Place
from db.enums import DivisionKind, Level
from resolvers.context import Context
from resolvers.view import View


@dataclass(frozen=True, slots=True)
class DivisionWhere:
    """Which divisions; None and empty mean all."""

    under: str | None = None
    levels: tuple[Level, ...] = ()
    kinds: tuple[DivisionKind, ...] = ()
    name_contains: str | None = None


async def division(ctx: Context, code: str, view: View) -> Place | None:
    """One division in the caller's scope, None outside it."""
    found = (await ctx.atlas(view)).find(code)
    if found is None or not await ctx.reaches(found.id, view):
        return None
    return found


async def divisions(ctx: Context, where: DivisionWhere, view: View) -> list[Place]:
    """All that match in the caller's scope, by code."""
    atlas = await ctx.atlas(view)
    top = await ctx.place(ctx.caller.division_code if where.under is None else where.under, view)
    return sorted(
        (
            place
            for place in atlas
            if (not where.levels or place.level in where.levels)
            and (not where.kinds or place.kind in where.kinds)
            and (where.name_contains is None or where.name_contains in place.name)
            and atlas.contains(top.id, place.id)
            and atlas.contains(ctx.caller.division_id, place.id)
        ),
        key=lambda place: place.code,
    )

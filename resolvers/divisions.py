"""Divisions asked for by code, level or place in the tree."""

from dataclasses import dataclass

from db.atlas import Atlas, Place
from db.enums import DivisionKind, Level, Tree
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


@dataclass(frozen=True, slots=True)
class TreeDifference:
    """A division that lies below another by one chain only, with why."""

    place: Place
    only_in: Tree
    admin_parent: Place | None
    fund_parent: Place | None


async def tree_differences(ctx: Context, code: str, view: View) -> list[TreeDifference]:
    """The topmost divisions that are below one by the administrative chain or the fund chain, but not by both."""
    atlas = await ctx.atlas(view)
    top = await ctx.place(code, view)
    below = {tree: {place.id for place in atlas if _below(atlas, top, place, tree)} for tree in Tree}
    found: list[TreeDifference] = []
    for place in sorted(atlas, key=lambda each: each.code):
        for tree, other in ((Tree.ADMIN, Tree.FUND), (Tree.FUND, Tree.ADMIN)):
            differs = place.id in below[tree] and place.id not in below[other]
            parent_id = place.parent_id(tree)
            above = parent_id in below[tree] and parent_id not in below[other]
            if differs and not above:
                parents = [atlas.place(key) if key is not None else None for key in _parents(place)]
                found.append(TreeDifference(place, tree, *parents))
    return found


def _parents(place: Place) -> tuple[int | None, int | None]:
    return place.admin_parent_id, place.fund_parent_id


def _below(atlas: Atlas, top: Place, place: Place, tree: Tree) -> bool:
    return any(each.id == top.id for each in atlas.chain(place.id, tree))

"""Divisions, units, the caller, and anything by its global id."""

from typing import Annotated, Any

import strawberry

from resolvers import divisions as use
from resolvers import ids
from resolvers.context import Batch
from resolvers.division_changes import cases_by_id
from resolvers.filings import filings_by_id
from resolvers.findings import findings_by_key, runs_by_id
from resolvers.lists import capped
from resolvers.money import allocations_by_id, funds_by_id, visible_documents_by_id
from resolvers.projects import projects_by_id
from resolvers.publications import publications_by_id
from resolvers.refusal import BadRequest
from resolvers.targets import indicators_by_id, targets_by_id
from resolvers.units import units, visible_units_by_id
from resolvers.view import Clocks
from schema.describe import argument, field, kind
from schema.info import Info
from schema.inputs import DivisionFilter, UnitFilter
from schema.node import Node
from schema.paging import Connection
from schema.queries.arguments import After, AsOf, ByTree, Code, First, HierarchyAsOf, KnownAt
from schema.types.division import Division, TreeDifference
from schema.types.finding import finding
from schema.types.unit import Unit
from schema.types.viewer import Viewer

_BATCHES: dict[str, Batch[Any]] = {
    "Allocation": allocations_by_id,
    "DivisionChange": cases_by_id,
    "Document": visible_documents_by_id,
    "Filing": filings_by_id,
    "Fund": funds_by_id,
    "Indicator": indicators_by_id,
    "Project": projects_by_id,
    "Publication": publications_by_id,
    "RuleRun": runs_by_id,
    "Target": targets_by_id,
    "Unit": visible_units_by_id,
}


@strawberry.type
class PlaceQuery:
    """Where things are and who asks."""

    @field("按全局标识查询; 超出数据范围的为空", "anything by its global id; null outside the caller's scope")
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument("全局标识", "global id")],  # noqa: A002
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
    ) -> Node | None:
        """A node by id."""
        ctx = info.context
        seen = await ctx.view(Clocks(as_of, known_at, hierarchy_as_of))
        ctx.require()
        name, key = ids.decode(id)
        if name == "Finding":
            found = await ctx.load(findings_by_key, key, seen)
            return None if found is None else finding(found, seen)
        if not key.isdigit() or (name != "Division" and name not in _BATCHES):
            raise BadRequest(f"标识 {id[:60]!r} 不是本系统签发的", f"id {id[:60]!r} was not issued by this API")
        if name == "Division":
            return await Division.load(ctx, int(key), seen) if await ctx.reaches(int(key), seen) else None
        wrapped: Any = kind(name).maybe(await ctx.load(_BATCHES[name], int(key), seen), seen)
        node: Node | None = wrapped
        return node

    @field("当前用户", "the signed-in account")
    async def me(self, info: Info) -> Viewer:
        """Who is asking."""
        return Viewer.of(info.context.caller, await info.context.view())

    @field("按代码查询区划; 超出数据范围的为空", "a division by code; null outside the caller's scope")
    async def division(
        self,
        info: Info,
        code: Code,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
        tree: ByTree = None,
    ) -> Division | None:
        """One division."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of, tree))
        return Division.maybe(await use.division(info.context, code, seen), seen)

    @field(
        "两种区划关系的合计为何不同: 只在其一之下的区划",
        "why the totals by the two chains differ: divisions that lie below by one only",
    )
    async def tree_differences(
        self,
        info: Info,
        under: Annotated[strawberry.ID, argument("区划代码", "division code")],
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
    ) -> list[TreeDifference]:
        """The difference, division by division."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of))
        return TreeDifference.all(await use.tree_differences(info.context, under, seen), seen)

    @field("区划列表, 按代码", "divisions in the caller's scope, by code")
    async def divisions(
        self,
        info: Info,
        where: Annotated[DivisionFilter | None, argument("筛选", "which")] = None,
        first: First = 100,
        after: After = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
        tree: ByTree = None,
    ) -> Connection[Division]:
        """A page of divisions."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of, tree))
        found = await use.divisions(info.context, (where or DivisionFilter()).where(), seen)
        return Connection[Division].slice(
            found,
            seen,
            lambda place: Division.of(place, seen),
            cursor=lambda place: place.code,
            first=capped(info.context, first),
            after=after,
        )

    @field("单位列表, 按编码", "units in the caller's scope, by code")
    async def units(
        self,
        info: Info,
        where: Annotated[UnitFilter | None, argument("筛选", "which")] = None,
        first: First = 100,
        after: After = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
        tree: ByTree = None,
    ) -> Connection[Unit]:
        """A page of units."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of, tree))
        page = await units(info.context, (where or UnitFilter()).where(), seen, first=first, after=after)
        return Connection[Unit].of(page, seen, lambda row: Unit.of(row, seen))

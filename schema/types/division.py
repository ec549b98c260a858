"""行政区划: the tree everything hangs on."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import strawberry

from db.atlas import Place
from db.enums import DivisionKind, Level, Tree
from resolvers.context import Context
from resolvers.divisions import TreeDifference as DifferenceRow
from resolvers.rollups import rollup_by_division
from resolvers.view import View
from schema.describe import Mapped, argument, both, column, field
from schema.info import Info
from schema.inputs import RollupFilter, rollup_where
from schema.node import Node
from schema.types.rollup import Restated, Rollup, selected_measures


@strawberry.type(description=both("行政区划", "an administrative division as it was on a day"))
class Division(Mapped, Node):
    """A division."""

    view: strawberry.Private[View]
    code: str = column("区划代码, 六位; 全国为 100000", "six-digit code; the nation is 100000")
    name: str = column("名称", "name")
    type_name: str = column("通名类型, 如 自治州、林区", "kind of unit in Chinese usage")
    kind: DivisionKind = column("区划性质", "whether it is in GB/T 2260")
    level: Level = column("行政层级", "supervision level")
    separately_planned: bool = column("是否计划单列市", "whether the state plan lists it separately")
    valid_from: date = column("本版起始日", "first day of this version")
    valid_to: date | None = column("本版终止日 (不含)", "first day this version no longer holds")

    @field("自省级起的全路径, 用于区分重名", "names from the province down, to tell namesakes apart")
    async def path(self, info: Info) -> str:
        """The path."""
        return (await info.context.atlas(self.view)).path(self.row.id)

    @field("上级区划, 按所选区划关系", "the division above it in the chosen tree")
    async def parent(self, info: Info) -> Annotated["Division", strawberry.lazy("schema.types.division")] | None:
        """The parent, if the caller may see it."""
        return await self._above(info, self.view.tree)

    @field("行政隶属的上级", "the division above it in the administrative chain")
    async def admin_parent(self, info: Info) -> Annotated["Division", strawberry.lazy("schema.types.division")] | None:
        """The administrative parent."""
        return await self._above(info, Tree.ADMIN)

    @field("资金渠道的上级", "the division money reaches it from")
    async def fund_parent(self, info: Info) -> Annotated["Division", strawberry.lazy("schema.types.division")] | None:
        """The parent money comes from."""
        return await self._above(info, Tree.FUND)

    async def _above(self, info: Info, tree: Tree) -> "Division | None":
        parent_id = self.row.parent_id(tree)
        ctx = info.context
        if parent_id is None or not await ctx.reaches(parent_id, self.view):
            return None
        return await Division.load(ctx, parent_id, self.view)

    @field("下级区划", "its children in the chosen tree that the caller may see, by code")
    async def children(self, info: Info) -> list[Annotated["Division", strawberry.lazy("schema.types.division")]]:
        """Direct children the caller may see: a row may name a division above its reader's."""
        ctx = info.context
        found = (await ctx.atlas(self.view)).children(self.row.id, self.view.tree)
        return Division.all([place for place in found if await ctx.reaches(place.id, self.view)], self.view)

    @field("本区划及以下的汇总", "the roll-up of its whole subtree")
    async def rollup(
        self,
        info: Info,
        where: Annotated[RollupFilter | None, argument("哪些数据参与", "which facts take part")] = None,
        restated: Restated = True,
    ) -> Rollup:
        """The roll-up, computed together with those of its siblings."""
        measures = selected_measures(info)
        seen = replace(self.view, restated=restated)
        found = await info.context.load(rollup_by_division, self.row.id, seen, rollup_where(where), measures)
        return Rollup(sums=found.sums, undefined=found.undefined)

    @classmethod
    async def load(cls, ctx: Context, division_id: int, view: View) -> "Division":
        """By id, on the view's map."""
        place: Place = (await ctx.atlas(view)).place(division_id)
        return cls.of(place, view)


@strawberry.type(description=both("两种区划关系的差异", "a division that lies below another by one chain only"))
class TreeDifference(Mapped):
    """Why the totals of the two chains differ."""

    row: strawberry.Private[DifferenceRow]
    view: strawberry.Private[View]
    only_in: Tree = column("只在哪种关系之下", "by which chain it lies below")

    @field("区划", "the division")
    def division(self) -> Division:
        """The division, seen by the chain it lies in; its roll-up is what the totals differ by."""
        return Division.of(self.row.place, replace(self.view, tree=self.row.only_in))

    @field("原因", "why, in Chinese")
    def reason(self) -> str:
        """Who is above it by each chain."""
        admin, fund = (place.name if place else "—" for place in (self.row.admin_parent, self.row.fund_parent))
        return f"行政上隶属{admin}, 资金由{fund}下达"

"""当前用户 and the scope an answer was cut to."""

import strawberry

from db.enums import Line, Role
from resolvers.principal import Principal
from resolvers.rollups import unreviewed_share
from resolvers.view import View
from schema.describe import Mapped, both, column, field
from schema.info import Info
from schema.scalars import Rate
from schema.types.division import Division


@strawberry.type(description=both("当前用户", "the signed-in account"))
class Viewer(Mapped):
    """Who is asking."""

    row: strawberry.Private[Principal]
    view: strawberry.Private[View]
    name: str = column("用户名", "name")
    role: Role = column("角色", "role")
    max_first: int = column("每页上限", "the longest page it may ask for")

    @field("数据范围: 该区划及以下", "its scope: this division and below")
    async def division(self, info: Info) -> Division:
        """Its division."""
        return await Division.load(info.context, self.row.division_id, self.view)

    @field("业务条线; 空为全部", "its lines; none means all")
    def lines(self) -> list[Line]:
        """Its lines."""
        return sorted(self.row.lines)


@strawberry.type(description=both("本次结果的数据范围", "the scope an answer was cut to"))
class AppliedScope:
    """The scope; what takes a query is computed when asked for."""

    under: strawberry.Private[int]
    view: strawberry.Private[View]

    @field("区划范围", "division and below")
    async def division(self, info: Info) -> Division:
        """The division asked about."""
        return await Division.load(info.context, self.under, self.view)

    @field("业务条线; 空为全部", "lines; none means all")
    def lines(self, info: Info) -> list[Line]:
        """The caller's lines."""
        return sorted(info.context.caller.lines)

    @field("因权限未计入的下级区划数", "children left out because the caller may not see them")
    async def hidden_children(self, info: Info) -> int:
        """Children outside the caller's subtree."""
        atlas = await info.context.atlas(self.view)
        children = atlas.children(self.under, self.view.tree)
        return sum(not atlas.contains(info.context.caller.division_id, child.id) for child in children)

    @field(
        "所涉填报中尚未经省级审核的比例; 无填报为空",
        "share of the filings below not yet reviewed by the province; null without filings",
    )
    async def unreviewed_share(self, info: Info) -> Rate | None:
        """Unreviewed share."""
        share = await unreviewed_share(info.context, self.under, self.view)
        return None if share is None else Rate(share)

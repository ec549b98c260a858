"""用户单位."""

import strawberry

from db.enums import Line, Provenance, UnitKind
from resolvers.context import Context
from resolvers.units import units_by_id
from resolvers.view import View
from schema.describe import Mapped, both, column, field
from schema.info import Info
from schema.node import Node
from schema.types.division import Division


@strawberry.type(description=both("用户单位, 以法定全称命名", "an organisation by its legal name"))
class Unit(Mapped, Node):
    """An organisation."""

    view: strawberry.Private[View]
    code: str = column("单位编码", "code")
    name: str = column("单位法定全称", "legal name")
    kind: UnitKind = column("单位类型", "kind")
    provenance: Provenance = column("数据来历", "where the record comes from")

    @field("业务条线; 空为全部", "business lines it answers for; none means all")
    def lines(self) -> list[Line]:
        """Business lines."""
        return [Line(line) for line in self.row.lines]

    @field("所在区划", "the division it belongs to")
    async def division(self, info: Info) -> Division:
        """Its division."""
        return await Division.load(info.context, self.row.division_id, self.view)

    @classmethod
    async def load(cls, ctx: Context, unit_id: int | None, view: View) -> "Unit | None":
        """By id, if there is one."""
        return None if unit_id is None else cls.maybe(await ctx.load(units_by_id, unit_id, view), view)

"""资金: funds and their budget years."""

import strawberry

from db.enums import FundCategory, Level, Line, Provenance
from resolvers.context import Context
from resolvers.money import funds_by_id, years_by_fund
from resolvers.view import View
from schema.describe import Mapped, both, column, field
from schema.info import Info
from schema.node import Node
from schema.scalars import Money
from schema.types.document import Document


@strawberry.type(description=both("资金的一个预算年度", "a fund in a budget year"))
class FundYear(Mapped):
    """A fund in a budget year."""

    row: strawberry.Private[object]
    view: strawberry.Private[View]
    budget_year: int = column("预算年度", "budget year")
    budget: Money | None = column("全国预算, 有公布的年度才有", "national budget, where published", of="budget_fen")
    measure: str | None = column("当年适用的管理办法", "measure in force")


@strawberry.type(description=both("资金", "a fund: a programme of money with one declared category"))
class Fund(Mapped, Node):
    """A programme of money."""

    view: strawberry.Private[View]
    code: str = column("资金编码", "code")
    name: str = column("资金名称", "Chinese name")
    name_en: str | None = column("英文名称", "English name")
    category: FundCategory = column("资金类型", "category (Art. 2)")
    local_tier: Level | None = column("地方专项级次", "which government's tier a local fund is")
    line: Line = column("业务条线", "business line")
    project_code: str | None = column("转移支付项目代码", "code of the transfer")
    emergency: bool = column("是否救灾应急资金", "whether it is emergency money, issued without the 30-day clock")
    provenance: Provenance = column("数据来历", "where the record comes from")

    @field("各预算年度", "its budget years, oldest first")
    async def years(self, info: Info) -> list[FundYear]:
        """Budget years."""
        return FundYear.all(await info.context.load(years_by_fund, self.row.id, self.view), self.view)

    @field("依据文件", "the document behind it")
    async def document(self, info: Info) -> Document | None:
        """The document."""
        return await Document.load(info.context, self.row.document_id, self.view)

    @classmethod
    async def load(cls, ctx: Context, fund_id: int | None, view: View) -> "Fund | None":
        """By id, if there is one the caller's lines include."""
        return None if fund_id is None else cls.maybe(await ctx.load(funds_by_id, fund_id, view), view)

"""资金下达: documented amounts and where they went."""

from datetime import date
from typing import Annotated

import strawberry

from db.enums import AllocationKind, Provenance, Source
from resolvers.money import allocations_by_id, allocations_by_parent, flow_by_allocation
from resolvers.targets import targets_by_allocation
from resolvers.view import View
from schema.describe import Mapped, both, column, field
from schema.info import Info
from schema.node import Node
from schema.scalars import Money
from schema.types.division import Division
from schema.types.document import Document
from schema.types.fund import Fund
from schema.types.links import ProjectLink, TargetLink, project_by_id, targets_of
from schema.types.unit import Unit


@strawberry.type(description=both("资金去向: 金额 = 转下达 + 留存 + 收回", "amount = issued + retained + recalled"))
class Flow(Mapped):
    """Where an allocation's money went."""

    row: strawberry.Private[object]
    view: strawberry.Private[View]
    issued: Money = column("已转下达或细化", "passed on or mapped to projects")
    retained: Money = column("留存", "still held; negative when more was passed on than came in")
    recalled: Money = column("收回", "recalled")


@strawberry.type(description=both("资金下达", "a documented amount that went from one unit to another"))
class Allocation(Mapped, Node):
    """A documented amount."""

    view: strawberry.Private[View]
    code: str = column("下达编码", "code")
    budget_year: int = column("预算年度", "budget year")
    source: Source = column("资金来源", "source")
    kind: AllocationKind = column("下达类型", "kind; only issues and recalls enter sums")
    tranche: int = column("批次", "tranche")
    amount: Money = column("金额", "amount", of="amount_fen")
    issued_on: date | None = column("下达文件日期", "date of the grantor's document")
    received_on: date | None = column("收到日期", "day the recipient received it")
    detailed_on: date | None = column("申报的细化结束日", "day detailing was declared finished")
    detailing_reported_on: date | None = column("细化报备日", "day detailing was reported")
    upstream_document_number: str | None = column("上级文号", "number of the document above")
    budget_subject: str | None = column("预算科目", "budget subject")
    provenance: Provenance = column("数据来历", "where the record comes from")
    note: str | None = column("备注", "note")

    @field("资金", "the fund")
    async def fund(self, info: Info) -> Fund | None:
        """Its fund."""
        return await Fund.load(info.context, self.row.fund_id, self.view)

    @field("下达方区划", "the division it came from")
    async def grantor(self, info: Info) -> Division:
        """The grantor."""
        return await Division.load(info.context, self.row.grantor_id, self.view)

    @field("接收方区划", "the division it went to")
    async def recipient(self, info: Info) -> Division:
        """The recipient."""
        return await Division.load(info.context, self.row.recipient_id, self.view)

    @field("接收单位", "the unit it went to, if named")
    async def recipient_unit(self, info: Info) -> Unit | None:
        """The recipient unit."""
        return await Unit.load(info.context, self.row.recipient_unit_id, self.view)

    @field("细化到的项目", "the project it is mapped to, if any")
    async def project(self, info: Info) -> ProjectLink | None:
        """The project."""
        return await project_by_id(info, self.row.project_id, self.view)

    @field("资金去向", "where its money went")
    async def flow(self, info: Info) -> Flow:
        """Issued, retained, recalled."""
        return Flow.of(await info.context.load(flow_by_allocation, self.row.id, self.view), self.view)

    @field("来自哪笔到达资金", "the receipt it came out of, if the caller may see it")
    async def parent(self, info: Info) -> Annotated["Allocation", strawberry.lazy("schema.types.allocation")] | None:
        """Its receipt."""
        if self.row.parent_id is None:
            return None
        return Allocation.maybe(await info.context.load(allocations_by_id, self.row.parent_id, self.view), self.view)

    @field("转下达、细化与收回", "issues, mappings and recalls out of it")
    async def parts(self, info: Info) -> list[Annotated["Allocation", strawberry.lazy("schema.types.allocation")]]:
        """What came out of it."""
        return Allocation.all(await info.context.load(allocations_by_parent, self.row.id, self.view), self.view)

    @field("同步下达的绩效目标", "targets that came down with it")
    async def targets(self, info: Info) -> list[TargetLink]:
        """Its targets."""
        rows = await info.context.load(targets_by_allocation, self.row.id, self.view)
        return targets_of(rows, self.view)

    @field("依据文件", "the document behind it")
    async def document(self, info: Info) -> Document | None:
        """Its document."""
        return await Document.load(info.context, self.row.document_id, self.view)

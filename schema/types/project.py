"""项目: money, targets, filings and findings of one project."""

from datetime import date
from typing import Annotated

import strawberry

from db.enums import (
    ChangeField,
    FundCategory,
    Level,
    Line,
    PaymentKind,
    ProjectStatus,
    Provenance,
    ReserveStatus,
    Source,
)
from resolvers.filings import filings_by_project
from resolvers.findings import findings_by_project
from resolvers.money import allocations_by_project
from resolvers.projects import (
    changes_by_project,
    divisions_by_project,
    funding_by_project,
    funds_by_project,
    payments_by_project,
    projects_by_id,
    reserve_by_project,
    source_lines_by_project,
)
from resolvers.targets import targets_by_project
from resolvers.view import View
from schema.describe import Mapped, argument, both, column, field
from schema.info import Info
from schema.node import Node
from schema.scalars import Money
from schema.types.allocation import Allocation
from schema.types.division import Division
from schema.types.document import Document
from schema.types.filing import Filing
from schema.types.finding import Finding, finding
from schema.types.fund import Fund
from schema.types.target import Target
from schema.types.unit import Unit


@strawberry.type(description=both("项目分来源资金", "a project's money of one source"))
class Funding(Mapped):
    """Money by source."""

    row: strawberry.Private[object]
    view: strawberry.Private[View]
    source: Source = column("资金来源", "source")
    level: Level | None = column("出资政府层级", "level of government that pays it")
    planned: Money = column("计划数", "planned")
    arrived: Money = column("到达项目数", "arrived at the project, recalls taken off")
    paid: Money = column("支付数", "paid, refunds taken off")


@strawberry.type(description=both("资金来源明细", "what a fund's budget year plans for a project"))
class SourceLine(Mapped):
    """A source line."""

    row: strawberry.Private[object]
    view: strawberry.Private[View]
    budget_year: int = column("预算年度", "budget year")
    source: Source = column("资金来源", "source")
    planned: Money = column("计划数", "planned", of="planned_fen")

    @field("资金", "the fund")
    async def fund(self, info: Info) -> Fund | None:
        """Its fund."""
        return await Fund.load(info.context, self.row.fund_id, self.view)  # type: ignore[attr-defined]


@strawberry.type(description=both("支付", "a payment or refund"))
class Payment(Mapped):
    """A payment."""

    row: strawberry.Private[object]
    view: strawberry.Private[View]
    code: str = column("支付编码", "code")
    kind: PaymentKind = column("支付类型", "payment or refund")
    paid_on: date = column("支付日", "day")
    amount: Money = column("金额", "amount, positive also for refunds", of="amount_fen")
    payee: str | None = column("收款人", "payee")
    voucher_number: str | None = column("凭证号", "voucher number")


@strawberry.type(description=both("项目变更", "a change of what was approved"))
class ProjectChange(Mapped):
    """A change."""

    row: strawberry.Private[object]
    view: strawberry.Private[View]
    code: str = column("变更编码", "code")
    field: ChangeField = column("变更内容", "what it touches")
    old_value: str | None = column("原值", "before")
    new_value: str | None = column("现值", "after")
    effective_on: date = column("生效日", "day it took effect")
    required_level: Level = column("应由哪一级批准", "level that must approve")
    approved_on: date | None = column("批准日", "day it was approved")
    approver_level: Level | None = column("批准层级", "level that approved")


@strawberry.type(description=both("储备库记录", "a status in the project reserve from a day on"))
class ReserveEntry(Mapped):
    """A reserve status."""

    row: strawberry.Private[object]
    view: strawberry.Private[View]
    status: ReserveStatus = column("储备库状态", "status")
    from_on: date = column("起始日", "first day")


@strawberry.type(description=both("项目", "a project with one lead division"))
class Project(Mapped, Node):
    """A project."""

    view: strawberry.Private[View]
    code: str = column("项目编码", "code")
    name: str = column("项目名称", "name")
    status: ProjectStatus = column("项目状态", "status")
    line: Line = column("业务条线", "business line")
    category: FundCategory | None = column("申报的资金类型", "declared fund category")
    work_type: str | None = column("工程类型", "type of work")
    planned_start: date | None = column("计划开工日", "planned start")
    planned_end: date | None = column("计划完工日", "planned end")
    started_on: date | None = column("实际开工日", "actual start")
    finished_on: date | None = column("实际完工日", "actual end")
    total_investment: Money | None = column("总投资", "total investment", of="total_investment_fen")
    provenance: Provenance = column("数据来历", "where the record comes from")
    note: str | None = column("备注", "note")

    @field("牵头区划", "its lead division")
    async def division(self, info: Info) -> Division:
        """Lead division."""
        return await Division.load(info.context, self.row.division_id, self.view)

    @field("涉及的其他区划", "further divisions it lies in")
    async def other_divisions(self, info: Info) -> list[Division]:
        """Further divisions."""
        found = await info.context.load(divisions_by_project, self.row.id, self.view)
        return [await Division.load(info.context, division_id, self.view) for division_id in found]

    @field("责任单位", "the unit that answers for it")
    async def owner_unit(self, info: Info) -> Unit | None:
        """Responsible unit."""
        return await Unit.load(info.context, self.row.owner_unit_id, self.view)

    @field("分来源资金", "money by source")
    async def funding(self, info: Info) -> list[Funding]:
        """Planned, arrived and paid by source."""
        return Funding.all(await info.context.load(funding_by_project, self.row.id, self.view), self.view)

    @field("所属资金", "the funds its sources belong to")
    async def funds(self, info: Info) -> list[Fund]:
        """Funds."""
        return Fund.all(await info.context.load(funds_by_project, self.row.id, self.view), self.view)

    @field("资金来源明细", "planned money by fund, year and source")
    async def source_lines(self, info: Info) -> list[SourceLine]:
        """Source lines."""
        return SourceLine.all(await info.context.load(source_lines_by_project, self.row.id, self.view), self.view)

    @field("细化到本项目的资金", "allocations mapped to it")
    async def allocations(self, info: Info) -> list[Allocation]:
        """Allocations."""
        return Allocation.all(await info.context.load(allocations_by_project, self.row.id, self.view), self.view)

    @field("支付明细", "payments, oldest first")
    async def payments(self, info: Info) -> list[Payment]:
        """Payments."""
        return Payment.all(await info.context.load(payments_by_project, self.row.id, self.view), self.view)

    @field("绩效目标", "its targets")
    async def targets(self, info: Info) -> list[Target]:
        """Targets."""
        return Target.all(await info.context.load(targets_by_project, self.row.id, self.view), self.view)

    @field("季度填报", "quarterly filings, oldest first")
    async def filings(
        self,
        info: Info,
        last: Annotated[int | None, argument("只取最近几季", "only the latest so many quarters")] = None,
    ) -> list[Filing]:
        """Filings."""
        return Filing.all(await info.context.load(filings_by_project, self.row.id, self.view, last), self.view)

    @field("变更记录", "changes of what was approved")
    async def changes(self, info: Info) -> list[ProjectChange]:
        """Changes."""
        return ProjectChange.all(await info.context.load(changes_by_project, self.row.id, self.view), self.view)

    @field("储备库记录", "its history in the project reserve")
    async def reserve(self, info: Info) -> list[ReserveEntry]:
        """Reserve history."""
        return ReserveEntry.all(await info.context.load(reserve_by_project, self.row.id, self.view), self.view)

    @field("现存发现", "standing findings about it and its parts, gravest first")
    async def findings(self, info: Info) -> list[Finding]:
        """Findings."""
        return [finding(row, self.view) for row in await info.context.load(findings_by_project, self.row.id, self.view)]

    @field("依据文件", "the document behind it")
    async def document(self, info: Info) -> Document | None:
        """Its document."""
        return await Document.load(info.context, self.row.document_id, self.view)

    @classmethod
    async def load(cls, info: Info, project_id: int | None, view: View) -> "Project | None":
        """By id, if there is one the caller may see."""
        return (
            None if project_id is None else cls.maybe(await info.context.load(projects_by_id, project_id, view), view)
        )

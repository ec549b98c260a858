"""季度填报: what was filed for a quarter, when, and how late."""

from datetime import date

import strawberry

from db.enums import FilingKind, FilingState, Line, Provenance
from db.types import day_of
from resolvers.filings import FilingProgress as ProgressRow
from resolvers.filings import lateness
from resolvers.view import View
from schema.describe import Mapped, both, column, field
from schema.info import Info
from schema.node import Node
from schema.scalars import Money
from schema.types.deadline import Deadline
from schema.types.division import Division
from schema.types.links import ProjectLink, project_by_id
from schema.types.period import Period
from schema.types.unit import Unit


@strawberry.type(description=both("季度执行填报", "the quarterly return of one project"))
class Filing(Mapped, Node):
    """A quarterly return."""

    view: strawberry.Private[View]
    kind: FilingKind = column("填报类型", "with figures, nil or exempt")
    state: FilingState = column("填报状态", "state")
    line: Line = column("业务条线", "business line")
    returned_count: int = column("被退回次数", "times it was sent back")
    reason: str | None = column("零申报、豁免或逾期的原因", "why nil, exempt or late")
    paid_period: Money | None = column("本期支付", "paid in the quarter", of="paid_period_fen")
    paid_cumulative: Money | None = column("累计支付", "paid in all by its end", of="paid_cumulative_fen")
    provenance: Provenance = column("数据来历", "where the record comes from")

    @field("填报季度", "the quarter reported on")
    def period(self) -> Period:
        """The quarter."""
        return Period.of(self.row.period)

    @field("提交日 (北京时间)", "day it was handed in, in China")
    def submitted_on(self) -> date | None:
        """Submission day."""
        return None if self.row.submitted_at is None else day_of(self.row.submitted_at)

    @field("逾期天数; 规程施行前及豁免的为空", "days late or overdue; null before the regulation and for exemptions")
    async def days_late(self, info: Info) -> int | None:
        """Days late."""
        return await lateness(info.context, self.row, self.view)

    @field("填报期限", "when it was due, and why; null before the regulation")
    async def deadline(self, info: Info) -> Deadline | None:
        """The deadline."""
        province = (await info.context.atlas(self.view)).province_code(self.row.division_id)
        return Deadline.maybe(info.context.deadlines_of(self.view).filing(self.row.period, province), self.view)

    @field("所属项目", "the project it is about")
    async def project(self, info: Info) -> ProjectLink | None:
        """Its project."""
        return await project_by_id(info, self.row.project_id, self.view)

    @field("所属区划", "the division it belongs to")
    async def division(self, info: Info) -> Division:
        """Its division."""
        return await Division.load(info.context, self.row.division_id, self.view)

    @field("填报单位", "the unit that files")
    async def unit(self, info: Info) -> Unit | None:
        """The filing unit."""
        return await Unit.load(info.context, self.row.unit_id, self.view)


@strawberry.type(description=both("填报进度, 各项之和等于应报数", "filings of a quarter; the parts add up to expected"))
class FilingProgress(Mapped):
    """How far a division has filed."""

    row: strawberry.Private[ProgressRow]
    view: strawberry.Private[View]
    expected: int = column("应报", "filings owed")
    on_time: int = column("按时", "filed in time")
    late: int = column("逾期已报", "filed late")
    missing: int = column("逾期未报", "overdue and not filed")
    nil: int = column("零申报", "nil returns")
    exempt: int = column("豁免", "exempt")
    returned: int = column("退回", "sent back and not handed in again")
    pending: int = column("未到期未报", "not filed and not due yet")

    @field("区划", "the division")
    def division(self) -> Division:
        """The division."""
        return Division.of(self.row.place, self.view)

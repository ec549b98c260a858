"""绩效目标: indicators, targets and progress."""

from datetime import date
from typing import Annotated

import strawberry

from db.enums import Direction, IndicatorGroup, IndicatorKind, Provenance, SpaceAggregation, TimeAggregation
from db.models import Indicator as IndicatorRow
from resolvers.targets import (
    completion_bp,
    indicators_by_id,
    measures_by_id,
    progress_by_target,
    targets_by_id,
    targets_by_parent,
)
from resolvers.view import View
from schema.describe import Mapped, argument, both, column, field
from schema.info import Info
from schema.node import Node
from schema.scalars import Quantity, Rate
from schema.types.division import Division
from schema.types.document import Document
from schema.types.fund import Fund
from schema.types.links import ProjectLink, project_by_id
from schema.types.period import Period

_GROUPS = {
    IndicatorKind.QUANTITY: IndicatorGroup.OUTPUT,
    IndicatorKind.QUALITY: IndicatorGroup.OUTPUT,
    IndicatorKind.TIMELINESS: IndicatorGroup.OUTPUT,
    IndicatorKind.COST: IndicatorGroup.COST,
    IndicatorKind.SATISFACTION: IndicatorGroup.SATISFACTION,
}


@strawberry.type(description=both("绩效指标 (三级)", "a third-level performance indicator"))
class Indicator(Mapped, Node):
    """An indicator."""

    view: strawberry.Private[View]
    code: str = column("指标编码", "code")
    name: str = column("指标名称", "name")
    kind: IndicatorKind = column("二级指标", "second-level indicator")
    direction: Direction | None = column("指标方向", "direction")
    over_time: TimeAggregation | None = column("时间汇总方式", "how it combines over time")
    over_space: SpaceAggregation | None = column("区域汇总方式", "how it combines over divisions")
    provenance: Provenance = column("数据来历", "where the record comes from")

    @field("一级指标", "first-level indicator")
    def group(self) -> IndicatorGroup:
        """The group its kind belongs to."""
        return _GROUPS.get(self.kind, IndicatorGroup.BENEFIT)

    @field("标准计量单位", "canonical unit of measure")
    async def unit(self, info: Info) -> str | None:
        """The unit values are compared in."""
        return await _measure(info, self.row.measure_id, self.view)


@strawberry.type(description=both("目标进展", "progress towards a target by the end of a quarter, cumulative"))
class Progress(Mapped):
    """Progress."""

    row: strawberry.Private[object]
    view: strawberry.Private[View]
    value: Quantity = column("累计完成值, 以目标所用单位计", "cumulative value in the target's unit")
    reported_on: date = column("报送日", "day it was reported")

    @field("季度", "quarter")
    def period(self) -> Period:
        """The quarter."""
        return Period.of(self.row.period)  # type: ignore[attr-defined]


@strawberry.type(description=both("绩效目标", "a performance target of a division or a project"))
class Target(Mapped, Node):
    """A target."""

    view: strawberry.Private[View]
    code: str = column("目标编码", "code")
    budget_year: int | None = column("预算年度", "budget year")
    value: Quantity | None = column("目标值, 以本目标单位计", "value in the target's unit")
    canonical_value: Quantity | None = column("折合指标标准单位的目标值", "value in the indicator's canonical unit")
    value_text: str | None = column("定性目标或原文", "qualitative target, or the words it was given in")
    baseline: Quantity | None = column("基期值", "baseline")
    weight: int | None = column("分值", "points of 100")
    starts_on: date | None = column("起始日", "first day")
    due_on: date | None = column("完成期限", "due date")
    provenance: Provenance = column("数据来历", "where the record comes from")
    note: str | None = column("备注", "note")

    @field("指标", "the indicator")
    async def indicator(self, info: Info) -> Indicator:
        """Its indicator."""
        return Indicator.of(await self._indicator(info), self.view)

    async def _indicator(self, info: Info) -> IndicatorRow:
        found = await info.context.load(indicators_by_id, self.row.indicator_id, self.view)
        assert found is not None
        return found

    @field("本目标所用计量单位", "unit the value was given in")
    async def unit(self, info: Info) -> str | None:
        """Its unit."""
        return await _measure(info, self.row.measure_id, self.view)

    @field("完成率, 封顶 100%; 定性目标为空", "share reached, capped at 1; null for qualitative targets")
    async def completion(self, info: Info) -> Rate | None:
        """Completion by the latest progress."""
        latest = await info.context.load(progress_by_target, self.row.id, self.view, 1)
        indicator = await self._indicator(info)
        share = completion_bp(self.row, indicator.direction, latest[-1].value if latest else None)
        return None if share is None else Rate(share)

    @field("各季进展", "progress by quarter, oldest first")
    async def progress(
        self,
        info: Info,
        last: Annotated[int | None, argument("只取最近几季", "only the latest so many quarters")] = None,
    ) -> list[Progress]:
        """Progress."""
        return Progress.all(await info.context.load(progress_by_target, self.row.id, self.view, last), self.view)

    @field("所属区划", "the division it is set for")
    async def division(self, info: Info) -> Division:
        """Its division."""
        return await Division.load(info.context, self.row.division_id, self.view)

    @field("所属项目", "the project it is set for, if one")
    async def project(self, info: Info) -> ProjectLink | None:
        """Its project."""
        return await project_by_id(info, self.row.project_id, self.view)

    @field("所属资金", "the fund it belongs to")
    async def fund(self, info: Info) -> Fund | None:
        """Its fund."""
        return await Fund.load(info.context, self.row.fund_id, self.view)

    @field("上级目标", "the target it decomposes")
    async def parent(self, info: Info) -> Annotated["Target", strawberry.lazy("schema.types.target")] | None:
        """Its parent, if the caller may see it."""
        if self.row.parent_id is None:
            return None
        return Target.maybe(await info.context.load(targets_by_id, self.row.parent_id, self.view), self.view)

    @field("分解出的目标", "the targets that decompose it")
    async def parts(self, info: Info) -> list[Annotated["Target", strawberry.lazy("schema.types.target")]]:
        """Its parts."""
        return Target.all(await info.context.load(targets_by_parent, self.row.id, self.view), self.view)

    @field("依据文件", "the document behind it")
    async def document(self, info: Info) -> Document | None:
        """Its document."""
        return await Document.load(info.context, self.row.document_id, self.view)


async def _measure(info: Info, measure_id: int | None, view: View) -> str | None:
    if measure_id is None:
        return None
    found = await info.context.load(measures_by_id, measure_id, view)
    return None if found is None else found.code

"""发现: what a rule found, with everything needed to defend it."""

from datetime import date
from typing import Annotated, Any, TypeAlias, cast

import strawberry

from db.enums import FindingState, Severity, SubjectKind
from resolvers import ids
from resolvers.context import Batch
from resolvers.filings import filings_by_id
from resolvers.findings import Found
from resolvers.money import allocations_by_id
from resolvers.targets import targets_by_id
from resolvers.view import View
from rules.finding import CitedParameter, Evidence
from schema.describe import Mapped, both, column, field, kind
from schema.info import Info
from schema.node import Node
from schema.types.division import Division
from schema.types.document import Document
from schema.types.links import (
    AllocationLink,
    FilingLink,
    ProjectLink,
    TargetLink,
    project_by_id,
)
from schema.types.period import Period
from schema.types.rule import Rule
from schema.types.unit import Unit

Subject: TypeAlias = Annotated[
    ProjectLink | FilingLink | AllocationLink | TargetLink | Division,
    strawberry.union(name="FindingSubject", description=both("发现所指的对象", "what a finding is about")),
]

_LOADERS: dict[SubjectKind, tuple[str, Batch[Any]]] = {
    SubjectKind.FILING: ("Filing", filings_by_id),
    SubjectKind.ALLOCATION: ("Allocation", allocations_by_id),
    SubjectKind.TARGET: ("Target", targets_by_id),
}


@strawberry.type(description=both("证据: 一项事实及其来源", "a fact a finding rests on, with its source"))
class FindingEvidence(Mapped):
    """A fact."""

    row: strawberry.Private[Evidence]
    view: strawberry.Private[View]
    field: str = column("事实字段", "name of the fact")
    value: str = column("值, 不带单位", "value without unit")
    unit: str = column("单位", "unit: yuan, percent, days, …")

    @strawberry.field(description=both("字段中文名", "Chinese label"))
    def label(self) -> str:
        """Chinese label."""
        return self.row.label.zh

    @strawberry.field(description=both("字段英文名", "English label"))
    def label_en(self) -> str:
        """English label."""
        return self.row.label.en

    @strawberry.field(description=both("来源文件", "the document behind it"))
    async def source(self, info: Info) -> Document | None:
        """The document."""
        return await Document.load(info.context, self.row.document_id, self.view)


@strawberry.type(description=both("所依据的参数", "a dated number a finding rests on"))
class FindingParameter(Mapped):
    """A parameter as it was applied."""

    row: strawberry.Private[CitedParameter]
    view: strawberry.Private[View]
    key: str = column("参数名", "key")
    value: str = column("取值", "value")
    unit: str = column("单位", "unit")
    reference: str = column("依据", "reference")
    valid_from: date = column("起始日", "day it took force")
    region: str | None = column("设定该值的地区代码; 全国值为空", "region that set it; null for the nation")


@strawberry.type(description=both("发现", "a breach of one rule by one subject, with its evidence"))
class Finding(Node):
    """A finding."""

    row: strawberry.Private[Found]
    view: strawberry.Private[View]

    @field("全局标识", "opaque global id, the same on every run")
    def id(self) -> strawberry.ID:
        """By identity."""
        return strawberry.ID(ids.encode("Finding", self.row.finding.key))

    @field("规则", "the rule")
    async def rule(self, info: Info) -> Rule:
        """The rule in the catalogue."""
        return Rule.of(info.context.law.rules[self.row.finding.rule_code], self.view)

    @field("作出发现时的规则版本", "version of the rule that found it")
    def rule_version(self) -> int:
        """Rule version."""
        return self.row.finding.rule_version

    @field("严重程度", "severity")
    def severity(self) -> Severity:
        """Severity."""
        return self.row.finding.severity

    @field("状态; 即时检查、未留存的为空", "state; null for a check that is stored nowhere")
    def state(self) -> FindingState | None:
        """State."""
        return self.row.standing.state if self.row.standing else None

    @field("首次发现日", "day first seen")
    def first_seen(self) -> date | None:
        """First seen."""
        return self.row.standing.first_seen if self.row.standing else None

    @field("最近发现日", "day last seen")
    def last_seen(self) -> date | None:
        """Last seen."""
        return self.row.standing.last_seen if self.row.standing else None

    @field("是否仅为线索", "whether it is a lead, not a conclusion")
    def lead(self) -> bool:
        """Lead."""
        return self.row.finding.lead

    @field("是否为试运行规则的发现", "whether its rule is on trial and binds nobody")
    def trial(self) -> bool:
        """Trial."""
        return self.row.finding.trial

    @field("所属区划", "the division it lies in")
    async def division(self, info: Info) -> Division:
        """Its division."""
        return await Division.load(info.context, self.row.finding.division_id, self.view)

    @field("所涉季度", "the quarter it is about, if one")
    def period(self) -> Period | None:
        """The quarter."""
        return Period.maybe(self.row.finding.period)

    @field("对象", "what it is about; null when it lies outside the caller's scope")
    async def subject(self, info: Info) -> Subject | None:
        """Its subject."""
        about, key = self.row.finding.subject_kind, self.row.finding.subject_id
        if about is SubjectKind.PROJECT:
            return await project_by_id(info, key, self.view)
        if about is SubjectKind.DIVISION:
            return await Division.load(info.context, key, self.view)
        name, batch = _LOADERS[about]
        return cast("Subject | None", kind(name).maybe(await info.context.load(batch, key, self.view), self.view))

    @field("中文说明", "what was found, in Chinese")
    def message_zh(self) -> str:
        """Chinese message."""
        return self.row.finding.message.zh

    @field("英文说明", "what was found, in English")
    def message_en(self) -> str:
        """English message."""
        return self.row.finding.message.en

    @field("证据", "the facts it rests on")
    def evidence(self) -> list[FindingEvidence]:
        """Evidence."""
        return FindingEvidence.all(self.row.finding.evidence, self.view)

    @field("所依据的参数", "the numbers it rests on")
    def parameters(self) -> list[FindingParameter]:
        """Parameters."""
        return FindingParameter.all(self.row.finding.parameters, self.view)

    @field("如何才能通过", "what would make it pass")
    def counterfactual(self) -> str | None:
        """Counterfactual, in Chinese."""
        return self.row.finding.counterfactual.zh if self.row.finding.counterfactual else None

    @field("如何才能通过 (英文)", "what would make it pass, in English")
    def counterfactual_en(self) -> str | None:
        """Counterfactual, in English."""
        return self.row.finding.counterfactual.en if self.row.finding.counterfactual else None

    @field("责任单位", "the unit that has to answer")
    async def responsible_unit(self, info: Info) -> Unit | None:
        """Responsible unit."""
        return await Unit.load(info.context, self.row.finding.responsible_unit_id, self.view)


def finding(found: Found, view: View) -> Finding:
    """A found breach as its type."""
    return Finding(row=found, view=view)

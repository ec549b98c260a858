"""规则: the catalogue and its parameters, as data."""

from datetime import date

import strawberry

from db.enums import RuleCategory, RuleStage, Severity
from resolvers.catalogue import ParameterLine, parameter_lines
from resolvers.view import View
from rules import rule
from rules.expression import to_text
from schema.describe import Mapped, both, column, field
from schema.info import Info
from schema.types.division import Division


@strawberry.type(description=both("规则参数的一个取值", "one dated value of a parameter"))
class RuleParameter(Mapped):
    """One dated value."""

    row: strawberry.Private[ParameterLine]
    view: strawberry.Private[View]
    key: str = column("参数名", "key")
    value: str = column("取值", "value")
    unit: str = column("单位", "unit")
    reference: str = column("依据", "reference")
    valid_from: date = column("起始日", "first day it holds")

    @field("设定该值的区划; 全国值为空", "division that set it; null for the nation")
    async def division(self, info: Info) -> Division | None:
        """The division of an override."""
        if self.row.region is None:
            return None
        place = (await info.context.atlas(self.view)).find(self.row.region)
        return Division.maybe(place, self.view)


@strawberry.type(description=both("规则的一档", "one severity of a rule and when it is reached"))
class RuleGrade(Mapped):
    """One grade."""

    row: strawberry.Private[rule.Grade]
    view: strawberry.Private[View]
    severity: Severity = column("严重程度", "severity")

    @field("触发条件", "condition, in the rule language")
    def condition(self) -> str:
        """The condition as text."""
        return to_text(self.row.when)


@strawberry.type(description=both("监督规则", "a supervision rule"))
class Rule(Mapped):
    """A rule."""

    row: strawberry.Private[rule.Rule]
    view: strawberry.Private[View]
    code: str = column("规则编码", "code")
    version: int = column("版本", "version")
    category: RuleCategory = column("类别", "category")
    severity: Severity = column("最高严重程度", "the gravest it can find")
    stage: RuleStage = column("阶段", "stage")
    in_force: date = column("生效日", "first day it judges")
    waivable: bool = column("是否可豁免", "whether a waiver is possible")
    explanation: bool = column("是否须说明", "whether an explanation is owed")
    lead: bool = column("是否仅为线索", "whether it gives leads, not conclusions")

    @field("中文名称", "Chinese title")
    def title_zh(self) -> str:
        """Chinese title."""
        return self.row.title.zh

    @field("英文名称", "English title")
    def title_en(self) -> str:
        """English title."""
        return self.row.title.en

    @field("依据条款", "articles it rests on")
    def article(self) -> str:
        """Articles."""
        return "、".join(self.row.article)

    @field("如何整改", "what to do about it, in Chinese")
    def remedy_zh(self) -> str:
        """Chinese remedy."""
        return self.row.remedy.zh

    @field("如何整改 (英文)", "what to do about it, in English")
    def remedy_en(self) -> str:
        """English remedy."""
        return self.row.remedy.en

    @field("依据性质: S 原文, I 解释, L 其他规定", "S the regulation's words, I our reading, L other law")
    def basis(self) -> str:
        """Basis mark."""
        return self.row.basis.mark.value

    @field("依据说明", "note on the basis")
    def basis_note(self) -> str:
        """Basis note."""
        return self.row.basis.note

    @field("适用条件; 空为一律适用", "when it applies; null means always")
    def applies(self) -> str | None:
        """Applicability as text."""
        return to_text(self.row.applies) if self.row.applies else None

    @field("各档条件, 由重到轻", "its grades, gravest first")
    def grades(self) -> list[RuleGrade]:
        """Grades."""
        return RuleGrade.all(self.row.grades, self.view)

    @field("参数", "its parameters: the nation's value in force, then regional ones")
    def parameters(self, info: Info) -> list[RuleParameter]:
        """Parameters in force on the day."""
        return RuleParameter.all(parameter_lines(info.context, self.row, self.view), self.view)

"""规则检查: what a check found, what it compares with, and its receipt."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import strawberry

from resolvers.checks import Checked
from resolvers.findings import lines_by_run
from resolvers.lists import capped
from resolvers.view import View
from schema.describe import Mapped, argument, both, column, field
from schema.info import Info
from schema.node import Node
from schema.paging import Connection
from schema.types.division import Division
from schema.types.finding import Finding, finding
from schema.types.rule import Rule


@strawberry.type(description=both("回执中的一条规则", "what a check did with one rule"))
class ReceiptLine(Mapped):
    """One rule of a receipt."""

    row: strawberry.Private[object]
    view: strawberry.Private[View]
    evaluated: int = column("已判定", "judged")
    fired: int = column("触发", "fired, among those judged")
    not_applicable: int = column("不适用", "not applicable")
    missing_facts: int = column("缺事实", "could not be judged for lack of facts")
    blocked: int = column("被前置规则阻断", "not judged because an earlier rule blocked the subject")
    failed: int = column("执行失败", "the engine failed on it")

    @field("规则", "the rule")
    async def rule(self, info: Info) -> Rule:
        """The rule."""
        return Rule.of(info.context.law.rules[self.row.rule_code], self.view)  # type: ignore[attr-defined]


@strawberry.type(description=both("与现存发现的比较", "how a check compares with the standing findings"))
class Comparison:
    """Counts."""

    added: int = strawberry.field(description=both("新增", "found now, not standing"))
    removed: int = strawberry.field(description=both("减少", "standing, not found now"))
    unchanged: int = strawberry.field(description=both("不变", "found now and standing"))


@strawberry.type(description=both("规则检查结果, 不留存", "the result of a check, stored nowhere"))
class RuleCheck:
    """A check."""

    row: strawberry.Private[Checked]
    view: strawberry.Private[View]

    @field("检查所依据的日期", "day it was judged on")
    def as_of(self) -> date:
        """The day."""
        return self.view.as_of

    @field("规则与参数的版本摘要", "digest of the rules and parameters it judged by")
    def release(self) -> str:
        """The release."""
        return self.row.release

    @field("回执: 每条规则看了多少、判了多少", "the receipt, by rule")
    def receipt(self) -> list[ReceiptLine]:
        """The receipt."""
        return ReceiptLine.all(self.row.receipt, self.view)

    @field("与现存发现的比较", "comparison with the standing findings of the same rules and scope")
    def compared_with_standing(self) -> Comparison:
        """The comparison."""
        return Comparison(added=self.row.added, removed=self.row.removed, unchanged=self.row.unchanged)

    @field("发现, 由重到轻", "findings, gravest first")
    def findings(
        self,
        info: Info,
        first: Annotated[int, argument("每页条数", "page length")] = 100,
        after: Annotated[str | None, argument("从该游标之后", "after this cursor")] = None,
    ) -> Connection[Finding]:
        """A page of findings."""
        return sliced(self.row.findings, self.view, capped(info.context, first), after)


def sliced(rows: Sequence[object], view: View, first: int, after: str | None) -> Connection[Finding]:
    """A page of findings held in memory."""
    return Connection[Finding].slice(
        rows, view, lambda row: finding(row, view), cursor=lambda row: row.finding.key, first=first, after=after
    )


@strawberry.type(description=both("规则检查记录", "a recorded run of the rules"))
class RuleRun(Mapped, Node):
    """A run."""

    view: strawberry.Private[View]
    as_of: date = column("依据日期", "day it was judged on")
    release: str = column("规则与参数的版本摘要", "digest of rules and parameters")
    started_at: datetime = column("开始时间", "start")
    finished_at: datetime = column("结束时间", "end")
    requested_by: str = column("发起人", "who asked for it")

    @field("检查范围", "the division it covered")
    async def division(self, info: Info) -> Division:
        """Its scope."""
        return await Division.load(info.context, self.row.division_id, self.view)

    @field("回执", "its receipt")
    async def receipt(self, info: Info) -> list[ReceiptLine]:
        """Its receipt."""
        return ReceiptLine.all(await info.context.load(lines_by_run, self.row.id, self.view), self.view)

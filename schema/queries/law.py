"""Rules, findings, checks and deadlines."""

from typing import Annotated

import strawberry

from db.enums import Level
from resolvers import catalogue
from resolvers import findings as use
from resolvers import publications as publications_use
from resolvers.checks import check_rules
from resolvers.filings import filing_progress
from resolvers.refusal import BadRequest
from resolvers.view import Clocks
from schema.describe import argument, field
from schema.info import Info
from schema.inputs import AssumedParameter, CheckScope, FindingFilter, FindingOrder, period, quarter
from schema.paging import Connection
from schema.queries.arguments import After, AsOf, ByTree, Code, First, HierarchyAsOf, KnownAt
from schema.types.check import RuleCheck, RuleRun
from schema.types.deadline import Deadline
from schema.types.filing import FilingProgress
from schema.types.finding import Finding, finding
from schema.types.publication import Publication
from schema.types.rule import Rule


@strawberry.type
class LawQuery:
    """What the law says and finds."""

    @field("监督规则目录", "the catalogue of supervision rules")
    async def rules(
        self,
        info: Info,
        codes: Annotated[list[str] | None, argument("只取这些规则", "only these")] = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> list[Rule]:
        """Rules by code."""
        return Rule.all(catalogue.rules(info.context, codes), await info.context.view(Clocks(as_of, known_at)))

    @field("现存发现, 默认由重到轻", "standing findings in the caller's scope, gravest first by default")
    async def findings(
        self,
        info: Info,
        where: Annotated[FindingFilter | None, argument("筛选", "which")] = None,
        order_by: Annotated[list[FindingOrder] | None, argument("排序", "order")] = None,
        first: First = 100,
        after: After = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
        tree: ByTree = None,
    ) -> Connection[Finding]:
        """A page of findings."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of, tree))
        page = await use.findings(
            info.context,
            (where or FindingFilter()).where(),
            seen,
            order_by=tuple((order.field, order.direction) for order in order_by or ()),
            first=first,
            after=after,
        )
        return Connection[Finding].of(page, seen, lambda row: finding(use.found(row), seen))

    @field("规则检查记录, 最近的在前", "recorded runs of the rules, newest first")
    async def rule_runs(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
    ) -> Connection[RuleRun]:
        """A page of runs."""
        seen = await info.context.view(Clocks(known_at=known_at, hierarchy_as_of=hierarchy_as_of))
        page = await use.rule_runs(info.context, seen, first=first, after=after)
        return Connection[RuleRun].of(page, seen, lambda row: RuleRun.of(row, seen))

    @field(
        "即时规则检查: 任意范围、日期与参数, 结果不留存",
        "check rules on any slice, day and parameters; stored nowhere",
    )
    async def check_rules(
        self,
        info: Info,
        scope: Annotated[CheckScope, argument("检查范围", "what to check")],
        rules: Annotated[list[str] | None, argument("只检查这些规则", "only these rules")] = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        parameters: Annotated[
            list[AssumedParameter] | None, argument("试算参数", "parameters to assume for this check")
        ] = None,
    ) -> RuleCheck:
        """A check."""
        seen = await info.context.view(Clocks(as_of, known_at))
        return RuleCheck(
            row=await check_rules(
                info.context, scope.under, rules, [(each.key, each.value) for each in parameters or ()], seen
            ),
            view=seen,
        )

    @field("按编号查询通报或报告", "a publication by its code; null outside the caller's scope")
    async def publication(
        self, info: Info, code: Code, known_at: KnownAt = None, hierarchy_as_of: HierarchyAsOf = None
    ) -> Publication | None:
        """One publication."""
        seen = await info.context.view(Clocks(known_at=known_at, hierarchy_as_of=hierarchy_as_of))
        return Publication.maybe(await publications_use.publication(info.context, code, seen), seen)

    @field("通报与报告, 最近的在前", "publications in the caller's scope, newest first")
    async def publications(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
    ) -> Connection[Publication]:
        """A page of publications."""
        seen = await info.context.view(Clocks(known_at=known_at, hierarchy_as_of=hierarchy_as_of))
        page = await publications_use.publications(info.context, seen, first=first, after=after)
        return Connection[Publication].of(page, seen, lambda row: Publication.of(row, seen))

    @field("季度填报期限及其推算过程", "when the filing on a quarter is due, and why")
    async def filing_deadline(
        self,
        info: Info,
        division: Annotated[strawberry.ID, argument("区划代码", "division code")],
        year: Annotated[int, argument("所报年份", "year reported on")],
        quarter: Annotated[int, argument("所报季度, 1 至 4", "quarter reported on, 1 to 4")],
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
    ) -> Deadline:
        """A deadline; anyone signed in may ask for any division's."""
        ctx = info.context
        seen = await ctx.view(Clocks(known_at=known_at, hierarchy_as_of=hierarchy_as_of))
        ctx.require()
        asked = quarter_in(year, quarter)
        atlas = await ctx.atlas(seen)
        place = atlas.find(division)
        if place is None:
            raise BadRequest(f"没有区划 {division}", f"there is no division {division}")
        return Deadline.of(ctx.deadlines_of(seen).filing_or_refuse(asked, atlas.province_code(place.id)), seen)

    @field("填报进度, 按下级区划分组", "how far divisions have filed for a quarter")
    async def filing_progress(
        self,
        info: Info,
        under: Annotated[strawberry.ID, argument("区划代码", "division code")],
        period: Annotated[str, argument("季度, 如 2026Q3", "quarter, like 2026Q3")],
        by: Annotated[Level, argument("按哪一级分组", "level to group by")],
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
    ) -> list[FilingProgress]:
        """Progress by division."""
        info.context.require()
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of))
        found = await filing_progress(info.context, under, quarter_of(period), by, seen)
        return FilingProgress.all(found, seen)


quarter_of, quarter_in = period, quarter

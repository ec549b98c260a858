"""Filters and orders, and how each becomes a question to the use cases."""

import strawberry

from db.enums import (
    AllocationKind,
    DivisionKind,
    FilingKind,
    FilingState,
    FindingState,
    FundCategory,
    IndicatorKind,
    Level,
    Line,
    ProjectStatus,
    Provenance,
    Severity,
    Source,
    UnitKind,
)
from db.paging import Sort
from db.rollup.question import Measure, Where
from db.types import Period
from resolvers.context import FIRST_DAY, LAST_DAY
from resolvers.divisions import DivisionWhere
from resolvers.filings import FilingWhere
from resolvers.findings import FindingOrderField, FindingWhere
from resolvers.money import AllocationWhere, FundWhere
from resolvers.projects import ProjectOrderField, ProjectWhere
from resolvers.refusal import BadRequest
from resolvers.targets import TargetWhere
from resolvers.units import UnitWhere
from schema.describe import both, given

UNDER = ("只取该区划及以下", "only this division and below")
YEARS = ("预算年度", "budget years")
LINES = ("业务条线", "business lines")
FUNDS = ("资金编码", "fund codes")
PROVENANCES = ("数据来历", "where the record comes from")
NAME = ("名称包含", "name contains")


def period(code: str) -> Period:
    """A quarter from its code; raises BadRequest."""
    try:
        found = Period.parse(code)
    except ValueError as error:
        raise BadRequest(f"季度应写作 2026Q3, 收到 {code[:20]!r}", str(error)[:200]) from error
    return quarter(found.year, found.quarter)


def quarter(year: int, number: int) -> Period:
    """A quarter of a year there can be records of; raises BadRequest."""
    if not (FIRST_DAY.year <= year <= LAST_DAY.year and 1 <= number <= 4):
        years = f"{FIRST_DAY.year}-{LAST_DAY.year}"
        raise BadRequest(
            f"季度应为 {years} 年的第 1 至 4 季, 收到 {year} 年第 {number} 季",
            f"ask for quarter 1 to 4 of a year in {years}; got {year}, quarter {number}",
        )
    return Period(year, number)


@strawberry.input(description=both("汇总范围", "which facts a roll-up takes; an empty list means all"))
class RollupFilter:
    """Which facts take part in a roll-up."""

    budget_years: list[int] | None = given(*YEARS, default=None)
    lines: list[Line] | None = given(*LINES, default=None)
    funds: list[str] | None = given(*FUNDS, default=None)
    categories: list[FundCategory] | None = given("资金类型", "fund categories", default=None)
    sources: list[Source] | None = given("资金来源", "sources", default=None)
    status: list[ProjectStatus] | None = given("项目状态", "project statuses", default=None)
    provenances: list[Provenance] | None = given(*PROVENANCES, default=None)


@strawberry.input(description=both("汇总范围, 可限定区划", "which facts a roll-up takes, below a division"))
class CubeFilter(RollupFilter):
    """The same, below a division."""

    under: strawberry.ID | None = given(*UNDER, default=None)


def rollup_where(given_filter: RollupFilter | None) -> Where:
    """The filter as the record's question."""
    if given_filter is None:
        return Where()
    return Where(
        budget_years=tuple(given_filter.budget_years or ()),
        lines=tuple(given_filter.lines or ()),
        funds=tuple(given_filter.funds or ()),
        categories=tuple(given_filter.categories or ()),
        sources=tuple(given_filter.sources or ()),
        statuses=tuple(given_filter.status or ()),
        provenances=tuple(given_filter.provenances or ()),
    )


@strawberry.input(description=both("汇总排序", "an order of roll-up rows"))
class RollupOrder:
    """A measure and a direction."""

    measure: Measure = given("指标", "measure")
    direction: Sort = given("方向", "direction", default=Sort.DESC)


@strawberry.input(description=both("区划筛选", "which divisions"))
class DivisionFilter:
    """Which divisions."""

    under: strawberry.ID | None = given(*UNDER, default=None)
    levels: list[Level] | None = given("行政层级", "levels", default=None)
    kinds: list[DivisionKind] | None = given("区划性质", "kinds", default=None)
    name_contains: str | None = given(*NAME, default=None)

    def where(self) -> DivisionWhere:
        """As asked of the use case."""
        return DivisionWhere(self.under, tuple(self.levels or ()), tuple(self.kinds or ()), self.name_contains)


@strawberry.input(description=both("项目筛选", "which projects"))
class ProjectFilter:
    """Which projects."""

    under: strawberry.ID | None = given(*UNDER, default=None)
    status: list[ProjectStatus] | None = given("项目状态", "statuses", default=None)
    lines: list[Line] | None = given(*LINES, default=None)
    budget_years: list[int] | None = given(*YEARS, default=None)
    funds: list[str] | None = given(*FUNDS, default=None)
    categories: list[FundCategory] | None = given("资金类型", "fund categories", default=None)
    provenances: list[Provenance] | None = given(*PROVENANCES, default=None)
    codes: list[str] | None = given("项目编码", "project codes", default=None)
    name_contains: str | None = given(*NAME, default=None)

    def where(self) -> ProjectWhere:
        """As asked of the use case."""
        return ProjectWhere(
            under=self.under,
            status=tuple(self.status or ()),
            lines=tuple(self.lines or ()),
            budget_years=tuple(self.budget_years or ()),
            funds=tuple(self.funds or ()),
            categories=tuple(self.categories or ()),
            provenances=tuple(self.provenances or ()),
            codes=tuple(self.codes or ()),
            name_contains=self.name_contains,
        )


@strawberry.input(description=both("项目排序", "an order of projects"))
class ProjectOrder:
    """A field and a direction."""

    field: ProjectOrderField = given("排序项", "field")
    direction: Sort = given("方向", "direction", default=Sort.ASC)


@strawberry.input(description=both("资金筛选", "which funds"))
class FundFilter:
    """Which funds."""

    categories: list[FundCategory] | None = given("资金类型", "categories", default=None)
    lines: list[Line] | None = given(*LINES, default=None)
    provenances: list[Provenance] | None = given(*PROVENANCES, default=None)
    name_contains: str | None = given(*NAME, default=None)

    def where(self) -> FundWhere:
        """As asked of the use case."""
        return FundWhere(
            tuple(self.categories or ()), tuple(self.lines or ()), tuple(self.provenances or ()), self.name_contains
        )


@strawberry.input(description=both("资金下达筛选", "which allocations"))
class AllocationFilter:
    """Which allocations."""

    under: strawberry.ID | None = given(*UNDER, default=None)
    recipient: strawberry.ID | None = given("接收区划", "recipient division", default=None)
    budget_years: list[int] | None = given(*YEARS, default=None)
    funds: list[str] | None = given(*FUNDS, default=None)
    sources: list[Source] | None = given("资金来源", "sources", default=None)
    kinds: list[AllocationKind] | None = given("下达类型", "kinds", default=None)
    provenances: list[Provenance] | None = given(*PROVENANCES, default=None)

    def where(self) -> AllocationWhere:
        """As asked of the use case."""
        return AllocationWhere(
            under=self.under,
            recipient=self.recipient,
            budget_years=tuple(self.budget_years or ()),
            funds=tuple(self.funds or ()),
            sources=tuple(self.sources or ()),
            kinds=tuple(self.kinds or ()),
            provenances=tuple(self.provenances or ()),
        )


@strawberry.input(description=both("绩效目标筛选", "which targets"))
class TargetFilter:
    """Which targets."""

    under: strawberry.ID | None = given(*UNDER, default=None)
    budget_years: list[int] | None = given(*YEARS, default=None)
    kinds: list[IndicatorKind] | None = given("二级指标", "second-level indicators", default=None)
    top_level: bool | None = given(
        "只取顶层 (或只取分解出的) 目标", "only undecomposed tops, or only parts", default=None
    )

    def where(self) -> TargetWhere:
        """As asked of the use case."""
        return TargetWhere(
            under=self.under,
            budget_years=tuple(self.budget_years or ()),
            kinds=tuple(self.kinds or ()),
            top_level=self.top_level,
        )


@strawberry.input(description=both("填报筛选", "which filings"))
class FilingFilter:
    """Which filings."""

    under: strawberry.ID | None = given(*UNDER, default=None)
    periods: list[str] | None = given("季度, 如 2026Q3", "quarters, like 2026Q3", default=None)
    states: list[FilingState] | None = given("填报状态", "states", default=None)
    kinds: list[FilingKind] | None = given("填报类型", "kinds", default=None)

    def where(self) -> FilingWhere:
        """As asked of the use case."""
        return FilingWhere(
            under=self.under,
            periods=tuple(period(code) for code in self.periods or ()),
            states=tuple(self.states or ()),
            kinds=tuple(self.kinds or ()),
        )


@strawberry.input(description=both("单位筛选", "which units"))
class UnitFilter:
    """Which units."""

    under: strawberry.ID | None = given(*UNDER, default=None)
    kinds: list[UnitKind] | None = given("单位类型", "kinds", default=None)
    name_contains: str | None = given(*NAME, default=None)

    def where(self) -> UnitWhere:
        """As asked of the use case."""
        return UnitWhere(self.under, tuple(self.kinds or ()), self.name_contains)


@strawberry.input(description=both("发现筛选", "which findings"))
class FindingFilter:
    """Which findings."""

    under: strawberry.ID | None = given(*UNDER, default=None)
    severity_at_least: Severity | None = given("不低于该严重程度", "at least this grave", default=None)
    states: list[FindingState] | None = given("发现状态", "states", default=None)
    rules: list[str] | None = given("规则编码", "rule codes", default=None)
    trial: bool = given("是否包含试运行规则的发现", "whether to include rules on trial", default=False)

    def where(self) -> FindingWhere:
        """As asked of the use case."""
        return FindingWhere(
            under=self.under,
            severity_at_least=self.severity_at_least,
            states=tuple(self.states or ()),
            rules=tuple(self.rules or ()),
            trial=self.trial,
        )


@strawberry.input(description=both("发现排序", "an order of findings"))
class FindingOrder:
    """A field and a direction."""

    field: FindingOrderField = given("排序项", "field")
    direction: Sort = given("方向", "direction", default=Sort.DESC)


@strawberry.input(description=both("检查范围", "what a rule check covers"))
class CheckScope:
    """What a check covers."""

    under: strawberry.ID = given(*UNDER)


@strawberry.input(description=both("试算参数", "a parameter to assume for this check only"))
class AssumedParameter:
    """A parameter assumed otherwise."""

    key: str = given("参数名, 如 slow_payment.yellow_points", "key, like slow_payment.yellow_points")
    value: str = given("假设值, 按该参数的单位书写", "value, in the parameter's unit")

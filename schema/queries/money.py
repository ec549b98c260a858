"""Funds, allocations, projects, targets and filings."""

from typing import Annotated

import strawberry

from resolvers import filings as filing_use
from resolvers import money as use
from resolvers import projects as project_use
from resolvers import targets as target_use
from resolvers.changes import changes
from resolvers.view import Clocks
from schema.describe import argument, field
from schema.info import Info
from schema.inputs import AllocationFilter, FilingFilter, FundFilter, ProjectFilter, ProjectOrder, TargetFilter
from schema.paging import Connection
from schema.queries.arguments import After, AsOf, ByTree, Code, First, HierarchyAsOf, KnownAt
from schema.types.allocation import Allocation
from schema.types.change import Change, Changes
from schema.types.filing import Filing
from schema.types.fund import Fund
from schema.types.project import Project
from schema.types.target import Target


@strawberry.type
class MoneyQuery:
    """The fund, project, target graph."""

    @field("按编码查询资金", "a fund by code")
    async def fund(self, info: Info, code: Code, as_of: AsOf = None, known_at: KnownAt = None) -> Fund | None:
        """One fund."""
        seen = await info.context.view(Clocks(as_of, known_at))
        return Fund.maybe(await use.fund(info.context, code, seen), seen)

    @field("资金列表, 按编码", "funds by code")
    async def funds(
        self,
        info: Info,
        where: Annotated[FundFilter | None, argument("筛选", "which")] = None,
        first: First = 100,
        after: After = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> Connection[Fund]:
        """A page of funds."""
        seen = await info.context.view(Clocks(as_of, known_at))
        page = await use.funds(info.context, (where or FundFilter()).where(), seen, first=first, after=after)
        return Connection[Fund].of(page, seen, lambda row: Fund.of(row, seen))

    @field("资金下达列表, 按编码", "allocations in the caller's scope, by code")
    async def allocations(
        self,
        info: Info,
        where: Annotated[AllocationFilter | None, argument("筛选", "which")] = None,
        first: First = 100,
        after: After = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
        tree: ByTree = None,
    ) -> Connection[Allocation]:
        """A page of allocations."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of, tree))
        page = await use.allocations(
            info.context, (where or AllocationFilter()).where(), seen, first=first, after=after
        )
        return Connection[Allocation].of(page, seen, lambda row: Allocation.of(row, seen))

    @field("按编码查询项目; 超出数据范围的为空", "a project by code; null outside the caller's scope")
    async def project(
        self,
        info: Info,
        code: Code,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
    ) -> Project | None:
        """One project."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of))
        return Project.maybe(await project_use.project(info.context, code, seen), seen)

    @field("项目列表", "projects in the caller's scope")
    async def projects(
        self,
        info: Info,
        where: Annotated[ProjectFilter | None, argument("筛选", "which")] = None,
        order_by: Annotated[list[ProjectOrder] | None, argument("排序, 默认按编码", "order; default by code")] = None,
        first: First = 100,
        after: After = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
        tree: ByTree = None,
    ) -> Connection[Project]:
        """A page of projects."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of, tree))
        page = await project_use.projects(
            info.context,
            (where or ProjectFilter()).where(),
            seen,
            order_by=[(order.field, order.direction) for order in order_by or ()],
            first=first,
            after=after,
        )
        return Connection[Project].of(page, seen, lambda row: Project.of(row, seen))

    @field("绩效目标列表, 按编码", "targets in the caller's scope, by code")
    async def targets(
        self,
        info: Info,
        where: Annotated[TargetFilter | None, argument("筛选", "which")] = None,
        first: First = 100,
        after: After = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
        tree: ByTree = None,
    ) -> Connection[Target]:
        """A page of targets."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of, tree))
        page = await target_use.targets(info.context, (where or TargetFilter()).where(), seen, first=first, after=after)
        return Connection[Target].of(page, seen, lambda row: Target.of(row, seen))

    @field("季度填报列表, 最近的在前", "filings in the caller's scope, latest quarter first")
    async def filings(
        self,
        info: Info,
        where: Annotated[FilingFilter | None, argument("筛选", "which")] = None,
        first: First = 100,
        after: After = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
        tree: ByTree = None,
    ) -> Connection[Filing]:
        """A page of filings."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of, tree))
        page = await filing_use.filings(info.context, (where or FilingFilter()).where(), seen, first=first, after=after)
        return Connection[Filing].of(page, seen, lambda row: Filing.of(row, seen))

    @field("变动列表: 自某游标以来新增或修改了什么", "what was recorded or corrected since a cursor")
    async def changes(
        self,
        info: Info,
        under: Annotated[strawberry.ID, argument("只取该区划及以下", "only this division and below")],
        since: Annotated[str | None, argument("上次的游标; 空为从头", "the last cursor")] = None,
        first: First = 100,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
    ) -> Changes:
        """A stretch of the change feed."""
        seen = await info.context.view(Clocks(known_at=known_at, hierarchy_as_of=hierarchy_as_of))
        page = await changes(info.context, under, since, seen, first=first)
        return Changes(nodes=Change.all(page.nodes, seen), cursor=page.cursor, has_more=page.has_more)

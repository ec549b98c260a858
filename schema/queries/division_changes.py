"""Changes of divisions and the crosswalk they leave."""

from datetime import date
from typing import Annotated

import strawberry

from db.enums import DivisionCaseState, DivisionChangeType
from resolvers import division_changes as use
from resolvers.crosswalk import crosswalk
from resolvers.view import Clocks
from schema.describe import argument, both, field, given
from schema.info import Info
from schema.paging import Connection
from schema.queries.arguments import After, AsOf, Code, First, HierarchyAsOf, KnownAt
from schema.types.division_change import DivisionChange, DivisionSuccession

UNDER = ("只取该区划及以下", "only this division and below")


@strawberry.input(description=both("区划变更筛选", "which changes of divisions"))
class DivisionChangeFilter:
    """Which cases."""

    under: strawberry.ID | None = given(*UNDER, default=None)
    states: list[DivisionCaseState] | None = given("状态", "states", default=None)
    types: list[DivisionChangeType] | None = given("变更类型", "what it does", default=None)

    def where(self) -> use.DivisionChangeWhere:
        """As asked of the use case."""
        return use.DivisionChangeWhere(self.under, tuple(self.states or ()), tuple(self.types or ()))


@strawberry.type
class DivisionChangeQuery:
    """Changes of divisions."""

    @field(
        "按编号查询区划变更; 与当前用户无关的为空",
        "a change of divisions by code; null where the caller is not concerned",
    )
    async def division_change(
        self,
        info: Info,
        code: Code,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
    ) -> DivisionChange | None:
        """One case."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of))
        return DivisionChange.maybe(await use.division_change(info.context, code, seen), seen)

    @field("区划变更列表, 按编号", "changes of divisions that concern the caller, by code")
    async def division_changes(
        self,
        info: Info,
        where: Annotated[DivisionChangeFilter | None, argument("筛选", "which")] = None,
        first: First = 100,
        after: After = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
    ) -> Connection[DivisionChange]:
        """A page of cases."""
        seen = await info.context.view(Clocks(as_of, known_at, hierarchy_as_of))
        page = await use.division_changes(
            info.context, (where or DivisionChangeFilter()).where(), seen, first=first, after=after
        )
        return Connection[DivisionChange].of(page, seen, lambda row: DivisionChange.of(row, seen))

    @field("区划在两日之间的承继关系, 份额合计为 1", "what became of a division between two days; shares add up to 1")
    async def division_crosswalk(
        self,
        info: Info,
        code: Code,
        start: Annotated[date, argument("起始日, 该日存在此代码", "a day the code is in force", name="from")],
        end: Annotated[date, argument("截止日", "the later day", name="to")],
        known_at: KnownAt = None,
    ) -> list[DivisionSuccession]:
        """Its successors."""
        seen = await info.context.view(Clocks(known_at=known_at))
        return DivisionSuccession.all(await crosswalk(info.context, code, start, end, seen), seen)

"""Connections: keyset pages as GraphQL shows them, counted only when asked."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, Self, TypeVar

import strawberry

from db.paging import Page, count
from resolvers.refusal import BadRequest
from resolvers.view import View
from schema.describe import both, field
from schema.info import Info

NodeT = TypeVar("NodeT")


@strawberry.type(description=both("分页信息", "where a page stands in its list"))
class PageInfo:
    """Where a page stands."""

    has_next_page: bool = strawberry.field(description=both("后面还有", "whether more follows"))
    end_cursor: str | None = strawberry.field(description=both("本页末尾的游标", "cursor of the last node"))


@strawberry.type(description=both("列表中的一项及其游标", "a node with its cursor"))
class Edge(Generic[NodeT]):
    """A node and where it stands."""

    cursor: str = strawberry.field(description=both("游标", "opaque cursor"))
    node: NodeT = strawberry.field(description=both("内容", "the node"))


@strawberry.type(description=both("按键翻页的列表", "a keyset-paged list"))
class Connection(Generic[NodeT]):
    """A page of a list."""

    nodes: list[NodeT] = strawberry.field(description=both("本页内容", "the nodes of this page"))
    cursors: strawberry.Private[Sequence[str]]
    more: strawberry.Private[bool]
    counting: strawberry.Private[Any]
    view: strawberry.Private[View]

    @field("本页内容及各自的游标", "the nodes with their cursors")
    def edges(self) -> list[Edge[NodeT]]:
        """Nodes with cursors."""
        return [Edge(cursor=c, node=n) for c, n in zip(self.cursors, self.nodes, strict=True)]

    @field("分页信息", "where this page stands")
    def page_info(self) -> PageInfo:
        """Whether more follows, and from where."""
        return PageInfo(has_next_page=self.more, end_cursor=self.cursors[-1] if self.cursors else None)

    @field("符合条件的总数", "how many the whole list has")
    async def total_count(self, info: Info) -> int:
        """Counted when asked for."""
        if isinstance(self.counting, int):
            return self.counting
        async with info.context.read(self.view) as session:
            return await count(session, self.counting)

    @classmethod
    def of(cls, page: Page[Any], view: View, wrap: Callable[[Any], NodeT]) -> Self:
        """A page of rows, each wrapped as its type."""
        return cls(
            nodes=[wrap(row) for row in page.rows],
            cursors=page.cursors,
            more=page.has_next,
            counting=page.statement,
            view=view,
        )

    @classmethod
    def slice(
        cls,
        rows: Sequence[Any],
        view: View,
        wrap: Callable[[Any], NodeT],
        *,
        cursor: Callable[[Any], str],
        first: int,
        after: str | None,
    ) -> Self:
        """A page of a list held in memory; raises BadRequest for a cursor that is not in it."""
        start = 0 if after is None else next((i + 1 for i, row in enumerate(rows) if cursor(row) == after), -1)
        if start < 0:
            raise BadRequest(
                f"游标无效, 请去掉 after 从头读取: {after!r:.60}",
                "this list has no such cursor; start again without `after`",
            )
        kept = rows[start : start + first]
        return cls(
            nodes=[wrap(row) for row in kept],
            cursors=[cursor(row) for row in kept],
            more=start + first < len(rows),
            counting=len(rows),
            view=view,
        )

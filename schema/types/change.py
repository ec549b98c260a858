"""变动: the feed provincial tools follow."""

from datetime import datetime

import strawberry

from resolvers import ids
from resolvers.changes import Change as ChangeRow
from resolvers.changes import ChangeKind, Operation
from resolvers.view import View
from schema.describe import Mapped, both, column, field


@strawberry.type(description=both("一项变动", "one thing that was recorded or corrected"))
class Change(Mapped):
    """A change."""

    row: strawberry.Private[ChangeRow]
    view: strawberry.Private[View]
    kind: ChangeKind = column("变动对象", "kind of thing")
    code: str = column("编码; 填报为 项目/季度", "its code; project/quarter for a filing")
    changed_at: datetime = column("变动时间", "when it was recorded")
    operation: Operation = column("变动方式", "inserted or updated")

    @field("全局标识, 可用 node 查询", "global id, for node(id:)")
    def id(self) -> strawberry.ID:
        """The id of the thing that changed."""
        key = self.row.code if self.row.kind is ChangeKind.FINDING else self.row.key
        return strawberry.ID(ids.encode(self.row.kind.value.capitalize(), key))


@strawberry.type(description=both("变动列表", "a stretch of the change feed"))
class Changes:
    """A stretch of the feed."""

    nodes: list[Change] = strawberry.field(description=both("变动, 按登记先后", "changes in the order of record"))
    cursor: str | None = strawberry.field(
        description=both("下次从这里继续 (作为 since)", "continue from here: pass it as `since`")
    )
    has_more: bool = strawberry.field(description=both("后面还有", "whether more follows"))

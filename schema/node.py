"""Global identity: anything with an id can be asked for again by it."""

from typing import Any

import strawberry

from resolvers import ids
from schema.describe import both, field


@strawberry.interface(description=both("有全局标识的对象", "anything with a global id"))
class Node:
    """Something `node(id:)` can find again."""

    row: strawberry.Private[Any]

    @field("全局标识", "opaque global id")
    def id(self) -> strawberry.ID:
        """Kind and key, made opaque."""
        return strawberry.ID(ids.encode(type(self).__name__, self.row.id))

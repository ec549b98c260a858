"""The resolver info every field gets: our context, no root value."""

from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from resolvers.context import Context

Info: TypeAlias = StrawberryInfo[Context, None]

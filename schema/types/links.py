"""References between types that point at each other in circles, resolved by name when the schema is built."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, cast

import strawberry

from resolvers.projects import projects_by_id
from resolvers.view import View
from schema.describe import kind
from schema.info import Info

if TYPE_CHECKING:
    from schema.types.allocation import Allocation
    from schema.types.filing import Filing
    from schema.types.project import Project
    from schema.types.target import Target

AllocationLink: TypeAlias = Annotated["Allocation", strawberry.lazy("schema.types.allocation")]
FilingLink: TypeAlias = Annotated["Filing", strawberry.lazy("schema.types.filing")]
ProjectLink: TypeAlias = Annotated["Project", strawberry.lazy("schema.types.project")]
TargetLink: TypeAlias = Annotated["Target", strawberry.lazy("schema.types.target")]


async def project_by_id(info: Info, project_id: int | None, view: View) -> "Project | None":
    """The project with an id, if there is one the caller may see."""
    if project_id is None:
        return None
    row = await info.context.load(projects_by_id, project_id, view)
    return cast("Project | None", kind("Project").maybe(row, view))


def targets_of(rows: Iterable[Any], view: View) -> "list[Target]":
    """Target rows as their type."""
    return cast("list[Target]", kind("Target").all(rows, view))

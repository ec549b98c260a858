"""The codes people know the subjects of findings by, looked up in batches."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import SubjectKind
from db.models import Allocation, Division, Filing, Project, Target
from db.standing import batches

Subject = tuple[SubjectKind, int]

_CODED: dict[SubjectKind, Any] = {
    SubjectKind.PROJECT: Project,
    SubjectKind.ALLOCATION: Allocation,
    SubjectKind.TARGET: Target,
    SubjectKind.DIVISION: Division,
}


async def subject_names(session: AsyncSession, subjects: Iterable[Subject]) -> dict[Subject, str]:
    """Each subject's code; a filing goes by its project's."""
    found: dict[Subject, str] = {}
    for kind, keys in _by_kind(subjects):
        for key, code in await session.execute(_names(kind, keys)):
            found[kind, key] = code
    return found


def _by_kind(subjects: Iterable[Subject]) -> Iterator[tuple[SubjectKind, list[int]]]:
    keys: dict[SubjectKind, set[int]] = {}
    for kind, key in subjects:
        keys.setdefault(kind, set()).add(key)
    for kind, wanted in keys.items():
        for batch in batches(sorted(wanted)):
            yield kind, batch


def _names(kind: SubjectKind, keys: list[int]) -> Executable:
    if kind is SubjectKind.FILING:
        filed = select(Filing.id, Project.code).join(Project, Project.id == Filing.project_id)
        return filed.where(Filing.id.in_(keys))
    model = _CODED[kind]
    return select(model.id, model.code).where(model.id.in_(keys))

"""The change feed: what was recorded or corrected since a provincial tool last looked, in the order of revisions."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, String, and_, cast, literal, or_, select, type_coerce, union_all

from db.enums import Level
from db.models import Allocation, Filing, Project, Revision, StandingFinding, Target
from db.scope import may_see, subtree
from db.types import MAX_INT64
from resolvers.context import Context
from resolvers.lists import capped
from resolvers.refusal import BadRequest
from resolvers.view import View


class ChangeKind(StrEnum):
    """What kind of thing changed; in the order one revision lists them."""

    ALLOCATION = "ALLOCATION"
    FILING = "FILING"
    FINDING = "FINDING"
    PROJECT = "PROJECT"
    TARGET = "TARGET"


class Operation(StrEnum):
    """Whether it is new or was changed; nothing is ever deleted."""

    INSERTED = "INSERTED"
    UPDATED = "UPDATED"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a revision inserted or updated."""

    kind: ChangeKind
    key: int
    code: str
    changed_at: datetime
    operation: Operation


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A stretch of the feed; ask again `since` its cursor."""

    nodes: Sequence[Change]
    cursor: str | None
    has_more: bool


_FEEDS: tuple[tuple[ChangeKind, type[Any], Any, Any], ...] = (
    (ChangeKind.ALLOCATION, Allocation, Allocation.code, Allocation.recipient_id),
    (ChangeKind.FILING, Filing, None, Filing.division_id),
    (ChangeKind.FINDING, StandingFinding, StandingFinding.key, StandingFinding.division_id),
    (ChangeKind.PROJECT, Project, Project.code, Project.division_id),
    (ChangeKind.TARGET, Target, Target.code, Target.division_id),
)


async def changes(ctx: Context, under: str, since: str | None, view: View, *, first: int) -> ChangePage:
    """Up to `first` changes below a division after a cursor; without one, from the beginning."""
    limit = capped(ctx, first)
    top = await ctx.place(under, view)
    inside = None if top.level is Level.NATION else subtree(top.id, day=view.hierarchy_as_of)
    start = None if since is None else _decode(since)
    parts = [_part(ctx, feed, inside, start, limit) for feed in _FEEDS]
    feed = union_all(*parts).subquery()
    statement = (
        select(feed, Revision.at)
        .join(Revision, Revision.id == feed.c.revision_id)
        .order_by(feed.c.revision_id, feed.c.kind, feed.c.key)
        .limit(limit + 1)
    )
    async with ctx.read(view) as session:
        rows = (await session.execute(statement)).all()
    kept = rows[:limit]
    nodes = [
        Change(
            ChangeKind(row.kind),
            row.key,
            row.code,
            row.at,
            Operation.INSERTED if row.created_rev == row.revision_id else Operation.UPDATED,
        )
        for row in kept
    ]
    last = _encode(kept[-1].revision_id, kept[-1].kind, kept[-1].key) if kept else since
    return ChangePage(nodes, last, len(rows) > limit)


def _part(
    ctx: Context, feed: tuple[ChangeKind, type[Any], Any, Any], inside: Any, start: tuple[int, str, int] | None, n: int
) -> Any:
    kind, model, code, division = feed
    if code is None:
        quarters = type_coerce(model.period, Integer)
        code = (
            select(Project.code).where(Project.id == model.project_id).scalar_subquery()
            + literal("/")
            + cast(quarters // 4, String)
            + literal("Q")
            + cast(quarters % 4 + 1, String)
        )
    statement = select(
        literal(kind.value).label("kind"),
        model.id.label("key"),
        code.label("code"),
        model.revision_id,
        model.created_rev,
    ).where(may_see(model, ctx.scope))
    if inside is not None:
        statement = statement.where(division.in_(inside))
    if start is not None:
        revision, after_kind, key = start
        beyond = [model.revision_id > revision]
        if kind.value > after_kind:
            beyond.append(model.revision_id == revision)
        elif kind.value == after_kind:
            beyond.append(and_(model.revision_id == revision, model.id > key))
        statement = statement.where(or_(*beyond))
    return statement.order_by(model.revision_id, model.id).limit(n + 1).subquery().select()


def _encode(revision: int, kind: str, key: int) -> str:
    return base64.urlsafe_b64encode(f"{revision}:{kind}:{key}".encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[int, str, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        revision, kind, key = text.split(":")
        return _number(revision), ChangeKind(kind).value, _number(key)
    except ValueError as error:
        raise BadRequest(
            f"游标 {cursor[:60]!r} 无效, 请去掉 since 从头读取",
            f"cursor {cursor[:60]!r} was not issued by this feed; start again without `since`",
        ) from error


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MAX_INT64:
        raise ValueError(f"{text[:20]} is no key")
    return number

"""Publications: answers kept with what makes them again."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select

from db.enums import Line, Tree
from db.models import Publication, Revision
from db.paging import Order, Page, Sort
from db.scope import visible
from db.types import day_of
from resolvers.context import NOW, Context
from resolvers.lists import listed
from resolvers.principal import Principal
from resolvers.refusal import BadRequest, Refusal
from resolvers.view import Clocks, View


class PublicationRefused(Refusal):
    """The answer cannot be published as asked."""

    code = "PUBLICATION_REFUSED"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to publish."""

    code: str
    title: str
    query: str
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pins:
    """Every clock of a publication, none left to the day it is read, and the release it was judged by."""

    published_at: datetime
    release: str
    as_of: date
    known_at: datetime
    known_rev: int
    hierarchy_as_of: date
    tree: Tree

    @property
    def clocks(self) -> Clocks:
        """As a context pins them."""
        return Clocks(self.as_of, self.known_at, self.hierarchy_as_of, self.tree)


def digest(body: str) -> str:
    """SHA-256 of the published bytes."""
    return hashlib.sha256(body.encode()).hexdigest()


async def pins(ctx: Context, asked: Clocks) -> Pins:
    """The clocks a publication will carry; knownAt is the moment of the last revision when not asked for."""
    view = await ctx.view(asked)
    async with ctx.database.read() as session:
        if view.known is None:
            last = await session.execute(select(Revision.id, Revision.at).order_by(Revision.id.desc()).limit(1))
            row = last.one()
            known, known_at = row.id, await session.scalar(select(func.max(Revision.at)))
        else:
            known, known_at = view.known, view.known_at
    now = datetime.now(UTC)
    if known_at is None or known_at > now:
        raise PublicationRefused("不能以未来的时刻发布", "knownAt must not lie in the future of a publication")
    release = ctx.law_of(replace(view, known_at=known_at)).release
    return Pins(now, release, view.as_of, known_at, known, view.hierarchy_as_of, view.tree)


def pinned(ctx: Context, at: Pins, asked: Clocks = Clocks(), as_principal: Principal | None = None) -> Context:  # noqa: B008
    """A context of its own that answers by a publication's clocks, except for those asked for otherwise."""
    clocks = replace(
        at.clocks,
        as_of=asked.as_of or at.as_of,
        known_at=asked.known_at or at.known_at,
        hierarchy_as_of=asked.hierarchy_as_of or at.hierarchy_as_of,
        tree=asked.tree or at.tree,
    )
    revisions = {at.known_at: at.known_rev}
    return Context(
        database=ctx.database,
        law=ctx.law,
        deadlines=ctx.deadlines,
        atlases=ctx.atlases,
        principal=as_principal or ctx.principal,
        pinned=clocks,
        scope_day=day_of(at.published_at),
        _revisions=revisions,
    )


async def publish(ctx: Context, draft: Draft, at: Pins, body: str) -> Publication:
    """Keep an answer; raises PublicationRefused when the code is taken."""
    caller = ctx.caller
    async with ctx.database.write(actor=caller.name, action="publication.publish", reason=draft.title) as work:
        taken = await work.session.scalar(select(Publication.id).where(Publication.code == draft.code))
        if taken is not None:
            raise PublicationRefused(f"编号 {draft.code} 已被使用", f"there is a publication {draft.code} already")
        row = Publication(
            code=draft.code,
            title=draft.title,
            query=draft.query,
            variables=draft.variables,
            as_of=at.as_of,
            known_at=at.known_at,
            known_rev=at.known_rev,
            hierarchy_as_of=at.hierarchy_as_of,
            tree=at.tree,
            release=at.release,
            role=caller.role,
            division_id=caller.division_id,
            lines=sorted(caller.lines),
            held_on=caller.held_on,
            published_by=caller.name,
            published_at=at.published_at,
            body=body,
            digest=digest(body),
        )
        work.session.add(row)
        await work.session.flush()
    return row


async def publication(ctx: Context, code: str, view: View) -> Publication | None:
    """One publication in the caller's scope."""
    statement = visible(select(Publication).where(Publication.code == code), Publication, to=ctx.scope)
    async with ctx.read(view) as session:
        return (await session.execute(statement)).scalar_one_or_none()


async def publications(ctx: Context, view: View, *, first: int, after: str | None) -> Page[Publication]:
    """The caller's publications, newest first."""
    statement = visible(select(Publication), Publication, to=ctx.scope)
    orders = [Order("PUBLISHED", Publication.published_at, Sort.DESC), Order("ID", Publication.id, Sort.DESC)]
    return await listed(ctx, view, statement, orders=orders, first=first, after=after)


async def publications_by_id(ctx: Context, ids: list[int], view: View) -> list[Publication | None]:
    """Batch: visible publications by id."""
    statement = visible(select(Publication).where(Publication.id.in_(ids)), Publication, to=ctx.scope)
    async with ctx.read(view) as session:
        found = {row.id: row for row in (await session.execute(statement)).scalars()}
    return [found.get(i) for i in ids]


async def publisher(ctx: Context, row: Publication) -> Principal:
    """The scope a publication was made in, which is the scope it is made again in."""
    place = (await ctx.atlas(View(row.as_of, day_of(row.published_at)))).place(row.division_id)
    return Principal(
        account_id=0,
        name=row.published_by,
        role=row.role,
        division_id=row.division_id,
        division_code=place.code,
        level=place.level,
        lines=frozenset(Line(line) for line in row.lines),
        held_on=row.held_on,
    )


def refuse_within(ctx: Context) -> None:
    """A publication is not made again inside another: it could contain itself. Raises BadRequest."""
    if ctx.pinned != NOW:
        raise BadRequest("发布的查询中不能再次生成其他通报", "a published query cannot make publications again")


def pins_of(row: Publication) -> Pins:
    """A publication's clocks."""
    return Pins(
        published_at=row.published_at,
        release=row.release,
        as_of=row.as_of,
        known_at=row.known_at,
        known_rev=row.known_rev,
        hierarchy_as_of=row.hierarchy_as_of,
        tree=row.tree,
    )


def release_of(ctx: Context, row: Publication) -> str:
    """The release a publication is judged by when it is made again by its own clocks."""
    return ctx.law_of(View(row.as_of, row.hierarchy_as_of, known_at=row.known_at)).release

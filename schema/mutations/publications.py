"""Publishing an answer so that it can be made again, byte by byte."""

from datetime import date, datetime
from typing import Annotated, Any, TypeAlias, cast

import strawberry
from strawberry.scalars import JSON

from db.enums import Tree
from resolvers import publications as use
from resolvers.refusal import Refusal as Refused
from resolvers.view import Clocks
from schema.describe import both, field, given
from schema.info import Info
from schema.mutations.refusal import Refusal
from schema.types.publication import Publication, answer


@strawberry.input(description=both("要发布的内容", "what to publish"))
class PublicationInput:
    """What to publish."""

    code: str = given("编号, 如 2026年第3期", "code, unique")
    title: str = given("标题", "title")
    query: str = given("只读查询", "a read-only document with one operation")
    variables: JSON | None = given("查询变量", "its variables", default=None)
    as_of: date | None = given("判断日期, 默认今天", "day to judge on; default today", default=None)
    known_at: datetime | None = given("已知时刻, 默认现在", "moment of knowledge; default now", default=None)
    hierarchy_as_of: date | None = given("区划日期, 默认今天", "day of the divisions; default today", default=None)
    tree: Tree | None = given("区划关系", "which parent relation", default=None)


@strawberry.type(description=both("已发布", "published"))
class Published:
    """Done."""

    publication: Publication = strawberry.field(description=both("通报或报告", "the publication"))


@strawberry.type(description=both("发布被拒", "publication refused"))
class PublicationRefused(Refusal):
    """Refused."""


PublishResult: TypeAlias = Annotated[
    Published | PublicationRefused,
    strawberry.union(name="PublishResult", description=both("发布结果", "result of publishing")),
]


@strawberry.type
class PublicationMutation:
    """Publishing."""

    @field("发布一个查询的结果, 固定其三个时钟", "publish the answer to a query with its three clocks pinned")
    async def publish_report(
        self,
        info: Info,
        input: Annotated[PublicationInput, strawberry.argument(description=both("内容", "what"))],  # noqa: A002
    ) -> PublishResult:
        """Answer by pinned clocks, and keep it."""
        ctx = info.context
        variables: dict[str, Any] = dict(cast("dict[str, Any]", input.variables) or {})
        draft = use.Draft(input.code, input.title, input.query, variables)
        try:
            ctx.require()
            at = await use.pins(ctx, Clocks(input.as_of, input.known_at, input.hierarchy_as_of, input.tree))
            body = await answer(info, use.pinned(ctx, at), input.query, variables)
            row = await use.publish(ctx, draft, at, body)
        except use.PublicationRefused as refused:
            return _refusal(refused)
        return Published(publication=Publication.of(row, await ctx.view()))


def _refusal(refused: Refused) -> PublicationRefused:
    return PublicationRefused(code=refused.code, message=refused.zh, message_en=refused.en, path=["input"])

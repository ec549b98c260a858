"""通报与报告: published answers, and how each comes out when asked again."""

from datetime import date, datetime
from typing import Annotated, Any

import orjson
import strawberry
from strawberry.exceptions import MissingQueryError
from strawberry.scalars import JSON
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import Info as StrawberryInfo
from strawberry.types.graphql import OperationType

from db.enums import Tree
from resolvers import publications as use
from resolvers.context import Context
from resolvers.view import Clocks, View
from schema.describe import Mapped, argument, both, column, field
from schema.info import Info
from schema.node import Node
from schema.types.division import Division

READS = frozenset({OperationType.QUERY})


@strawberry.type(description=both("再次生成的结果", "what a publication comes to when it is made again"))
class Reproduction:
    """Made again."""

    body: str = strawberry.field(description=both("结果全文 (JSON)", "the whole answer, as JSON text"))
    digest: str = strawberry.field(description=both("SHA-256 摘要", "SHA-256 of the bytes"))
    identical: bool = strawberry.field(description=both("是否与发布时逐字节相同", "whether it is the published bytes"))
    same_release: bool = strawberry.field(
        description=both("规则与参数版本是否与发布时相同", "whether rules and parameters are those in force then")
    )


@strawberry.type(description=both("通报或报告", "a published answer with the question and clocks that make it again"))
class Publication(Mapped, Node):
    """A publication."""

    view: strawberry.Private[View]
    code: str = column("编号", "code")
    title: str = column("标题", "title")
    query: str = column("所用查询", "the query")
    as_of: date = column("判断日期", "day things were judged on")
    known_at: datetime = column("已登记截止时刻", "moment the record was known by")
    hierarchy_as_of: date = column("区划日期", "day of the division tree")
    tree: Tree = column("区划关系", "which parent relation")
    release: str = column("规则与参数版本摘要", "digest of rules and parameters")
    published_by: str = column("发布人", "who published it")
    published_at: datetime = column("发布时间", "when")
    body: str = column("发布的全文 (JSON)", "the published bytes, as JSON text")
    digest: str = column("SHA-256 摘要", "SHA-256 of the published bytes")

    @field("查询变量", "the query's variables")
    def variables(self) -> JSON:
        """Variables."""
        return JSON(self.row.variables)

    @field("发布单位的区划", "division it was published for")
    async def division(self, info: Info) -> Division:
        """Its division."""
        return await Division.load(info.context, self.row.division_id, self.view)

    @field(
        "再次生成: 默认按原时钟, 也可换成其他时钟重述",
        "made again: by its own clocks, or restated by others",
    )
    async def again(
        self,
        info: Info,
        as_of: Annotated[date | None, argument("换一个判断日期", "another day to judge on")] = None,
        known_at: Annotated[datetime | None, argument("换一个已知时刻", "another moment of knowledge")] = None,
        hierarchy_as_of: Annotated[date | None, argument("换一个区划日期", "another day's divisions")] = None,
        tree: Annotated[Tree | None, argument("换一种区划关系", "another parent relation")] = None,
    ) -> Reproduction:
        """Ask again."""
        ctx, row = info.context, self.row
        use.refuse_within(ctx)
        asked = Clocks(as_of, known_at, hierarchy_as_of, tree)
        context = use.pinned(ctx, use.pins_of(row), asked, await use.publisher(ctx, row))
        body = await answer(info, context, row.query, row.variables)
        return Reproduction(
            body=body,
            digest=use.digest(body),
            identical=body == row.body,
            same_release=use.release_of(ctx, row) == row.release,
        )


async def answer(info: StrawberryInfo[Context, None], context: Context, query: str, variables: dict[str, Any]) -> str:
    """A read-only document answered in another context, as canonical JSON; raises PublicationRefused on any error."""
    try:
        result = await info.schema.execute(
            query, variable_values=variables, context_value=context, allowed_operation_types=READS
        )
    except (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError) as error:
        raise use.PublicationRefused(
            "只能发布一个只读查询", "only a document with one query can be published"
        ) from error
    errors = getattr(result, "errors", None)
    if errors:
        zh = "; ".join(error.message for error in errors)
        en = "; ".join(str((error.extensions or {}).get("messageEn", error.message)) for error in errors)
        raise use.PublicationRefused(f"查询出错, 不能发布: {zh}", f"the query fails: {en}")
    data: Any = getattr(result, "data", None)
    return orjson.dumps(data).decode()

"""Workflow D8, one mutation per transition."""

from collections.abc import Awaitable
from datetime import date
from typing import Annotated, TypeAlias

import strawberry

from db.enums import DivisionChangeType, DivisionKind, Level
from db.models import DivisionCase
from db.types import today
from resolvers.commands import division_change as use
from resolvers.commands.refusals import CommandRefused
from rules.divisions.draft import ChangeDraft, MoveDraft, NodeDraft
from rules.machines.division_change import DivisionAction
from schema.describe import argument, both, field, given, several
from schema.info import Info
from schema.mutations.command_refusals import (
    FourEyes,
    InvalidChange,
    NotAllowed,
    OutOfScope,
    StaleVersion,
    WrongState,
    refusal_of,
)
from schema.scalars import Rate
from schema.types.division_change import DivisionChange

Expected: TypeAlias = Annotated[
    int, argument("读取时的 revision; 已被他人更新则拒绝", "the revision you read; refused when it changed since")
]
CaseCode: TypeAlias = Annotated[strawberry.ID, argument("变更编号", "code of the change")]
Reason: TypeAlias = Annotated[str, argument("理由", "why")]


@strawberry.input(
    description=both("变更后的区划: 新设, 或现有区划的新版本", "a new division, or the next version of one")
)
class DivisionNodeInput:
    """A node."""

    code: strawberry.ID = given("区划代码; 国标外的以大写字母开头", "code; outside GB/T 2260 it begins with a capital")
    name: str = given("名称", "name")
    type_name: str = given("通名类型, 如 区、县级市", "kind of unit in Chinese usage")
    level: Level = given("行政层级", "supervision level")
    admin_parent: strawberry.ID = given("行政上级代码", "code of the administrative parent")
    fund_parent: strawberry.ID | None = given(
        "资金上级代码, 默认同行政上级", "code of the fund parent; default the administrative one", default=None
    )
    kind: DivisionKind = given("区划性质", "kind", default=DivisionKind.STANDARD)
    separately_planned: bool = given("是否计划单列市", "whether separately planned", default=False)

    def draft(self) -> NodeDraft:
        """As drafted."""
        return NodeDraft(
            self.code,
            self.name,
            self.type_name,
            self.level,
            self.admin_parent,
            self.fund_parent or self.admin_parent,
            self.kind,
            self.separately_planned,
        )


@strawberry.input(description=both("地域去向", "where territory goes"))
class DivisionMoveInput:
    """A move."""

    old_code: strawberry.ID | None = given("原区划代码; 空为全新地域", "old code; null is new land", default=None)
    new_code: strawberry.ID = given("新区划代码", "new code")
    partial: bool = given("是否部分地域", "whether only a part goes there", default=False)
    share: Rate | None = given(
        "部分地域的份额, 如 0.6000; 文件未列明则不填, 按估计计算",
        "share of a part, like 0.6000; leave out what no document states, it is then estimated",
        default=None,
    )

    def draft(self) -> MoveDraft:
        """As drafted."""
        return MoveDraft(self.old_code, self.new_code, self.share, self.partial)


@strawberry.input(description=both("区划变更登记", "a change of divisions"))
class DivisionChangeInput:
    """A change."""

    change_type: DivisionChangeType = given("变更类型", "what it does")
    title: str = given("标题", "title")
    document_number: str = given("批准文号", "number of the approval")
    document: strawberry.ID | None = given("批准文件编码", "code of the approval in the record", default=None)
    effective_on: date = given("生效日", "first day of the new map")
    division: strawberry.ID = given("所属区划: 变更涉及者均在其内", "division everything it touches lies in")
    nodes: list[DivisionNodeInput] = several("变更后的区划", "what divisions will be")
    moves: list[DivisionMoveInput] = several("地域去向", "where territory goes")
    closes: list[strawberry.ID] = several("关闭的区划代码", "codes that cease to exist")

    def draft(self) -> ChangeDraft:
        """As drafted."""
        return ChangeDraft(
            change_type=self.change_type,
            title=self.title,
            document_number=self.document_number,
            document=self.document,
            effective_on=self.effective_on,
            division=self.division,
            nodes=tuple(node.draft() for node in self.nodes),
            moves=tuple(move.draft() for move in self.moves),
            closes=tuple(self.closes),
        )


DivisionChangeResult: TypeAlias = Annotated[
    DivisionChange | NotAllowed | WrongState | FourEyes | InvalidChange | StaleVersion | OutOfScope,
    strawberry.union(
        name="DivisionChangeResult",
        description=both("办理后的区划变更, 或拒绝", "the change as it is now, or why not"),
    ),
]
Input: TypeAlias = Annotated[DivisionChangeInput, argument("变更内容", "the change")]


async def _answer(info: Info, command: Awaitable[DivisionCase]) -> DivisionChangeResult:
    info.context.forget()
    try:
        case = await command
    except CommandRefused as refused:
        return refusal_of(refused)
    info.context.forget()
    return DivisionChange.of(case, await info.context.view())


async def _advance(
    info: Info, code: str, action: DivisionAction, expected: int, reason: str | None = None
) -> DivisionChangeResult:
    return await _answer(info, use.advance(info.context, code, action, expected=expected, on=today(), reason=reason))


@strawberry.type
class DivisionChangeMutation:
    """Changes of divisions."""

    @field("登记区划变更", "register a change of divisions")
    async def register_division_change(self, info: Info, input: Input) -> DivisionChangeResult:  # noqa: A002
        """Register."""
        return await _answer(info, use.register(info.context, input.draft(), on=today()))

    @field("补正被退回的变更并重新登记", "say a returned change anew")
    async def amend_division_change(
        self,
        info: Info,
        code: CaseCode,
        input: Input,  # noqa: A002
        expected_revision: Expected,
    ) -> DivisionChangeResult:
        """Amend."""
        return await _answer(info, use.amend(info.context, code, input.draft(), expected=expected_revision, on=today()))

    @field("确认: 受影响单位或上级, 不得为登记人", "confirm: one concerned or the superior, never the registrar")
    async def confirm_division_change(
        self, info: Info, code: CaseCode, expected_revision: Expected
    ) -> DivisionChangeResult:
        """Confirm."""
        return await _advance(info, code, DivisionAction.CONFIRM, expected_revision)

    @field("省级报部备案", "the province files it with the ministry")
    async def file_division_change(
        self, info: Info, code: CaseCode, expected_revision: Expected
    ) -> DivisionChangeResult:
        """File."""
        return await _advance(info, code, DivisionAction.FILE, expected_revision)

    @field("部备案", "the ministry records it")
    async def record_division_change(
        self, info: Info, code: CaseCode, expected_revision: Expected
    ) -> DivisionChangeResult:
        """Record."""
        return await _advance(info, code, DivisionAction.RECORD, expected_revision)

    @field("退补", "send it back for completion")
    async def return_division_change(
        self, info: Info, code: CaseCode, reason: Reason, expected_revision: Expected
    ) -> DivisionChangeResult:
        """Return."""
        return await _advance(info, code, DivisionAction.RETURN, expected_revision, reason)

    @field("生效前取消", "cancel it before it takes effect")
    async def cancel_division_change(
        self, info: Info, code: CaseCode, reason: Reason, expected_revision: Expected
    ) -> DivisionChangeResult:
        """Cancel."""
        return await _advance(info, code, DivisionAction.CANCEL, expected_revision, reason)

    @field(
        "办理生效: 一次写入, 不改写不删除", "bring it into effect in one unit of work; nothing is rewritten or deleted"
    )
    async def apply_division_change(
        self, info: Info, code: CaseCode, expected_revision: Expected
    ) -> DivisionChangeResult:
        """Apply."""
        return await _answer(info, use.apply(info.context, code, expected=expected_revision, on=today()))

    @field(
        "核定一个账号的新数据范围; 不得为登记人或本人", "attest an account's new scope; not by the registrar or itself"
    )
    async def attest_scope(
        self,
        info: Info,
        code: CaseCode,
        account: Annotated[str, argument("账号", "name of the account")],
        expected_revision: Expected,
        division: Annotated[
            strawberry.ID | None,
            argument("新数据范围; 默认取拟定者, 有多个承继区划时必填", "its new division; default the proposed one"),
        ] = None,
    ) -> DivisionChangeResult:
        """Attest."""
        ctx = info.context
        return await _answer(info, use.attest(ctx, code, account, division, expected=expected_revision, on=today()))

    @field("对账: 比对变更前后合计", "reconcile: compare totals before and after")
    async def reconcile_division_change(
        self, info: Info, code: CaseCode, expected_revision: Expected
    ) -> DivisionChangeResult:
        """Reconcile."""
        return await _answer(info, use.reconcile(info.context, code, expected=expected_revision, on=today()))

"""区划变更: a change of divisions as a case, with what it plans, hands over, attests and certifies."""

from datetime import date, datetime

import strawberry

from db.enums import DivisionCaseState, DivisionChangeType, DivisionKind, Level, SubjectKind, Tree
from db.models import DivisionCase, DivisionCaseMove, DivisionCaseNode, DivisionCertificate
from db.models import DivisionReassignment as ReassignmentRow
from db.models import ScopeAttestation as AttestationRow
from resolvers import division_changes as use
from resolvers.commands.division_certificate import MEASURES, differences
from resolvers.money import funds_by_id
from resolvers.view import View
from rules.divisions.succession import Holding
from rules.machines.division_change import DivisionAction
from schema.describe import Mapped, both, column, field
from schema.info import Info
from schema.node import Node
from schema.scalars import Money, Rate
from schema.types.division import Division
from schema.types.document import Document
from schema.types.fund import Fund
from schema.types.unit import Unit


@strawberry.type(description=both("变更后的区划", "what a division will be from the day on"))
class DivisionChangeNode(Mapped):
    """A planned node."""

    row: strawberry.Private[DivisionCaseNode]
    view: strawberry.Private[View]
    code: str = column("区划代码", "code")
    name: str = column("名称", "name")
    type_name: str = column("通名类型", "kind of unit in Chinese usage")
    level: Level = column("行政层级", "supervision level")
    kind: DivisionKind = column("区划性质", "whether it is in GB/T 2260")
    admin_parent: str = column("行政上级代码", "code of its administrative parent")
    fund_parent: str = column("资金上级代码", "code of the division money reaches it from")
    separately_planned: bool = column("是否计划单列市", "whether the state plan lists it separately")


@strawberry.type(description=both("区划对照关系的一行", "a line of the crosswalk"))
class DivisionChangeMove(Mapped):
    """A planned move of territory."""

    row: strawberry.Private[DivisionCaseMove]
    view: strawberry.Private[View]
    old_code: str | None = column("原区划代码; 空为全新地域", "old code; null is new land")
    new_code: str = column("新区划代码", "new code")
    partial: bool = column("是否部分地域", "whether only a part goes there")
    share: Rate | None = column(
        "份额; 文件未列明的为空, 按估计计算", "share; null where no document states it", of="share_bp"
    )


@strawberry.type(description=both("合计, 截至判断日", "totals as judged on a day"))
class CertifiedTotals:
    """Five totals."""

    planned: Money = strawberry.field(description=both("计划数", "planned"))
    received: Money = strawberry.field(description=both("到达数", "received"))
    issued: Money = strawberry.field(description=both("下达数", "issued onward"))
    recalled: Money = strawberry.field(description=both("收回数", "recalled"))
    paid: Money = strawberry.field(description=both("支付数", "paid"))

    @classmethod
    def of(cls, row: DivisionCertificate, side: str) -> "CertifiedTotals":
        """One side of a certificate."""
        return cls(**{name: Money(getattr(row, f"{name}_{side}_fen")) for name in MEASURES})


@strawberry.type(
    description=both("对账单的一行: 变更前后合计", "totals before a change as filed, and after it restated")
)
class DivisionCertificateLine(Mapped):
    """A line of the certificate."""

    row: strawberry.Private[DivisionCertificate]
    view: strawberry.Private[View]
    tree: Tree = column("区划关系", "along which parent relation")
    budget_year: int = column("预算年度", "budget year")

    @field("比对范围", "where totals were compared: the division the change lies in, or the nation")
    async def area(self, info: Info) -> Division:
        """The area."""
        return await Division.load(info.context, self.row.division_id, self.view)

    @field("资金", "fund")
    async def fund(self, info: Info) -> Fund:
        """The fund."""
        found = await info.context.load(funds_by_id, self.row.fund_id, self.view)
        assert found is not None
        return Fund.of(found, self.view)

    @field("生效前一日的区划, 原口径", "by the map of the day before, as filed")
    def before(self) -> CertifiedTotals:
        """Before."""
        return CertifiedTotals.of(self.row, "before")

    @field("生效日的区划, 重述口径", "by the map of the day, restated")
    def after(self) -> CertifiedTotals:
        """After."""
        return CertifiedTotals.of(self.row, "after")

    @field("是否相符", "whether all five are the same")
    def equal(self) -> bool:
        """Equal."""
        return not differences(self.row)

    @field("不相符的指标", "the measures that differ")
    def differences(self) -> list[str]:
        """Names of totals."""
        return differences(self.row)


@strawberry.type(description=both("账号数据范围核定", "an account whose scope a change moves or widens"))
class ScopeAttestation(Mapped):
    """An account to attest."""

    row: strawberry.Private[AttestationRow]
    view: strawberry.Private[View]
    attested_at: datetime | None = column("核定时间; 空为待核定", "when; null is pending")

    @field("账号", "account")
    async def account(self, info: Info) -> str:
        """Its name."""
        return await info.context.load(use.account_names, self.row.account_id, self.view)

    @field("原数据范围", "its scope before")
    async def old_division(self, info: Info) -> Division:
        """Before."""
        return await Division.load(info.context, self.row.old_division_id, self.view)

    @field("拟定或核定的新数据范围; 空为需人工决定", "proposed or attested scope; null needs a decision")
    async def new_division(self, info: Info) -> Division | None:
        """After."""
        new_id = self.row.new_division_id
        return None if new_id is None else await Division.load(info.context, new_id, self.view)

    @field("核定人", "who attested")
    async def attested_by(self, info: Info) -> str | None:
        """The attestor's name."""
        return await _name(info, self.row.attested_by, self.view)


@strawberry.type(description=both("移交的未办结工作", "open work handed to the successor"))
class DivisionReassignment(Mapped):
    """Work handed over."""

    row: strawberry.Private[ReassignmentRow]
    view: strawberry.Private[View]
    kind: SubjectKind = column("对象类型: 填报或项目", "a filing, or a project whose owner went")

    @field("原区划", "the division that ceased")
    async def old_division(self, info: Info) -> Division:
        """From."""
        return await Division.load(info.context, self.row.old_division_id, self.view)

    @field("承接区划", "the division that follows")
    async def new_division(self, info: Info) -> Division:
        """To."""
        return await Division.load(info.context, self.row.new_division_id, self.view)

    @field("原单位", "the unit before")
    async def old_unit(self, info: Info) -> Unit | None:
        """From whom."""
        return await Unit.load(info.context, self.row.old_unit_id, self.view)

    @field("承接单位; 空为尚无登记单位, 须指定", "the unit that takes over; null needs somebody to name one")
    async def new_unit(self, info: Info) -> Unit | None:
        """To whom."""
        return await Unit.load(info.context, self.row.new_unit_id, self.view)


@strawberry.type(description=both("地域的承继", "who holds a division's land on a later day"))
class DivisionSuccession(Mapped):
    """A slice of the land."""

    row: strawberry.Private[Holding]
    view: strawberry.Private[View]
    code: str = column("承继区划代码", "code that holds it")
    share: Rate = column("占原区划的份额", "its share of the land", of="share_bp")
    estimated: bool = column("份额是否为估计", "whether the share is an estimate")
    lines: list[str] = column("依据的对照关系行", "lines of the crosswalk that brought it there")


@strawberry.type(description=both("区划变更", "a change of divisions, from registration to reconciliation"))
class DivisionChange(Mapped, Node):
    """A case."""

    row: strawberry.Private[DivisionCase]
    view: strawberry.Private[View]
    code: str = column("编号", "code")
    revision: int = column(
        "版本号; 办理时作为 expectedRevision 交回", "hand back as expectedRevision", of="revision_id"
    )
    change_type: DivisionChangeType = column("变更类型", "what it does")
    title: str = column("标题", "title")
    document_number: str = column("批准文号", "number of the approval it rests on")
    effective_on: date = column("生效日", "first day of the new map")
    state: DivisionCaseState = column("状态", "state")
    closes: list[str] = column("关闭的区划代码", "codes that cease to exist")
    registered_at: datetime = column("登记时间", "when it was registered")
    confirmed_at: datetime | None = column("确认时间", "when it was confirmed")
    filed_at: datetime | None = column("报部时间", "when it was filed with the ministry")
    recorded_at: datetime | None = column("部备案时间", "when the ministry recorded it")
    applied_at: datetime | None = column("生效办理时间", "when it was brought into effect")
    return_reason: str | None = column("最近一次退补理由", "why it was last sent back")
    cancel_reason: str | None = column("取消理由", "why it was cancelled")

    @field("当前用户现在可以办理的动作", "the transitions this caller may make now")
    async def allowed_actions(self, info: Info) -> list[DivisionAction]:
        """Actions."""
        return await use.allowed_actions(info.context, self.row, self.view)

    @field("所属区划, 变更涉及者均在其内", "the division everything it touches lies in")
    async def division(self, info: Info) -> Division:
        """Its area."""
        return await Division.load(info.context, self.row.division_id, self.view)

    @field("批准文件", "the approval, where the record has it")
    async def document(self, info: Info) -> Document | None:
        """The document."""
        return await Document.load(info.context, self.row.document_id, self.view)

    @field("登记人", "who registered it")
    async def registered_by(self, info: Info) -> str | None:
        """Registrar."""
        return await _name(info, self.row.registered_by, self.view)

    @field("确认人", "who confirmed it")
    async def confirmed_by(self, info: Info) -> str | None:
        """Confirmer."""
        return await _name(info, self.row.confirmed_by, self.view)

    @field("报部人", "who filed it")
    async def filed_by(self, info: Info) -> str | None:
        """Filer."""
        return await _name(info, self.row.filed_by, self.view)

    @field("部备案人", "who recorded it")
    async def recorded_by(self, info: Info) -> str | None:
        """Recorder."""
        return await _name(info, self.row.recorded_by, self.view)

    @field("办理生效的人", "who brought it into effect")
    async def applied_by(self, info: Info) -> str | None:
        """Who applied it."""
        return await _name(info, self.row.applied_by, self.view)

    @field("变更后的区划", "what divisions will be")
    async def nodes(self, info: Info) -> list[DivisionChangeNode]:
        """Nodes."""
        return DivisionChangeNode.all(await info.context.load(use.nodes_of, self.row.id, self.view), self.view)

    @field("对照关系", "where territory goes")
    async def moves(self, info: Info) -> list[DivisionChangeMove]:
        """Moves."""
        return DivisionChangeMove.all(await info.context.load(use.moves_of, self.row.id, self.view), self.view)

    @field("有份额未经文件列明, 重述数为估计", "whether a share is stated by no document, so that restating estimates")
    async def estimated(self, info: Info) -> bool:
        """Estimated."""
        moves = await info.context.load(use.moves_of, self.row.id, self.view)
        return any(move.partial and move.share_bp is None for move in moves)

    @field("最近一次对账单", "the lines of the last reconciliation")
    async def certificates(self, info: Info) -> list[DivisionCertificateLine]:
        """Certificates."""
        rows = await info.context.load(use.certificates_of, self.row.id, self.view)
        return DivisionCertificateLine.all(rows, self.view)

    @field("受影响账号", "accounts whose scope it touches")
    async def attestations(self, info: Info) -> list[ScopeAttestation]:
        """Attestations."""
        return ScopeAttestation.all(await info.context.load(use.attestations_of, self.row.id, self.view), self.view)

    @field("移交的未办结工作", "open work handed to successors")
    async def reassignments(self, info: Info) -> list[DivisionReassignment]:
        """Work handed over."""
        rows = await info.context.load(use.reassignments_of, self.row.id, self.view)
        return DivisionReassignment.all(rows, self.view)


async def _name(info: Info, account_id: int | None, view: View) -> str | None:
    if account_id is None:
        return None
    name: str = await info.context.load(use.account_names, account_id, view)
    return name

"""项目: what the money is for, where, by whom, and everything dated that happened to it."""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Recorded
from db.enums import (
    ChangeField,
    FundCategory,
    Level,
    Line,
    PaymentKind,
    ProjectStatus,
    Provenance,
    ReserveStatus,
    Source,
)
from db.types import Fen, Period, PeriodType, code_column, stored


class Project(Recorded, Base):
    """One project with one lead division; further divisions and its funds hang on it m:n."""

    __tablename__ = "project"
    __table_args__ = (Index("ix_project_division_code", "division_id", "code"),)

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    name: Mapped[str]
    status: Mapped[ProjectStatus] = mapped_column(stored(ProjectStatus))
    line: Mapped[Line] = mapped_column(stored(Line))
    category: Mapped[FundCategory | None] = mapped_column(stored(FundCategory))
    """资金类型 as declared; the rules hold it against the sources."""
    work_type: Mapped[str | None]
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    owner_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    planned_start: Mapped[date | None]
    planned_end: Mapped[date | None]
    started_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    total_investment_fen: Mapped[int | None] = mapped_column(Fen)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    provenance: Mapped[Provenance] = mapped_column(stored(Provenance))
    note: Mapped[str | None]


class ProjectDivision(Recorded, Base):
    """A further division a project lies in."""

    __tablename__ = "project_division"
    __table_args__ = (UniqueConstraint("project_id", "division_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)


class SourceLine(Recorded, Base):
    """资金来源明细: what a fund's budget year plans to pay for a project, by source."""

    __tablename__ = "source_line"
    __table_args__ = (UniqueConstraint("project_id", "fund_id", "budget_year", "source"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    budget_year: Mapped[int]
    source: Mapped[Source] = mapped_column(stored(Source))
    planned_fen: Mapped[int] = mapped_column(Fen)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))


class Payment(Recorded, Base):
    """支付: money that left for work, charged to one source line; refunds are positive amounts of kind REFUND."""

    __tablename__ = "payment"

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    source_line_id: Mapped[int] = mapped_column(ForeignKey("source_line.id"), index=True)
    kind: Mapped[PaymentKind] = mapped_column(stored(PaymentKind))
    paid_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(Fen)
    payee: Mapped[str | None]
    voucher_number: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))


class PayPlan(Recorded, Base):
    """用款计划: the share of its money a project means to have paid by the end of a quarter."""

    __tablename__ = "pay_plan"
    __table_args__ = (UniqueConstraint("project_id", "period"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    period: Mapped[Period] = mapped_column(PeriodType)
    cumulative_bp: Mapped[int]


class ReserveEntry(Recorded, Base):
    """储备库 history: the status of a project from a day until the next entry."""

    __tablename__ = "reserve_entry"
    __table_args__ = (UniqueConstraint("project_id", "from_on"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    from_on: Mapped[date]
    status: Mapped[ReserveStatus] = mapped_column(stored(ReserveStatus))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))


class ProjectChange(Recorded, Base):
    """A change of what was approved, with its approval where there is one."""

    __tablename__ = "project_change"

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    field: Mapped[ChangeField] = mapped_column(stored(ChangeField))
    old_value: Mapped[str | None]
    new_value: Mapped[str | None]
    effective_on: Mapped[date]
    required_level: Mapped[Level] = mapped_column(stored(Level))
    approved_on: Mapped[date | None]
    approver_level: Mapped[Level | None] = mapped_column(stored(Level))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))

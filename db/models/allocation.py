"""资金下达: a tree of documented amounts, from the central budget down to projects."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Recorded
from db.enums import AllocationKind, Provenance, Source
from db.types import Fen, code_column, stored


class Allocation(Recorded, Base):
    """An edge money travelled: from a grantor to a recipient, of one source, by one document.

    `parent_id` is the receipt the money came out of; an edge without one brings new money into the record (central
    money, or the grantor's own budget). An edge whose `project_id` is set maps money to a project (细化). A RECALL
    points at the edge whose money it takes back and has that edge's grantor and recipient; amounts are positive.
    """

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("ix_allocation_recipient_year", "recipient_id", "budget_year"),
        Index("ix_allocation_grantor_year", "grantor_id", "budget_year"),
    )

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    budget_year: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("allocation.id"), index=True)
    grantor_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    recipient_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    source: Mapped[Source] = mapped_column(stored(Source))
    kind: Mapped[AllocationKind] = mapped_column(stored(AllocationKind))
    tranche: Mapped[int] = mapped_column(default=1)
    amount_fen: Mapped[int] = mapped_column(Fen)
    issued_on: Mapped[date | None]
    """Date of the grantor's document."""
    received_on: Mapped[date | None]
    """Day the recipient received it: the start of its 30 days (预算法 第五十二条)."""
    detailed_on: Mapped[date | None]
    """细化结束, when the recipient declared it; full mapping to projects ends detailing earlier."""
    detailing_reported_on: Mapped[date | None]
    """报备 to the superior (规程 第九条)."""
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    upstream_document_number: Mapped[str | None]
    budget_subject: Mapped[str | None]
    provenance: Mapped[Provenance] = mapped_column(stored(Provenance))
    note: Mapped[str | None]

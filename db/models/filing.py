"""季度执行填报: what a project's filer handed in for a quarter."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Recorded
from db.enums import FilingKind, FilingState, Line, Provenance
from db.types import Fen, Instant, Period, PeriodType, stored


class Filing(Recorded, Base):
    """The quarterly return of one project (规程 第十一条); late is judged from `submitted_at`, never stored."""

    __tablename__ = "filing"
    __table_args__ = (
        UniqueConstraint("project_id", "period"),
        Index("ix_filing_division_period", "division_id", "period"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    line: Mapped[Line] = mapped_column(stored(Line))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    period: Mapped[Period] = mapped_column(PeriodType)
    kind: Mapped[FilingKind] = mapped_column(stored(FilingKind))
    state: Mapped[FilingState] = mapped_column(stored(FilingState))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it was first handed in complete."""
    returned_count: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    """Why nil, exempt or late."""
    paid_period_fen: Mapped[int | None] = mapped_column(Fen)
    paid_cumulative_fen: Mapped[int | None] = mapped_column(Fen)
    correction_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    """The refund or correction behind a cumulative figure that went down."""
    provenance: Mapped[Provenance] = mapped_column(stored(Provenance))

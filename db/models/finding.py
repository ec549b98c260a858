"""发现: standing findings, and the runs that made, kept or cleared them."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Key, Recorded
from db.enums import FindingState, Line, Severity, SubjectKind
from db.types import Instant, Json, Period, PeriodType, stored


class RuleRun(Recorded, Base):
    """One check of a scope on a day by one release of the rules; its lines are the receipt."""

    __tablename__ = "rule_run"

    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    as_of: Mapped[date]
    release: Mapped[str]
    """Digest of rules and parameters judged by."""
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime] = mapped_column(Instant)
    requested_by: Mapped[str]


class RuleRunLine(Identified, Base):
    """What a run did with one rule: the counts add up to the facts it saw."""

    __tablename__ = "rule_run_line"

    run_id: Mapped[int] = mapped_column(ForeignKey("rule_run.id"), index=True)
    rule_code: Mapped[str]
    evaluated: Mapped[int]
    fired: Mapped[int]
    not_applicable: Mapped[int]
    missing_facts: Mapped[int]
    blocked: Mapped[int]
    failed: Mapped[int]


class StandingFinding(Recorded, Base):
    """A finding kept over runs by its identity; `body` holds the evidence, parameters and texts that made it."""

    __tablename__ = "finding"
    __table_args__ = (
        Index("ix_finding_division_state", "division_id", "state"),
        Index("ix_finding_subject", "subject_kind", "subject_id"),
    )

    key: Mapped[str] = mapped_column(unique=True)
    rule_code: Mapped[str] = mapped_column(index=True)
    rule_version: Mapped[int]
    severity: Mapped[Severity] = mapped_column(stored(Severity))
    severity_rank: Mapped[int]
    state: Mapped[FindingState] = mapped_column(stored(FindingState))
    trial: Mapped[bool] = mapped_column(default=False)
    lead: Mapped[bool]
    subject_kind: Mapped[SubjectKind] = mapped_column(stored(SubjectKind))
    subject_id: Mapped[int] = mapped_column(Key)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    line: Mapped[Line | None] = mapped_column(stored(Line))
    period: Mapped[Period | None] = mapped_column(PeriodType)
    responsible_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    first_seen: Mapped[date]
    last_seen: Mapped[date]
    cleared_on: Mapped[date | None]
    run_id: Mapped[int] = mapped_column(ForeignKey("rule_run.id"))
    body: Mapped[Json] = mapped_column(JSON)

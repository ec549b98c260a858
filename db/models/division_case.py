"""区划变更 as a case (workflow D8): what is to change, who agreed, what followed, and the proof that no money moved."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, Recorded
from db.enums import DivisionCaseState, DivisionChangeType, DivisionKind, Level, SubjectKind, Tree
from db.models.division import WHOLE_BP
from db.types import Fen, Instant, code_column, stored


class DivisionCase(Recorded, Base):
    """One change of divisions from its registration to its reconciliation; only the last word of each step is here.

    Earlier words are in the history. `applied_rev` is the unit of work that brought it into effect.
    """

    __tablename__ = "division_case"

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    change_type: Mapped[DivisionChangeType] = mapped_column(stored(DivisionChangeType))
    title: Mapped[str]
    document_number: Mapped[str]
    """文号 of the approval the change rests on."""
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    effective_on: Mapped[date]
    state: Mapped[DivisionCaseState] = mapped_column(stored(DivisionCaseState), index=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    """The division everything the change touches lies in, before and after."""
    closes: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Codes that cease to exist on the day."""
    registered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    registered_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    filed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    filed_at: Mapped[datetime | None] = mapped_column(Instant)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    applied_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    applied_rev: Mapped[int | None] = mapped_column(Key)
    return_reason: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(default=0)
    """How many times the totals were compared; certificates carry the number."""


class DivisionCaseNode(Recorded, Base):
    """What a division will be from the day on: a new one, or the next version of one there is.

    A row that an amendment dropped has `line` 0; rows are never deleted.
    """

    __tablename__ = "division_case_node"

    case_id: Mapped[int] = mapped_column(ForeignKey("division_case.id"), index=True)
    line: Mapped[int]
    code: Mapped[str] = mapped_column(code_column())
    name: Mapped[str]
    type_name: Mapped[str]
    level: Mapped[Level] = mapped_column(stored(Level))
    kind: Mapped[DivisionKind] = mapped_column(stored(DivisionKind))
    admin_parent: Mapped[str] = mapped_column(code_column())
    fund_parent: Mapped[str] = mapped_column(code_column())
    separately_planned: Mapped[bool]
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    """The node, as soon as there is one."""


class DivisionCaseMove(Recorded, Base):
    """A planned line of the crosswalk: territory of the old code goes to the new one; no old code is new land."""

    __tablename__ = "division_case_move"
    __table_args__ = (
        CheckConstraint(f"share_bp is null or (share_bp > 0 and share_bp <= {WHOLE_BP})", name="share_in_range"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("division_case.id"), index=True)
    line: Mapped[int]
    """0 when an amendment dropped it."""
    old_code: Mapped[str | None] = mapped_column(code_column())
    new_code: Mapped[str] = mapped_column(code_column())
    share_bp: Mapped[int | None]
    """None where no document states it; it is then estimated."""
    partial: Mapped[bool]
    old_division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    new_division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)


class DivisionCertificate(Recorded, Base):
    """对账: totals of one fund and budget year in one area, as filed the day before and restated on the day."""

    __tablename__ = "division_certificate"

    case_id: Mapped[int] = mapped_column(ForeignKey("division_case.id"), index=True)
    attempt: Mapped[int]
    tree: Mapped[Tree] = mapped_column(stored(Tree))
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    """The area: the division the change lies in, or the nation."""
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    budget_year: Mapped[int]
    planned_before_fen: Mapped[int] = mapped_column(Fen)
    planned_after_fen: Mapped[int] = mapped_column(Fen)
    received_before_fen: Mapped[int] = mapped_column(Fen)
    received_after_fen: Mapped[int] = mapped_column(Fen)
    issued_before_fen: Mapped[int] = mapped_column(Fen)
    issued_after_fen: Mapped[int] = mapped_column(Fen)
    recalled_before_fen: Mapped[int] = mapped_column(Fen)
    recalled_after_fen: Mapped[int] = mapped_column(Fen)
    paid_before_fen: Mapped[int] = mapped_column(Fen)
    paid_after_fen: Mapped[int] = mapped_column(Fen)


class DivisionReassignment(Recorded, Base):
    """Open work that a change handed to the successor: an open filing, or a project whose owner unit went."""

    __tablename__ = "division_reassignment"

    case_id: Mapped[int] = mapped_column(ForeignKey("division_case.id"), index=True)
    kind: Mapped[SubjectKind] = mapped_column(stored(SubjectKind))
    subject_id: Mapped[int] = mapped_column(Key)
    old_division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    new_division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    old_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    new_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """None when no authority is registered for the successor or above it: somebody has to name one."""


class ScopeAttestation(Recorded, Base):
    """An account whose scope a change would move or widen; until attested it keeps what it had, at most."""

    __tablename__ = "scope_attestation"
    __table_args__ = (UniqueConstraint("case_id", "account_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("division_case.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    effective_on: Mapped[date]
    old_division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    new_division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    """Proposed when there is one successor; None needs a decision."""
    attested_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    attested_at: Mapped[datetime | None] = mapped_column(Instant)

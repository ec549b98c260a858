"""行政区划: nodes that are never deleted, their dated versions, the changes between them, and the derived closure."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, Recorded
from db.enums import DivisionKind, Level, Tree
from db.types import code_column, stored

WHOLE_BP = 10_000
BEGINNING = "1949-10-01"
"""valid_from of divisions whose founding day the record does not know."""


class Division(Recorded, Base):
    """A node: one division for as long as its code lived; findings, filings and audit stay on it for ever."""

    __tablename__ = "division"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    code: Mapped[str] = mapped_column(code_column())
    kind: Mapped[DivisionKind] = mapped_column(stored(DivisionKind))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """First day on which the node no longer exists."""


class DivisionVersion(Recorded, Base):
    """What a node was called and whom it belonged to, from `valid_from` until the day before `valid_to`."""

    __tablename__ = "division_version"
    __table_args__ = (
        UniqueConstraint("division_id", "valid_from"),
        CheckConstraint("valid_to is null or valid_to > valid_from", name="dates_ascend"),
    )

    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    name: Mapped[str]
    type_name: Mapped[str]
    """通名类型: 省, 自治州, 县级市, 旗, 林区, …"""
    level: Mapped[Level] = mapped_column(stored(Level))
    admin_parent_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    fund_parent_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    separately_planned: Mapped[bool] = mapped_column(default=False)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))


class DivisionChange(Recorded, Base):
    """One line of the m:n crosswalk between old and new nodes."""

    __tablename__ = "division_change"

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    year: Mapped[int]
    effective_on: Mapped[date | None]
    change_type: Mapped[str]
    old_code: Mapped[str | None] = mapped_column(code_column())
    old_name: Mapped[str | None]
    new_code: Mapped[str | None] = mapped_column(code_column())
    new_name: Mapped[str | None]
    partial: Mapped[bool]
    share_bp: Mapped[int | None]
    document_number: Mapped[str | None]
    source: Mapped[str]
    note: Mapped[str | None]


class DivisionClosure(Recorded, Base):
    """Derived: every ancestor (and self) of every node, per tree and span of days; from the versions and changes.

    On days when a node is not in force, its rows lead to the nodes that hold its land then, and what stands above
    those. Each carries a slice `share_from_bp`..`share_to_bp` of 10 000: the slices of the holders are the whole, and
    that of a division above is all that lies under it, so amounts split by `amount*to/10000 - amount*from/10000` lose
    nothing. On any day there is one row at most for a tree and two nodes. `estimated` marks parts whose share no
    document states.
    """

    __tablename__ = "division_closure"
    __table_args__ = (
        Index("ix_division_closure_down", "tree", "ancestor_id", "descendant_id"),
        Index("ix_division_closure_up", "tree", "descendant_id", "ancestor_level", "ancestor_id"),
        Index("ix_division_closure_parts", "tree", "share_from_bp"),
    )

    tree: Mapped[Tree] = mapped_column(stored(Tree))
    ancestor_id: Mapped[int] = mapped_column(Key)
    descendant_id: Mapped[int] = mapped_column(Key)
    ancestor_level: Mapped[Level] = mapped_column(stored(Level))
    depth: Mapped[int]
    """Steps from the ancestor down to the descendant or to the next holder of its land; 0 for itself or a holder."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    share_from_bp: Mapped[int] = mapped_column(default=0)
    share_to_bp: Mapped[int] = mapped_column(default=WHOLE_BP)
    estimated: Mapped[bool] = mapped_column(default=False)

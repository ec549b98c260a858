"""资金: funds, and the years they were budgeted in."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Recorded
from db.enums import FundCategory, Level, Line, Provenance
from db.types import Fen, code_column, stored


class Fund(Recorded, Base):
    """A programme of money with one declared category; local funds say which government's tier they are."""

    __tablename__ = "fund"

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    category: Mapped[FundCategory] = mapped_column(stored(FundCategory))
    local_tier: Mapped[Level | None] = mapped_column(stored(Level))
    line: Mapped[Line] = mapped_column(stored(Line))
    project_code: Mapped[str | None]
    """项目代码 of the transfer, like Z135060009003."""
    emergency: Mapped[bool] = mapped_column(default=False)
    """Disaster money is issued 及时, not by the 30-day clock (预算法 第五十二条)."""
    provenance: Mapped[Provenance] = mapped_column(stored(Provenance))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))


class FundYear(Recorded, Base):
    """A fund in a budget year: the measure in force and the national budget where it is published."""

    __tablename__ = "fund_year"
    __table_args__ = (UniqueConstraint("fund_id", "budget_year"),)

    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    budget_year: Mapped[int]
    budget_fen: Mapped[int | None] = mapped_column(Fen)
    measure: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))

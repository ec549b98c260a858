"""Every write belongs to a numbered revision: who, when, why."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified
from db.types import Instant


class Revision(Identified, Base):
    """One committed unit of work; rows point here, and data versions and the change feed count in its ids."""

    __tablename__ = "revision"

    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor: Mapped[str]
    action: Mapped[str]
    reason: Mapped[str | None]
    digest: Mapped[str | None]

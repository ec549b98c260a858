"""用户单位 and the accounts that act for them."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Recorded
from db.enums import Provenance, Role, UnitKind
from db.types import Instant, code_column, stored


class Unit(Recorded, Base):
    """An organisation by its 法定全称; it belongs to a division but is not one."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    name: Mapped[str]
    kind: Mapped[UnitKind] = mapped_column(stored(UnitKind))
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    lines: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Business lines it answers for; empty means all."""
    provenance: Mapped[Provenance] = mapped_column(stored(Provenance))


class Account(Recorded, Base):
    """Somebody who may sign in: a person's post in a division, limited to lines when any are named."""

    __tablename__ = "account"

    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    role: Mapped[Role] = mapped_column(stored(Role))
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    lines: Mapped[list[str]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)


class Token(Identified, Base):
    """A bearer token; only its SHA-256 is kept."""

    __tablename__ = "token"

    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

"""通报与报告: a published answer with the question and the clocks that make it again."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, Recorded
from db.enums import Role, Tree
from db.types import Instant, Json, code_column, stored


class Publication(Recorded, Base):
    """A query, its variables, the clocks and the scope it was asked in, and the very bytes it answered.

    `known_rev` is the last revision the answer knew of; `release` names the rules and parameters in force.
    """

    __tablename__ = "publication"

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    title: Mapped[str]
    query: Mapped[str]
    variables: Mapped[Json] = mapped_column(JSON)
    as_of: Mapped[date]
    known_at: Mapped[datetime] = mapped_column(Instant)
    known_rev: Mapped[int] = mapped_column(Key)
    hierarchy_as_of: Mapped[date]
    tree: Mapped[Tree] = mapped_column(stored(Tree))
    release: Mapped[str]
    role: Mapped[Role] = mapped_column(stored(Role))
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    lines: Mapped[list[str]] = mapped_column(JSON, default=list)
    held_on: Mapped[date | None]
    """The day the publisher's scope was held to, where a change of divisions had not been attested."""
    published_by: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(Instant)
    body: Mapped[str]
    digest: Mapped[str]

"""文件: the paper behind a value."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Recorded
from db.enums import Confidence, DocumentKind, Provenance
from db.types import stored


class Document(Recorded, Base):
    """A notice, approval, voucher or publication; published figures cite one with how far it was checked."""

    __tablename__ = "document"

    code: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str | None]
    """文号, as printed."""
    title: Mapped[str]
    kind: Mapped[DocumentKind] = mapped_column(stored(DocumentKind))
    issued_on: Mapped[date | None]
    issuer: Mapped[str | None]
    url: Mapped[str | None]
    confidence: Mapped[Confidence] = mapped_column(stored(Confidence))
    provenance: Mapped[Provenance] = mapped_column(stored(Provenance))
    note: Mapped[str | None]

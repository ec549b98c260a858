"""The declarative base: naming convention, integer keys, and the revision every recorded row carries."""

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Key = BigInteger().with_variant(Integer, "sqlite")
"""64-bit on PostgreSQL; SQLite's INTEGER is that already and must be called so to be a rowid."""


class Base(DeclarativeBase):
    """All tables; models carry columns and foreign keys only, never relationships, so nothing loads by surprise."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Identified:
    """A surrogate key."""

    id: Mapped[int] = mapped_column(Key, primary_key=True)


class Recorded(Identified):
    """A row whose every write belongs to a numbered revision.

    `created_rev` and `revision_id` point at `revision.id`: the change feed, data versions and history all count in
    revisions. They are no foreign keys, so that a write does not lock the revision's row.
    """

    created_rev: Mapped[int] = mapped_column(Key)
    revision_id: Mapped[int] = mapped_column(Key, index=True)

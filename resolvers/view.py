"""The clocks a question is asked by; they travel down with every row."""

from dataclasses import dataclass
from datetime import date, datetime

from db.enums import Tree


@dataclass(frozen=True, slots=True)
class View:
    """On which day things are judged, what had been recorded by then, and by which division tree they roll up.

    `known` is a revision: everything reads as it did when that was the last one; None is now.
    """

    as_of: date
    hierarchy_as_of: date
    tree: Tree = Tree.ADMIN
    known: int | None = None
    known_at: datetime | None = None
    restated: bool = True
    """Whether facts of divisions not on the map are restated on it, or lie as they were filed."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Clocks as asked for; what is None is filled in with now, or with what a publication pinned."""

    as_of: date | None = None
    known_at: datetime | None = None
    hierarchy_as_of: date | None = None
    tree: Tree | None = None

"""The clocks a question is asked by; they travel down with every row."""

from dataclasses import dataclass
from datetime import date

from db.enums import Tree
from db.types import today


@dataclass(frozen=True, slots=True)
class View:
    """On which day deadlines, states and execution are judged, and by which division tree things roll up."""

    as_of: date
    hierarchy_as_of: date
    tree: Tree = Tree.ADMIN

    @classmethod
    def of(cls, as_of: date | None = None, hierarchy_as_of: date | None = None, tree: Tree | None = None) -> "View":
        """What was asked for, today by default."""
        now = today()
        return cls(as_of or now, hierarchy_as_of or now, tree or Tree.ADMIN)

"""The days divisions have: versions as the closure needs them, and the rows it is made of."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from db.enums import Level, Tree
from db.models.division import WHOLE_BP

FOR_EVER = date.max
"""Stands for an open end while spans are intersected."""


@dataclass(frozen=True, slots=True)
class VersionSpan:
    """What the closure needs of a division version."""

    division_id: int
    level: Level
    admin_parent_id: int | None
    fund_parent_id: int | None
    valid_from: date
    valid_to: date | None

    @property
    def end(self) -> date:
        """The first day after the span."""
        return self.valid_to or FOR_EVER

    def parent_id(self, tree: Tree) -> int | None:
        """The node above it in a tree."""
        return self.admin_parent_id if tree is Tree.ADMIN else self.fund_parent_id


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """One ancestor (or self) of one node during a span of days."""

    tree: Tree
    ancestor_id: int
    descendant_id: int
    ancestor_level: Level
    depth: int
    valid_from: date
    valid_to: date | None
    share_from_bp: int = 0
    share_to_bp: int = WHOLE_BP
    estimated: bool = False


def histories_of(spans: Iterable[VersionSpan]) -> dict[int, list[VersionSpan]]:
    """Versions by node, oldest first."""
    histories: dict[int, list[VersionSpan]] = defaultdict(list)
    for span in sorted(spans, key=lambda s: s.valid_from):
        histories[span.division_id].append(span)
    return histories

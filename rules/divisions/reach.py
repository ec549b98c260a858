"""Whose scope a change widens: divisions that would see land they could not see before."""

from collections.abc import Iterable

from db.atlas import Atlas
from db.enums import Tree


def above(atlas: Atlas, division_id: int) -> frozenset[int]:
    """A division and everything above it by either chain."""
    return frozenset(place.id for tree in Tree for place in atlas.chain(division_id, tree))


def gaining(before: Atlas, after: Atlas, passages: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Divisions in force on both days that stand over the new end of a passage, but not over its old end.

    A passage is land on its way from an old node to a new one; the same node twice where it only moved superiors.
    """
    found: set[int] = set()
    for old_id, new_id in passages:
        found |= above(after, new_id) - above(before, old_id)
    return frozenset(division_id for division_id in found if division_id in before and division_id in after)

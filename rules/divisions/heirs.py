"""Who follows a division that ceases, and in which order of claim."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.models.division import WHOLE_BP
from rules.divisions.draft import MoveDraft


@dataclass(frozen=True, slots=True)
class Heir:
    """A successor and its share in basis points; an unstated share is what the others leave, divided evenly."""

    code: str
    share_bp: int
    estimated: bool


def heirs(moves: Iterable[MoveDraft], old_code: str) -> list[Heir]:
    """The successors of a code, largest share first, then lowest code: open work goes to the first."""
    lines = [move for move in moves if move.old_code == old_code and move.new_code != old_code]
    unstated = [move for move in lines if move.known_bp is None]
    left = WHOLE_BP - sum(move.known_bp or 0 for move in lines)
    even = max(left, 0) // len(unstated) if unstated else 0
    found = [
        Heir(move.new_code, even if move.known_bp is None else move.known_bp, move.known_bp is None) for move in lines
    ]
    return sorted(found, key=lambda heir: (-heir.share_bp, heir.code))

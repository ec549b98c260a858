"""What became of a division's land between two days, by the lines of the crosswalk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from db.models.division import WHOLE_BP


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the crosswalk between two codes on a day."""

    code: str
    day: date
    old_code: str
    new_code: str
    share_bp: int | None
    """The whole where the line is no part; None where no document states it."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A slice `start_bp`..`end_bp` of the land, under a code, and the lines that brought it there."""

    code: str
    start_bp: int = 0
    end_bp: int = WHOLE_BP
    estimated: bool = False
    lines: tuple[str, ...] = ()

    @property
    def share_bp(self) -> int:
        """Its part of the whole."""
        return self.end_bp - self.start_bp


Exists = Callable[[str, date], bool]


def successors(code: str, lines: Iterable[Line], exists: Exists) -> list[Holding]:
    """The land of a code after all lines, in slices that add up to the whole.

    A code that goes on keeps what the lines leave; unstated shares are what the stated ones leave, divided evenly, and
    marked as estimates.
    """
    held = [Holding(code)]
    relevant = sorted((line for line in lines if line.old_code != line.new_code), key=lambda line: line.day)
    for day, together in groupby(relevant, key=lambda line: line.day):
        of_day = list(together)
        held = [part for holding in held for part in _divided(holding, of_day, goes_on=exists(holding.code, day))]
    return sorted(held, key=lambda holding: (holding.start_bp, holding.code))


def _divided(holding: Holding, lines: list[Line], *, goes_on: bool) -> list[Holding]:
    mine = sorted((line for line in lines if line.old_code == holding.code), key=lambda line: line.new_code)
    if not mine:
        return [holding]
    claims: list[tuple[Line | None, int | None]] = [(line, line.share_bp) for line in mine]
    stated = sum(share or 0 for _, share in claims)
    unstated = [line for line in mine if line.share_bp is None]
    if goes_on:
        claims.append((None, None if unstated else WHOLE_BP - stated))
    waiting = len([share for _, share in claims if share is None])
    left, reached, parts = max(WHOLE_BP - stated, 0), 0, []
    for line, share in claims:
        if share is None:
            size = left // waiting
            left, waiting = left - size, waiting - 1
        else:
            size = share
        parts.append(_part(holding, line, (reached, reached + size), estimated=share is None))
        reached += size
    return [part for part in parts if part.share_bp > 0]


def _part(holding: Holding, line: Line | None, bp: tuple[int, int], *, estimated: bool) -> Holding:
    """A sub-slice; ends are cut by whole shares of the holding, so that neighbours meet."""
    width = holding.share_bp
    return replace(
        holding,
        code=holding.code if line is None else line.new_code,
        start_bp=holding.start_bp + width * bp[0] // WHOLE_BP,
        end_bp=holding.start_bp + width * bp[1] // WHOLE_BP,
        estimated=holding.estimated or estimated,
        lines=holding.lines if line is None else (*holding.lines, line.code),
    )

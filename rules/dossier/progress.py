"""Time and attainment: how far a thing should be by a day, how far it is, and what is missing; rates in bp."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from db.enums import Direction
from db.types import Period, rate_bp

FULL = 10_000
"""100 % in basis points."""

Window = tuple[tuple[int, int], tuple[int, int]]
"""First and last (month, day) of a yearly pause; it may span New Year."""


def time_progress(start: date, end: date, day: date) -> int:
    """The share of a term that has passed, linear by days, 0 to 100 %."""
    if day >= end:
        return FULL
    if day <= start:
        return 0
    return rate_bp((day - start).days, (end - start).days) or 0


def planned_rate(plan: Sequence[tuple[int, int]], day: date) -> int:
    """The planned share by the last planned quarter that has ended; `plan` is (quarter ordinal, bp), ascending."""
    reached = 0
    for ordinal, bp in plan:
        if Period.from_ordinal(ordinal).end > day:
            break
        reached = bp
    return reached


def closed_quarter(day: date) -> Period:
    """The last quarter that has ended by a day; its own last day counts."""
    period = Period.of(day)
    return period if period.end <= day else period - 1


def attainment(direction: Direction, value: int, *, reached: int | None, baseline: int | None) -> int | None:
    """How much of a target is attained, 0 to 100 %; None where the figures cannot tell.

    With a baseline, the share of the way from it to the target, whichever way that runs. Without one, GE measures
    from nothing, LE and EQ compare the figures themselves. Nothing reported is nothing attained, except for an upper
    limit without a baseline, of which nothing is known then.
    """
    if direction is Direction.QUAL:
        return None
    if baseline is not None and baseline != value:
        return 0 if reached is None else _share(reached - baseline, value - baseline)
    if direction is Direction.GE:
        return _share(reached or 0, value) if value else FULL
    if reached is None:
        return None if direction is Direction.LE else 0
    if direction is Direction.LE:
        return FULL if reached <= value else _share(value, reached)
    return FULL if reached == value else _share(min(reached, value), max(reached, value))


def value_at(direction: Direction, value: int, *, share: int, baseline: int | None) -> int | None:
    """The least advanced figure that attains a share, for saying what would clear a finding; None if undefined."""
    if baseline is not None and baseline != value:
        way = value - baseline
        steps = _ceiling((2 * share - 1) * abs(way), 2 * FULL)
        return baseline + steps if way > 0 else baseline - steps
    return _ceiling((2 * share - 1) * value, 2 * FULL) if direction is Direction.GE and value > 0 else None


def amount_at(whole: int, share: int) -> int:
    """The least amount whose rounded rate of a whole reaches a share."""
    return max(0, _ceiling((2 * share - 1) * whole, 2 * FULL))


def coverage(direction: Direction, *, parts: int, whole: int) -> int | None:
    """How far parts make up an approved whole: floor, so that 99.999 % never passes as 100 %.

    GE: parts over whole; LE, where the whole is a ceiling: whole over parts; EQ: the smaller of both.
    """
    if direction is Direction.QUAL or whole <= 0 or parts < 0:
        return None
    if direction is Direction.GE:
        return parts * FULL // whole
    over = FULL if parts == 0 else whole * FULL // parts
    return over if direction is Direction.LE else min(over, parts * FULL // whole)


def weighted_mean(shares: Iterable[tuple[int, int]]) -> int | None:
    """The mean of (share, weight) pairs in bp; None when nothing weighs anything."""
    pairs = list(shares)
    return rate_bp(sum(share * weight for share, weight in pairs), sum(weight for _, weight in pairs) * FULL)


def days_outside(start: date, end: date, windows: Sequence[Window]) -> int:
    """Days after `start` up to and including `end` that fall in no pause."""
    total = (end - start).days
    if total <= 0 or not windows:
        return max(0, total)
    days = (start + timedelta(days=offset) for offset in range(1, total + 1))
    return sum(not any(_within(day, window) for window in windows) for day in days)


@lru_cache(maxsize=256)
def pause_windows(text: str) -> tuple[Window, ...]:
    """From `11-15..03-15;06-01..08-31`, as the parameter writes them."""
    return tuple((_month_day(first), _month_day(last)) for first, last in _spans(text))


def _spans(text: str) -> Iterable[tuple[str, str]]:
    for part in filter(None, text.split(";")):
        first, _, last = part.partition("..")
        yield first, last


def _month_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)


def _within(day: date, window: Window) -> bool:
    first, last = window
    here = (day.month, day.day)
    return first <= here <= last if first <= last else here >= first or here <= last


def _share(part: int, whole: int) -> int:
    return min(FULL, max(0, rate_bp(part, whole) or 0))


def _ceiling(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)

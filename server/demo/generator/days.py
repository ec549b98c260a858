"""Days and quarters as integers: a generator of a hundred thousand projects has no time for date objects."""

from datetime import date
from functools import cache
from zlib import crc32

from db.types import Period


@cache
def iso(day: int) -> str:
    """The text of a day ordinal."""
    return date.fromordinal(day).isoformat()


@cache
def quarter_of(day: int) -> int:
    """The ordinal of the quarter a day falls in."""
    return Period.of(date.fromordinal(day)).ordinal


@cache
def quarter_start(quarter: int) -> int:
    """Its first day."""
    return Period.from_ordinal(quarter).start.toordinal()


@cache
def quarter_end(quarter: int) -> int:
    """Its last day."""
    return quarter_start(quarter + 1) - 1


@cache
def quarter_code(quarter: int) -> str:
    """As people write it: 2026Q3."""
    return Period.from_ordinal(quarter).code


def day_of_year(year: int, month: int, day: int) -> int:
    """The ordinal of a date."""
    return date(year, month, day).toordinal()


def jitter(span: int, *key: object) -> int:
    """A number below `span` that depends on nothing but the key."""
    return crc32("/".join(map(str, key)).encode()) % span

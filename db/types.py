"""The column types of the record: fen, scaled quantities, quarters, UTC instants and stored enumerations."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import total_ordering
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Dialect, Enum, Integer, String, TypeDecorator

SHANGHAI = ZoneInfo("Asia/Shanghai")
FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
"""Fen in one 万元."""
QUANTITY_SCALE = 6
"""Decimal places a target or progress value keeps."""

MAX_INT64 = 2**63 - 1


def today() -> date:
    """The calendar day it is in China."""
    return datetime.now(SHANGHAI).date()


def day_of(instant: datetime) -> date:
    """The calendar day in China on which an instant falls; a day ends at 24:00 Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A calendar quarter, written `2026Q3`."""

    year: int
    quarter: int

    def __post_init__(self) -> None:
        if not 1 <= self.quarter <= 4:
            raise ValueError(f"a quarter is 1 to 4, not {self.quarter}")

    @classmethod
    def parse(cls, code: str) -> "Period":
        """From `2026Q3`; ValueError says what was wrong."""
        year, mark, quarter = code.strip().upper().partition("Q")
        if not (mark and year.isdigit() and len(year) == 4 and quarter in {"1", "2", "3", "4"}):
            raise ValueError(f"a period is a year, Q and a quarter, like 2026Q3; got {code!r}")
        return cls(int(year), int(quarter))

    @classmethod
    def of(cls, day: date) -> "Period":
        """The quarter a day falls in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def from_ordinal(cls, ordinal: int) -> "Period":
        """The inverse of `ordinal`."""
        return cls(ordinal // 4, ordinal % 4 + 1)

    @property
    def ordinal(self) -> int:
        """Quarters since year 0: consecutive quarters are consecutive integers."""
        return self.year * 4 + self.quarter - 1

    @property
    def code(self) -> str:
        """As people write it."""
        return f"{self.year}Q{self.quarter}"

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, self.quarter * 3 - 2, 1)

    @property
    def end(self) -> date:
        """Last day: the day figures are cut off (规程 第十一条, our reading)."""
        return (self + 1).start - timedelta(days=1)

    def __add__(self, quarters: int) -> "Period":
        return Period.from_ordinal(self.ordinal + quarters)

    def __sub__(self, quarters: int) -> "Period":
        return self + -quarters

    def __lt__(self, other: "Period") -> bool:
        return self.ordinal < other.ordinal

    def __str__(self) -> str:
        return self.code


class Fen(TypeDecorator[int]):
    """Money: integer fen."""

    impl = BigInteger
    cache_ok = True


class Quantity(TypeDecorator[Decimal]):
    """A target or progress value: a Decimal stored as an integer of millionths, exact on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Refuses what millionths cannot hold rather than rounding it."""
        return None if value is None else scaled_quantity(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Back to a Decimal without trailing zeros."""
        return None if value is None else quantity(value)


def scaled_quantity(value: Decimal) -> int:
    """Integer millionths of a value; ValueError when it has more places or is too large."""
    scaled = value.scaleb(QUANTITY_SCALE)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than {QUANTITY_SCALE} decimal places")
    if abs(scaled) > MAX_INT64:
        raise ValueError(f"{value} is too large")
    return int(scaled)


def quantity(scaled: int) -> Decimal:
    """The Decimal behind integer millionths, written without trailing zeros or exponent."""
    value = Decimal(scaled).scaleb(-QUANTITY_SCALE).normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


class PeriodType(TypeDecorator[Period]):
    """A quarter stored as its ordinal, so that ranges and neighbours are plain arithmetic."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Period | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """The ordinal."""
        return None if value is None else value.ordinal

    def process_result_value(self, value: int | None, dialect: Dialect) -> Period | None:  # noqa: ARG002
        """The quarter."""
        return None if value is None else Period.from_ordinal(value)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, stored as integer microseconds since 1970: ordered and equal on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Refuses a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """A datetime in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stored(kind: type[StrEnum]) -> Enum:
    """A StrEnum kept as its value in plain text; new members need no migration of the column type."""
    return Enum(kind, native_enum=False, length=32, values_callable=lambda members: [m.value for m in members])


def code_column() -> String:
    """Text for codes people type."""
    return String(64)


def yuan_text(fen: int) -> str:
    """`36000000000` fen → `360000000.00`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // FEN_PER_YUAN}.{abs(fen) % FEN_PER_YUAN:02d}"


def wan_text(fen: int) -> str:
    """Fen as 万元 with up to six places and no trailing zeros, the way officials read it."""
    value = Decimal(fen).scaleb(-6).normalize()
    return str(value.quantize(Decimal(1)) if value == value.to_integral_value() else value)


def rate_bp(numerator: int, denominator: int) -> int | None:
    """A share in basis points, halves rounded away from nought; None where there is nothing to divide by."""
    if denominator == 0:
        return None
    size = (abs(numerator) * 20_000 + abs(denominator)) // (2 * abs(denominator))
    return size if (numerator < 0) == (denominator < 0) else -size


def rate_text(bp: int) -> str:
    """`8505` basis points → `0.8505`."""
    sign = "-" if bp < 0 else ""
    return f"{sign}{abs(bp) // 10_000}.{abs(bp) % 10_000:04d}"


Json = dict[str, Any]

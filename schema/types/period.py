"""Quarters."""

from datetime import date

import strawberry

from db import types
from schema.describe import both


@strawberry.type(description=both("季度", "a calendar quarter"))
class Period:
    """A quarter with its bounds."""

    code: str = strawberry.field(description=both("季度编码, 如 2026Q3", "code, like 2026Q3"))
    year: int = strawberry.field(description=both("年", "year"))
    quarter: int = strawberry.field(description=both("季", "1 to 4"))
    start: date = strawberry.field(description=both("首日", "first day"))
    end: date = strawberry.field(description=both("末日, 即数据截止日", "last day, at which figures are cut off"))

    @classmethod
    def of(cls, period: types.Period) -> "Period":
        """From the value the record holds."""
        return cls(code=period.code, year=period.year, quarter=period.quarter, start=period.start, end=period.end)

    @classmethod
    def maybe(cls, period: types.Period | None) -> "Period | None":
        """The same, or nothing."""
        return None if period is None else cls.of(period)

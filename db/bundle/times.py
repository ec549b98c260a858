"""Column kinds whose cells are days, instants and quarters."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from db.bundle.words import narrow, refuse
from db.types import SHANGHAI, Period

FIRST_YEAR, LAST_YEAR = 1900, 2100
SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
DAY_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(\d{4})-(\d{1,2})-(\d{1,2})",
        r"(\d{4})/(\d{1,2})/(\d{1,2})",
        r"(\d{4})年(\d{1,2})月(\d{1,2})日",
        r"(\d{4})(\d{2})(\d{2})",
    )
)
INSTANT_FORM = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
QUARTER_FORM = re.compile(r"(\d{4})年第?([1-4一二三四])季度", re.ASCII)
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXCEL_EPOCH = date(1899, 12, 30)
DAY_REMEDY = ("填写如 2026-09-01 的日期", "write a date like 2026-09-01")


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day in China."""

    name: str = "date"

    def parse(self, cell: str) -> date:
        """2026-09-01, 2026/9/1, 2026年9月1日 or 20260901."""
        text = narrow(cell)
        for form in DAY_FORMS:
            if match := form.fullmatch(text):
                year, month, day = map(int, match.groups())
                return _day(year, month, day)
        if SERIAL.fullmatch(text):
            likely = EXCEL_EPOCH + timedelta(days=int(text[:5]))
            raise refuse(
                "date-serial",
                (f"是表格软件的日期序号（可能是{likely}）", f"is a spreadsheet's serial number (of {likely}, perhaps)"),
                (
                    "将该列设为日期格式 yyyy-mm-dd 后重新导出",
                    "format the column as yyyy-mm-dd and export it again",
                ),
            )
        raise refuse("not-a-date", ("不是日期", "is not a date"), DAY_REMEDY)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, stored as microseconds since 1970 UTC; without a zone it is Beijing time."""

    name: str = "date and time"

    def parse(self, cell: str) -> int:
        """2026-04-15T23:59:59, with or without +08:00."""
        text = narrow(cell)
        match = INSTANT_FORM.fullmatch(text)
        if match is None:
            raise refuse(
                "not-an-instant",
                ("不是带时刻的日期", "is not a date with a time"),
                ("填写如 2026-04-15T17:30:00", "write it like 2026-04-15T17:30:00"),
            )
        year, month, day, hour, minute = map(int, match.groups()[:5])
        second, fraction, zone = int(match[6] or 0), (match[7] or "").ljust(6, "0"), match[8]
        date_part = _day(year, month, day)
        try:
            offset = SHANGHAI if zone is None else datetime.strptime(zone, "%z").tzinfo
            instant = datetime(
                date_part.year, date_part.month, date_part.day, hour, minute, second, int(fraction), tzinfo=offset
            )
        except ValueError as fault:
            raise refuse(
                "impossible-time",
                ("时刻不存在", "is a time that does not exist"),
                ("时为0至23，分、秒为0至59", "hours run to 23, minutes and seconds to 59"),
            ) from fault
        return (instant - EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter, stored as its ordinal."""

    name: str = "quarter like 2026Q3"

    def parse(self, cell: str) -> int:
        """2026Q3 or 2026年第3季度."""
        text = narrow(cell)
        if match := QUARTER_FORM.fullmatch(text):
            text = f"{match[1]}Q{QUARTERS.get(match[2], match[2])}"
        try:
            period = Period.parse(text)
        except ValueError as fault:
            raise refuse(
                "not-a-quarter",
                ("不是季度", "is not a quarter"),
                ("填写如 2026Q3 的季度", "write a year, Q and 1 to 4, like 2026Q3"),
            ) from fault
        _year(period.year)
        return period.ordinal


def _year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise refuse(
            "year-out-of-range",
            (f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间", f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}"),
            ("更正年份", "correct the year"),
        )


def _day(year: int, month: int, day: int) -> date:
    _year(year)
    try:
        return date(year, month, day)
    except ValueError as fault:
        raise refuse("impossible-date", ("日期不存在", "is a day that does not exist"), DAY_REMEDY) from fault

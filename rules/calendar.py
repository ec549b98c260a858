"""Which days are worked where: the nation's calendar, a province's own days on top, and years not yet announced."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from rules.calendar_file import (
    NATION,
    CalendarFileInvalid,
    DayMark,
    MarkKind,
    Notices,
    national_notices,
    read_notices,
)

__all__ = ["NATION", "Calendar", "CalendarFileInvalid", "Calendars", "DayKind", "DayStatus"]

DIRECTORY = Path(__file__).parent / "calendars"
_ONE = timedelta(days=1)


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WORKDAY = "WORKDAY"
    WEEKEND = "WEEKEND"
    HOLIDAY = "HOLIDAY"
    MAKEUP_WORKDAY = "MAKEUP_WORKDAY"
    REGIONAL_HOLIDAY = "REGIONAL_HOLIDAY"
    REGIONAL_MAKEUP = "REGIONAL_MAKEUP"


@dataclass(frozen=True, slots=True)
class DayStatus:
    """One day of a calendar; unconfirmed where a notice that may concern it has not been loaded."""

    day: date
    workday: bool
    kind: DayKind
    label_zh: str
    label_en: str
    confirmed: bool
    source: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one place; `code` is the province whose own notices count, or the nation's."""

    code: str
    national: Notices
    own: Notices | None = None

    def status(self, day: date) -> DayStatus:
        """What the day is; the province's notice goes before the nation's, a notice before the weekday."""
        if self.own is not None and (mark := self.own.marks.get(day)) is not None:
            return _marked(mark, day, regional=True, confirmed=True)
        confirmed = self.national.covers(day) and (self.own is None or self.own.covers(day))
        if (mark := self.national.marks.get(day)) is not None:
            return _marked(mark, day, regional=False, confirmed=confirmed)
        workday = day.weekday() < 5
        zh, en = ("工作日", "Workday") if workday else ("周末", "Weekend")
        if not confirmed:
            zh, en = f"{zh}（节假日安排未公布，暂定）", f"{en} (holidays not announced, provisional)"
        kind = DayKind.WORKDAY if workday else DayKind.WEEKEND
        return DayStatus(day, workday, kind, zh, en, confirmed, self.national.sources.get(day.year, ""))

    def next_workday(self, day: date) -> date:
        """The day itself when it is worked, else the first one after it that is."""
        while not self.status(day).workday:
            day += _ONE
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The last of `count` workdays after `day`, which is not counted itself; ValueError below 0."""
        if count < 0:
            raise ValueError(f"workdays are counted forward, so {count} is not possible")
        for _ in range(count):
            day = self.next_workday(day + _ONE)
        return day


@dataclass(frozen=True, slots=True)
class Calendars:
    """The nation's calendar and those of the provinces that announce days of their own."""

    national: Calendar
    provinces: Mapping[str, Calendar]

    @classmethod
    def load(cls, directory: Path | None = None, *, extra: Iterable[Path] = ()) -> "Calendars":
        """From the package, the files of the house and later notices (YAML or CSV files, or folders of them)."""
        notices = {NATION: national_notices()}
        for path in (directory or DIRECTORY, *extra):
            for code, more in read_notices(path):
                notices[code] = notices[code].with_later(more) if code in notices else more
        nation = notices.pop(NATION)
        return cls(Calendar(NATION, nation), {code: Calendar(code, nation, own) for code, own in notices.items()})

    def for_division(self, code: str) -> Calendar:
        """The calendar of the province a division lies in; codes outside GB/T 2260 follow the nation's."""
        province = f"{code[:2]}0000" if len(code) == 6 and code.isdigit() else code
        return self.provinces.get(province, self.national)


def _marked(mark: DayMark, day: date, *, regional: bool, confirmed: bool) -> DayStatus:
    """A day a notice names, labelled the way people say it."""
    workday = mark.kind in {MarkKind.MAKEUP, MarkKind.WORKDAY}
    if mark.kind is MarkKind.WORKDAY:
        kind = DayKind.WORKDAY if day.weekday() < 5 else DayKind.MAKEUP_WORKDAY
    elif mark.kind is MarkKind.MAKEUP:
        kind = DayKind.REGIONAL_MAKEUP if regional else DayKind.MAKEUP_WORKDAY
    else:
        kind = DayKind.REGIONAL_HOLIDAY if regional else DayKind.HOLIDAY
    zh, en = _SUFFIX[mark.kind]
    return DayStatus(day, workday, kind, mark.zh + zh, mark.en + en, confirmed, mark.source)


_SUFFIX = {
    MarkKind.HOLIDAY: ("", ""),
    MarkKind.EXCHANGED: ("调休放假", ", day off in exchange"),
    MarkKind.MAKEUP: ("调休上班", ", make-up workday"),
    MarkKind.WORKDAY: ("照常上班", ", worked as usual"),
}

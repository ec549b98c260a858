"""Holiday notices: the nation's from the pinned package, a province's and later years from files."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, in_lieu_days, workdays

from rules.yaml_reader import YamlFault, read_mapping

NATION = "100000"
_COLUMNS = ("division", "year", "date", "kind", "label_zh", "label_en", "source")
_CODE = re.compile(r"\d\d0000")
_MONTH_DAY = re.compile(r"\d\d-\d\d")
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


class CalendarFileInvalid(Exception):
    """A file of holiday notices breaks the rules of its format; the message names file and place."""


class MarkKind(StrEnum):
    """What a notice says of a day: holiday, off in exchange, worked in exchange, or worked after all."""

    HOLIDAY = "holiday"
    EXCHANGED = "exchanged"
    MAKEUP = "makeup"
    WORKDAY = "workday"


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day as a notice names it."""

    kind: MarkKind
    zh: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices of one place; `window` (MM-DD, MM-DD) limits where days of unannounced years may fall."""

    marks: Mapping[date, DayMark]
    sources: Mapping[int, str]
    window: tuple[str, str] | None = None

    def covers(self, day: date) -> bool:
        """Whether nothing still to be announced can change this day."""
        if day.year in self.sources:
            return True
        return self.window is not None and not self.window[0] <= f"{day:%m-%d}" <= self.window[1]

    def with_later(self, later: "Notices") -> "Notices":
        """With another notice on top: its days replace those already known."""
        return Notices({**self.marks, **later.marks}, {**self.sources, **later.sources}, later.window or self.window)


def national_notices() -> Notices:
    """The State Council's arrangements as the pinned package knows them; the law calls 调休 days in lieu."""
    source = f"国务院办公厅各年节假日安排通知（chinesecalendar {version('chinesecalendar')}）"
    marks = {day: _national(name, MarkKind.HOLIDAY, source) for day, name in holidays.items()}
    marks |= {day: _national(name, MarkKind.EXCHANGED, source) for day, name in in_lieu_days.items()}
    marks |= {day: _national(name, MarkKind.MAKEUP, source) for day, name in workdays.items()}
    first, last = min(holidays).year, max(holidays).year
    return Notices(marks, dict.fromkeys(range(first, last + 1), source))


def _national(name: str, kind: MarkKind, source: str) -> DayMark:
    english = Holiday(name).value
    return DayMark(kind, _NAMES[english], english, source)


def read_notices(path: Path) -> Iterator[tuple[str, Notices]]:
    """Each notice of a YAML or CSV file, or of a folder of them, with the division it is for."""
    if path.is_dir():
        for file in sorted(path.iterdir()):
            if file.suffix in {".yaml", ".csv"}:
                yield from read_notices(file)
    elif path.suffix == ".yaml":
        yield _yaml_notices(path)
    elif path.suffix == ".csv":
        yield from _csv_notices(path)
    else:
        raise CalendarFileInvalid(f"{path}: expected a folder, a .yaml or a .csv file of holiday notices.")


def _yaml_notices(path: Path) -> tuple[str, Notices]:
    try:
        fields = read_mapping(path)
    except YamlFault as fault:
        raise CalendarFileInvalid(str(fault)) from fault
    if unknown := set(fields) - {"division", "years", "own_days_may_fall"}:
        raise CalendarFileInvalid(f"{path}: unexpected field {', '.join(sorted(map(str, unknown)))}.")
    code, years = _division(path, fields.get("division")), fields.get("years")
    if not isinstance(years, dict) or not years:
        raise CalendarFileInvalid(f"{path}: years must map each year to its source and days.")
    marks: dict[date, DayMark] = {}
    sources: dict[int, str] = {}
    for year, notice in years.items():
        if type(year) is not int or not isinstance(notice, dict) or set(notice) != {"source", "days"}:
            raise CalendarFileInvalid(f"{path}: {year}: expected a year with source and days.")
        sources[year] = _text(path, str(year), "source", notice["source"])
        for day, entry in (notice["days"] or {}).items():
            marks[_day(path, day, year)] = _mark(path, day, entry, sources[year])
    return code, Notices(marks, sources, _window(path, fields.get("own_days_may_fall")))


def _csv_notices(path: Path) -> Iterator[tuple[str, Notices]]:
    try:
        rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as fault:
        raise CalendarFileInvalid(f"{path}: not readable as text in UTF-8: {fault}.") from fault
    if tuple(rows.fieldnames or ()) != _COLUMNS:
        raise CalendarFileInvalid(f"{path}: the columns must be {','.join(_COLUMNS)}.")
    seen: set[tuple[str, date]] = set()
    for number, row in enumerate(rows, start=2):
        code, day, notice = _csv_row(path, f"row {number}", row)
        if (code, day) in seen:
            raise CalendarFileInvalid(f"{path}: row {number}: {day} is named twice for {code}; keep one row.")
        seen.add((code, day))
        yield code, notice


def _csv_row(path: Path, place: str, row: dict[str, str]) -> tuple[str, date, Notices]:
    try:
        year, day = int(row["year"]), date.fromisoformat(row["date"])
    except (TypeError, ValueError) as fault:
        raise CalendarFileInvalid(
            f"{path}: {place}: year and date must be like 2027 and 2027-01-01: {fault}."
        ) from fault
    source = _text(path, place, "source", row["source"])
    mark = _mark(path, place, {"kind": row["kind"], "zh": row["label_zh"], "en": row["label_en"]}, source)
    return _division(path, row["division"]), day, Notices({_day(path, day, year): mark}, {year: source})


def _division(path: Path, code: object) -> str:
    if isinstance(code, str) and _CODE.fullmatch(code):
        return code
    raise CalendarFileInvalid(f"{path}: division must be a quoted province code like '450000', or '{NATION}'.")


def _day(path: Path, day: object, year: int) -> date:
    """A notice may reach into the December before its year, and no further."""
    if type(day) is date and date(year, 1, 1) - timedelta(days=31) <= day <= date(year, 12, 31):
        return day
    raise CalendarFileInvalid(f"{path}: {day!r} is not a day of {year} or of the December before it.")


def _mark(path: Path, place: object, entry: Any, source: str) -> DayMark:
    if not isinstance(entry, dict) or set(entry) != {"kind", "zh", "en"}:
        raise CalendarFileInvalid(f"{path}: {place}: expected kind, zh and en, found {entry!r}.")
    if entry["kind"] not in list(MarkKind):
        raise CalendarFileInvalid(f"{path}: {place}: kind is one of {', '.join(MarkKind)}, not {entry['kind']!r}.")
    zh, en = (_text(path, str(place), name, entry[name]) for name in ("zh", "en"))
    return DayMark(MarkKind(entry["kind"]), zh, en, source)


def _window(path: Path, raw: object) -> tuple[str, str] | None:
    if raw is None:
        return None
    if isinstance(raw, dict) and set(raw) == {"from", "to"} and all(_MONTH_DAY.fullmatch(str(v)) for v in raw.values()):
        return str(raw["from"]), str(raw["to"])
    raise CalendarFileInvalid(f"{path}: own_days_may_fall needs from and to as MM-DD, found {raw!r}.")


def _text(path: Path, place: str, name: str, raw: object) -> str:
    if isinstance(raw, str) and raw.strip():
        return raw
    raise CalendarFileInvalid(f"{path}: {place}: {name} is missing.")

"""National, provincial and not yet announced days."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from rules.calendar import CalendarFileInvalid, Calendars, DayKind

NOTICE = """\
division: "100000"
years:
  2027:
    source: 测试用通知
    days:
      2026-12-27: {kind: makeup, zh: 元旦, en: New Year's Day}
      2027-01-01: {kind: holiday, zh: 元旦, en: New Year's Day}
      2027-01-15: {kind: exchanged, zh: 元旦, en: New Year's Day}
"""
HEADER = "division,year,date,kind,label_zh,label_en,source\n"


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars.load()


@pytest.mark.parametrize(
    ("day", "kind", "workday", "label"),
    [
        ("2026-10-01", DayKind.HOLIDAY, False, "国庆节"),
        ("2026-10-07", DayKind.HOLIDAY, False, "国庆节调休放假"),
        ("2026-10-08", DayKind.WORKDAY, True, "工作日"),
        ("2026-10-10", DayKind.MAKEUP_WORKDAY, True, "国庆节调休上班"),
        ("2026-10-11", DayKind.WEEKEND, False, "周末"),
        ("2026-02-15", DayKind.HOLIDAY, False, "春节"),
        ("2024-02-18", DayKind.MAKEUP_WORKDAY, True, "春节调休上班"),
        ("2021-04-14", DayKind.WORKDAY, True, "工作日"),
        ("2021-04-18", DayKind.WEEKEND, False, "周末"),
        ("2004-01-01", DayKind.HOLIDAY, False, "元旦"),
    ],
)
def test_national_day(calendars, day, kind, workday, label):
    status = calendars.national.status(date.fromisoformat(day))
    assert (status.kind, status.workday, status.label_zh, status.confirmed) == (kind, workday, label, True)
    assert status.source == "国务院办公厅各年节假日安排通知（chinesecalendar 1.11.0）"


def test_national_2026_equals_the_official_schedule(calendars):
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    kinds = Counter(calendars.national.status(day).kind for day in days)
    makeup = [day for day in days if calendars.national.status(day).kind is DayKind.MAKEUP_WORKDAY]
    assert kinds[DayKind.HOLIDAY] == 33
    assert makeup == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]


@pytest.mark.parametrize("day", ["2027-01-01", "2027-10-01", "2028-06-01", "2003-12-31"])
def test_year_without_notice_is_unconfirmed(calendars, day):
    status = calendars.national.status(date.fromisoformat(day))
    assert status.confirmed is False
    assert status.kind is DayKind.WORKDAY
    assert status.label_zh == "工作日（节假日安排未公布，暂定）"


@pytest.mark.parametrize(
    ("day", "kind", "workday", "label"),
    [
        ("2021-04-13", DayKind.WORKDAY, True, "工作日"),
        ("2021-04-14", DayKind.REGIONAL_HOLIDAY, False, "壮族三月三"),
        ("2021-04-15", DayKind.REGIONAL_HOLIDAY, False, "壮族三月三"),
        ("2021-04-16", DayKind.REGIONAL_HOLIDAY, False, "壮族三月三调休放假"),
        ("2021-04-17", DayKind.WEEKEND, False, "周末"),
        ("2021-04-18", DayKind.REGIONAL_MAKEUP, True, "壮族三月三调休上班"),
        ("2021-10-01", DayKind.HOLIDAY, False, "国庆节"),
        ("2022-04-02", DayKind.REGIONAL_HOLIDAY, False, "壮族三月三调休放假"),
        ("2023-04-23", DayKind.REGIONAL_HOLIDAY, False, "壮族三月三"),
        ("2024-04-12", DayKind.REGIONAL_HOLIDAY, False, "壮族三月三"),
    ],
)
def test_guangxi_day(calendars, day, kind, workday, label):
    status = calendars.for_division("450000").status(date.fromisoformat(day))
    assert (status.kind, status.workday, status.label_zh, status.confirmed) == (kind, workday, label, True)


@pytest.mark.parametrize(
    ("day", "confirmed"),
    [("2026-03-19", True), ("2026-03-20", False), ("2026-05-10", False), ("2026-05-11", True), ("2027-05-11", False)],
)
def test_guangxi_year_without_notice_is_unconfirmed_around_its_festival(calendars, day, confirmed):
    assert calendars.for_division("450000").status(date.fromisoformat(day)).confirmed is confirmed
    assert calendars.national.status(date.fromisoformat(day)).confirmed is (day < "2027")


@pytest.mark.parametrize(
    ("code", "calendar"),
    [
        ("450000", "450000"),
        ("450100", "450000"),
        ("450103", "450000"),
        ("510104", "100000"),
        ("100000", "100000"),
        ("X66000", "100000"),
    ],
)
def test_calendar_of_a_division(calendars, code, calendar):
    assert calendars.for_division(code).code == calendar


def test_next_workday_keeps_a_workday_and_skips_days_off(calendars):
    assert calendars.national.next_workday(date(2026, 10, 10)) == date(2026, 10, 10)
    assert calendars.national.next_workday(date(2026, 10, 1)) == date(2026, 10, 8)
    assert calendars.for_division("450100").next_workday(date(2021, 4, 14)) == date(2021, 4, 18)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-09-30", 0, "2026-09-30"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 4, "2026-10-12"),
        ("2026-10-03", 1, "2026-10-08"),
        ("2026-11-02", 15, "2026-11-23"),
    ],
)
def test_workdays_are_counted_from_the_day_after(calendars, start, count, end):
    assert calendars.national.add_workdays(date.fromisoformat(start), count) == date.fromisoformat(end)


def test_workdays_are_not_counted_backward(calendars):
    with pytest.raises(ValueError, match="counted forward"):
        calendars.national.add_workdays(date(2026, 1, 1), -1)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_later_year_is_loaded_from_a_notice(tmp_path):
    loaded = Calendars.load(extra=[write(tmp_path / "2027.yaml", NOTICE)])
    status = loaded.national.status(date(2027, 1, 15))
    assert (status.kind, status.confirmed, status.source) == (DayKind.HOLIDAY, True, "测试用通知")
    assert loaded.national.status(date(2027, 10, 1)).confirmed is True
    assert loaded.national.status(date(2028, 1, 3)).confirmed is False
    assert loaded.national.status(date(2026, 12, 27)).workday
    assert loaded.national.status(date(2026, 10, 10)).workday


def test_notice_as_csv_also_for_a_province(tmp_path):
    rows = (
        HEADER
        + "100000,2027,2027-01-01,holiday,元旦,New Year's Day,测试\n"
        + "650000,2027,2027-03-10,holiday,肉孜节,Eid al-Fitr,测试\n"
    )
    loaded = Calendars.load(extra=[write(tmp_path / "2027.csv", "\ufeff" + rows)])
    assert loaded.national.status(date(2027, 1, 1)).kind is DayKind.HOLIDAY
    assert loaded.for_division("650100").status(date(2027, 3, 10)).kind is DayKind.REGIONAL_HOLIDAY
    assert loaded.for_division("630100").status(date(2027, 3, 10)).kind is DayKind.WORKDAY


def test_amended_notice_replaces_a_day(tmp_path):
    amended = write(
        tmp_path / "a.csv",
        HEADER + "100000,2026,2026-10-07,workday,国庆节,National Day,修改\n",
    )
    status = Calendars.load(extra=[amended]).national.status(date(2026, 10, 7))
    assert (status.workday, status.kind, status.label_zh) == (True, DayKind.WORKDAY, "国庆节照常上班")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"100000"', "100000", "division must be a quoted province code"),
        ('"100000"', '"450100"', "division must be a quoted province code"),
        ("source: 测试用通知", "source: ''", "source is missing"),
        ("    source: 测试用通知\n", "", "expected a year with source and days"),
        ("2027-01-15", "2028-01-15", r"datetime\.date\(2028, 1, 15\) is not a day of 2027"),
        ("2026-12-27", "2026-11-30", "or of the December before it"),
        ("2027-01-15", "sometime", "'sometime' is not a day of 2027"),
        ("2027-01-15", "2027-01-01", "2027-01-01 is written twice"),
        ("kind: exchanged", "kind: shut", "kind is one of holiday, exchanged, makeup, workday, not 'shut'"),
        ("kind: exchanged, zh: 元旦,", "kind: exchanged,", "expected kind, zh and en"),
        ("years:", "yearz:", "unexpected field yearz"),
        ("years:", "own_days_may_fall: {from: 3, to: 4}\nyears:", "needs from and to as MM-DD"),
    ],
)
def test_faulty_notice_is_refused(tmp_path, old, new, why):
    assert old in NOTICE
    path = write(tmp_path / "bad.yaml", NOTICE.replace(old, new, 1))
    with pytest.raises(CalendarFileInvalid, match=why) as fault:
        Calendars.load(extra=[path])
    assert "bad.yaml" in str(fault.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("date,kind\n", "the columns must be division,year,date"),
        (HEADER + "100000,2027,01/01/2027,holiday,元旦,x,y\n", "row 2: year and date must be like"),
        (HEADER + "100000,2027\n", "row 2: year and date must be like"),
        (HEADER + "100000,2027,2027-01-01,holiday,元旦,x,\n", "row 2: source is missing"),
        (HEADER + "100000,2027,2027-01-01,holiday,元旦,x,y\n" * 2, "row 3: 2027-01-01 is named twice for 100000"),
        (HEADER + "45,2027,2027-01-01,holiday,元旦,x,y\n", "division must be a quoted province code"),
    ],
)
def test_faulty_csv_notice_is_refused(tmp_path, text, why):
    with pytest.raises(CalendarFileInvalid, match=why):
        Calendars.load(extra=[write(tmp_path / "bad.csv", text)])


def test_notice_in_another_encoding_or_form_is_refused(tmp_path):
    legacy = tmp_path / "gbk.csv"
    legacy.write_bytes((HEADER + "100000,2027,2027-01-01,holiday,元旦,x,y\n").encode("gb18030"))
    with pytest.raises(CalendarFileInvalid, match="not readable as text in UTF-8"):
        Calendars.load(extra=[legacy])
    with pytest.raises(CalendarFileInvalid, match="not readable as YAML"):
        Calendars.load(extra=[tmp_path / "missing.yaml"])
    with pytest.raises(CalendarFileInvalid, match=r"a \.yaml or a \.csv file"):
        Calendars.load(extra=[tmp_path / "notice.xlsx"])

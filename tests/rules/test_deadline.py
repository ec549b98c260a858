"""Due dates that must come out, day by day."""

from datetime import UTC, date, datetime

import pytest

from db.types import SHANGHAI, Period
from rules.calendar import Calendars, DayKind
from rules.deadline import Clock, DeadlineBasis, clock_deadline, days_late, filing_deadline
from rules.parameter import ParameterNotInForce, Parameters
from rules.unit import Unit


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    return Parameters.load()


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars.load()


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2020Q4", "2021-01-15"),
        ("2021Q1", "2021-04-15"),
        ("2021Q2", "2021-07-15"),
        ("2021Q3", "2021-10-15"),
        ("2021Q4", "2022-01-17"),
        ("2022Q1", "2022-04-15"),
        ("2022Q2", "2022-07-15"),
        ("2022Q3", "2022-10-17"),
        ("2022Q4", "2023-01-16"),
        ("2023Q1", "2023-04-17"),
        ("2023Q2", "2023-07-17"),
        ("2023Q3", "2023-10-16"),
        ("2023Q4", "2024-01-15"),
        ("2024Q1", "2024-04-15"),
        ("2024Q2", "2024-07-15"),
        ("2024Q3", "2024-10-15"),
        ("2024Q4", "2025-01-15"),
        ("2025Q1", "2025-04-15"),
        ("2025Q2", "2025-07-15"),
        ("2025Q3", "2025-10-15"),
        ("2025Q4", "2026-01-15"),
        ("2026Q1", "2026-04-15"),
        ("2026Q2", "2026-07-15"),
        ("2026Q3", "2026-10-15"),
    ],
)
def test_filing_due(calendars, parameters, period, due):
    deadline = filing_deadline(Period.parse(period), "510104", calendars, parameters)
    assert (deadline.due, deadline.confirmed, deadline.calendar) == (date.fromisoformat(due), True, "100000")
    assert deadline.nominal == date.fromisoformat(f"{due[:8]}15")


@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_calendar_alone_moves_no_due_day_of_2020(calendars, month):
    assert calendars.national.next_workday(date(2020, month, 15)) == date(2020, month, 15)


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2026Q4", "2027-01-15"),
        ("2027Q1", "2027-04-15"),
        ("2027Q2", "2027-07-15"),
        ("2027Q3", "2027-10-15"),
        ("2027Q4", "2028-01-17"),
        ("2028Q1", "2028-04-17"),
        ("2028Q2", "2028-07-17"),
        ("2028Q3", "2028-10-16"),
    ],
)
def test_filing_due_before_the_notice_is_unconfirmed(calendars, parameters, period, due):
    for division in ("510000", "450000", "X66000"):
        deadline = filing_deadline(Period.parse(period), division, calendars, parameters)
        assert (deadline.due, deadline.confirmed) == (date.fromisoformat(due), False)


@pytest.mark.parametrize("period", ["2019Q4", "2020Q3"])
def test_no_filing_due_before_the_regulation(calendars, parameters, period):
    with pytest.raises(ParameterNotInForce, match=r"filing\.due_months"):
        filing_deadline(Period.parse(period), "510000", calendars, parameters)


@pytest.mark.parametrize("division", ["450000", "450100", "450103"])
def test_guangxi_first_quarter_of_2021(calendars, parameters, division):
    deadline = filing_deadline(Period(2021, 1), division, calendars, parameters)
    assert (deadline.nominal, deadline.due, deadline.confirmed) == (date(2021, 4, 15), date(2021, 4, 18), True)
    assert [(r.date.day, r.kind, r.label_zh, r.label_en) for r in deadline.reasons] == [
        (15, DayKind.REGIONAL_HOLIDAY, "壮族三月三", "Sanyuesan Festival"),
        (16, DayKind.REGIONAL_HOLIDAY, "壮族三月三调休放假", "Sanyuesan Festival, day off in exchange"),
        (17, DayKind.WEEKEND, "周末", "Weekend"),
        (18, DayKind.REGIONAL_MAKEUP, "壮族三月三调休上班", "Sanyuesan Festival, make-up workday"),
    ]


@pytest.mark.parametrize("division", ["100000", "110000", "440300", "510104", "650000", "X66000"])
def test_first_quarter_of_2021_elsewhere(calendars, parameters, division):
    deadline = filing_deadline(Period(2021, 1), division, calendars, parameters)
    assert deadline.due == date(2021, 4, 15)
    assert [(r.date, r.kind, r.label_zh) for r in deadline.reasons] == [(date(2021, 4, 15), DayKind.WORKDAY, "工作日")]


def test_filing_deadline_tells_its_law(calendars, parameters):
    deadline = filing_deadline(Period(2021, 4), "630000", calendars, parameters)
    assert (deadline.key, deadline.subject) == ("filing.2021Q4", "2021年第四季度执行填报")
    assert (deadline.basis, deadline.start, deadline.length) == (DeadlineBasis.CALENDAR, date(2021, 12, 31), None)
    assert (deadline.inclusive, deadline.rollover, deadline.last_day) == (True, True, date(2022, 1, 17))
    assert deadline.legal_ref.startswith("《自然资源资金监测监管工作规程》第十一条")


def test_filing_deadline_obeys_its_parameters(calendars, parameters):
    fixed = parameters.override({"filing.rollover": "false", "filing.inclusive": "false"})
    deadline = filing_deadline(Period(2023, 1), "630000", calendars, fixed)
    assert (deadline.due, deadline.next_workday) == (date(2023, 4, 15), date(2023, 4, 17))
    assert (deadline.last_day, deadline.confirmed) == (date(2023, 4, 14), True)
    moved = parameters.override({"filing.due_months": "2,5,8,11", "filing.due_day": "28"})
    assert filing_deadline(Period(2023, 4), "630000", calendars, moved).due == date(2024, 2, 28)


def test_loaded_notice_confirms_and_moves_a_due_date(tmp_path, parameters):
    notice = tmp_path / "2027.csv"
    notice.write_text(
        "division,year,date,kind,label_zh,label_en,source\n100000,2027,2027-01-15,exchanged,元旦,New Year,测试\n",
        encoding="utf-8",
    )
    deadline = filing_deadline(Period(2026, 4), "510000", Calendars.load(extra=[notice]), parameters)
    assert (deadline.due, deadline.confirmed) == (date(2027, 1, 18), True)


@pytest.mark.parametrize(
    ("start", "nominal", "due", "confirmed"),
    [
        ("2024-01-16", "2024-02-15", "2024-02-18", True),
        ("2024-09-02", "2024-10-02", "2024-10-08", True),
        ("2025-01-02", "2025-02-01", "2025-02-05", True),
        ("2025-09-01", "2025-10-01", "2025-10-09", True),
        ("2026-01-16", "2026-02-15", "2026-02-24", True),
        ("2026-04-01", "2026-05-01", "2026-05-06", True),
        ("2026-09-01", "2026-10-01", "2026-10-08", True),
        ("2026-09-10", "2026-10-10", "2026-10-10", True),
        ("2026-12-04", "2027-01-03", "2027-01-04", False),
    ],
)
def test_thirty_days_with_and_without_rollover(calendars, start, nominal, due, confirmed):
    day = date.fromisoformat(start)
    rolled = clock_deadline(day, 30, rollover=True, calendar=calendars.national)
    assert (rolled.nominal, rolled.due, rolled.confirmed) == (
        date.fromisoformat(nominal),
        date.fromisoformat(due),
        confirmed,
    )
    fixed = clock_deadline(day, 30, rollover=False, calendar=calendars.national)
    assert (fixed.due, fixed.next_workday, fixed.confirmed) == (
        date.fromisoformat(nominal),
        date.fromisoformat(due),
        True,
    )


def test_clock_keeps_what_it_is_told(calendars):
    clock = Clock(key="allotment", subject="指标下达", start_event="收到中央文件", legal_ref="规程第九条")
    deadline = clock_deadline(date(2026, 3, 1), 30, rollover=False, calendar=calendars.national, clock=clock)
    assert (deadline.key, deadline.subject, deadline.start_event, deadline.legal_ref) == (
        "allotment",
        "指标下达",
        "收到中央文件",
        "规程第九条",
    )
    assert (deadline.basis, deadline.start, deadline.length, deadline.unit) == (
        DeadlineBasis.AFTER_EVENT,
        date(2026, 3, 1),
        30,
        Unit.DAYS,
    )
    assert (deadline.nominal, deadline.calendar) == (date(2026, 3, 31), "100000")


@pytest.mark.parametrize(
    ("submitted", "late"),
    [
        (datetime(2021, 4, 15, 23, 59, 59, tzinfo=SHANGHAI), 0),
        (datetime(2021, 4, 16, 0, 0, 0, tzinfo=SHANGHAI), 1),
        (datetime(2021, 4, 15, 15, 59, 59, tzinfo=UTC), 0),
        (datetime(2021, 4, 15, 16, 0, 0, tzinfo=UTC), 1),
        (datetime(2021, 4, 1, 9, 0, 0, tzinfo=SHANGHAI), 0),
        (datetime(2021, 5, 15, 9, 0, 0, tzinfo=SHANGHAI), 30),
    ],
)
def test_day_ends_at_midnight_in_shanghai(submitted, late):
    assert days_late(date(2021, 4, 15), submitted, date(2026, 1, 1)) == late


@pytest.mark.parametrize(
    ("as_of", "late"), [("2021-04-14", 0), ("2021-04-15", 0), ("2021-04-16", 1), ("2021-05-01", 16)]
)
def test_missing_filing_counts_to_the_day_judged(as_of, late):
    assert days_late(date(2021, 4, 15), None, date.fromisoformat(as_of)) == late


def test_submission_time_needs_a_zone():
    with pytest.raises(ValueError, match="needs a time zone"):
        days_late(date(2021, 4, 15), datetime(2021, 4, 15, 12), date(2021, 4, 15))  # noqa: DTZ001

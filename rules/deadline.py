"""Deadlines: computed from a rule and a calendar, never typed, with the chain of days that explains them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from db.types import Period, day_of
from rules.calendar import Calendar, Calendars, DayKind
from rules.parameter import Parameters
from rules.unit import Unit

_ONE = timedelta(days=1)
_QUARTERS = ("一", "二", "三", "四")
_CIVIL_CODE = "《民法典》第二百零一条、第二百零三条"


class DeadlineBasis(StrEnum):
    """What sets a deadline off: a date of the year, or an event."""

    CALENDAR = "CALENDAR"
    AFTER_EVENT = "AFTER_EVENT"


@dataclass(frozen=True, slots=True)
class Reason:
    """One day on the way from the nominal to the real due date."""

    date: date
    kind: DayKind
    label_zh: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date and all that led to it.

    `inclusive`: the due day itself, until 24:00 Asia/Shanghai, is in time.
    `next_workday`: where roll-over leads, also when it does not apply; a filing between the two is late
    only because of days off. `confirmed`: no holiday notice still to come can move `due`.
    """

    key: str
    subject: str
    basis: DeadlineBasis
    start_event: str
    start: date
    length: int | None
    unit: Unit
    inclusive: bool
    rollover: bool
    nominal: date
    due: date
    next_workday: date
    calendar: str
    confirmed: bool
    reasons: tuple[Reason, ...]
    legal_ref: str

    @property
    def last_day(self) -> date:
        """The last day on which one is still in time."""
        return self.due if self.inclusive else self.due - _ONE


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock started by an event is called and rests on."""

    key: str = "clock"
    subject: str = "期限"
    start_event: str = "起算事件"
    legal_ref: str = _CIVIL_CODE


PLAIN_CLOCK = Clock()


def filing_deadline(period: Period, division_code: str, calendars: Calendars, parameters: Parameters) -> Deadline:
    """When the filing on a quarter is due in a division (规程 第十一条); ParameterNotInForce before the regulation."""
    day = (period + 1).start
    months, due_day, inclusive, rollover = (
        parameters.at(f"filing.{name}", day, division_code)
        for name in ("due_months", "due_day", "inclusive", "rollover")
    )
    nominal = _first_due(day, {int(month) for month in months.text.split(",")}, due_day.number)
    calendar = calendars.for_division(division_code)
    walk = _walk(nominal, rollover=rollover.flag, calendar=calendar)
    return Deadline(
        key=f"filing.{period.code}",
        subject=f"{period.year}年第{_QUARTERS[period.quarter - 1]}季度执行填报",
        basis=DeadlineBasis.CALENDAR,
        start_event="季度终了",
        start=period.end,
        length=None,
        unit=Unit.DAYS,
        inclusive=inclusive.flag,
        rollover=rollover.flag,
        nominal=nominal,
        due=walk.due,
        next_workday=walk.next_workday,
        calendar=calendar.code,
        confirmed=walk.confirmed,
        reasons=walk.reasons,
        legal_ref=due_day.reference,
    )


def clock_deadline(
    start: date, days: int, *, rollover: bool, calendar: Calendar, clock: Clock = PLAIN_CLOCK
) -> Deadline:
    """`days` after an event; its day is not counted and the last ends at 24:00 (民法典 201, 203)."""
    nominal = start + timedelta(days=days)
    walk = _walk(nominal, rollover=rollover, calendar=calendar)
    return Deadline(
        key=clock.key,
        subject=clock.subject,
        basis=DeadlineBasis.AFTER_EVENT,
        start_event=clock.start_event,
        start=start,
        length=days,
        unit=Unit.DAYS,
        inclusive=True,
        rollover=rollover,
        nominal=nominal,
        due=walk.due,
        next_workday=walk.next_workday,
        calendar=calendar.code,
        confirmed=walk.confirmed,
        reasons=walk.reasons,
        legal_ref=clock.legal_ref,
    )


def days_late(due: date, submitted_at: datetime | None, as_of: date) -> int:
    """Calendar days after the last day in time; a submission until 24:00 Asia/Shanghai of it is 0 days late.

    Not submitted counts up to `as_of`. ValueError for a time without a zone.
    """
    if submitted_at is not None and submitted_at.tzinfo is None:
        raise ValueError(f"the submission time {submitted_at} needs a time zone to be put on a day in China")
    day = as_of if submitted_at is None else day_of(submitted_at)
    return max(0, (day - due).days)


@dataclass(frozen=True, slots=True)
class _Walk:
    """From a nominal date over the days off."""

    due: date
    next_workday: date
    confirmed: bool
    reasons: tuple[Reason, ...]


def _walk(nominal: date, *, rollover: bool, calendar: Calendar) -> _Walk:
    next_workday = calendar.next_workday(nominal)
    due = next_workday if rollover else nominal
    chain = [calendar.status(day) for day in _days(nominal, due)]
    return _Walk(
        due=due,
        next_workday=next_workday,
        # A fixed date does not wait for a notice; one that rolls over depends on every day of the chain.
        confirmed=not rollover or all(status.confirmed for status in chain),
        reasons=tuple(Reason(status.day, status.kind, status.label_zh, status.label_en) for status in chain),
    )


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _first_due(after: date, months: set[int], day: int) -> date:
    """The first due date on or after the day a quarter has ended."""
    due = after.replace(day=day)
    while due.month not in months:
        due = (due.replace(day=1) + timedelta(days=31)).replace(day=day)
    return due

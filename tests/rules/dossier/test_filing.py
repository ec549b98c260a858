"""Filings: midnight in Shanghai, figures against those before, and the duty behind them."""

from datetime import UTC, date, datetime, timedelta

from db.enums import AllocationKind, FilingKind, FilingState, ProjectStatus, Provenance
from db.types import FEN_PER_WAN, SHANGHAI
from rules.dossier.duty import duty_facts, expected_quarters
from rules.dossier.filing import filing_facts

AS_OF = date(2026, 10, 20)
MARCH = date(2026, 3, 20)
IN_TIME = datetime(2026, 7, 10, 9, tzinfo=SHANGHAI)


def test_filing_is_in_time_until_midnight_in_shanghai(case, filing, grounds) -> None:
    midnight = datetime(2026, 10, 16, 0, 0, tzinfo=SHANGHAI)
    last_moment = (midnight - timedelta(microseconds=1)).astimezone(UTC)

    def days_late(at: datetime) -> object:
        (fact,) = filing_facts(case(AS_OF), [filing("2026Q3", submitted_at=at)], grounds(AS_OF))
        return fact.values["days_late"]

    assert [days_late(last_moment), days_late(midnight.astimezone(UTC))] == [0, 1]


def test_filing_not_handed_in_counts_down_and_then_up(case, filing, grounds) -> None:
    def days(as_of: date) -> object:
        (fact,) = filing_facts(case(as_of), [filing("2026Q3", state=FilingState.OPEN)], grounds(as_of))
        return fact.values["submitted"], fact.values["days_left"], fact.values["days_late"]

    assert days(date(2026, 10, 5)) == (False, 10, 0)
    assert days(date(2026, 10, 15)) == (False, 0, 0)
    assert days(date(2026, 10, 16)) == (False, 0, 1)


def test_due_day_off_moves_on(case, filing, grounds) -> None:
    (fact,) = filing_facts(case(AS_OF), [filing("2023Q1", submitted_at=IN_TIME)], grounds(AS_OF))
    assert date.fromordinal(fact.values["due_on"]) == date(2023, 4, 17)


def test_figures_follow_the_quarter_before(case, filing, grounds) -> None:
    filings = [
        filing("2026Q1", submitted_at=IN_TIME, period=100, cumulative=100),
        filing("2026Q2", submitted_at=IN_TIME, period=20, cumulative=115),
        filing("2026Q3", submitted_at=IN_TIME, period=0, cumulative=90),
    ]
    first, second, third = [fact.values for fact in filing_facts(case(AS_OF), filings, grounds(AS_OF))]

    assert (first["previous_cumulative"], first["mismatch"], first["sent_before"]) == (0, 0, False)
    assert (second["mismatch"], second["drop"]) == (5 * FEN_PER_WAN, -15 * FEN_PER_WAN)
    assert (third["drop"], third["corrected"]) == (25 * FEN_PER_WAN, False)


def test_drop_is_measured_against_what_was_transmitted(case, filing, grounds) -> None:
    filings = [
        filing("2026Q1", submitted_at=IN_TIME, cumulative=100),
        filing("2026Q2", submitted_at=IN_TIME, cumulative=180, state=FilingState.SUBMITTED),
        filing("2026Q3", submitted_at=IN_TIME, cumulative=120),
    ]
    *_, last = [fact.values for fact in filing_facts(case(AS_OF), filings, grounds(AS_OF))]
    assert last["drop"] == -20 * FEN_PER_WAN


def test_missing_quarter_breaks_the_sequence(case, filing, grounds) -> None:
    filings = [
        filing("2026Q1", submitted_at=IN_TIME, period=100, cumulative=100),
        filing("2026Q3", submitted_at=IN_TIME, period=30, cumulative=150),
    ]
    *_, last = [fact.values for fact in filing_facts(case(AS_OF), filings, grounds(AS_OF))]
    assert last["in_sequence"] is False
    assert "mismatch" not in last


def test_nil_return_carries_the_figure_on(case, filing, grounds) -> None:
    filings = [
        filing("2026Q1", submitted_at=IN_TIME, period=100, cumulative=100),
        filing("2026Q2", submitted_at=IN_TIME, kind=FilingKind.NIL),
        filing("2026Q3", submitted_at=IN_TIME, period=30, cumulative=130),
    ]
    _, nil, last = [fact.values for fact in filing_facts(case(AS_OF), filings, grounds(AS_OF))]
    assert (nil["in_sequence"], nil["sent_before"]) == (False, False)
    assert (last["previous_cumulative"], last["mismatch"]) == (100 * FEN_PER_WAN, 0)


def test_returned_figures_are_not_compared(case, filing, grounds) -> None:
    returned = filing("2026Q1", submitted_at=IN_TIME, period=1, cumulative=9, state=FilingState.RETURNED)
    (fact,) = filing_facts(case(AS_OF), [returned], grounds(AS_OF))
    assert (fact.values["submitted"], fact.values["in_sequence"]) == (True, False)


def test_duty_begins_with_the_money_and_names_each_gap(case, filing, grounds, to_project) -> None:
    of = case(AS_OF, edges=[to_project(300, MARCH)])
    filings = [filing("2026Q1", submitted_at=IN_TIME), filing("2026Q3", kind=FilingKind.EXEMPT)]
    facts = [
        (fact.period.code, fact.values["answered"], fact.values["overdue"])
        for fact in duty_facts(of, filings, grounds(AS_OF))
    ]
    assert facts == [("2026Q2", False, True), ("2026Q3", True, True)]


def test_duty_is_not_overdue_on_the_due_day(case, grounds, to_project) -> None:
    def overdue(as_of: date) -> object:
        facts = duty_facts(case(as_of, edges=[to_project(300, date(2026, 7, 1))]), [], grounds(as_of))
        return [(fact.values["overdue"], fact.values["days_overdue"]) for fact in facts]

    assert overdue(date(2026, 10, 15)) == [(False, 0)]
    assert overdue(date(2026, 10, 16)) == [(True, 1)]


def test_advance_money_owes_nothing_before_its_year(case, to_project) -> None:
    of = case(AS_OF, edges=[to_project(300, date(2025, 11, 20), kind=AllocationKind.ADVANCE)])
    assert next(expected_quarters(of, AS_OF)).code == "2026Q1"


def test_duty_ends_with_the_project(case, payment, project_row, to_project) -> None:
    def last_quarter(**changes: object) -> str | None:
        project = project_row(**changes)
        paid = [payment(300, date(2026, 8, 1))] if changes["status"] is ProjectStatus.COMPLETED else []
        of = case(AS_OF, edges=[to_project(300, MARCH)], project=project, payments=paid)
        quarters = [period.code for period in expected_quarters(of, AS_OF)]
        return quarters[-1] if quarters else None

    june = date(2026, 6, 30)
    assert last_quarter(status=ProjectStatus.ACCEPTED, finished_on=june) == "2026Q2"
    assert last_quarter(status=ProjectStatus.COMPLETED, finished_on=june) == "2026Q3"
    assert last_quarter(status=ProjectStatus.UNDER_WAY) == "2026Q3"
    assert last_quarter(status=ProjectStatus.UNDER_WAY, provenance=Provenance.PUBLISHED) is None
    assert last_quarter(status=ProjectStatus.TERMINATED) is None


def test_completed_project_files_until_its_money_is_paid(case, project_row, to_project) -> None:
    project = project_row(status=ProjectStatus.COMPLETED, finished_on=date(2026, 5, 1))
    of = case(AS_OF, edges=[to_project(300, MARCH)], project=project)
    assert [period.code for period in expected_quarters(of, AS_OF)] == ["2026Q1", "2026Q2", "2026Q3"]

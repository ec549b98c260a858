"""Time, plans and attainment, at their edges."""

from datetime import date

import pytest

from db.enums import Direction
from db.types import Period
from rules.dossier.progress import (
    amount_at,
    attainment,
    closed_quarter,
    coverage,
    days_outside,
    pause_windows,
    planned_rate,
    time_progress,
    value_at,
    weighted_mean,
)

START, END = date(2026, 1, 1), date(2026, 4, 11)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2025, 12, 31), 0), (START, 0), (date(2026, 2, 20), 5_000), (date(2026, 4, 10), 9_900), (END, 10_000)],
)
def test_time_passes_linearly_between_start_and_end(day: date, expected: int) -> None:
    assert time_progress(START, END, day) == expected


def test_term_of_no_length_is_over_on_its_day() -> None:
    assert time_progress(START, START, START) == 10_000
    assert time_progress(START, START, date(2025, 12, 31)) == 0


def test_plan_is_a_step_at_each_quarter_end() -> None:
    plan = [(Period(2026, 1).ordinal, 2_000), (Period(2026, 2).ordinal, 6_000)]
    assert [planned_rate(plan, day) for day in (date(2026, 3, 30), date(2026, 3, 31), date(2026, 7, 1))] == [
        0,
        2_000,
        6_000,
    ]


def test_quarter_is_closed_on_its_last_day() -> None:
    assert closed_quarter(date(2026, 9, 29)) == Period(2026, 2)
    assert closed_quarter(date(2026, 9, 30)) == Period(2026, 3)


@pytest.mark.parametrize(
    ("direction", "value", "reached", "baseline", "expected"),
    [
        (Direction.GE, 1000, 400, None, 4_000),
        (Direction.GE, 1000, None, None, 0),
        (Direction.GE, 1000, 1500, None, 10_000),
        (Direction.GE, 1000, 700, 600, 2_500),
        (Direction.GE, 1000, 500, 600, 0),
        (Direction.LE, 80, 80, None, 10_000),
        (Direction.LE, 80, 100, None, 8_000),
        (Direction.LE, 80, None, None, None),
        (Direction.LE, 60, 90, 100, 2_500),
        (Direction.LE, 60, 50, 100, 10_000),
        (Direction.LE, 60, None, 100, 0),
        (Direction.EQ, 100, 100, None, 10_000),
        (Direction.EQ, 100, 125, None, 8_000),
        (Direction.EQ, 100, 80, None, 8_000),
        (Direction.QUAL, 100, 100, None, None),
    ],
)
def test_attainment_follows_direction_and_baseline(direction, value, reached, baseline, expected) -> None:
    assert attainment(direction, value, reached=reached, baseline=baseline) == expected


def test_value_to_reach_is_the_least_that_attains_the_share() -> None:
    needed = value_at(Direction.GE, 1_000_000, share=3_501, baseline=None)
    assert needed == 350_050
    assert attainment(Direction.GE, 1_000_000, reached=needed, baseline=None) == 3_501
    assert attainment(Direction.GE, 1_000_000, reached=needed - 1, baseline=None) == 3_500


def test_value_to_fall_to_counts_down_from_the_baseline() -> None:
    needed = value_at(Direction.LE, 60_000_000, share=2_500, baseline=100_000_000)
    assert attainment(Direction.LE, 60_000_000, reached=needed, baseline=100_000_000) == 2_500
    assert attainment(Direction.LE, 60_000_000, reached=needed + 1, baseline=100_000_000) == 2_499


def test_amount_to_pay_is_the_least_whose_rate_reaches_the_share() -> None:
    assert amount_at(100_000_000, 4_001) == 40_005_000
    assert amount_at(100_000_000, -500) == 0


@pytest.mark.parametrize(
    ("direction", "parts", "whole", "expected"),
    [
        (Direction.GE, 99_999, 100_000, 9_999),
        (Direction.GE, 100_000, 100_000, 10_000),
        (Direction.GE, 150_000, 100_000, 15_000),
        (Direction.LE, 80, 100, 12_500),
        (Direction.LE, 125, 100, 8_000),
        (Direction.EQ, 125, 100, 8_000),
        (Direction.EQ, 80, 100, 8_000),
        (Direction.EQ, 100, 100, 10_000),
        (Direction.QUAL, 1, 1, None),
        (Direction.GE, 5, 0, None),
    ],
)
def test_coverage_rounds_against_the_filer(direction, parts, whole, expected) -> None:
    assert coverage(direction, parts=parts, whole=whole) == expected


def test_mean_is_weighted() -> None:
    assert weighted_mean([(10_000, 30), (5_000, 10)]) == 8_750
    assert weighted_mean([]) is None


def test_pauses_over_new_year_are_not_counted() -> None:
    windows = pause_windows("11-15..03-15;06-01..08-31")
    assert days_outside(date(2026, 11, 10), date(2027, 3, 20), windows) == 4 + 5
    assert days_outside(date(2026, 5, 30), date(2026, 9, 2), windows) == 1 + 2
    assert days_outside(date(2026, 5, 30), date(2026, 9, 2), ()) == 95
    assert days_outside(date(2026, 5, 30), date(2026, 5, 29), ()) == 0

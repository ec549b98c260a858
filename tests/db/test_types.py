"""Value types: quarters, fen, quantities and shares, exact at their edges."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from db.types import Period, day_of, quantity, rate_bp, rate_text, scaled_quantity, wan_text, yuan_text


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (1, 3, 3333),
        (2, 3, 6667),
        (1, 20_000, 1),
        (1, 20_001, 0),
        (-1, 3, -3333),
        (1, -3, -3333),
        (-10, -40, 2500),
        (-1, 20_000, -1),
        (0, -7, 0),
        (7, 0, None),
    ],
)
def test_share_in_basis_points(numerator: int, denominator: int, expected: int | None) -> None:
    assert rate_bp(numerator, denominator) == expected


def test_texts_of_money_and_rates() -> None:
    assert [yuan_text(fen) for fen in (0, 5, -5, 36_000_000_000)] == ["0.00", "0.05", "-0.05", "360000000.00"]
    assert [wan_text(fen) for fen in (0, 1, 1_000_000, 312_400_000)] == ["0", "0.000001", "1", "312.4"]
    assert [rate_text(bp) for bp in (0, 8505, -25, 12_000)] == ["0.0000", "0.8505", "-0.0025", "1.2000"]


def test_quantities_keep_six_places_and_no_more() -> None:
    assert scaled_quantity(Decimal("1096.02")) == 1_096_020_000
    assert str(quantity(1_096_020_000)) == "1096.02"
    assert str(quantity(50_000_000_000_000)) == "50000000"
    with pytest.raises(ValueError, match="decimal places"):
        scaled_quantity(Decimal("0.0000001"))
    with pytest.raises(ValueError, match="too large"):
        scaled_quantity(Decimal(10) ** 13)


def test_quarters_follow_one_another() -> None:
    last = Period(2025, 4)
    assert (last + 1).code == "2026Q1"
    assert (last + 1) - 1 == last
    assert (last.start, last.end) == (date(2025, 10, 1), date(2025, 12, 31))
    assert Period.of(date(2026, 9, 30)) == Period.parse("2026q3")
    for wrong in ("2026", "2026Q5", "26Q1", "2026-1", ""):
        with pytest.raises(ValueError, match="a period is a year"):
            Period.parse(wrong)
    with pytest.raises(ValueError, match="1 to 4"):
        Period(2026, 0)


def test_a_day_ends_at_midnight_in_china() -> None:
    assert day_of(datetime(2026, 10, 15, 15, 59, 59, tzinfo=UTC)) == date(2026, 10, 15)
    assert day_of(datetime(2026, 10, 15, 16, 0, 0, tzinfo=UTC)) == date(2026, 10, 16)

"""Who follows whom: shares add up to the whole, unstated ones are even estimates, ties go to the lowest code."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.divisions.draft import MoveDraft
from rules.divisions.heirs import Heir, heirs
from rules.divisions.succession import Holding, Line, successors

DAY, NEXT = date(2024, 7, 1), date(2025, 7, 1)


def held(code: str, lines: list[Line], *, going_on: frozenset[str] = frozenset()) -> list[tuple[str, int, bool]]:
    found = successors(code, lines, lambda each, _day: each in going_on)
    return [(holding.code, holding.share_bp, holding.estimated) for holding in found]


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([MoveDraft("A", "B")], [Heir("B", 10_000, estimated=False)]),
        (
            [MoveDraft("A", "B", 4_000, partial=True), MoveDraft("A", "C", 6_000, partial=True)],
            [Heir("C", 6_000, estimated=False), Heir("B", 4_000, estimated=False)],
        ),
        (
            [MoveDraft("A", "C", None, partial=True), MoveDraft("A", "B", None, partial=True)],
            [Heir("B", 5_000, estimated=True), Heir("C", 5_000, estimated=True)],
        ),
        (
            [MoveDraft("A", "B", 3_000, partial=True), MoveDraft("A", "C", None, partial=True)],
            [Heir("C", 7_000, estimated=True), Heir("B", 3_000, estimated=False)],
        ),
        ([MoveDraft("A", "A"), MoveDraft("X", "B")], []),
    ],
)
def test_heirs_stand_in_the_order_of_their_claims(moves: list[MoveDraft], expected: list[Heir]) -> None:
    assert heirs(moves, "A") == expected


def test_a_division_without_lines_holds_its_own_land() -> None:
    assert successors("A", [], lambda _code, _day: True) == [Holding("A")]


def test_what_goes_on_keeps_what_the_lines_leave() -> None:
    lines = [Line("1", DAY, "A", "B", 2_000)]
    assert held("A", lines, going_on=frozenset("A")) == [("B", 2_000, False), ("A", 8_000, False)]


def test_an_unstated_part_of_what_goes_on_is_an_even_estimate() -> None:
    lines = [Line("1", DAY, "A", "B", None)]
    assert held("A", lines, going_on=frozenset("A")) == [("B", 5_000, True), ("A", 5_000, True)]


def test_shares_multiply_over_the_years() -> None:
    lines = [
        Line("1", DAY, "A", "B", 3_000),
        Line("2", DAY, "A", "C", 7_000),
        Line("3", NEXT, "B", "D", 5_000),
        Line("4", NEXT, "B", "E", 5_000),
    ]
    assert held("A", lines) == [("D", 1_500, False), ("E", 1_500, False), ("C", 7_000, False)]


def test_lines_of_one_day_do_not_follow_each_other() -> None:
    lines = [Line("1", DAY, "A", "B", 10_000), Line("2", DAY, "B", "C", 5_000)]
    assert held("A", lines, going_on=frozenset("B")) == [("B", 10_000, False)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABCD"), st.sampled_from("BCDE"), st.none() | st.integers(1, 3_000), st.integers(0, 3)
        ),
        max_size=12,
    )
)
def test_whatever_happens_the_land_adds_up(changes: list[tuple[str, str, int | None, int]]) -> None:
    unique = {(old, new, year): share for old, new, share, year in changes}
    lines = [
        Line(f"{old}{new}{year}", date(2020 + year, 1, 1), old, new, share)
        for (old, new, year), share in unique.items()
    ]
    found = successors("A", lines, lambda _code, _day: True)
    assert sum(holding.share_bp for holding in found) == 10_000
    edges = [(holding.start_bp, holding.end_bp) for holding in found]
    assert [end for _, end in edges] == [start for start, _ in edges[1:]] + [10_000]

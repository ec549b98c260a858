"""Where land lies before a node began and after it ended: the Chinese cases, by hand."""

from datetime import date

import pytest
from sqlalchemy import select

from db.closure import closure_rows, rebuild_closure
from db.crosswalk import Crossing, NodeLife, crossings_of
from db.enums import DivisionKind, Level, Tree
from db.models import Division, DivisionChange, DivisionClosure, DivisionVersion
from db.spans import VersionSpan

BEGIN, DAY, LATER = date(1949, 10, 1), date(2021, 12, 31), date(2023, 12, 31)
BEFORE, AFTER, END = date(2018, 1, 1), date(2022, 6, 1), date(2026, 1, 1)
NATION, PROVINCE, CITY, TOWN = 1, 2, 3, 4
"""TOWN is another city of the province."""
A, B, C, D = 11, 12, 13, 14
HEART = [
    VersionSpan(NATION, Level.NATION, None, None, BEGIN, None),
    VersionSpan(PROVINCE, Level.PROVINCE, NATION, NATION, BEGIN, None),
    VersionSpan(CITY, Level.CITY, PROVINCE, PROVINCE, BEGIN, None),
    VersionSpan(TOWN, Level.CITY, PROVINCE, PROVINCE, BEGIN, None),
]


def county(node, parent=CITY, since=BEGIN, until=None, fund=None):
    return VersionSpan(node, Level.COUNTY, parent, fund or parent, since, until)


def land(spans, crossings, node, day, tree=Tree.ADMIN):
    """(ancestor, from, to, estimated), nearest first."""
    rows = [
        row
        for row in closure_rows([*HEART, *spans], crossings)
        if row.descendant_id == node
        and row.tree is tree
        and row.valid_from <= day
        and (row.valid_to is None or day < row.valid_to)
    ]
    rows.sort(key=lambda row: (row.depth, row.share_from_bp))
    return [(row.ancestor_id, row.share_from_bp, row.share_to_bp, row.estimated) for row in rows]


def whole(*nodes):
    return [(node, 0, 10_000, False) for node in nodes]


def test_a_recoded_county_leads_on_and_back():
    spans = [county(A, until=DAY), county(B, TOWN, since=DAY)]
    crossing = [Crossing(DAY, A, B, 10_000)]
    assert land(spans, crossing, A, BEFORE) == whole(A, CITY, PROVINCE, NATION)
    assert land(spans, crossing, A, AFTER) == whole(B, TOWN, PROVINCE, NATION)
    assert land(spans, crossing, B, BEFORE) == whole(A, CITY, PROVINCE, NATION)


def test_a_county_split_in_one_city_is_whole_there():
    spans = [county(A, until=DAY), county(B), county(C, since=DAY)]
    crossing = [Crossing(DAY, A, B, None), Crossing(DAY, A, C, None)]
    assert land(spans, crossing, A, AFTER) == [
        (B, 0, 5000, True),
        (C, 5000, 10_000, True),
        *whole(CITY, PROVINCE, NATION),
    ]
    assert land(spans, crossing, C, BEFORE) == whole(A, CITY, PROVINCE, NATION)
    assert land(spans, crossing, B, BEFORE) == whole(B, CITY, PROVINCE, NATION)


def test_a_county_split_between_cities_is_divided_there_too():
    spans = [county(A, until=DAY), county(B), county(C, TOWN, since=DAY), county(D, since=DAY)]
    crossing = [Crossing(DAY, A, B, None), Crossing(DAY, A, C, 5000), Crossing(DAY, A, D, None)]
    assert land(spans, crossing, A, AFTER) == [
        (B, 0, 2500, True),
        (D, 2500, 5000, True),
        (C, 5000, 10_000, False),
        (CITY, 0, 5000, True),
        (TOWN, 5000, 10_000, False),
        *whole(PROVINCE, NATION),
    ]


def test_documented_shares_are_no_estimates():
    spans = [county(A, until=DAY), county(B), county(C)]
    crossing = [Crossing(DAY, A, B, 3001), Crossing(DAY, A, C, 6999)]
    assert land(spans, crossing, A, AFTER)[:2] == [(B, 0, 3001, False), (C, 3001, 10_000, False)]


@pytest.mark.parametrize(
    ("shares", "cut"), [((3000, 3000), 5000), ((10_000, 10_000), 5000), ((8000, 4000), 6666), ((10, 0), 10_000)]
)
def test_shares_that_miss_the_whole_are_scaled_and_estimates(shares, cut):
    spans = [county(A, until=DAY), county(B), county(C)]
    crossing = [Crossing(DAY, A, node, share) for node, share in zip((B, C), shares, strict=True)]
    rest = [(C, cut, 10_000, True)] if cut < 10_000 else []
    assert land(spans, crossing, A, AFTER)[: 1 + len(rest)] == [(B, 0, cut, cut < 10_000), *rest]


def test_shares_of_nothing_leave_the_land_with_the_parent():
    spans = [county(A, until=DAY), county(B)]
    assert land(spans, [Crossing(DAY, A, B, 0)], A, AFTER) == whole(CITY, PROVINCE, NATION)


def test_a_county_that_cedes_land_and_goes_on_keeps_its_facts():
    spans = [county(A), county(B, since=DAY)]
    crossing = [Crossing(DAY, A, B, None)]
    assert land(spans, crossing, A, AFTER) == whole(A, CITY, PROVINCE, NATION)
    assert land(spans, crossing, B, BEFORE) == whole(A, CITY, PROVINCE, NATION)


def test_a_county_made_of_several_goes_back_in_equal_parts():
    spans = [county(A, until=DAY), county(B, TOWN, until=DAY), county(C), county(D, since=DAY)]
    crossing = [Crossing(DAY, A, D, 10_000), Crossing(DAY, B, D, 10_000), Crossing(DAY, C, D, None)]
    assert land(spans, crossing, D, BEFORE) == [
        (A, 0, 3333, True),
        (C, 3333, 6666, True),
        (B, 6666, 10_000, True),
        (CITY, 0, 6666, True),
        (TOWN, 6666, 10_000, True),
        *whole(PROVINCE, NATION),
    ]


def test_changes_in_a_row_multiply():
    spans = [county(A, until=DAY), county(B, since=DAY, until=LATER), county(C), county(D, TOWN)]
    crossing = [
        Crossing(DAY, A, B, 6000),
        Crossing(DAY, A, C, 4000),
        Crossing(LATER, B, C, None),
        Crossing(LATER, B, D, None),
    ]
    assert land(spans, crossing, A, AFTER)[:3] == [
        (B, 0, 6000, False),
        (C, 6000, 10_000, False),
        (CITY, 0, 10_000, False),
    ]
    assert land(spans, crossing, A, END)[:4] == [
        (C, 0, 7000, True),
        (D, 7000, 10_000, True),
        (CITY, 0, 7000, True),
        (TOWN, 7000, 10_000, True),
    ]


def test_new_land_was_its_parents():
    spans = [county(A, since=DAY, fund=PROVINCE)]
    assert land(spans, [], A, BEFORE) == whole(CITY, PROVINCE, NATION)
    assert land(spans, [], A, BEFORE, Tree.FUND) == whole(PROVINCE, NATION)


def test_an_abolished_city_passes_on_with_its_counties():
    city = VersionSpan(A, Level.CITY, PROVINCE, PROVINCE, BEGIN, DAY)
    spans = [city, county(B, A, until=DAY), county(B, CITY, since=DAY)]
    crossing = [Crossing(DAY, A, CITY, 10_000)]
    assert land(spans, crossing, A, AFTER) == whole(CITY, PROVINCE, NATION)
    assert land(spans, crossing, B, AFTER) == whole(B, CITY, PROVINCE, NATION)


def test_land_that_lies_with_a_city_and_below_it_lies_with_the_city():
    spans = [county(A, until=DAY), county(B, since=DAY, until=LATER), county(C)]
    crossing = [Crossing(DAY, A, B, None), Crossing(DAY, A, C, None)]
    assert land(spans, crossing, A, END) == whole(CITY, PROVINCE, NATION)


def test_days_without_a_version_between_two_follow_the_first():
    spans = [county(A, until=DAY), county(A, since=LATER), county(B)]
    assert land(spans, [Crossing(DAY, A, B, 10_000)], A, AFTER) == whole(B, CITY, PROVINCE, NATION)
    assert land(spans, [Crossing(DAY, A, B, 10_000)], A, END) == whole(A, CITY, PROVINCE, NATION)


def test_nothing_stands_for_anything_before_the_nation():
    assert land([county(A, since=DAY)], [], A, date(1949, 9, 30)) == []


def test_lines_find_the_node_of_the_day_before_and_the_node_of_the_day():
    lives = [
        NodeLife(1, "330104", BEGIN, DAY),
        NodeLife(2, "330104", LATER, None),
        NodeLife(3, "330102", BEGIN, None),
        NodeLife(4, "330114", DAY, None),
    ]
    lines = [
        (DAY, "330104", "330102", None),
        (DAY, "330104", "330114", None),
        (LATER, "330104", "330102", 10_000),
        (LATER, "330102", "330104", 100),
        (DAY, "330102", "330102", 10_000),
        (DAY, "330104", "990000", None),
    ]
    assert list(crossings_of(lines, lives)) == [
        Crossing(DAY, 1, 3, None),
        Crossing(DAY, 1, 4, None),
        Crossing(LATER, 3, 2, 100),
    ]


async def test_the_closure_is_rebuilt_with_the_changes_recorded(database):
    async with database.write(actor="test", action="seed") as work:
        nodes = [
            Division(code=code, kind=DivisionKind.STANDARD, valid_from=since, valid_to=until)
            for code, since, until in (("100000", BEGIN, None), ("630000", BEGIN, DAY), ("640000", DAY, None))
        ]
        work.session.add_all(nodes)
        await work.session.flush()
        for node, level in zip(nodes, (Level.NATION, Level.PROVINCE, Level.PROVINCE), strict=True):
            parent = None if level is Level.NATION else nodes[0].id
            work.session.add(
                DivisionVersion(
                    division_id=node.id,
                    valid_from=node.valid_from,
                    valid_to=node.valid_to,
                    name=node.code,
                    type_name="省",
                    level=level,
                    admin_parent_id=parent,
                    fund_parent_id=parent,
                    separately_planned=False,
                )
            )
        work.session.add_all(
            DivisionChange(
                code=f"C{number}",
                year=DAY.year,
                effective_on=day,
                change_type="同名改码",
                old_code=old,
                old_name=None,
                new_code=new,
                new_name=None,
                partial=False,
                share_bp=10_000,
                document_number=None,
                source="test",
                note=None,
            )
            for number, (day, old, new) in enumerate(
                [(DAY, "630000", "640000"), (None, "640000", "630000"), (DAY, None, "640000")]
            )
        )
        await work.session.flush()
        await rebuild_closure(work)
    async with database.read() as session:
        closure = DivisionClosure
        found = await session.execute(
            select(closure.ancestor_id, closure.depth, closure.valid_from, closure.valid_to).where(
                closure.descendant_id == nodes[1].id, closure.tree == Tree.FUND
            )
        )
        assert sorted(found.all()) == [
            (nodes[0].id, 1, BEGIN, None),
            (nodes[1].id, 0, BEGIN, DAY),
            (nodes[2].id, 0, DAY, None),
        ]

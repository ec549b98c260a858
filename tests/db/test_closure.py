"""Who stands above whom and when: on hand-made trees that hold every irregularity the country has."""

from datetime import date

import pytest
from sqlalchemy import select

from db.closure import (
    DivisionCycle,
    DivisionLevelInverted,
    DivisionOrphan,
    DivisionVersionsOverlap,
    NationNotAlone,
    closure_rows,
    rebuild_closure,
    tree_faults,
)
from db.engine import Database
from db.enums import DivisionKind, Level, Tree
from db.models import Division, DivisionClosure, DivisionVersion
from db.spans import ClosureRow, VersionSpan

BEGIN = date(1949, 10, 1)
MID = date(2020, 6, 1)
NATION, PROVINCE, CITY, COUNTY, OTHER = 1, 2, 3, 4, 5


def span(
    node: int,
    level: Level,
    parent: int | None,
    fund: int | None = None,
    *,
    since: date = BEGIN,
    until: date | None = None,
) -> VersionSpan:
    return VersionSpan(node, level, parent, parent if fund is None else fund, since, until)


HEART = [
    span(NATION, Level.NATION, None),
    span(PROVINCE, Level.PROVINCE, NATION),
    span(CITY, Level.CITY, PROVINCE),
]


def above(rows: list[ClosureRow], node: int, tree: Tree = Tree.ADMIN) -> list[tuple]:
    return [
        (row.depth, row.ancestor_id, row.ancestor_level, row.valid_from, row.valid_to)
        for row in rows
        if row.descendant_id == node and row.tree is tree
    ]


def test_every_ancestor_and_self() -> None:
    rows = closure_rows([*HEART, span(COUNTY, Level.COUNTY, CITY)])
    assert above(rows, COUNTY) == [
        (0, COUNTY, Level.COUNTY, BEGIN, None),
        (1, CITY, Level.CITY, BEGIN, None),
        (2, PROVINCE, Level.PROVINCE, BEGIN, None),
        (3, NATION, Level.NATION, BEGIN, None),
    ]
    assert len(rows) == 2 * (1 + 2 + 3 + 4)


def test_a_move_to_another_parent_splits_the_days() -> None:
    moved = [
        span(OTHER, Level.CITY, PROVINCE),
        span(COUNTY, Level.COUNTY, CITY, until=MID),
        span(COUNTY, Level.COUNTY, OTHER, since=MID),
    ]
    assert above(closure_rows([*HEART, *moved]), COUNTY) == [
        (0, COUNTY, Level.COUNTY, BEGIN, None),
        (1, CITY, Level.CITY, BEGIN, MID),
        (1, OTHER, Level.CITY, MID, None),
        (2, PROVINCE, Level.PROVINCE, BEGIN, None),
        (3, NATION, Level.NATION, BEGIN, None),
    ]


def test_a_parent_that_moved_splits_its_children() -> None:
    spans = [
        *HEART[:2],
        span(OTHER, Level.PROVINCE, NATION),
        span(CITY, Level.CITY, PROVINCE, until=MID),
        span(CITY, Level.CITY, OTHER, since=MID),
        span(COUNTY, Level.COUNTY, CITY),
    ]
    assert above(closure_rows(spans), COUNTY) == [
        (0, COUNTY, Level.COUNTY, BEGIN, None),
        (1, CITY, Level.CITY, BEGIN, None),
        (2, PROVINCE, Level.PROVINCE, BEGIN, MID),
        (2, OTHER, Level.PROVINCE, MID, None),
        (3, NATION, Level.NATION, BEGIN, None),
    ]


def test_a_rename_splits_nothing() -> None:
    spans = [*HEART, span(COUNTY, Level.COUNTY, CITY, until=MID), span(COUNTY, Level.COUNTY, CITY, since=MID)]
    assert [row[3:] for row in above(closure_rows(spans), COUNTY)] == [(BEGIN, None)] * 4


def test_an_ancestor_that_rose_has_its_level_of_the_day() -> None:
    spans = [
        *HEART[:2],
        span(CITY, Level.COUNTY, PROVINCE, until=MID),
        span(CITY, Level.CITY, PROVINCE, since=MID),
    ]
    assert above(closure_rows(spans), CITY)[:2] == [
        (0, CITY, Level.CITY, MID, None),
        (0, CITY, Level.COUNTY, BEGIN, MID),
    ]


def test_levels_may_be_skipped() -> None:
    rows = closure_rows([*HEART[:2], span(COUNTY, Level.COUNTY, PROVINCE)])
    assert [row[:3] for row in above(rows, COUNTY)] == [
        (0, COUNTY, Level.COUNTY),
        (1, PROVINCE, Level.PROVINCE),
        (2, NATION, Level.NATION),
    ]


def test_a_prefecture_may_stand_over_a_prefecture() -> None:
    rows = closure_rows([*HEART, span(OTHER, Level.CITY, CITY)])
    assert [row[1] for row in above(rows, OTHER)] == [OTHER, CITY, PROVINCE, NATION]


def test_an_abolished_division_keeps_its_days_and_passes_to_its_parent() -> None:
    rows = closure_rows([*HEART, span(COUNTY, Level.COUNTY, CITY, until=MID)])
    assert above(rows, COUNTY) == [
        (0, CITY, Level.CITY, MID, None),
        (0, COUNTY, Level.COUNTY, BEGIN, MID),
        (1, PROVINCE, Level.PROVINCE, MID, None),
        (1, CITY, Level.CITY, BEGIN, MID),
        (2, NATION, Level.NATION, MID, None),
        (2, PROVINCE, Level.PROVINCE, BEGIN, MID),
        (3, NATION, Level.NATION, BEGIN, MID),
    ]


def test_a_separately_planned_city_receives_money_from_the_nation() -> None:
    rows = closure_rows([*HEART[:2], span(CITY, Level.CITY, PROVINCE, NATION), span(COUNTY, Level.COUNTY, CITY)])
    assert [row[1] for row in above(rows, COUNTY, Tree.ADMIN)] == [COUNTY, CITY, PROVINCE, NATION]
    assert [row[1] for row in above(rows, COUNTY, Tree.FUND)] == [COUNTY, CITY, NATION]


def test_the_corps_stands_beside_the_region_whose_land_it_lies_in() -> None:
    corps, region, corps_city = 6, PROVINCE, 7
    rows = closure_rows(
        [
            *HEART[:2],
            span(corps, Level.PROVINCE, NATION),
            span(corps_city, Level.COUNTY, region, corps),
        ]
    )
    assert [row[1] for row in above(rows, corps_city, Tree.ADMIN)] == [corps_city, region, NATION]
    assert [row[1] for row in above(rows, corps_city, Tree.FUND)] == [corps_city, corps, NATION]


def test_the_nation_is_above_everybody() -> None:
    spans = [*HEART, span(COUNTY, Level.COUNTY, CITY)]
    rows = closure_rows(spans)
    for tree in Tree:
        reached = {row.descendant_id for row in rows if row.tree is tree and row.ancestor_id == NATION}
        assert reached == {NATION, PROVINCE, CITY, COUNTY}


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        ([span(COUNTY, Level.COUNTY, None)], DivisionOrphan),
        ([span(COUNTY, Level.COUNTY, 99)], DivisionOrphan),
        ([span(OTHER, Level.CITY, PROVINCE, until=MID), span(COUNTY, Level.COUNTY, OTHER)], DivisionOrphan),
        ([span(OTHER, Level.CITY, PROVINCE, since=MID), span(COUNTY, Level.COUNTY, OTHER)], DivisionOrphan),
        ([span(COUNTY, Level.CITY, COUNTY)], DivisionCycle),
        (
            [span(COUNTY, Level.COUNTY, CITY), span(COUNTY, Level.COUNTY, PROVINCE, since=MID)],
            DivisionVersionsOverlap,
        ),
        ([span(COUNTY, Level.COUNTY, CITY), span(OTHER, Level.CITY, COUNTY)], DivisionLevelInverted),
        ([span(OTHER, Level.NATION, None)], NationNotAlone),
        ([span(OTHER, Level.NATION, NATION)], NationNotAlone),
    ],
)
def test_what_is_no_tree_is_refused(extra: list[VersionSpan], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        closure_rows([*HEART, *extra])


def test_a_cycle_is_told_at_each_of_its_members_and_no_one_below() -> None:
    spans = [
        *HEART[:2],
        span(CITY, Level.CITY, OTHER),
        span(OTHER, Level.CITY, CITY),
        span(COUNTY, Level.COUNTY, CITY),
    ]
    assert [(type(fault), fault.division_id) for fault in tree_faults(spans)] == [
        (DivisionCycle, CITY),
        (DivisionCycle, OTHER),
    ]


def test_parents_that_swap_on_a_day_are_no_cycle() -> None:
    spans = [
        *HEART[:2],
        span(CITY, Level.CITY, PROVINCE, until=MID),
        span(CITY, Level.CITY, OTHER, since=MID),
        span(OTHER, Level.CITY, CITY, until=MID),
        span(OTHER, Level.CITY, PROVINCE, since=MID),
    ]
    assert tree_faults(spans) == []
    assert above(closure_rows(spans), CITY)[1:3] == [
        (1, PROVINCE, Level.PROVINCE, BEGIN, MID),
        (1, OTHER, Level.CITY, MID, None),
    ]


async def test_rebuilding_replaces_every_row(database: Database) -> None:
    async with database.write(actor="test", action="seed") as work:
        nation, province = (
            Division(code=code, kind=DivisionKind.STANDARD, valid_from=BEGIN, valid_to=None)
            for code in ("100000", "630000")
        )
        work.session.add_all([nation, province])
        await work.session.flush()
        for node, level, parent in ((nation, Level.NATION, None), (province, Level.PROVINCE, nation.id)):
            work.session.add(
                DivisionVersion(
                    division_id=node.id,
                    valid_from=BEGIN,
                    valid_to=None,
                    name=node.code,
                    type_name="省",
                    level=level,
                    admin_parent_id=parent,
                    fund_parent_id=parent,
                    separately_planned=False,
                )
            )
        await work.session.flush()
        assert await rebuild_closure(work) == 6
        assert await rebuild_closure(work) == 6
    async with database.read() as session:
        kept = await session.execute(select(DivisionClosure.tree, DivisionClosure.depth, DivisionClosure.valid_from))
        assert sorted(kept.all()) == sorted((tree, depth, BEGIN) for tree in Tree for depth in (0, 0, 1))

"""The map of a day: every division once, with its place in both trees, rebuilt only when the divisions change."""

from datetime import date

import pytest
from sqlalchemy import event, select

from db.atlas import AtlasStore, DivisionUnknown
from db.enums import Level, Tree
from db.models import DivisionClosure, DivisionVersion

DAY = date(2026, 10, 31)


@pytest.fixture
async def atlas(demo):
    async with demo.read() as session:
        return await AtlasStore().at(session, DAY)


async def test_every_division_has_a_path_of_its_own(atlas):
    assert len(atlas) > 3_200
    paths = {atlas.path(place.id) for place in atlas}
    assert len(paths) == len(atlas)
    assert atlas.path(atlas.by_code("510104").id) == "四川省/成都市/锦江区"
    assert atlas.path(atlas.nation.id) == atlas.nation.name


async def test_levels_are_counted_as_the_ministry_counts_them(atlas):
    standard = [place for place in atlas if place.code.isdigit()]
    counted = {level: sum(place.level is level for place in standard) for level in Level}
    assert counted == {Level.NATION: 1, Level.PROVINCE: 34, Level.CITY: 333, Level.COUNTY: 2_847}


async def test_parents_and_children_agree_in_both_trees(atlas):
    for tree in Tree:
        for place in atlas:
            assert all(child.parent_id(tree) == place.id for child in atlas.children(place.id, tree))
        reached, pending = set(), [atlas.nation]
        while pending:
            place = pending.pop()
            reached.add(place.id)
            pending.extend(atlas.children(place.id, tree))
        assert reached == {place.id for place in atlas}, tree


async def test_the_closure_says_the_same(demo, atlas):
    async with demo.read() as session:
        rows = await session.execute(
            select(DivisionClosure.tree, DivisionClosure.descendant_id, DivisionClosure.ancestor_id).where(
                DivisionClosure.valid_from <= DAY,
                (DivisionClosure.valid_to.is_(None)) | (DivisionClosure.valid_to > DAY),
            )
        )
        stored = {(tree, descendant, ancestor) for tree, descendant, ancestor in rows if descendant in atlas}
    assert stored == {(tree, p.id, above.id) for tree in Tree for p in atlas for above in atlas.chain(p.id, tree)}


async def test_irregular_places_stand_where_they_belong(atlas):
    def chain(code, tree):
        return [place.code for place in atlas.chain(atlas.by_code(code).id, tree)]

    assert chain("469006", Tree.ADMIN) == ["100000", "460000", "469006"]  # a county right below its province
    assert atlas.children(atlas.by_code("441900").id) == ()  # a city without counties
    assert chain("210202", Tree.ADMIN) == ["100000", "210000", "210200", "210202"]
    assert chain("210202", Tree.FUND) == ["100000", "210200", "210202"]  # separately planned
    assert chain("659001", Tree.FUND)[:2] == ["100000", "X66000"]
    assert atlas.contains(atlas.by_code("210000").id, atlas.by_code("210202").id)
    assert not atlas.contains(atlas.by_code("210200").id, atlas.by_code("210102").id)
    assert atlas.province_code(atlas.by_code("210202").id) == "210000"
    assert atlas.province_code(atlas.nation.id) == "100000"


async def test_a_code_that_is_nobodys(atlas):
    assert atlas.find("999999") is None
    with pytest.raises(DivisionUnknown, match="999999 on 2026-10-31"):
        atlas.by_code("999999")


async def test_divisions_are_read_again_only_when_they_changed(demo_copy):
    store, reads = AtlasStore(), []

    def note(connection, cursor, statement, *_):
        reads.append("division_version.name" in statement)

    async def named():
        async with demo_copy.read() as session:
            return (await store.at(session, DAY)).by_code("510104").name

    event.listen(demo_copy.engine.sync_engine, "before_cursor_execute", note)
    assert [await named() for _ in range(3)] == ["锦江区"] * 3
    assert sum(reads) == 1
    async with demo_copy.write(actor="test", action="rename") as work:
        version = await work.session.scalar(select(DivisionVersion).where(DivisionVersion.name == "锦江区"))
        version.name = "改名区"
    assert [await named(), await named()] == ["改名区"] * 2
    assert sum(reads) == 3  # once more, and once for the row to rename

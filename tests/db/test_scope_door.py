"""The one door for row scope: what is not declared shows nothing, and lines narrow what divisions allow."""

from datetime import date

from sqlalchemy import func, select

from db.atlas import AtlasStore
from db.enums import Line, Tree
from db.models import Account, Allocation, Document, Filing, Project, StandingFinding, Target, Token, Unit
from db.scope import Scope, may_see, subtree, visible

DAY = date(2026, 10, 31)


async def scope_of(session, code, *lines):
    place = (await AtlasStore().at(session, DAY)).by_code(code)
    return Scope(place.id, code, national=code == "100000", day=DAY, lines=frozenset(lines))


async def seen(session, model, scope):
    return await session.scalar(visible(select(func.count()).select_from(model), model, to=scope))


async def test_a_table_without_a_declared_scope_shows_nothing(demo):
    async with demo.read() as session:
        nation = await scope_of(session, "100000")
        for model in (Account, Document, Token):
            assert await seen(session, model, nation) == 0
            assert str(may_see(model, nation).compile(compile_kwargs={"literal_binds": True})) in {"false", "0 = 1"}


async def test_the_nation_sees_all_and_provinces_share_it_out(demo):
    async with demo.read() as session:
        nation = await scope_of(session, "100000")
        atlas = await AtlasStore().at(session, DAY)
        provinces = [await scope_of(session, place.code) for place in atlas.children(atlas.nation.id)]
        for model in (Filing, Project):
            whole = await session.scalar(select(func.count()).select_from(model))
            assert await seen(session, model, nation) == whole
            shared = sum([await seen(session, model, province) for province in provinces])
            both = await in_two(session, model)
            assert shared == whole + both


async def in_two(session, model):
    """Rows on land that is Xinjiang's by authority and the Corps' by money."""
    scopes = [await scope_of(session, code) for code in ("X66000", "650000")]
    own = [subtree(each.division_id, day=DAY) for each in scopes]
    statement = select(func.count()).select_from(model)
    return await session.scalar(statement.where(*(model.division_id.in_(each) for each in own)))


async def test_lines_only_take_away(demo):
    async with demo.read() as session:
        whole = await scope_of(session, "510000")
        parts = [await scope_of(session, "510000", line) for line in Line]
        for model in (Allocation, Filing, Project, Target):
            counted = [await seen(session, model, part) for part in parts]
            assert sum(counted) == await seen(session, model, whole) > 0
            assert await seen(session, model, await scope_of(session, "510000", *Line)) == sum(counted)
        assert await seen(session, Unit, parts[0]) == await seen(session, Unit, whole) > 0
        found = [await seen(session, StandingFinding, part) for part in parts]
        assert max(found) <= await seen(session, StandingFinding, whole)


async def test_a_subtree_of_one_tree_is_part_of_that_by_either(demo):
    async with demo.read() as session:
        liaoning = (await scope_of(session, "210000")).division_id
        either, admin, fund = [
            set(await session.scalars(subtree(liaoning, day=DAY, tree=tree))) for tree in (None, Tree.ADMIN, Tree.FUND)
        ]
        dalian = (await scope_of(session, "210200")).division_id
        assert admin | fund == either
        assert dalian in admin - fund

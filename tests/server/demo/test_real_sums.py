"""The real bundles in the record: they import whole, a second time changes nothing, and roll-ups give the real sums."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from db.bundle import import_bundle, import_tables
from db.enums import Source, Tree
from db.models import Division, Indicator, Target
from db.rollup.query import roll_up
from db.rollup.question import Dimension, Measure, Question, Where
from db.scope import Scope
from db.types import FEN_PER_WAN
from server.demo.divisions import division_manifest, division_tables
from server.demo.places import PUBLISHED

DAY = date(2026, 11, 1)
MONEY = (Measure.RECEIVED, Measure.ISSUED)


async def load(database):
    return (
        await import_tables(database, division_manifest(), division_tables(), actor="demo"),
        await import_bundle(database, PUBLISHED, actor="demo"),
    )


async def ask(database, under, *measures, nodes=(), tree=Tree.ADMIN, by=(), **where):
    """Sums in 万元 by division code (or by the dimension asked for)."""
    async with database.read() as session:
        ids = dict((await session.execute(select(Division.code, Division.id))).all())
        question = Question(
            scope=Scope(ids["100000"], "100000", national=True, day=DAY),
            as_of=DAY,
            hierarchy_day=DAY,
            tree=tree,
            under=ids[under],
            under_nation=under == "100000",
            where=Where(**where),
            by=by,
            nodes=tuple(ids[node] for node in nodes),
        )
        answer = await roll_up(session, question, measures)
    codes = {number: code for code, number in ids.items()} if nodes else {}
    return {
        codes.get(key[0], key[0]): {name: Decimal(fen) / FEN_PER_WAN for name, fen in sums.items() if fen}
        for key, sums in answer.rows.items()
        if any(sums.values())
    }


async def test_real_bundles_import_whole_and_only_once(database):
    first = await load(database)
    assert [report.errors for report in first] == [(), ()]
    assert [report.changed for report in first] == [True, True]
    assert first[0].tables["divisions"].inserted == 3291
    assert (first[1].tables["allocations"].inserted, first[1].tables["targets"].inserted) == (53, 91)
    again = await load(database)
    assert [(report.ok, report.changed) for report in again] == [(True, False), (True, False)]


async def test_qinghai_and_hainan_pass_on_what_they_received(database):
    await load(database)
    nodes = ("630000", "630100", "630200", "632200", "460000", "469006", "469005", "460200")
    funds = {"funds": ("KEY_ECO_RESTORATION", "MARINE_ECO_RESTORATION"), "budget_years": (2020, 2024)}
    assert await ask(database, "100000", *MONEY, nodes=nodes, **funds) == {
        "630000": {"received": 36000, "issued": 36000},
        "630100": {"received": 23600},
        "630200": {"received": 8800},
        "632200": {"received": 3600},
        "460000": {"received": 32570, "issued": 32570},
        "469006": {"received": 10350},
        "469005": {"received": 10000},
        "460200": {"received": 12220},
    }


async def test_guangxi_received_three_tranches(database):
    await load(database)
    where = {"funds": ("WATER_POLLUTION",), "budget_years": (2022,)}
    assert await ask(database, "450000", *MONEY, nodes=("450000",), **where) == {"450000": {"received": 41470}}
    assert await ask(database, "450000", *MONEY, by=(Dimension.TRANCHE,), **where) == {
        1: {"received": 31374},
        2: {"received": 7096},
        3: {"received": 3000},
    }


async def test_hunan_mines_are_planned_by_three_sources(database):
    await load(database)
    by_source = await ask(database, "430000", Measure.PLANNED, by=(Dimension.SOURCE,))
    assert {source: sums["planned"] for source, sums in by_source.items()} == {
        Source.CENTRAL: 30000,
        Source.PROVINCE: 6000,
        Source.MIXED: 14200,
    }
    assert await ask(database, "430000", *MONEY, nodes=("430000",)) == {}


async def test_xiamen_belongs_to_fujian_by_authority_and_to_the_nation_by_money(database):
    await load(database)
    where = {"funds": ("MARINE_ECO_RESTORATION",), "budget_years": (2023,)}
    nodes = ("350000", "350200")
    by_authority = await ask(database, "100000", *MONEY, nodes=nodes, **where)
    assert by_authority == {"350000": {"received": 24000}, "350200": {"received": 24000}}
    by_money = await ask(database, "100000", *MONEY, nodes=nodes, tree=Tree.FUND, **where)
    assert by_money == {"350200": {"received": 24000}}


async def test_areas_are_converted_to_hectares(database):
    await load(database)
    async with database.read() as session:
        rows = await session.execute(
            select(Target.code, Target.value, Target.canonical_value).where(
                Target.code.in_(["PUB-T-022", "PUB-T-024", "PUB-T-035", "PUB-T-080"])
            )
        )
        found = {code: (str(value), str(canonical)) for code, value, canonical in rows}
        assert not (await session.scalars(select(Indicator).where(Indicator.measure_id.is_(None)))).all()
    assert found == {
        "PUB-T-022": ("0.2", "20000000"),
        "PUB-T-024": ("9364", "624.266667"),
        "PUB-T-035": ("1.4", "1400"),
        "PUB-T-080": ("30.4", "3040"),
    }

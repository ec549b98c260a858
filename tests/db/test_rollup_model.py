"""Money rolled up in SQL equals a slow and obvious count in Python, for any tree of allocations and any rows asked for.

The model reads like the definition: an edge enters a group when its recipient lies inside and it is new money or
comes from outside; what the first holder inside passes on is issued.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import combinations, count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from db.atlas import AtlasStore
from db.closure import rebuild_closure
from db.enums import (
    AllocationKind,
    DivisionKind,
    FundCategory,
    Level,
    Line,
    ProjectStatus,
    Provenance,
    Source,
    Tree,
)
from db.models import Allocation, Division, DivisionVersion, Fund, Project
from db.rollup.edges import edges
from db.rollup.question import Dimension, Question
from db.scope import Scope

DAY = date(2026, 10, 31)
RECALL = AllocationKind.RECALL
GEO = {Dimension.PROVINCE: Level.PROVINCE, Dimension.CITY: Level.CITY, Dimension.COUNTY: Level.COUNTY}
PLACES = (*GEO, Dimension.DIVISION_LEVEL)
SHAPES = [shape for size in range(5) for shape in combinations(PLACES, size)]
# code, level, administrative parent, and the parent money comes from where that is another one
WORLD = (
    ("100000", Level.NATION, None, None),
    ("510000", Level.PROVINCE, "100000", None),
    ("510100", Level.CITY, "510000", None),
    ("510104", Level.COUNTY, "510100", None),
    ("510105", Level.COUNTY, "510100", None),
    ("510181", Level.COUNTY, "510100", "510000"),  # 省直管县: money skips the city
    ("460000", Level.PROVINCE, "100000", None),
    ("460200", Level.CITY, "460000", None),  # a city without counties
    ("469006", Level.COUNTY, "460000", None),  # right below the province
    ("500000", Level.PROVINCE, "100000", None),
    ("500101", Level.COUNTY, "500000", None),
    ("210000", Level.PROVINCE, "100000", None),
    ("210100", Level.CITY, "210000", None),
    ("210102", Level.COUNTY, "210100", None),
    ("210200", Level.CITY, "210000", "100000"),  # 计划单列市
    ("210202", Level.COUNTY, "210200", None),
    ("650000", Level.PROVINCE, "100000", None),
    ("X66000", Level.PROVINCE, "100000", None),  # the Corps: money of its own for cities on Xinjiang's land
    ("659001", Level.COUNTY, "650000", "X66000"),
)


TOPS = ("100000", "100000", "510000", "210000", "210200", "510100")


@dataclass(frozen=True)
class Edge:
    """An allocation as the model sees it; `parent` is the edge it comes out of (or takes back)."""

    key: int
    grantor: int
    recipient: int
    amount: int
    parent: "Edge | None" = None
    recall: bool = False
    mapped: bool = False


class Model:
    """Received, issued and recalled of groups, counted edge by edge."""

    def __init__(self, atlas, tree, under):
        self.atlas, self.tree, self.under = atlas, tree, under
        self.nation = atlas.nation.id

    def inside(self, division, group):
        return any(place.id == group for place in self.atlas.chain(division, self.tree))

    def of_group(self, found, edge, holds, key, *, passes_out=False):
        """One edge against one group, which is a predicate over divisions."""
        given = edge.parent if edge.recall else edge
        source = given.parent
        from_inside, to_inside = holds(edge.grantor), holds(edge.recipient)
        if to_inside and (source is None or not from_inside):
            found[key]["recalled" if edge.recall else "received"] += edge.amount
        if not from_inside or not (to_inside or (passes_out and source is not None)):
            return
        if source is None:
            # own money: passed on by its own document; central money and own receipts are not passed on yet
            passed_on = given.grantor != self.nation and (given.mapped or given.grantor != given.recipient)
        else:
            first = source.parent is None and (source.grantor in (self.nation, source.recipient))
            passed_on = first or not holds(source.grantor)
        if passed_on:
            found[key]["issued"] += -edge.amount if edge.recall else edge.amount

    def row(self, division, by):
        chain = self.atlas.chain(division, self.tree)
        at = {place.level: place.id for place in chain}
        return tuple(at.get(GEO[d]) if d in GEO else chain[-1].level for d in by)

    def rows(self, edges, by):
        found = defaultdict(lambda: defaultdict(int))
        for edge in edges:
            if not self.inside(edge.recipient, self.under):
                continue
            to = self.row(edge.recipient, by)
            within = self.inside(edge.grantor, self.under)
            origin = self.row(edge.grantor, by) if within else None
            given = edge.parent if edge.recall else edge
            moved = given.parent is not None and within and origin != to

            def holds(division, to=to):
                return self.inside(division, self.under) and self.row(division, by) == to

            self.of_group(found, edge, holds, to)
            if moved:
                found[origin]["recalled" if edge.recall else "received"] -= edge.amount
        return found

    def nodes(self, edges, ids):
        found = defaultdict(lambda: defaultdict(int))
        for edge in edges:
            for node in ids:
                holds = partial(self.inside, group=node)
                self.of_group(found, edge, holds, (node,), passes_out=True)
        return found


def plain(answer):
    """Sums without zeros, to compare."""
    kept = {key: {name: value for name, value in sums.items() if value} for key, sums in answer.items()}
    return {key: sums for key, sums in kept.items() if sums}


def total(answer, name):
    return sum(sums.get(name, 0) for sums in answer.values())


@st.composite
def trees(draw, chains):
    """Edges that go down either chain: central money, own money at each level, mapped money, and recalls."""
    made, numbers = [], count(1)
    places = sorted(chains)

    def below(place, *, itself):
        return [p for p in places if place in chains[p] and (itself or p != place)]

    def edge(parent, grantor, recipient, most, **more):
        made.append(Edge(next(numbers), grantor, recipient, draw(st.integers(1, most)), parent, **more))
        return made[-1]

    holders = [place for place in places if below(place, itself=False)]
    for _ in range(draw(st.integers(1, 3))):
        grantor = draw(st.sampled_from([*holders, *places]))
        recipient = draw(st.sampled_from([p for p in below(grantor, itself=True) if p in holders] or [grantor]))
        edge(None, grantor, recipient, 1000, mapped=grantor == recipient and draw(st.booleans()))
    for _ in range(draw(st.integers(2, 10))):
        parent = draw(st.sampled_from([given for given in made if not given.recall]))
        step = draw(st.sampled_from(["down", "down", "down", "map", "recall"]))
        recipients = below(parent.recipient, itself=False)
        if step == "recall":
            edge(parent, parent.grantor, parent.recipient, parent.amount, recall=True)
        elif step == "map" and not parent.mapped:
            edge(parent, parent.recipient, parent.recipient, parent.amount, mapped=True)
        elif recipients and not parent.mapped:
            edge(parent, parent.recipient, draw(st.sampled_from(recipients)), parent.amount)
    return made


def chains_of(atlas):
    return {place.id: {p.id for tree in Tree for p in atlas.chain(place.id, tree)} for place in atlas}


async def store(session, made, stamp):
    """The edges as rows, parents before their parts."""
    for edge in made:
        await session.execute(
            insert(Allocation).values(
                id=edge.key,
                code=f"MODEL-{edge.key}",
                fund_id=1,
                budget_year=2024,
                parent_id=edge.parent and edge.parent.key,
                grantor_id=edge.grantor,
                recipient_id=edge.recipient,
                project_id=1 if edge.mapped else None,
                source=Source.CENTRAL,
                kind=RECALL if edge.recall else AllocationKind.REGULAR,
                tranche=1,
                amount_fen=edge.amount,
                issued_on=date(2024, 5, 1),
                provenance=Provenance.DEMO,
                **stamp,
            )
        )


async def small_world(database):
    """Few divisions of every kind, one fund, one project; the atlas over them."""
    numbers = {code: number for number, (code, *_) in enumerate(WORLD, start=1)}
    first = date(2020, 1, 1)
    async with database.write(actor="test", action="world") as work:
        for code, number in numbers.items():
            work.session.add(Division(id=number, code=code, kind=DivisionKind.STANDARD, valid_from=first))
        await work.session.flush()
        for code, level, admin, fund in WORLD:
            work.session.add(
                DivisionVersion(
                    division_id=numbers[code],
                    valid_from=first,
                    name=code,
                    type_name="",
                    level=level,
                    admin_parent_id=numbers.get(admin),
                    fund_parent_id=numbers.get(fund or admin),
                    separately_planned=False,
                )
            )
        work.session.add(
            Fund(
                id=1,
                code="F",
                name="F",
                category=FundCategory.CENTRAL,
                line=Line.ECOLOGICAL_RESTORATION,
                emergency=False,
                provenance=Provenance.DEMO,
            )
        )
        work.session.add(
            Project(
                id=1,
                code="P",
                name="P",
                status=ProjectStatus.UNDER_WAY,
                line=Line.ECOLOGICAL_RESTORATION,
                division_id=1,
                provenance=Provenance.DEMO,
            )
        )
        await work.session.flush()
        await rebuild_closure(work)
    async with database.read() as session:
        return await AtlasStore().at(session, DAY)


def question(atlas, tree, under, by=(), nodes=()):
    top = atlas.by_code(under)
    return Question(
        scope=Scope(atlas.nation.id, "100000", national=True, day=DAY),
        as_of=DAY,
        hierarchy_day=DAY,
        tree=tree,
        under=top.id,
        under_nation=under == "100000",
        by=by,
        nodes=tuple(nodes),
    )


async def held_to_the_model(worlds, made, tree, under, shapes):
    """Every division as a node, and rows by each shape below one division, against the model."""
    database, atlas = worlds
    model = Model(atlas, tree, atlas.by_code(under).id)
    async with database.write(actor="test", action="tree") as work:
        await store(work.session, made, work.stamp)
        whole = await edges(work.session, question(atlas, tree, under))
        nodes = await edges(work.session, question(atlas, tree, "100000", nodes=[p.id for p in atlas]))
        rows = [await edges(work.session, question(atlas, tree, under, by=shape)) for shape in shapes]
        work.discard()
    by_node = plain(model.nodes(made, [place.id for place in atlas]))
    assert plain(nodes) == by_node
    one = {(): by_node[(model.under,)]} if (model.under,) in by_node else {}
    assert plain(whole) == one
    for shape, found in zip(shapes, rows, strict=True):
        assert plain(found) == (plain(model.rows(made, shape)) if shape else one), shape
        for name in ("received", "recalled"):
            assert total(found, name) == total(whole, name), (shape, name)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_money_is_what_the_definition_counts(worlds, data):
    made = data.draw(trees(chains_of(worlds[1])))
    shapes = data.draw(st.lists(st.sampled_from(SHAPES), min_size=3, max_size=3, unique=True))
    await held_to_the_model(worlds, made, data.draw(st.sampled_from(Tree)), data.draw(st.sampled_from(TOPS)), shapes)


async def test_every_shape_of_one_tree_that_has_everything(worlds):
    ids = {place.code: place.id for place in worlds[1]}
    numbers = count(1)

    def edge(grantor, recipient, amount, parent=None, **more):
        return Edge(next(numbers), ids[grantor], ids[recipient], amount, parent, **more)

    central = edge("100000", "510000", 1000)
    city = edge("510000", "510100", 600, central)
    skipping = edge("510000", "510104", 90, central)
    own = edge("510000", "510100", 50)
    booked = edge("510100", "510100", 40)
    dalian = edge("100000", "210200", 300)
    liaoning = edge("100000", "210000", 200)
    made = [
        *(central, city, skipping, own, booked, dalian, liaoning),
        edge("210000", "210200", 70, liaoning),  # below Liaoning by authority, beside it by money
        county := edge("510100", "510104", 250, city),
        edge("510100", "510181", 120, city),  # below the city by authority, below the province by money
        edge("510100", "510105", 30, own),
        edge("510100", "510105", 25, booked),
        edge("510104", "510104", 200, county, mapped=True),
        edge("510105", "510105", 8, mapped=True),
        edge("510100", "510104", 60, county, recall=True),
        edge("100000", "510000", 100, central, recall=True),
        edge("460000", "469006", 33, edge_of_hainan := edge("100000", "460000", 80)),
        edge_of_hainan,
        corps := edge("100000", "X66000", 55),
        edge("X66000", "659001", 35, corps),
    ]
    made.sort(key=lambda each: each.key)
    for tree in Tree:
        for under in dict.fromkeys(TOPS):
            await held_to_the_model(worlds, made, tree, under, SHAPES)


@pytest.fixture
async def worlds(database):
    return database, await small_world(database)

"""Roll-ups over random histories equal a slow count in Python; no change of divisions changes a national total.

The model takes a fact apart by the holders of its division's land, says for each part which row it lies in, and adds
up. Edges it treats as the definition reads: an edge enters a row when its recipient lies there and it is new money or
its grantor has no land there; what it brings is taken off the rows its grantor has.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import combinations, count, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from db.closure import closure_rows
from db.enums import (
    AllocationKind,
    FundCategory,
    Level,
    Line,
    PaymentKind,
    ProjectStatus,
    Provenance,
    Source,
    Tree,
)
from db.models import Allocation, Fund, Payment, Project, SourceLine
from db.rollup.edges import edges
from db.rollup.projects import counts, payments, plans
from db.rollup.question import Dimension, Question
from db.scope import Scope

WHOLE = 10_000
FIRST, LATER = date(2019, 1, 1), date(2030, 1, 1)
GEO = {Dimension.PROVINCE: Level.PROVINCE, Dimension.CITY: Level.CITY, Dimension.COUNTY: Level.COUNTY}
SHAPES = [shape for size in range(5) for shape in combinations((*GEO, Dimension.DIVISION_LEVEL), size)]
RECALL = AllocationKind.RECALL


@dataclass(frozen=True)
class Fact:
    """A project with one source line, a payment and a refund."""

    key: int
    division: int
    planned: int
    paid: int
    refunded: int


@dataclass(frozen=True)
class Edge:
    """An allocation; `parent` is the one it comes out of or takes back."""

    key: int
    grantor: int
    recipient: int
    amount: int
    parent: "Edge | None" = None
    recall: bool = False


@dataclass(frozen=True)
class Part:
    """A slice of a division's land with the row it lies in."""

    row: tuple
    start: int
    end: int
    estimated: bool

    def of(self, amount):
        return amount * self.end // WHOLE - amount * self.start // WHOLE


class Map:
    """Who holds what on a day, and which row that is."""

    def __init__(self, history, closure, *, tree, day, restated):
        self.history, self.tree, self.day, self.restated = history, tree, day, restated
        self.rows = defaultdict(list)
        for row in closure:
            if row.tree is tree and row.valid_from <= day and (row.valid_to is None or day < row.valid_to):
                self.rows[row.descendant_id].append(row)

    def chain(self, node):
        """(ancestor, level, start, end, estimated) by the node's own map or the day's."""
        if self.restated:
            return [
                (r.ancestor_id, r.ancestor_level, r.share_from_bp, r.share_to_bp, r.estimated, r.depth)
                for r in self.rows[node]
            ]
        past = self.history.versions[node]
        own = min(self.day, past[-1].until - date.resolution) if past[-1].until else self.day
        own = max(own, past[0].since)
        return [
            (above, self.history.version(above, own).level, 0, WHOLE, False, depth)
            for depth, above in enumerate(self.history.chain(self.tree, node, own))
        ]

    def parts(self, node, under, by):
        """The slices below a division, in order."""
        chain, found = self.chain(node), []
        for holder, level, start, end, guess, depth in chain:
            if depth:
                continue
            over = {each[0]: each for each in chain if each[2] <= start and end <= each[3]}
            if under not in over:
                continue
            row, doubt = [], over[under][4]
            for dimension in by:
                if dimension not in GEO:
                    row.append(level)
                    doubt = doubt or (guess and any(each[1] is not level for each in chain if not each[5]))
                    continue
                at = next((each for each in over.values() if each[1] is GEO[dimension]), None)
                row.append(at and at[0])
                doubt = doubt or (at[4] if at else guess and any(each[1] is GEO[dimension] for each in chain))
            assert holder in over
            found.append(Part(tuple(row), start, end, doubt))
        return sorted(found, key=lambda part: part.start)

    def whole(self, node, under):
        """The one slice below a division."""
        at = next((each for each in self.chain(node) if each[0] == under), None)
        return [Part((), at[2], at[3], at[4])] if at else []

    def spread(self, node, under, by):
        return self.parts(node, under, by) if by else self.whole(node, under)


def summed(chart, facts, under, by):
    """Sums of projects by row."""
    found = defaultdict(lambda: defaultdict(int))
    for fact in facts:
        for part in chart.spread(fact.division, under, by):
            row = found[part.row]
            row["planned"] += part.of(fact.planned)
            row["paid"] += part.of(fact.paid) - part.of(fact.refunded)
            row["projects"] += part.start == 0
            row["estimated"] += part.estimated
            row["counted estimated"] += part.estimated and part.start == 0
    return found


def moved(chart, made, under, by):
    """What edges brought to rows, less what it took off others, and whether a row holds an estimate."""
    found = defaultdict(lambda: defaultdict(int))
    for edge in made:
        kind = "recalled" if edge.recall else "received"
        own = chart.spread(edge.grantor, under, by)
        new = (edge.parent.parent if edge.recall else edge.parent) is None
        for part in chart.spread(edge.recipient, under, by):
            inside = any(each.row == part.row for each in own)
            amount = part.of(edge.amount)
            if new or not inside:
                found[part.row][kind] += amount
            if not new and not inside and own:
                taken_off(found, kind, amount, own)
    return found


def taken_off(found, kind, amount, own):
    """Off each of the grantor's rows by its part of what lies in the area."""
    first, last = own[0].start, own[-1].end
    for each in own:
        upper, lower = (amount * (edge - first) // (last - first) for edge in (each.end, each.start))
        found[each.row][kind] -= upper - lower


def plain(answer, *names):
    kept = {key: {name: sums[name] for name in names if sums.get(name)} for key, sums in answer.items()}
    return {key: sums for key, sums in kept.items() if sums}


@st.composite
def facts_of(draw, history, divided):
    """A few on nodes of any time, most where land was divided, and money that went down to them on their first day."""
    below = [node for node in history.versions if divided & set(ancestors(history, node))]
    nodes = st.sampled_from([*sorted(history.versions), *sorted(divided) * 8, *below * 4])
    numbers = count(1)
    amounts = st.integers(1, 10**13)
    facts = [Fact(next(numbers), draw(nodes), draw(amounts), draw(amounts), draw(amounts)) for _ in range(5)]
    made = []
    for fact in facts:
        parent = None
        tree = draw(st.sampled_from(Tree))
        path = history.chain(tree, fact.division, history.versions[fact.division][0].since)[::-1]
        for grantor, recipient in pairwise(path):
            parent = Edge(next(numbers), grantor, recipient, draw(st.integers(1, 10**12)), parent)
            made.append(parent)
        if parent is not None:
            made.append(Edge(next(numbers), parent.recipient, draw(nodes), draw(st.integers(1, 999)), parent))
            made.append(Edge(next(numbers), parent.grantor, parent.recipient, 1, parent, recall=True))
    return facts, made


def ancestors(history, node):
    """All that ever stood right above, and the node."""
    return [node, *(parent for version in history.versions[node] for parent in (version.admin, version.fund))]


async def store(session, facts, made, stamp):
    """As rows."""
    shown = {"provenance": Provenance.DEMO, **stamp}
    fund = {"code": "F", "name": "F", "category": FundCategory.CENTRAL, "line": Line.GEOHAZARD, "emergency": False}
    await session.execute(insert(Fund).values(id=1, **fund, **shown))
    for fact in facts:
        key = fact.key
        of = {"division_id": fact.division, "line": Line.GEOHAZARD}
        status = ProjectStatus.UNDER_WAY
        await session.execute(insert(Project).values(id=key, code=f"P{key}", name="", status=status, **of, **shown))
        line = {"project_id": key, "fund_id": 1, "budget_year": 2020, "source": Source.CENTRAL}
        await session.execute(insert(SourceLine).values(id=key, **line, planned_fen=fact.planned, **stamp))
        for number, (kind, amount) in enumerate(
            ((PaymentKind.PAYMENT, fact.paid), (PaymentKind.REFUND, fact.refunded))
        ):
            paid = {"code": f"Y{key}-{number}", "project_id": key, "source_line_id": key, "kind": kind}
            await session.execute(insert(Payment).values(**paid, amount_fen=amount, paid_on=LATER, **stamp))
    for edge in made:
        await session.execute(
            insert(Allocation).values(
                id=edge.key,
                code=f"A{edge.key}",
                fund_id=1,
                budget_year=2020,
                parent_id=edge.parent and edge.parent.key,
                grantor_id=edge.grantor,
                recipient_id=edge.recipient,
                source=Source.CENTRAL,
                kind=RECALL if edge.recall else AllocationKind.REGULAR,
                tranche=1,
                amount_fen=edge.amount,
                issued_on=LATER,
                **shown,
            )
        )


def asked(restated, chart, under, by):
    return Question(
        scope=Scope(restated.nation, "100000", national=True, day=LATER),
        as_of=LATER,
        hierarchy_day=chart.day,
        tree=chart.tree,
        under=under,
        under_nation=under == restated.nation,
        by=by,
        restated=chart.restated,
    )


async def check_rows(session, question, chart, facts, made):
    """Rows of every group of facts against the model; they add up to the total below the division asked about."""
    under, by = question.under, question.by
    expected, brought = summed(chart, facts, under, by), moved(chart, made, under, by)
    planned, paid, counted = [await each(session, question) for each in (plans, payments, counts)]
    money = await edges(session, question)
    assert plain(planned, "planned", "projects", "estimated") == plain(expected, "planned", "projects", "estimated")
    assert plain(paid, "paid") == plain(expected, "paid")
    assert plain(counted, "projects") == plain(expected, "projects")
    assert {key for key, sums in counted.items() if sums["estimated"]} == {
        key for key, sums in expected.items() if sums["counted estimated"]
    }
    assert plain(money, "received", "recalled") == plain(brought, "received", "recalled")
    total = summed(chart, facts, under, ())[()]
    for name, answer in (("planned", planned), ("paid", paid)):
        assert sum(sums[name] for sums in answer.values()) == total[name]
    whole = moved(chart, made, under, ())[()]
    for name in ("received", "recalled"):
        assert sum(sums.get(name, 0) for sums in money.values()) == whole[name]


async def held_to_the_model(database, restated, data, questions):
    history = data.draw(restated.histories)
    closure = closure_rows(history.spans(), history.crossings())
    parts = [row for row in closure if row.share_from_bp and not row.depth]
    facts, made = data.draw(facts_of(history, {row.descendant_id for row in parts}))
    days = [*history.days(), *(max(row.valid_from, FIRST) for row in parts)]
    async with database.write(actor="test", action="history") as work:
        await restated.record(work, history)
        await store(work.session, facts, made, work.stamp)
        for _ in range(questions):
            chart = Map(
                history,
                closure,
                tree=data.draw(st.sampled_from(Tree)),
                day=data.draw(st.sampled_from(days)),
                restated=data.draw(st.booleans()),
            )
            tops = [node for node in history.versions if history.version(node, chart.day)]
            under = data.draw(st.sampled_from([restated.nation, *tops]))
            by = data.draw(st.sampled_from(SHAPES))
            await check_rows(work.session, asked(restated, chart, under, by), chart, facts, made)
        work.discard()


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_sums_are_the_parts_of_facts_in_each_row(sqlite_database, restated, data):
    await held_to_the_model(sqlite_database, restated, data, 12)


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_both_databases_divide_alike(database, restated, data):
    await held_to_the_model(database, restated, data, 8)

"""Roll-ups of the demo: rows add up to totals by every combination of dimensions, and Python counts the same."""

from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from db.enums import ISSUED_KINDS, AllocationKind, Level, PaymentKind, Tree
from db.models import Allocation, Payment, Project, SourceLine, StandingFinding, Target
from db.rollup.edges import DIMENSIONS as OF_MONEY
from db.rollup.projects import COUNT_DIMENSIONS, PAID_DIMENSIONS, PLAN_DIMENSIONS
from db.rollup.question import Dimension

DAY = date(2026, 10, 31)
SUMS = "planned received recalled paid"
TABLE = f"""query($by: [Dimension!]!, $where: CubeFilter, $tree: Tree, $first: Int! = 10000, $order: [RollupOrder!]) {{
  rollup(by: $by, where: $where, tree: $tree, first: $first, orderBy: $order) {{
    totalRows notes totals {{ {SUMS} projectCount executionRate }}
    rows {{ keys {{ dimension value }} {SUMS} issued retained projectCount executionRate }} }} }}"""
GEO = {Dimension.PROVINCE: Level.PROVINCE, Dimension.CITY: Level.CITY, Dimension.COUNTY: Level.COUNTY}
KNOWN = {"planned": PLAN_DIMENSIONS, "received": OF_MONEY, "recalled": OF_MONEY, "paid": PAID_DIMENSIONS}
SINGLE = [(dimension,) for dimension in Dimension]
PAIRS = [(Dimension.COUNTY, other) for other in Dimension if other is not Dimension.COUNTY]
TRIPLES = [(*GEO,), (*GEO, Dimension.FUND), (Dimension.PROVINCE, Dimension.DIVISION_LEVEL, Dimension.BUDGET_YEAR)]


def fen(yuan):
    return int(yuan.replace(".", ""))


async def table(client, by, *, tree="ADMIN", user="ministry", **where):
    given = {"by": [d.value for d in by], "tree": tree, "where": where, "first": 10_000 if len(user) > 6 else 1_000}
    return (await client.ask(TABLE, given, user=user))["rollup"]


@pytest.mark.parametrize("tree", Tree)
@pytest.mark.parametrize("under", ["100000", "510000", "210000"])
async def test_rows_add_up_whatever_divides_them(client, tree, under):
    whole = under == "100000" and tree is Tree.ADMIN
    shapes = [*SINGLE, *PAIRS, *TRIPLES] if whole else [*((place,) for place in GEO), *combinations(GEO, 2), *TRIPLES]
    for by in shapes:
        found = await table(client, by, tree=tree.value, under=under)
        for measure, known in KNOWN.items():
            parts = [row[measure] for row in found["rows"]]
            if set(by) <= known:
                assert sum(map(fen, parts)) == fen(found["totals"][measure]), (by, measure)
            else:
                assert set(parts) <= {None}, (by, measure)
                assert any(note.startswith(measure.upper()) for note in found["notes"]), (by, measure)
        if set(by) <= COUNT_DIMENSIONS:
            assert sum(row["projectCount"] for row in found["rows"]) == found["totals"]["projectCount"], by
        keys = [tuple(key["value"] for key in row["keys"]) for row in found["rows"]]
        assert len(keys) == len(set(keys)) == found["totalRows"], by


async def test_both_databases_say_the_same(client, answers):
    """The first database to be asked leaves its answers for the second."""
    for by in (*TRIPLES, (Dimension.PERIOD,), (Dimension.LOCAL_TIER,), (Dimension.LINE, Dimension.INDICATOR_KIND)):
        for tree in Tree:
            found = await table(client, by, tree=tree.value)
            assert answers.setdefault((by, tree), found) == found, (by, tree)


@pytest.fixture(scope="module")
def answers():
    return {}


def place(record, division_id, level, tree):
    return next((p.code for p in record.atlas.chain(division_id, tree) if p.level is level), None)


@pytest.mark.parametrize("tree", Tree)
@pytest.mark.parametrize("dimension", GEO, ids=str)
async def test_plans_payments_and_counts_by_place(client, record, yuan, dimension, tree):
    found = {row["keys"][0]["value"]: row for row in (await table(client, [dimension], tree=tree.value))["rows"]}
    planned, paid, counted = Counter(), Counter(), Counter()
    projects, lines = record.by_id(Project), record.by_id(SourceLine)
    spot = {p.id: place(record, p.division_id, GEO[dimension], tree) for p in projects.values()}
    for project in projects.values():
        counted[spot[project.id]] += 1
    for line in lines.values():
        planned[spot[line.project_id]] += line.planned_fen
    for payment in record[Payment]:
        if payment.paid_on <= DAY:
            sign = -1 if payment.kind is PaymentKind.REFUND else 1
            paid[spot[payment.project_id]] += sign * payment.amount_fen
    assert {key: row["projectCount"] for key, row in found.items() if row["projectCount"]} == dict(counted)
    assert {key: row["planned"] for key, row in found.items() if fen(row["planned"])} == {
        key: yuan(each) for key, each in planned.items() if each
    }
    assert {key: row["paid"] for key, row in found.items() if fen(row["paid"])} == {
        key: yuan(each) for key, each in paid.items() if each
    }


@pytest.mark.parametrize("dimension", GEO, ids=str)
async def test_money_of_the_demo_by_place(client, record, demo_day, yuan, dimension):
    """What came into each place from outside it, edge by edge."""
    found = {row["keys"][0]["value"]: row for row in (await table(client, [dimension]))["rows"]}
    received, edges = Counter(), record.by_id(Allocation)
    for edge in record[Allocation]:
        if edge.kind not in ISSUED_KINDS or (edge.received_on or edge.issued_on or demo_day) > demo_day:
            continue
        to = place(record, edge.recipient_id, GEO[dimension], Tree.ADMIN)
        out_of = place(record, edge.grantor_id, GEO[dimension], Tree.ADMIN)
        if edge.parent_id is None:
            received[to] += edge.amount_fen
        elif to != out_of:
            received[to] += edge.amount_fen
            received[out_of] -= edge.amount_fen
    assert {key: row["received"] for key, row in found.items() if fen(row["received"])} == {
        key: yuan(each) for key, each in received.items() if each
    }
    recalls = [e for e in record[Allocation] if e.kind is AllocationKind.RECALL]
    assert sum(fen(row["recalled"]) for row in found.values()) == sum(
        e.amount_fen for e in recalls if edges[e.parent_id].parent_id is None
    )
    for row in found.values():
        assert fen(row["retained"]) == fen(row["received"]) - fen(row["issued"]) - fen(row["recalled"])


async def test_a_place_says_of_itself_what_its_row_says(client):
    document = '{ nation: division(code: "100000") { children { code rollup { received issued recalled paid } } } }'
    nodes = {each["code"]: each["rollup"] for each in (await client.ask(document))["nation"]["children"]}
    rows = {row["keys"][0]["value"]: row for row in (await table(client, [Dimension.PROVINCE]))["rows"]}
    differ = {}
    for code, sums in nodes.items():
        row = rows.get(code, dict.fromkeys(sums, "0.00"))
        differ[code] = {name: fen(sums[name]) - fen(row[name]) for name in sums if sums[name] != row[name]}
    # the Corps hands money to cities on Xinjiang's land: issued by it as a place, moved to another row of the table
    corps = differ.pop("X66000")
    assert corps["received"] == corps["issued"] > 0
    assert set(corps) == {"received", "issued"}
    assert not any(differ.values())


@pytest.mark.parametrize("user", ["510000", "a county", "X66000"])
async def test_totals_of_a_scope_are_those_of_its_rows(client, record, yuan, somewhere, user):
    user = somewhere.county if user == "a county" else user
    found = await table(client, [Dimension.COUNTY], user=user, under=user)
    projects = {p.id for p in record[Project] if record.inside(p.division_id, user, Tree.ADMIN)}
    planned = sum(line.planned_fen for line in record[SourceLine] if line.project_id in projects)
    assert (found["totals"]["planned"], found["totals"]["projectCount"]) == (yuan(planned), len(projects))


@pytest.mark.parametrize("measure", ["PAID", "RECEIVED", "EXECUTION_RATE", "PROJECT_COUNT", "FINDINGS"])
async def test_rows_come_in_the_order_asked_with_the_unknown_last(client, measure):
    field = {"EXECUTION_RATE": "executionRate", "PROJECT_COUNT": "projectCount"}.get(measure, measure.lower())
    for direction in ("ASC", "DESC"):
        given = {"by": ["COUNTY"], "order": [{"measure": measure, "direction": direction}]}
        rows = (await client.ask(TABLE, given))["rollup"]["rows"]
        if measure == "FINDINGS":
            assert rows
            continue
        values = [row[field] if isinstance(row[field], int) else row[field] and float(row[field]) for row in rows]
        known = [value for value in values if value is not None]
        assert known == sorted(known, reverse=direction == "DESC")
        assert values == known + [None] * (len(values) - len(known))
        few = (await client.ask(TABLE, given | {"first": 3}))["rollup"]
        assert (few["rows"], few["totalRows"]) == (rows[:3], len(rows))


async def test_targets_are_weighed_and_capped(client, record):
    document = """query($code: String!) { projects(where: {codes: [$code]}) { nodes {
      targets { code value completion indicator { direction } } division { code rollup { targetCompletion } } } } }"""
    counted = Counter(p.division_id for p in record[Project])
    alone = [p for p in record[Project] if counted[p.division_id] == 1 and p.code.startswith("DEMO")]
    weights = {t.code: 1 if t.weight is None else t.weight for t in record[Target]}
    for project in alone[:40]:
        (node,) = (await client.ask(document, {"code": project.code}))["projects"]["nodes"]
        numeric = [t for t in node["targets"] if t["value"] is not None and t["indicator"]["direction"] != "QUAL"]
        whole = sum(weights[t["code"]] for t in numeric)
        reached = sum(weights[t["code"]] * round(float(t["completion"]) * 10_000) for t in numeric)
        found = node["division"]["rollup"]["targetCompletion"]
        assert (found is None) is (whole == 0)
        if whole:
            assert abs(float(found) - reached / whole / 10_000) < 0.00011, project.code


async def test_findings_are_counted_by_severity(client, record):
    document = '{ division(code: "100000") { rollup { findings { blocking red yellow info } } } }'
    found = (await client.ask(document))["division"]["rollup"]["findings"]
    wanted = Counter(f.severity.value.lower() for f in record[StandingFinding] if f.state.standing and not f.trial)
    assert found == {severity: wanted[severity] for severity in ("blocking", "red", "yellow", "info")}


async def test_findings_follow_the_filter_of_status(client, record):
    document = """query($status: [ProjectStatus!]) {
      division(code: "100000") { rollup(where: {status: $status}) { findings { blocking red yellow info } } } }"""
    projects = record.by_id(Project)
    standing = [f for f in record[StandingFinding] if f.state.standing and not f.trial]
    loose = sum(f.project_id is None for f in standing)
    for status in ("UNDER_WAY", "COMPLETED"):
        found = (await client.ask(document, {"status": [status]}))["division"]["rollup"]["findings"]
        own = sum(f.project_id is not None and projects[f.project_id].status == status for f in standing)
        assert own <= sum(found.values()) <= own + loose

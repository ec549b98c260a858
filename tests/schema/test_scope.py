"""Everybody sees their own subtree and nothing else, by every way in; Python counts again what that is."""

import json

import pytest
from sqlalchemy import select

from db.enums import Line
from db.models import Account, Allocation, Filing, Fund, Project, StandingFinding, Target, Unit
from resolvers import ids

COUNTY = "a county"
USERS = ["510000", "510100", COUNTY, "X66000", "210000", "210200", "659001"]
EMPTY = {"210200", "659001"}
LISTS = {
    "projects": (Project, "code", "division_id"),
    "filings": (Filing, "id", "division_id"),
    "findings": (StandingFinding, "id", "division_id"),
    "allocations": (Allocation, "code", "recipient_id"),
    "targets": (Target, "code", "division_id"),
    "units": (Unit, "code", "division_id"),
}
KINDS = {Project: "Project", Filing: "Filing", Allocation: "Allocation", Target: "Target", Unit: "Unit"}
PAGE = 100
BATCH = 40
UNDER = {
    "projects": "{ projects(where: {under: $under}) { totalCount } }",
    "filings": "{ filings(where: {under: $under}) { totalCount } }",
    "findings": "{ findings(where: {under: $under}) { totalCount } }",
    "allocations": "{ allocations(where: {under: $under}) { totalCount } }",
    "recipient": "{ allocations(where: {recipient: $under}) { totalCount } }",
    "targets": "{ targets(where: {under: $under}) { totalCount } }",
    "units": "{ units(where: {under: $under}) { totalCount } }",
    "divisions": "{ divisions(where: {under: $under}) { totalCount } }",
    "rollup": "{ rollup(by: [CITY], where: {under: $under}) { totals { received } } }",
    "changes": "{ changes(under: $under) { nodes { code } } }",
    "checkRules": "{ checkRules(scope: {under: $under}) { release } }",
    "filingProgress": '{ filingProgress(under: $under, period: "2026Q3", by: COUNTY) { expected } }',
}


@pytest.fixture
def user(request, somewhere):
    """A user by name; one is whoever has a project."""
    return somewhere.county if request.param == COUNTY else request.param


def node_id(model, row):
    return ids.encode("Finding", row.key) if model is StandingFinding else ids.encode(KINDS[model], row.id)


async def walked(client, name, field, user):
    """Every value of a list, page by page."""
    document = f"query($after: String) {{ page: {name}(first: {PAGE}, after: $after) {{ nodes {{ {field} }} "
    document += "pageInfo { hasNextPage endCursor } totalCount } }"
    found, after = [], None
    while True:
        page = (await client.ask(document, {"after": after}, user=user))["page"]
        found += [node[field] for node in page["nodes"]]
        assert page["totalCount"] >= len(found)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found) == len(set(found))
            return set(found)


@pytest.mark.parametrize("user", USERS, indirect=True)
@pytest.mark.parametrize("name", LISTS)
async def test_lists_hold_the_own_subtree(client, record, user, name):
    model, field, place = LISTS[name]
    wanted = {
        node_id(model, row) if field == "id" else getattr(row, field)
        for row in record[model]
        if record.inside(getattr(row, place), user) and not (model is StandingFinding and row.trial)
    }
    assert await walked(client, name, field, user) == wanted


async def test_users_of_these_tests_have_something_to_see_and_to_miss(record, somewhere):
    for user in (somewhere.county, *USERS):
        if user == COUNTY:
            continue
        seen = [row for row in record[Project] if record.inside(row.division_id, user)]
        assert len(seen) < len(record[Project]) / 4
        assert bool(seen) is (user not in EMPTY), user


@pytest.mark.parametrize("user", USERS, indirect=True)
async def test_divisions_are_the_own_subtree(client, record, user):
    wanted = {place.code for place in record.atlas if record.inside(place.id, user)}
    assert await walked(client, "divisions", "code", user) == wanted


@pytest.mark.parametrize("user", USERS, indirect=True)
async def test_ids_from_elsewhere_find_nothing(client, record, user):
    everything = {
        node_id(model, row): record.inside(getattr(row, place), user)
        for model, _, place in LISTS.values()
        for row in _some(record[model], lambda row, place=place: record.inside(getattr(row, place), user))
    }
    runs = (await client.ask("{ ruleRuns { nodes { id } } }"))["ruleRuns"]["nodes"]
    everything |= {run["id"]: False for run in runs}
    everything |= {ids.encode("Division", p.id): record.inside(p.id, user) for p in _some(list(record.atlas), None)}
    asked = list(everything)
    for start in range(0, len(asked), BATCH):
        part = asked[start : start + BATCH]
        document = "{" + " ".join(f"n{i}: node(id: {json.dumps(each)}) {{ id }}" for i, each in enumerate(part)) + "}"
        found = await client.ask(document, user=user)
        for i, each in enumerate(part):
            assert found[f"n{i}"] == ({"id": each} if everything[each] else None), ids.decode(each)


def _some(rows, inside):
    """Rows of both sides: all kinds would be thousands."""
    if inside is None:
        return rows[::60]
    own = [row for row in rows if inside(row)]
    return [*own[:20], *[row for row in rows if not inside(row)][::40][:20]]


@pytest.mark.parametrize("field", UNDER)
async def test_under_elsewhere_is_refused_as_if_it_did_not_exist(client, field):
    document = "query($under: ID!) " + UNDER[field]
    answers = []
    for under in ("440000", "100000", "no such code", "", "999999"):
        assert await client.refused(document, {"under": under}, user="510000") == "OUT_OF_SCOPE"
        answer = await client.post(document, {"under": under}, token=await client.token("510000"))
        answers.append(json.dumps(answer, ensure_ascii=False).replace(under or "区划 ", "区划 " if not under else "?"))
    assert answers[0] == answers[2] == answers[4]
    await client.ask(document, {"under": "510000"}, user="510000")
    await client.ask(document, {"under": "510100"}, user="510000")


async def test_things_elsewhere_are_null_by_code(client, record):
    project = next(p for p in record[Project] if record.inside(p.division_id, "440000"))
    document = "query($code: ID!, $place: ID!) { project(code: $code) { name } division(code: $place) { name } }"
    found = await client.ask(document, {"code": project.code, "place": "440000"}, user="510000")
    unknown = await client.ask(document, {"code": "none", "place": "none"}, user="510000")
    assert found == unknown == {"project": None, "division": None}
    seen = await client.ask(document, {"code": project.code, "place": "440000"}, user="440000")
    assert seen == {"project": {"name": project.name}, "division": {"name": "广东省"}}


async def test_a_row_does_not_lead_out_of_the_subtree(client, record, yuan):
    """A receipt names its grantor; what that grantor has besides stays hidden, and so do its children."""
    document = """{ allocations(first: 100) { nodes { recipient { code } grantor {
      code parent { code } children { code } rollup { received projectCount } } parent { code } } } }"""
    top = record.atlas.by_code("510100")
    own = [place.code for place in record.atlas if record.inside(place.id, "510100")]
    found = (await client.ask(document, user="510100"))["allocations"]["nodes"]
    above = [node for node in found if node["grantor"]["code"] == "510000"]
    assert above
    for node in above:
        assert [child["code"] for child in node["grantor"]["children"]] == [top.code]
        assert node["grantor"]["parent"] is None
        assert node["parent"] is None
    projects = sum(record.inside(p.division_id, "510100") for p in record[Project])
    assert {node["grantor"]["rollup"]["projectCount"] for node in above} == {projects}
    assert {node["recipient"]["code"] for node in found} <= set(own)


async def test_documents_are_found_by_those_whose_rows_rest_on_them(client):
    document = """{ projects(first: 1000) { nodes { division { code } document { id } } }
      allocations(first: 1000) { nodes { recipient { code } document { id } } } }"""
    ask = "query($id: ID!) { node(id: $id) { id } }"
    everything = await client.ask(document)
    cited = {}
    for node in (*everything["projects"]["nodes"], *everything["allocations"]["nodes"]):
        if node["document"]:
            place = (node.get("division") or node.get("recipient"))["code"]
            cited.setdefault(node["document"]["id"], set()).add(place[:2])
    elsewhere = [each for each, places in cited.items() if "63" in places and len(places) == 1]
    assert elsewhere
    for each in elsewhere[:5]:
        assert await client.ask(ask, {"id": each}, user="630000") == {"node": {"id": each}}
        assert await client.ask(ask, {"id": each}, user="510000") == {"node": None}


async def test_a_run_is_found_again_by_who_may_see_it(client):
    (run, *_) = (await client.ask("{ ruleRuns { nodes { id asOf receipt { rule { code } } } } }"))["ruleRuns"]["nodes"]
    assert run["asOf"] == "2026-10-31"
    again = await client.ask("query($id: ID!) { node(id: $id) { id ... on RuleRun { asOf } } }", {"id": run["id"]})
    assert again["node"] == {"id": run["id"], "asOf": "2026-10-31"}


async def test_the_scope_is_said(client, record):
    document = """query($under: ID) { rollup(by: [], where: {under: $under}) {
      scope { division { code } lines hiddenChildren unreviewedShare } totals { projectCount } } }"""
    found = (await client.ask(document, user="510100"))["rollup"]
    reviewed = [f.state.reviewed for f in record[Filing] if record.inside(f.division_id, "510100")]
    assert found["scope"] == {
        "division": {"code": "510100"},
        "lines": [],
        "hiddenChildren": 0,
        "unreviewedShare": f"{round(reviewed.count(False) / len(reviewed), 4):.4f}",
    }
    assert found["totals"]["projectCount"] == sum(record.inside(p.division_id, "510100") for p in record[Project])


async def test_an_account_of_one_line_sees_that_line(own_client, record):
    line = Line.GEOHAZARD
    assert 0 < sum(p.line is line for p in record[Project]) < len(record[Project])
    async with own_client.database.write(actor="test", action="lines") as work:
        account = await work.session.scalar(select(Account).where(Account.name == "inspector"))
        account.lines = [line.value]
    user, funds = "inspector", record.by_id(Fund)
    own = {p.id: p for p in record[Project] if p.line is line}
    assert await walked(own_client, "projects", "code", user) == {p.code for p in own.values()}
    assert await walked(own_client, "funds", "code", user) == {f.code for f in funds.values() if f.line is line}
    assert await walked(own_client, "allocations", "code", user) == {
        a.code for a in record[Allocation] if funds[a.fund_id].line is line
    }
    assert await walked(own_client, "filings", "id", user) == {
        node_id(Filing, f) for f in record[Filing] if f.line is line
    }
    assert await walked(own_client, "findings", "id", user) == {
        node_id(StandingFinding, f) for f in record[StandingFinding] if f.line in {line, None} and not f.trial
    }
    other = next(p for p in record[Project] if p.line is not line)
    document = "query($code: ID!, $id: ID!) { project(code: $code) { name } node(id: $id) { id } me { lines } }"
    found = await own_client.ask(document, {"code": other.code, "id": node_id(Project, other)}, user=user)
    assert found == {"project": None, "node": None, "me": {"lines": [line.value]}}
    table = "{ rollup(by: [LINE]) { rows { keys { value } projectCount } totals { projectCount } scope { lines } } }"
    cube = (await own_client.ask(table, user=user))["rollup"]
    assert cube["scope"] == {"lines": [line.value]}
    assert [(row["keys"][0]["value"], row["projectCount"]) for row in cube["rows"]] == [(line.value, len(own))]

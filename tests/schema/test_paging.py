"""Keyset pages: every row once in every order, cursors that belong to one list, counts only when asked for."""

import base64
import json

import pytest
from sqlalchemy import event

from db.models import Project, StandingFinding

PROJECTS = """query($order: [ProjectOrder!], $first: Int!, $after: String) {
  page: projects(orderBy: $order, first: $first, after: $after) {
    edges { cursor node { code name totalInvestment plannedStart plannedEnd } }
    pageInfo { hasNextPage endCursor } } }"""
FINDINGS = """query($order: [FindingOrder!], $first: Int!, $after: String) {
  page: findings(orderBy: $order, first: $first, after: $after) {
    edges { cursor node { id severity firstSeen rule { code } } } pageInfo { hasNextPage endCursor } } }"""
ORDERS = [
    [],
    [("CODE", "DESC")],
    [("NAME", "ASC")],
    [("NAME", "DESC"), ("CODE", "ASC")],
    [("TOTAL_INVESTMENT", "DESC")],
    [("PLANNED_START", "ASC"), ("TOTAL_INVESTMENT", "DESC")],
    [("PLANNED_END", "DESC"), ("NAME", "ASC"), ("CODE", "DESC")],
    [("CHANGED", "DESC"), ("CODE", "DESC")],
]
FINDING_ORDERS = [
    [],
    [("RULE", "DESC")],
    [("SEVERITY", "ASC"), ("RULE", "ASC")],
    [("FIRST_SEEN", "DESC"), ("SEVERITY", "DESC"), ("RULE", "DESC")],
]
LISTS = ["divisions", "units", "funds", "allocations", "projects", "targets", "filings", "findings", "ruleRuns"]


def ordered(order):
    return [{"field": field, "direction": direction} for field, direction in order]


async def edges(client, document, order, first):
    found, after = [], None
    while True:
        page = (await client.ask(document, {"order": ordered(order), "first": first, "after": after}))["page"]
        assert len(page["edges"]) <= first
        found += page["edges"]
        after = page["pageInfo"]["endCursor"]
        assert after == (page["edges"][-1]["cursor"] if page["edges"] else None)
        if not page["pageInfo"]["hasNextPage"]:
            return [edge["node"] for edge in found]
        assert len(page["edges"]) == first


def sort_key(order, values):
    """The order in plain Python, last key first: sorts are stable."""

    def sorted_by(rows):
        for field, direction in reversed(order):
            rows = sorted(rows, key=values[field], reverse=direction == "DESC")
        return rows

    return sorted_by


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_projects_come_once_each_in_order(client, record, order):
    found = await edges(client, PROJECTS, order, 37)
    assert [node["code"] for node in await edges(client, PROJECTS, order, 1000)] == [node["code"] for node in found]
    values = {
        "CODE": lambda p: p.code,
        "NAME": lambda p: p.name,
        "TOTAL_INVESTMENT": lambda p: -1 if p.total_investment_fen is None else p.total_investment_fen,
        "PLANNED_START": lambda p: str(p.planned_start or "0001"),
        "PLANNED_END": lambda p: str(p.planned_end or "9999-12-31"),
        "CHANGED": lambda p: p.revision_id,
    }
    full = order if any(field == "CODE" for field, _ in order) else [*order, ("CODE", order[-1][1] if order else "ASC")]
    wanted = sort_key(full, values)(record[Project])
    assert [node["code"] for node in found] == [project.code for project in wanted]


@pytest.mark.parametrize("order", FINDING_ORDERS, ids=str)
async def test_findings_come_once_each_in_order(client, record, order):
    found = await edges(client, FINDINGS, order, 7)
    wanted = [f for f in record[StandingFinding] if not f.trial]
    assert len({node["id"] for node in found}) == len(found) == len(wanted)
    values = {
        "SEVERITY": lambda node: ["INFO", "YELLOW", "RED", "BLOCKING"].index(node["severity"]),
        "FIRST_SEEN": lambda node: node["firstSeen"],
        "RULE": lambda node: node["rule"]["code"],
    }
    assert sort_key(order or [("SEVERITY", "DESC"), ("RULE", "ASC")], values)(found) == found


@pytest.mark.parametrize("name", LISTS)
async def test_first_is_bounded_by_the_role(client, name):
    document = f"query($first: Int!, $after: String) {{ {name}(first: $first, after: $after) {{ totalCount }} }}"
    for user, allowed, refused in (("ministry", 1000, (0, -1, 1001)), ("510104", 100, (0, 101, 1000))):
        for first in refused:
            assert await client.refused(document, {"first": first}, user=user) == "BAD_REQUEST", (user, first)
        await client.ask(document, {"first": allowed}, user=user)
    for after in ("x", "", "W10", "bnVsbA", "é", "A" * 9000, base64.urlsafe_b64encode(b"[" * 5000).decode()):
        assert await client.refused(document, {"first": 1, "after": after}) == "BAD_REQUEST", after


async def test_the_feed_and_a_check_are_bounded_too(client):
    feed = 'query($first: Int!) { changes(under: "510000", first: $first) { cursor } }'
    check = """query($first: Int!) {
      checkRules(scope: {under: "510104"}, rules: ["PT-12-01"]) { findings(first: $first) { totalCount } } }"""
    for document in (feed, check):
        assert await client.refused(document, {"first": 0}) == "BAD_REQUEST"
        assert await client.refused(document, {"first": 1001}) == "BAD_REQUEST"
        await client.ask(document, {"first": 1000})
    assert await client.refused(check, {"first": 101}, user="510104") == "BAD_REQUEST"


async def test_a_cursor_belongs_to_one_list_and_order(client):
    document = "query($after: String) {{ {name}(first: 2, after: $after) {{ edges {{ cursor }} }} }}"
    cursors = {}
    for name in LISTS:
        if found := (await client.ask(document.format(name=name)))[name]["edges"]:
            cursors[name] = found[0]["cursor"]
    assert len(cursors) == len(LISTS)
    for name in LISTS:
        await client.ask(document.format(name=name), {"after": cursors[name]})
        for other in set(LISTS) - {name}:
            code = await client.refused(document.format(name=name), {"after": cursors[other]})
            assert code == "BAD_REQUEST", (name, other)
    by_name = {"order": ordered([("NAME", "ASC")]), "first": 2, "after": cursors["projects"]}
    assert await client.refused(PROJECTS, by_name) == "BAD_REQUEST"
    descending = {"order": ordered([("CODE", "DESC")]), "first": 2, "after": cursors["projects"]}
    assert await client.refused(PROJECTS, descending) == "BAD_REQUEST"


def forged(cursor, *values):
    signature = json.loads(base64.urlsafe_b64decode(cursor + "==="))[0]
    return base64.urlsafe_b64encode(json.dumps([signature, *values]).encode()).decode()


async def test_a_forged_cursor_is_refused_and_breaks_nothing(client):
    start = (await client.ask(PROJECTS, {"first": 1}))["page"]["pageInfo"]["endCursor"]
    for values in ((5,), (None,), (True,), (["x"],), ({"day": "2024-01-01"},), ({"x": 1},), ("a\0b",), (), ("a", "b")):
        assert await client.refused(PROJECTS, {"first": 1, "after": forged(start, *values)}) == "BAD_REQUEST", values
    money = {"order": ordered([("TOTAL_INVESTMENT", "ASC")]), "first": 1}
    start = (await client.ask(PROJECTS, money))["page"]["pageInfo"]["endCursor"]
    for values in ((2**70, "A"), (1.5, "A"), ("1", "A"), (1, 1)):
        assert await client.refused(PROJECTS, money | {"after": forged(start, *values)}) == "BAD_REQUEST", values
    assert (await client.ask(PROJECTS, money | {"after": forged(start, 2**62, "A")}))["page"]["edges"] == []


async def test_ids_that_were_never_issued_are_refused(client):
    document = "query($id: ID!) { node(id: $id) { id } }"
    for text in (
        "Project:1:2",
        "Project",
        "Nothing:1",
        "Project:x",
        "Project:",
        f"Project:{2**63}",
        "Project:-1",
        "é:1",
    ):
        given = base64.urlsafe_b64encode(text.encode()).decode()
        assert await client.refused(document, {"id": given}) == "BAD_REQUEST", text
    for given in ("", "x", "é", "=" * 50):
        assert await client.refused(document, {"id": given}) == "BAD_REQUEST", given
    highest = base64.urlsafe_b64encode(f"Project:{2**63 - 1}".encode()).decode()
    assert await client.ask(document, {"id": highest}) == {"node": None}


async def test_a_list_is_counted_only_when_asked(client):
    async def counts(document):
        seen = []

        def note(connection, cursor, statement, *_):
            seen.append(statement.lower().startswith("select count("))

        engine = client.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            await client.ask(document)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return sum(seen)

    for name in set(LISTS) - {"divisions"}:  # the divisions are in memory
        assert await counts(f"{{ {name}(first: 1) {{ nodes {{ id }} }} }}") == 0, name
        assert await counts(f"{{ {name}(first: 1) {{ totalCount }} }}") == 1, name

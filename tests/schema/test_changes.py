"""The change feed: complete, in order, resumable anywhere, cut to the scope, and never overtaken."""

import asyncio

import pytest
from sqlalchemy import select

from db.bundle import Manifest, import_tables
from db.enums import Provenance
from db.models import Allocation, Filing, Project, StandingFinding, Target

FEED = """query($under: ID!, $since: String, $first: Int!) {
  changes(under: $under, since: $since, first: $first) {
    cursor hasMore nodes { id kind code changedAt operation } } }"""


async def feed(client, under="100000", since=None, first=1000, user="ministry"):
    """All that follows a cursor, and the cursor to go on from."""
    found = []
    while True:
        page = (await client.ask(FEED, {"under": under, "since": since, "first": first}, user=user))["changes"]
        assert len(page["nodes"]) <= first
        found += page["nodes"]
        since = page["cursor"]
        if not page["hasMore"]:
            return found, since
        assert len(page["nodes"]) == first


def wanted(record, under):
    """Kind and code of everything below a division."""
    codes = {project.id: project.code for project in record[Project]}
    named = (
        ("ALLOCATION", Allocation, "recipient_id", lambda row: row.code),
        ("FILING", Filing, "division_id", lambda row: f"{codes[row.project_id]}/{row.period}"),
        ("FINDING", StandingFinding, "division_id", lambda row: row.key),
        ("PROJECT", Project, "division_id", lambda row: row.code),
        ("TARGET", Target, "division_id", lambda row: row.code),
    )
    return sorted(
        (kind, code(row))
        for kind, model, place, code in named
        for row in record[model]
        if record.inside(getattr(row, place), under)
    )


@pytest.mark.parametrize("user", ["510000", "X66000", "ministry"])
async def test_the_feed_is_complete_and_in_order(client, record, user):
    under = "100000" if user == "ministry" else user
    found, _ = await feed(client, under=under, user=user)
    assert sorted((node["kind"], node["code"]) for node in found) == wanted(record, under)
    moments = [node["changedAt"] for node in found]
    assert moments == sorted(moments)
    assert {node["operation"] for node in found} == {"INSERTED"}


async def test_it_goes_on_from_any_cursor_with_any_page(client):
    whole, end = await feed(client, under="460000")
    assert len(whole) > 30
    for first in (9, 50):
        assert await feed(client, under="460000", first=first) == (whole, end)
    half, _ = await feed(client, under="460000", first=17)
    part = (await client.ask(FEED, {"under": "460000", "since": None, "first": 17}))["changes"]
    rest, _ = await feed(client, under="460000", since=part["cursor"])
    assert part["nodes"] + rest == half
    assert await feed(client, under="460000", since=end) == ([], end)


async def test_its_ids_are_those_of_the_things(client):
    whole, _ = await feed(client, under="460000")
    document = "query($id: ID!) { node(id: $id) { __typename id } }"
    for node in {each["kind"]: each for each in whole}.values():
        found = (await client.ask(document, {"id": node["id"]}))["node"]
        assert found == {"__typename": node["kind"].capitalize(), "id": node["id"]}


async def test_a_forged_cursor_is_refused(client):
    for since in ("", "x", "é", "MTpQUk9KRUNU", "OTk5OTk5OTk5OTk5OTk5OTk5OTk6UFJPSkVDVDox", "LTE6UFJPSkVDVDox"):
        given = {"under": "460000", "since": since, "first": 1}
        assert await client.refused(FEED, given) == "BAD_REQUEST", since


async def test_an_import_that_corrects_one_project_shows_that_project(own_client, somewhere):
    project, document = somewhere.project, "query($code: ID!) { project(code: $code) { name } }"
    _, cursor = await feed(own_client, under="510000")
    _, elsewhere = await feed(own_client, under="440000")
    manifest = Manifest(
        name="fix", title="更正", title_en="Correction", provenance=Provenance.DEMO, source="corrected by hand"
    )
    row = {
        "code": project.code,
        "name": "【演示】更正后的名称",
        "status": project.status.value,
        "line": project.line.value,
        "division": somewhere.county,
    }
    report = await import_tables(own_client.database, manifest, {"projects": [row]}, actor="test")
    assert report.ok, report.text(language="en")
    found, after = await feed(own_client, under="510000", since=cursor)
    assert [(node["kind"], node["code"], node["operation"]) for node in found] == [("PROJECT", project.code, "UPDATED")]
    assert await own_client.ask(document, {"code": project.code}) == {"project": {"name": row["name"]}}
    assert await feed(own_client, under="510000", since=after) == ([], after)
    assert await feed(own_client, under="440000", since=elsewhere) == ([], elsewhere)


async def test_a_slow_writer_is_not_overtaken(own_client):
    """A reader goes on from the last revision it saw: none may be committed below it later."""
    database, started, release = own_client.database, asyncio.Event(), asyncio.Event()

    async def rename(code, name, *, slow):
        async with database.write(actor="test", action="rename") as work:
            project = await work.session.scalar(select(Project).where(Project.code == code))
            project.name = name
            await work.session.flush()
            if slow:
                started.set()
                await release.wait()

    _, cursor = await feed(own_client)
    slow = asyncio.create_task(rename("DEMO-000005", "慢", slow=True))
    await started.wait()
    quick = asyncio.create_task(rename("DEMO-000006", "快", slow=False))
    seen, cursor = await feed(own_client, since=cursor)
    await asyncio.sleep(0.2)
    more, cursor = await feed(own_client, since=cursor)
    release.set()
    await asyncio.gather(slow, quick)
    rest, _ = await feed(own_client, since=cursor)
    assert [node["code"] for node in seen + more + rest] == ["DEMO-000005", "DEMO-000006"]

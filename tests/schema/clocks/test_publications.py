"""Publishing: what is kept, who sees it, and what is refused without leaving a trace."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from sqlalchemy import select, update

from db.closure import rebuild_closure
from db.models import Division, DivisionVersion
from resolvers import context as request

COUNTY, CITY, PROVINCE, ELSEWHERE = "450328", "450300", "450000", "510000"
MONEY = '{ rollup(by: [LINE], where: {under: "450328"}) { rows { keys { value } planned paid } } }'
SEEN = "query($code: ID!) { publication(code: $code) { id title division { code } } publications { nodes { code } } }"


async def rows(told) -> tuple[int, int]:
    """Publications, and revisions of any kind."""
    return await told.one("select count(*) from publication"), await told.one("select count(*) from revision")


async def test_what_was_published_is_kept_with_its_digest(told) -> None:
    now = await told.now()
    done = (await told.publish("2026-1", MONEY))["publication"]
    body = orjson.dumps(await told.ask(MONEY))
    assert done["body"].encode() == body
    assert done["digest"] == hashlib.sha256(body).hexdigest()
    assert (done["asOf"], done["hierarchyAsOf"]) == ("2026-11-01", "2026-11-01")
    assert datetime.fromisoformat(done["knownAt"]) == datetime.fromisoformat(now)
    assert await told.again("2026-1") == {
        "body": done["body"],
        "digest": done["digest"],
        "identical": True,
        "sameRelease": True,
    }


async def test_variables_are_kept_too(told) -> None:
    query = "query($under: ID!) { rollup(by: [LINE], where: {under: $under}) { rows { keys { value } planned } } }"
    done = await told.publish("v", query, variables={"under": COUNTY})
    other = await told.publish("w", query, variables={"under": CITY})
    assert done["publication"]["body"] != ""
    kept = await told.ask('{ publication(code: "v") { variables query again { identical } } }')
    assert kept["publication"] == {"variables": {"under": COUNTY}, "query": query, "again": {"identical": True}}
    assert other["publication"]["code"] == "w"


@pytest.mark.parametrize(
    ("publisher", "readers"),
    [
        ("ministry", {"ministry", "inspector"}),
        (PROVINCE, {"ministry", "inspector", PROVINCE}),
        (CITY, {"ministry", "inspector", PROVINCE, CITY}),
        (COUNTY, {"ministry", "inspector", PROVINCE, CITY, COUNTY}),
    ],
)
async def test_a_publication_is_seen_from_its_division_upwards(told, publisher: str, readers: set[str]) -> None:
    assert "publication" in await told.publish("x", MONEY.replace(f'under: "{COUNTY}"', ""), publisher)
    for user in ("ministry", "inspector", PROVINCE, CITY, COUNTY, ELSEWHERE):
        found = await told.ask(SEEN, user, code="x")
        seen = user in readers
        assert (found["publication"] is not None, found["publications"]["nodes"]) == (seen, [{"code": "x"}] * seen)
    asked = "query($id: ID!) { node(id: $id) { ... on Publication { code } } }"
    id_ = (await told.ask(SEEN, code="x"))["publication"]["id"]
    assert (await told.ask(asked, ELSEWHERE, id=id_))["node"] is None
    assert (await told.ask(asked, id=id_))["node"] == {"code": "x"}


async def test_a_publication_shows_what_its_publisher_saw_to_whoever_makes_it_again(told) -> None:
    query = "{ projects { nodes { code } } me { name } }"
    done = (await told.publish("mine", query, COUNTY))["publication"]
    assert orjson.loads(done["body"]) == {"projects": {"nodes": [{"code": "DEMO-000019"}]}, "me": {"name": COUNTY}}
    assert (await told.again("mine"))["identical"]
    assert (await told.again("mine", PROVINCE))["identical"]


async def test_only_who_is_signed_in_publishes(told) -> None:
    document = 'mutation { publishReport(input: {code: "a", title: "a", query: "{ me { name } }"}) { __typename } }'
    before = await rows(told)
    result = await told.services.schema.execute(document, context_value=told.services.context())
    assert [error.extensions["code"] for error in result.errors] == ["UNAUTHENTICATED"]
    assert await rows(told) == before


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("mutation { signOut { ok } }", "only a document with one query"),
        (
            'mutation { publishReport(input: {code: "b", title: "b", query: "{ me { name } }"}) { __typename } }',
            "only a document with one query",
        ),
        ("subscription { me { name } }", "only a document with one query"),
        ("{ me { name } ", "the query fails: "),
        ("", "only a document with one query"),
        ("{ nothing }", "the query fails: Cannot query field 'nothing' on type 'Query'."),
        ("query A { me { name } } query B { me { role } }", "the query fails: "),
        ("fragment F on Viewer { name }", "the query fails: "),
        (
            '{ me { name } rollup(by: [LINE], where: {under: "000000"}) { totalRows } }',
            "the query fails: 区划 000000 does not exist or lies outside your scope",
        ),
        ("query($x: ID!) { division(code: $x) { name } }", "the query fails: "),
    ],
)  # fmt: skip
async def test_what_is_no_sound_read_is_refused(told, query: str, says: str) -> None:
    before = await rows(told)
    refused = await told.publish("refused", query)
    assert refused["code"] == "PUBLICATION_REFUSED"
    assert refused["messageEn"].startswith(says)
    assert await rows(told) == before


async def test_a_code_is_taken_once(told) -> None:
    await told.publish("2026-1", MONEY)
    before = await rows(told)
    refused = await told.publish("2026-1", "{ me { name } }", COUNTY)
    assert (refused["code"], refused["messageEn"]) == ("PUBLICATION_REFUSED", "there is a publication 2026-1 already")
    assert await rows(told) == before


async def test_the_future_cannot_be_published(told) -> None:
    before = await rows(told)
    ahead = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    refused = await told.publish("ahead", MONEY, knownAt=ahead)
    assert refused["messageEn"] == "knownAt must not lie in the future of a publication"
    assert await rows(told) == before


async def test_a_published_query_cannot_look_beyond_its_moment(told) -> None:
    await told.publish("first", MONEY)
    now = await told.now()
    for beyond in (datetime.fromisoformat(now) + timedelta(microseconds=1), datetime(2099, 1, 1, tzinfo=UTC)):
        query = f'{{ projects(knownAt: "{beyond.isoformat()}") {{ nodes {{ code }} }} }}'
        refused = await told.publish("beyond", query)
        assert "cannot look beyond the moment it is known by" in refused["messageEn"]
    query = f'{{ projects(knownAt: "{now}", first: 1) {{ nodes {{ code }} }} }}'
    assert "publication" in await told.publish("its own", query)


async def test_a_publication_cannot_contain_itself(told) -> None:
    query = '{ publication(code: "loop") { again(knownAt: "2099-01-01T00:00:00Z") { body } } }'
    done = (await told.publish("loop", query))["publication"]
    assert orjson.loads(done["body"]) == {"publication": None}
    assert (await told.again("loop"))["identical"]
    assert (
        await told.refused('query { publication(code: "loop") { again(knownAt: "2099-01-01T00:00:00Z") { body } } }')
        == "PUBLICATION_REFUSED"
    )


async def test_publications_of_the_past_are_listed_as_they_were(told) -> None:
    await told.publish("one", MONEY)
    moment = await told.now()
    done = (await told.publish("list", "{ publications { nodes { code } } }"))["publication"]
    assert orjson.loads(done["body"]) == {"publications": {"nodes": [{"code": "one"}]}}
    await told.publish("two", MONEY)
    assert (await told.again("list"))["identical"]
    asked = "query($at: DateTime) { publications(knownAt: $at) { nodes { code } } }"
    assert await told.ask(asked, at=moment) == {"publications": {"nodes": [{"code": "one"}]}}


async def test_years_later_it_is_still_cut_by_the_divisions_of_its_day(told, monkeypatch) -> None:
    done = await told.publish("county", "{ projects { nodes { code name } } rollup(by: [LINE]) { totalRows } }", COUNTY)
    async with told.database.write(actor="test", action="abolish") as work:
        county = select(Division.id).where(Division.code == COUNTY).scalar_subquery()
        ended = {"valid_to": date(2027, 1, 1), "revision_id": work.revision_id}
        await work.session.execute(update(DivisionVersion).where(DivisionVersion.division_id == county).values(**ended))
        await rebuild_closure(work)
    monkeypatch.setattr(request, "today", lambda: date(2030, 1, 1))
    assert (await told.again("county"))["body"] == done["publication"]["body"]
    assert "DEMO-000019" in done["publication"]["body"]
    assert (await told.again("county", knownAt=await told.now()))["body"] == done["publication"]["body"]

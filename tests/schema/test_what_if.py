"""Checks on demand: other numbers, other days, any slice; compared with what stands, and stored nowhere."""

import pytest
from sqlalchemy import func, select

from db.models import Revision, StandingFinding

CHECK = """query($under: ID!, $rules: [String!], $asOf: Date, $parameters: [AssumedParameter!], $first: Int! = 1000,
    $after: String) {
  checkRules(scope: {under: $under}, rules: $rules, asOf: $asOf, parameters: $parameters) {
    asOf release receipt { rule { code } evaluated fired notApplicable missingFacts blocked failed }
    comparedWithStanding { added removed unchanged }
    findings(first: $first, after: $after) {
      totalCount nodes { id state severity rule { code } messageZh } pageInfo { hasNextPage endCursor } } } }"""
POINTS = "slow_payment.yellow_points"
DAY = "2026-10-31"


async def checked(client, under="100000", *, user="ministry", **given):
    return (await client.ask(CHECK, {"under": under, "asOf": DAY, **given}, user=user))["checkRules"]


def keys(found):
    return {node["id"] for node in found["findings"]["nodes"]}


async def test_the_same_day_and_numbers_find_what_stands(client, record):
    found = await checked(client)
    standing = [f for f in record[StandingFinding] if f.state.standing]
    assert found["comparedWithStanding"] == {"added": 0, "removed": 0, "unchanged": len(standing)}
    assert found["findings"]["totalCount"] == len(standing)
    assert {line["rule"]["code"] for line in found["receipt"]} == set(client.services.law.rules)
    assert sum(line["fired"] for line in found["receipt"]) == len(standing)
    assert [line["failed"] for line in found["receipt"]] == [0] * len(found["receipt"])
    assert {node["state"] for node in found["findings"]["nodes"]} <= {None, "NEW"}


async def test_a_stricter_number_adds_and_a_laxer_removes(client):
    base = await checked(client, rules=["PT-12-01"])
    strict = await checked(client, rules=["PT-12-01"], parameters=[{"key": POINTS, "value": "1"}])
    lax = await checked(client, rules=["PT-12-01"], parameters=[{"key": POINTS, "value": "29"}])
    assert keys(lax) < keys(base) < keys(strict)
    for found in (base, strict, lax):
        compared = found["comparedWithStanding"]
        assert compared["added"] == len(keys(found) - keys(base))
        assert compared["removed"] == len(keys(base) - keys(found))
        assert compared["unchanged"] == len(keys(found) & keys(base))
        assert found["receipt"][0]["fired"] == found["findings"]["totalCount"] == len(keys(found))
    assert len({base["release"], strict["release"], lax["release"]}) == 3
    assert [line["evaluated"] for line in strict["receipt"]] == [line["evaluated"] for line in base["receipt"]]


async def test_a_slice_finds_its_part_of_the_whole(client, record):
    whole = await checked(client)
    part = await checked(client, "510000", user="510000")
    inside = {f.key for f in record[StandingFinding] if record.inside(f.division_id, "510000") and f.state.standing}
    assert len(inside) > 1
    assert part["findings"]["totalCount"] == len(inside) == part["comparedWithStanding"]["unchanged"]
    assert keys(part) < keys(whole)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"rules": ["XX-99-99"]}, "XX-99-99"),
        ({"rules": [""]}, ""),
        ({"parameters": [{"key": "no.such", "value": "1"}]}, "no.such"),
        ({"parameters": [{"key": POINTS, "value": "many"}]}, POINTS),
        ({"parameters": [{"key": POINTS, "value": ""}]}, POINTS),
        ({"parameters": [{"key": POINTS, "value": "1e9999"}]}, POINTS),
        ({"parameters": [{"key": POINTS, "value": "NaN"}]}, POINTS),
        ({"parameters": [{"key": POINTS, "value": "-5"}]}, POINTS),
        ({"parameters": [{"key": POINTS, "value": "1" * 5000}]}, POINTS),
        ({"parameters": [{"key": POINTS, "value": "1"}, {"key": POINTS, "value": "2"}]}, POINTS),
    ],
)
async def test_what_cannot_be_meant_is_refused_and_named(client, given, told):
    token = await client.token("ministry")
    answer = await client.post(CHECK, {"under": "510104", "asOf": DAY, **given}, token=token)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert told in error["extensions"]["messageEn"]
    assert len(error["extensions"]["messageEn"]) < 700


async def test_findings_of_a_check_are_paged(client):
    whole = await checked(client)
    found, after = [], None
    while True:
        page = (await checked(client, first=40, after=after))["findings"]
        found += page["nodes"]
        assert page["totalCount"] == whole["findings"]["totalCount"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        assert len(page["nodes"]) == 40
    assert found == whole["findings"]["nodes"]
    ranks = [["BLOCKING", "RED", "YELLOW", "INFO"].index(node["severity"]) for node in found]
    assert ranks == sorted(ranks)
    refused = {"under": "100000", "asOf": DAY, "after": "x"}
    assert await client.refused(CHECK, refused) == "BAD_REQUEST"


async def test_a_check_stores_nothing(client):
    async def stored():
        async with client.database.read() as session:
            return [
                await session.scalar(select(func.count()).select_from(each)) for each in (Revision, StandingFinding)
            ]

    await client.token("ministry")
    before = await stored()
    await checked(client, "510000", parameters=[{"key": POINTS, "value": "1"}])
    assert await stored() == before


async def test_an_earlier_day_knows_less(client):
    early = await checked(client, asOf="2023-06-30")
    assert early["asOf"] == "2023-06-30"
    assert early["findings"]["totalCount"] < (await checked(client))["findings"]["totalCount"]

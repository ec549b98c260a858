"""A figure published in the past comes out byte for byte; restated, it differs by what was documented since."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import orjson
import pytest

FUTURE = "2099-01-01T00:00:00+08:00"
GUANGXI, GUILIN, GONE, HEIR = "450000", "450300", "450328", "450323"
MERGED_ON = "2026-10-01"
REPORT = """{
  rollup(by: [PROVINCE, BUDGET_YEAR]) {
    rows { keys { value } planned received issued paid executionRate projectCount }
    totals { planned received issued recalled paid timeProgress targetCompletion projectCount }
  }
  division(code: "450300") { name children { code name rollup { planned paid findings { red yellow } } } }
  rules(codes: ["DL-11-01"]) { parameters { key value } }
  checkRules(scope: {under: "450000"}) { release receipt { rule { code } evaluated fired } }
  filingProgress(under: "450000", period: "2026Q2", by: CITY) { expected onTime late missing division { name } }
}"""
PAYMENT = {"project": "DEMO-000019", "fund": "DEMO-F-CIT", "source": "CITY"}
LINE = {"project": "DEMO-000019", "fund": "DEMO-F-CIT", "budget_year": "2025", "source": "CITY"}
PAID = {"2025": Decimal("1.23"), "2026": Decimal("-24880.00") + Decimal("1000.00")}
"""What the corrections below come to, in yuan, by budget year."""
PLANNED = {"2025": Decimal("60000.00"), "2026": Decimal(0)}


async def correct(told) -> None:
    """Two payments corrected, one found late, a plan raised."""
    payments = (
        ("DEMO-P-000019-1", "2025", "2025-02-04", "2108139.23"),
        ("DEMO-P-000019-10", "2026", "2026-08-23", "600000.00"),
        ("DEMO-P-000019-L", "2026", "2026-09-01", "1000.00"),
    )
    columns = ("code", "budget_year", "paid_on", "amount_yuan")
    await told.correct(
        payments=[PAYMENT | dict(zip(columns, row, strict=True)) for row in payments],
        source_lines=[LINE | {"planned_yuan": "11000000.00"}],
    )


def version(code: str, name: str, kind: str, since: str, until: str) -> dict[str, str]:
    """A row of divisions.csv."""
    days = {"valid_from": since, "valid_to": until, "node_from": "1949-10-01"}
    return {"code": code, "name": name, "type_name": kind, "level": "COUNTY", "admin_parent": GUILIN} | days


async def merge(told) -> None:
    """One county is abolished, its land goes to another that becomes a city."""
    await told.correct(
        divisions=[
            version(GONE, "龙胜各族自治县", "自治县", "1949-10-01", MERGED_ON),
            version(HEIR, "灵川县", "县", "1949-10-01", MERGED_ON),
            version(HEIR, "灵川市", "县级市", MERGED_ON, ""),
        ]
    )


def years(body: str, province: str) -> dict[str, dict[str, Decimal]]:
    """A province's money by budget year."""
    rows = orjson.loads(body)["rollup"]["rows"]
    code = {"value": province}
    return {
        row["keys"][1]["value"]: {name: Decimal(row[name]) for name in ("planned", "received", "issued", "paid")}
        for row in rows
        if row["keys"][0] == code
    }


async def publish(told) -> str:
    done = await told.publish("2026年第3期", REPORT)
    return done["publication"]["body"]


async def reproduced(told, body: str) -> None:
    """By its own clocks: the same bytes, by the law of then."""
    again = await told.again("2026年第3期")
    assert again["body"] == body
    assert (again["identical"], again["sameRelease"]) == (True, True)


async def restated(told) -> str:
    """By everything known now."""
    again = await told.again("2026年第3期", knownAt=FUTURE)
    assert not again["identical"]
    return again["body"]


async def test_after_corrections(told) -> None:
    body = await publish(told)
    await correct(told)
    await reproduced(told, body)
    new = await restated(told)
    keys = {row["keys"][0]["value"] for row in orjson.loads(body)["rollup"]["rows"]}
    assert GUANGXI in keys
    for key in keys:
        then, now = years(body, key), years(new, key)
        for year, sums in then.items():
            paid = PAID.get(year, Decimal(0)) if key == GUANGXI else Decimal(0)
            planned = PLANNED.get(year, Decimal(0)) if key == GUANGXI else Decimal(0)
            assert now[year] == sums | {"paid": sums["paid"] + paid, "planned": sums["planned"] + planned}, key
    before, after = (orjson.loads(text)["rollup"]["totals"] for text in (body, new))
    assert Decimal(after["paid"]) - Decimal(before["paid"]) == sum(PAID.values())
    assert Decimal(after["planned"]) - Decimal(before["planned"]) == sum(PLANNED.values())
    assert {name for name in before if before[name] != after[name]} <= {"paid", "planned", "timeProgress"}
    children = [{c["code"]: c for c in orjson.loads(text)["division"]["children"]} for text in (body, new)]
    assert [code for code in children[0] if children[0][code] != children[1][code]] == [GONE]


async def test_after_a_merge(told) -> None:
    body = await publish(told)
    await merge(told)
    await reproduced(told, body)
    new = await restated(told)
    names = [{c["code"]: c["name"] for c in orjson.loads(text)["division"]["children"]} for text in (body, new)]
    assert (names[0][GONE], names[0][HEIR]) == ("龙胜各族自治县", "灵川县")
    assert (GONE in names[1], names[1][HEIR]) == (False, "灵川市")
    on_the_old_map = await told.again("2026年第3期", knownAt=FUTURE, hierarchyAsOf="2026-09-30")
    old, then = (orjson.loads(text) for text in (on_the_old_map["body"], body))
    assert (old["rollup"], old["division"]) == (then["rollup"], then["division"])


async def test_a_merge_moves_no_money(told) -> None:
    body = await publish(told)
    await merge(told)
    before, after = (orjson.loads(text)["rollup"]["totals"] for text in (body, await restated(told)))
    assert after == before


async def test_after_a_parameter_was_entered(told, later_law) -> None:
    body = await publish(told)
    later = told.by(later_law)
    await reproduced(later, body)
    then, now = (orjson.loads(text) for text in (body, await restated(later)))
    due = [{line["key"]: line["value"] for line in each["rules"][0]["parameters"]} for each in (then, now)]
    assert (due[0]["filing.due_day"], due[1]["filing.due_day"]) == ("15", "3")
    assert due[0] | {"filing.due_day": "3"} == due[1]
    assert (now["rollup"], now["division"]) == (then["rollup"], then["division"])
    fired = [{line["rule"]["code"]: line["fired"] for line in each["checkRules"]["receipt"]} for each in (then, now)]
    assert [code for code in fired[0] if fired[0][code] != fired[1][code]] == ["DL-11-01"]
    late = [sum(each["late"] for each in text["filingProgress"]) for text in (then, now)]
    assert late[1] > late[0]


async def test_after_all_of_it(told, later_law) -> None:
    body = await publish(told)
    await correct(told)
    await merge(told)
    later = told.by(later_law)
    await reproduced(later, body)
    await restated(later)


async def test_a_figure_may_be_published_as_it_was_known_long_ago(told) -> None:
    moment = await told.now()
    before = await publish(told)
    await correct(told)
    await merge(told)
    late = (await told.publish("补发", REPORT, knownAt=moment))["publication"]
    assert late["body"] == before
    assert (await told.again("补发"))["identical"]


@pytest.fixture
async def told_on_postgresql(postgres_store, tmp_path, load_demo, told) -> AsyncIterator[Any]:
    """The same demo there."""
    async with postgres_store.empty(tmp_path) as database:
        await load_demo(database)
        yield told.over(database)


async def test_on_postgresql(told_on_postgresql, told, later_law) -> None:
    body = await publish(told_on_postgresql)
    await correct(told_on_postgresql)
    await merge(told_on_postgresql)
    await reproduced(told_on_postgresql.by(later_law), body)
    assert orjson.loads(body) == orjson.loads(await publish(told))

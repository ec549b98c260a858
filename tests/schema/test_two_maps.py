"""Two parents and changing maps: why totals by the chains differ, and what restating moves."""

from decimal import Decimal

BOTH = """query($code: ID!, $tree: Tree) {
  division(code: $code, tree: $tree) { rollup { received planned paid estimated } }
}"""
WHY = """query($code: ID!) { treeDifferences(under: $code) {
  onlyIn reason division { code name rollup { received planned paid } }
} }"""
MEASURES = ("received", "planned", "paid")


async def test_the_difference_of_the_chains_is_told_division_by_division(client):
    found = (await client.ask(WHY, {"code": "210000"}))["treeDifferences"]
    assert [(row["division"]["code"], row["onlyIn"], row["reason"]) for row in found] == [
        ("210200", "ADMIN", "行政上隶属辽宁省, 资金由全国下达")
    ]


async def test_the_differences_make_up_the_gap_between_the_totals(client):
    for code in ("210000", "440000", "650000", "X66000"):
        by = {}
        for tree in ("ADMIN", "FUND"):
            by[tree] = (await client.ask(BOTH, {"code": code, "tree": tree}))["division"]["rollup"]
        differences = (await client.ask(WHY, {"code": code}))["treeDifferences"]
        assert differences, code
        for measure in ("planned", "paid"):
            gap = Decimal(by["ADMIN"][measure]) - Decimal(by["FUND"][measure])
            told = sum(
                (Decimal(row["division"]["rollup"][measure]) * (1 if row["onlyIn"] == "ADMIN" else -1))
                for row in differences
            )
            assert gap == told, (code, measure)


async def test_the_nation_is_the_same_by_both_chains(client):
    assert (await client.ask(WHY, {"code": "100000"}))["treeDifferences"] == []
    by = [
        (await client.ask(BOTH, {"code": "100000", "tree": tree}))["division"]["rollup"] for tree in ("ADMIN", "FUND")
    ]
    assert by[0] == by[1]


async def test_as_filed_and_restated_agree_on_the_nation_on_every_map(client):
    document = """query($day: Date!, $restated: Boolean!) {
      division(code: "100000", hierarchyAsOf: $day) { rollup(restated: $restated) { received issued planned paid } }
      rollup(by: [PROVINCE], hierarchyAsOf: $day, restated: $restated) { totals { received planned paid } }
    }"""
    answers = [
        await client.ask(document, {"day": day, "restated": restated})
        for day in ("2018-12-31", "2021-06-30", "2026-10-31")
        for restated in (True, False)
    ]
    assert all(answer == answers[0] for answer in answers)
    assert Decimal(answers[0]["division"]["rollup"]["received"]) > 0


async def test_a_division_outside_the_scope_is_refused(client):
    assert await client.refused(WHY, {"code": "440000"}, user="210000") == "OUT_OF_SCOPE"

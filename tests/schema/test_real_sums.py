"""What was published comes out of the graph as it was published."""

ROLLUP = """query($code: ID!, $where: RollupFilter) {
  division(code: $code) { name rollup(where: $where) { received issued retained }
    children { code rollup(where: $where) { received issued retained } } }
}"""
CUBE = """query($by: [Dimension!]!, $where: CubeFilter) {
  rollup(by: $by, where: $where) {
    rows { keys { value label } planned received issued retained } totals { planned received } totalRows notes
  }
}"""
NOTHING = "0.00"


async def rolled_up(client, code, **where):
    found = (await client.ask(ROLLUP, {"code": code, "where": where}))["division"]
    children = {
        child["code"]: child["rollup"]["received"]
        for child in found["children"]
        if child["rollup"]["received"] != NOTHING
    }
    return found["rollup"], children


async def cube(client, by, **where):
    return (await client.ask(CUBE, {"by": by, "where": {"provenances": ["PUBLISHED"], **where}}))["rollup"]


async def test_qinghai_2024_went_to_three_cities(client):
    whole, children = await rolled_up(client, "630000", budgetYears=[2024], provenances=["PUBLISHED"])
    assert whole == {"received": "360000000.00", "issued": "360000000.00", "retained": NOTHING}
    assert children == {"630100": "236000000.00", "630200": "88000000.00", "632200": "36000000.00"}


async def test_hainan_marine_2020_went_to_a_city_and_two_counties_below_the_province(client):
    marine = {"funds": ["MARINE_ECO_RESTORATION"], "budgetYears": [2020]}
    whole, children = await rolled_up(client, "460000", **marine)
    assert whole == {"received": "325700000.00", "issued": "325700000.00", "retained": NOTHING}
    assert children == {"460200": "122200000.00", "469005": "100000000.00", "469006": "103500000.00"}
    by_city = await cube(client, ["PROVINCE", "CITY", "COUNTY"], under="460000", **marine)
    assert {tuple(k["value"] for k in row["keys"]): row["received"] for row in by_city["rows"]} == {
        ("460000", "460200", None): "122200000.00",
        ("460000", None, "469005"): "100000000.00",
        ("460000", None, "469006"): "103500000.00",
        ("460000", None, None): NOTHING,
    }
    assert by_city["totals"]["received"] == "325700000.00"


async def test_guangxi_2022_came_in_three_tranches(client):
    found = await cube(client, ["TRANCHE"], under="450000", funds=["WATER_POLLUTION"], budgetYears=[2022])
    assert [(row["keys"][0]["value"], row["received"]) for row in found["rows"]] == [
        ("1", "313740000.00"),
        ("2", "70960000.00"),
        ("3", "30000000.00"),
    ]
    assert (found["totals"]["received"], found["totalRows"]) == ("414700000.00", 3)


async def test_hunan_is_planned_from_three_sources(client):
    found = await cube(client, ["SOURCE"], under="430000")
    assert {row["keys"][0]["value"]: row["planned"] for row in found["rows"]} == {
        "CENTRAL": "300000000.00",
        "PROVINCE": "60000000.00",
        "MIXED": "142000000.00",
    }
    assert found["totals"]["planned"] == "502000000.00"


async def test_awards_applications_and_stated_totals_are_shown_and_never_summed(client):
    listed = """query($kinds: [AllocationKind!]) {
      allocations(where: {kinds: $kinds}) { totalCount nodes { code amount kind } }
    }"""
    promised = await client.ask(listed, {"kinds": ["AWARD", "APPLIED", "STATED_TOTAL"]})
    assert promised["allocations"]["totalCount"] == 25
    whole, _ = await rolled_up(client, "430000", provenances=["PUBLISHED"])
    assert whole == {"received": NOTHING, "issued": NOTHING, "retained": NOTHING}


async def test_dalian_belongs_to_liaoning_by_authority_and_to_the_nation_by_money(client):
    document = """query($tree: Tree) { liaoning: division(code: "210000", tree: $tree) { children { code } }
      nation: division(code: "100000", tree: $tree) { children { code } } }"""
    for tree, parent in (("ADMIN", "liaoning"), ("FUND", "nation")):
        found = await client.ask(document, {"tree": tree})
        holders = [name for name, place in found.items() if {"code": "210200"} in place["children"]]
        assert holders == [parent]


async def test_a_measure_that_a_dimension_does_not_divide_is_null_and_said(client):
    found = await cube(client, ["PROJECT_STATUS"], under="430000")
    assert {row["received"] for row in found["rows"]} == {None}
    assert found["notes"] == [
        f"{measure} 不能按 [PROJECT_STATUS] 划分 / is not divided by [PROJECT_STATUS]"
        for measure in ("ISSUED", "RECEIVED", "RETAINED")
    ]


async def test_money_on_its_way_has_no_project_status(client):
    whole, _ = await rolled_up(client, "510000", status=["UNDER_WAY"])
    assert whole == {"received": None, "issued": None, "retained": None}
    found = await cube(client, ["PROVINCE"], status=["UNDER_WAY"])
    assert found["totals"]["received"] is None
    assert (
        "RECEIVED 不能按 [PROVINCE, PROJECT_STATUS] 划分 / is not divided by [PROVINCE, PROJECT_STATUS]"
        in found["notes"]
    )

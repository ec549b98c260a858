"""knownAt on every root field: the answer of that moment, whatever was recorded since."""

from datetime import date

import pytest
from sqlalchemy import text

from rules.standing import refresh
from server.areas import NATION, area_of

PROJECT, COUNTY, CITY = "DEMO-000019", "450328", "450300"
FUTURE, EARLIER = "2099-01-01T00:00:00+08:00", "2001-01-01T00:00:00+08:00"
UNCLOCKED = frozenset({"me"})
"""Asks who is asking, not what is recorded."""

UNDER = f'where: {{under: "{COUNTY}"}}'
DOCUMENTS = {
    "node": """node(id: $id, asOf: "2026-11-01", knownAt: $at) { ... on Project { name targets { weight } } }""",
    "division": f"""division(code: "{COUNTY}", knownAt: $at) {{ name rollup {{ planned paid findings {{ red }} }} }}""",
    "treeDifferences": """treeDifferences(under: "210000", knownAt: $at) { onlyIn reason division { name } }""",
    "divisions": f"""divisions({UNDER}, knownAt: $at) {{ nodes {{ name path }} }}""",
    "units": f"""units({UNDER}, knownAt: $at) {{ nodes {{ name division {{ name }} }} }}""",
    "rollup": """rollup(by: [PROVINCE, LINE], asOf: "2026-11-01", knownAt: $at) {
        rows { keys { value } planned received paid findings { red yellow } } totals { planned received } }""",
    "fund": """fund(code: $fund, knownAt: $at) { name years { budgetYear } }""",
    "funds": """funds(knownAt: $at) { nodes { name } }""",
    "allocations": f"""allocations({UNDER}, knownAt: $at) {{ nodes {{ amount fund {{ name }} }} }}""",
    "project": f"""project(code: "{PROJECT}", asOf: "2026-11-01", knownAt: $at) {{ name payments {{ amount }}
        targets {{ weight progress {{ value }} }} filings {{ returnedCount daysLate }} findings {{ state }} }}""",
    "projects": f"""projects({UNDER}, knownAt: $at) {{ nodes {{ name sourceLines {{ planned }} }} }}""",
    "targets": f"""targets({UNDER}, knownAt: $at) {{ nodes {{ weight completion }} }}""",
    "filings": f"""filings({UNDER}, knownAt: $at) {{ nodes {{ returnedCount deadline {{ due }} }} }}""",
    "changes": f"""changes(under: "{COUNTY}", first: 500, knownAt: $at) {{ nodes {{ code operation changedAt }} }}""",
    "rules": """rules(codes: ["DL-11-01"], knownAt: $at) { parameters { key value } }""",
    "findings": """findings(knownAt: $at) { nodes { state lastSeen rule { code } subject { __typename } } }""",
    "ruleRuns": """ruleRuns(knownAt: $at) { nodes { asOf receipt { fired rule { code } } } }""",
    "checkRules": """checkRules(scope: {under: "450000"}, asOf: "2026-11-01", knownAt: $at) {
        release receipt { evaluated fired } comparedWithStanding { added removed unchanged } }""",
    "publication": """publication(code: "先", knownAt: $at) { title digest division { name } }""",
    "publications": """publications(knownAt: $at) { nodes { title } }""",
    "filingDeadline": f"""filingDeadline(division: "{COUNTY}", year: 2026, quarter: 3, knownAt: $at) {{ due }}""",
    "filingProgress": """filingProgress(under: "450000", period: "2026Q2", by: CITY, asOf: "2026-11-01", knownAt: $at) {
        expected onTime late returned division { name } }""",
    "divisionChange": """divisionChange(code: "C-1", knownAt: $at) { title state }""",
    "divisionChanges": """divisionChanges(knownAt: $at) { nodes { title } }""",
    "divisionCrosswalk": f"""divisionCrosswalk(
        code: "{COUNTY}", from: "2020-01-01", to: "2026-11-01", knownAt: $at) {{ code share }}""",
}
NULL = ("node", "division", "fund", "project", "publication", "divisionChange")
"""Null before the first revision; lists are empty, and what must name a division names one not known yet."""
LISTS = (
    "units", "funds", "allocations", "projects", "targets", "filings", "findings", "ruleRuns", "publications",
    "divisionChanges",
)  # fmt: skip
LAW = ("rules",)
"""Comes with the release: known whatever the record holds."""

CORRECTIONS = (
    """update division_version set name = name || '（更名）', revision_id = :rev where division_id in
       (select id from division where code in ('450328', '450300', '450000', '210200'))""",
    "update unit set name = name || '!', revision_id = :rev",
    "update fund set name = name || '!', revision_id = :rev",
    "update allocation set amount_fen = amount_fen + 100, revision_id = :rev",
    "update project set name = name || '!', revision_id = :rev",
    "update source_line set planned_fen = planned_fen + 100, revision_id = :rev",
    "update payment set amount_fen = amount_fen + 100, revision_id = :rev",
    "update target set weight = coalesce(weight, 1) + 1, revision_id = :rev",
    "update progress set value = value + 1, revision_id = :rev",
    "update filing set returned_count = returned_count + 1, state = 'RETURNED', revision_id = :rev",
    """insert into division_change (code, year, effective_on, change_type, old_code, old_name, new_code, new_name,
       partial, share_bp, source, created_rev, revision_id)
       values ('T-1', 2021, '2021-01-01', '更名', '450328', 'a', '450328', 'b', false, null, 'test', :rev, :rev)""",
    """insert into division_case (code, change_type, title, document_number, effective_on, state, division_id, closes,
       registered_by, registered_at, attempt, created_rev, revision_id)
       select 'C-1', 'RENAME', 'Renaming', 'No. 1', '2026-12-01', 'REGISTERED', division_id, '[]', id, 1, 0, :rev, :rev
       from account where name = 'ministry'""",
)
UNMOVED = frozenset({"divisionCrosswalk"})
"""A rename leaves the crosswalk of its division as it was."""


def document(field: str) -> str:
    """A whole operation."""
    body = DOCUMENTS[field]
    more = "".join(f", ${name}: ID!" for name in ("id", "fund") if f"${name}" in body)
    return f"query($at: DateTime{more}) {{ {body} }}"


async def answers(told, field: str, at: str | None):
    """Data and the codes of errors."""
    given = {
        "id": await told.one("select id from project where code = :code", code=PROJECT),
        "fund": await told.one(
            "select f.code from fund f join source_line s on s.fund_id = f.id join project p on p.id = s.project_id "
            "where p.code = :code order by f.code limit 1",
            code=PROJECT,
        ),
    }
    if field == "node":
        given["id"] = (await told.ask(f'{{ project(code: "{PROJECT}") {{ id }} }}'))["project"]["id"]
    wanted = {name: value for name, value in given.items() if f"${name}" in DOCUMENTS[field]}
    result = await told.answer(document(field), at=at, **wanted)
    return result.data and result.data[field], [error.extensions["code"] for error in result.errors or ()]


async def correct(told) -> None:
    """Everything the documents ask about is recorded differently."""
    async with told.database.write(actor="test", action="correct") as work:
        for statement in CORRECTIONS:
            await work.session.execute(text(statement), {"rev": work.revision_id})
    area = await area_of(told.database, NATION)
    await refresh(told.database, area=area, as_of=date(2026, 11, 2), actor="test", law=told.services.law)
    assert (await told.publish("先", "{ me { name } }"))["publication"]["code"] == "先"


def test_there_is_a_document_for_every_root_field(shared_schema) -> None:
    fields = shared_schema._schema.query_type.fields
    assert set(DOCUMENTS) == set(fields) - UNCLOCKED
    assert {name for name, field in fields.items() if "knownAt" in field.args} == set(DOCUMENTS)
    assert {str(fields[name].args["knownAt"].type) for name in DOCUMENTS} == {"DateTime"}


async def test_every_root_field_answers_as_known_then(told, later_law) -> None:
    before = {field: await answers(told, field, None) for field in DOCUMENTS}
    moment = await told.now()
    await correct(told)
    later = told.by(later_law)
    then = {field: await answers(later, field, moment) for field in DOCUMENTS}
    now = {field: await answers(later, field, None) for field in DOCUMENTS}
    future = {field: await answers(later, field, FUTURE) for field in DOCUMENTS}
    for field in DOCUMENTS:
        assert (before[field][1], now[field][1]) == ([], []), field
        assert then[field] == before[field], field
        assert future[field] == now[field], field
        assert (now[field] == before[field]) == (field in UNMOVED), field


@pytest.mark.parametrize("field", sorted(DOCUMENTS))
async def test_before_the_first_revision_nothing_is_known(told, field: str) -> None:
    data, errors = await answers(told, field, EARLIER)
    if field in NULL:
        assert (data, errors) == (None, [])
    elif field in LAW:
        assert ([line["key"] for line in data[0]["parameters"]] != [], errors) == (True, [])
    elif field in LISTS and "under" not in DOCUMENTS[field]:
        assert (data["nodes"], errors) == ([], [])
    else:
        assert (data, errors) in ((None, ["OUT_OF_SCOPE"]), (None, ["BAD_REQUEST"]))


@pytest.mark.parametrize("field", LISTS)
async def test_before_the_first_revision_lists_are_empty(told, field: str) -> None:
    asked = f"query($at: DateTime) {{ {field}(knownAt: $at) {{ nodes {{ id }} }} }}"
    assert (await told.ask(asked, at=EARLIER))[field] == {"nodes": []}
    await correct(told)
    assert (await told.ask(asked))[field]["nodes"] != []


@pytest.mark.parametrize("field", sorted(DOCUMENTS))
async def test_a_moment_without_a_zone_is_refused(told, field: str) -> None:
    data, errors = await answers(told, field, "2026-11-01T12:00:00")
    assert (data, errors) == (None, ["BAD_REQUEST"])


async def test_the_same_moment_in_another_zone_is_the_same(told) -> None:
    await correct(told)
    shanghai = await answers(told, "project", "2099-01-01T08:00:00+08:00")
    assert shanghai == await answers(told, "project", "2099-01-01T00:00:00Z")


async def test_fields_below_a_row_see_its_moment(told) -> None:
    asked = f"""query($at: DateTime) {{
      a: project(code: "{PROJECT}", knownAt: $at) {{ ...P }}
      b: project(code: "{PROJECT}") {{ ...P }}
    }}
    fragment P on Project {{ name division {{ name parent {{ name }} }} payments {{ amount }}
      allocations {{ amount fund {{ name }} recipient {{ name }} }} ownerUnit {{ name }} }}"""
    before = await told.ask(asked)
    moment = await told.now()
    await correct(told)
    after = await told.ask(asked, at=moment)
    assert after["a"] == before["a"]
    assert after["b"]["division"]["parent"] != before["b"]["division"]["parent"]
    assert [key for key in before["b"] if before["b"][key] == after["b"][key]] == []


async def test_a_check_of_the_past_uses_numbers_entered_by_then(told, later_law) -> None:
    check = """query($at: DateTime) {
      checkRules(scope: {under: "100000"}, rules: ["DL-11-01"], asOf: "2026-11-01", knownAt: $at) {
        release receipt { evaluated fired }
      }
    }"""
    before = (await told.ask(check))["checkRules"]
    later = told.by(later_law)
    assert (await later.ask(check, at=await told.now()))["checkRules"] == before
    now = (await later.ask(check))["checkRules"]
    assert now["release"] != before["release"]
    assert now["receipt"][0]["fired"] > before["receipt"][0]["fired"]

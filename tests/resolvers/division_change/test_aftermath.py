"""What a change leaves: work with the successor, scopes held until attested, a certificate that catches tampering."""

import pytest
from sqlalchemy import select, text

from db.engine import WRITE_OPTION
from db.enums import FilingState
from db.models import Account, Division, Filing, Project, Unit

PROJECTS = "{ projects { nodes { code division { code } } } }"
MERGED_AND_KEPT = ["P410101", "P410102"]


async def codes(flow, user: str) -> list[str]:
    return [node["code"] for node in (await flow.api.ask(user, PROJECTS))["projects"]["nodes"]]


async def work_of(flow, project: str) -> dict[str, tuple[str, str | None]]:
    """Filings of a project by state: whose they are, and who files."""
    async with flow.api.database.read() as session:
        rows = await session.execute(
            select(Filing.state, Division.code, Unit.code)
            .join(Project, Project.id == Filing.project_id)
            .join(Division, Division.id == Filing.division_id)
            .outerjoin(Unit, Unit.id == Filing.unit_id)
            .where(Project.code == project)
        )
        return {state: (division, unit) for state, division, unit in rows}


async def test_open_work_goes_to_the_successor_and_what_was_handed_in_stays(flow, drafts) -> None:
    case = await flow.effective(drafts["MERGE"])
    assert await work_of(flow, "P410102") == {
        FilingState.SUBMITTED: ("410102", "NR-410102"),
        FilingState.DRAFT: ("410101", "NR-410101"),
    }
    assert await work_of(flow, "P410101") == {
        FilingState.SUBMITTED: ("410101", "NR-410101"),
        FilingState.DRAFT: ("410101", "NR-410101"),
    }
    passed = {"oldDivision": {"code": "410102"}, "newDivision": {"code": "410101"}}
    units = {"oldUnit": {"code": "NR-410102"}, "newUnit": {"code": "NR-410101"}}
    assert case["reassignments"] == [
        {"kind": "FILING", **passed, **units},
        {"kind": "PROJECT", **passed, **units},
    ]


async def test_the_largest_share_inherits_and_the_city_files_where_there_is_no_authority(flow, drafts) -> None:
    case = await flow.effective(drafts["SPLIT"])
    assert (await work_of(flow, "P410101"))[FilingState.DRAFT] == ("410105", "NR-410100")
    assert {each["newDivision"]["code"] for each in case["reassignments"]} == {"410105"}


async def test_equal_claims_go_to_the_lowest_code(flow, drafts) -> None:
    await flow.effective(drafts["ABOLISH"])
    assert (await work_of(flow, "P410101"))[FilingState.DRAFT] == ("410102", "NR-410102")


@pytest.mark.parametrize("kind", ["RENAME", "REPARENT", "PARTIAL_TRANSFER", "ESTABLISH"])
async def test_a_division_that_goes_on_keeps_its_work(flow, drafts, kind: str) -> None:
    case = await flow.act("410000", "REGISTER", input=drafts[kind])
    for user, action in (("second", "CONFIRM"), ("410000", "FILE"), ("ministry", "RECORD"), ("410000", "APPLY")):
        case = await flow.on(user, action, case)
    assert (case["state"], case["reassignments"]) == ("EFFECTIVE", [])


async def test_the_project_stays_on_the_old_node(flow, drafts) -> None:
    await flow.effective(drafts["MERGE"])
    found = await flow.api.ask("ministry", '{ project(code: "P410102") { division { code } } }')
    assert found["project"]["division"]["code"] == "410102"


async def test_an_account_of_a_vanished_division_gets_its_scope_by_attestation_only(flow, drafts) -> None:
    assert await codes(flow, "410102") == ["P410102"]
    case = await flow.effective(drafts["MERGE"])
    pending = {"oldDivision": {"code": "410102"}, "newDivision": {"code": "410101"}, "attestedBy": None}
    assert {"account": "410102", **pending} in case["attestations"]
    answer = await flow.api.answer("410102", PROJECTS)
    assert [error.extensions["code"] for error in answer.errors] == ["UNAUTHENTICATED"]
    case = await flow.on("410000", "ATTEST", case, account="410102")
    assert {"account": "410102", **pending, "attestedBy": "410000"} in case["attestations"]
    assert await codes(flow, "410102") == MERGED_AND_KEPT


async def test_a_division_that_gained_land_sees_it_only_after_attestation(flow, drafts) -> None:
    case = await flow.effective(drafts["MERGE"])
    assert await codes(flow, "410101") == ["P410101"]
    case = await flow.on("ministry", "ATTEST", case, account="410101")
    assert case["__typename"] == "DivisionChange"
    assert await codes(flow, "410101") == MERGED_AND_KEPT


async def test_a_city_sees_a_county_that_joined_it_only_after_attestation(flow, drafts) -> None:
    document = '{ division(code: "410103") { code } }'
    case = await flow.act("410000", "REGISTER", input=drafts["REPARENT"])
    for user, action in (("second", "CONFIRM"), ("410000", "FILE"), ("ministry", "RECORD"), ("410000", "APPLY")):
        case = await flow.on(user, action, case)
    assert [each["account"] for each in case["attestations"]] == ["410200"]
    assert (await flow.api.ask("410200", document))["division"] is None
    assert (await flow.api.ask("410000", document))["division"] == {"code": "410103"}
    await flow.on("ministry", "ATTEST", case, account="410200")
    assert (await flow.api.ask("410200", document))["division"] == {"code": "410103"}


async def test_several_successors_need_a_decision(flow, drafts) -> None:
    case = await flow.effective(drafts["SPLIT"])
    assert [(each["account"], each["newDivision"]) for each in case["attestations"]] == [("410101", None)]
    undecided = await flow.on("410000", "ATTEST", case, account="410101")
    assert [each["code"] for each in undecided["problems"]] == ["UNDECIDED"]
    stranger = await flow.on("410000", "ATTEST", case, account="410101", division="410103")
    assert [each["code"] for each in stranger["problems"]] == ["NO_SUCCESSOR"]
    case = await flow.on("410000", "ATTEST", case, account="410101", division="410104")
    assert [each["newDivision"] for each in case["attestations"]] == [{"code": "410104"}]
    async with flow.api.database.read() as session:
        held = select(Division.code).join(Account, Account.division_id == Division.id).where(Account.name == "410101")
        assert await session.scalar(held) == "410104"


async def test_nobody_attests_the_same_account_twice_or_their_own(flow, drafts) -> None:
    reparent = await flow.act("410000", "REGISTER", input={**drafts["MERGE"], "division": "410000"})
    for user, action in (("second", "CONFIRM"), ("410000", "FILE"), ("ministry", "RECORD"), ("410000", "APPLY")):
        reparent = await flow.on(user, action, reparent)
    registrar = await flow.on("410000", "ATTEST", reparent, account="410102")
    assert registrar["refusal"] == "FOUR_EYES"
    case = await flow.on("second", "ATTEST", reparent, account="410102")
    again = await flow.on("second", "ATTEST", case, account="410102")
    assert [each["code"] for each in again["problems"]] == ["ATTESTED"]
    unknown = await flow.on("second", "ATTEST", case, account="420101")
    assert unknown["refusal"] == "OUT_OF_SCOPE"


async def tamper(flow, statement: str) -> None:
    async with flow.api.database.engine.connect() as plain:
        connection = await plain.execution_options(**{WRITE_OPTION: True})
        async with connection.begin():
            await connection.execute(text(statement))


async def test_a_row_tampered_with_is_a_discrepancy_that_is_named_and_then_settled(flow, drafts) -> None:
    case = await flow.effective(drafts["RENAME"])
    of = "select id from division where code = '{}'"
    inside = f"descendant_id = ({of.format('410101')}) and ancestor_id = ({of.format('410100')})"
    await tamper(flow, f"update division_closure set valid_to = '2024-07-01' where {inside}")
    case = await flow.on("410000", "RECONCILE", case)
    assert case["state"] == "DISCREPANT"
    assert {(line["area"]["code"], *line["differences"]) for line in case["certificates"]} == {
        ("410100", "planned", "received", "paid"),
        ("100000",),
    }
    await tamper(flow, f"update division_closure set valid_to = null where {inside}")
    case = await flow.on("410000", "RECONCILE", case)
    assert (case["state"], {line["equal"] for line in case["certificates"]}) == ("RECONCILED", {True})


async def test_the_crosswalk_divides_the_land(flow, drafts) -> None:
    await flow.effective(drafts["SPLIT"])
    asked = """query Cross($to: Date!) { divisionCrosswalk(code: "410101", from: "2024-06-30", to: $to) {
      code share estimated lines } }"""
    found = (await flow.api.ask("ministry", asked, {"to": "2024-07-01"}))["divisionCrosswalk"]
    assert found == [
        {"code": "410104", "share": "0.4000", "estimated": False, "lines": ["410100-20240701-1/1"]},
        {"code": "410105", "share": "0.6000", "estimated": False, "lines": ["410100-20240701-1/2"]},
    ]
    found = (await flow.api.ask("ministry", asked, {"to": "2024-06-30"}))["divisionCrosswalk"]
    assert found == [{"code": "410101", "share": "1.0000", "estimated": False, "lines": []}]

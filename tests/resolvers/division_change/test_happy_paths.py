"""Each kind of change from its registration to its certificate, through the graph, on both databases."""

from datetime import date

import pytest
from sqlalchemy import select

from db.models import Division, DivisionChange, DivisionVersion

KINDS = (
    "MERGE",
    "SPLIT",
    "REPARENT",
    "RENAME",
    "RECODE",
    "PARTIAL_TRANSFER",
    "ABOLISH",
    "ESTABLISH",
    "FUNCTIONAL_ZONE",
)
DAY = date(2024, 7, 1)
WHOLE = {
    "MERGE": [("410102", "410101", "合并", False, 10_000)],
    "SPLIT": [("410101", "410104", "撤销拆分", True, 4_000), ("410101", "410105", "撤销拆分", True, 6_000)],
    "REPARENT": [],
    "RENAME": [],
    "RECODE": [("410101", "410181", "改码", False, 10_000)],
    "PARTIAL_TRANSFER": [("410101", "410102", "部分划转", True, 2_000)],
    "ABOLISH": [("410101", "410102", "撤销", True, None), ("410101", "410103", "撤销", True, None)],
    "ESTABLISH": [(None, "410106", "新设", False, 10_000)],
    "FUNCTIONAL_ZONE": [("410101", "Z41001", "功能区", True, None)],
}
CLOSED = {"MERGE": {"410102"}, "SPLIT": {"410101"}, "RECODE": {"410101"}, "ABOLISH": {"410101"}}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_change_goes_from_registration_to_its_certificate(flow, drafts, kind: str) -> None:
    case = await flow.act("410000" if kind == "REPARENT" else "410100", "REGISTER", input=drafts[kind])
    assert (case["__typename"], case.get("state")) == ("DivisionChange", "REGISTERED"), case
    for user, action, state in (
        ("second", "CONFIRM", "CONFIRMED"),
        ("410000", "FILE", "FILED"),
        ("ministry", "RECORD", "RECORDED"),
        ("410000", "APPLY", "EFFECTIVE"),
        ("ministry", "RECONCILE", "RECONCILED"),
    ):
        case = await flow.on(user, action, case)
        assert (case["__typename"], case.get("state")) == ("DivisionChange", state), case
    assert [line["differences"] for line in case["certificates"]] == [[] for _ in case["certificates"]]
    assert [line["before"] for line in case["certificates"]] == [line["after"] for line in case["certificates"]]
    async with flow.api.database.read() as session:
        lines = await session.execute(select(DivisionChange).order_by(DivisionChange.id))
        assert [
            (each.old_code, each.new_code, each.change_type, each.partial, each.share_bp) for each in lines.scalars()
        ] == WHOLE[kind]
        closed = await session.execute(select(Division.code).where(Division.valid_to == DAY))
        assert set(closed.scalars()) == CLOSED.get(kind, set())


async def test_the_certificate_of_a_merge_names_the_money(flow, drafts) -> None:
    case = await flow.on("410000", "RECONCILE", await flow.effective(drafts["MERGE"]))
    found = {(line["area"]["code"], line["tree"]): line["before"] for line in case["certificates"]}
    city = {"planned": "1000.01", "received": "1000.01", "issued": "0.00", "recalled": "0.00", "paid": "333.33"}
    nation = {"planned": "1155.56", "received": "1175.56", "issued": "1155.56", "recalled": "0.00", "paid": "385.17"}
    assert found == {("410100", "ADMIN"): city, ("100000", "ADMIN"): nation, ("100000", "FUND"): nation}


async def test_a_rename_keeps_the_node_and_begins_a_version(flow, drafts) -> None:
    await flow.effective(drafts["RENAME"])
    async with flow.api.database.read() as session:
        rows = await session.execute(
            select(DivisionVersion.name, DivisionVersion.valid_from, DivisionVersion.valid_to)
            .join(Division, Division.id == DivisionVersion.division_id)
            .where(Division.code == "410101")
            .order_by(DivisionVersion.valid_from)
        )
    assert rows.all() == [("一县", date(1949, 10, 1), DAY), ("一新县", DAY, None)]


async def test_known_before_the_change_the_tree_is_the_old_one(flow, drafts) -> None:
    await flow.effective(drafts["MERGE"])
    asked = """query Tree($at: DateTime, $day: Date) {
      division(code: "410100", knownAt: $at, hierarchyAsOf: $day) { children { code } } }"""
    now = await flow.api.ask("ministry", asked)
    async with flow.api.database.read() as session:
        version = await session.execute(select(DivisionVersion).limit(1))
        assert version
    moment = await _moment_before_applying(flow)
    then = await flow.api.ask("ministry", asked, {"at": moment})
    day_before = await flow.api.ask("ministry", asked, {"day": "2024-06-30"})
    assert [child["code"] for child in now["division"]["children"]] == ["410101", "410103"]
    assert [child["code"] for child in then["division"]["children"]] == ["410101", "410102", "410103"]
    assert [child["code"] for child in day_before["division"]["children"]] == ["410101", "410102", "410103"]


async def _moment_before_applying(flow) -> str:
    from db.models import Revision

    async with flow.api.database.read() as session:
        applied = await session.scalar(
            select(Revision.id).where(Revision.action == "division-change.apply").order_by(Revision.id.desc())
        )
        return (await session.scalar(select(Revision.at).where(Revision.id == applied - 1))).isoformat()


async def test_a_returned_case_is_amended_and_starts_over(flow, drafts) -> None:
    case = await flow.act("410100", "REGISTER", input=drafts["MERGE"])
    case = await flow.on("410000", "RETURN", case, reason="文号有误")
    assert case["state"] == "RETURNED"
    case = await flow.on("410100", "AMEND", case, input=drafts["SPLIT"])
    assert case["state"] == "REGISTERED"
    assert [each["code"] for each in case["nodes"]] == ["410104", "410105"]
    assert [each["newCode"] for each in case["moves"]] == ["410104", "410105"]


async def test_a_cancelled_case_changes_no_map(flow, drafts) -> None:
    case = await flow.recorded(drafts["MERGE"])
    case = await flow.on("410000", "CANCEL", case, reason="国务院未批准")
    assert (case["state"], case["allowedActions"]) == ("CANCELLED", [])
    async with flow.api.database.read() as session:
        assert (await session.execute(select(Division).where(Division.valid_to.is_not(None)))).first() is None


async def test_cases_are_listed_to_those_they_concern(flow, drafts) -> None:
    first = await flow.act("410100", "REGISTER", input=drafts["MERGE"])
    second = await flow.act("410100", "REGISTER", input=drafts["MERGE"])
    assert (first["code"], second["code"]) == ("410100-20240701-1", "410100-20240701-2")
    listed = "{ divisionChanges(where: {states: [REGISTERED]}) { totalCount nodes { code } } }"
    for user, count in (("ministry", 2), ("410000", 2), ("410102", 2), ("410103", 0), ("420000", 0)):
        found = await flow.api.ask(user, listed)
        assert (user, found["divisionChanges"]["totalCount"]) == (user, count)

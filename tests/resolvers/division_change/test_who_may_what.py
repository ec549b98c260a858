"""Every state × action × user, against a table written by hand from workflow D8; a refusal changes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from db.enums import DivisionCaseState
from db.models import Account, DivisionCase, DivisionCaseMove, DivisionCaseNode, DivisionChange, DivisionVersion

STATES = (
    "REGISTERED",
    "CONFIRMED",
    "FILED",
    "RETURNED",
    "RECORDED",
    "EFFECTIVE",
    "RECONCILED",
    "DISCREPANT",
    "CANCELLED",
)
ACTIONS = ("AMEND", "CONFIRM", "FILE", "RECORD", "RETURN", "CANCEL", "APPLY", "ATTEST", "RECONCILE")
USERS = ("ministry", "inspector", "410000", "second", "410100", "410101", "410103", "420000")
"""410100 registered; 410101 is touched, 410103 lies in the same city, 420000 is another province."""
# For each action: who ever holds a post for it, then the states in which each of them may act.
CITY_AND_ABOVE = {"410000", "second", "410100"}
BEFORE_FILING = ("REGISTERED", "CONFIRMED", "RETURNED")
IN_FORCE = ("EFFECTIVE", "RECONCILED", "DISCREPANT")
MAY = {
    "AMEND": dict.fromkeys(CITY_AND_ABOVE, ("RETURNED",)),
    "CONFIRM": dict.fromkeys((*CITY_AND_ABOVE, "410101"), ("REGISTERED",)),
    "FILE": dict.fromkeys(("410000", "second"), ("CONFIRMED",)),
    "RECORD": {"ministry": ("FILED",)},
    "RETURN": {
        "ministry": ("FILED",),
        "410000": ("REGISTERED", "CONFIRMED"),
        "second": ("REGISTERED", "CONFIRMED"),
        "410100": ("REGISTERED",),
        "410101": ("REGISTERED",),
    },
    "CANCEL": {
        "ministry": ("FILED", "RECORDED"),
        "410000": (*BEFORE_FILING, "FILED", "RECORDED"),
        "second": (*BEFORE_FILING, "FILED", "RECORDED"),
        "410100": BEFORE_FILING,
    },
    "APPLY": dict.fromkeys(("ministry", "410000", "second"), ("RECORDED",)),
    "ATTEST": dict.fromkeys(("ministry", *CITY_AND_ABOVE), IN_FORCE),
    "RECONCILE": dict.fromkeys(("ministry", "410000", "second"), ("EFFECTIVE", "DISCREPANT")),
}
ANYWHERE = {
    "AMEND": {"RETURNED"},
    "CONFIRM": {"REGISTERED"},
    "FILE": {"CONFIRMED"},
    "RECORD": {"FILED"},
    "RETURN": {"REGISTERED", "CONFIRMED", "FILED"},
    "CANCEL": {*BEFORE_FILING, "FILED", "RECORDED"},
    "APPLY": {"RECORDED"},
    "ATTEST": set(IN_FORCE),
    "RECONCILE": {"EFFECTIVE", "DISCREPANT"},
}
BLIND = {"410103", "420000"}
"""Neither touched nor above: the case does not exist for them."""
REGISTRAR = "410100"


def expected(user: str, action: str, state: str) -> str | None:
    """The refusal, None where it is allowed."""
    if user in BLIND:
        return "OUT_OF_SCOPE"
    if user not in MAY[action]:
        return "NOT_ALLOWED"
    if state not in ANYWHERE[action]:
        return "WRONG_STATE"
    if state not in MAY[action][user]:
        return "NOT_ALLOWED"
    if user == REGISTRAR and action in {"CONFIRM", "ATTEST"}:
        return "FOUR_EYES"
    return None


async def set_state(flow, code: str, state: str) -> dict:
    async with flow.api.database.write(actor="test", action="state") as work:
        case = (await work.session.execute(select(DivisionCase).where(DivisionCase.code == code))).scalar_one()
        case.state = DivisionCaseState(state)
        case.revision_id = work.revision_id
    return {"code": code, "revision": work.revision_id}


def inputs(action: str, drafts: dict) -> dict:
    return {
        "AMEND": {"input": drafts["RENAME"]},
        "RETURN": {"reason": "缺文号"},
        "CANCEL": {"reason": "不再办理"},
        "ATTEST": {"account": "410101"},
    }.get(action, {})


async def everything(flow) -> list:
    async with flow.api.database.read() as session:
        tables = (DivisionCase, DivisionCaseMove, DivisionCaseNode, DivisionChange, DivisionVersion, Account)
        return [
            [tuple(row) for row in await session.execute(select(table.__table__).order_by(table.id))]
            for table in tables
        ]


@pytest.mark.parametrize("state", STATES)
async def test_every_illegal_step_is_refused_by_name_and_changes_nothing(flow, drafts, state: str) -> None:
    registered = await flow.act(REGISTRAR, "REGISTER", input=drafts["RENAME"])
    case = await set_state(flow, registered["code"], state)
    for user in USERS:
        await flow.api.ask(user, "{ me { name } }")  # the token is issued before revisions are counted
    before, revision = await everything(flow), await flow.api.last_revision()
    wrong = []
    for action in ACTIONS:
        for user in USERS:
            refusal = expected(user, action, state)
            if refusal is None:
                continue
            answer = await flow.on(user, action, case, **inputs(action, drafts))
            if answer.get("refusal") != refusal or not answer["message"] or not answer["messageEn"]:
                wrong.append((action, user, refusal, answer))
    assert wrong == []
    assert await everything(flow) == before
    assert await flow.api.last_revision() == revision


@pytest.mark.parametrize("state", STATES)
async def test_allowed_actions_are_what_is_not_refused(flow, drafts, state: str) -> None:
    registered = await flow.act(REGISTRAR, "REGISTER", input=drafts["RENAME"])
    case = await set_state(flow, registered["code"], state)
    for user in USERS:
        found = await flow.read(user, case["code"])
        allowed = [action for action in ACTIONS if expected(user, action, state) is None]
        assert (user, None if found is None else found["allowedActions"]) == (user, None if user in BLIND else allowed)


@pytest.mark.parametrize(
    ("user", "refusal"),
    [
        ("ministry", "NOT_ALLOWED"),
        ("inspector", "NOT_ALLOWED"),
        ("410000", None),
        ("410100", None),
        ("410200", "OUT_OF_SCOPE"),
        ("410101", "OUT_OF_SCOPE"),
        ("420000", "OUT_OF_SCOPE"),
    ],
)
async def test_who_may_register(flow, drafts, user: str, refusal: str | None) -> None:
    answer = await flow.act(user, "REGISTER", input=drafts["RENAME"])
    assert answer.get("refusal") == refusal
    async with flow.api.database.read() as session:
        found = (await session.execute(select(DivisionCase))).all()
    assert len(found) == (refusal is None)


async def test_a_county_may_not_register_even_for_itself(flow, drafts) -> None:
    answer = await flow.act("410101", "REGISTER", input={**drafts["RENAME"], "division": "410101"})
    assert answer["refusal"] == "NOT_ALLOWED"


async def test_what_was_read_too_early_is_stale(flow, drafts) -> None:
    case = await flow.act("410100", "REGISTER", input=drafts["MERGE"])
    confirmed = await flow.on("410000", "CONFIRM", case)
    answer = await flow.act("410000", "FILE", code=case["code"], expectedRevision=case["revision"])
    assert (answer["refusal"], answer["path"]) == ("STALE_VERSION", ["expectedRevision"])
    assert (await flow.on("410000", "FILE", confirmed))["state"] == "FILED"


async def test_a_change_takes_no_effect_before_its_day(flow, drafts) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=3)
    case = await flow.recorded({**drafts["MERGE"], "effectiveOn": tomorrow.isoformat()})
    answer = await flow.on("410000", "APPLY", case)
    assert (answer["refusal"], answer["messageEn"]) == ("WRONG_STATE", "its day has not come")
    assert "APPLY" not in (await flow.read("410000", case["code"]))["allowedActions"]


@pytest.mark.parametrize("action", ["RETURN", "CANCEL"])
async def test_sending_back_and_cancelling_need_a_reason(flow, drafts, action: str) -> None:
    case = await flow.act("410100", "REGISTER", input=drafts["MERGE"])
    answer = await flow.on("410000", action, case, reason="  ")
    assert [each["path"] for each in answer["problems"]] == [["reason"]]


async def test_nobody_signed_out_may_ask(flow, drafts) -> None:
    document = 'mutation { confirmDivisionChange(code: "x", expectedRevision: 1) { __typename } }'
    context = flow.api.services.context()
    answer = await flow.api.services.schema.execute(document, context_value=context)
    assert [error.extensions["code"] for error in answer.errors] == ["UNAUTHENTICATED"]


def test_the_table_covers_every_state_and_action() -> None:
    assert set(STATES) == {state.value for state in DivisionCaseState}
    assert set(MAY) == set(ANYWHERE) == set(ACTIONS)
    assert date(2024, 7, 1) < datetime.now(UTC).date()

"""Drafts that cannot be carried out: each problem by its code and place."""

from typing import Any

import pytest

MOVE = {"oldCode": "410101", "newCode": "410102"}
NODE = {"code": "410104", "name": "新区", "typeName": "区", "level": "COUNTY", "adminParent": "410100"}


def half(new: str, share: str | None = None) -> dict[str, Any]:
    return {"oldCode": "410101", "newCode": new, "partial": True, "share": share}


@pytest.mark.parametrize(
    ("change_type", "parts", "problems"),
    [
        ("MERGE", {"title": " ", "closes": ["410101"], "moves": [MOVE]}, {("BLANK", "title")}),
        ("MERGE", {"documentNumber": "", "closes": ["410101"], "moves": [MOVE]}, {("BLANK", "documentNumber")}),
        ("MERGE", {"closes": ["999999"], "moves": [MOVE]}, {("UNKNOWN", "closes.0"), ("GOES_ON", "moves.0")}),
        ("MERGE", {"closes": ["410101"]}, {("NO_SUCCESSOR", "closes.0")}),
        ("MERGE", {"closes": ["410101", "410101"], "moves": [MOVE]}, {("TWICE", "closes")}),
        ("MERGE", {"moves": [MOVE]}, {("GOES_ON", "moves.0")}),
        (
            "MERGE",
            {"closes": ["410101"], "moves": [MOVE], "nodes": [{**NODE, "code": "410101"}]},
            {("ENDS_AND_GOES_ON", "closes")},
        ),
        (
            "MERGE",
            {"closes": ["410101", "410102"], "moves": [MOVE, {"oldCode": "410102", "newCode": "410103"}]},
            {("NEW_ENDS", "moves.0.newCode")},
        ),
        ("MERGE", {"closes": ["410101"], "moves": [{**MOVE, "newCode": "410199"}]}, {("UNKNOWN", "moves.0.newCode")}),
        (
            "SPLIT",
            {"closes": ["410101"], "nodes": [NODE], "moves": [half("410104", "0.4000"), half("410102", "0.5999")]},
            {("SHARES", "moves.0")},
        ),
        (
            "SPLIT",
            {"closes": ["410101"], "nodes": [NODE], "moves": [half("410104", "1.0000"), half("410102")]},
            {("SHARES", "moves.0")},
        ),
        ("PARTIAL_TRANSFER", {"moves": [half("410102", "1.0000")]}, {("SHARES", "moves.0")}),
        ("PARTIAL_TRANSFER", {"moves": [half("410102", "0.0000")]}, {("SHARE", "moves.0.share")}),
        ("PARTIAL_TRANSFER", {"moves": [half("410102"), half("410102")]}, {("TWICE", "moves.1")}),
        (
            "PARTIAL_TRANSFER",
            {"closes": ["410101"], "moves": [MOVE, half("410103")]},
            {("NOT_WHOLE", "moves.0")},
        ),
        ("ESTABLISH", {"nodes": [NODE]}, {("NO_LAND", "nodes.0.code")}),
        (
            "ESTABLISH",
            {"nodes": [{**NODE, "adminParent": "419900"}], "moves": [{"newCode": "410104"}]},
            {("UNKNOWN", "nodes.0.adminParent"), ("UNKNOWN", "nodes.0.fundParent")},
        ),
        ("ESTABLISH", {"nodes": [{**NODE, "name": ""}], "moves": [{"newCode": "410104"}]}, {("BLANK", "nodes.0.name")}),
        (
            "ESTABLISH",
            {"nodes": [{**NODE, "level": "PROVINCE"}], "moves": [{"newCode": "410104"}]},
            {("TREE", "nodes.0")},
        ),
        (
            "REPARENT",
            {"nodes": [{**NODE, "code": "410103", "adminParent": "410103"}]},
            {("TREE", "nodes.0")},
        ),
        (
            "MERGE",
            {"closes": ["410201"], "moves": [{"oldCode": "410201", "newCode": "410101"}]},
            {("OUTSIDE", "closes.0"), ("OUTSIDE", "moves.0.oldCode")},
        ),
        (
            "REPARENT",
            {"nodes": [{**NODE, "code": "410103", "adminParent": "410200"}]},
            {("OUTSIDE", "nodes.0.adminParent")},
        ),
        ("RENAME", {"nodes": [{**NODE, "code": "410101", "name": "一县"}]}, {("SHAPE", "changeType")}),
        ("RECODE", {"closes": ["410101"], "moves": [half("410102"), half("410103")]}, {("SHAPE", "changeType")}),
        (
            "MERGE",
            {"closes": ["410101"], "nodes": [NODE], "moves": [{**MOVE, "newCode": "410104"}]},
            {("SHAPE", "changeType")},
        ),
        ("SPLIT", {"closes": ["410101"], "moves": [MOVE]}, {("SHAPE", "changeType")}),
        ("PARTIAL_TRANSFER", {"closes": ["410101"], "moves": [MOVE]}, {("SHAPE", "changeType")}),
        ("REPARENT", {"nodes": [{**NODE, "code": "410101"}]}, {("SHAPE", "changeType")}),
        ("ABOLISH", {"moves": [half("410102")]}, {("SHAPE", "changeType")}),
        ("ESTABLISH", {"nodes": [{**NODE, "code": "410101"}]}, {("SHAPE", "changeType")}),
        ("FUNCTIONAL_ZONE", {"nodes": [NODE], "moves": [{"newCode": "410104"}]}, {("SHAPE", "changeType")}),
        ("MERGE", {"document": "NO-SUCH", "closes": ["410101"], "moves": [MOVE]}, {("UNKNOWN", "document")}),
        ("MERGE", {"effectiveOn": "1949-10-01", "closes": ["410101"], "moves": [MOVE]}, None),
    ],
)
async def test_every_problem_is_told_with_its_place(
    flow, drafts, change_type: str, parts: dict[str, Any], problems: set[tuple[str, str]] | None
) -> None:
    base = {name: drafts["RENAME"][name] for name in ("title", "documentNumber", "effectiveOn", "division")}
    answer = await flow.act("410100", "REGISTER", input={**base, "changeType": change_type, **parts})
    if problems is None:
        assert answer["refusal"] == "OUT_OF_SCOPE"  # nothing existed the day before
        return
    assert answer["__typename"] == "InvalidChange", answer
    assert {(each["code"], ".".join(each["path"])) for each in answer["problems"]} == problems
    assert all(each["message"] and each["messageEn"] for each in answer["problems"])


async def test_children_left_behind_are_told(flow, drafts) -> None:
    draft = {
        **drafts["MERGE"],
        "division": "410000",
        "closes": ["410200"],
        "moves": [{"oldCode": "410200", "newCode": "410100"}],
    }
    answer = await flow.act("410000", "REGISTER", input=draft)
    assert [(each["code"], each["path"]) for each in answer["problems"]] == [("TREE", ["closes"])]
    assert answer["problems"][0]["messageEn"].startswith("410201: its parent does not exist")


async def test_the_area_cannot_close_itself(flow, drafts) -> None:
    draft = {**drafts["MERGE"], "closes": ["410100"], "moves": [{"oldCode": "410100", "newCode": "410200"}]}
    answer = await flow.act("410100", "REGISTER", input=draft)
    assert ("AREA_ENDS", ["division"]) in [(each["code"], each["path"]) for each in answer["problems"]]


async def test_what_another_change_took_in_between_is_refused_on_the_day(flow, drafts) -> None:
    rename = await flow.recorded(drafts["RENAME"])
    await flow.effective(drafts["RECODE"])
    answer = await flow.on("410000", "APPLY", rename)
    assert [(each["code"], each["path"]) for each in answer["problems"]] == [("CHANGED_LATER", ["nodes", "0", "code"])]
    assert (await flow.read("410000", rename["code"]))["state"] == "RECORDED"


async def test_an_amendment_keeps_its_area(flow, drafts) -> None:
    case = await flow.act("410100", "REGISTER", input=drafts["RENAME"])
    case = await flow.on("410000", "RETURN", case, reason="缺图")
    answer = await flow.on("410000", "AMEND", case, input={**drafts["RENAME"], "division": "410000"})
    assert [each["code"] for each in answer["problems"]] == ["FIXED"]


@pytest.mark.parametrize("share", ["0.60001", "60%", "1e-1", ".5", "0,5"])
async def test_a_share_is_decimal_text(flow, drafts, share: str) -> None:
    draft = {**drafts["PARTIAL_TRANSFER"], "moves": [half("410102", share)]}
    document = "mutation M($input: DivisionChangeInput!) { registerDivisionChange(input: $input) { __typename } }"
    answer = await flow.api.answer("410100", document, {"input": draft})
    assert len(answer.errors) == 1
    assert "a rate is decimal text" in str(answer.errors[0])

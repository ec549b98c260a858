"""Workflow D8 in the hands of its users, and a draft of each kind of change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

DAY = "2024-07-01"
CASE = """
fragment Case on DivisionChange {
  code revision state allowedActions
  nodes { code name } moves { oldCode newCode partial share }
  certificates {
    area { code } tree fund { code } budgetYear equal differences
    before { planned received issued recalled paid } after { planned received issued recalled paid }
  }
  attestations { account oldDivision { code } newDivision { code } attestedBy }
  reassignments { kind oldDivision { code } newDivision { code } oldUnit { code } newUnit { code } }
}
"""
ANSWER = """
fragment Answer on DivisionChangeResult {
  __typename ...Case
  ... on Refusal { refusal: code message messageEn path }
  ... on InvalidChange { problems { path code message messageEn } }
}
"""
MUTATIONS = {
    "REGISTER": ("registerDivisionChange", "$input: DivisionChangeInput!"),
    "AMEND": ("amendDivisionChange", "$code: ID!, $expectedRevision: Int!, $input: DivisionChangeInput!"),
    "CONFIRM": ("confirmDivisionChange", "$code: ID!, $expectedRevision: Int!"),
    "FILE": ("fileDivisionChange", "$code: ID!, $expectedRevision: Int!"),
    "RECORD": ("recordDivisionChange", "$code: ID!, $expectedRevision: Int!"),
    "RETURN": ("returnDivisionChange", "$code: ID!, $expectedRevision: Int!, $reason: String!"),
    "CANCEL": ("cancelDivisionChange", "$code: ID!, $expectedRevision: Int!, $reason: String!"),
    "APPLY": ("applyDivisionChange", "$code: ID!, $expectedRevision: Int!"),
    "ATTEST": ("attestScope", "$code: ID!, $expectedRevision: Int!, $account: String!, $division: ID"),
    "RECONCILE": ("reconcileDivisionChange", "$code: ID!, $expectedRevision: Int!"),
}


@dataclass(frozen=True, slots=True)
class Flow:
    """Workflow D8 in the hands of its users."""

    api: Any

    async def act(self, user: str, action: str, **variables: Any) -> dict[str, Any]:
        """One mutation; the case afterwards or the refusal."""
        name, declared = MUTATIONS[action]
        passed = ", ".join(
            f"{each.strip()[1:].split(':')[0]}: {each.split(':')[0].strip()}" for each in declared.split(",")
        )
        document = f"mutation Act({declared}) {{ {name}({passed}) {{ ...Answer }} }}{CASE}{ANSWER}"
        return (await self.api.ask(user, document, variables))[name]

    async def on(self, user: str, action: str, case: Mapping[str, Any], **variables: Any) -> dict[str, Any]:
        """The same for a case as last read."""
        return await self.act(user, action, code=case["code"], expectedRevision=case["revision"], **variables)

    async def read(self, user: str, code: str) -> dict[str, Any] | None:
        """The case as a user sees it."""
        document = f"query Read($code: ID!) {{ divisionChange(code: $code) {{ ...Case }} }}{CASE}"
        return (await self.api.ask(user, document, {"code": code}))["divisionChange"]

    async def recorded(self, draft: Mapping[str, Any]) -> dict[str, Any]:
        """Registered by the city, confirmed and filed by the province, recorded by the ministry."""
        case = await self.act("410100", "REGISTER", input=draft)
        assert case["__typename"] == "DivisionChange", case
        for user, action in (("410000", "CONFIRM"), ("410000", "FILE"), ("ministry", "RECORD")):
            case = await self.on(user, action, case)
            assert case["__typename"] == "DivisionChange", case
        return case

    async def effective(self, draft: Mapping[str, Any]) -> dict[str, Any]:
        """The same, in force."""
        case = await self.on("410000", "APPLY", await self.recorded(draft))
        assert case["__typename"] == "DivisionChange", case
        return case


@pytest.fixture
def flow(api: Any) -> Flow:
    """The workflow over the country at rest."""
    return Flow(api)


def change(change_type: str, **parts: Any) -> dict[str, Any]:
    return {
        "changeType": change_type,
        "title": "调整部分行政区划",
        "documentNumber": "国函〔2024〕1号",
        "effectiveOn": DAY,
        "division": "410100",
        **parts,
    }


def node(code: str, name: str, parent: str = "410100", **more: Any) -> dict[str, Any]:
    return {"code": code, "name": name, "typeName": name[-1], "level": "COUNTY", "adminParent": parent, **more}


@pytest.fixture
def drafts() -> dict[str, dict[str, Any]]:
    """One change of each kind."""
    return {
        "MERGE": change("MERGE", moves=[{"oldCode": "410102", "newCode": "410101"}], closes=["410102"]),
        "SPLIT": change(
            "SPLIT",
            nodes=[node("410104", "新一区"), node("410105", "新二区")],
            moves=[
                {"oldCode": "410101", "newCode": "410104", "partial": True, "share": "0.4000"},
                {"oldCode": "410101", "newCode": "410105", "partial": True, "share": "0.6000"},
            ],
            closes=["410101"],
        ),
        "REPARENT": change("REPARENT", division="410000", nodes=[node("410103", "三县", "410200")]),
        "RENAME": change("RENAME", nodes=[node("410101", "一新县")]),
        "RECODE": change(
            "RECODE",
            nodes=[node("410181", "一市")],
            moves=[{"oldCode": "410101", "newCode": "410181"}],
            closes=["410101"],
        ),
        "PARTIAL_TRANSFER": change(
            "PARTIAL_TRANSFER", moves=[{"oldCode": "410101", "newCode": "410102", "partial": True, "share": "0.2000"}]
        ),
        "ABOLISH": change(
            "ABOLISH",
            moves=[
                {"oldCode": "410101", "newCode": "410102", "partial": True},
                {"oldCode": "410101", "newCode": "410103", "partial": True},
            ],
            closes=["410101"],
        ),
        "ESTABLISH": change("ESTABLISH", nodes=[node("410106", "新三县")], moves=[{"newCode": "410106"}]),
        "FUNCTIONAL_ZONE": change(
            "FUNCTIONAL_ZONE",
            nodes=[node("Z41001", "高新区", kind="FUNCTIONAL_ZONE")],
            moves=[{"oldCode": "410101", "newCode": "Z41001", "partial": True}],
        ),
    }

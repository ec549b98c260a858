"""GraphQL over HTTP: what the draft demands and recommends, audit by audit, and what it does not think of."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import text

from db.engine import Database
from server.asgi import app_over
from server.services import Services
from server.settings import Settings

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
TYPENAME = "{ __typename }"
MOST = 4_096
"""Bytes a body may have in these tests."""


@dataclass(frozen=True)
class Case:
    """A request and what must come of it: `code` of a refusal, or data."""

    name: str
    status: int
    code: str | None = None
    body: Any = None
    """Sent as JSON, or as it is when bytes; None is a GET."""
    get: dict[str, str] | None = None
    accept: str | None = GRAPHQL
    sent_as: str | None = JSON
    answered: str = GRAPHQL
    headers: dict[str, str] = field(default_factory=dict)
    allow: str | None = None

    def request(self) -> httpx.Request:
        headers = {"host": "fundwatch", **self.headers}
        if self.accept is not None:
            headers["accept"] = self.accept
        if self.get is not None:
            return httpx.Request("GET", f"http://fundwatch/graphql?{urlencode(self.get)}", headers=headers)
        if self.sent_as is not None:
            headers["content-type"] = self.sent_as
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return httpx.Request("POST", "http://fundwatch/graphql", headers=headers, content=content)


def both(name: str, status: int, code: str | None = None, *, as_json: int | None = None, **more: Any) -> list[Case]:
    """The same under each media type; `as_json` where plain JSON wants another status."""
    return [
        Case(f"{name}, {GRAPHQL}", status, code, accept=GRAPHQL, answered=GRAPHQL, **more),
        Case(f"{name}, {JSON}", as_json or status, code, accept=JSON, answered=JSON, **more),
    ]


def wrong(member: str, audits: str, *values: Any) -> list[Case]:
    """A member of each type it may not have; one audit for each."""
    return [
        each
        for audit, value in zip(audits.split(), values, strict=True)
        for each in both(f"{audit} {member} is {value}", 400, "BAD_REQUEST", body={"query": TYPENAME, member: value})
    ]


OK = {"query": TYPENAME}
NAMED = "query A { __typename } query B { __typename }"

MEDIA_TYPES = [
    Case("22EB the new media type is spoken", 200, body=OK),
    Case("4655 the old one as well", 200, body=OK, accept=JSON, answered=JSON),
    Case("47DE anything means plain JSON", 200, body=OK, accept="*/*", answered=JSON),
    Case("80D8 and so does nothing", 200, body=OK, accept=None, answered=JSON),
    Case("a blank Accept is none", 200, body=OK, accept=" , ", answered=JSON),
    Case("any application type", 200, body=OK, accept="application/*", answered=JSON),
    Case("a browser", 200, body=OK, accept="text/html,application/xhtml+xml,*/*;q=0.8", answered=JSON),
    Case("the better of two by quality", 200, body=OK, accept=f"{GRAPHQL};q=0.9, {JSON}", answered=JSON),
    Case("the other way round", 200, body=OK, accept=f"{JSON};q=0.5, {GRAPHQL};q=0.501"),
    Case("both named alike", 200, body=OK, accept=f"{JSON}, {GRAPHQL}"),
    Case("letters of any size", 200, body=OK, accept="Application/GraphQL-Response+JSON;Q=0.1"),
    Case("plain JSON excluded", 200, body=OK, accept=f"{JSON};q=0, */*"),
    Case("UTF-8 named", 200, body=OK, accept=f'{GRAPHQL}; charset="UTF-8"'),
    Case("another charset asked for", 406, "NOT_ACCEPTABLE", OK, accept=f"{JSON};charset=utf-16", answered=JSON),
    Case("only HTML wanted", 406, "NOT_ACCEPTABLE", OK, accept="text/html", answered=JSON),
    Case("everything excluded", 406, "NOT_ACCEPTABLE", OK, accept="*/*;q=0.000", answered=JSON),
    Case("a quality that is none", 406, "NOT_ACCEPTABLE", OK, accept=f"{JSON};q=nan", answered=JSON),
    Case("a quality above one", 406, "NOT_ACCEPTABLE", OK, accept=f"{JSON};q=1.5", answered=JSON),
    Case("406 for a GET", 406, "NOT_ACCEPTABLE", get=OK, accept="image/png", answered=JSON),
]

BODIES_SENT_AS = [
    Case("03D4 JSON", 200, body=OK),
    Case("BF61 82A3 JSON in UTF-8", 200, body=OK, sent_as=f"{JSON}; charset=utf-8"),
    Case("78D5 UTF-8 where nothing is said", 200, body=json.dumps({"query": "# 中文\n" + TYPENAME}).encode()),
    Case("in capitals", 200, body=OK, sent_as="APPLICATION/JSON;CHARSET=UTF-8"),
    Case("9ABE nothing is said", 415, "UNSUPPORTED_MEDIA_TYPE", OK, sent_as=None),
    *(
        Case(f"sent as {media}", 415, "UNSUPPORTED_MEDIA_TYPE", OK, sent_as=media)
        for media in (
            "text/plain",
            "application/jsonfoo",
            "application/graphql",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            f"{JSON}; charset=gbk",
            "",
        )
    ),
    Case("compressed", 415, "UNSUPPORTED_MEDIA_TYPE", OK, headers={"content-encoding": "gzip"}),
]

BODIES = [
    Case("2C94 POST", 200, body=OK),
    *both("A5BF an empty body", 400, "BAD_REQUEST", body=b""),
    *both("BCF8 B7N8 B6DC broken JSON", 400, "BAD_REQUEST", body=b'{"query"'),
    *(
        Case(f"the body is {name}", 400, "BAD_REQUEST", body)
        for name, body in {
            "a number": b"5",
            "a string": b'"x"',
            "null": b"null",
            "not a number": b"NaN",
            "a batch": [OK],
            "no UTF-8": b'{"query": "\xff"}',
            "UTF-16": json.dumps(OK).encode("utf-16"),
            "behind a byte order mark": b"\xef\xbb\xbf" + json.dumps(OK).encode(),
            "nested without end": b"[" * MOST,
        }.items()
    ),
    Case("variables nested without end", 400, "BAD_REQUEST", b'{"query":"{__typename}","variables":' + b'{"a":' * 800),
    Case("13EE 34A2 more members than are known", 200, body={**OK, "foo": 1}),
    Case("one byte too many", 413, "PAYLOAD_TOO_LARGE", b" " * (MOST + 1)),
    Case("as many bytes as may be", 200, body=json.dumps(OK).encode().ljust(MOST)),
]

MEMBERS = [
    *both("423L query is missing", 400, "BAD_REQUEST", body={"variables": {}}),
    *both("query is null", 400, "BAD_REQUEST", body={"query": None}),
    *both("query is blank", 400, "BAD_REQUEST", body={"query": " \n"}),
    *wrong("query", "LKJ0 LKJ1 LKJ2 LKJ3", {"a": 1}, 0, False, ["x"]),
    *wrong("operationName", "6C00 6C01 6C02 6C03", {"a": 1}, 0, False, ["x"]),
    *wrong("variables", "4760 4761 4762 4763", "{}", 0, False, []),
    *wrong("extensions", "58B0 58B1 58B2 58B3", "", 0, False, []),
    *both("94B0 0220 variables null", 200, body={**OK, "variables": None}),
    *both("94B1 0221 operationName null", 200, body={**OK, "operationName": None}),
    *both("94B2 0222 extensions null", 200, body={**OK, "extensions": None}),
    *both("428F 1B7A extensions", 200, body={**OK, "extensions": {"a": 1}}),
    *both(
        "2EA1 28B9 variables",
        200,
        body={"query": "query($a: Boolean!) { __typename @skip(if: $a) __typename }"} | {"variables": {"a": False}},
    ),
    *both("8161 B8B3 operationName", 200, body={"query": NAMED, "operationName": "B"}),
    *both("an empty operationName is none", 200, body={**OK, "operationName": ""}),
]

GETS = [
    *both("5A70 a query", 200, get=OK),
    *both("D6D5 6A70 variables as JSON", 200,
          get={"query": "query($a: Boolean!) { __typename @skip(if: $a) __typename }", "variables": '{"a": false}'}),
    *both("blank variables are none", 200, get={**OK, "variables": "", "extensions": ""}),
    *both("no query", 400, "BAD_REQUEST", get={}),
    *both("variables that are no JSON", 400, "BAD_REQUEST", get={**OK, "variables": "{"}),
    *both("variables that are no object", 400, "BAD_REQUEST", get={**OK, "variables": "[1]"}),
    *both("extensions that are no JSON", 400, "BAD_REQUEST", get={**OK, "extensions": "x"}),
    *both("9C48 a mutation", 405, "METHOD_NOT_ALLOWED", get={"query": "mutation { signOut { ok } }"}, allow="POST"),
    *both("the mutation of two operations", 405, "METHOD_NOT_ALLOWED",
          get={"query": "query A { __typename } mutation B { signOut { ok } }", "operationName": "B"}, allow="POST"),
]  # fmt: skip

OPERATIONS = [
    *both("865D 556A D586 572B syntax", 400, "SYNTAX_ERROR", as_json=200, body={"query": "{"}),
    *both("51FE 74FF 5E5B FDE2 validation", 400, "INVALID_OPERATION", as_json=200, body={"query": "{ nothing }"}),
    *both("8764 3E3A 7B9B 86EE a variable of another type", 400, "INVALID_OPERATION", as_json=200,
          body={"query": "query($c: ID!) { division(code: $c) { code } }", "variables": {"c": {}}}),
    *both("two operations and no name", 400, "OPERATION_UNCLEAR", as_json=200, body={"query": NAMED}),
    *both("an empty name is no name", 400, "OPERATION_UNCLEAR", as_json=200,
          body={"query": NAMED, "operationName": ""}),
    *both("a name that is not there", 400, "OPERATION_UNCLEAR", as_json=200,
          body={"query": NAMED, "operationName": "C"}),
    *both("only a fragment", 400, "OPERATION_UNCLEAR", as_json=200,
          body={"query": "fragment A on Query { __typename }"}),
    *both("a subscription where there is none", 400, "INVALID_OPERATION", as_json=200,
          body={"query": "subscription { x }"}),
    *both("a document nested without end", 400, "SYNTAX_ERROR", as_json=200, body={"query": "{a" * 1_500}),
    *both("a document too large", 400, "QUERY_TOO_LARGE", as_json=200, body={"query": "{" + "a " * 1_000 + "}"}),
]  # fmt: skip

AUDITS = """
    22EB 4655 47DE 80D8 82A3 BF61 78D5 2C94 5A70 9C48 9ABE 03D4 A5BF 423L LKJ0 LKJ1 LKJ2 LKJ3 34A2 13EE 6C00 6C01 6C02
    6C03 8161 B8B3 94B0 0220 94B1 0221 94B2 0222 4760 4761 4762 4763 2EA1 28B9 D6D5 6A70 58B0 58B1 58B2 58B3 428F 1B7A
    B6DC BCF8 B7N8 8764 3E3A 572B FDE2 7B9B 865D 556A D586 51FE 74FF 5E5B 86EE
    """
"""The ids of the suite `serverAudits` of graphql-http 1.23, which the running server passed: 61 of 61."""

CASES = [*MEDIA_TYPES, *BODIES_SENT_AS, *BODIES, *MEMBERS, *GETS, *OPERATIONS]


@asynccontextmanager
async def application(database: Database, built: Services) -> AsyncIterator[httpx.AsyncClient]:
    app = app_over(replace(built, database=database), Settings(database.url, max_body_bytes=MOST))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://fundwatch") as http:
        yield http


@pytest.fixture
async def http(sqlite_database: Database, national_services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody is signed in; the schema is public."""
    async with application(sqlite_database, national_services) as http:
        yield http


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_request(case: Case, http: httpx.AsyncClient) -> None:
    answer = await http.send(case.request())

    assert answer.status_code == case.status
    assert answer.headers["content-type"] == f"{case.answered}; charset=utf-8"
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers.get("allow") == case.allow
    if case.code is None:
        assert answer.json() == {"data": {"__typename": "Query"}}
    else:
        refused(answer, case.code)


def refused(answer: httpx.Response, code: str) -> None:
    """A well-formed answer without data, whose one error says why in both languages."""
    content = answer.json()
    assert list(content) == ["errors"]
    (error,) = content["errors"]
    assert error["extensions"]["code"] == code
    assert any("一" <= letter <= "鿿" for letter in error["message"])
    assert error["extensions"]["messageEn"].isascii()
    assert set(error) <= {"message", "extensions", "locations"}


def test_every_audit_has_a_case() -> None:
    named = {word.rstrip(",") for case in CASES for word in case.name.split()}

    assert len(AUDITS.split()) == 61
    assert set(AUDITS.split()) - named == set()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_told_which_there_are(method: str, http: httpx.AsyncClient) -> None:
    answer = await http.request(method, "/graphql")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    refused(answer, "METHOD_NOT_ALLOWED")


async def test_two_accept_headers_are_one(http: httpx.AsyncClient) -> None:
    answer = await http.get("/graphql", params=OK, headers=[("accept", "text/html"), ("accept", GRAPHQL)])

    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{GRAPHQL}; charset=utf-8")


async def test_schema_is_public_and_the_record_is_not(http: httpx.AsyncClient) -> None:
    schema = await http.post("/graphql", json={"query": "{ __schema { queryType { name } } }"})
    record = await http.post("/graphql", json={"query": "{ rules { code } }"}, headers={"accept": GRAPHQL})

    assert schema.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
    assert record.status_code == 200
    assert record.json()["data"] is None
    assert [error["extensions"]["code"] for error in record.json()["errors"]] == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("token", ["Bearer nobody", "Bearer", "Basic eDp5", "Bearer é"])
async def test_token_nobody_holds_signs_nobody_in(token: str, http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/graphql", json={"query": "{ rules { code } }"}, headers={"authorization": token.encode("latin-1")}
    )

    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["UNAUTHENTICATED"]


async def test_suggestions_are_kept_back(http: httpx.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"query": "{ rollup(bx: [PROVINCE]) { rows { keys { value } } } rulez }"})

    assert "Did you mean" not in answer.text
    assert len(answer.json()["errors"]) == 3


async def test_at_most_five_errors_leave(http: httpx.AsyncClient) -> None:
    answer = await http.post("/graphql", json={"query": "{ a b c d e f g }"})

    assert len(answer.json()["errors"]) == 5


class Broken(Database):
    """A database that fails with its address in the message."""

    def read(self) -> Any:
        raise OSError("no route to postgresql://u:secret@host")


async def test_fault_of_ours_tells_a_number_and_nothing_else(
    national_services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    async with application(Broken("sqlite:///nowhere.sqlite3"), national_services) as http:
        answer = await http.post("/graphql", json=OK, headers={"authorization": "Bearer x", "accept": GRAPHQL})

    assert answer.status_code == 500
    refused(answer, "INTERNAL")
    number = re.search(r"error (\w{8});", answer.json()["errors"][0]["extensions"]["messageEn"])[1]
    assert f"number {number}" in caplog.text
    assert "secret" in caplog.text
    assert "secret" not in answer.text


async def test_fault_inside_a_resolver_is_masked(
    national_services: Services, sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with application(sqlite_database, national_services) as http:
        async with sqlite_database.write(actor="test", action="test") as work:
            await work.session.execute(text("alter table account rename to elsewhere"))
        answer = await http.post(
            "/graphql", json={"query": 'mutation { signIn(name: "x", password: "y") { __typename } }'}
        )

    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "account" not in answer.text
    assert "account" in caplog.text


async def test_refusals_are_not_logged(http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    for query in ("{", "{ nothing }", "{ rules { code } }", NAMED):
        await http.post("/graphql", json={"query": query})

    assert caplog.text == ""

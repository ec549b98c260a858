"""Beside the endpoint: health, metrics, the page for newcomers, and what every answer carries."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from db.engine import Database
from server.asgi import app_over, create_app
from server.services import Services
from server.settings import Settings

VOID = {"meta", "br", "link", "img"}


def over(database: Database, built: Services, **settings: Any) -> httpx.AsyncClient:
    app = app_over(replace(built, database=database), Settings(database.url, **settings))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://fundwatch")


@pytest.fixture
async def http(sqlite_database: Database, national_services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with over(sqlite_database, national_services) as http:
        yield http


class Outline(HTMLParser):
    """Reads a page strictly: every element is closed in its turn; keeps addresses and examples."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.code: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action", "srcset"}]
        if tag not in VOID:
            self.open.append(tag)
        if self.open[-2:] == ["pre", "code"]:
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-2:] == ["pre", "code"]:
            self.code[-1] += data


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


async def test_process_is_alive(http: httpx.AsyncClient) -> None:
    answer = await http.get("/livez")

    assert (answer.status_code, answer.text) == (200, "ok")


async def test_migrated_database_is_ready(database: Database, national_services: Services) -> None:
    async with over(database, national_services) as http:
        answer = await http.get("/readyz")

    assert (answer.status_code, answer.text) == (200, "ok")


async def test_another_layout_is_not_ready(database: Database, national_services: Services) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("update alembic_version set version_num = 'elsewhere'"))
    async with over(database, national_services) as http:
        alive, ready = await http.get("/livez"), await http.get("/readyz")

    assert (alive.status_code, ready.status_code, ready.text) == (200, 503, "not ready")


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("sqlite:///{folder}/empty.sqlite3", id="empty"),
        pytest.param("sqlite:///{folder}/gone/x.sqlite3", id="no folder"),
        pytest.param("postgresql://u:secret@127.0.0.1:1/x", id="nobody there"),
        pytest.param("{other}", id="no such database"),
    ],
)
# aiosqlite's worker may report a failed connect to a loop that is closed already
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_database_that_is_not_there_is_not_ready(
    address: str, tmp_path: Path, postgres_url: str, national_services: Services
) -> None:
    other = urlsplit(postgres_url)._replace(path="/nobody_made_this").geturl()
    database = Database(address.format(folder=tmp_path, other=other))
    async with over(database, national_services) as http:
        answer = await http.get("/readyz")
    await database.close()

    assert (answer.status_code, answer.text) == (503, "not ready")


async def test_metrics_count_answers_by_status(http: httpx.AsyncClient) -> None:
    for query in ("{ __typename }", "{ __typename }", ""):
        await http.get("/graphql", params={"query": query})
    await http.get("/livez")
    answer = await http.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=")
    counts = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert counts['fundwatch_graphql_requests_total{status="200"}'] == "2.0"
    assert counts['fundwatch_graphql_requests_total{status="400"}'] == "1.0"
    assert counts["fundwatch_graphql_seconds_count"] == "3.0"
    assert counts['fundwatch_graphql_seconds_bucket{le="+Inf"}'] == "3.0"


async def test_callers_who_hang_up_are_counted_as_such(sqlite_database: Database, national_services: Services) -> None:
    app = app_over(replace(national_services, database=sqlite_database), Settings(sqlite_database.url))
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    sent: list[Any] = []

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, gone, send)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://fundwatch") as http:
        counts = (await http.get("/metrics")).text

    assert sent == []
    assert 'fundwatch_graphql_requests_total{status="499"} 1.0' in counts


async def test_two_applications_count_apart(sqlite_database: Database, national_services: Services) -> None:
    async with over(sqlite_database, national_services) as one, over(sqlite_database, national_services) as other:
        await one.get("/graphql", params={"query": "{ __typename }"})
        answer = await other.get("/metrics")

    assert "fundwatch_graphql_seconds_count 0.0" in answer.text


async def test_page_is_whole_and_asks_nobody_else(http: httpx.AsyncClient) -> None:
    answer = await http.get("/")
    page = outline(answer.text)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!doctype html>")
    assert page.addresses == []
    assert page.tags & {"script", "link", "img", "iframe", "form"} == set()
    assert re.findall(r"url\(|@import|https?://(?!127\.0\.0\.1:8000/)\S+", answer.text) == []
    assert "{origin}" not in answer.text


@pytest.mark.parametrize(
    ("host", "port", "origin"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000"),
        ("0.0.0.0", 81, "http://127.0.0.1:81"),
        ("::", 81, "http://[::1]:81"),
        ("fe80::1", 81, "http://[fe80::1]:81"),
        ("fundwatch.example", 80, "http://fundwatch.example:80"),
    ],
)
async def test_page_names_the_address_it_is_served_at(
    host: str, port: int, origin: str, sqlite_database: Database, national_services: Services
) -> None:
    async with over(sqlite_database, national_services, host=host, port=port) as http:
        page = outline((await http.get("/", headers={"host": "evil.example"})).text)

    called = [line.split()[2] for example in page.code for line in example.splitlines() if line.startswith("curl")]
    assert called == [f"{origin}/graphql"] * 2


async def test_examples_of_the_page_run(client: Any) -> None:
    page = outline((await client.http.get("/")).text)
    queries = [example.partition("'query=")[2].rstrip("'") for example in page.code if example.startswith("curl")]

    qinghai, findings = [await client.ask(query) for query in queries]

    assert qinghai["division"]["name"] == "青海省"
    assert qinghai["division"]["rollup"] == {"received": "360000000.00", "issued": "360000000.00"}
    received = [child["rollup"]["received"] for child in qinghai["division"]["children"]]
    assert [amount for amount in received if amount != "0.00"] == ["236000000.00", "88000000.00", "36000000.00"]
    assert findings["findings"]["totalCount"] > 5
    assert len(findings["findings"]["nodes"]) == 5


@pytest.mark.parametrize("user", ["ministry", "inspector", "510000", "510100", "510104"])
async def test_users_of_the_page_may_sign_in(user: str, client: Any) -> None:
    page = (await client.http.get("/")).text

    assert f"<code>{user}</code>" in page
    assert (await client.ask("{ me { name } }", user=user))["me"]["name"] == user


@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/metrics", "/graphql", "/nowhere"])
async def test_every_answer_is_armoured(path: str, http: httpx.AsyncClient) -> None:
    headers = (await http.get(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].split("; ") == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    assert "server" not in headers


async def test_paths_are_exact_and_never_redirect(http: httpx.AsyncClient) -> None:
    answers = [await http.get(path, headers={"host": "evil.example"}) for path in ("/graphql/", "/livez/", "/nowhere")]

    assert [(answer.status_code, answer.headers.get("location")) for answer in answers] == [(404, None)] * 3


async def test_large_answers_are_compressed_and_small_ones_are_not(http: httpx.AsyncClient) -> None:
    large, small = await http.get("/"), await http.get("/livez")
    plain = await http.get("/", headers={"accept-encoding": "identity"})

    assert large.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in large.headers["vary"]
    assert int(large.headers["content-length"]) < len(large.content)
    assert "content-encoding" not in small.headers
    assert "content-encoding" not in plain.headers
    assert plain.text == large.text


async def test_compressed_answers_still_vary_by_media_type(http: httpx.AsyncClient) -> None:
    answer = await http.get("/graphql", params={"query": "{ __schema { types { name description } } }"})

    assert answer.headers["content-encoding"] == "gzip"
    assert [word.strip() for word in answer.headers["vary"].split(",")] == ["Accept", "Accept-Encoding"]


async def test_end_of_the_application_gives_every_connection_back(
    sqlite_database: Database, national_services: Services
) -> None:
    app = app_over(replace(national_services, database=sqlite_database), Settings(sqlite_database.url))
    pool = sqlite_database.engine.pool

    async with app.router.lifespan_context(app):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://fundwatch") as http:
            assert (await http.get("/readyz")).status_code == 200
        assert pool.checkedin() == 1

    assert pool.checkedin() == 0


async def test_application_is_made_from_settings_alone(sqlite_database: Database) -> None:
    app = create_app(Settings(sqlite_database.url))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://fundwatch") as http,
    ):
        assert (await http.get("/readyz")).text == "ok"

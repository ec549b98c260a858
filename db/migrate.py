"""Brings a database to the newest layout, in one transaction, from wherever the process was started."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from db.engine import WRITE_OPTION, Database

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 4_801_701
"""Key of the PostgreSQL advisory lock that keeps two processes from migrating at once."""


class DatabaseAhead(RuntimeError):
    """The database was migrated by a newer release than this one; run that release, or restore a backup."""


async def migrate(database: Database) -> None:
    """Upgrade to head; nothing happens to a database that is there. Raises DatabaseAhead."""
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(**{WRITE_OPTION: True})
        async with connection.begin():
            if database.dialect == "postgresql":
                await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            await connection.run_sync(_upgrade)


async def head_ok(database: Database) -> bool:
    """Whether the database has exactly the layout this release expects."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_current) == set(_scripts().get_heads())


def _upgrade(connection: Connection) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if unknown := _current(connection) - known:
        raise DatabaseAhead(
            f"the database stands at {', '.join(sorted(unknown))}, which this release does not know; "
            "run the release that migrated it, or restore a backup"
        )
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _current(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    return config

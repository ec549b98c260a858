"""The migrations lead exactly to the models, on both dialects, and know when they cannot."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from db.base import Base
from db.engine import WRITE_OPTION, Database
from db.migrate import MIGRATIONS, DatabaseAhead, head_ok, migrate


def differences(connection: Connection) -> list:
    options = {"compare_type": True, "compare_server_default": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)


async def execute(database: Database, statement: str) -> None:
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(**{WRITE_OPTION: True})
        async with connection.begin():
            await connection.execute(text(statement))


async def test_a_migrated_database_is_what_the_models_say(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_missing_column_is_a_difference(database: Database) -> None:
    await execute(database, "alter table token drop column revoked_at")
    async with database.engine.connect() as connection:
        found = await connection.run_sync(differences)
    assert [(kind, table, column.name) for kind, _, table, column in found] == [("add_column", "token", "revoked_at")]


async def test_checks_the_models_declare_are_in_the_database(database: Database) -> None:
    statement = (
        "insert into division_version (id, created_rev, revision_id, division_id, valid_from, valid_to, name, "
        "type_name, level, separately_planned) values (1, 1, 1, 1, '2020-01-01', '2019-01-01', 'a', 'b', 'CITY', false)"
    )
    with pytest.raises(Exception, match="dates_ascend"):
        await execute(database, statement)


async def test_migrating_again_changes_nothing(database: Database) -> None:
    assert await head_ok(database)
    await migrate(database)
    assert await head_ok(database)


async def test_an_empty_database_is_not_at_head(tmp_path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    try:
        assert not await head_ok(database)
    finally:
        await database.close()


async def test_a_database_from_a_later_release_is_refused(database: Database) -> None:
    await execute(database, "update alembic_version set version_num = '9999'")
    with pytest.raises(DatabaseAhead, match="9999"):
        await migrate(database)


def test_migrations_import_nothing_of_the_application() -> None:
    files = sorted((MIGRATIONS / "versions").glob("*.py"))
    assert files
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        imports = {line for line in lines if line.startswith(("import ", "from "))}
        assert imports <= {"from typing import Any", "import sqlalchemy as sa", "from alembic import op"}, file.name

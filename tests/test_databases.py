"""The fixtures every other test stands on: empty, migrated, on the dialect they name, and nobody else's."""

import pytest
from sqlalchemy import func, inspect, select

from db.base import Base
from db.engine import Database
from db.models import Revision


async def revisions(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(Revision))


async def test_a_database_speaks_the_dialect_it_was_asked_for(
    database: Database, request: pytest.FixtureRequest
) -> None:
    assert database.dialect == request.node.callspec.params["store"]


async def test_a_database_holds_every_table_of_the_models(database: Database) -> None:
    async with database.engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    assert set(Base.metadata.tables) - tables == set()


@pytest.mark.parametrize("turn", [1, 2])
async def test_what_one_test_writes_no_other_sees(database: Database, turn: int) -> None:
    assert await revisions(database) == 0
    async with database.write(actor="test", action=f"turn {turn}"):
        pass
    assert await revisions(database) == 1


async def test_the_sqlite_database_is_empty_too(sqlite_database: Database) -> None:
    assert sqlite_database.dialect == "sqlite"
    assert await revisions(sqlite_database) == 0

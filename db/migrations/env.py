"""Alembic's entry: uses the connection db.migrate hands over, or opens the database named by `-x database=URL`."""

import asyncio

from alembic import context
from sqlalchemy import Connection

import db.models  # noqa: F401  the tables register themselves
from db.base import Base
from db.engine import WRITE_OPTION, Database


def run(connection: Connection) -> None:
    """Migrate over one connection, whose transaction its owner commits."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def open_and_run(url: str) -> None:
    """For the alembic command line: one write transaction from the first statement to the last."""
    database = Database(url)
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(**{WRITE_OPTION: True})
        async with connection.begin():
            await connection.run_sync(run)
    await database.close()


given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(open_and_run(context.get_x_argument(as_dictionary=True)["database"]))
else:
    run(given)

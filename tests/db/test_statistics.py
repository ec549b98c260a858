"""PostgreSQL plans by what its tables hold once much has been imported."""

from sqlalchemy import func, select, text

from db.models import Allocation, DivisionClosure, Payment


async def test_an_import_of_many_rows_is_looked_at(postgres_demo_store, tmp_path):
    async with postgres_demo_store.empty(tmp_path) as database, database.read() as session:
        for model in (Allocation, DivisionClosure, Payment):
            counted = await session.scalar(select(func.count()).select_from(model))
            believed = await session.scalar(
                text("select reltuples from pg_class where relname = :name"), {"name": model.__tablename__}
            )
            assert counted > 500
            assert 0.9 * counted <= believed <= 1.1 * counted, model.__tablename__


async def test_an_empty_database_has_nothing_to_look_at(postgres_store, tmp_path):
    async with postgres_store.empty(tmp_path) as database:
        async with database.read() as session:
            before = await session.scalar(text("select reltuples from pg_class where relname = 'payment'"))
        await database.refresh_statistics()
        async with database.read() as session:
            after = await session.scalar(text("select reltuples from pg_class where relname = 'payment'"))
        assert (before, after) == (-1, 0)

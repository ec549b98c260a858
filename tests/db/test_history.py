"""The record keeps its own history: exactly the superseded row, whoever writes and however."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from db import engine
from db.base import Base
from db.engine import Database
from db.history import HISTORY, recorded_tables
from db.models import Document, Revision

DERIVED = "division_closure"
NAMES = sorted(set(HISTORY) - {DERIVED})


async def history(database: Database, name: str) -> list[tuple]:
    """Superseded rows in the order they were superseded, with what superseded them."""
    table = HISTORY[name]
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(select(table).order_by(table.c.superseded_rev, table.c.id))]


async def current(database: Database, name: str) -> list[tuple]:
    table = Base.metadata.tables[name]
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(select(table).order_by(table.c.id))]


async def add(database: Database, rows, *names: str) -> int:
    """One row of each table in a unit of work; its revision."""
    async with database.write(actor="test", action="add") as work:
        for name in names:
            await rows.add(work, Base.metadata.tables[name], number=1)
    return work.revision_id


async def change(database: Database, statement: str, **values: object) -> int:
    """One statement by hand under a new revision."""
    async with database.write(actor="test", action="change") as work:
        await work.session.execute(text(statement), {"rev": work.revision_id, **values})
    return work.revision_id


def test_every_table_with_revisions_is_recorded() -> None:
    assert {table.name for table in recorded_tables()} == {
        name
        for name, table in Base.metadata.tables.items()
        if "created_rev" in table.c and not name.endswith("_history")
    }
    assert len(NAMES) >= 25


async def test_every_recorded_table_is_guarded(database: Database) -> None:
    names = "select name from sqlite_master where type = 'trigger'"
    if database.dialect == "postgresql":
        names = "select tgname from pg_trigger where not tgisinternal"
    async with database.read() as session:
        found = set((await session.execute(text(names))).scalars())
    assert found == {f"{name}_{what}" for name in NAMES for what in ("superseded", "kept", "stamped")}


async def test_every_history_is_found_the_way_its_table_is(database: Database) -> None:
    def lookups(connection, name: str) -> set[tuple]:
        found = inspect(connection)
        every = [*found.get_indexes(name), *found.get_unique_constraints(name)]
        return {tuple(each["column_names"]) for each in every} - {("revision_id",)}

    async with database.engine.connect() as connection:
        for name in HISTORY:
            here = await connection.run_sync(lookups, name)
            assert await connection.run_sync(lookups, f"{name}_history") == here | {("id",), ("superseded_rev",)}, name


async def test_triggers_keep_the_whole_superseded_row_of_every_table(database: Database, rows, kept_tables) -> None:
    await add(database, rows, *NAMES)
    before = {name: await current(database, name) for name in NAMES}
    async with database.write(actor="test", action="change") as work:
        for table in kept_tables.values():
            for number in range(len(rows.ids[table.name])):
                await rows.change(work, table, number)
    for name in NAMES:
        after = await current(database, name)
        changed = [row for row in before[name] if row not in after]
        assert await history(database, name) == [(*row, work.revision_id) for row in changed], name
        assert len(changed) == (0 if name == "project_division" else len(after)), name


async def test_two_updates_in_one_unit_of_work_leave_one_row(database: Database, rows) -> None:
    await add(database, rows, "document")
    [before] = await current(database, "document")
    async with database.write(actor="test", action="twice") as work:
        for title in ("once", "twice"):
            await work.session.execute(update(Document).values(title=title, revision_id=work.revision_id))
    assert await history(database, "document") == [(*before, work.revision_id)]


async def test_a_row_made_and_changed_in_one_unit_of_work_leaves_none(database: Database, rows) -> None:
    async with database.write(actor="test", action="both") as work:
        await rows.add(work, Document.__table__)
        await work.session.execute(update(Document).values(title="later", revision_id=work.revision_id))
    assert await history(database, "document") == []


async def test_an_entity_changed_through_its_session_is_kept(database: Database, rows) -> None:
    await add(database, rows, "document")
    [before] = await current(database, "document")
    async with database.write(actor="test", action="entity") as work:
        document = (await work.session.scalars(select(Document))).one()
        document.title = "changed"
    assert await history(database, "document") == [(*before, work.revision_id)]


async def test_statements_in_bulk_and_by_hand_are_kept(database: Database, rows) -> None:
    await add(database, rows, *["document"] * 5)
    before = await current(database, "document")
    by_hand = await change(database, "update document set title = 'by hand', revision_id = :rev where id <= 2")
    async with database.write(actor="test", action="bulk") as work:
        statement = (
            update(Document.__table__)
            .where(Document.__table__.c.id == bindparam("row"))
            .values(title=bindparam("new"), revision_id=work.revision_id)
        )
        await work.session.execute(statement, [{"row": 4, "new": "a"}, {"row": 5, "new": "b"}])
    assert await history(database, "document") == [
        *((*row, by_hand) for row in before[:2]),
        *((*row, work.revision_id) for row in before[3:]),
    ]


async def test_a_row_corrected_again_and_again_keeps_every_state(database: Database, rows) -> None:
    await add(database, rows, "document")
    states = []
    for title in "abcd":
        states.append((await current(database, "document"))[0])
        rev = await change(database, "update document set title = :title, revision_id = :rev", title=title)
        states[-1] = (*states[-1], rev)
    assert await history(database, "document") == states


async def test_what_is_rolled_back_was_never_superseded(database: Database, rows) -> None:
    await add(database, rows, "document")
    with pytest.raises(DBAPIError, match=r"(?i)not.null"):
        await change(database, "update document set title = case when id > 0 then null end, revision_id = :rev")
    assert await history(database, "document") == []


@pytest.mark.parametrize("name", ["document", "project", "publication", "division_version"])
async def test_deletes_are_refused(database: Database, rows, name: str) -> None:
    await add(database, rows, name)
    there = await current(database, name)
    with pytest.raises(DBAPIError, match="a recorded row is never deleted"):
        await change(database, f"delete from {name} where :rev > 0")
    assert await current(database, name) == there


async def test_an_update_that_forgets_its_revision_is_refused(database: Database, rows) -> None:
    await add(database, rows, "document")
    there = await current(database, "document")
    with pytest.raises(DBAPIError, match="must carry the revision of its unit of work"):
        await change(database, "update document set title = 'lost' where :rev > 0")
    assert await current(database, "document") == there


async def test_revisions_are_numbered_and_timed_in_the_order_they_are_committed(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.write(actor="test", action=str(number)) as work:
            await asyncio.sleep(0.002 * (5 - number))
            async with database.read() as session:
                later = select(func.count()).select_from(Revision).where(Revision.id >= work.revision_id)
                assert await session.scalar(later) == 0, "a later revision is there already"

    await asyncio.gather(*(write(number) for number in range(5)))
    async with database.read() as session:
        found = (await session.execute(select(Revision.id, Revision.at).order_by(Revision.id))).all()
    assert len(found) == 5
    assert sorted({row.at for row in found}) == [row.at for row in found]


async def test_a_clock_set_back_does_not_set_back_the_record(database: Database, monkeypatch) -> None:
    class Clock(datetime):
        """Runs backwards."""

        day = 20

        @classmethod
        def now(cls, tz=None):
            cls.day -= 1
            return datetime(2026, 1, cls.day, tzinfo=tz)

    monkeypatch.setattr(engine, "datetime", Clock)
    for _ in range(3):
        async with database.write(actor="test", action="tick"):
            pass
    async with database.read() as session:
        found = (await session.scalars(select(Revision.at).order_by(Revision.id))).all()
    first = datetime(2026, 1, 19, tzinfo=UTC)
    assert found == [first, first + timedelta(microseconds=1), first + timedelta(microseconds=2)]

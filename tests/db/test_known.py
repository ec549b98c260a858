"""The record as known at a revision is the record as it was copied then, whatever was done to it since."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import delete, func, insert, literal, select, text, update
from sqlalchemy.exc import DBAPIError

from db.base import Base
from db.closure import rebuild_closure
from db.engine import Database, revision_at
from db.enums import DivisionKind, Level
from db.history import HISTORY, SUPERSEDED
from db.models import Division, DivisionClosure, DivisionVersion, Document, Revision

TABLES = st.sampled_from(sorted(name for name in Base.metadata.tables if f"{name}_history" in Base.metadata.tables))
NUMBERS = st.integers(0, 50)
WRITES = st.lists(st.tuples(TABLES, st.booleans(), NUMBERS), min_size=1, max_size=6)
BEGIN = date(2000, 1, 1)
PROVINCES, COUNTIES = 3, 4


class Machine(RuleBasedStateMachine):
    """A record, and beside it the plainest model there is: a full copy after every unit of work."""

    def __init__(self, store, folder, rows, copied) -> None:
        super().__init__()
        self.rows, self.copied = rows(), copied
        self.runner = asyncio.Runner()
        place = folder / uuid4().hex
        place.mkdir()
        self.opening = store.empty(place)
        self.database: Database = self.run(self.opening.__aenter__())
        self.copies: dict[int, dict] = {}
        self.run(self.keep(0))

    def run(self, work):
        """To the end, on this machine's own loop."""
        return self.runner.run(work)

    async def keep(self, revision: int) -> None:
        """Copy every table."""
        async with self.database.read() as session:
            self.copies[revision] = await self.copied(session)

    async def same(self, known: int) -> None:
        """Read as known at a revision, which may lie between or after those that were kept."""
        at = max(revision for revision in self.copies if revision <= known)
        async with self.database.read(known) as session:
            assert await self.copied(session) == self.copies[at]

    @rule(turn=st.integers(0, 40))
    def look_back(self, turn: int) -> None:
        """Any moment, the future too."""
        self.run(self.same(turn % (max(self.copies) + 2)))

    def teardown(self) -> None:
        """Every moment once more, then away with it."""
        for revision in self.copies:
            self.run(self.same(revision))
        self.run(self.opening.__aexit__(None, None, None))
        self.runner.close()


class AnyTable(Machine):
    """New rows and corrections in any table kept by triggers."""

    @rule(writes=WRITES)
    def write(self, writes: list[tuple[str, bool, int]]) -> None:
        """One unit of work."""
        self.run(self.unit(writes))

    async def unit(self, writes: list[tuple[str, bool, int]]) -> None:
        """Insert or change, in order."""
        async with self.database.write(actor="test", action="write") as work:
            for name, new, number in writes:
                table = Base.metadata.tables[name]
                if name == "division_closure":
                    continue  # derived; the other machine's
                await (self.rows.add if new else self.rows.change)(work, table, number)
        await self.keep(work.revision_id)


class Map(Machine):
    """Counties that move between provinces, or turn out to have been elsewhere all the time."""

    @initialize()
    def divisions(self) -> None:
        """A nation, provinces, counties."""
        self.run(self.draw())

    @rule(county=st.integers(0, COUNTIES - 1), to=st.integers(0, PROVINCES - 1), days=st.integers(1, 900))
    def move(self, county: int, to: int, days: int) -> None:
        """From a day after all its days so far."""
        self.run(self.moved(county, to, days))

    @rule(county=st.integers(0, COUNTIES - 1), to=st.integers(0, PROVINCES - 1))
    def correct(self, county: int, to: int) -> None:
        """Its first version named the wrong province."""
        self.run(self.corrected(county, to))

    async def draw(self) -> None:
        """The map of the first day."""
        levels = [Level.NATION, *[Level.PROVINCE] * PROVINCES, *[Level.COUNTY] * COUNTIES]
        async with self.database.write(actor="test", action="draw") as work:
            for number, level in enumerate(levels, start=1):
                node = {"id": number, "code": f"{number:06}", "kind": DivisionKind.STANDARD, "valid_from": BEGIN}
                await work.session.execute(insert(Division).values(**node, **work.stamp))
                parent = {Level.NATION: None, Level.PROVINCE: 1, Level.COUNTY: 2}[level]
                await self.version(work, number, level, parent, BEGIN)
            await rebuild_closure(work)
        await self.keep(work.revision_id)

    async def version(self, work, node: int, level: Level, parent: int | None, since: date) -> None:
        """A version without end."""
        given = {"division_id": node, "level": level, "admin_parent_id": parent, "fund_parent_id": parent}
        named = {"name": f"{node}", "type_name": "县", "separately_planned": False, "valid_from": since}
        await work.session.execute(insert(DivisionVersion).values(**given, **named, **work.stamp))

    async def moved(self, county: int, to: int, days: int) -> None:
        """Close the last version, open another."""
        node = PROVINCES + 2 + county
        async with self.database.write(actor="test", action="move") as work:
            mine = DivisionVersion.division_id == node
            last = await work.session.scalar(select(func.max(DivisionVersion.valid_from)).where(mine))
            day = last + timedelta(days=days)
            closed = {"valid_to": day, "revision_id": work.revision_id}
            await work.session.execute(
                update(DivisionVersion).where(mine, DivisionVersion.valid_to.is_(None)).values(**closed)
            )
            await self.version(work, node, Level.COUNTY, to + 2, day)
            await rebuild_closure(work)
        await self.keep(work.revision_id)

    async def corrected(self, county: int, to: int) -> None:
        """Change the parent in place."""
        first = (DivisionVersion.division_id == PROVINCES + 2 + county, DivisionVersion.valid_from == BEGIN)
        async with self.database.write(actor="test", action="correct") as work:
            parents = {"admin_parent_id": to + 2, "fund_parent_id": to + 2, "revision_id": work.revision_id}
            await work.session.execute(update(DivisionVersion).where(*first).values(**parents))
            await rebuild_closure(work)
        await self.keep(work.revision_id)


def play(machine: type[Machine], store, folder, rows, copied, *, examples: int) -> None:
    """So many random histories."""
    run_state_machine_as_test(
        lambda: machine(store, folder, rows, copied),
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],  # a dozen steps are short enough to read; making them fewer takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("machine", [AnyTable, Map])
def test_every_state_of_the_record_reads_as_it_was_on_sqlite(machine, sqlite_store, tmp_path, new_rows, copied) -> None:
    play(machine, sqlite_store, tmp_path, new_rows, copied, examples=20)


@pytest.mark.parametrize("machine", [AnyTable, Map])
def test_every_state_of_the_record_reads_as_it_was_on_postgresql(
    machine, postgres_store, tmp_path, new_rows, copied
) -> None:
    play(machine, postgres_store, tmp_path, new_rows, copied, examples=6)


async def titled(database: Database, titles: str) -> dict[int, str]:
    """A document corrected time and again; its title by revision."""
    found: dict[int, str] = {}
    for title in titles:
        async with database.write(actor="test", action=title) as work:
            if not found:
                given = {"code": "D", "title": title, "kind": "NOTICE", "confidence": "VERIFIED", "provenance": "DEMO"}
                await work.session.execute(insert(Document.__table__).values(**given, **work.stamp))
            else:
                await work.session.execute(update(Document).values(title=title, revision_id=work.revision_id))
        found[work.revision_id] = title
    return found


async def title(database: Database, known: int | None) -> str | None:
    async with database.read(known) as session:
        return await session.scalar(select(Document.title))


async def test_before_the_first_revision_there_is_nothing(database: Database) -> None:
    await titled(database, "ab")
    assert await title(database, 0) is None


async def test_one_connection_serves_one_moment_after_another(database: Database) -> None:
    states = await titled(database, "abcd")
    turns = [3, 1, None, 4, 0, 2, None, 3, 3, 99]
    wanted = [states.get(3), "a", "d", "d", None, "b", "d", "c", "c", "d"]
    assert [await title(database, known) for known in turns] == wanted


async def test_readers_of_different_moments_do_not_disturb_one_another(database: Database) -> None:
    states = await titled(database, "abcd")
    moments = [known for _ in range(8) for known in (*states, None)]
    begun = asyncio.Barrier(3)

    async def read(known: int | None) -> list[str | None]:
        async with database.read(known) as session:
            first = await session.scalar(select(Document.title))
            await asyncio.sleep(0)
            return [first, await session.scalar(select(Document.title))]

    async def together(known: int) -> str | None:
        async with database.read(known) as session:
            await begun.wait()  # all three sessions are open at once
            return await session.scalar(select(Document.title))

    found = await asyncio.gather(*(read(known) for known in moments))
    assert found == [[states.get(known, "d")] * 2 for known in moments]
    assert await asyncio.gather(*(together(known) for known in (1, 2, 3))) == ["a", "b", "c"]


async def test_a_past_seen_before_stays_the_same_while_others_write(database: Database) -> None:
    await titled(database, "ab")
    async with database.read(1) as session:
        assert await session.scalar(select(Document.title)) == "a"
        async with database.write(actor="test", action="more") as work:
            await work.session.execute(update(Document).values(title="c", revision_id=work.revision_id))
        assert await session.scalar(select(Document.title)) == "a"
    assert [await title(database, known) for known in (1, 2, 3, None)] == ["a", "b", "c", "c"]


async def test_a_table_touched_only_later_is_seen_as_it_was(database: Database) -> None:
    await titled(database, "a")
    assert await title(database, 1) == "a"  # its last revision: the table itself, no view
    async with database.write(actor="test", action="more") as work:
        await work.session.execute(update(Document).values(title="b", revision_id=work.revision_id))
    assert await title(database, 1) == "a"


async def test_what_is_derived_and_only_taken_away_is_still_seen(database: Database) -> None:
    row = {"tree": "ADMIN", "ancestor_id": 1, "descendant_id": 2, "ancestor_level": "CITY", "depth": 1}
    spans = {"valid_from": BEGIN, "share_from_bp": 0, "share_to_bp": 10_000, "estimated": False}
    async with database.write(actor="test", action="derive") as work:
        await work.session.execute(insert(DivisionClosure).values(**row, **spans, **work.stamp))
    async with database.write(actor="test", action="take away") as work:
        past, columns = HISTORY["division_closure"], DivisionClosure.__table__.columns
        gone = select(*columns, literal(work.revision_id))
        await work.session.execute(insert(past).from_select([*columns.keys(), SUPERSEDED], gone))
        await work.session.execute(delete(DivisionClosure))
    found = []
    for known in (0, 1, 2, None):
        async with database.read(known) as session:
            found.append(await session.scalar(select(DivisionClosure.depth)))
    assert found == [None, 1, None, None]


@pytest.mark.parametrize("known", [0, 1, 99])
@pytest.mark.parametrize(
    "statement",
    [
        "update document set title = 'x', revision_id = 99",
        "insert into revision (at, actor, action) values (1, 'a', 'b')",
        "update document_history set title = 'x'",
        "create table other (id integer)",
    ],
)
async def test_nothing_can_be_written_in_the_past(database: Database, known: int, statement: str) -> None:
    await titled(database, "ab")
    async with database.read(known) as session:
        with pytest.raises(DBAPIError, match=r"read-?only|cannot (update|modify) .*view"):
            await session.execute(text(statement))
    assert [await title(database, each) for each in (1, None)] == ["a", "b"]
    async with database.write(actor="test", action="now") as work:
        await work.session.execute(update(Document).values(title="c", revision_id=work.revision_id))
    assert await title(database, None) == "c"


async def test_a_moment_is_the_last_revision_until_then(database: Database) -> None:
    await titled(database, "abc")
    async with database.read() as session:
        moments = (await session.scalars(select(Revision.at).order_by(Revision.id))).all()
        tick = timedelta(microseconds=1)
        found = [await revision_at(session, moment + off) for moment in moments for off in (-tick, 0 * tick, tick)]
    assert found == [0, 1, 1, 1, 2, 2, 2, 3, 3]

"""A small demo that can be corrected, asked by any of its accounts, by any clock."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from db.atlas import AtlasStore
from db.bundle import Manifest, import_tables
from db.engine import Database
from db.enums import Provenance
from db.models import Account, Division, DivisionVersion
from db.types import today
from resolvers.deadlines import Deadlines
from resolvers.principal import Principal
from rules.law import Law
from rules.parameter import Parameters
from schema.root import build_schema
from server.demo.loader import load
from server.services import Services

DAY = date(2026, 11, 1)
PROJECTS = 40
PUBLISH = """mutation($input: PublicationInput!) { publishReport(input: $input) {
  ... on Published { publication { code body digest knownAt asOf hierarchyAsOf release } }
  ... on PublicationRefused { code message messageEn }
} }"""
AGAIN = """query($code: ID!, $asOf: Date, $knownAt: DateTime, $hierarchyAsOf: Date) { publication(code: $code) {
  body digest again(asOf: $asOf, knownAt: $knownAt, hierarchyAsOf: $hierarchyAsOf) {
    body digest identical sameRelease
  }
} }"""
LATER = {"filing/due_day.yaml": "3"}
"""A stricter number, in force for years but entered only tomorrow."""


@dataclass(slots=True)
class Told:
    """The API over one database."""

    services: Services

    @property
    def database(self) -> Database:
        """What it answers from."""
        return self.services.database

    async def answer(self, document: str, user: str = "ministry", **variables: Any) -> Any:
        """Whatever comes of a document."""
        context = self.services.context(await self.principal(user))
        return await self.services.schema.execute(document, variable_values=variables, context_value=context)

    async def ask(self, document: str, user: str = "ministry", **variables: Any) -> Any:
        """The data; no errors."""
        result = await self.answer(document, user, **variables)
        assert result.errors is None, result.errors
        return result.data

    async def refused(self, document: str, user: str = "ministry", **variables: Any) -> str:
        """The code of the one error there is."""
        [error] = (await self.answer(document, user, **variables)).errors
        return error.extensions["code"]

    async def publish(self, code: str, query: str, user: str = "ministry", **more: Any) -> Any:
        """Publish by the demo's day, or the clocks given."""
        given = {"code": code, "title": code, "query": query, "asOf": f"{DAY}", "hierarchyAsOf": f"{DAY}"}
        return (await self.ask(PUBLISH, user, input=given | more))["publishReport"]

    async def again(self, code: str, user: str = "ministry", **clocks: Any) -> Any:
        """Made again."""
        return (await self.ask(AGAIN, user, code=code, **clocks))["publication"]["again"]

    async def principal(self, user: str) -> Principal:
        """The account as if signed in."""
        statement = (
            select(Account, Division.code, DivisionVersion.level)
            .join(Division, Division.id == Account.division_id)
            .join(DivisionVersion, DivisionVersion.division_id == Division.id)
            .where(Account.name == user)
        )
        async with self.database.read() as session:
            account, code, level = (await session.execute(statement)).all()[-1]
        return Principal(account.id, account.name, account.role, account.division_id, code, level)

    async def one(self, statement: str, **values: Any) -> Any:
        """One value of the record."""
        async with self.database.read() as session:
            return (await session.execute(text(statement), values)).scalar_one()

    async def now(self) -> str:
        """The moment of the last revision."""
        micros = await self.one("select max(at) from revision")
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)).isoformat()

    async def correct(self, **tables: list[dict[str, str]]) -> None:
        """A bundle that says something else than the record."""
        manifest = Manifest("correction", "更正", "Corrections", Provenance.DEMO, "a later bundle")
        report = await import_tables(self.database, manifest, tables, actor="test")
        assert report.ok, report.text(language="en")
        assert report.changed

    def by(self, law: Law) -> "Told":
        """The same record under another law."""
        return Told(Services(self.database, law, Deadlines(law), AtlasStore(), self.services.schema))

    def over(self, database: Database) -> "Told":
        """Another record under the same law."""
        law = self.services.law
        return Told(Services(database, law, Deadlines(law), AtlasStore(), self.services.schema))


@pytest.fixture(scope="session")
def load_demo(national_law: Law) -> Callable[[Database], Awaitable[object]]:
    """Fills an empty database."""

    def quiet(_stage: str) -> Callable[[int, int], None]:
        return lambda _done, _total: None

    return partial(load, projects=PROJECTS, as_of=DAY, password="x", progress=quiet, law=national_law)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory, load_demo: Callable[[Database], Awaitable[object]]) -> Path:
    """The demo, loaded once."""
    file = tmp_path_factory.mktemp("clocks") / "demo.sqlite3"

    async def loaded() -> None:
        database = Database(f"sqlite:///{file}")
        await load_demo(database)
        await database.close()

    asyncio.run(loaded())
    return file


@pytest.fixture(scope="session")
def national_law() -> Law:
    """The law of the release."""
    return Law.national()


@pytest.fixture(scope="session")
def later_law(tmp_path_factory: pytest.TempPathFactory) -> Law:
    """The same with stricter numbers that were entered tomorrow."""
    folder = tmp_path_factory.mktemp("parameters")
    for name, value in LATER.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        entered = today() + timedelta(days=1)
        file.write_text(f"values:\n  2021-01-02:\n    value: {value}\n    reference: test\n    recorded: {entered}\n")
    return Law.national(parameters=Parameters.load(extra=[folder]))


@pytest.fixture(scope="session")
def shared_schema():
    """Built once."""
    return build_schema()


@pytest.fixture
async def told(demo_file: Path, tmp_path: Path, national_law: Law, shared_schema) -> AsyncIterator[Told]:
    """A demo of the test's own."""
    file = tmp_path / "demo.sqlite3"
    shutil.copyfile(demo_file, file)
    database = Database(f"sqlite:///{file}")
    yield Told(Services(database, national_law, Deadlines(national_law), AtlasStore(), shared_schema))
    await database.close()

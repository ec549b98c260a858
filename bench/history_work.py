"""The workloads history is measured by: what writes and reads of a year of supervision look like."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy import func, insert, select, text, update

from db.bundle import Manifest, import_tables
from db.closure import rebuild_closure
from db.engine import Database
from db.enums import FilingKind, FilingState, Level, Line, Provenance, Role
from db.migrate import migrate
from db.models import Division, DivisionVersion, Filing, Project, Revision
from db.types import Period
from resolvers.principal import Principal
from server.demo.divisions import division_manifest, division_tables
from server.demo.generator import generate
from server.services import Services

AS_OF = date(2026, 11, 1)
ACTOR = "bench"
BULK = 10_000
SAVED = 200
CORRECTED_SHARE = 10
ABOLISHED_ON = date(2100, 1, 1)
ENDLESS = DivisionVersion.valid_to.is_(None)
CORRECTIONS = (
    ("project", "total_investment_fen = coalesce(total_investment_fen, 0) + 100"),
    ("source_line", "planned_fen = planned_fen + 100"),
    ("payment", "amount_fen = amount_fen + 100"),
    ("allocation", "amount_fen = amount_fen + 100"),
    ("target", "weight = coalesce(weight, 1) + 1"),
    ("progress", "value = value + 1"),
    ("filing", "returned_count = returned_count + 1"),
)
"""What a year of corrections touches: every table a roll-up adds up, one row in `CORRECTED_SHARE` of each."""

ROLLUP = """query($knownAt: DateTime) {
  rollup(by: [PROVINCE, FUND_CATEGORY, BUDGET_YEAR], first: 10000, knownAt: $knownAt) {
    totalRows
    rows { keys { value } planned received issued paid executionRate targetCompletion projectCount }
    totals { planned received issued retained paid executionRate timeProgress projectCount }
  }
}"""
SLICE = """query($knownAt: DateTime) {
  projects(first: 100, knownAt: $knownAt) {
    nodes {
      code name status division { name } sourceLines { budgetYear planned fund { name } }
      payments { code amount paidOn } allocations { code amount } targets { code value }
      filings { period { code } state }
    }
  }
}"""
Round = Callable[[], Awaitable[None]]
Work = Callable[[Database, int], Awaitable[Round]]
"""Prepares one round of a workload; rounds are numbered, so that each writes rows of its own."""
BULK_QUARTERS, SAVED_QUARTERS = Period(1000, 1), Period(1900, 1)


async def load(database: Database, projects: int) -> None:
    """The divisions of today and so many demo projects."""
    await migrate(database)
    tables = division_tables()
    _passed(await import_tables(database, division_manifest(), tables, actor=ACTOR))
    for part in generate(projects=projects, as_of=AS_OF, divisions=tables["divisions"]).parts():
        _passed(await import_tables(database, MANIFEST, part, actor=ACTOR))


MANIFEST = Manifest(
    name="bench", title="演示数据", title_en="Demo data", provenance=Provenance.DEMO, source="generated for measuring"
)


def _passed(report: Any) -> None:
    if not report.ok:
        raise RuntimeError(report.text(language="en"))


async def bulk_insert(database: Database, number: int) -> Round:
    """Filings of past quarters in one unit of work."""
    rows = await _filings(database, BULK_QUARTERS + number * 100, BULK)

    async def go() -> None:
        async with database.write(actor=ACTOR, action="bench.bulk") as work:
            await work.session.execute(insert(Filing), [row | work.stamp for row in rows])

    return go


async def save_and_submit(database: Database, number: int) -> Round:
    """Each filing is saved, saved again and submitted: three units of work of one row each."""
    rows = await _filings(database, SAVED_QUARTERS + number * 4, SAVED)

    async def go() -> None:
        for row in rows:
            async with database.write(actor=ACTOR, action="filing.save") as work:
                filing = Filing(**row)
                work.session.add(filing)
            for state in (FilingState.DRAFT, FilingState.SUBMITTED):
                async with database.write(actor=ACTOR, action="filing.write") as work:
                    changed = {"state": state, "paid_period_fen": work.revision_id, "revision_id": work.revision_id}
                    await work.session.execute(update(Filing).where(Filing.id == filing.id).values(**changed))

    return go


async def import_corrections(database: Database, number: int) -> Round:
    """A province sends all its projects again; one in ten is corrected."""
    async with database.read() as session:
        rows = await session.execute(
            select(Project.code, Project.name, Project.status, Project.line, Division.code)
            .join(Division, Division.id == Project.division_id)
            .where(Project.provenance == Provenance.DEMO)
            .order_by(Project.id)
        )
        found = rows.all()
    corrected = [
        {
            "code": code,
            "name": f"{name.partition('·')[0]}·{number}" if at % CORRECTED_SHARE == number % CORRECTED_SHARE else name,
            "status": status.value,
            "line": line.value,
            "division": division,
        }
        for at, (code, name, status, line, division) in enumerate(found)
    ]

    async def go() -> None:
        report = await import_tables(database, MANIFEST, {"projects": corrected}, actor=ACTOR)
        _passed(report)
        if report.tables["projects"].updated != len(found) // CORRECTED_SHARE:
            raise RuntimeError("the bundle did not correct what it was to correct")

    return go


WRITES: dict[str, Work] = {
    f"insert {BULK:,} filings in bulk": bulk_insert,
    f"save, save and submit {SAVED} filings": save_and_submit,
    "import a bundle correcting 10 % of projects": import_corrections,
}


async def _filings(database: Database, first: Period, most: int) -> list[dict[str, Any]]:
    """Rows of quarters nobody filed on, one per project and quarter."""
    async with database.read() as session:
        projects = (await session.execute(select(Project.id, Project.division_id).order_by(Project.id))).all()
    quarters = count(first.ordinal)
    rows: list[dict[str, Any]] = []
    while len(rows) < most:
        period = Period.from_ordinal(next(quarters))
        rows += [_filing(project, division, period) for project, division in projects]
    return rows[:most]


def _filing(project: int, division: int, period: Period) -> dict[str, Any]:
    return {
        "project_id": project,
        "division_id": division,
        "line": Line.ECOLOGICAL_RESTORATION,
        "unit_id": None,
        "period": period,
        "kind": FilingKind.REGULAR,
        "state": FilingState.DRAFT,
        "submitted_at": None,
        "returned_count": 0,
        "reason": None,
        "paid_period_fen": 0,
        "paid_cumulative_fen": 0,
        "correction_document_id": None,
        "provenance": Provenance.DEMO,
    }


async def correct(database: Database) -> datetime:
    """One row in ten of every figure in five units of work, and a county's end; the moment before the first."""
    async with database.read() as session:
        before: datetime | None = await session.scalar(select(func.max(Revision.at)))
    for turn in range(5):
        async with database.write(actor=ACTOR, action="bench.correct") as work:
            for table, change in CORRECTIONS:
                statement = f"update {table} set {change}, revision_id = :revision where id % :share = :turn"  # noqa: S608
                share = {"revision": work.revision_id, "share": 5 * CORRECTED_SHARE, "turn": turn}
                await work.session.execute(text(statement), share)
    async with database.write(actor=ACTOR, action="bench.abolish") as work:
        county = await work.session.scalar(
            select(func.max(DivisionVersion.id)).where(DivisionVersion.level == Level.COUNTY, ENDLESS)
        )
        changed = {"valid_to": ABOLISHED_ON, "revision_id": work.revision_id}
        await work.session.execute(update(DivisionVersion).where(DivisionVersion.id == county).values(**changed))
        await rebuild_closure(work)
    if before is None:
        raise RuntimeError("there is nothing to correct")
    return before


async def asked(database: Database) -> Callable[..., Awaitable[Any]]:
    """The API as the ministry asks it, without HTTP."""
    services = Services.of(database)
    async with database.read() as session:
        nation = await session.scalar(select(Division.id).where(Division.code == "100000"))
    if nation is None:
        raise RuntimeError("the record holds no divisions")
    ministry = Principal(0, ACTOR, Role.MINISTRY, nation, "100000", Level.NATION)

    async def ask(query: str, **variables: Any) -> Any:
        result = await services.schema.execute(
            query, variable_values=variables, context_value=services.context(ministry)
        )
        if result.errors:
            raise RuntimeError(str(result.errors[0]))
        return result.data

    return ask

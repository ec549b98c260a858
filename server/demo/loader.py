"""Loads the demo into an empty database: real divisions, published figures, 演示数据, accounts, and a first check."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select

from db.bundle import ImportReport, Manifest, import_bundle, import_tables
from db.engine import Database
from db.enums import Level, Provenance, Role
from db.migrate import migrate
from db.models import Account, Division, DivisionVersion, Project
from resolvers.sessions import HASHER
from rules.law import Law
from rules.standing import refresh
from server.areas import NATION, area_of
from server.demo.divisions import division_manifest, division_tables
from server.demo.generator import generate
from server.demo.places import PUBLISHED

ACTOR = "fundwatch demo"
DEFAULT_PROJECTS = 2_000
Progress = Callable[[str], Callable[[int, int], None]]
"""Given the name of a stage, what to tell done and total."""

_ROLES = {Level.PROVINCE: Role.PROVINCE, Level.CITY: Role.CITY, Level.COUNTY: Role.COUNTY}


class DemoRefused(RuntimeError):
    """The demo's own data did not pass the importer; this is a fault of the release, not of the machine."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded."""

    projects: int
    findings: int
    planted: int


async def projects_loaded(database: Database) -> int | None:
    """How many demo projects a database holds; None when no demo was ever loaded."""
    async with database.read() as session:
        if not await session.scalar(select(func.count()).select_from(Account)):
            return None
        demo = select(func.count()).select_from(Project).where(Project.provenance == Provenance.DEMO)
        return await session.scalar(demo)


async def load(
    database: Database, *, projects: int, as_of: date, password: str, progress: Progress, law: Law | None = None
) -> Loaded:
    """Everything, in order; raises DemoRefused when a bundle does not pass."""
    await migrate(database)
    tables = division_tables()
    _passed(await import_tables(database, division_manifest(), tables, actor=ACTOR))
    _passed(await import_bundle(database, PUBLISHED, actor=ACTOR))
    planning = progress("规划演示项目 planning")
    planning(0, projects)
    data = generate(projects=projects, as_of=as_of, divisions=tables["divisions"])
    planning(projects, projects)
    data.progress = progress("导入演示数据 importing")
    for part in data.parts():
        _passed(await import_tables(database, _manifest(as_of), part, actor=ACTOR))
    await _accounts(database, password)
    area = await area_of(database, NATION)
    result = await refresh(
        database, area=area, as_of=as_of, actor=ACTOR, law=law, progress=progress("规则检查 checking")
    )
    return Loaded(projects, len(result.check.findings), len(data.planted))


def new_password() -> str:
    """A password nobody could guess, short enough to type."""
    return secrets.token_urlsafe(9)


def _passed(report: ImportReport) -> None:
    if not report.ok:
        raise DemoRefused(report.text(language="en"))


def _manifest(as_of: date) -> Manifest:
    return Manifest(
        name="demo",
        title="演示数据",
        title_en="Synthetic demonstration data",
        provenance=Provenance.DEMO,
        source=f"generated as of {as_of.isoformat()}; every row is synthetic",
    )


async def _accounts(database: Database, password: str) -> None:
    """`ministry`, `inspector`, and one account per division named by its code."""
    hashed = HASHER.hash(password)
    async with database.write(actor=ACTOR, action="accounts.create") as work:
        rows = (
            await work.session.execute(
                select(Division.id, Division.code, DivisionVersion.level)
                .join(DivisionVersion, DivisionVersion.division_id == Division.id)
                .where(Division.valid_to.is_(None), DivisionVersion.valid_to.is_(None))
            )
        ).all()
        nation = next(row.id for row in rows if row.level is Level.NATION)
        posts: Iterable[tuple[str, Role, int]] = [
            ("ministry", Role.MINISTRY, nation),
            ("inspector", Role.INSPECTOR, nation),
            *((row.code, _ROLES[row.level], row.id) for row in rows if row.level in _ROLES),
        ]
        await work.session.execute(
            insert(Account),
            [
                {
                    "name": name,
                    "password_hash": hashed,
                    "role": role,
                    "division_id": division_id,
                    "unit_id": None,
                    "lines": [],
                    "active": True,
                    **work.stamp,
                }
                for name, role, division_id in posts
            ],
        )

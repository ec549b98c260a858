"""Who owes a filing, in one statement, is who the dossiers say project by project."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from db import dossiers
from db.atlas import AtlasStore
from db.duty import owing
from db.enums import AllocationKind, Level, PaymentKind, ProjectStatus
from db.models import Allocation, Payment, Project
from db.scope import Scope
from db.types import Period
from rules.case import _cases
from rules.check import _grounds
from rules.dossier.duty import expected_quarters
from rules.law import Law

DAYS = [
    date(2021, 1, 1),
    date(2023, 12, 31),
    date(2024, 3, 31),
    date(2024, 4, 1),
    date(2025, 7, 15),
    date(2026, 10, 31),
]
FIRST = Period(2020, 4)


async def by_dossier(database, as_of):
    """Periods by project, through the functions that judge."""
    async with database.read() as session:
        nation = next(place for place in await AtlasStore().at(session, as_of) if place.level is Level.NATION)
        scope = Scope(nation.id, nation.code, national=True, day=as_of)
        grounds = await _grounds(session, Law.national(), as_of)
        return {
            case.project.id: set(expected_quarters(case, as_of))
            async for chunk in dossiers.project_chunks(session, dossiers.Area(scope, nation.id))
            for case, _, _ in _cases(chunk, grounds)
        }


async def by_statement(database, as_of):
    found = {}
    async with database.read() as session:
        period = FIRST
        while period <= Period.of(as_of) + 1:
            for row in await session.execute(owing(period, as_of=as_of)):
                found.setdefault(row.project_id, set()).add(period)
            period += 1
    return found


@pytest.mark.parametrize("as_of", DAYS, ids=str)
async def test_duties_are_those_of_the_dossiers(demo, as_of):
    expected = {project: periods for project, periods in (await by_dossier(demo, as_of)).items() if periods}
    assert await by_statement(demo, as_of) == expected
    assert bool(expected) is (as_of > date(2023, 1, 1))


async def test_no_duty_for_a_quarter_that_has_not_ended(demo):
    async with demo.read() as session:
        assert not (await session.execute(owing(Period(2026, 3), as_of=date(2026, 9, 29)))).all()
        assert (await session.execute(owing(Period(2026, 3), as_of=date(2026, 9, 30)))).all()


@pytest.mark.parametrize("status", [ProjectStatus.COMPLETED, ProjectStatus.ACCEPTED, ProjectStatus.TERMINATED])
async def test_every_status_ends_the_duty_on_the_same_day(demo_copy, status):
    """All projects given one status: what remains owed depends on what was paid, finished and terminated."""
    async with demo_copy.write(actor="test", action="status") as work:
        for project in (await work.session.scalars(select(Project))).all():
            project.status = status
    as_of = DAYS[-1]
    expected = {project: periods for project, periods in (await by_dossier(demo_copy, as_of)).items() if periods}
    assert await by_statement(demo_copy, as_of) == expected


async def test_a_recall_counts_where_its_edge_does(demo_copy):
    """A recall need not repeat the project of the edge it takes back; with it taken off, all was paid by March."""
    as_of = DAYS[-1]
    async with demo_copy.write(actor="test", action="recall") as work:
        recalls = select(Allocation).where(Allocation.kind == AllocationKind.RECALL, Allocation.project_id.is_not(None))
        found = (await work.session.scalars(recalls)).all()
        projects = {recall.project_id for recall in found}
        for recall in found:
            recall.amount_fen = (await work.session.get_one(Allocation, recall.parent_id)).amount_fen
            recall.project_id = None
        for project in (await work.session.scalars(select(Project).where(Project.id.in_(projects)))).all():
            project.status, project.finished_on = ProjectStatus.COMPLETED, date(2026, 2, 1)
        recalled = {recall.parent_id for recall in found}
        edges = (await work.session.scalars(select(Allocation).where(Allocation.project_id.in_(projects)))).all()
        left = Counter(dict.fromkeys(projects, 1))
        for edge in edges:
            left[edge.project_id] += 0 if edge.id in recalled else edge.amount_fen
        payments = (await work.session.scalars(select(Payment).where(Payment.project_id.in_(projects)))).all()
        for payment in payments:
            payment.kind, payment.paid_on = PaymentKind.PAYMENT, date(2026, 3, 1)
            payment.amount_fen = left.pop(payment.project_id, 1)
    assert projects
    expected = {project: periods for project, periods in (await by_dossier(demo_copy, as_of)).items() if periods}
    assert await by_statement(demo_copy, as_of) == expected
    assert {max(expected[project]) for project in projects} == {Period(2026, 1)}

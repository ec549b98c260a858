"""A small record: a nation, a province, a city, a county and a sound central project in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from db.atlas import NATION_CODE
from db.base import Base
from db.dossiers import Area
from db.engine import Database
from db.enums import (
    AllocationKind,
    Confidence,
    Direction,
    DivisionKind,
    DocumentKind,
    FilingKind,
    FilingState,
    FundCategory,
    IndicatorKind,
    Level,
    Line,
    PaymentKind,
    ProjectStatus,
    Provenance,
    ReserveStatus,
    Source,
    SpaceAggregation,
    TimeAggregation,
    Tree,
    UnitKind,
)
from db.models import (
    Allocation,
    Division,
    DivisionClosure,
    DivisionVersion,
    Document,
    Filing,
    Fund,
    Indicator,
    Measure,
    Payment,
    Progress,
    Project,
    ReserveEntry,
    SourceLine,
    Target,
    Unit,
)
from db.scope import Scope
from db.types import FEN_PER_WAN, SHANGHAI, Period

AS_OF = date(2026, 10, 20)
BEGINNING = date(1949, 10, 1)
CHAIN = (
    (1, NATION_CODE, Level.NATION),
    (2, "510000", Level.PROVINCE),
    (3, "510100", Level.CITY),
    (4, "510104", Level.COUNTY),
)
REGISTERED = Provenance.REGISTERED


@dataclass
class Record:
    """Writes rows into a database and says which area they lie in."""

    database: Database
    day: date = AS_OF
    defaults: dict[str, Any] = field(default_factory=dict)

    async def add(self, *rows: Base) -> None:
        async with self.database.write(actor="test", action="seed") as work:
            for row in rows:
                work.session.add(row)
                await work.session.flush()

    async def change(self, model: type[Any], row_id: int, **values: Any) -> None:
        async with self.database.write(actor="test", action="change") as work:
            row = await work.session.get_one(model, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    async def all(self, statement: Any) -> list[Any]:
        async with self.database.read() as session:
            return list((await session.scalars(statement)).all())

    def area(self, division_id: int = 1, *, lines: frozenset[Line] = frozenset()) -> Area:
        codes = {each: code for each, code, _ in CHAIN}
        scope = Scope(division_id, codes[division_id], national=division_id == 1, day=self.day, lines=lines)
        return Area(scope, division_id)


def divisions() -> list[Base]:
    rows: list[Base] = []
    for depth, (division_id, code, level) in enumerate(CHAIN):
        parent = CHAIN[depth - 1][0] if depth else None
        rows.append(Division(id=division_id, code=code, kind=DivisionKind.STANDARD, valid_from=BEGINNING))
        rows.append(
            DivisionVersion(
                division_id=division_id,
                valid_from=BEGINNING,
                name=code,
                type_name="",
                level=level,
                admin_parent_id=parent,
                fund_parent_id=parent,
            )
        )
        rows += [closure(ancestor, depth, division_id) for ancestor in range(depth + 1)]
    return rows


def closure(ancestor: int, depth: int, division_id: int) -> DivisionClosure:
    ancestor_id, _, level = CHAIN[ancestor]
    return DivisionClosure(
        tree=Tree.ADMIN,
        ancestor_id=ancestor_id,
        descendant_id=division_id,
        ancestor_level=level,
        depth=depth - ancestor,
        valid_from=BEGINNING,
    )


def edge(row_id: int, grantor_id: int, recipient_id: int, day: date, **values: Any) -> Allocation:
    common: Mapping[str, Any] = {
        "fund_id": 1,
        "budget_year": 2026,
        "source": Source.CENTRAL,
        "kind": AllocationKind.REGULAR,
        "tranche": 1,
        "amount_fen": 300 * FEN_PER_WAN,
        "document_id": 1,
        "provenance": REGISTERED,
        "received_on": day,
    }
    given = {
        "id": row_id,
        "code": f"A{row_id}",
        "grantor_id": grantor_id,
        "recipient_id": recipient_id,
        "issued_on": day,
    }
    return Allocation(**(common | given | values))


def filing(row_id: int, period: str, at: datetime, period_wan: int, cumulative_wan: int) -> Filing:
    return Filing(
        id=row_id,
        project_id=1,
        division_id=4,
        line=Line.ECOLOGICAL_RESTORATION,
        period=Period.parse(period),
        kind=FilingKind.REGULAR,
        state=FilingState.TRANSMITTED,
        submitted_at=at,
        returned_count=0,
        paid_period_fen=period_wan * FEN_PER_WAN,
        paid_cumulative_fen=cumulative_wan * FEN_PER_WAN,
        provenance=REGISTERED,
    )


def target(row_id: int, division_id: int, **values: Any) -> Target:
    common: Mapping[str, Any] = {
        "indicator_id": 1,
        "fund_id": 1,
        "budget_year": 2026,
        "measure_id": 1,
        "value": Decimal(100),
        "canonical_value": Decimal(100),
        "baseline": Decimal(0),
        "starts_on": date(2026, 3, 20),
        "due_on": date(2026, 12, 31),
        "provenance": REGISTERED,
    }
    return Target(**(common | {"id": row_id, "code": f"T{row_id}", "division_id": division_id} | values))


def references() -> list[Base]:
    fund = {"line": Line.ECOLOGICAL_RESTORATION, "emergency": False, "provenance": REGISTERED}
    return [
        Document(
            id=1,
            code="D1",
            number="财资环〔2026〕1号",
            title="下达通知",
            kind=DocumentKind.ISSUE_NOTICE,
            issued_on=date(2026, 3, 1),
            confidence=Confidence.OFFICIAL_PAGE,
            provenance=REGISTERED,
        ),
        Unit(id=1, code="U1", name="县局", kind=UnitKind.NR_AUTHORITY, division_id=4, lines=[], provenance=REGISTERED),
        Fund(id=1, code="F1", name="专项", category=FundCategory.CENTRAL, **fund),
        Measure(id=1, code="公顷", dimension="AREA", numerator=1, denominator=1),
        Indicator(
            id=1,
            code="I1",
            name="治理面积",
            kind=IndicatorKind.QUANTITY,
            direction=Direction.GE,
            measure_id=1,
            over_time=TimeAggregation.LAST,
            over_space=SpaceAggregation.SUM,
            provenance=REGISTERED,
        ),
    ]


def project() -> list[Base]:
    return [
        Project(
            id=1,
            code="P1",
            name="修复项目",
            status=ProjectStatus.UNDER_WAY,
            line=Line.ECOLOGICAL_RESTORATION,
            category=FundCategory.CENTRAL,
            division_id=4,
            planned_start=date(2026, 3, 20),
            planned_end=date(2026, 12, 31),
            started_on=date(2026, 4, 1),
            total_investment_fen=300 * FEN_PER_WAN,
            document_id=1,
            provenance=REGISTERED,
        ),
        SourceLine(
            id=1, project_id=1, fund_id=1, budget_year=2026, source=Source.CENTRAL, planned_fen=300 * FEN_PER_WAN
        ),
        ReserveEntry(id=1, project_id=1, from_on=date(2026, 1, 5), status=ReserveStatus.ADMITTED),
    ]


def money() -> list[Base]:
    """Down to the project within three weeks, with targets at each step, and mostly paid."""
    paid = {"project_id": 1, "source_line_id": 1, "kind": PaymentKind.PAYMENT}
    return [
        edge(1, 1, 2, date(2026, 3, 1)),
        edge(2, 2, 3, date(2026, 3, 10), parent_id=1),
        edge(3, 3, 4, date(2026, 3, 15), parent_id=2),
        edge(4, 4, 4, date(2026, 3, 20), parent_id=3, project_id=1),
        target(1, 3, allocation_id=2),
        target(2, 4, allocation_id=3, parent_id=1),
        target(3, 4, project_id=1, parent_id=2),
        Payment(id=1, code="Y1", paid_on=date(2026, 6, 20), amount_fen=150 * FEN_PER_WAN, **paid),
        Payment(id=2, code="Y2", paid_on=date(2026, 9, 20), amount_fen=90 * FEN_PER_WAN, **paid),
        Progress(target_id=3, period=Period(2026, 2), value=Decimal(50), reported_on=date(2026, 7, 8)),
        Progress(target_id=3, period=Period(2026, 3), value=Decimal(80), reported_on=date(2026, 10, 9)),
    ]


def filings() -> list[Base]:
    return [
        filing(1, "2026Q1", datetime(2026, 4, 8, 10, tzinfo=SHANGHAI), 0, 0),
        filing(2, "2026Q2", datetime(2026, 7, 8, 10, tzinfo=SHANGHAI), 150, 150),
        filing(3, "2026Q3", datetime(2026, 10, 9, 10, tzinfo=SHANGHAI), 90, 240),
    ]


async def seeded(database: Database) -> Record:
    record = Record(database)
    await record.add(*divisions(), *references(), *project(), *money(), *filings())
    async with database.write(actor="test", action="report") as work:
        for row_id in (2, 3):
            (await work.session.get_one(Allocation, row_id)).detailing_reported_on = date(2026, 4, 1)
    return record


@pytest.fixture
async def record(database: Database) -> Record:
    """On both dialects."""
    return await seeded(database)


@pytest.fixture
async def sqlite_record(sqlite_database: Database) -> Record:
    """On SQLite, for what no dialect can change."""
    return await seeded(sqlite_database)

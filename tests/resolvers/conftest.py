"""A small country with money, work and accounts, asked through GraphQL as its users would."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.atlas import AtlasStore
from db.closure import rebuild_closure
from db.engine import Database, Work
from db.enums import (
    AllocationKind,
    DivisionKind,
    FilingKind,
    FilingState,
    FundCategory,
    Level,
    Line,
    PaymentKind,
    ProjectStatus,
    Provenance,
    Role,
    Source,
    UnitKind,
)
from db.models import (
    Account,
    Allocation,
    Division,
    DivisionVersion,
    Filing,
    Fund,
    Payment,
    Project,
    Revision,
    SourceLine,
    Unit,
)
from db.types import Period
from resolvers.deadlines import Deadlines
from resolvers.sessions import issue, principal_of
from rules.law import Law
from schema.root import build_schema
from server.services import Services

FOUNDED = date(1949, 10, 1)
PROVINCE, CITY, COUNTY = Level.PROVINCE, Level.CITY, Level.COUNTY
# code, name, level, parent
COUNTRY = (
    ("100000", "全国", Level.NATION, None),
    ("410000", "甲省", PROVINCE, "100000"),
    ("410100", "东市", CITY, "410000"),
    ("410101", "一县", COUNTY, "410100"),
    ("410102", "二县", COUNTY, "410100"),
    ("410103", "三县", COUNTY, "410100"),
    ("410200", "西市", CITY, "410000"),
    ("410201", "四县", COUNTY, "410200"),
    ("420000", "乙省", PROVINCE, "100000"),
    ("420100", "南市", CITY, "420000"),
    ("420101", "五县", COUNTY, "420100"),
)
AUTHORITIES = ("410000", "410100", "410101", "410102", "410200", "410201", "420101")
COUNTY_MONEY = {"410101": 700_00, "410102": 300_01, "410201": 100_00, "420101": 55_55}
"""Fen issued by the province to each county, of which a third is paid."""
ROLES = {Level.PROVINCE: Role.PROVINCE, Level.CITY: Role.CITY, Level.COUNTY: Role.COUNTY}


@dataclass(slots=True)
class Api:
    """The graph over a database, asked by name of account."""

    database: Database
    services: Services
    tokens: dict[str, str] = field(default_factory=dict)

    async def ask(self, user: str, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.answer(user, document, variables)
        assert answer.errors is None, answer.errors
        return answer.data

    async def answer(self, user: str, document: str, variables: Mapping[str, Any] | None = None) -> Any:
        """Signed in with a token of its own, whose holder is looked up afresh."""
        if user not in self.tokens:
            async with self.database.read() as session:
                account = (await session.execute(select(Account).where(Account.name == user))).scalar_one()
            self.tokens[user] = (await issue(self.database, account, timedelta(hours=1))).token
        principal = await principal_of(self.database, self.tokens[user])
        context = self.services.context(principal, self.tokens[user])
        return await self.services.schema.execute(
            document, variable_values=dict(variables or {}), context_value=context
        )

    async def last_revision(self) -> int:
        async with self.database.read() as session:
            return await session.scalar(select(func.max(Revision.id)))


@pytest.fixture(scope="session")
def law() -> Law:
    return Law.national()


@pytest.fixture(scope="session")
def built_schema():
    return build_schema()


@pytest.fixture
async def api(database: Database, law: Law, built_schema) -> Api:
    """The country at rest."""
    async with database.write(actor="test", action="country") as work:
        await _country(work)
    services = Services(database, law, Deadlines(law), AtlasStore(), built_schema)
    return Api(database, services)


async def _country(work: Work) -> None:
    session = work.session
    ids: dict[str, int] = {}
    for code, name, level, parent in COUNTRY:
        division = Division(code=code, kind=DivisionKind.STANDARD, valid_from=FOUNDED, valid_to=None)
        session.add(division)
        await session.flush()
        ids[code] = division.id
        above = ids.get(parent) if parent else None
        session.add(
            DivisionVersion(
                division_id=division.id,
                valid_from=FOUNDED,
                valid_to=None,
                name=name,
                type_name=name[-1],
                level=level,
                admin_parent_id=above,
                fund_parent_id=above,
                separately_planned=False,
                document_id=None,
            )
        )
        if level in ROLES:
            session.add(_account(code, ROLES[level], division.id))
    session.add_all(
        [
            _account("ministry", Role.MINISTRY, ids["100000"]),
            _account("inspector", Role.INSPECTOR, ids["100000"]),
            _account("second", Role.PROVINCE, ids["410000"]),
        ]
    )
    await session.flush()
    await rebuild_closure(work)
    units = await _units(work, ids)
    await _money(work, ids, units)


def _account(name: str, role: Role, division_id: int) -> Account:
    return Account(
        name=name, password_hash=None, role=role, division_id=division_id, unit_id=None, lines=[], active=True
    )


async def _units(work: Work, ids: Mapping[str, int]) -> dict[str, int]:
    rows = {
        code: Unit(
            code=f"NR-{code}",
            name=f"{code} 自然资源局",
            kind=UnitKind.NR_AUTHORITY,
            division_id=ids[code],
            parent_id=None,
            lines=[],
            provenance=Provenance.REGISTERED,
        )
        for code in AUTHORITIES
    }
    work.session.add_all(rows.values())
    await work.session.flush()
    return {code: row.id for code, row in rows.items()}


async def _money(work: Work, ids: Mapping[str, int], units: Mapping[str, int]) -> None:
    session = work.session
    fund = Fund(
        code="F1",
        name="修复资金",
        name_en=None,
        category=FundCategory.CENTRAL,
        local_tier=None,
        line=Line.ECOLOGICAL_RESTORATION,
        project_code=None,
        emergency=False,
        provenance=Provenance.REGISTERED,
        document_id=None,
    )
    session.add(fund)
    await session.flush()
    receipts = {}
    for province in ("410000", "420000"):
        total = sum(fen for code, fen in COUNTY_MONEY.items() if code[:2] == province[:2])
        receipts[province] = _edge(f"R{province}", fund.id, None, (ids["100000"], ids[province]), total + 1_000)
        session.add(receipts[province])
    await session.flush()
    for code, fen in COUNTY_MONEY.items():
        province = f"{code[:2]}0000"
        edge = _edge(f"E{code}", fund.id, receipts[province].id, (ids[province], ids[code]), fen)
        session.add(edge)
        await session.flush()
        await _project(work, code, edge, units[code])


def _edge(code: str, fund_id: int, parent_id: int | None, ends: tuple[int, int], fen: int) -> Allocation:
    return Allocation(
        code=code,
        fund_id=fund_id,
        budget_year=2024,
        parent_id=parent_id,
        grantor_id=ends[0],
        recipient_id=ends[1],
        recipient_unit_id=None,
        project_id=None,
        source=Source.CENTRAL,
        kind=AllocationKind.REGULAR,
        tranche=1,
        amount_fen=fen,
        issued_on=date(2024, 1, 10),
        received_on=date(2024, 1, 15),
        detailed_on=None,
        detailing_reported_on=None,
        document_id=None,
        upstream_document_number=None,
        budget_subject=None,
        provenance=Provenance.REGISTERED,
        note=None,
    )


async def _project(work: Work, code: str, edge: Allocation, unit_id: int) -> None:
    session = work.session
    project = Project(
        code=f"P{code}",
        name=f"{code} 修复项目",
        status=ProjectStatus.UNDER_WAY,
        line=Line.ECOLOGICAL_RESTORATION,
        category=FundCategory.CENTRAL,
        work_type=None,
        division_id=edge.recipient_id,
        owner_unit_id=unit_id,
        planned_start=date(2024, 2, 1),
        planned_end=date(2025, 12, 31),
        started_on=None,
        finished_on=None,
        total_investment_fen=edge.amount_fen,
        document_id=None,
        provenance=Provenance.REGISTERED,
        note=None,
    )
    session.add(project)
    await session.flush()
    line = SourceLine(
        project_id=project.id,
        fund_id=edge.fund_id,
        budget_year=2024,
        source=Source.CENTRAL,
        planned_fen=edge.amount_fen,
        document_id=None,
    )
    session.add(line)
    await session.flush()
    session.add(
        Payment(
            code=f"PAY{code}",
            project_id=project.id,
            source_line_id=line.id,
            kind=PaymentKind.PAYMENT,
            paid_on=date(2024, 3, 1),
            amount_fen=edge.amount_fen // 3,
            payee=None,
            voucher_number=None,
            document_id=None,
        )
    )
    for quarter, state in ((1, FilingState.SUBMITTED), (2, FilingState.DRAFT)):
        session.add(
            Filing(
                project_id=project.id,
                division_id=edge.recipient_id,
                line=Line.ECOLOGICAL_RESTORATION,
                unit_id=unit_id,
                period=Period(2024, quarter),
                kind=FilingKind.REGULAR,
                state=state,
                submitted_at=None,
                returned_count=0,
                reason=None,
                paid_period_fen=None,
                paid_cumulative_fen=None,
                correction_document_id=None,
                provenance=Provenance.REGISTERED,
            )
        )

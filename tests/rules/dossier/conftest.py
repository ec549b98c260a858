"""Rows by hand: a province, a city, a county, one central, one local and one emergency fund."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest

from db.atlas import Atlas, Place
from db.dossier_rows import (
    EdgeRow,
    FilingRow,
    FundRow,
    IndicatorRow,
    PaymentRow,
    ProgressRow,
    ProjectRow,
    SourceLineRow,
    TargetRow,
)
from db.enums import (
    AllocationKind,
    Direction,
    DivisionKind,
    FilingKind,
    FilingState,
    FundCategory,
    IndicatorKind,
    Level,
    Line,
    PaymentKind,
    ProjectStatus,
    Provenance,
    Source,
    SpaceAggregation,
    TimeAggregation,
)
from db.types import FEN_PER_WAN, Period
from rules.calendar import Calendars
from rules.catalogue import national_parameters
from rules.dossier.grounds import Grounds
from rules.dossier.money import Ledger
from rules.dossier.project import ProjectCase, Work

NATION, PROVINCE, CITY, COUNTY = 1, 2, 3, 4
CENTRAL_FUND, LOCAL_FUND, EMERGENCY_FUND = 1, 2, 3
MILLION = 1_000_000

Make = Callable[..., Any]


def place(division_id: int, code: str, level: Level, parent_id: int | None) -> Place:
    return Place(
        id=division_id,
        code=code,
        name=code,
        type_name="",
        kind=DivisionKind.STANDARD,
        level=level,
        admin_parent_id=parent_id,
        fund_parent_id=parent_id,
        separately_planned=False,
        valid_from=date(1949, 10, 1),
        valid_to=None,
    )


PLACES = (
    place(NATION, "100000", Level.NATION, None),
    place(PROVINCE, "510000", Level.PROVINCE, NATION),
    place(CITY, "510100", Level.CITY, PROVINCE),
    place(COUNTY, "510104", Level.COUNTY, CITY),
)
FUNDS = {
    1: FundRow(1, "F-CENTRAL", FundCategory.CENTRAL, Line.ECOLOGICAL_RESTORATION, emergency=False),
    2: FundRow(2, "F-LOCAL", FundCategory.LOCAL, Line.ECOLOGICAL_RESTORATION, emergency=False),
    3: FundRow(3, "F-DISASTER", FundCategory.CENTRAL, Line.GEOHAZARD, emergency=True),
}


@pytest.fixture
def grounds() -> Make:
    """What dossiers stand on, on a day."""
    calendars = Calendars.load()

    def make(as_of: date) -> Grounds:
        return Grounds(
            as_of, national_parameters(), calendars, Atlas(as_of, PLACES, {}), FUNDS, {}, {COUNTY: 40, PROVINCE: 20}
        )

    return make


@pytest.fixture
def edge() -> Make:
    """Central money from the nation to the province, received the day it was issued; amounts in 万元."""
    ids = count(1)

    def make(amount: int, day: date | None, **changes: Any) -> EdgeRow:
        number = next(ids)
        values: dict[str, Any] = {
            "id": number,
            "code": f"A{number}",
            "fund_id": CENTRAL_FUND,
            "budget_year": 2026,
            "parent_id": None,
            "grantor_id": NATION,
            "recipient_id": PROVINCE,
            "recipient_unit_id": None,
            "project_id": None,
            "source": Source.CENTRAL,
            "kind": AllocationKind.REGULAR,
            "tranche": 1,
            "amount_fen": amount * FEN_PER_WAN,
            "issued_on": day,
            "received_on": day,
            "detailed_on": None,
            "detailing_reported_on": None,
            "document_id": None,
            "provenance": Provenance.REGISTERED,
        }
        return EdgeRow(**(values | changes))

    return make


@pytest.fixture
def project_row() -> Make:
    """A central project of the county, planned for the year 2026."""

    def make(**changes: Any) -> ProjectRow:
        values: dict[str, Any] = {
            "id": 1,
            "code": "P1",
            "status": ProjectStatus.UNDER_WAY,
            "line": Line.ECOLOGICAL_RESTORATION,
            "category": FundCategory.CENTRAL,
            "division_id": COUNTY,
            "owner_unit_id": None,
            "planned_start": date(2026, 1, 1),
            "planned_end": date(2026, 12, 31),
            "started_on": date(2026, 2, 1),
            "finished_on": None,
            "total_investment_fen": None,
            "document_id": None,
            "provenance": Provenance.REGISTERED,
        }
        return ProjectRow(**(values | changes))

    return make


@pytest.fixture
def case(project_row: Make) -> Make:
    """A project with its rows on a day."""

    def make(as_of: date, *, edges: Any = (), work: Work | None = None, **rows: Any) -> ProjectCase:
        values: dict[str, Any] = {
            "project": rows.pop("project", None) or project_row(),
            "lines": (),
            "ledger": Ledger(edges, as_of),
            "payments": (),
            "plan": (),
            "changes": (),
            "work": work or Work(None, ()),
        }
        return ProjectCase(**(values | rows))

    return make


@pytest.fixture
def to_project(edge: Make) -> Make:
    """Money the county maps to project 1; 万元."""

    def make(amount: int, day: date, **changes: Any) -> EdgeRow:
        return edge(amount, day, **({"grantor_id": COUNTY, "recipient_id": COUNTY, "project_id": 1} | changes))

    return make


def line_of(source: Source, amount: int) -> SourceLineRow:
    return SourceLineRow(1, 1, source, amount * FEN_PER_WAN, None)


def payment_of(
    amount: int, day: date, source: Source = Source.CENTRAL, kind: PaymentKind = PaymentKind.PAYMENT
) -> PaymentRow:
    return PaymentRow(1, source, kind, day, amount * FEN_PER_WAN)


@pytest.fixture
def line() -> Make:
    """Planned money of project 1; 万元."""
    return line_of


@pytest.fixture
def payment() -> Make:
    """A payment of project 1; 万元."""
    return payment_of


@pytest.fixture
def filing() -> Make:
    """A transmitted filing of project 1 for a quarter; 万元."""

    def make(quarter: str, **changes: Any) -> FilingRow:
        values: dict[str, Any] = {
            "id": Period.parse(quarter).ordinal,
            "project_id": 1,
            "division_id": COUNTY,
            "line": Line.ECOLOGICAL_RESTORATION,
            "unit_id": None,
            "period": Period.parse(quarter).ordinal,
            "kind": FilingKind.REGULAR,
            "state": FilingState.TRANSMITTED,
            "submitted_at": None,
            "paid_period_fen": None,
            "paid_cumulative_fen": None,
            "correction_document_id": None,
        }
        money = {
            f"paid_{name}_fen": amount * FEN_PER_WAN
            for name in ("period", "cumulative")
            if (amount := changes.pop(name, None)) is not None
        }
        return FilingRow(**(values | money | changes))

    return make


@pytest.fixture
def indicator() -> Make:
    """An area to be reached, added up over divisions."""

    def make(**changes: Any) -> IndicatorRow:
        values: dict[str, Any] = {
            "id": 1,
            "code": "I-AREA",
            "kind": IndicatorKind.QUANTITY,
            "direction": Direction.GE,
            "measure_id": 1,
            "over_time": TimeAggregation.LAST,
            "over_space": SpaceAggregation.SUM,
        }
        return IndicatorRow(**(values | changes))

    return make


@pytest.fixture
def target() -> Make:
    """A target of project 1 for the year 2026; whole units."""
    ids = count(1)

    def make(value: int | None, **changes: Any) -> TargetRow:
        number = next(ids)
        scaled = {name: changes[name] * MILLION for name in ("baseline", "numerator", "denominator") if name in changes}
        values: dict[str, Any] = {
            "id": number,
            "code": f"T{number}",
            "indicator_id": 1,
            "fund_id": CENTRAL_FUND,
            "division_id": COUNTY,
            "project_id": 1,
            "parent_id": None,
            "measure_id": 1,
            "value": None if value is None else value * MILLION,
            "canonical": None if value is None else value * MILLION,
            "baseline": None,
            "numerator": None,
            "denominator": None,
            "weight": None,
            "starts_on": date(2026, 1, 1),
            "due_on": date(2026, 12, 31),
            "document_id": None,
            "provenance": Provenance.REGISTERED,
        }
        return TargetRow(**(values | changes | scaled))

    return make


@pytest.fixture
def report() -> Make:
    """Progress of a target by the end of a quarter; whole units."""

    def make(period: str, value: int, day: date, target_id: int = 1) -> ProgressRow:
        return ProgressRow(target_id, Period.parse(period).ordinal, value * MILLION, day)

    return make

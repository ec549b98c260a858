"""When filings are due, and how far a region has filed, counted again in Python from the demo's rows."""

from collections import Counter
from datetime import date

import pytest

from db.enums import (
    FISCAL_SOURCES,
    ISSUED_KINDS,
    AllocationKind,
    ChangeField,
    FilingKind,
    FilingState,
    Level,
    PaymentKind,
    ProjectStatus,
    Provenance,
    Tree,
)
from db.models import Allocation, Filing, Payment, Project, ProjectChange, SourceLine
from db.types import Period, day_of

PARTS = ("onTime", "late", "missing", "nil", "exempt", "returned", "pending")
PROGRESS = f"""query($under: ID!, $period: String!, $by: Level!, $asOf: Date) {{
  filingProgress(under: $under, period: $period, by: $by, asOf: $asOf) {{
    division {{ code }} expected {" ".join(PARTS)} }} }}"""
DEADLINE = """query($division: ID!, $year: Int!, $quarter: Int!) {
  filingDeadline(division: $division, year: $year, quarter: $quarter) { nominal due confirmed } }"""
DEADLINES = [
    ("450000", 2021, 1, "2021-04-15", "2021-04-18", True),
    ("450100", 2021, 1, "2021-04-15", "2021-04-18", True),
    ("450123", 2021, 1, "2021-04-15", "2021-04-18", True),
    ("100000", 2021, 1, "2021-04-15", "2021-04-15", True),
    ("510000", 2021, 1, "2021-04-15", "2021-04-15", True),
    ("510000", 2021, 4, "2022-01-15", "2022-01-17", True),
    ("510000", 2023, 1, "2023-04-15", "2023-04-17", True),
    ("450000", 2023, 1, "2023-04-15", "2023-04-17", True),
    ("510000", 2026, 3, "2026-10-15", "2026-10-15", True),
    ("510000", 2026, 4, "2027-01-15", "2027-01-15", False),
    ("510000", 2027, 2, "2027-07-15", "2027-07-15", False),
]
CASES = [
    ("100000", "2026Q3", "PROVINCE", "2026-10-31"),
    ("100000", "2026Q3", "PROVINCE", "2026-10-10"),
    ("100000", "2025Q2", "CITY", "2026-10-31"),
    ("510000", "2026Q3", "CITY", "2026-10-31"),
    ("510000", "2024Q4", "COUNTY", "2025-01-20"),
    ("460000", "2026Q2", "COUNTY", "2026-08-01"),
    ("500000", "2026Q2", "CITY", "2026-10-31"),
    ("100000", "2026Q4", "PROVINCE", "2026-10-31"),
]


@pytest.mark.parametrize("case", DEADLINES, ids=str)
async def test_deadlines_by_law(client, case):
    division, year, quarter, nominal, due, confirmed = case
    given = {"division": division, "year": year, "quarter": quarter}
    found = (await client.ask(DEADLINE, given, user="510104"))["filingDeadline"]
    assert found == {"nominal": nominal, "due": due, "confirmed": confirmed}


@pytest.mark.parametrize(("year", "quarter"), [(2020, 3), (2019, 1), (2024, 0), (2024, 5), (0, 1), (-1, 1), (99999, 1)])
async def test_quarters_without_a_deadline_are_refused(client, year, quarter):
    given = {"division": "510000", "year": year, "quarter": quarter}
    assert await client.refused(DEADLINE, given) == "BAD_REQUEST"


async def test_a_deadline_of_nowhere_is_refused(client):
    assert await client.refused(DEADLINE, {"division": "999999", "year": 2024, "quarter": 1}) == "BAD_REQUEST"


def owed(record, period, as_of):
    """Projects that held live fiscal money in a quarter that has ended."""
    if period.end > as_of:
        return
    edges, payments = record.by(Allocation, "project_id"), record.by(Payment, "project_id")
    changes, sources = record.by(ProjectChange, "project_id"), record.by_id(SourceLine)
    for project in record[Project]:
        if project.provenance is Provenance.PUBLISHED:
            continue
        fiscal = [
            e for e in edges[project.id] if e.source in FISCAL_SOURCES and (e.received_on or e.issued_on) <= as_of
        ]
        begun = [
            max(e.received_on or e.issued_on, date(e.budget_year, 1, 1))
            if e.kind is AllocationKind.ADVANCE
            else e.received_on or e.issued_on
            for e in fiscal
            if e.kind in ISSUED_KINDS
        ]
        net = sum(-e.amount_fen if e.kind is AllocationKind.RECALL else e.amount_fen for e in fiscal)
        paid = [
            p for p in payments[project.id] if p.paid_on <= as_of and sources[p.source_line_id].source in FISCAL_SOURCES
        ]
        spent = sum(-p.amount_fen if p.kind is PaymentKind.REFUND else p.amount_fen for p in paid)
        if project.status is ProjectStatus.COMPLETED:
            ends = [as_of] if spent < net else [p.paid_on for p in paid] + [project.finished_on]
        elif project.status is ProjectStatus.ACCEPTED:
            ends = [project.finished_on]
        elif project.status in {ProjectStatus.WITHDRAWN, ProjectStatus.TERMINATED}:
            ends = [c.effective_on for c in changes[project.id] if c.field is ChangeField.TERMINATION]
        else:
            ends = [as_of]
        last = max((day for day in ends if day), default=None)
        if begun and last and min(begun) <= period.end and last >= period.start:
            yield project


def part_of(filing, due, as_of):
    """What has become of one filing owed."""
    filed = filing is not None and filing.state not in {FilingState.OPEN, FilingState.DRAFT, FilingState.RETURNED}
    if filing is not None and filing.kind is FilingKind.EXEMPT:
        return "exempt"
    if filing is not None and filing.state is FilingState.RETURNED:
        return "returned"
    if filed:
        if filing.kind is FilingKind.NIL:
            return "nil"
        return "late" if day_of(filing.submitted_at) > due else "onTime"
    return "missing" if as_of > due else "pending"


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_progress_is_what_a_count_of_the_rows_gives(client, record, case):
    under, code, by, day = case
    given = {"under": under, "period": code, "by": by, "asOf": day}
    found = (await client.ask(PROGRESS, given))["filingProgress"]
    period, as_of, level = Period.parse(code), date.fromisoformat(day), Level(by)
    filings = {f.project_id: f for f in record[Filing] if f.period == period}
    wanted, law = {}, client.services.deadlines
    for project in owed(record, period, as_of):
        if not record.inside(project.division_id, under, Tree.ADMIN):
            continue
        chain = record.atlas.chain(project.division_id)
        group = next((p.code for p in chain if p.level is level), under)
        due = law.filing(period, chain[1].code).due
        wanted.setdefault(group, Counter())[part_of(filings.get(project.id), due, as_of)] += 1
    assert {row["division"]["code"]: {part: row[part] for part in PARTS if row[part]} for row in found} == {
        group: dict(counted) for group, counted in wanted.items()
    }
    assert [row["expected"] for row in found] == [sum(row[part] for part in PARTS) for row in found]
    assert bool(found) is (code != "2026Q4")


async def test_progress_cannot_be_asked_above_or_in_no_quarter(client):
    periods = ("2026", "2026Q5", "9999Q4", "0000Q1", "")
    for changed in ({"by": "PROVINCE", "under": "510100"}, *({"period": period} for period in periods)):
        given = {"under": "510000", "period": "2026Q3", "by": "CITY", **changed}
        assert await client.refused(PROGRESS, given) == "BAD_REQUEST", changed


async def test_every_part_occurs_somewhere(client):
    """Otherwise the counts above would prove little."""
    seen = Counter()
    for year in (2024, 2025, 2026):
        for quarter in (1, 2, 3, 4):
            for day in ("2026-10-31", f"{year if quarter < 4 else year + 1}-{(quarter * 3) % 12 + 1:02d}-05"):
                given = {"under": "100000", "period": f"{year}Q{quarter}", "by": "NATION", "asOf": day}
                for row in (await client.ask(PROGRESS, given))["filingProgress"]:
                    seen.update({part: row[part] for part in PARTS})
    assert {part for part in PARTS if not seen[part]} <= {"exempt", "returned"}

"""The format: every table a bundle may hold, in the order they depend on each other."""

from db.bundle import base_tables as b
from db.bundle import project_tables as p

DIVISIONS = b.DIVISIONS
TABLES = (
    b.DOCUMENTS,
    b.DIVISIONS,
    b.DIVISION_CHANGES,
    b.UNITS,
    b.MEASURES,
    b.FUNDS,
    b.FUND_YEARS,
    b.INDICATORS,
    p.PROJECTS,
    p.PROJECT_DIVISIONS,
    p.SOURCE_LINES,
    p.ALLOCATIONS,
    p.PAYMENTS,
    p.PAY_PLANS,
    p.RESERVE_ENTRIES,
    p.PROJECT_CHANGES,
    p.TARGETS,
    p.PROGRESS,
    p.FILINGS,
)
BY_NAME = {table.name: table for table in TABLES}

"""The demo's rows as plain lists, for counting again in Python what the graph answers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.atlas import Atlas, AtlasStore
from db.enums import Level, Tree
from db.models import (
    Allocation,
    Filing,
    Fund,
    Indicator,
    Payment,
    Progress,
    Project,
    ProjectChange,
    SourceLine,
    StandingFinding,
    Target,
    Unit,
)

DOCUMENTS = Path(__file__).parent / "documents"
MODELS = (
    *(Allocation, Filing, Fund, Indicator, Payment, Progress, Project),
    *(ProjectChange, SourceLine, StandingFinding, Target, Unit),
)


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the demo holds that the graph shows."""

    rows: dict[type[Any], list[Any]]
    atlas: Atlas

    def __getitem__(self, model: type[Any]) -> list[Any]:
        return self.rows[model]

    def by_id(self, model: type[Any]) -> dict[int, Any]:
        return {row.id: row for row in self.rows[model]}

    def by(self, model: type[Any], owner: str) -> dict[int, list[Any]]:
        """Rows by the id of what they hang on."""
        found = defaultdict(list)
        for row in self.rows[model]:
            found[getattr(row, owner)].append(row)
        return found

    def inside(self, division_id: int, code: str, *trees: Tree) -> bool:
        """Whether a division lies in the subtree of a code, by the trees named or by either."""
        top = self.atlas.by_code(code).id
        return any(p.id == top for tree in trees or Tree for p in self.atlas.chain(division_id, tree))


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A project and its county."""

    project: Project
    county: str


@pytest.fixture(scope="session")
def records() -> dict[str, Record]:
    """By dialect: nobody writes to the shared demo, so it is read once."""
    return {}


@pytest.fixture
async def record(demo, demo_day: date, records: dict[str, Record]) -> Record:
    """The demo's rows."""
    if demo.dialect not in records:
        async with demo.read() as session:
            rows = {model: list(await session.scalars(select(model).order_by(model.id))) for model in MODELS}
            records[demo.dialect] = Record(rows, await AtlasStore().at(session, demo_day))
    return records[demo.dialect]


@pytest.fixture
def somewhere(record: Record):
    """A project in Sichuan, and the county it lies in: which they are is the generator's choice."""
    inside = [p for p in record[Project] if record.inside(p.division_id, "510000")]
    project = next(p for p in inside if record.atlas.place(p.division_id).level is Level.COUNTY)
    return Somewhere(project, record.atlas.place(project.division_id).code)


@pytest.fixture
def document():
    """A document of the contract by its file's name."""
    return lambda name: (DOCUMENTS / f"{name}.graphql").read_text(encoding="utf-8")


@pytest.fixture
def yuan():
    """Fen as the graph writes them."""
    return lambda fen: str((Decimal(fen) / 100).quantize(Decimal("0.01")))

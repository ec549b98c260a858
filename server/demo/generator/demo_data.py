"""演示数据 as a whole: any number of projects, streamed, with the findings the rules must raise on it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from server.demo.generator import project_rows as rows
from server.demo.generator import shared_rows
from server.demo.generator.catalogue import Row
from server.demo.generator.clean import clean_plan
from server.demo.generator.place import DivisionRow
from server.demo.generator.plan import Planted, ProjectPlan
from server.demo.generator.planted import planted_plan
from server.demo.generator.planted_kinds import planted_kind, planted_ordinal
from server.demo.generator.shared_rows import Shared
from server.demo.generator.world import World

SEED = 20260101
CHUNK = 1_000
"""Projects in a part: smaller ones cost the importer more, larger ones memory and steps of the progress bar."""

Progress = Callable[[int, int], None]
"""Told after each chunk how many projects are done, of how many."""
Tables = dict[str, list[Row]]

PROJECT_TABLES: dict[str, Callable[[ProjectPlan], Iterator[Row]]] = {
    "documents": rows.documents,
    "projects": lambda plan: iter((rows.project(plan),)),
    "project_divisions": rows.project_divisions,
    "source_lines": rows.source_lines,
    "allocations": rows.allocations,
    "payments": rows.payments,
    "pay_plans": rows.pay_plans,
    "reserve_entries": rows.reserve_entries,
    "project_changes": rows.project_changes,
    "targets": rows.targets,
    "filings": rows.filings,
}
"""What a project adds to each table; `progress` needs the day as well."""


@dataclass(slots=True)
class DemoData:
    """The demo of `projects` projects as of a day; nothing is kept but sums, rows are made when asked for."""

    projects: int
    as_of: date
    world: World
    shared: Shared
    planted: list[Planted]
    progress: Progress | None = None

    def plan(self, index: int) -> ProjectPlan:
        """Project k, the same whatever the number of projects."""
        return project_plan(index, self.world)

    def shared_tables(self) -> Tables:
        """What projects refer to; import it before any of them."""
        shared = self.shared
        return {
            "documents": list(shared_rows.notice_rows(shared)),
            "units": list(shared_rows.unit_rows(shared)),
            "measures": list(shared_rows.measure_rows()),
            "funds": list(shared_rows.fund_rows(shared)),
            "fund_years": list(shared_rows.fund_year_rows(shared)),
            "indicators": list(shared_rows.indicator_rows()),
            "allocations": list(shared_rows.receipt_rows(shared)),
            "targets": list(shared_rows.regional_target_rows(shared)),
        }

    def project_tables(self, size: int = CHUNK) -> Iterator[Tables]:
        """The projects with all that hangs on them, so many at a time; each part stands on the shared tables only."""
        as_of = self.as_of.toordinal()
        for first in range(0, self.projects, size):
            last = min(first + size, self.projects)
            part: Tables = {name: [] for name in (*PROJECT_TABLES, "progress")}
            for index in range(first, last):
                plan = project_plan(index, self.world)
                for name, make in PROJECT_TABLES.items():
                    part[name].extend(make(plan))
                part["progress"].extend(rows.progress(plan, as_of))
            yield part
            if self.progress:
                self.progress(last, self.projects)

    def parts(self, size: int = CHUNK) -> Iterator[Tables]:
        """The shared tables, then the projects so many at a time: each part refers only to itself and the first."""
        yield self.shared_tables()
        for part in self.project_tables(size):
            yield {name: found for name, found in part.items() if found}

    def tables(self) -> Tables:
        """Everything at once, for a demo that fits in memory or a bundle to be written."""
        whole: Tables = {}
        for part in self.parts():
            for name, more in part.items():
                whole.setdefault(name, []).extend(more)
        return whole


def generate(
    *,
    projects: int = 2_000,
    as_of: date,
    seed: int = SEED,
    divisions: Sequence[DivisionRow],
    progress: Progress | None = None,
) -> DemoData:
    """Plans all projects once for their sums and their planted findings; DayTooEarly, NoPlaceForProjects."""
    world = World.of(divisions, as_of=as_of, seed=seed)
    shared = Shared(world)
    planted: list[Planted] = []
    for index in range(projects):
        plan = project_plan(index, world)
        shared.add(plan)
        planted.extend(plan.planted)
    return DemoData(projects, as_of, world, shared, planted, progress)


def project_plan(index: int, world: World) -> ProjectPlan:
    """Project k: clean, or with the irregularity whose turn it is."""
    ordinal = planted_ordinal(index)
    if ordinal is None:
        return clean_plan(index, world)
    return planted_plan(index, ordinal, planted_kind(ordinal), world)

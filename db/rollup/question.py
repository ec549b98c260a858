"""What a roll-up asks: by which dimensions, over which rows, on which day and map."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from db.enums import FundCategory, Level, Line, ProjectStatus, Provenance, Source, Tree
from db.scope import Scope


class Dimension(StrEnum):
    """What rows may be grouped by."""

    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"
    DIVISION_LEVEL = "DIVISION_LEVEL"
    FUND = "FUND"
    FUND_CATEGORY = "FUND_CATEGORY"
    LOCAL_TIER = "LOCAL_TIER"
    SOURCE = "SOURCE"
    LINE = "LINE"
    BUDGET_YEAR = "BUDGET_YEAR"
    PERIOD = "PERIOD"
    TRANCHE = "TRANCHE"
    PROJECT_STATUS = "PROJECT_STATUS"
    INDICATOR_KIND = "INDICATOR_KIND"
    PROVENANCE = "PROVENANCE"

    @property
    def level(self) -> Level | None:
        """The division level a geographic dimension groups by."""
        return _LEVELS.get(self)


_LEVELS = {Dimension.PROVINCE: Level.PROVINCE, Dimension.CITY: Level.CITY, Dimension.COUNTY: Level.COUNTY}


class Measure(StrEnum):
    """What can be summed; each belongs to one group of facts."""

    PLANNED = "PLANNED"
    RECEIVED = "RECEIVED"
    ISSUED = "ISSUED"
    RETAINED = "RETAINED"
    RECALLED = "RECALLED"
    PAID = "PAID"
    EXECUTION_RATE = "EXECUTION_RATE"
    TIME_PROGRESS = "TIME_PROGRESS"
    TARGET_COMPLETION = "TARGET_COMPLETION"
    PROJECT_COUNT = "PROJECT_COUNT"
    FINDINGS = "FINDINGS"


@dataclass(frozen=True, slots=True)
class Where:
    """Which facts take part; an empty tuple means all."""

    budget_years: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()
    funds: tuple[str, ...] = ()
    categories: tuple[FundCategory, ...] = ()
    sources: tuple[Source, ...] = ()
    statuses: tuple[ProjectStatus, ...] = ()
    provenances: tuple[Provenance, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A roll-up to compute.

    With `nodes` each named division is one group of its own (they may lie in one another); otherwise rows below
    `under` are grouped by `by`. Facts of divisions that are not in force on `hierarchy_day` are restated: they lie with
    whoever holds the land that day. Unless `restated`, they lie as filed: under the ancestors the division had on its
    own last day, or on its first where that is still to come.
    """

    scope: Scope
    as_of: date
    hierarchy_day: date
    tree: Tree
    under: int
    under_nation: bool
    where: Where = field(default_factory=Where)
    by: tuple[Dimension, ...] = ()
    nodes: tuple[int, ...] = ()
    restated: bool = True

    @property
    def places(self) -> tuple[Dimension, ...]:
        """The dimensions that say where money stands."""
        return tuple(d for d in self.by if d.level is not None or d is Dimension.DIVISION_LEVEL)


Key = tuple[Any, ...]
Sums = dict[str, int]
Answer = dict[Key, Sums]


def add(into: Answer, found: Mapping[Key, Sums]) -> None:
    """Merge sums by key."""
    for key, sums in found.items():
        row = into.setdefault(key, {})
        for name, value in sums.items():
            row[name] = row.get(name, 0) + value

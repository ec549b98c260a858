"""对账: that a change of divisions moved no money, shown by totals as filed the day before and restated on the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from db.engine import Work
from db.enums import Level, Tree
from db.models import DivisionCase, DivisionCertificate, DivisionVersion
from db.rollup.query import roll_up
from db.rollup.question import Dimension, Measure, Question
from db.scope import Scope

MEASURES = ("planned", "received", "issued", "recalled", "paid")
ASKED = frozenset({Measure.PLANNED, Measure.RECEIVED, Measure.ISSUED, Measure.RECALLED, Measure.PAID})
BY = (Dimension.FUND, Dimension.BUDGET_YEAR)
FundYear = tuple[int, int]
Totals = dict[FundYear, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Area:
    """Where totals are compared, along which chain."""

    division_id: int
    tree: Tree


@dataclass(frozen=True, slots=True)
class Ledger:
    """Reads totals of an area on a map."""

    work: Work
    nation_id: int
    as_of: date

    async def totals(self, area: Area, day: date) -> Totals:
        """By fund and budget year, in fen; never cut to anybody's scope."""
        question = Question(
            scope=Scope(division_id=self.nation_id, code="", national=True, day=day),
            as_of=self.as_of,
            hierarchy_day=day,
            tree=area.tree,
            under=area.division_id,
            under_nation=False,
            by=BY,
        )
        found = await roll_up(self.work.session, question, ASKED)
        return {
            (int(fund), int(year)): {name: sums.get(name, 0) for name in MEASURES}
            for (fund, year), sums in found.rows.items()
        }


async def certify(work: Work, case: DivisionCase, touched: Iterable[int], as_of: date) -> bool:
    """Write the certificate of this attempt; whether every total is the same.

    The area the change lies in and the nation are compared along the administrative chain, the nation along the
    chain of money too, for every fund and budget year that reached a touched division.
    """
    ledger = Ledger(work, await _nation(work), as_of)
    day_before = case.effective_on - timedelta(days=1)
    keys: set[FundYear] = set()
    for division_id in sorted(touched):
        for day in (day_before, case.effective_on):
            keys |= (await ledger.totals(Area(division_id, Tree.ADMIN), day)).keys()
    equal = True
    areas = {Area(case.division_id, Tree.ADMIN), *(Area(ledger.nation_id, tree) for tree in Tree)}
    for area in sorted(areas, key=lambda a: (a.tree, a.division_id)):
        before, after = await ledger.totals(area, day_before), await ledger.totals(area, case.effective_on)
        for key in sorted(keys):
            row = _row(case, area, key, before.get(key, {}), after.get(key, {}))
            work.session.add(row)
            equal = equal and not differences(row)
    return equal


def differences(row: DivisionCertificate) -> list[str]:
    """The measures whose totals differ."""
    return [name for name in MEASURES if getattr(row, f"{name}_before_fen") != getattr(row, f"{name}_after_fen")]


def _row(
    case: DivisionCase, area: Area, key: FundYear, before: dict[str, int], after: dict[str, int]
) -> DivisionCertificate:
    sides = (("before", before), ("after", after))
    amounts = {f"{name}_{side}_fen": sums.get(name, 0) for side, sums in sides for name in MEASURES}
    return DivisionCertificate(
        case_id=case.id,
        attempt=case.attempt,
        tree=area.tree,
        division_id=area.division_id,
        fund_id=key[0],
        budget_year=key[1],
        **amounts,
    )


async def _nation(work: Work) -> int:
    found = await work.session.scalar(
        select(DivisionVersion.division_id).where(DivisionVersion.level == Level.NATION).limit(1)
    )
    assert found is not None, "a record without a nation has no divisions to change"
    return found

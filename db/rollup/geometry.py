"""Where and when a fact lies: the closure joins and keys that put it into groups, and how groups are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, exists, extract, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from db.enums import Level
from db.rollup.chart import Chart, Closure, Expression, Slice
from db.rollup.question import Answer, Dimension, Question


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement joined to its groups: the geographic keys, the node's if nodes are asked for, and the fact's part."""

    statement: Select[Any]
    keys: Mapping[Dimension, Expression]
    part: Slice
    node: Expression | None = None


async def place(
    session: AsyncSession, question: Question, statement: Select[Any], division: InstrumentedAttribute[int]
) -> Sequence[Placed]:
    """Join facts to their groups: by the quick way, and by the general one those of divided land, if there are any."""
    chart = Chart(question)
    if not question.places:
        return (_in_nodes(statement, chart, division),)
    divided = await chart.divided(session, division)
    if not divided:
        return (_undivided(statement, chart, division),)
    holder, here = chart.rows()
    parts = statement.where(division.in_(divided)).join(
        holder, and_(holder.descendant_id == division, holder.depth == 0, here)
    )
    return _undivided(statement.where(division.not_in(divided)), chart, division), above(parts, chart, holder)


def _in_nodes(statement: Select[Any], chart: Chart, division: Expression) -> Placed:
    """Groups that are named divisions, or the one division asked about."""
    question = chart.question
    if question.under_nation and not question.nodes:
        return Placed(statement, {}, Slice())
    group, here = chart.rows()
    wanted = group.ancestor_id.in_(question.nodes or (question.under,))
    joined = statement.join(group, and_(group.descendant_id == division, wanted, here))
    part = Slice((group.share_from_bp, group.share_to_bp), group.estimated)
    return Placed(joined, {}, part, group.ancestor_id if question.nodes else None)


def _undivided(statement: Select[Any], chart: Chart, division: Expression) -> Placed:
    """Facts that lie whole in one place."""
    keys: dict[Dimension, Expression] = {}
    for dimension in chart.question.places:
        closure, here = chart.rows()
        at = closure.depth == 0 if dimension.level is None else closure.ancestor_level == dimension.level
        statement = statement.outerjoin(closure, and_(closure.descendant_id == division, at, here))
        keys[dimension] = closure.ancestor_level if dimension.level is None else closure.ancestor_id
    return Placed(statement.where(*chart.below(division)), keys, Slice())


def above(statement: Select[Any], chart: Chart, holder: Closure) -> Placed:
    """Join what stands over a holder of land: a key for each place asked for, and the division asked about."""
    question = chart.question
    keys: dict[Dimension, Expression] = {}
    guesses: list[Expression] = []
    within = None
    if not question.under_nation:
        area, condition = _over(chart, holder)
        statement = statement.join(area, and_(area.ancestor_id == question.under, condition))
        guesses.append(area.estimated)
        within = (area.share_from_bp, area.share_to_bp)
    for dimension in question.places:
        if dimension.level is None:
            keys[dimension] = holder.ancestor_level
            guesses.append(and_(holder.estimated, _others(chart, holder, holder.ancestor_level)))
        else:
            closure, condition = _over(chart, holder)
            statement = statement.outerjoin(closure, and_(closure.ancestor_level == dimension.level, condition))
            keys[dimension] = closure.ancestor_id
            guesses.append(_guess(chart, holder, closure, dimension.level))
    return Placed(statement, keys, Slice((holder.share_from_bp, holder.share_to_bp), or_(*guesses), within))


def _over(chart: Chart, holder: Closure) -> tuple[Closure, Expression]:
    """An alias that stands over a holder's slice, with its condition."""
    closure, here = chart.rows()
    # By differences, for SQLite would take a comparison of columns for the way to find the row.
    covers = and_(closure.share_from_bp - holder.share_from_bp <= 0, holder.share_to_bp - closure.share_to_bp <= 0)
    return closure, and_(closure.descendant_id == holder.descendant_id, covers, here)


def _guess(chart: Chart, holder: Closure, closure: Closure, level: Level) -> Expression:
    """Whether the slice of a level is estimated; of what has no division of the level, whether the rest has one."""
    some, here = chart.rows()
    of_level = and_(some.descendant_id == holder.descendant_id, some.ancestor_level == level, here)
    rest = and_(holder.estimated, exists(select(some.id).where(of_level)))
    return case((closure.id.is_not(None), closure.estimated), else_=rest)


def _others(chart: Chart, holder: Closure, level: Expression) -> Expression:
    """Whether other holders of the land stand at another level."""
    some, here = chart.rows()
    elsewhere = and_(some.descendant_id == holder.descendant_id, some.depth == 0, some.ancestor_level != level, here)
    return exists(select(some.id).where(elsewhere))


def quarter(day: Expression) -> Expression:
    """The ordinal of the quarter a date falls in."""
    year, month = (cast(extract(part, day), Integer) for part in ("year", "month"))  # numeric on PostgreSQL
    found: Expression = year * 4 + (month - 1) // 3
    return found


async def read(session: AsyncSession, question: Question, statement: Select[Any]) -> Answer:
    """Run a grouped statement whose first columns are the keys."""
    width = 1 if question.nodes else len(question.by)
    rows = (await session.execute(statement)).all()
    names = list(statement.selected_columns.keys())[width:]
    return {tuple(row[:width]): dict(zip(names, map(int, row[width:]), strict=True)) for row in rows}

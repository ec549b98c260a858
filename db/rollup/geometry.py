"""Where and when a fact lies: the closure joins and keys that put it into groups, and how groups are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    case,
    cast,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import Level, Tree
from db.models import DivisionClosure, DivisionVersion
from db.rollup.question import Answer, Dimension, Question
from db.scope import subtree

Closure = type[DivisionClosure]
Expression = SQLColumnExpression[Any]


def on_map(closure: Closure, tree: Tree, day: date) -> Expression:
    """Closure rows of one tree in force on a day."""
    return and_(
        closure.tree == tree,
        closure.valid_from <= day,
        or_(closure.valid_to.is_(None), closure.valid_to > day),
    )


def ancestor(question: Question, level: Level, division: Expression) -> tuple[Closure, Expression]:
    """An alias that finds a division's ancestor at a level, with its join condition."""
    closure = aliased(DivisionClosure)
    condition = and_(
        closure.descendant_id == division,
        closure.ancestor_level == level,
        on_map(closure, question.tree, question.hierarchy_day),
    )
    return closure, condition


def place(
    statement: Select[Any], question: Question, division: Expression
) -> tuple[Select[Any], dict[Dimension, Expression], Expression | None]:
    """Join a fact to its groups: the statement, the geographic keys, and the node key when nodes are asked for."""
    if question.nodes:
        closure = aliased(DivisionClosure)
        joined = statement.join(
            closure,
            and_(
                closure.descendant_id == division,
                closure.ancestor_id.in_(question.nodes),
                on_map(closure, question.tree, question.hierarchy_day),
            ),
        )
        return joined, {}, closure.ancestor_id
    keys: dict[Dimension, Expression] = {}
    for dimension in question.by:
        if dimension.level is not None:
            closure, condition = ancestor(question, dimension.level, division)
            statement = statement.outerjoin(closure, condition)
            keys[dimension] = closure.ancestor_id
    return statement.where(*below(question, division)), keys, None


def below(question: Question, division: Expression) -> tuple[Expression, ...]:
    """The predicate that a division lies under the one asked about; none is needed for the nation."""
    if question.under_nation:
        return ()
    return (division.in_(subtree(question.under, day=question.hierarchy_day, tree=question.tree)),)


def level_key(statement: Select[Any], question: Question, division: Expression) -> tuple[Select[Any], Expression]:
    """Join the version of a division in force on the map's day; its level is the key."""
    version = aliased(DivisionVersion)
    day = question.hierarchy_day
    in_force = and_(version.valid_from <= day, or_(version.valid_to.is_(None), version.valid_to > day))
    return statement.outerjoin(version, and_(version.division_id == division, in_force)), version.level


@dataclass(frozen=True, slots=True)
class Spots:
    """Every division below the one asked about with the keys of its row: the geographic part of `by`."""

    table: FromClause
    keys: Mapping[Dimension, str]
    """Column names by dimension."""

    @classmethod
    def of(cls, question: Question) -> "Spots":
        """One row per division, read from the closure once and joined as often as needed."""
        closure = aliased(DivisionClosure)
        keys = {dimension: dimension.value.lower() for dimension in question.places}
        columns = [
            func.max(case((_key_row(closure, dimension), _key_value(closure, dimension)))).label(name)
            for dimension, name in keys.items()
        ]
        table: CTE = (
            select(closure.descendant_id.label("division_id"), *columns)
            .where(on_map(closure, question.tree, question.hierarchy_day), *below(question, closure.descendant_id))
            .group_by(closure.descendant_id)
            .cte("spots")
        )
        return cls(table, keys)

    def alias(self) -> "Spots":
        """The same for another division of the edge."""
        return Spots(self.table.alias(), self.keys)

    @property
    def division(self) -> Expression:
        """The division it is about."""
        return self.table.c.division_id

    def key(self, dimension: Dimension) -> Expression:
        """Its key by a dimension."""
        return self.table.c[self.keys[dimension]]

    def same(self, other: "Spots") -> Expression:
        """Whether both lie in one row."""
        return and_(*(self.key(d).is_not_distinct_from(other.key(d)) for d in self.keys))


def _key_row(closure: Closure, dimension: Dimension) -> Expression:
    if dimension.level is None:
        own_row: Expression = closure.depth == 0
        return own_row
    at_level: Expression = closure.ancestor_level == dimension.level
    return at_level


def _key_value(closure: Closure, dimension: Dimension) -> Any:
    return closure.ancestor_level if dimension.level is None else closure.ancestor_id


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

"""The divisions at the ends of edges, with the keys of the rows they lie in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, FromClause, and_, case, exists, func, literal, not_, or_, select, true

from db.models.division import WHOLE_BP
from db.rollup.chart import ESTIMATED, Chart, Closure, Expression, Slice
from db.rollup.geometry import above
from db.rollup.question import Dimension, Question


@dataclass(frozen=True, slots=True)
class Spots:
    """Divisions below the one asked about with the keys of their rows: the geographic part of `by`."""

    table: FromClause
    keys: Mapping[Dimension, str]
    """Column names by dimension."""
    divided: bool
    """Whether a division may have several spots; if not, each has one."""

    @classmethod
    def of(cls, question: Question) -> "Spots":
        """Of divisions that lie whole in one place; for others it may name any of their rows."""
        chart = Chart(question)
        closure, here = chart.rows()
        columns = [
            func.max(case((_key_row(closure, dimension), _key_value(closure, dimension)))).label(name)
            for dimension, name in _names(question).items()
        ]
        division = closure.descendant_id
        found = select(division.label("division_id"), *columns).where(here, *chart.below(division)).group_by(division)
        return cls._from(question, found, divided=False)

    @classmethod
    def of_parts(cls, question: Question, divisions: CompoundSelect[int]) -> "Spots":
        """Of the given divisions, one for each holder of their land."""
        chart = Chart(question)
        holder, here = chart.rows()
        placed = above(select(), chart, holder)
        names = _names(question)
        part, start = placed.part, holder.share_from_bp
        area_from, area_to = part.within or (literal(0), literal(WHOLE_BP))
        division, row = holder.descendant_id, [holder.descendant_id, *placed.keys.values()]
        found = placed.statement.where(holder.depth == 0, here, holder.descendant_id.in_(divisions)).add_columns(
            division.label("division_id"),
            holder.share_from_bp.label("from_bp"),
            holder.share_to_bp.label("to_bp"),
            part.estimated.label(ESTIMATED),
            area_from.label("area_from_bp"),
            area_to.label("area_to_bp"),
            func.row_number().over(partition_by=division, order_by=start).label("nth"),
            func.row_number().over(partition_by=row, order_by=start).label("nth_of_row"),
            *(placed.keys[dimension].label(name) for dimension, name in names.items()),
        )
        return cls._from(question, found, divided=True)

    @classmethod
    def _from(cls, question: Question, found: Any, *, divided: bool) -> "Spots":
        return cls(found.cte("spots"), _names(question), divided)

    def alias(self) -> "Spots":
        """The same for another division of the edge."""
        return Spots(self.table.alias(), self.keys, self.divided)

    @property
    def division(self) -> Expression:
        """The division it is about."""
        return self.table.c.division_id

    @property
    def part(self) -> Slice:
        """The part of the division's facts that lies here."""
        c = self.table.c
        if not self.divided:
            return Slice()
        return Slice((c.from_bp, c.to_bp), c.estimated, (c.area_from_bp, c.area_to_bp))

    def key(self, dimension: Dimension) -> Expression:
        """Its key by a dimension."""
        return self.table.c[self.keys[dimension]]

    def same(self, other: "Spots") -> Expression:
        """Whether both lie in one row."""
        return and_(*(self.key(d).is_not_distinct_from(other.key(d)) for d in self.keys))

    def beside(self, other: "Spots") -> Expression:
        """Of another division's spots: the one in the same row, or else its first; at most one."""
        c = self.table.c
        if not self.divided:
            return true()
        return or_(and_(c.nth_of_row == 1, self.same(other)), and_(c.nth == 1, self.apart(other)))

    def within(self, other: "Spots") -> Expression:
        """Of another division's spots: the one in the same row; at most one."""
        if not self.divided:
            return self.same(other)
        return and_(self.table.c.nth_of_row == 1, self.same(other))

    def apart(self, other: "Spots") -> Expression:
        """Whether no spot of this division lies in the other's row."""
        if not self.divided:
            return not_(self.same(other))
        again = self.alias()
        return not_(exists(select(literal(1)).where(again.division == self.division, again.same(other))))


def _names(question: Question) -> dict[Dimension, str]:
    return {dimension: dimension.value.lower() for dimension in question.places}


def _key_row(closure: Closure, dimension: Dimension) -> Expression:
    if dimension.level is None:
        own_row: Expression = closure.depth == 0
        return own_row
    at_level: Expression = closure.ancestor_level == dimension.level
    return at_level


def _key_value(closure: Closure, dimension: Dimension) -> Any:
    return closure.ancestor_level if dimension.level is None else closure.ancestor_id

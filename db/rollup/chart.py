"""The map a roll-up goes by, and the parts that facts have on it.

A fact of a division that is not in force on the map's day lies where its land lies then, perhaps in several slices.
Amounts are divided among them, counts go to the first. The slices of holders (depth 0) are the finest; what stands
above them holds one or more of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, and_, case, exists, false, func, literal, or_, select, true, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from db.models import Division, DivisionClosure
from db.models.division import WHOLE_BP
from db.rollup.question import Question

Closure = type[DivisionClosure]
Expression = SQLColumnExpression[Any]
ESTIMATED = "estimated"
"""The sum that counts, in every row, the facts whose share in it no document states."""


class Chart:
    """The closure of a question's map: of its day; as filed, divisions not in force keep the map of their own days."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def rows(self) -> tuple[Closure, Expression]:
        """An alias for the closure, and the condition that a row belongs to the map."""
        closure, question = aliased(DivisionClosure), self.question
        when = _on(closure, question.hierarchy_day) if question.restated else _as_filed(closure, question.hierarchy_day)
        return closure, and_(closure.tree == question.tree, when)

    def below(self, division: Expression) -> tuple[Expression, ...]:
        """The predicate that a division lies under the one asked about; none is needed for the nation."""
        if self.question.under_nation:
            return ()
        closure, here = self.rows()
        return (division.in_(select(closure.descendant_id).where(closure.ancestor_id == self.question.under, here)),)

    async def divided(self, session: AsyncSession, *divisions: InstrumentedAttribute[int]) -> Sequence[int]:
        """Which of the divisions that facts have lie in several slices; as a rule there are none."""
        if not self.question.restated:
            return ()
        closure, here = self.rows()
        several = select(closure.descendant_id).where(closure.depth == 0, closure.share_from_bp > 0, here)
        found: list[Select[int]] = [select(division).where(division.in_(several)) for division in divisions]
        return sorted((await session.execute(union(*found))).scalars())


def _on(spans: Closure | type[Division], day: Any) -> Expression:
    return and_(spans.valid_from <= day, or_(spans.valid_to.is_(None), spans.valid_to > day))


def _as_filed(closure: Closure, day: date) -> Expression:
    """A row of the day for a division in force, of its last or first own day for another."""
    node = aliased(Division)
    until_its_end = and_(
        closure.valid_from < node.valid_to, or_(closure.valid_to.is_(None), closure.valid_to >= node.valid_to)
    )
    own = or_(
        and_(_on(node, day), _on(closure, day)),
        and_(node.valid_to <= day, until_its_end),
        and_(node.valid_from > day, _on(closure, node.valid_from)),
    )
    return exists(select(literal(1)).where(node.id == closure.descendant_id, own))


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a fact that lies in its group: the whole of it where nothing is said."""

    bp: tuple[Expression, Expression] | None = None
    """From and to."""
    estimated: Expression = field(default_factory=false)
    within: tuple[Expression, Expression] | None = None
    """The slice of the division asked about, where that is not the nation."""

    def of(self, amount: Expression) -> Expression:
        """Its part of an amount that is not negative; parts of all slices add up to the amount."""
        if self.bp is None:
            return amount
        start, end = self.bp
        return case((end - start < WHOLE_BP, upto(amount, end) - upto(amount, start)), else_=amount)

    def of_area(self, amount: Expression) -> Expression:
        """Its part where only what lies below the division asked about takes part; those parts add up."""
        if self.bp is None or self.within is None:
            return self.of(amount)
        area_from, area_to = self.within
        start, end = (upto(amount, edge - area_from, area_to - area_from) for edge in self.bp)
        return end - start

    @property
    def first(self) -> Expression:
        """Whether counts go here."""
        return true() if self.bp is None else self.bp[0] == 0

    def guesses(self, counted: Expression | None = None) -> Expression:
        """How many facts contribute by an estimated share."""
        if self.bp is None:
            return literal(0)
        guess = self.estimated if counted is None else and_(self.estimated, counted)
        return func.coalesce(func.sum(case((guess, 1), else_=0)), 0)


def upto(amount: Expression, bp: Expression, whole: Any = WHOLE_BP) -> Expression:
    """The floor of amount times bp over the whole, in steps that stay within 64 bits."""
    floor: Expression = amount // whole * bp + amount % whole * bp // whole
    return floor

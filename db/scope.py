"""The one door for row scope: which rows a caller may see, as predicates every query passes through."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from db.enums import Line, Tree
from db.models import (
    Allocation,
    DivisionCase,
    DivisionCaseMove,
    DivisionCaseNode,
    DivisionClosure,
    Filing,
    Fund,
    Project,
    Publication,
    StandingFinding,
    Target,
    Unit,
)

Statement = TypeVar("Statement", bound=Select[Any])


@dataclass(frozen=True, slots=True)
class Scope:
    """What a caller may see: the subtree below a division, and certain lines (none named means all).

    With `held_on` the division gained land that nobody has attested yet: only what lay below it on that day counts.
    """

    division_id: int
    code: str
    national: bool
    day: date
    lines: frozenset[Line] = frozenset()
    held_on: date | None = None


def valid_on(day: date) -> ColumnElement[bool]:
    """Closure rows in force on a day."""
    return and_(
        DivisionClosure.valid_from <= day,
        or_(DivisionClosure.valid_to.is_(None), DivisionClosure.valid_to > day),
    )


def subtree(division_id: int, *, day: date, tree: Tree | None = None) -> Select[int]:
    """Ids of a division and all below it on a day; without a tree, below it by either chain."""
    found = select(DivisionClosure.descendant_id).where(DivisionClosure.ancestor_id == division_id, valid_on(day))
    return found if tree is None else found.where(DivisionClosure.tree == tree)


_DIVISION: dict[type[Any], InstrumentedAttribute[int]] = {
    Allocation: Allocation.recipient_id,
    Filing: Filing.division_id,
    Project: Project.division_id,
    Publication: Publication.division_id,
    StandingFinding: StandingFinding.division_id,
    Target: Target.division_id,
    Unit: Unit.division_id,
}


def may_see(model: type[Any], scope: Scope) -> ColumnElement[bool]:
    """The predicate that cuts a table to a caller's scope; a table without a declared scope shows nothing."""
    if model is DivisionCase:
        return _touching(scope)
    column = _DIVISION.get(model)
    if column is None:
        return false()
    division = within(column, scope)
    return and_(division, _line(model, scope)) if scope.lines else division


def within(column: Any, scope: Scope) -> ColumnElement[bool]:
    """Whether a division lies in the scope's subtree, attested land only."""
    if scope.national:
        return true()
    inside: ColumnElement[bool] = column.in_(subtree(scope.division_id, day=scope.day))
    if scope.held_on is None:
        return inside
    return and_(inside, column.in_(subtree(scope.division_id, day=scope.held_on)))


def _touching(scope: Scope) -> ColumnElement[bool]:
    """A change of divisions concerns whoever it lies in or touches."""
    if scope.national:
        return true()
    moves = select(DivisionCaseMove.case_id).where(
        DivisionCaseMove.line > 0,
        or_(within(DivisionCaseMove.old_division_id, scope), within(DivisionCaseMove.new_division_id, scope)),
    )
    nodes = select(DivisionCaseNode.case_id).where(
        DivisionCaseNode.line > 0, within(DivisionCaseNode.division_id, scope)
    )
    return or_(within(DivisionCase.division_id, scope), DivisionCase.id.in_(moves), DivisionCase.id.in_(nodes))


def visible(statement: Statement, model: type[Any], *, to: Scope) -> Statement:
    """The statement, cut to what the caller may see of a model it selects from."""
    return statement.where(may_see(model, to))


def _line(model: type[Any], scope: Scope) -> ColumnElement[bool]:
    lines = sorted(scope.lines)
    if model in {Allocation, Target}:
        funds = select(Fund.id).where(Fund.line.in_(lines))
        of_fund: ColumnElement[bool] = model.fund_id.in_(funds)
        if model is Allocation:
            return of_fund
        return or_(of_fund, model.project_id.in_(select(Project.id).where(Project.line.in_(lines))))
    if model is StandingFinding:
        return or_(StandingFinding.line.is_(None), StandingFinding.line.in_(lines))
    if model in {Publication, Unit}:
        return true()
    column: ColumnElement[bool] = model.line.in_(lines)
    return column

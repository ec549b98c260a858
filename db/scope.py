"""The one door for row scope: which rows a caller may see, as predicates every query passes through."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from db.enums import Line, Tree
from db.models import Allocation, DivisionClosure, Filing, Fund, Project, Publication, StandingFinding, Target, Unit

Statement = TypeVar("Statement", bound=Select[Any])


@dataclass(frozen=True, slots=True)
class Scope:
    """What a caller may see: the subtree below a division, and certain lines (none named means all)."""

    division_id: int
    code: str
    national: bool
    day: date
    lines: frozenset[Line] = frozenset()


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
    column = _DIVISION.get(model)
    if column is None:
        return false()
    division = true() if scope.national else column.in_(subtree(scope.division_id, day=scope.day))
    return and_(division, _line(model, scope)) if scope.lines else division


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

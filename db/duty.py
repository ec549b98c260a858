"""Who owes a filing for a quarter: projects that held live fiscal money in it, found in one statement.

The dossiers derive the same duty project by project; a test holds the two against each other.
"""

from datetime import date
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from db.enums import FISCAL_SOURCES, ISSUED_KINDS, AllocationKind, ChangeField, PaymentKind, ProjectStatus, Provenance
from db.models import Allocation, Payment, Project, ProjectChange, SourceLine
from db.types import Period

FISCAL = sorted(FISCAL_SOURCES)
DROPPED = [ProjectStatus.WITHDRAWN, ProjectStatus.TERMINATED]


def owing(period: Period, *, as_of: date) -> Select[*tuple[Any, ...]]:
    """Project id and division id of every project that owes a filing; none before the quarter has ended."""
    money, spent, dropped = _arrivals(as_of), _payments(as_of), _terminations()
    last = case(
        (
            Project.status == ProjectStatus.COMPLETED,
            case(
                (func.coalesce(spent.c.paid, 0) < money.c.arrived, literal(as_of)),
                else_=_later(spent.c.last_on, Project.finished_on),
            ),
        ),
        (Project.status == ProjectStatus.ACCEPTED, Project.finished_on),
        (Project.status.in_(DROPPED), dropped.c.on_day),
        else_=literal(as_of),
    )
    return (
        select(Project.id.label("project_id"), Project.division_id)
        .join(money, money.c.project_id == Project.id)
        .outerjoin(spent, spent.c.project_id == Project.id)
        .outerjoin(dropped, dropped.c.project_id == Project.id)
        .where(
            Project.provenance != Provenance.PUBLISHED,
            money.c.first_on <= period.end,
            last >= period.start,
            literal(period.end) <= as_of,
        )
    )


def _arrivals(as_of: date) -> Any:
    """First usable day and net fen of each project's fiscal money by a day; a recall counts where its edge does."""
    issued, received, of_edge = Allocation.issued_on, Allocation.received_on, aliased(Allocation)
    is_recall = Allocation.kind == AllocationKind.RECALL
    there = case((is_recall, func.coalesce(issued, received)), else_=func.coalesce(received, issued))
    project_id = case((is_recall, of_edge.project_id), else_=Allocation.project_id)
    new_year = case(
        *((Allocation.budget_year == year, date(year, 1, 1)) for year in range(2000, as_of.year + 2)), else_=None
    )
    waits = and_(Allocation.kind == AllocationKind.ADVANCE, new_year > there)
    return (
        select(
            project_id.label("project_id"),
            func.min(case((is_recall, None), (waits, new_year), else_=there)).label("first_on"),
            func.sum(case((is_recall, -Allocation.amount_fen), else_=Allocation.amount_fen)).label("arrived"),
        )
        .outerjoin(of_edge, of_edge.id == Allocation.parent_id)
        .where(
            project_id.is_not(None),
            Allocation.source.in_(FISCAL),
            Allocation.kind.in_([*ISSUED_KINDS, AllocationKind.RECALL]),
            or_(there.is_(None), there <= as_of),
        )
        .group_by(project_id)
        .subquery()
    )


def _payments(as_of: date) -> Any:
    """Net fen paid out of fiscal money by a day, and the last day anything was."""
    signed = case((Payment.kind == PaymentKind.REFUND, -Payment.amount_fen), else_=Payment.amount_fen)
    return (
        select(Payment.project_id, func.sum(signed).label("paid"), func.max(Payment.paid_on).label("last_on"))
        .join(SourceLine, SourceLine.id == Payment.source_line_id)
        .where(Payment.paid_on <= as_of, SourceLine.source.in_(FISCAL))
        .group_by(Payment.project_id)
        .subquery()
    )


def _terminations() -> Any:
    """The last day each dropped project was ended."""
    return (
        select(ProjectChange.project_id, func.max(ProjectChange.effective_on).label("on_day"))
        .where(ProjectChange.field == ChangeField.TERMINATION)
        .group_by(ProjectChange.project_id)
        .subquery()
    )


def _later(first: SQLColumnExpression[Any], second: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    return case((first.is_(None), second), (second.is_(None), first), (first >= second, first), else_=second)

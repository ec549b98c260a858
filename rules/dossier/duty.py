"""The duty to file: every quarter in which a project held live money expects a filing, a nil return or an exemption."""

from collections.abc import Iterator, Sequence
from datetime import date

from db.dossier_rows import FilingRow
from db.enums import ChangeField, FilingKind, ProjectStatus
from db.types import Period
from rules.dossier.filing import handed_in
from rules.dossier.grounds import Grounds, known, quoted
from rules.dossier.money import usable_from
from rules.dossier.progress import closed_quarter
from rules.dossier.project import DROPPED, ProjectCase
from rules.fact import Fact


def duty_facts(case: ProjectCase, filings: Sequence[FilingRow], grounds: Grounds) -> Iterator[Fact]:
    """The duty of the last closed quarter, and every earlier one that was not answered; answered ones are filings."""
    answered = {row.period for row in filings if row.kind is FilingKind.EXEMPT or handed_in(row, grounds)}
    for period in expected_quarters(case, grounds.as_of):
        if period.ordinal not in answered or period == closed_quarter(grounds.as_of):
            fact = _fact(case, period, period.ordinal in answered, grounds)
            if fact is not None:
                yield fact


def expected_quarters(case: ProjectCase, as_of: date) -> Iterator[Period]:
    """Closed quarters in which the project held live fiscal money; none for quoted projects."""
    first, last_day = case.arrived_on, last_live_day(case, as_of)
    if first is None or last_day is None or quoted(case.project.provenance):
        return
    period, last = Period.of(first), min(closed_quarter(as_of), Period.of(last_day))
    while not last < period:
        yield period
        period += 1


def last_live_day(case: ProjectCase, as_of: date) -> date | None:
    """The last day a project's money is live: the day judged by, or the day it was finished or dropped.

    A completed project is live until its last fen is paid; None where it is over and nobody recorded since when.
    """
    project = case.project
    if project.status is ProjectStatus.COMPLETED:
        return _settled_on(case, as_of)
    if project.status is ProjectStatus.ACCEPTED:
        return min(project.finished_on, as_of) if project.finished_on else None
    if project.status in DROPPED:
        days = [change.effective_on for change in case.changes if change.field is ChangeField.TERMINATION]
        return min(max(days), as_of) if days else None
    return as_of


def _settled_on(case: ProjectCase, as_of: date) -> date | None:
    entries = case.paid_entries(as_of)
    if sum(amount for _, amount in entries) < case.arrived:
        return as_of
    return max(
        [day for day, _ in entries] + ([case.project.finished_on] if case.project.finished_on else []), default=None
    )


def _fact(case: ProjectCase, period: Period, answered: bool, grounds: Grounds) -> Fact | None:
    project, place = case.project, grounds.place(case.project.division_id)
    deadline = grounds.filing_due(period, place)
    if deadline is None:
        return None
    due = deadline.last_day
    edges = [edge for edge in case.fiscal_edges if (usable_from(edge) or date.min) <= period.end]
    return Fact(
        kind="duty",
        values=known(
            published=quoted(project.provenance),
            due_on=due,
            overdue=grounds.as_of > due,
            days_overdue=max(0, (grounds.as_of - due).days),
            answered=answered,
            arrived=case.ledger.net_sum(edges),
            arrived_on=case.arrived_on,
        ),
        subject_id=project.id,
        division_id=project.division_id,
        division_code=place.code,
        period=period,
        responsible_unit_id=project.owner_unit_id or grounds.authorities.get(project.division_id),
        line=project.line,
    )

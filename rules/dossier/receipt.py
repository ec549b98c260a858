"""A receipt of money by a division: was it issued onward in time, detailed to projects, and reported for record."""

from datetime import date

from db.dossier_rows import EdgeRow
from db.enums import FundCategory, Level
from db.types import rate_bp
from rules.dossier.grounds import Grounds, documents, known, quoted
from rules.dossier.money import Ledger, Onward, fully_passed_on, onward
from rules.fact import Fact, Scalar
from rules.facts import DetailEnd

DETAILING_LEVELS = frozenset({Level.CITY, Level.COUNTY})
"""规程 第九条: 市、县 detail and report."""
LOCAL_ISSUERS = frozenset({Level.PROVINCE, Level.CITY})


def receipt_fact(edge: EdgeRow, ledger: Ledger, grounds: Grounds) -> Fact | None:
    """The fact of one receipt; None for money not yet received on the day, or whose receipt was not recorded."""
    received = edge.received_on
    if received is None or received > grounds.as_of:
        return None
    fund, place = grounds.funds[edge.fund_id], grounds.place(edge.recipient_id)
    due = issue_due(edge, grounds)
    return Fact(
        kind="receipt",
        values=known(
            published=quoted(edge.provenance),
            fund=fund.code,
            budget_year=edge.budget_year,
            source=edge.source.value,
            emergency=fund.emergency,
            tranche=edge.tranche,
            category=fund.category.value,
            recipient_level=place.level.value,
            amount=ledger.net(edge),
            received_on=received,
            days_held=(grounds.as_of - received).days,
        )
        | _issuing(edge, onward(ledger, edge, due), due, ledger)
        | _detailing(edge, ledger, grounds),
        subject_id=edge.id,
        division_id=edge.recipient_id,
        division_code=place.code,
        sources=documents(amount=edge.document_id),
        responsible_unit_id=edge.recipient_unit_id or grounds.authorities.get(edge.recipient_id),
        line=fund.line,
    )


def issue_due(edge: EdgeRow, grounds: Grounds) -> date | None:
    """The last day to issue a receipt onward; None where no clock of days runs (预算法 第五十二条 for disasters)."""
    if edge.received_on is None:
        return None
    fund, place = grounds.funds[edge.fund_id], grounds.place(edge.recipient_id)
    if fund.emergency and place.level is Level.PROVINCE:
        return grounds.clock("allotment.disaster_clock_days", place, edge.received_on)
    if fund.emergency:
        return None
    if fund.category is FundCategory.CENTRAL and place.level is Level.PROVINCE:
        return grounds.clock("allotment.clock_days", place, edge.received_on)
    if fund.category is FundCategory.LOCAL and place.level in LOCAL_ISSUERS:
        return grounds.clock("allotment.local_clock_days", place, edge.received_on)
    return None


def _issuing(edge: EdgeRow, after: Onward, due: date | None, ledger: Ledger) -> dict[str, Scalar]:
    as_of, amount = ledger.as_of, ledger.net(edge)
    unmapped = max(0, amount - after.passed_on)
    values = known(
        issue_clock=due is not None,
        passed_on=after.passed_on,
        last_issue_on=after.last_on,
        unmapped=unmapped,
        unmapped_share=(rate_bp(unmapped, amount) or 0) if amount > 0 else 0,
    )
    if due is None:
        return values
    last = as_of if unmapped or after.last_on is None else after.last_on
    return values | known(
        issue_due=due,
        issue_expired=as_of > due,
        in_time=after.in_time,
        overdue_amount=max(0, amount - after.in_time),
        issue_days_late=max(0, (last - due).days),
    )


def _detailing(edge: EdgeRow, ledger: Ledger, grounds: Grounds) -> dict[str, Scalar]:
    place = grounds.place(edge.recipient_id)
    detailing = place.level in DETAILING_LEVELS
    ended = detailing_end(edge, ledger)
    values = known(detailing=detailing, detailed=ended is not None)
    if not detailing or ended is None:
        return values
    day, how = ended
    due = grounds.clock("detailing.clock_days", place, day)
    reported_on = edge.detailing_reported_on
    reported = reported_on is not None and reported_on <= grounds.as_of
    judged = reported_on if reported and reported_on is not None else grounds.as_of
    return values | known(
        detailed_on=day,
        detail_basis=how.value,
        report_due=due,
        reported=reported,
        reported_on=reported_on if reported else None,
        report_days_late=max(0, (judged - due).days) if due is not None else None,
    )


def detailing_end(edge: EdgeRow, ledger: Ledger) -> tuple[date, DetailEnd] | None:
    """When detailing ended by the day: declared, or all of it passed on before that without a declaration."""
    ends = [
        (day, how)
        for day, how in ((fully_passed_on(ledger, edge), DetailEnd.MAPPED), (edge.detailed_on, DetailEnd.DECLARED))
        if day is not None and day <= ledger.as_of
    ]
    return min(ends, key=lambda end: end[0], default=None)

"""A quarterly filing: in time, not below what was transmitted, and in step with itself."""

from collections.abc import Iterator, Sequence

from db.dossier_rows import FilingRow
from db.enums import FilingKind, FilingState
from db.types import Period, day_of
from rules.deadline import Deadline
from rules.dossier.grounds import Grounds, documents, known, quoted
from rules.dossier.project import ProjectCase
from rules.fact import Fact, Scalar

TRANSMITTED = frozenset({FilingState.TRANSMITTED, FilingState.RECEIVED})


def filing_facts(case: ProjectCase, filings: Sequence[FilingRow], grounds: Grounds) -> Iterator[Fact]:
    """One fact for each filing of a project that exists by the day; `filings` ascends by quarter."""
    for position, filing in enumerate(filings):
        period = Period.from_ordinal(filing.period)
        if period.start <= grounds.as_of:
            yield _fact(case, filing, filings[:position], grounds)


def handed_in(filing: FilingRow, grounds: Grounds) -> bool:
    """Whether it had been submitted by the end of the day, whatever became of it later."""
    return filing.submitted_at is not None and day_of(filing.submitted_at) <= grounds.as_of


def _fact(case: ProjectCase, filing: FilingRow, earlier: Sequence[FilingRow], grounds: Grounds) -> Fact:
    period, place = Period.from_ordinal(filing.period), grounds.place(filing.division_id)
    submitted = handed_in(filing, grounds)
    values = known(
        published=quoted(case.project.provenance),
        filing_kind=filing.kind.value,
        state=filing.state.value,
        exempt=filing.kind is FilingKind.EXEMPT,
        submitted=submitted,
        submitted_on=day_of(filing.submitted_at) if submitted and filing.submitted_at else None,
        corrected=filing.correction_document_id is not None,
    )
    compared = submitted and filing.state.filed and filing.kind is not FilingKind.EXEMPT
    figures = _figures(filing, earlier) if compared else known(sent_before=False, in_sequence=False)
    return Fact(
        kind="filing",
        values=values | _dates(filing, grounds.filing_due(period, place), grounds) | figures,
        subject_id=filing.id,
        division_id=filing.division_id,
        division_code=place.code,
        period=period,
        sources=documents(drop=filing.correction_document_id),
        responsible_unit_id=filing.unit_id or case.project.owner_unit_id or grounds.authorities.get(filing.division_id),
        line=filing.line,
    )


def _dates(filing: FilingRow, deadline: Deadline | None, grounds: Grounds) -> dict[str, Scalar]:
    if deadline is None:
        return {}
    last_day = deadline.last_day
    judged = day_of(filing.submitted_at) if filing.submitted_at and handed_in(filing, grounds) else grounds.as_of
    return known(
        due_on=last_day,
        due_confirmed=deadline.confirmed,
        days_late=max(0, (judged - last_day).days),
        days_left=max(0, (last_day - grounds.as_of).days),
    )


def _figures(filing: FilingRow, earlier: Sequence[FilingRow]) -> dict[str, Scalar]:
    """Cumulative against what was transmitted, and against the quarter before plus this one; fen."""
    cumulative, period_paid = filing.paid_cumulative_fen, filing.paid_period_fen
    before = transmitted_before(earlier)
    previous = previous_cumulative(filing, earlier)
    owed = filing.kind is FilingKind.REGULAR or cumulative is not None
    values = known(
        cumulative=cumulative,
        period_paid=period_paid,
        sent_before=owed and before is not None,
        transmitted_before=before,
        in_sequence=owed and previous is not None,
        previous_cumulative=previous,
    )
    if cumulative is not None and before is not None:
        values |= known(drop=before - cumulative)
    if cumulative is not None and period_paid is not None and previous is not None:
        values |= known(mismatch=abs(cumulative - previous - period_paid))
    return values


def transmitted_before(earlier: Sequence[FilingRow]) -> int | None:
    """The last cumulative figure the ministry has been sent for an earlier quarter."""
    sent = [
        row.paid_cumulative_fen for row in earlier if row.state in TRANSMITTED and row.paid_cumulative_fen is not None
    ]
    return sent[-1] if sent else None


def previous_cumulative(filing: FilingRow, earlier: Sequence[FilingRow]) -> int | None:
    """The cumulative figure of the quarter before; 0 for a first filing, None where a quarter is missing between.

    A nil return or an exemption without figures carries the one before it on.
    """
    expected = filing.period - 1
    for row in reversed(earlier):
        if row.period != expected:
            return None
        if row.paid_cumulative_fen is not None:
            return row.paid_cumulative_fen if row.state.filed else None
        if row.kind is FilingKind.REGULAR:
            return None
        expected -= 1
    return 0

"""An issue of money: to a project of the reserve library, and together with its performance targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db.dossier_rows import EdgeRow, ReserveRow, TargetIssueRow
from db.enums import FundCategory, Level, ReserveStatus, Source
from rules.dossier.grounds import Grounds, documents, known, quoted
from rules.dossier.money import Ledger
from rules.fact import Fact, Scalar
from rules.facts import NOT_IN_LIBRARY

TARGET_ISSUERS = frozenset({Level.PROVINCE, Level.CITY})
"""Who passes targets down together with money (规程 第十条)."""


@dataclass(frozen=True, slots=True)
class TargetSets:
    """When targets of one fund's year went out to each recipient."""

    by_recipient: Mapping[int, Sequence[tuple[date, date]]]
    """Recipient → (day of the money they hang on, day of the targets)."""

    @classmethod
    def of(cls, rows: Sequence[TargetIssueRow]) -> "TargetSets":
        """From the edges targets hang on; those whose day nobody recorded are left out."""
        found: dict[int, list[tuple[date, date]]] = {}
        for row in rows:
            day = row.document_issued_on or row.issued_on
            if day is not None and row.issued_on is not None:
                found.setdefault(row.recipient_id, []).append((row.issued_on, day))
        return cls(found)

    def first_for(self, edge: EdgeRow, as_of: date) -> date | None:
        """The first day targets for this money were out: its own, or those of an earlier tranche."""
        sets = self.by_recipient.get(edge.recipient_id, ())
        return min(
            (
                day
                for money_day, day in sets
                if day <= as_of and edge.issued_on is not None and money_day <= edge.issued_on
            ),
            default=None,
        )


def issue_fact(
    edge: EdgeRow, ledger: Ledger, grounds: Grounds, *, library: Sequence[ReserveRow], targets: TargetSets
) -> Fact:
    """The fact of one issue, about the division that made it."""
    fund, place = grounds.funds[edge.fund_id], grounds.place(edge.grantor_id)
    values = known(
        published=quoted(edge.provenance),
        fund=fund.code,
        budget_year=edge.budget_year,
        source=edge.source.value,
        emergency=fund.emergency,
        tranche=edge.tranche,
        central=fund.category is FundCategory.CENTRAL or edge.source is Source.CENTRAL,
        to_project=edge.project_id is not None,
        recipient=grounds.place(edge.recipient_id).code,
        amount=ledger.net(edge),
        issued_on=edge.issued_on,
        carries_targets=edge.project_id is None and place.level in TARGET_ISSUERS,
    )
    return Fact(
        kind="issue",
        values=values | _library(edge, library) | _targets(edge, targets, grounds.as_of),
        subject_id=edge.id,
        division_id=edge.grantor_id,
        division_code=place.code,
        sources=documents(amount=edge.document_id, issued_on=edge.document_id),
        responsible_unit_id=grounds.authorities.get(edge.grantor_id),
        line=fund.line,
    )


def reserve_status(library: Sequence[ReserveRow], day: date) -> ReserveStatus | None:
    """A project's status in the library on a day; None before its first entry. `library` ascends by day."""
    held = [row.status for row in library if row.from_on <= day]
    return held[-1] if held else None


def _library(edge: EdgeRow, library: Sequence[ReserveRow]) -> dict[str, Scalar]:
    if edge.project_id is None or edge.issued_on is None:
        return {}
    status = reserve_status(library, edge.issued_on)
    return known(reserve_status=status.value if status else NOT_IN_LIBRARY, admitted=status is ReserveStatus.ADMITTED)


def _targets(edge: EdgeRow, targets: TargetSets, as_of: date) -> dict[str, Scalar]:
    if edge.issued_on is None:
        return {}
    first = targets.first_for(edge, as_of)
    return known(targets_found=first is not None, target_gap=max(0, ((first or as_of) - edge.issued_on).days))

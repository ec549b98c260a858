"""Bookkeeping over edges: what each is worth net of recalls, what was passed on, and since when it counts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from db.dossier_rows import EdgeRow
from db.enums import ISSUED_KINDS, AllocationKind


def counts_from(edge: EdgeRow) -> date | None:
    """The day an edge's money is there: received, or issued where no receipt was recorded."""
    return edge.received_on or edge.issued_on


def usable_from(edge: EdgeRow) -> date | None:
    """The day an edge's money may be spent: what is notified in advance waits for its budget year to begin."""
    day = counts_from(edge)
    if day is None or edge.kind is not AllocationKind.ADVANCE:
        return day
    return max(day, date(edge.budget_year, 1, 1))


def issued_by(edge: EdgeRow) -> date | None:
    """The day an edge's money left its grantor: the document's, or the receipt's where it has no date."""
    return edge.issued_on or edge.received_on


def _known(day: date | None, as_of: date) -> bool:
    """An undated document is quoted from a publication and has always been there."""
    return day is None or day <= as_of


class Ledger:
    """Some edges as they stood on a day; recalls are taken off the edge they point at, never counted alone."""

    def __init__(self, edges: Iterable[EdgeRow], as_of: date) -> None:
        self.as_of = as_of
        known = [edge for edge in edges if _known(issued_by(edge), as_of)]
        self.issued = tuple(edge for edge in known if edge.kind in ISSUED_KINDS)
        self._recalled: dict[int, int] = defaultdict(int)
        for edge in known:
            if edge.kind is AllocationKind.RECALL and edge.parent_id is not None:
                self._recalled[edge.parent_id] += edge.amount_fen

    @cached_property
    def children(self) -> dict[int, list[EdgeRow]]:
        """Edges by the receipt they came out of."""
        found: dict[int, list[EdgeRow]] = defaultdict(list)
        for edge in self.issued:
            if edge.parent_id is not None:
                found[edge.parent_id].append(edge)
        return found

    @cached_property
    def arrived(self) -> tuple[EdgeRow, ...]:
        """Edges whose money has reached the recipient."""
        return tuple(edge for edge in self.issued if _known(counts_from(edge), self.as_of))

    def net(self, edge: EdgeRow) -> int:
        """Fen left of an edge after recalls."""
        return edge.amount_fen - self._recalled.get(edge.id, 0)

    def net_sum(self, edges: Iterable[EdgeRow]) -> int:
        """Fen left of several."""
        return sum(self.net(edge) for edge in edges)


@dataclass(frozen=True, slots=True)
class Onward:
    """What became of a receipt, in fen."""

    in_time: int
    passed_on: int
    last_on: date | None


def onward(ledger: Ledger, receipt: EdgeRow, due: date | None) -> Onward:
    """What was issued or mapped out of a receipt, in all and by its due day."""
    parts = ledger.children.get(receipt.id, [])
    in_time = [edge for edge in parts if due is not None and _known(issued_by(edge), due)]
    days = [day for edge in parts if (day := issued_by(edge)) is not None]
    return Onward(ledger.net_sum(in_time), ledger.net_sum(parts), max(days, default=None))


def fully_passed_on(ledger: Ledger, receipt: EdgeRow) -> date | None:
    """The day on which nothing of a receipt was left to detail; None while something is, or for an empty one."""
    amount, passed = ledger.net(receipt), 0
    if amount <= 0:
        return None
    dated = sorted((day, ledger.net(edge)) for edge in ledger.children.get(receipt.id, []) if (day := issued_by(edge)))
    for day, part in dated:
        passed += part
        if passed >= amount:
            return day
    return None


def running_total(entries: Sequence[tuple[date, int]], day: date) -> int:
    """The sum of dated amounts up to and including a day."""
    return sum(amount for when, amount in entries if when <= day)

"""A division's money of one fund, year and source: nobody issues more than arrived and its own budget adds."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from db.dossier_rows import EdgeRow
from db.enums import Level, Source
from rules.dossier.grounds import Grounds, documents, known, quoted
from rules.dossier.money import Ledger
from rules.fact import Fact


@dataclass(slots=True)
class Node:
    """Edges that end and start at one division, of one source."""

    arriving: list[EdgeRow] = field(default_factory=list)
    leaving: list[EdgeRow] = field(default_factory=list)

    @property
    def edges(self) -> list[EdgeRow]:
        """All of them."""
        return [*self.arriving, *self.leaving]


def nodes(ledger: Ledger) -> dict[tuple[int, Source], Node]:
    """The divisions of one fund's year; an edge to a project stays within the division that maps it."""
    found: dict[tuple[int, Source], Node] = defaultdict(Node)
    for edge in ledger.issued:
        found[edge.grantor_id, edge.source].leaving.append(edge)
    for edge in ledger.arrived:
        if edge.project_id is None:
            found[edge.recipient_id, edge.source].arriving.append(edge)
    return found


def node_facts(ledger: Ledger, grounds: Grounds, divisions: frozenset[int]) -> Iterator[Fact]:
    """One fact for each division of the area and source; the nation receives from nobody and is left out."""
    for (division_id, source), node in sorted(nodes(ledger).items()):
        if division_id in divisions and grounds.place(division_id).level is not Level.NATION:
            yield _fact(division_id, source, node, ledger, grounds)


def _fact(division_id: int, source: Source, node: Node, ledger: Ledger, grounds: Grounds) -> Fact:
    place, any_edge = grounds.place(division_id), node.edges[0]
    fund = grounds.funds[any_edge.fund_id]
    received, issued = ledger.net_sum(node.arriving), ledger.net_sum(node.leaving)
    own = ledger.net_sum(edge for edge in node.leaving if is_own(edge, place.level))
    return Fact(
        kind="node",
        values=known(
            published=any(quoted(edge.provenance) for edge in node.edges),
            fund=fund.code,
            budget_year=any_edge.budget_year,
            source=source.value,
            received=received,
            own=own,
            issued=issued,
            excess=issued - received - own,
        ),
        subject_id=division_id,
        division_id=division_id,
        division_code=place.code,
        sources=documents(
            received=next((edge.document_id for edge in node.arriving if edge.document_id), None),
            issued=next((edge.document_id for edge in node.leaving if edge.document_id), None),
        ),
        responsible_unit_id=grounds.authorities.get(division_id),
        line=fund.line,
    )


def is_own(edge: EdgeRow, level: Level) -> bool:
    """Whether an issue brings the division's own money: out of no receipt, and not of another government."""
    return edge.parent_id is None and edge.source.level in {None, level}

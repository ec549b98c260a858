"""A project's money of one source: what is planned, has arrived and was paid."""

from collections.abc import Iterator

from db.enums import FISCAL_SOURCES, PaymentKind, Source
from rules.dossier.grounds import Grounds, documents, known, quoted
from rules.dossier.project import ProjectCase
from rules.fact import Fact


def source_facts(case: ProjectCase, grounds: Grounds) -> Iterator[Fact]:
    """One fact for each fiscal source the project plans, received or paid from; other money never passes through."""
    project, place = case.project, grounds.place(case.project.division_id)
    present = {line.source for line in case.lines} | {edge.source for edge in case.ledger.arrived}
    for source in sorted(present & FISCAL_SOURCES):
        arrived = case.ledger.net_sum(edge for edge in case.ledger.arrived if edge.source is source)
        paid = paid_from(case, source)
        line_documents = [line.document_id for line in case.lines if line.source is source and line.document_id]
        edge_documents = [edge.document_id for edge in case.ledger.arrived if edge.source is source]
        yield Fact(
            kind="source",
            values=known(
                published=quoted(project.provenance),
                source=source.value,
                planned=sum(line.planned_fen for line in case.lines if line.source is source),
                arrived=arrived,
                paid=paid,
                excess=paid - arrived,
            ),
            subject_id=project.id,
            division_id=project.division_id,
            division_code=place.code,
            sources=documents(
                planned=next(iter(line_documents), None), arrived=next(iter(filter(None, edge_documents)), None)
            ),
            responsible_unit_id=project.owner_unit_id or grounds.authorities.get(project.division_id),
            line=project.line,
        )


def paid_from(case: ProjectCase, source: Source) -> int:
    """Payments less refunds of one source, up to the day."""
    return sum(
        row.amount_fen if row.kind is PaymentKind.PAYMENT else -row.amount_fen
        for row in case.payments
        if row.source is source and row.paid_on <= case.ledger.as_of
    )

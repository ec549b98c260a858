"""Rows of a chunk sorted by subject and turned into facts."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

from db.dossier_rows import FilingRow, TargetRow
from db.dossiers import EdgeChunk, ProjectChunk, TargetChunk
from rules.dossier.change import change_facts
from rules.dossier.duty import duty_facts
from rules.dossier.filing import filing_facts
from rules.dossier.grounds import Grounds
from rules.dossier.issue import TargetSets, issue_fact
from rules.dossier.money import Ledger
from rules.dossier.node import node_facts
from rules.dossier.project import ProjectCase, project_fact
from rules.dossier.receipt import receipt_fact
from rules.dossier.source import source_facts
from rules.dossier.target import TargetCase, target_fact, work_of
from rules.fact import Fact

RowT = TypeVar("RowT")
KeyT = TypeVar("KeyT")

OF_PROJECTS = frozenset({"project", "source", "target", "filing", "duty", "change"})
OF_EDGES = frozenset({"receipt", "issue", "node"})


def facts_of_projects(chunk: ProjectChunk, grounds: Grounds, kinds: Collection[str]) -> list[Fact]:
    """All facts about some projects and what hangs on them, project by project."""
    return [
        fact
        for case, targets, filings in _cases(chunk, grounds)
        for fact in _facts(case, targets, filings, grounds)
        if fact.kind in kinds
    ]


def facts_of_edges(chunk: EdgeChunk, grounds: Grounds, kinds: Collection[str], divisions: frozenset[int]) -> list[Fact]:
    """All facts about the money of one fund's year, as far as the divisions of the area answer for it."""
    return [fact for fact in _edge_facts(chunk, grounds, divisions) if fact.kind in kinds]


def facts_of_targets(chunk: TargetChunk, grounds: Grounds, kinds: Collection[str]) -> list[Fact]:
    """All facts about targets of divisions."""
    if "target" not in kinds:
        return []
    children = grouped(chunk.children, lambda row: row.parent_id)
    return [
        target_fact(
            TargetCase(target, grounds.indicators[target.indicator_id], (), children.get(target.id, [])), grounds
        )
        for target in chunk.targets
    ]


def grouped(rows: Iterable[RowT], key: Callable[[RowT], KeyT]) -> dict[KeyT, list[RowT]]:
    """Rows by a key, in the order they came."""
    found: dict[KeyT, list[RowT]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _cases(chunk: ProjectChunk, grounds: Grounds) -> Iterator[tuple[ProjectCase, list[TargetCase], list[FilingRow]]]:
    lines = grouped(chunk.source_lines, lambda row: row.project_id)
    project_of_edge = {edge.id: edge.project_id for edge in chunk.edges if edge.project_id is not None}
    edges = grouped(chunk.edges, lambda row: row.project_id or project_of_edge.get(row.parent_id or 0))
    payments = grouped(chunk.payments, lambda row: row.project_id)
    plans = grouped(chunk.pay_plans, lambda row: row.project_id)
    changes = grouped(chunk.changes, lambda row: row.project_id)
    filings = grouped(chunk.filings, lambda row: row.project_id)
    targets = grouped(chunk.targets, lambda row: row.project_id)
    progress = grouped(chunk.progress, lambda row: row.target_id)
    children: dict[int | None, list[TargetRow]] = grouped(chunk.children, lambda row: row.parent_id)
    for project in chunk.projects:
        of_project = [
            TargetCase(
                target,
                grounds.indicators[target.indicator_id],
                progress.get(target.id, []),
                children.get(target.id, []),
            )
            for target in targets.get(project.id, [])
        ]
        case = ProjectCase(
            project=project,
            lines=lines.get(project.id, []),
            ledger=Ledger(edges.get(project.id, []), grounds.as_of),
            payments=payments.get(project.id, []),
            plan=plans.get(project.id, []),
            changes=changes.get(project.id, []),
            work=work_of(of_project, grounds.as_of),
        )
        yield case, of_project, filings.get(project.id, [])


def _facts(case: ProjectCase, targets: list[TargetCase], filings: list[FilingRow], grounds: Grounds) -> Iterator[Fact]:
    yield project_fact(case, grounds)
    yield from source_facts(case, grounds)
    yield from change_facts(case, grounds)
    for target in targets:
        yield target_fact(target, grounds, of=case)
    yield from filing_facts(case, filings, grounds)
    yield from duty_facts(case, filings, grounds)


def _edge_facts(chunk: EdgeChunk, grounds: Grounds, divisions: frozenset[int]) -> Iterator[Fact]:
    ledger = Ledger(chunk.edges, grounds.as_of)
    library = grouped(chunk.reserve, lambda row: row.project_id)
    targets = TargetSets.of(chunk.target_issues)
    for edge in ledger.issued:
        if edge.grantor_id in divisions:
            held = library.get(edge.project_id, []) if edge.project_id is not None else []
            yield issue_fact(edge, ledger, grounds, library=held, targets=targets)
        if edge.project_id is None and edge.recipient_id in divisions:
            receipt = receipt_fact(edge, ledger, grounds)
            if receipt is not None:
                yield receipt
    yield from node_facts(ledger, grounds, divisions)

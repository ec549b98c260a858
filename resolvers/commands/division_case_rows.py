"""A change of divisions between draft and rows."""

from typing import Any

from sqlalchemy import func, select

from db.atlas import Atlas
from db.engine import Work
from db.models import DivisionCase, DivisionCaseMove, DivisionCaseNode, Document
from resolvers.commands.refusals import InvalidChange
from rules.divisions.draft import ChangeDraft, MoveDraft, NodeDraft, Problem


def draft_of(
    case: DivisionCase, nodes: list[DivisionCaseNode], moves: list[DivisionCaseMove], before: Atlas
) -> ChangeDraft:
    """A case as it was drafted."""
    return ChangeDraft(
        change_type=case.change_type,
        title=case.title,
        document_number=case.document_number,
        effective_on=case.effective_on,
        division=before.place(case.division_id).code,
        closes=tuple(case.closes),
        nodes=tuple(
            NodeDraft(n.code, n.name, n.type_name, n.level, n.admin_parent, n.fund_parent, n.kind, n.separately_planned)
            for n in nodes
        ),
        moves=tuple(MoveDraft(m.old_code, m.new_code, m.share_bp, m.partial) for m in moves),
    )


async def next_code(work: Work, draft: ChangeDraft) -> str:
    """`330100-20210409-1`: where, when, and how many there were."""
    stem = f"{draft.division}-{draft.effective_on:%Y%m%d}-"
    taken = await work.session.scalar(select(func.count()).where(DivisionCase.code.startswith(stem)))
    return f"{stem}{(taken or 0) + 1}"


async def fields_of(work: Work, draft: ChangeDraft) -> dict[str, Any]:
    """What the draft says of the case itself. Raises InvalidChange for a document the record does not have."""
    document_id = None
    if draft.document is not None:
        document_id = await work.session.scalar(select(Document.id).where(Document.code == draft.document))
        if document_id is None:
            raise InvalidChange(
                [Problem(("document",), "UNKNOWN", f"没有文件 {draft.document}", f"no document {draft.document}")]
            )
    return {
        "change_type": draft.change_type,
        "title": draft.title.strip(),
        "document_number": draft.document_number.strip(),
        "document_id": document_id,
        "effective_on": draft.effective_on,
        "closes": list(draft.closes),
    }


def write_parts(work: Work, case: DivisionCase, draft: ChangeDraft, before: Atlas) -> None:
    """The draft's nodes and moves, each tied to the node of the old map where there is one."""

    def id_of(code: str | None) -> int | None:
        place = before.find(code) if code is not None else None
        return place.id if place else None

    for line, node in enumerate(draft.nodes, start=1):
        work.session.add(
            DivisionCaseNode(
                case_id=case.id,
                line=line,
                code=node.code,
                name=node.name.strip(),
                type_name=node.type_name,
                level=node.level,
                kind=node.kind,
                admin_parent=node.admin_parent,
                fund_parent=node.fund_parent,
                separately_planned=node.separately_planned,
                division_id=id_of(node.code),
            )
        )
    for line, move in enumerate(draft.moves, start=1):
        work.session.add(
            DivisionCaseMove(
                case_id=case.id,
                line=line,
                old_code=move.old_code,
                new_code=move.new_code,
                share_bp=move.share_bp,
                partial=move.partial,
                old_division_id=id_of(move.old_code),
                new_division_id=id_of(move.new_code),
            )
        )

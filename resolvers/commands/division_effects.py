"""What a change of divisions does on its day: old nodes close, new ones begin, work and scopes pass on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db.atlas import Atlas, AtlasStore, Place
from db.closure import rebuild_closure
from db.engine import Work
from db.labels import zh
from db.models import (
    Division,
    DivisionCase,
    DivisionCaseMove,
    DivisionCaseNode,
    DivisionChange,
    DivisionVersion,
)
from resolvers.commands.division_handover import hand_over
from resolvers.commands.division_scopes import await_attestation
from rules.divisions.draft import ChangeDraft, MoveDraft, NodeDraft
from rules.divisions.heirs import heirs
from rules.divisions.plan import ChangePlan, plan_of
from rules.divisions.reach import gaining

ABOLISHED = "撤销"
"""What the record's crosswalk types begin with where the old code is gone, though only a part went to this one."""


@dataclass(slots=True)
class Effects:
    """A change being carried out."""

    work: Work
    case: DivisionCase
    draft: ChangeDraft
    before: Atlas
    ids: dict[str, int]
    """Nodes by code after the change, as far as it names them."""

    @property
    def day(self) -> date:
        """Its first day."""
        return self.draft.effective_on

    def id_of(self, code: str) -> int:
        """The node a code means from the day on."""
        return self.ids[code] if code in self.ids else self.before.by_code(code).id


async def bring_into_effect(
    work: Work,
    case: DivisionCase,
    draft: ChangeDraft,
    before: Atlas,
    rows: tuple[Sequence[DivisionCaseNode], Sequence[DivisionCaseMove]],
) -> None:
    """Everything that follows from an examined change; the caller commits or nothing of it stays."""
    nodes, moves = rows
    plan = plan_of(draft, before)
    effects = Effects(work, case, draft, before, {r.node.code: r.place.id for r in plan.renewals})
    await _end(effects, plan)
    await _begin(effects, plan)
    _cross(effects)
    for node in nodes:
        node.division_id = effects.id_of(node.code)
    for move in moves:
        move.new_division_id = effects.id_of(move.new_code)
    await work.session.flush()
    await rebuild_closure(work)
    after = await AtlasStore().at(work.session, effects.day)
    closed = {place.code: place.id for place in plan.closings}
    await hand_over(work, case, draft, after, closed)
    widened = gaining(before, after, _passages(effects, plan))
    await await_attestation(work, case, _successors(draft, after, closed), widened)


async def _end(effects: Effects, plan: ChangePlan) -> None:
    """Old versions end on the day; nodes that close have it as their first day of not being."""
    session, ids = effects.work.session, [place.id for place in plan.touched]
    versions = select(DivisionVersion).where(DivisionVersion.division_id.in_(ids), DivisionVersion.valid_to.is_(None))
    for version in (await session.execute(versions)).scalars():
        version.valid_to = effects.day
    closing = select(Division).where(Division.id.in_([place.id for place in plan.closings]))
    for division in (await session.execute(closing)).scalars():
        division.valid_to = effects.day
    await session.flush()


async def _begin(effects: Effects, plan: ChangePlan) -> None:
    session = effects.work.session
    fresh = {
        node.code: Division(code=node.code, kind=node.kind, valid_from=effects.day, valid_to=None)
        for node in plan.openings
    }
    session.add_all(fresh.values())
    await session.flush()
    effects.ids |= {code: division.id for code, division in fresh.items()}
    for node in effects.draft.nodes:
        session.add(_version(effects, node))


def _version(effects: Effects, node: NodeDraft) -> DivisionVersion:
    return DivisionVersion(
        division_id=effects.id_of(node.code),
        valid_from=effects.day,
        valid_to=None,
        name=node.name,
        type_name=node.type_name,
        level=node.level,
        admin_parent_id=effects.id_of(node.admin_parent),
        fund_parent_id=effects.id_of(node.fund_parent),
        separately_planned=node.separately_planned,
        document_id=effects.case.document_id,
    )


def _cross(effects: Effects) -> None:
    """The lines of the crosswalk, under the case's code."""
    draft, names = effects.draft, {node.code: node.name for node in effects.draft.nodes}
    for number, move in enumerate(draft.moves, start=1):
        old = effects.before.find(move.old_code) if move.old_code else None
        new = effects.before.find(move.new_code)
        effects.work.session.add(
            DivisionChange(
                code=f"{effects.case.code}/{number}",
                year=effects.day.year,
                effective_on=effects.day,
                change_type=_type_name(draft, move),
                old_code=move.old_code,
                old_name=old.name if old else None,
                new_code=move.new_code,
                new_name=names.get(move.new_code, new.name if new else None),
                partial=move.partial,
                share_bp=move.known_bp,
                document_number=draft.document_number,
                source=effects.case.code,
                note=None,
            )
        )


def _type_name(draft: ChangeDraft, move: MoveDraft) -> str:
    name = zh(draft.change_type)
    ends = move.partial and move.old_code in draft.closes
    return f"{ABOLISHED}{name}" if ends and not name.startswith(ABOLISHED) else name


def _successors(draft: ChangeDraft, after: Atlas, closed: Mapping[str, int]) -> dict[int, int | None]:
    """The one division that follows each closed one; None where several do."""
    found = {id_: {after.by_code(heir.code).id for heir in heirs(draft.moves, code)} for code, id_ in closed.items()}
    return {id_: next(iter(ids)) if len(ids) == 1 else None for id_, ids in found.items()}


def _passages(effects: Effects, plan: ChangePlan) -> list[tuple[int, int]]:
    """Land on its way, old node to new; nodes that only changed superiors pass to themselves."""
    moved = [
        (effects.before.by_code(m.old_code).id, effects.id_of(m.new_code)) for m in effects.draft.moves if m.old_code
    ]
    stayed: list[Place] = [renewal.place for renewal in plan.renewals]
    return [*moved, *((place.id, place.id) for place in stayed)]

"""What a change does to the nodes: which end, which begin, which go on under a new version, and the tree that gives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.atlas import Atlas, Place
from db.spans import VersionSpan
from rules.divisions.draft import ChangeDraft, NodeDraft


@dataclass(frozen=True, slots=True)
class Renewal:
    """A division that goes on, said anew."""

    place: Place
    node: NodeDraft


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """The effects on nodes; codes that the map does not know are left out."""

    closings: tuple[Place, ...]
    openings: tuple[NodeDraft, ...]
    renewals: tuple[Renewal, ...]

    @property
    def touched(self) -> tuple[Place, ...]:
        """Everything there is already that ends or is said anew."""
        return (*self.closings, *(renewal.place for renewal in self.renewals))


def plan_of(draft: ChangeDraft, before: Atlas) -> ChangePlan:
    """By the map of the day before."""
    closed = {code: place for code in draft.closes if (place := before.find(code)) is not None}
    going_on = {node.code: place for node in draft.nodes if (place := before.find(node.code)) is not None}
    return ChangePlan(
        tuple(closed.values()),
        tuple(node for node in draft.nodes if node.code not in going_on),
        tuple(Renewal(going_on[node.code], node) for node in draft.nodes if node.code in going_on),
    )


def spans_after(
    draft: ChangeDraft, plan: ChangePlan, before: Atlas, spans: Sequence[VersionSpan]
) -> tuple[list[VersionSpan], dict[int, str]]:
    """The versions as they would be, and the codes of new nodes by the negative id they have here."""
    day = draft.effective_on
    ended = {place.id for place in plan.touched}
    new_ids = {node.code: -number for number, node in enumerate(plan.openings, start=1)}

    def id_of(code: str) -> int | None:
        place = before.find(code)
        return new_ids.get(code, place.id if place else None)

    def span(division_id: int, node: NodeDraft) -> VersionSpan:
        return VersionSpan(division_id, node.level, id_of(node.admin_parent), id_of(node.fund_parent), day, None)

    after = [replace(s, valid_to=day) if s.division_id in ended and s.valid_to is None else s for s in spans]
    after += [span(renewal.place.id, renewal.node) for renewal in plan.renewals]
    after += [span(new_ids[node.code], node) for node in plan.openings]
    return after, {number: code for code, number in new_ids.items()}

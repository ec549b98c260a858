"""What each type of change must look like, so that its name means what was done."""

from collections.abc import Callable
from dataclasses import dataclass

from db.atlas import Atlas
from db.enums import DivisionChangeType as Type
from db.enums import DivisionKind
from rules.divisions.draft import ChangeDraft, NodeDraft


@dataclass(frozen=True, slots=True)
class Shape:
    """A demand and how it reads."""

    holds: Callable[[ChangeDraft, Atlas], bool]
    zh: str
    en: str


def _renewed(draft: ChangeDraft, before: Atlas) -> list[NodeDraft]:
    return [node for node in draft.nodes if before.find(node.code) is not None]


def _new(draft: ChangeDraft, before: Atlas) -> list[NodeDraft]:
    return [node for node in draft.nodes if before.find(node.code) is None]


def _olds_of(draft: ChangeDraft) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for move in draft.moves:
        if move.old_code is not None:
            found.setdefault(move.new_code, set()).add(move.old_code)
    return found


def _rename(draft: ChangeDraft, before: Atlas) -> bool:
    renewed = _renewed(draft, before)
    named_anew = all((place := before.find(n.code)) is not None and place.name != n.name for n in renewed)
    return bool(renewed) and named_anew and not draft.closes and not _new(draft, before)


def _recode(draft: ChangeDraft, _before: Atlas) -> bool:
    pairs = {(move.old_code, move.new_code) for move in draft.moves if not move.partial}
    olds, news = {old for old, _ in pairs}, {new for _, new in pairs}
    return bool(draft.closes) and set(draft.closes) <= olds and len(pairs) == len(olds) == len(news)


def _merge(draft: ChangeDraft, before: Atlas) -> bool:
    """A place that goes on counts beside those that join it."""
    for new, olds in _olds_of(draft).items():
        going_on = {new} if before.find(new) is not None and new not in draft.closes else set()
        if draft.closes and len(olds | going_on) > 1:
            return True
    return False


def _split(draft: ChangeDraft, before: Atlas) -> bool:
    for old in draft.old_codes:
        kept = {old} - set(draft.closes)
        if len(kept | {move.new_code for move in draft.moves_from(old)}) > 1 and _new(draft, before):
            return True
    return False


def _transfer(draft: ChangeDraft, before: Atlas) -> bool:
    return bool(draft.moves) and not draft.closes and not _new(draft, before)


def _reparent(draft: ChangeDraft, before: Atlas) -> bool:
    moved = [
        node
        for node in _renewed(draft, before)
        if (place := before.find(node.code)) is not None
        and (_code(before, place.admin_parent_id), _code(before, place.fund_parent_id))
        != (node.admin_parent, node.fund_parent)
    ]
    return bool(moved) and not draft.closes


def _code(atlas: Atlas, division_id: int | None) -> str | None:
    return None if division_id is None else atlas.place(division_id).code


SHAPES: dict[Type, Shape] = {
    Type.RENAME: Shape(
        _rename,
        "更名: nodes 中为现有代码和新名称, 不关闭也不新设区划",
        "a rename lists existing codes with a new name, closes none and begins none",
    ),
    Type.RECODE: Shape(
        _recode,
        "改码: 每个关闭的代码整体转入一个新代码, 一一对应",
        "a recode closes codes, each going whole to one new code of its own",
    ),
    Type.MERGE: Shape(
        _merge,
        "合并: 至少两个区划的地域归于同一区划, 并关闭被并入者",
        "a merge brings two or more places into one and closes those that cease",
    ),
    Type.SPLIT: Shape(
        _split,
        "拆分: 一个区划的地域分给至少两个区划 (含其自身), 其中有新设",
        "a split leaves one place's land with two or more (itself included), one of them new",
    ),
    Type.PARTIAL_TRANSFER: Shape(
        _transfer,
        "部分划转: 只在现有区划之间划转, 不关闭也不新设",
        "a partial transfer moves land between existing places, closing and beginning none",
    ),
    Type.REPARENT: Shape(
        _reparent,
        "变更隶属: nodes 中的现有代码须有新的上级, 不关闭区划",
        "a change of superior lists existing codes with another parent and closes none",
    ),
    Type.ABOLISH: Shape(
        lambda draft, _: bool(draft.closes), "撤销: closes 须列出代码", "an abolition lists the codes it closes"
    ),
    Type.ESTABLISH: Shape(
        lambda draft, before: bool(_new(draft, before)),
        "新设: nodes 须有现时不存在的代码",
        "an establishment lists a code that does not exist yet",
    ),
    Type.FUNCTIONAL_ZONE: Shape(
        lambda draft, _: any(node.kind is DivisionKind.FUNCTIONAL_ZONE for node in draft.nodes),
        "功能区: nodes 须有性质为功能区者",
        "a change of functional zones lists a node of that kind",
    ),
}

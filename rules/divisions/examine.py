"""Everything wrong with a drafted change, each told once with the place in the draft to correct."""

from collections import Counter
from collections.abc import Iterator, Sequence

from db.atlas import Atlas, Place
from db.closure import tree_faults
from db.models.division import WHOLE_BP
from db.spans import VersionSpan
from rules.divisions.draft import ChangeDraft, MoveDraft, NodeDraft, Problem
from rules.divisions.plan import plan_of, spans_after
from rules.divisions.shapes import SHAPES


def problems(draft: ChangeDraft, before: Atlas, spans: Sequence[VersionSpan]) -> list[Problem]:
    """`before` is the map of the day before, `spans` every version there is. Empty when the change can be made."""
    found = [
        *_texts(draft),
        *_closings(draft, before, spans),
        *_nodes(draft, before, spans),
        *_moves(draft, before),
        *_shares(draft),
        *_inside(draft, before),
    ]
    shape = SHAPES[draft.change_type]
    if not found and not shape.holds(draft, before):
        found.append(Problem(("changeType",), "SHAPE", shape.zh, shape.en))
    return found or list(_tree(draft, before, spans))


def _texts(draft: ChangeDraft) -> Iterator[Problem]:
    for path, text in (("title", draft.title), ("documentNumber", draft.document_number)):
        if not text.strip():
            yield Problem((path,), "BLANK", "不能为空", "must not be blank")
    for path, codes in (("closes", draft.closes), ("nodes", [node.code for node in draft.nodes])):
        for code, times in Counter(codes).items():
            if times > 1:
                yield Problem((path,), "TWICE", f"{code} 出现 {times} 次", f"{code} is listed {times} times")
    for code in {node.code for node in draft.nodes} & set(draft.closes):
        yield Problem(("closes",), "ENDS_AND_GOES_ON", f"{code} 不能既关闭又存续", f"{code} cannot end and go on")


def _later(place: Place, draft: ChangeDraft, spans: Sequence[VersionSpan]) -> bool:
    """Whether the record says something of a division from the day on, which this change would contradict."""
    return any(
        span.division_id == place.id and (span.valid_from >= draft.effective_on or span.valid_to == draft.effective_on)
        for span in spans
    ) or (place.valid_to is not None)


def _closings(draft: ChangeDraft, before: Atlas, spans: Sequence[VersionSpan]) -> Iterator[Problem]:
    for index, code in enumerate(draft.closes):
        path = ("closes", str(index))
        place = before.find(code)
        if place is None:
            yield _unknown(path, code, before)
            continue
        if _later(place, draft, spans):
            yield _changed_later(path, code, draft)
        if not draft.moves_from(code):
            yield Problem(
                path,
                "NO_SUCCESSOR",
                f"{code} 关闭后地域去向未列明, 请在 moves 中补上",
                f"{code} ends, but no line of moves says where its land goes",
            )


def _nodes(draft: ChangeDraft, before: Atlas, spans: Sequence[VersionSpan]) -> Iterator[Problem]:
    planned = {node.code for node in draft.nodes}
    for index, node in enumerate(draft.nodes):
        path = ("nodes", str(index))
        place = before.find(node.code)
        if not node.name.strip():
            yield Problem((*path, "name"), "BLANK", "名称不能为空", "the name must not be blank")
        if place is not None and _later(place, draft, spans):
            yield _changed_later((*path, "code"), node.code, draft)
        if place is None and not any(move.new_code == node.code for move in draft.moves):
            yield Problem(
                (*path, "code"),
                "NO_LAND",
                f"新区划 {node.code} 没有地域来源; 全新地域请列一行不填 oldCode 的 moves",
                f"{node.code} is new, but no land goes to it; for new land add a move without oldCode",
            )
        for field, code in (("adminParent", node.admin_parent), ("fundParent", node.fund_parent)):
            yield from _parent((*path, field), code, planned, draft, before)


def _parent(
    path: tuple[str, ...], code: str, planned: set[str], draft: ChangeDraft, before: Atlas
) -> Iterator[Problem]:
    if code in planned:
        return
    if before.find(code) is None:
        yield _unknown(path, code, before)
    elif code in draft.closes:
        yield Problem(path, "PARENT_ENDS", f"上级 {code} 同时被关闭", f"the parent {code} ends on the same day")


def _moves(draft: ChangeDraft, before: Atlas) -> Iterator[Problem]:
    planned: dict[str, NodeDraft] = {node.code: node for node in draft.nodes}
    seen: set[tuple[str | None, str]] = set()
    for index, move in enumerate(draft.moves):
        path = ("moves", str(index))
        if move.old_code is not None and before.find(move.old_code) is None:
            yield _unknown((*path, "oldCode"), move.old_code, before)
        if move.new_code in draft.closes:
            yield Problem(
                (*path, "newCode"), "NEW_ENDS", f"{move.new_code} 同时被关闭", f"{move.new_code} ends on the same day"
            )
        elif move.new_code not in planned and before.find(move.new_code) is None:
            yield Problem(
                (*path, "newCode"),
                "UNKNOWN",
                f"{move.new_code} 届时不存在, 请列入 nodes",
                f"{move.new_code} will not exist; list it in nodes",
            )
        if (move.old_code, move.new_code) in seen:
            yield Problem(path, "TWICE", "该行重复", "this line is there twice")
        seen.add((move.old_code, move.new_code))
        if move.share_bp is not None and not 0 < move.share_bp <= WHOLE_BP:
            yield Problem((*path, "share"), "SHARE", "份额应大于0且不超过1", "a share is above 0 and at most 1")


def _shares(draft: ChangeDraft) -> Iterator[Problem]:
    for old in draft.old_codes:
        lines = draft.moves_from(old)
        whole = [line for line in lines if not line.partial and line.new_code != old]
        if whole and len(lines) > 1:
            yield Problem(
                _path_of(draft, whole[0]),
                "NOT_WHOLE",
                f"{old} 还有其他去向, 该行应为 partial",
                f"{old} has other lines; this one is partial",
            )
        elif whole and old not in draft.closes:
            yield Problem(
                _path_of(draft, whole[0]),
                "GOES_ON",
                f"{old} 整体划出, 应列入 closes",
                f"all of {old} goes; list it in closes",
            )
        elif not whole:
            yield from _parts(draft, old, [line for line in lines if line.new_code != old])


def _parts(draft: ChangeDraft, old: str, lines: Sequence[MoveDraft]) -> Iterator[Problem]:
    if not lines:
        return
    stated = sum(line.share_bp or 0 for line in lines)
    all_stated = all(line.share_bp is not None for line in lines)
    ends = old in draft.closes
    wrong = (ends and all_stated and stated != WHOLE_BP) or (not (ends and all_stated) and stated >= WHOLE_BP)
    if wrong:
        yield Problem(
            _path_of(draft, lines[0]),
            "SHARES",
            f"{old} 各份额合计为万分之{stated}, 关闭且均已列明者应恰为一万, 否则应小于一万",
            f"the shares of {old} add up to {stated} of 10000; "
            "exactly all when it ends and each is stated, less otherwise",
        )


def _inside(draft: ChangeDraft, before: Atlas) -> Iterator[Problem]:
    area = before.find(draft.division)
    if area is None:
        yield _unknown(("division",), draft.division, before)
        return
    planned = {node.code for node in draft.nodes}
    if draft.division in draft.closes:
        yield Problem(
            ("division",), "AREA_ENDS", "所属区划不能同时关闭", "the division it all lies in cannot end itself"
        )
    named: list[tuple[tuple[str, ...], str]]
    named = [(("nodes", str(i), "adminParent"), node.admin_parent) for i, node in enumerate(draft.nodes)]
    named += [(("closes", str(i)), code) for i, code in enumerate(draft.closes)]
    named += [(("moves", str(i), "oldCode"), move.old_code) for i, move in enumerate(draft.moves) if move.old_code]
    named += [(("moves", str(i), "newCode"), move.new_code) for i, move in enumerate(draft.moves)]
    for path, code in named:
        place = before.find(code)
        if place is not None and code not in planned and not before.contains(area.id, place.id):
            yield Problem(
                path, "OUTSIDE", f"{code} 不在 {draft.division} 之内", f"{code} lies outside {draft.division}"
            )
    for i, node in enumerate(draft.nodes):
        place = before.find(node.code)
        if place is not None and not before.contains(area.id, place.id):
            yield Problem(
                ("nodes", str(i), "code"),
                "OUTSIDE",
                f"{node.code} 不在 {draft.division} 之内",
                f"{node.code} lies outside {draft.division}",
            )


def _tree(draft: ChangeDraft, before: Atlas, spans: Sequence[VersionSpan]) -> Iterator[Problem]:
    after, new_codes = spans_after(draft, plan_of(draft, before), before, spans)
    codes = [node.code for node in draft.nodes]
    for fault in tree_faults(after):
        code = new_codes.get(fault.division_id) or before.place(fault.division_id).code
        path = ("nodes", str(codes.index(code))) if code in codes else ("closes",)
        yield Problem(path, "TREE", f"{code}: {fault.says_zh}", f"{code}: {fault.says}")


def _path_of(draft: ChangeDraft, move: MoveDraft) -> tuple[str, ...]:
    return ("moves", str(draft.moves.index(move)))


def _unknown(path: tuple[str, ...], code: str, before: Atlas) -> Problem:
    return Problem(path, "UNKNOWN", f"{before.day} 没有区划 {code}", f"no division has the code {code} on {before.day}")


def _changed_later(path: tuple[str, ...], code: str, draft: ChangeDraft) -> Problem:
    return Problem(
        path,
        "CHANGED_LATER",
        f"{code} 在 {draft.effective_on} 当日或之后已有变更, 请先处理该变更",
        f"{code} is recorded as changing on {draft.effective_on} or later; settle that first",
    )

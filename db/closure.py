"""Derives who stands above whom, on which days, in each division tree, from the versions of nodes and their changes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from itertools import pairwise

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.crosswalk import Crossing, NodeLife, crossings_of, restated_rows
from db.engine import Work
from db.enums import Level, Tree
from db.history import HISTORY, SUPERSEDED
from db.models import Division, DivisionChange, DivisionClosure, DivisionVersion
from db.spans import FOR_EVER, ClosureRow, VersionSpan, histories_of

KEYS_AT_ONCE = 500


class DivisionTreeBroken(ValueError):
    """The versions do not form two trees; correct the version named by `division_id` and `valid_from`."""

    def __init__(self, span: VersionSpan, says: str, says_zh: str) -> None:
        self.division_id = span.division_id
        self.valid_from = span.valid_from
        self.says = says
        self.says_zh = says_zh
        super().__init__(f"division {span.division_id}, version from {span.valid_from}: {says}")


class DivisionOrphan(DivisionTreeBroken):
    """A version has no parent, or its parent did not exist on all of its days."""


class DivisionCycle(DivisionTreeBroken):
    """A division would be its own ancestor."""


class DivisionVersionsOverlap(DivisionTreeBroken):
    """Two versions of one node share days."""


class DivisionLevelInverted(DivisionTreeBroken):
    """A parent stands at a lower level than its child."""


class NationNotAlone(DivisionTreeBroken):
    """The nation has a parent, or there are two nations at once."""


async def rebuild_closure(work: Work) -> int:
    """Bring the closure to what versions and changes say; the count of rows. Raises DivisionTreeBroken.

    Rows that still hold stay; those that do not move into the history, so that an earlier map can still be drawn.
    """
    derived = set(await derived_rows(work.session))
    names = [field.name for field in fields(ClosureRow)]
    stored = {
        ClosureRow(*row[1:]): row[0]
        for row in await work.session.execute(
            select(DivisionClosure.id, *(getattr(DivisionClosure, name) for name in names))
        )
    }
    await _supersede(work, [key for row, key in stored.items() if row not in derived])
    fresh = [asdict(row) | work.stamp for row in sorted(derived - stored.keys(), key=_order)]
    if fresh:
        await work.session.execute(insert(DivisionClosure), fresh)
    return len(derived)


async def derived_rows(session: AsyncSession) -> list[ClosureRow]:
    """The closure as it follows from the versions and the changes recorded. Raises DivisionTreeBroken."""
    return closure_rows(await version_spans(session), await crossings(session))


async def version_spans(session: AsyncSession) -> list[VersionSpan]:
    """What the closure needs of every division version."""
    columns = [getattr(DivisionVersion, field.name) for field in fields(VersionSpan)]
    return [VersionSpan(*row) for row in await session.execute(select(*columns))]


async def crossings(session: AsyncSession) -> list[Crossing]:
    """The changes that name two nodes and a day."""
    lives = [
        NodeLife(*row)
        for row in await session.execute(select(Division.id, Division.code, Division.valid_from, Division.valid_to))
    ]
    change = DivisionChange
    dated = select(change.effective_on, change.old_code, change.new_code, change.share_bp).where(
        change.effective_on.is_not(None), change.old_code.is_not(None), change.new_code.is_not(None)
    )
    rows = await session.execute(dated.order_by(change.code))
    return list(crossings_of([(day, old, new, share) for day, old, new, share in rows if day and old and new], lives))


async def _supersede(work: Work, keys: Sequence[int]) -> None:
    past = HISTORY[DivisionClosure.__tablename__]
    columns = [column for column in past.columns if column.name != SUPERSEDED]
    for start in range(0, len(keys), KEYS_AT_ONCE):
        gone = DivisionClosure.id.in_(keys[start : start + KEYS_AT_ONCE])
        rows = select(*(DivisionClosure.__table__.c[column.name] for column in columns), literal(work.revision_id))
        await work.session.execute(
            insert(past).from_select([*(column.name for column in columns), SUPERSEDED], rows.where(gone))
        )
        await work.session.execute(delete(DivisionClosure).where(gone))


def _order(row: ClosureRow) -> tuple[object, ...]:
    return (row.tree, row.ancestor_id, row.descendant_id, row.valid_from, row.share_from_bp)


def closure_rows(versions: Iterable[VersionSpan], crossed: Iterable[Crossing] = ()) -> list[ClosureRow]:
    """The closure of both trees; raises the first of `tree_faults`."""
    spans = list(versions)
    for fault in tree_faults(spans):
        raise fault
    histories = histories_of(spans)
    found: list[ClosureRow] = []
    for tree in Tree:
        for span in spans:
            found.extend(row for row in _walk(tree, span, histories) if row is not None)
    found.extend(restated_rows(spans, crossed))
    return _merged(found)


def tree_faults(versions: Iterable[VersionSpan]) -> list[DivisionTreeBroken]:
    """Everything that keeps the versions from being two trees, each told once, at the version to correct."""
    spans = list(versions)
    histories = histories_of(spans)
    faults: list[DivisionTreeBroken] = [*_overlaps(histories), *_nations(spans)]
    for span in spans:
        told = set()
        for tree in Tree:
            for fault in _parent_faults(tree, span, histories):
                if type(fault) not in told:
                    told.add(type(fault))
                    faults.append(fault)
    return faults


def _overlaps(histories: dict[int, list[VersionSpan]]) -> Iterator[DivisionTreeBroken]:
    for history in histories.values():
        for earlier, later in pairwise(history):
            if later.valid_from < earlier.end:
                yield DivisionVersionsOverlap(
                    later,
                    f"begins before the version from {earlier.valid_from} ends; "
                    f"give that one valid_to = {later.valid_from}",
                    f"与自{earlier.valid_from}起的版本重叠；请将前一版本的 valid_to 填为 {later.valid_from}",
                )


def _nations(spans: Sequence[VersionSpan]) -> Iterator[DivisionTreeBroken]:
    nations = [span for span in spans if span.level is Level.NATION]
    for span in nations:
        if span.admin_parent_id is not None or span.fund_parent_id is not None:
            yield NationNotAlone(span, "the nation has no parent; leave both empty", "全国没有上级；请将两个上级列留空")
    first = min(nations, key=lambda s: s.valid_from, default=None)
    for span in nations:
        if first is not None and span.division_id != first.division_id:
            yield NationNotAlone(span, "there is another nation; keep one", "已有另一个全国节点；只能保留一个")


def _parent_faults(
    tree: Tree, span: VersionSpan, histories: dict[int, list[VersionSpan]]
) -> Iterator[DivisionTreeBroken]:
    if span.level is Level.NATION:
        return
    parent_id = span.parent_id(tree)
    if parent_id is None:
        yield DivisionOrphan(span, "has no parent; only the nation may have none", "没有上级；只有全国可以没有上级")
        return
    parents = [p for p in histories.get(parent_id, []) if p.valid_from < span.end and span.valid_from < p.end]
    if missing := _uncovered(span, parents):
        yield DivisionOrphan(
            span,
            f"its parent does not exist on {missing}; end this version there or correct the parent",
            f"其上级在{missing}不存在；请在该日结束本版本，或更正上级",
        )
    if any(parent.level.depth > span.level.depth for parent in parents):
        yield DivisionLevelInverted(
            span,
            "its parent stands at a lower level; correct the level or the parent",
            "上级的层级更低；请更正层级或上级",
        )
    if any(row is None for row in _walk(tree, span, histories)):
        yield DivisionCycle(span, "is its own ancestor; correct the parents", "成为自己的上级；请更正上级关系")


def _uncovered(span: VersionSpan, parents: Sequence[VersionSpan]) -> date | None:
    """The first day of the span on which no version of its parent is in force."""
    reached = span.valid_from
    for parent in parents:
        if parent.valid_from > reached:
            return reached
        reached = max(reached, parent.end)
    return reached if reached < span.end else None


def _walk(tree: Tree, span: VersionSpan, histories: dict[int, list[VersionSpan]]) -> Iterator[ClosureRow | None]:
    """Each ancestor during the days it was one; None where the chain comes back to a division on it."""
    pending: list[tuple[VersionSpan, date, date, tuple[int, ...]]]
    pending = [(span, span.valid_from, span.end, (span.division_id,))]
    while pending:
        here, start, end, chain = pending.pop()
        until = None if end == FOR_EVER else end
        yield ClosureRow(tree, here.division_id, span.division_id, here.level, len(chain) - 1, start, until)
        parent_id = here.parent_id(tree)
        if parent_id is None:
            continue
        for parent in histories.get(parent_id, []):
            above_from, above_to = max(start, parent.valid_from), min(end, parent.end)
            if above_from >= above_to:
                continue
            if parent_id in chain:
                if parent_id == span.division_id:
                    yield None
                continue
            pending.append((parent, above_from, above_to, (*chain, parent_id)))


def _merged(rows: Iterable[ClosureRow]) -> list[ClosureRow]:
    """Neighbouring spans that say the same become one."""
    ordered = sorted(
        rows, key=lambda r: (r.tree, r.descendant_id, r.depth, r.ancestor_id, r.ancestor_level, r.valid_from)
    )
    merged: list[ClosureRow] = []
    for row in ordered:
        last = merged[-1] if merged else None
        if last is not None and _same_relation(last, row) and last.valid_to == row.valid_from:
            merged[-1] = replace(last, valid_to=row.valid_to)
        else:
            merged.append(row)
    return merged


def _same_relation(one: ClosureRow, other: ClosureRow) -> bool:
    return replace(one, valid_from=other.valid_from, valid_to=other.valid_to) == other

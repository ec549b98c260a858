"""Where the land of a node lies on days when the node is not in force: the closure's rows through recorded changes.

After a node's end its land follows the changes of that day to its successors, by the shares they state; before its
beginning it goes back to the nodes it came from, in equal parts. Where no change says anything, it is with the parent.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from db.enums import Tree
from db.models.division import WHOLE_BP
from db.spans import FOR_EVER, ClosureRow, VersionSpan, histories_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NodeLife:
    """The days of a node."""

    id: int
    code: str
    valid_from: date
    valid_to: date | None

    def on(self, day: date) -> bool:
        """Whether the node is in force."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Land that went from one node to another on a day; `share_bp` of the old node, None where nobody states it."""

    day: date
    old_id: int
    new_id: int
    share_bp: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a node's land lies somewhere, and whether that is a guess."""

    weight: Fraction = Fraction(1)
    estimated: bool = False

    def of(self, whole: "Part") -> "Part":
        """A part of a part."""
        return Part(self.weight * whole.weight, self.estimated or whole.estimated)

    def __add__(self, other: "Part") -> "Part":
        return Part(self.weight + other.weight, self.estimated or other.estimated)


Parts = dict[int, Part]
Holding = tuple[Parts, date]
"""Nodes in force that hold the land, and the first day on which that may be otherwise."""


def crossings_of(lines: Iterable[tuple[date, str, str, int | None]], lives: Iterable[NodeLife]) -> Iterator[Crossing]:
    """(day, old code, new code, share) as nodes: the old one of the day before, the new one of the day.

    A line that names no node on those days moves nothing.
    """
    by_code: dict[str, list[NodeLife]] = defaultdict(list)
    for life in lives:
        by_code[life.code].append(life)
    for day, old_code, new_code, share in lines:
        old = next((life for life in by_code[old_code] if life.on(day - ONE_DAY)), None)
        new = next((life for life in by_code[new_code] if life.on(day)), None)
        if old is not None and new is not None and old.id != new.id:
            yield Crossing(day, old.id, new.id, share)


def restated_rows(versions: Iterable[VersionSpan], crossings: Iterable[Crossing]) -> Iterator[ClosureRow]:
    """For every node and day it is not in force on, its slices and all that stands above them; not merged over days."""
    spans = list(versions)
    if not spans:
        return
    walk = _Walk(spans, crossings)
    beginning = min(span.valid_from for span in spans)
    for tree in Tree:
        for node, start, end in walk.absences(beginning):
            day = start
            while day < end:
                parts, until = walk.holding(tree, node, day)
                slices, until = walk.slices(tree, parts, day, min(until, end))
                for each in slices:
                    yield ClosureRow(
                        tree=tree,
                        ancestor_id=each.span.division_id,
                        descendant_id=node,
                        ancestor_level=each.span.level,
                        depth=each.depth,
                        valid_from=day,
                        valid_to=None if until == FOR_EVER else until,
                        share_from_bp=each.from_bp,
                        share_to_bp=each.to_bp,
                        estimated=each.estimated and each.to_bp - each.from_bp < WHOLE_BP,
                    )
                day = until


@dataclass(slots=True)
class _Slice:
    """What lies at or below one division, growing while its parts are added from left to right."""

    span: VersionSpan
    depth: int
    from_bp: int
    to_bp: int
    estimated: bool

    def grow(self, depth: int, to_bp: int, *, estimated: bool) -> None:
        self.depth = min(self.depth, depth)
        self.to_bp = to_bp
        self.estimated = self.estimated or estimated


class _Walk:
    """Follows land through changes and up the trees."""

    def __init__(self, spans: Sequence[VersionSpan], crossings: Iterable[Crossing]) -> None:
        self._histories = histories_of(spans)
        self._starts = {node: [span.valid_from for span in history] for node, history in self._histories.items()}
        self._onward: dict[tuple[int, date], list[Crossing]] = defaultdict(list)
        self._origins: dict[tuple[int, date], list[Crossing]] = defaultdict(list)
        for crossing in crossings:
            self._onward[crossing.old_id, crossing.day].append(crossing)
            self._origins[crossing.new_id, crossing.day].append(crossing)
        self._known: dict[tuple[Tree, int, date], Holding] = {}

    def absences(self, beginning: date) -> Iterator[tuple[int, date, date]]:
        """Each node with each span of days without a version of it."""
        for node, history in self._histories.items():
            reached = beginning
            for span in history:
                if reached < span.valid_from:
                    yield node, reached, span.valid_from
                reached = span.end
            if reached < FOR_EVER:
                yield node, reached, FOR_EVER

    def holding(self, tree: Tree, node: int, day: date) -> Holding:
        """Who holds a node's land on a day; the node itself while it is in force."""
        key = (tree, node, day)
        if key not in self._known:
            self._known[key] = self._holding(tree, node, day)
        return self._known[key]

    def _holding(self, tree: Tree, node: int, day: date) -> Holding:
        history, at = self._histories[node], bisect_right(self._starts[node], day)
        if at and day < history[at - 1].end:
            return {node: Part()}, history[at - 1].end
        until = history[at].valid_from if at < len(history) else FOR_EVER
        claims = self._heirs(tree, history[at - 1]) if at else self._ancestry(tree, history[at])
        parts: Parts = {}
        for other, claim in claims.items():
            others, holds = self.holding(tree, other, day)
            until = min(until, holds)
            for final, part in others.items():
                share = part.of(claim)
                parts[final] = parts[final] + share if final in parts else share
        return parts, until

    def _heirs(self, tree: Tree, last: VersionSpan) -> Parts:
        """Who took over when a version ended; the parent where no change says so."""
        stated: dict[int, int | None] = {}
        for crossing in self._onward.get((last.division_id, last.end), ()):
            earlier = stated.get(crossing.new_id, 0)
            share = crossing.share_bp
            stated[crossing.new_id] = None if earlier is None or share is None else earlier + share
        return _divided(stated) or self._parent(tree, last)

    def _ancestry(self, tree: Tree, first: VersionSpan) -> Parts:
        """What a node was made of, in equal parts; its parent where no change says so."""
        origins = {c.old_id for c in self._origins.get((first.division_id, first.valid_from), ())}
        if not origins:
            return self._parent(tree, first)
        return dict.fromkeys(sorted(origins), Part(Fraction(1, len(origins)), len(origins) > 1))

    def _parent(self, tree: Tree, span: VersionSpan) -> Parts:
        parent = span.parent_id(tree)
        return {} if parent is None else {parent: Part()}

    def slices(self, tree: Tree, parts: Parts, day: date, until: date) -> tuple[Iterable[_Slice], date]:
        """One slice for each division that holds land or stands above one that does, and how long this is so.

        Holders are put in the order of the tree, so that what lies under one division is one slice.
        """
        chains: dict[int, list[VersionSpan]] = {}
        for holder in parts:
            chains[holder] = self._chain(tree, holder, day)
            until = min(until, *(span.end for span in chains[holder]))
        raised = _raised(parts, chains)
        found: dict[int, _Slice] = {}
        reached, from_bp = Fraction(0), 0
        for holder in sorted(raised, key=lambda node: [span.division_id for span in chains[node]]):
            reached += raised[holder].weight
            to_bp = int(reached * WHOLE_BP)
            if to_bp > from_bp:
                for depth, span in enumerate(reversed(chains[holder])):
                    if span.division_id in found:
                        found[span.division_id].grow(depth, to_bp, estimated=raised[holder].estimated)
                    else:
                        found[span.division_id] = _Slice(span, depth, from_bp, to_bp, raised[holder].estimated)
            from_bp = to_bp
        return found.values(), until

    def _chain(self, tree: Tree, node: int | None, day: date) -> list[VersionSpan]:
        """From the top down to a node in force."""
        chain: list[VersionSpan] = []
        while node is not None:
            history = self._histories[node]
            chain.append(history[bisect_right(self._starts[node], day) - 1])
            node = chain[-1].parent_id(tree)
        return chain[::-1]


def _divided(stated: Mapping[int, int | None]) -> Parts:
    """Stated shares, and what they leave in equal parts to those without one; shares that miss the whole are scaled."""
    given = {node: share for node, share in stated.items() if share is not None}
    others = len(stated) - len(given)
    left = Fraction(max(WHOLE_BP - sum(given.values()), 0), others) if others else Fraction(0)
    total = sum(given.values()) + left * others
    return {
        node: Part((left if share is None else share) / total, share is None or total != WHOLE_BP)
        for node, share in sorted(stated.items(), key=lambda item: item[0])
        if share != 0 and (share is not None or left)
    }


def _raised(parts: Parts, chains: Mapping[int, Sequence[VersionSpan]]) -> Parts:
    """What lies with a division and below it too is known no nearer than by that division."""
    raised: Parts = {}
    for holder, part in parts.items():
        top = next(span.division_id for span in chains[holder] if span.division_id in parts)
        raised[top] = raised[top] + part if top in raised else part
    return raised

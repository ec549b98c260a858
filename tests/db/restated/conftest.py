"""Random histories of a small country, and a slow way to say who holds a node's land on any day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st

from db.closure import rebuild_closure
from db.crosswalk import Crossing
from db.engine import Work
from db.enums import DivisionKind, Level, Tree
from db.models import Division, DivisionChange, DivisionVersion
from db.spans import VersionSpan

BEGIN, FIRST = date(1949, 10, 1), date(2020, 1, 1)
STEP = timedelta(days=30)
NATION = 1
START = (
    # node, level, administrative parent, parent money comes from
    (NATION, Level.NATION, None, None),
    (2, Level.PROVINCE, NATION, NATION),
    (3, Level.PROVINCE, NATION, NATION),
    (10, Level.CITY, 2, 2),
    (11, Level.CITY, 2, NATION),  # separately planned
    (12, Level.CITY, 3, 3),
    (20, Level.COUNTY, 10, 10),
    (21, Level.COUNTY, 10, 2),  # its finances are the province's
    (22, Level.COUNTY, 11, 11),
    (23, Level.COUNTY, 12, 12),
    (24, Level.COUNTY, 3, 3),  # right below the province
)
KINDS = (
    *("recode", "merge", "join", "split", "cede", "found", "move", "rename", "abolish", "merge cities", "split city"),
    *("join", "split", "split", "split city", "split city"),
)


@dataclass
class Version:
    """A node's days under one pair of parents."""

    since: date
    level: Level
    admin: int | None
    fund: int | None
    until: date | None = None

    def parent(self, tree: Tree) -> int | None:
        return self.admin if tree is Tree.ADMIN else self.fund


@dataclass
class Step:
    """What happened on one day: (old, new, share) lines, the nodes that ended and those that began."""

    day: date
    lines: list[tuple[int, int, int | None]] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)


class History:
    """A country and everything that happened to its divisions."""

    def __init__(self) -> None:
        self.versions = {node: [Version(BEGIN, level, admin, fund)] for node, level, admin, fund in START}
        self.steps: list[Step] = []
        self.fresh = 100

    # -- what happens

    def happen(self, kind: str, pick: int, shares: Sequence[int | None]) -> None:
        """One change on the next day of changes; nothing when the country is too small for it."""
        self.steps.append(Step(FIRST + STEP * len(self.steps)))
        counties, cities = self.alive(Level.COUNTY), self.alive(Level.CITY)
        if len(counties) < 2:
            return
        one = counties[pick % len(counties)]
        rest = [county for county in counties if county != one]
        other, city = rest[pick // 7 % len(rest)], cities[pick % len(cities)]
        if kind.endswith(("city", "cities")):
            self.dissolve(city, [each for each in cities if each != city][: len(shares)], kind, shares)
        elif kind in {"found", "cede", "move", "rename"}:
            self.goes_on(kind, one, city, shares)
        else:
            self.end(one, self.heirs_of(kind, one, other, city, shares))

    def goes_on(self, kind: str, one: int, city: int, shares: Sequence[int | None]) -> None:
        """A change after which every old node is still there."""
        if kind == "found":
            self.begin(city, self.parents(city)[0])
        elif kind == "cede":
            self.step.lines.append((one, self.begin(city, city), shares[0]))
        else:
            self.move(one, *((city, city) if kind == "move" else self.parents(one)))

    def heirs_of(self, kind, one, other, city, shares) -> list[tuple[int, int | None]]:
        """Who follows a county that ends."""
        if kind == "recode":
            return [(self.begin(*self.parents(one)), 10_000)]
        if kind == "merge":
            return [(other, 10_000)]
        if kind == "join":
            fresh = self.begin(city, city)
            self.end(other, [(fresh, 10_000)])
            return [(fresh, 10_000)]
        if kind == "split":
            heirs = [other, self.begin(city, city), self.begin(*self.parents(one))]
            return list(zip(heirs, shares, strict=False))
        return []

    def dissolve(self, city: int, heirs: list[int], kind: str, shares: Sequence[int | None]) -> None:
        """The counties of a city go to its heirs in turn, then its own land does."""
        below = [node for node in self.alive(Level.COUNTY) if city in self.parents(node)]
        if len(heirs) < len(shares):
            return
        heirs = heirs[:1] if kind == "merge cities" else heirs
        for number, node in enumerate(below):
            heir = heirs[number % len(heirs)]
            self.move(node, *(heir if parent == city else parent for parent in self.parents(node)))
        self.end(city, list(zip(heirs, (10_000,) if kind == "merge cities" else shares, strict=True)))

    @property
    def step(self) -> Step:
        return self.steps[-1]

    def alive(self, level: Level) -> list[int]:
        return [node for node, past in self.versions.items() if past[-1].until is None and past[-1].level is level]

    def parents(self, node: int) -> tuple[int, int]:
        last = self.versions[node][-1]
        assert last.admin is not None
        assert last.fund is not None
        return last.admin, last.fund

    def begin(self, admin: int, fund: int) -> int:
        self.fresh += 1
        self.versions[self.fresh] = [Version(self.step.day, Level.COUNTY, admin, fund)]
        self.step.begun.append(self.fresh)
        return self.fresh

    def end(self, node: int, heirs: Sequence[tuple[int, int | None]]) -> None:
        self.versions[node][-1].until = self.step.day
        self.step.ended.append(node)
        self.step.lines += [(node, heir, share) for heir, share in heirs]

    def move(self, node: int, admin: int, fund: int) -> None:
        last = self.versions[node][-1]
        last.until = self.step.day
        self.versions[node].append(Version(self.step.day, last.level, admin, fund))

    # -- what the closure is made from

    def spans(self) -> list[VersionSpan]:
        return [
            VersionSpan(node, each.level, each.admin, each.fund, each.since, each.until)
            for node, past in self.versions.items()
            for each in past
        ]

    def crossings(self) -> list[Crossing]:
        return [Crossing(step.day, *line) for step in self.steps for line in step.lines]

    def days(self) -> Iterator[date]:
        yield FIRST - STEP
        for step in self.steps:
            yield step.day
        yield FIRST + STEP * (len(self.steps) + 1)

    # -- the slow way

    def version(self, node: int, day: date) -> Version | None:
        return next((v for v in self.versions[node] if v.since <= day and (v.until is None or day < v.until)), None)

    def chain(self, tree: Tree, node: int, day: date) -> list[int]:
        """The node and all above it."""
        version = self.version(node, day)
        assert version is not None
        parent = version.parent(tree)
        return [node] if parent is None else [node, *self.chain(tree, parent, day)]

    def holders(self, tree: Tree, node: int, day: date) -> dict[int, tuple[Fraction, bool]]:
        """Step by step from the node's own days: who holds how much of its land on a day, and whether it is a guess."""
        held = {node: (Fraction(1), False)}
        if day < self.versions[node][0].since:
            for step in reversed(self.steps):
                if step.day > day:
                    held = self._passed(held, {new: self._origins(tree, step, new) for new in step.begun})
        else:
            for step in self.steps:
                if self.versions[node][0].since < step.day <= day:
                    held = self._passed(held, {old: self._heirs(tree, step, old) for old in step.ended})
        return self._raised(tree, held, day)

    @staticmethod
    def _passed(held, passages):
        after: dict[int, tuple[Fraction, bool]] = {}
        for holder, (part, guess) in held.items():
            for to, (share, guessed) in passages.get(holder, {holder: (Fraction(1), False)}).items():
                sofar, doubt = after.get(to, (Fraction(0), False))
                after[to] = (sofar + part * share, doubt or guess or guessed)
        return after

    def _heirs(self, tree: Tree, step: Step, old: int) -> dict[int, tuple[Fraction, bool]]:
        lines = {new: share for each, new, share in step.lines if each == old}
        if not lines:
            parent = self.versions[old][-1].parent(tree)
            assert parent is not None
            return {parent: (Fraction(1), False)}
        left = 10_000 - sum(share or 0 for share in lines.values())
        silent = sum(share is None for share in lines.values())
        if not silent and left:
            total = sum(share or 0 for share in lines.values())
            return {new: (Fraction(share or 0, total), True) for new, share in lines.items()}
        return {
            new: (Fraction(left, silent * 10_000) if share is None else Fraction(share, 10_000), share is None)
            for new, share in lines.items()
            if share is not None or left
        }

    def _origins(self, tree: Tree, step: Step, new: int) -> dict[int, tuple[Fraction, bool]]:
        olds = [old for old, each, _ in step.lines if each == new]
        if olds:
            return {old: (Fraction(1, len(olds)), len(olds) > 1) for old in olds}
        parent = self.versions[new][0].parent(tree)
        assert parent is not None
        return {parent: (Fraction(1), False)}

    def _raised(self, tree: Tree, held, day: date):
        """Where land lies with a division and below it, it lies with the division."""
        passages = {}
        for holder in held:
            above = [node for node in self.chain(tree, holder, day) if node in held]
            passages[holder] = {above[-1]: (Fraction(1), False)}
        return self._passed(held, passages)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Up to nine changes."""
    history = History()
    shares = st.sampled_from(
        ((None, None), (4000, 6000), (2500, None), (None, None, None), (1, 4999, None), (3000, 3000))
    )
    for _ in range(draw(st.integers(1, 9))):
        history.happen(draw(st.sampled_from(KINDS)), draw(st.integers(0, 1000)), draw(shares))
    return history


async def record(work: Work, history: History) -> None:
    """The history as rows, nodes keeping their numbers, and the closure that follows."""
    session = work.session
    for node, past in history.versions.items():
        life = {"valid_from": past[0].since, "valid_to": past[-1].until}
        session.add(Division(id=node, code=code_of(node), kind=DivisionKind.STANDARD, **life))
    await session.flush()
    for span in history.spans():
        session.add(
            DivisionVersion(
                **{each.name: getattr(span, each.name) for each in fields(span)},
                name=code_of(span.division_id),
                type_name="",
                separately_planned=False,
            )
        )
    for number, crossing in enumerate(history.crossings()):
        session.add(
            DivisionChange(
                code=f"C{number:03}",
                year=crossing.day.year,
                effective_on=crossing.day,
                change_type="",
                old_code=code_of(crossing.old_id),
                new_code=code_of(crossing.new_id),
                partial=crossing.share_bp != 10_000,
                share_bp=crossing.share_bp,
                source="",
            )
        )
    await session.flush()
    await rebuild_closure(work)


def code_of(node: int) -> str:
    return "100000" if node == NATION else f"{200_000 + node}"


@pytest.fixture(scope="session")
def restated() -> SimpleNamespace:
    """What tests of histories share; a fixture, because test modules import nothing from each other."""
    return SimpleNamespace(histories=histories(), nation=NATION, record=record)

"""The division tree of a day, held in memory: names, paths, parents and children without a query."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import DivisionKind, Level, Tree
from db.models import Division, DivisionClosure, DivisionVersion

NATION_CODE = "100000"
STATES_KEPT = 4
"""States of the record whose maps are remembered: now, and a few that publications ask for."""


class DivisionUnknown(LookupError):
    """No division has this code on this day."""


@dataclass(frozen=True, slots=True)
class Place:
    """A division as it was on a day."""

    id: int
    code: str
    name: str
    type_name: str
    kind: DivisionKind
    level: Level
    admin_parent_id: int | None
    fund_parent_id: int | None
    separately_planned: bool
    valid_from: date
    valid_to: date | None

    def parent_id(self, tree: Tree) -> int | None:
        """The division above it in a tree."""
        return self.admin_parent_id if tree is Tree.ADMIN else self.fund_parent_id


Holders = Mapping[tuple[Tree, int], Sequence[int]]
"""Who holds the land of a division that is not in force."""


class Atlas:
    """All divisions in force on one day; immutable, shared by requests."""

    def __init__(
        self, day: date, places: Iterable[Place], former: Mapping[int, Place], holders: Holders | None = None
    ) -> None:
        self.day = day
        self._holders = holders or {}
        self._by_id = {place.id: place for place in places}
        self._former = former
        self._by_code = {place.code: place for place in self._by_id.values()}
        self._children = {tree: self._group(tree) for tree in Tree}

    def _group(self, tree: Tree) -> dict[int, tuple[Place, ...]]:
        below: dict[int, list[Place]] = {}
        for place in self._by_id.values():
            parent_id = place.parent_id(tree)
            if parent_id is not None:
                below.setdefault(parent_id, []).append(place)
        return {parent: tuple(sorted(found, key=lambda p: p.code)) for parent, found in below.items()}

    @cached_property
    def nation(self) -> Place:
        """The root."""
        return self.by_code(NATION_CODE)

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._by_id.values())

    def __contains__(self, division_id: int) -> bool:
        return division_id in self._by_id

    def by_code(self, code: str) -> Place:
        """Raises DivisionUnknown, saying on which day it looked."""
        place = self._by_code.get(code)
        if place is None:
            raise DivisionUnknown(f"no division has the code {code} on {self.day}")
        return place

    def find(self, code: str) -> Place | None:
        """The division with a code, if there is one on this day."""
        return self._by_code.get(code)

    def place(self, division_id: int) -> Place:
        """A node by id; one not in force on this day as it last (or first) was."""
        return self._by_id.get(division_id) or self._former[division_id]

    def children(self, division_id: int, tree: Tree = Tree.ADMIN) -> tuple[Place, ...]:
        """Direct children by code."""
        return self._children[tree].get(division_id, ())

    def chain(self, division_id: int, tree: Tree = Tree.ADMIN) -> tuple[Place, ...]:
        """From the top down to the division itself."""
        chain: list[Place] = []
        current: int | None = division_id
        while current is not None:
            place = self.place(current)
            chain.append(place)
            current = place.parent_id(tree)
        return tuple(reversed(chain))

    def path(self, division_id: int) -> str:
        """`四川省/成都市/锦江区`: enough to tell apart divisions of one name."""
        chain = self.chain(division_id)
        return "/".join(place.name for place in chain[1:] or chain)

    def contains(self, ancestor_id: int, division_id: int) -> bool:
        """Whether a division lies in another's subtree by either chain; one not in force, if any of its land does."""
        if ancestor_id == division_id:
            return True
        return any(
            place.id == ancestor_id
            for tree in Tree
            for holder in self._holders.get((tree, division_id), (division_id,))
            for place in self.chain(holder, tree)
        )

    def province_code(self, division_id: int) -> str:
        """The province-level code a division belongs to; the nation's own for the nation."""
        chain = self.chain(division_id)
        return chain[1].code if len(chain) > 1 else chain[0].code


@dataclass(frozen=True, slots=True)
class _Holding:
    """Land of one division that another holds from a day to a day."""

    tree: Tree
    division_id: int
    holder_id: int
    valid_from: date
    valid_to: date | None


@dataclass(slots=True)
class _Maps:
    """The divisions as one revision left them, and the days already drawn."""

    rows: list[Place]
    holdings: list[_Holding]
    bounds: list[date]
    drawn: dict[date, Atlas] = field(default_factory=dict)


class AtlasStore:
    """Atlases by day and state of the record, redrawn only when the divisions themselves have changed."""

    def __init__(self) -> None:
        self._maps: OrderedDict[tuple[int | None, ...], _Maps] = OrderedDict()

    async def at(self, session: AsyncSession, day: date) -> Atlas:
        """The atlas of a day, of the divisions as the session knows them."""
        derived = (DivisionVersion, Division, DivisionClosure)
        last = [select(func.max(model.revision_id)).scalar_subquery() for model in derived]
        revision = tuple((await session.execute(select(*last))).one())
        if revision not in self._maps:
            rows = await _places(session)
            holdings = await _holdings(session)
            spans: list[Place | _Holding] = [*rows, *holdings]
            bounds = sorted({d for span in spans for d in (span.valid_from, span.valid_to) if d is not None})
            self._maps[revision] = _Maps(rows, holdings, bounds)
        self._maps.move_to_end(revision)
        while len(self._maps) > STATES_KEPT:
            self._maps.popitem(last=False)
        maps = self._maps[revision]
        start = max((bound for bound in maps.bounds if bound <= day), default=date.min)
        if start not in maps.drawn:
            maps.drawn[start] = _atlas(day, maps)
        return maps.drawn[start]


def _atlas(day: date, maps: _Maps) -> Atlas:
    former: dict[int, Place] = {}
    for place in maps.rows:
        if place.id not in former or place.valid_from <= day:
            former[place.id] = place
    holders: dict[tuple[Tree, int], list[int]] = {}
    for each in maps.holdings:
        if _on(each, day):
            holders.setdefault((each.tree, each.division_id), []).append(each.holder_id)
    return Atlas(day, [place for place in maps.rows if _on(place, day)], former, holders)


def _on(spanned: Place | _Holding, day: date) -> bool:
    return spanned.valid_from <= day and (spanned.valid_to is None or day < spanned.valid_to)


async def _holdings(session: AsyncSession) -> list[_Holding]:
    closure = DivisionClosure
    columns = (closure.tree, closure.descendant_id, closure.ancestor_id, closure.valid_from, closure.valid_to)
    rows = select(*columns).where(closure.depth == 0, closure.ancestor_id != closure.descendant_id)
    return [_Holding(*row) for row in await session.execute(rows)]


async def _places(session: AsyncSession) -> list[Place]:
    rows = await session.execute(
        select(DivisionVersion, Division.code, Division.kind)
        .join(Division, Division.id == DivisionVersion.division_id)
        .order_by(DivisionVersion.valid_from, Division.code)
    )
    return [
        Place(
            id=version.division_id,
            code=code,
            name=version.name,
            type_name=version.type_name,
            kind=kind,
            level=version.level,
            admin_parent_id=version.admin_parent_id,
            fund_parent_id=version.fund_parent_id,
            separately_planned=version.separately_planned,
            valid_from=version.valid_from,
            valid_to=version.valid_to,
        )
        for version, code, kind in rows
    ]

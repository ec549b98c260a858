"""What a request carries: the database, the law, who asks, and its own loaders."""

from asyncio import Task, create_task
from collections.abc import Awaitable, Callable, Hashable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from aiodataloader import DataLoader
from sqlalchemy.ext.asyncio import AsyncSession

from db.atlas import Atlas, AtlasStore, Place
from db.engine import Database, revision_at
from db.enums import Tree
from db.scope import Scope
from db.types import day_of, today
from resolvers.deadlines import Deadlines
from resolvers.principal import Principal
from resolvers.refusal import BadRequest, NotSignedIn, OutOfScope
from resolvers.view import Clocks, View
from rules.law import Law

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")
NOW = Clocks()
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""Days outside belong to no budget year there could be."""
Batch = Callable[..., Awaitable[list[ValueT]]]


@dataclass(slots=True)
class Context:
    """One request."""

    database: Database
    law: Law
    deadlines: Deadlines
    atlases: AtlasStore
    principal: Principal | None = None
    token: str | None = None
    pinned: Clocks = NOW
    scope_day: date | None = None
    """The day whose divisions cut the caller's scope where that is not today: the day an answer was published."""
    _loaders: dict[Any, DataLoader[Any, Any]] = field(default_factory=dict)
    _atlases: dict[tuple[date, int | None], Task[Atlas]] = field(default_factory=dict)
    _revisions: dict[datetime, int] = field(default_factory=dict)
    _laws: dict[date, tuple[Law, Deadlines]] = field(default_factory=dict)

    @property
    def caller(self) -> Principal:
        """Whoever is signed in; raises NotSignedIn."""
        if self.principal is None:
            raise NotSignedIn
        return self.principal

    def require(self) -> None:
        """Nothing without a sign-in, not even what everybody may see; raises NotSignedIn."""
        _ = self.caller

    @property
    def scope(self) -> Scope:
        """The caller's row scope by the divisions of today, or of the day pinned; every read starts here."""
        return self.caller.scope(self.scope_day or today())

    async def view(self, asked: Clocks = NOW) -> View:
        """The clocks of one question: as asked, else as a publication pinned them, else now."""
        now, pinned = today(), self.pinned
        for day in (asked.as_of, asked.hierarchy_as_of):
            _refuse_far(day)
        known_at = asked.known_at or pinned.known_at
        if pinned.known_at is not None and asked.known_at is not None:
            _refuse_beyond(pinned.known_at, asked.known_at)
        return View(
            as_of=asked.as_of or pinned.as_of or now,
            hierarchy_as_of=asked.hierarchy_as_of or pinned.hierarchy_as_of or now,
            tree=asked.tree or pinned.tree or Tree.ADMIN,
            known=None if known_at is None else await self._revision(known_at),
            known_at=known_at,
        )

    async def _revision(self, known_at: datetime) -> int:
        """The last revision recorded by a moment."""
        _refuse_naive(known_at)
        if known_at not in self._revisions:
            async with self.database.read() as session:
                self._revisions[known_at] = await revision_at(session, known_at)
        return self._revisions[known_at]

    def law_of(self, view: View) -> Law:
        """The law by the numbers entered when the view's knowledge ends."""
        return self._law_at(view.known_at)[0]

    def deadlines_of(self, view: View) -> Deadlines:
        """Due dates by the same law."""
        return self._law_at(view.known_at)[1]

    def _law_at(self, known_at: datetime | None) -> tuple[Law, Deadlines]:
        if known_at is None:
            return self.law, self.deadlines
        day = day_of(known_at)
        if day not in self._laws:
            law = self.law.as_known(day)
            self._laws[day] = (law, self.deadlines if law is self.law else Deadlines(law))
        return self._laws[day]

    def forget(self) -> None:
        """What was loaded before a write: the rest of the request reads the record as it is now."""
        self._loaders.clear()
        self._atlases.clear()

    def read(self, view: View) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that sees the record as the view knows it."""
        return self.database.read(view.known)

    async def atlas(self, view: View) -> Atlas:
        """The division tree of a view, asked of the store once a request.

        Siblings wait for one task and wake together; behind a lock they would wake one by one, and what each loads
        next would no longer fall into one batch.
        """
        slot = (view.hierarchy_as_of, view.known)
        if slot not in self._atlases:
            self._atlases[slot] = create_task(self._unroll(view))
        return await self._atlases[slot]

    async def _unroll(self, view: View) -> Atlas:
        async with self.read(view) as session:
            return await self.atlases.at(session, view.hierarchy_as_of)

    async def place(self, code: str, view: View) -> Place:
        """A division the caller may see; raises OutOfScope for others and for unknown codes alike."""
        found = (await self.atlas(view)).find(code)
        if found is None or not await self.reaches(found.id, view):
            raise OutOfScope(f"区划 {code}")
        return found

    async def reaches(self, division_id: int, view: View) -> bool:
        """Whether a division lies in the caller's subtree, on the view's map or its scope's; attested land only."""
        held_on, top = self.caller.held_on, self.caller.division_id
        known = view.known if self.scope_day else None
        if held_on is not None:
            held = await self.atlas(View(as_of=view.as_of, hierarchy_as_of=held_on, known=known))
            if not held.contains(top, division_id):
                return False
        own = View(as_of=view.as_of, hierarchy_as_of=self.scope_day or today(), known=known)
        for seen in (view, own):
            if (await self.atlas(seen)).contains(top, division_id):
                return True
        return False

    def load(self, batch: Batch[ValueT], key: KeyT, view: View, *parameters: Hashable) -> Awaitable[ValueT]:
        """One value by key, fetched together with every other asked of the same batch, view and parameters."""
        slot = (batch, view, parameters)
        if slot not in self._loaders:

            async def fetch(keys: list[KeyT]) -> list[ValueT]:
                return await batch(self, keys, view, *parameters)

            self._loaders[slot] = DataLoader(fetch)
        return self._loaders[slot].load(key)


def _refuse_naive(known_at: datetime) -> None:
    if known_at.tzinfo is None:
        raise BadRequest(
            "knownAt 需带时区, 如 2026-10-16T09:00:00+08:00",
            "knownAt needs a time zone, like 2026-10-16T09:00:00+08:00",
        )


def _refuse_far(day: date | None) -> None:
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise BadRequest(
            f"日期应在 {FIRST_DAY} 至 {LAST_DAY} 之间, 收到 {day}",
            f"a day must lie between {FIRST_DAY} and {LAST_DAY}; got {day}",
        )


def _refuse_beyond(pinned: datetime, asked: datetime) -> None:
    _refuse_naive(asked)
    if asked > pinned:
        raise BadRequest(
            "所发布的查询不得看到其已知时刻之后的内容, 请去掉查询中的 knownAt",
            "a published query cannot look beyond the moment it is known by; leave out its own knownAt",
        )

"""What a request carries: the database, the law, who asks, and its own loaders."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from aiodataloader import DataLoader

from db.atlas import Atlas, AtlasStore, Place
from db.engine import Database
from db.scope import Scope
from db.types import today
from resolvers.deadlines import Deadlines
from resolvers.principal import Principal
from resolvers.refusal import NotSignedIn, OutOfScope
from rules.law import Law

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")
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
    _loaders: dict[Any, DataLoader[Any, Any]] = field(default_factory=dict)
    _atlases: dict[date, Atlas] = field(default_factory=dict)

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
        """The caller's row scope by today's divisions; every read starts here."""
        return self.caller.scope(today())

    async def atlas(self, day: date) -> Atlas:
        """The division tree of a day, asked of the store once a request."""
        if day not in self._atlases:
            async with self.database.read() as session:
                self._atlases[day] = await self.atlases.at(session, day)
        return self._atlases[day]

    async def place(self, code: str, day: date) -> Place:
        """A division the caller may see; raises OutOfScope for others and for unknown codes alike."""
        found = (await self.atlas(day)).find(code)
        if found is None or not await self.reaches(found.id, day):
            raise OutOfScope(f"区划 {code}")
        return found

    async def reaches(self, division_id: int, day: date) -> bool:
        """Whether a division lies in the caller's subtree, on a day or today."""
        caller = self.caller
        for when in {day, today()}:
            if (await self.atlas(when)).contains(caller.division_id, division_id):
                return True
        return False

    def load(self, batch: Batch[ValueT], key: KeyT, *parameters: Hashable) -> Awaitable[ValueT]:
        """One value by key, fetched together with every other key asked for with the same batch and parameters."""
        slot = (batch, parameters)
        if slot not in self._loaders:

            async def fetch(keys: list[KeyT]) -> list[ValueT]:
                return await batch(self, keys, *parameters)

            self._loaders[slot] = DataLoader(fetch)
        return self._loaders[slot].load(key)

"""Areas for operators, who see the whole record."""

from sqlalchemy.ext.asyncio import AsyncSession

from db.atlas import AtlasStore
from db.dossiers import Area
from db.engine import Database
from db.scope import Scope
from db.types import today

NATION = "100000"


class DivisionMissing(LookupError):
    """No division has the code given."""


async def area_of(database: Database, code: str) -> Area:
    """A division and all below it; raises DivisionMissing."""
    async with database.read() as session:
        return await _area(session, code)


async def _area(session: AsyncSession, code: str) -> Area:
    day = today()
    atlas = await AtlasStore().at(session, day)
    place = atlas.find(code)
    if place is None:
        raise DivisionMissing(f"no division has the code {code} on {day}; is the record loaded?")
    nation = atlas.nation
    scope = Scope(division_id=nation.id, code=nation.code, national=True, day=day)
    return Area(scope=scope, division_id=place.id)

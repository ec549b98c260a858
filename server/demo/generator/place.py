"""Where demo projects lie: divisions that exist through all the demo's years, each with the chain money takes to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db.enums import Level

DivisionRow = Mapping[str, str]
"""A row of divisions.csv."""

UNFUNDED = ("71", "81", "82")
"""台湾, 香港, 澳门: listed, but no fund of the regulation reaches them."""


class NoPlaceForProjects(ValueError):
    """The divisions given hold no city or county that exists for all the demo's years; pass the whole tree."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A division projects may lie in, or on the way to one; `above` is its fund parent, None right under the nation."""

    code: str
    name: str
    level: Level
    path: str
    """Names from the province down, so that 鼓楼区 is told from 鼓楼区."""
    above: "Place | None"

    @property
    def chain(self) -> tuple["Place", ...]:
        """Itself and all above it, up to the one the centre writes to."""
        return (self,) if self.above is None else (self, *self.above.chain)

    def government(self, level: Level) -> "Place | None":
        """The place of that level in its chain, whose own budget may pay."""
        return next((place for place in self.chain if place.level is level), None)


@dataclass(frozen=True, slots=True)
class Province:
    """A first-level division with the places projects may lie in, ordered by code."""

    code: str
    leaves: tuple[Place, ...]


def provinces(divisions: Iterable[DivisionRow], *, since: date) -> tuple[Province, ...]:
    """All first-level divisions with leaves for projects; raises NoPlaceForProjects."""
    rows = _lasting(divisions, since)
    nation = next((code for code, row in rows.items() if row["level"] == Level.NATION), None)
    places: dict[str, Place] = {}
    for code in rows:
        _place(code, rows, nation, places)
    parents = {_fund_parent(row) for row in rows.values()} | {row["admin_parent"] for row in rows.values()}
    grouped: dict[str, list[Place]] = {}
    for code, place in sorted(places.items()):
        if code not in parents and place.above is not None and not code.startswith(UNFUNDED):
            grouped.setdefault(_group(place, rows, nation), []).append(place)
    found = tuple(Province(code, tuple(leaves)) for code, leaves in sorted(grouped.items()))
    if not found:
        raise NoPlaceForProjects(NoPlaceForProjects.__doc__)
    return found


def _lasting(divisions: Iterable[DivisionRow], since: date) -> dict[str, DivisionRow]:
    """The newest version of each code whose node is there from `since` until further notice."""
    newest: dict[str, DivisionRow] = {}
    born: dict[str, str] = {}
    for row in divisions:
        code, start = row["code"], row.get("valid_from", "")
        node_start = row.get("node_from") or start
        born[code] = min(born.get(code, node_start), node_start)
        if code not in newest or start >= newest[code].get("valid_from", ""):
            newest[code] = row
    return {
        code: row for code, row in newest.items() if born[code] <= since.isoformat() and not row.get("valid_to", "")
    }


def _fund_parent(row: DivisionRow) -> str:
    return row.get("fund_parent", "") or row["admin_parent"]


def _place(code: str, rows: Mapping[str, DivisionRow], nation: str | None, places: dict[str, Place]) -> Place | None:
    """The place of a code, its parents first; None for the nation and for what hangs on a node that did not last."""
    row = rows.get(code)
    if row is None or code == nation:
        return None
    if code not in places:
        above = _fund_parent(row)
        parent = _place(above, rows, nation, places)
        if parent is None and above != nation:
            return None
        path = row["name"] if row["admin_parent"] == nation else _path(row, rows, nation)
        places[code] = Place(code, row["name"], Level(row["level"]), path, parent)
    return places[code]


def _path(row: DivisionRow, rows: Mapping[str, DivisionRow], nation: str | None) -> str:
    names: Sequence[str] = ()
    current: DivisionRow | None = row
    while current is not None and current["level"] != Level.NATION:
        names = (current["name"], *names)
        current = rows.get(current["admin_parent"]) if current["admin_parent"] != nation else None
    return "".join(names)


def _group(place: Place, rows: Mapping[str, DivisionRow], nation: str | None) -> str:
    """The first-level division money passes: the Corps for its cities; for a separately planned city its province."""
    top = place.chain[-1]
    code = top.code
    while (parent := rows[code]["admin_parent"]) in rows and parent != nation:
        code = parent
    return code

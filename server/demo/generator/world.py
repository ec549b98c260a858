"""What all demo projects share: the day, the places, the batches money comes in, and when each batch is where."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from db.enums import Level, Source
from server.demo.generator.days import day_of_year, jitter, quarter_end, quarter_of
from server.demo.generator.place import DivisionRow, NoPlaceForProjects, Place, Province, provinces

YEARS = 5
FIRST_YEAR = 2021
"""No earlier budget year: before 2021 the regulation's parameters are not in force."""
EARLIEST = date(2024, 1, 1)
ADVANCE, REGULAR, ADDITIONAL = 1, 2, 3
"""Tranches: 提前下达 of the November before, the budget notice of spring, and what came later."""
REPORT_SPAN = 15
PUBLISHED_YEARS = {"43": 2022, "45": 2022, "63": 2024}
"""First two digits → the budget year of published sums (湖南, 广西, 青海): no synthetic money is mixed into those."""


class DayTooEarly(ValueError):
    """The demo needs three years of record behind its day; ask for 2024-01-01 or later."""


def quoted(place: Place) -> bool:
    """Whether a published sum of some year is about this place's province."""
    return place.code[:2] in PUBLISHED_YEARS


@dataclass(frozen=True, slots=True)
class Batch:
    """One tranche of one budget year."""

    year: int
    tranche: int


@dataclass(slots=True)
class World:
    """The frame of a demo; `closed` is the last quarter that has ended by the day."""

    seed: int
    as_of: int
    provinces: tuple[Province, ...]
    batches: tuple[Batch, ...]
    closed: int
    classic: tuple[Place, ...]
    """Counties under a city under a province: where irregularities are planted, one each."""
    _receipts: dict[tuple[str, int, int, str], tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, divisions: Sequence[DivisionRow], *, as_of: date, seed: int) -> "World":
        """Raises DayTooEarly and NoPlaceForProjects."""
        if as_of < EARLIEST:
            raise DayTooEarly(f"as_of {as_of} is before {EARLIEST}: {DayTooEarly.__doc__}")
        first = max(FIRST_YEAR, as_of.year - YEARS + 1)
        found = provinces(divisions, since=date(first, 1, 1))
        day = as_of.toordinal()
        current = quarter_of(day)
        classic = [leaf for province in found for leaf in province.leaves if _classic(leaf) and not quoted(leaf)]
        if not classic:
            raise NoPlaceForProjects("no county under a city under a province; pass the whole tree of divisions")
        return cls(
            seed=seed,
            as_of=day,
            provinces=found,
            batches=_settled_batches(first, as_of),
            closed=current if quarter_end(current) == day else current - 1,
            classic=tuple(classic),
        )

    def rng(self, *key: object) -> Random:
        """Numbers that depend on the seed and the key only."""
        return Random("/".join(map(str, (self.seed, *key))))  # noqa: S311

    def has_batch(self, year: int, tranche: int) -> bool:
        """Whether that money has reached its projects by now."""
        return Batch(year, tranche) in self.batches

    def open_batch(self, position: int, place: Place) -> Batch:
        """A batch, or the first after it whose year is not one in which published sums stand alone there."""
        year = PUBLISHED_YEARS.get(place.code[:2])
        after = self.batches[position:] + self.batches
        return next(batch for batch in after if batch.year != year)

    def receipt(self, fund: str, year: int, tranche: int, place: Place) -> tuple[int, int]:
        """The days a batch was issued to a place and received there."""
        key = (fund, year, tranche, place.code)
        found = self._receipts.get(key)
        if found is None:
            found = self._receipts[key] = self._schedule(fund, year, tranche, place)
        return found

    def _schedule(self, fund: str, year: int, tranche: int, place: Place) -> tuple[int, int]:
        """The centre writes to all on one day, and so does every place to those below it, well within its 30 days."""
        if place.above is None:
            base = day_of_year(year - 1, 11, 24) if tranche == ADVANCE else day_of_year(year, 3, 20)
            issued = base + jitter(6, self.seed, fund, year, tranche)
            return issued, issued + 2 + jitter(3, self.seed, fund, year, tranche, place.code)
        above = place.above
        least, span = (4, 6) if above.above is not None else (12, 9) if tranche == ADVANCE else (5, 8)
        held = least + jitter(span, self.seed, fund, year, tranche, above.code)
        issued = self.receipt(fund, year, tranche, above)[1] + held
        return issued, issued + 1 + jitter(2, self.seed, fund, year, tranche, place.code)

    def mapped_on(self, fund: str, batch: Batch, place: Place, rng: Random) -> int:
        """The day a leaf maps its receipt to a project: within its month, and not before the budget year begins."""
        received = self.receipt(fund, batch.year, batch.tranche, place)[1]
        return max(received + 8 + rng.randrange(12), day_of_year(batch.year, 1, 4))


def _settled_batches(first: int, as_of: date) -> tuple[Batch, ...]:
    """Batches whose money is detailed, reported and in its first closed quarter by now."""
    found = []
    for year in range(first, as_of.year + 1):
        # The advance of the very first year came before it, outside the demo's time.
        if year > first and as_of >= date(year, 3, 31):
            found.append(Batch(year, ADVANCE))
        if as_of >= date(year, 7, 5):
            found.append(Batch(year, REGULAR))
    return tuple(found)


def _classic(leaf: Place) -> bool:
    return [place.level for place in leaf.chain] == [Level.COUNTY, Level.CITY, Level.PROVINCE]


def origin(source: Source, leaf: Place) -> Place | None:
    """The place whose own budget pays a source; None for the centre, and where there is no such government."""
    level = source.level
    return None if level in {None, Level.NATION} else leaf.government(level) if level else None


def path_down(source: Source, leaf: Place) -> tuple[Place, ...]:
    """The places that receive money of a source on its way to a leaf, highest first; empty for the leaf's own."""
    chain = leaf.chain
    if source is Source.CENTRAL:
        return chain[::-1]
    start = origin(source, leaf)
    return chain[: chain.index(start)][::-1] if start in chain else ()

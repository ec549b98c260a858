"""What every dossier of a run stands on: the day, the numbers of the law, calendars, divisions and vocabularies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from db.atlas import Atlas, Place
from db.dossier_rows import FundRow, IndicatorRow
from db.enums import Provenance
from db.types import Period
from rules.calendar import Calendars
from rules.deadline import Deadline, clock_deadline, filing_deadline
from rules.fact import Scalar
from rules.parameter import Parameters
from rules.unit import Fact as ParameterScalar


@dataclass(frozen=True, slots=True)
class Grounds:
    """Shared by all dossiers of one run; remembers what it has looked up."""

    as_of: date
    parameters: Parameters
    calendars: Calendars
    atlas: Atlas
    funds: Mapping[int, FundRow]
    indicators: Mapping[int, IndicatorRow]
    authorities: Mapping[int, int]
    """Division id → its natural-resources authority."""
    _values: dict[tuple[str, date, str], ParameterScalar | None] = field(default_factory=dict, repr=False)
    _deadlines: dict[tuple[int, str], Deadline | None] = field(default_factory=dict, repr=False)
    _regions: dict[str, str] = field(default_factory=dict, repr=False)

    def place(self, division_id: int) -> Place:
        """The division a fact belongs to."""
        return self.atlas.place(division_id)

    def value(self, key: str, place: Place, day: date | None = None) -> ParameterScalar | None:
        """A parameter's value in engine units on a day (default: the day judged by); None where the law is silent."""
        wanted = (key, day or self.as_of, place.code)
        if wanted not in self._values:
            found = self.parameters.find(*wanted)
            self._values[wanted] = None if found is None else found.fact_value
        return self._values[wanted]

    def number(self, key: str, place: Place, day: date | None = None) -> int | None:
        """The same, for a parameter that is a number."""
        value = self.value(key, place, day)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def clock(self, key: str, place: Place, start: date) -> date | None:
        """The last day in time of `<key>` days after a start, by the law of that day; None where no clock runs."""
        days = self.number(key, place, start)
        if days is None:
            return None
        rollover = self.value(f"{key.partition('.')[0]}.rollover", place, start)
        calendar = self.calendars.for_division(place.code)
        return clock_deadline(start, days, rollover=rollover is True, calendar=calendar).last_day

    def filing_due(self, period: Period, place: Place) -> Deadline | None:
        """When a quarter's filing is due there; None for quarters before the regulation."""
        wanted = (period.ordinal, self._region(place.code))
        if wanted not in self._deadlines:
            first_day = (period + 1).start
            known = self.value("filing.due_day", place, first_day) is not None
            self._deadlines[wanted] = (
                filing_deadline(period, place.code, self.calendars, self.parameters) if known else None
            )
        return self._deadlines[wanted]

    def _region(self, code: str) -> str:
        """What divisions of one calendar and one set of filing parameters have in common."""
        if not self._regions:
            definitions = [
                self.parameters.definitions[key] for key in self.parameters.keys if key.startswith("filing.")
            ]
            self._regions.update({"": "", **{region: region for each in definitions for region in each.overrides}})
        return self._regions.get(code) or self._regions.get(code[:4]) or (code[:2] if code.isdigit() else code)


def known(**values: Scalar | date | None) -> dict[str, Scalar]:
    """Values as a fact keeps them: what is unknown is left out, a day is its ordinal."""
    return {
        name: value.toordinal() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


def documents(**ids: int | None) -> dict[str, int]:
    """Source documents by field, those that are named."""
    return {name: document_id for name, document_id in ids.items() if document_id is not None}


def quoted(provenance: Provenance) -> bool:
    """Whether a row is a published figure: quoted as far as it was published, and held to no duty."""
    return provenance is Provenance.PUBLISHED

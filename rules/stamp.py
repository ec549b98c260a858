"""Where the numbers of the law come from, as far as judging cares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from rules.expression import stamp_name
from rules.fact import FactType, Scalar, value_problem


class StampedValue(Protocol):
    """A parameter's value on one day in one division."""

    @property
    def fact_value(self) -> Scalar:
        """In the facts' units: fen, basis points, counts."""

    @property
    def text(self) -> str:
        """As people typed it, in `unit`."""

    @property
    def unit(self) -> str:
        """Name of the unit."""

    @property
    def reference(self) -> str:
        """The paper it rests on."""

    @property
    def valid_from(self) -> date:
        """First day it holds."""

    @property
    def region(self) -> str | None:
        """The division prefix that set it; None for the nation."""


Lookup = Callable[[str, date, str], StampedValue | None]
"""`Parameters.find`: the value of a key on a day in a division, or None where the law is silent."""


class StampInvalid(Exception):
    """A parameter's value is not of the type its unit promised."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """The parameters one rule cites, as they are on one day in one division."""

    cited: tuple[tuple[str, StampedValue], ...]
    values: Mapping[str, Scalar]
    """Stamp name → value."""
    missing: tuple[str, ...]
    """Keys with no value in force."""


class Stamper:
    """Looks each key up once per division, however many facts ask; StampInvalid for a value of a wrong type."""

    def __init__(self, lookup: Lookup, day: date) -> None:
        self._lookup = lookup
        self.day = day
        self._seen: dict[tuple[str, str], StampedValue | None] = {}
        self._stamps: dict[tuple[tuple[str, ...], str], Stamps] = {}

    def stamps(self, keys: tuple[str, ...], types: Mapping[str, FactType], division_code: str) -> Stamps:
        """Everything a rule cites for a fact of that division."""
        place = (keys, division_code)
        if place not in self._stamps:
            self._stamps[place] = self._stamped(keys, types, division_code)
        return self._stamps[place]

    def _stamped(self, keys: tuple[str, ...], types: Mapping[str, FactType], division_code: str) -> Stamps:
        found = [(key, self._value(key, types[key], division_code)) for key in keys]
        return Stamps(
            cited=tuple((key, value) for key, value in found if value is not None),
            values={stamp_name(key): value.fact_value for key, value in found if value is not None},
            missing=tuple(key for key, value in found if value is None),
        )

    def _value(self, key: str, kind: FactType, division_code: str) -> StampedValue | None:
        place = (key, division_code)
        if place not in self._seen:
            value = self._lookup(key, self.day, division_code)
            problem = value_problem(kind, value.fact_value) if value else None
            if problem:
                raise StampInvalid(f"parameter {key} on {self.day} in {division_code}: {problem}")
            self._seen[place] = value
        return self._seen[place]

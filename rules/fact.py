"""What a fact is: the typed, self-contained record of one subject that rules judge."""

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from db.enums import Line, SubjectKind
from db.types import Period

Scalar = int | str | bool
"""A value as the engine sees it; an absent value is simply not there."""

MAX_FIELDS = 100
"""durable_rules 2.0.28 crashes at 260 properties on one fact; stamped parameters count as well."""
MAX_INT = 2**62
"""Exclusive bound of every integer: the engine wraps silently at 2**63."""
MAX_TEXT = 1_000
"""Longest text of a fact, in characters; the engine keeps lengths in 16 bits."""


class FactType(StrEnum):
    """What a value means and therefore how it is stored, compared and written."""

    MONEY = "MONEY"
    """Integer fen."""
    RATE = "RATE"
    """Integer basis points; a gap of percentage points as well. May be negative."""
    COUNT = "COUNT"
    DAYS = "DAYS"
    DATE = "DATE"
    """`date.toordinal()`."""
    QUANTITY = "QUANTITY"
    """Integer millionths."""
    TEXT = "TEXT"
    """Text; an enumeration by its value."""
    BOOL = "BOOL"
    PERIOD = "PERIOD"
    """`Period.ordinal`."""

    @property
    def python(self) -> type[int | str]:
        """The one Python type its values have; bool is not int here."""
        return _PYTHON_TYPES.get(self, int)

    @property
    def ordered(self) -> bool:
        """Whether `<` means something."""
        return self not in _PYTHON_TYPES


_PYTHON_TYPES: Mapping[FactType, type[int | str]] = {FactType.TEXT: str, FactType.BOOL: bool}

UNIT_TYPES: Mapping[str, FactType] = MappingProxyType(
    {
        "days": FactType.DAYS,
        "workdays": FactType.DAYS,
        "months": FactType.COUNT,
        "points": FactType.RATE,
        "percent": FactType.RATE,
        "permille": FactType.RATE,
        "bp": FactType.RATE,
        "fen": FactType.MONEY,
        "yuan": FactType.MONEY,
        "wan_yuan": FactType.MONEY,
        "count": FactType.COUNT,
        "quarters": FactType.COUNT,
        "flag": FactType.BOOL,
        "text": FactType.TEXT,
    }
)
"""The fact type a parameter of each unit has once it is stamped: points → bp, yuan → fen."""

RESERVED_NAMES = frozenset({"id", "sid", "kind", "alias", "define", "matches", "imatches"})
"""The engine's own properties and the attributes of its rule language."""

_UNSAFE_TEXT = frozenset("\"'\\")
"""The engine compares the JSON text, escapes and all."""
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class FactInvalid(Exception):
    """A fact does not have the shape its kind declares."""

    def __init__(self, kind: str, name: str, problem: str) -> None:
        super().__init__(f"fact {kind}, field {name}: {problem}")
        self.kind = kind
        self.name = name


@dataclass(frozen=True, slots=True)
class Field:
    """One named, typed value of a fact kind, with labels for people; ValueError for a name no rule could use."""

    name: str
    type: FactType
    zh: str
    en: str
    labels: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """For an enumeration: value → its Chinese and English names, as messages write it."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no field name: use lower_snake_case without double underscores")
        if self.name in RESERVED_NAMES or keyword.iskeyword(self.name):
            raise ValueError(f"{self.name!r} is reserved by the engine or by the condition language; rename the field")


@dataclass(frozen=True, slots=True)
class FactKind:
    """The declared shape of one kind of fact; ValueError when the declaration contradicts itself."""

    name: str
    zh: str
    en: str
    subject: SubjectKind
    fields: tuple[Field, ...]
    _by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    _types: Mapping[str, type[int | str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no fact kind name: use lower_snake_case")
        by_name = {each.name: each for each in self.fields}
        if len(by_name) != len(self.fields):
            raise ValueError(f"fact kind {self.name} declares a field twice")
        if len(by_name) > MAX_FIELDS:
            raise ValueError(f"fact kind {self.name} has {len(by_name)} fields; the engine is safe up to {MAX_FIELDS}")
        object.__setattr__(self, "_by_name", MappingProxyType(by_name))
        object.__setattr__(self, "_types", {each.name: each.type.python for each in self.fields})

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Field:
        """The field of that name; KeyError otherwise."""
        return self._by_name[name]

    def check(self, fact: "Fact") -> None:
        """Refuses a fact that is not exactly of this shape with FactInvalid."""
        if fact.kind != self.name:
            raise FactInvalid(fact.kind, "kind", f"checked against the declaration of {self.name}")
        for name, value in fact.values.items():
            # Nearly every value of a million is a small number or a flag of its declared type: no more to ask then.
            if type(value) is self._types.get(name) and not isinstance(value, str) and -MAX_INT < value < MAX_INT:
                continue
            if name not in self:
                raise FactInvalid(self.name, name, "not declared; add it to the fact kind or drop it")
            problem = value_problem(self[name].type, value)
            if problem:
                raise FactInvalid(self.name, name, problem)
        for name in fact.sources:
            if name not in self:
                raise FactInvalid(self.name, name, "has a source document but is not declared")


def value_problem(expected: FactType, value: object) -> str | None:
    """What is wrong with a value of that type, or None."""
    if type(value) is not expected.python:
        return f"{expected.value} is {expected.python.__name__}, got {value!r}; leave an unknown value out"
    if isinstance(value, str):
        return None if len(value) <= MAX_TEXT else f"text of {len(value)} characters; at most {MAX_TEXT}"
    if isinstance(value, int) and abs(value) >= MAX_INT:
        return f"{value} is beyond ±2**62, where the engine could wrap"
    return None


def engine_problem(value: object) -> str | None:
    """Why the engine must not see a value, or None."""
    if type(value) is bool:
        return None
    if type(value) is int:
        return None if abs(value) < MAX_INT else f"{value} is beyond ±2**62, where the engine could wrap"
    if type(value) is not str:
        return f"{value!r} is no int, str or bool; leave an unknown value out"
    if len(value) > MAX_TEXT or not value.isprintable() or _UNSAFE_TEXT & set(value):
        return f"text {value[:40]!r} is too long or has quotes, backslashes or control characters"
    return None


@dataclass(frozen=True, slots=True)
class Fact:
    """All a rule needs to know about one subject in one period; arithmetic is already done."""

    kind: str
    values: Mapping[str, Scalar]
    subject_id: int
    division_id: int
    division_code: str
    period: Period | None = None
    discriminator: str = ""
    """Tells apart several facts of one kind about the same subject and period, e.g. a source of money."""
    sources: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Field name → id of the document the value was taken from."""
    responsible_unit_id: int | None = None
    line: Line | None = None

"""A condition over one fact: the tree behind a rule's text, for every reader of it (engine, Python, SQL)."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any as AnyType

from db.types import Period
from rules.fact import FactType, Scalar


class Operator(StrEnum):
    """How two values are compared."""

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="

    @property
    def ordering(self) -> bool:
        """Whether it needs values that have an order."""
        return self not in {Operator.EQ, Operator.NE}


@dataclass(frozen=True, slots=True)
class FieldName:
    """A value of the fact itself."""

    name: str


@dataclass(frozen=True, slots=True)
class ParameterKey:
    """A dated number of the law, stamped on the fact before it is judged."""

    key: str

    @property
    def name(self) -> str:
        """The property it is stamped under."""
        return stamp_name(self.key)


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant, already in the fact's own units (a date is its ordinal)."""

    value: Scalar
    type: FactType


Reference = FieldName | ParameterKey
Operand = FieldName | ParameterKey | Literal


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field >= operand`."""

    left: FieldName
    operator: Operator
    right: Operand


@dataclass(frozen=True, slots=True)
class Membership:
    """`field in (a, b)` or `field not in (a, b)`."""

    left: FieldName
    values: tuple[Literal, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """`flag` or `not flag`."""

    operand: Reference
    negated: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; never directly within another All."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds; never directly within another Any."""

    parts: "tuple[Condition, ...]"


Atom = Comparison | Membership | Flag
Condition = Comparison | Membership | Flag | All | Any


def stamp_name(key: str) -> str:
    """`slow_payment.red_points` → `slow_payment__red_points`: the property a parameter is stamped under."""
    return key.replace(".", "__")


def all_of(*conditions: Condition | None) -> Condition:
    """The conjunction of those given; ValueError when none is."""
    present = [each for each in conditions if each is not None]
    if not present:
        raise ValueError("a conjunction of nothing would always hold; give at least one condition")
    parts = tuple(part for each in present for part in (each.parts if isinstance(each, All) else (each,)))
    return parts[0] if len(parts) == 1 else All(parts)


def atoms(condition: Condition) -> Iterator[Atom]:
    """Its comparisons, memberships and flags, from left to right."""
    if isinstance(condition, All | Any):
        for part in condition.parts:
            yield from atoms(part)
    else:
        yield condition


def _references(condition: Condition) -> Iterator[Reference]:
    for atom in atoms(condition):
        if isinstance(atom, Flag):
            yield atom.operand
            continue
        yield atom.left
        if isinstance(atom, Comparison) and not isinstance(atom.right, Literal):
            yield atom.right


def fields(condition: Condition) -> frozenset[str]:
    """Names of the fact's values it reads."""
    return frozenset(each.name for each in _references(condition) if isinstance(each, FieldName))


def parameters(condition: Condition) -> frozenset[str]:
    """Keys of the parameters it reads."""
    return frozenset(each.key for each in _references(condition) if isinstance(each, ParameterKey))


def names(condition: Condition) -> frozenset[str]:
    """Every property it reads: fields and stamped parameters."""
    return frozenset(each.name for each in _references(condition))


COMPARE: Mapping[Operator, Callable[[AnyType, AnyType], bool]] = {
    Operator.EQ: operator.eq,
    Operator.NE: operator.ne,
    Operator.LT: operator.lt,
    Operator.LE: operator.le,
    Operator.GT: operator.gt,
    Operator.GE: operator.ge,
}


def holds(condition: Condition, values: Mapping[str, Scalar]) -> bool:
    """Whether it holds for these values (fields and stamped parameters); KeyError unless all it reads are there."""
    match condition:
        case All(parts):
            return all(holds(part, values) for part in parts)
        case Any(parts):
            return any(holds(part, values) for part in parts)
        case Flag(operand, negated):
            return bool(values[operand.name]) is not negated
        case Membership(left, literals, negated):
            return (values[left.name] in {each.value for each in literals}) is not negated
        case Comparison(left, comparator, right):
            other = right.value if isinstance(right, Literal) else values[right.name]
            return COMPARE[comparator](values[left.name], other)


def disjuncts(condition: Condition) -> tuple[tuple[Atom, ...], ...]:
    """Its alternatives as plain conjunctions of comparisons, flags and `not in`: the shape the engine is safe with."""
    match condition:
        case Any(parts):
            return tuple(conjunct for part in parts for conjunct in disjuncts(part))
        case All(parts):
            product: tuple[tuple[Atom, ...], ...] = ((),)
            for part in parts:
                product = tuple((*done, *more) for done in product for more in disjuncts(part))
            return product
        case Membership(left, literals, False):
            return tuple((Comparison(left, Operator.EQ, each),) for each in literals)
        case _:
            return ((condition,),)


def to_text(condition: Condition) -> str:
    """The canonical text, which parses back to the same tree."""
    match condition:
        case All(parts):
            return " and ".join(f"({to_text(part)})" if isinstance(part, Any) else to_text(part) for part in parts)
        case Any(parts):
            return " or ".join(f"({to_text(part)})" if isinstance(part, All) else to_text(part) for part in parts)
        case Flag(operand, negated):
            return f"not {_operand_text(operand)}" if negated else _operand_text(operand)
        case Membership(left, literals, negated):
            listed = ", ".join(_operand_text(each) for each in literals)
            comma = "," if len(literals) == 1 else ""
            return f"{left.name} {'not in' if negated else 'in'} ({listed}{comma})"
        case Comparison(left, comparator, right):
            return f"{left.name} {comparator.value} {_operand_text(right)}"


def _operand_text(operand: Operand) -> str:
    match operand:
        case FieldName(name):
            return name
        case ParameterKey(key):
            return key
        case Literal(value, FactType.DATE):
            return repr(date.fromordinal(int(value)).isoformat())
        case Literal(value, FactType.PERIOD):
            return repr(Period.from_ordinal(int(value)).code)
        case Literal(value, _):
            return repr(value)

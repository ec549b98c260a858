"""The condition language of rule files: text in, a checked tree out, everything unsafe refused with a position."""

import ast
from collections.abc import Callable, Mapping
from datetime import date

from db.types import Period
from rules.expression import (
    All,
    Any,
    Comparison,
    Condition,
    FieldName,
    Flag,
    Literal,
    Membership,
    Operand,
    Operator,
    ParameterKey,
    Reference,
)
from rules.fact import FactKind, FactType, Scalar, engine_problem, value_problem

ALLOWED = (
    "allowed are `field == operand` (also != < <= > >=), `field in (a, b)`, `flag`, `not flag`, and/or, parentheses; "
    "an operand is a field, a parameter like slow_payment.red_points, an integer, 'TEXT', '2026-01-31', '2026Q3'"
)

_OPERATORS: Mapping[type[ast.cmpop], Operator] = {
    ast.Eq: Operator.EQ,
    ast.NotEq: Operator.NE,
    ast.Lt: Operator.LT,
    ast.LtE: Operator.LE,
    ast.Gt: Operator.GT,
    ast.GtE: Operator.GE,
}


class ExpressionInvalid(Exception):
    """A condition says something the language does not have, or compares what cannot be compared."""

    def __init__(self, text: str, column: int, problem: str) -> None:
        super().__init__(f"{text!r}, column {column}: {problem}")
        self.column = column
        self.problem = problem


def parse(text: str, kind: FactKind, parameter_types: Mapping[str, FactType]) -> Condition:
    """The checked tree of a condition over one fact kind; ExpressionInvalid tells where it went wrong."""
    text = text.strip().replace("\n", " ")  # a condition may be folded over lines in its file
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError) as error:
        column = getattr(error, "offset", None) or 1
        raise ExpressionInvalid(text, column, f"not a condition; {ALLOWED}") from error
    return _Reader(text, kind, parameter_types).condition(tree.body)


class _Reader:
    """Walks one parsed text; knows the names it may mention."""

    def __init__(self, text: str, kind: FactKind, parameter_types: Mapping[str, FactType]) -> None:
        self._text = text
        self._kind = kind
        self._parameter_types = parameter_types

    def condition(self, node: ast.expr) -> Condition:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return All(self._parts(values, All))
            case ast.BoolOp(values=values):
                return Any(self._parts(values, Any))
            case ast.Compare():
                return self._comparison(node)
            case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Attribute() as operand):
                return self._flag(operand, negated=True)
            case ast.Name() | ast.Attribute():
                return self._flag(node, negated=False)
            case ast.UnaryOp(op=ast.Not()):
                raise self._error(node, "`not` stands before a yes/no field only; turn the comparison round instead")
            case _:
                raise self._error(node, f"not part of the language; {ALLOWED}")

    def _parts(self, nodes: list[ast.expr], group: type[All] | type[Any]) -> tuple[Condition, ...]:
        found = [self.condition(node) for node in nodes]
        return tuple(part for each in found for part in (each.parts if isinstance(each, group) else (each,)))

    def _flag(self, node: ast.expr, *, negated: bool) -> Flag:
        reference = self._reference(node)
        if self._type_of(reference, node) is not FactType.BOOL:
            raise self._error(node, "only a yes/no value can stand alone; compare this one with something")
        return Flag(reference, negated)

    def _comparison(self, node: ast.Compare) -> Condition:
        if len(node.ops) != 1:
            raise self._error(node, "one comparison at a time: write `a <= b and b <= c`")
        left = self._reference(node.left)
        if not isinstance(left, FieldName):
            raise self._error(node.left, "a comparison starts with a field; put the parameter on the right")
        kind, comparator, right = self._kind[left.name].type, node.ops[0], node.comparators[0]
        if isinstance(comparator, ast.In | ast.NotIn):
            return self._membership(left, kind, right, negated=isinstance(comparator, ast.NotIn))
        if type(comparator) not in _OPERATORS:
            raise self._error(node, f"this comparison is not part of the language; {ALLOWED}")
        symbol = _OPERATORS[type(comparator)]
        if symbol.ordering and not kind.ordered:
            raise self._error(node, f"{left.name} is {kind.value}, which has no order; use == or != or in")
        return self._compared(left, symbol, right)

    def _compared(self, left: FieldName, symbol: Operator, right: ast.expr) -> Condition:
        kind = self._kind[left.name].type
        operand = self._operand(right, kind)
        if isinstance(operand, Literal) and kind is FactType.BOOL:
            return Flag(left, negated=bool(operand.value) is not (symbol is Operator.EQ))
        return Comparison(left, symbol, operand)

    def _membership(self, left: FieldName, kind: FactType, node: ast.expr, *, negated: bool) -> Membership:
        if not isinstance(node, ast.Tuple) or not node.elts:
            raise self._error(node, "`in` needs a list of constants in parentheses, like ('A', 'B') or ('A',)")
        if kind is FactType.BOOL:
            raise self._error(node, f"{left.name} is yes/no; write it alone or with `not`")
        values = tuple(self._literal(each, kind) for each in node.elts)
        if len(set(values)) != len(values):
            raise self._error(node, "a constant is listed twice")
        return Membership(left, values, negated)

    def _operand(self, node: ast.expr, expected: FactType) -> Operand:
        if not isinstance(node, ast.Name | ast.Attribute):
            return self._literal(node, expected)
        reference = self._reference(node)
        found = self._type_of(reference, node)
        if found is not expected:
            raise self._error(node, f"{ast.unparse(node)} is {found.value}, compared with {expected.value}")
        return reference

    def _reference(self, node: ast.expr) -> Reference:
        if isinstance(node, ast.Name):
            if node.id not in self._kind:
                raise self._error(node, f"fact {self._kind.name} has no field {node.id}")
            return FieldName(node.id)
        key = _dotted(node)
        if key is None:
            raise self._error(node, f"not a field; {ALLOWED}")
        if key not in self._parameter_types:
            raise self._error(node, f"there is no parameter {key}")
        return ParameterKey(key)

    def _type_of(self, reference: Reference, node: ast.expr) -> FactType:
        if isinstance(reference, FieldName):
            return self._kind[reference.name].type
        found = self._parameter_types[reference.key]
        if "__" in reference.key:
            raise self._error(node, "a parameter key with a double underscore cannot be stamped")
        return found

    def _literal(self, node: ast.expr, expected: FactType) -> Literal:
        value = _constant(node)
        if value is None:
            raise self._error(node, f"not a constant; {ALLOWED}")
        if isinstance(value, str) and expected in _WRITTEN:
            try:
                value = _WRITTEN[expected](value)
            except ValueError as error:
                raise self._error(node, f"not a {expected.value}: {error}") from error
        elif expected in _WRITTEN:
            raise self._error(node, f"a {expected.value} is written '2026-01-31' or '2026Q3'")
        problem = value_problem(expected, value) or engine_problem(value)
        if problem:
            raise self._error(node, problem)
        return Literal(value, expected)

    def _error(self, node: ast.expr, problem: str) -> ExpressionInvalid:
        return ExpressionInvalid(self._text, node.col_offset + 1, problem)


_WRITTEN: Mapping[FactType, Callable[[str], int]] = {
    FactType.DATE: lambda written: date.fromisoformat(written).toordinal(),
    FactType.PERIOD: lambda written: Period.parse(written).ordinal,
}


def _constant(node: ast.expr) -> Scalar | None:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)) if type(value) is int:
            return -value
        case ast.Constant(value=bool() | int() | str() as value):
            return value
        case _:
            return None


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return None if owner is None else f"{owner}.{node.attr}"
    return None

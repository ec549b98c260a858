"""Whole days between two dates, in the SQL of both databases."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, SQLColumnExpression, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class _DaysBetween(GenericFunction[int]):
    type = Integer()
    inherit_cache = True
    name = "days_between"


@compiles(_DaysBetween, "sqlite")
def _sqlite(element: _DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"cast(julianday({end}) - julianday({start}) as integer)"


@compiles(_DaysBetween, "postgresql")
def _postgresql(element: _DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({end} - {start})"


def days_between(start: Any, end: Any) -> SQLColumnExpression[int]:
    """Days from one date column or value to another; negative when it lies before."""
    return _DaysBetween(_day(start), _day(end))


def _day(value: Any) -> Any:
    return literal(value, Date) if isinstance(value, date) else value

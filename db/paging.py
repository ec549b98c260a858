"""Keyset paging: ordered pages that stay right while rows come and go."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeDecorator, TypeEngine

from db.types import MAX_INT64, Instant, Period, PeriodType

RowT = TypeVar("RowT")
LONGEST_CURSOR = 4_096


class CursorInvalid(ValueError):
    """The cursor was not issued for this list and order; start again without `after`."""


class Sort(StrEnum):
    """Which way an order runs."""

    ASC = "ASC"
    DESC = "DESC"


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key: a column that is never null, and its direction."""

    name: str
    column: SQLColumnExpression[Any]
    direction: Sort = Sort.ASC


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """A stretch of a list: rows with their cursors, and the whole list's statement for counting."""

    rows: Sequence[RowT]
    cursors: Sequence[str]
    has_next: bool
    statement: Select[Any]


async def page(
    session: AsyncSession, statement: Select[Any], *, orders: Sequence[Order], first: int, after: str | None
) -> Page[Any]:
    """Up to `first` rows behind a cursor; the last order must be unique. Raises CursorInvalid."""
    wanted = statement.add_columns(*(order.column.label(f"_key{i}") for i, order in enumerate(orders)))
    if after is not None:
        wanted = wanted.where(_beyond(orders, _decode(after, _signature(statement, orders), orders)))
    wanted = wanted.order_by(*(o.column.desc() if o.direction is Sort.DESC else o.column.asc() for o in orders))
    rows = (await session.execute(wanted.limit(first + 1))).all()
    kept = rows[:first]
    width = len(orders)
    return Page(
        rows=[row[0] if len(row) == width + 1 else row[:-width] for row in kept],
        cursors=[_encode(_signature(statement, orders), row[-width:]) for row in kept],
        has_next=len(rows) > first,
        statement=statement,
    )


async def count(session: AsyncSession, statement: Select[Any]) -> int:
    """How many rows the whole list has."""
    return await session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


def _beyond(orders: Sequence[Order], values: Sequence[Any]) -> ColumnElement[bool]:
    keys = [literal(value, _type(order.column)) for order, value in zip(orders, values, strict=True)]
    if len({order.direction for order in orders}) == 1:
        left, right = tuple_(*(order.column for order in orders)), tuple_(*keys)
        return left < right if orders[0].direction is Sort.DESC else left > right
    steps: list[ColumnElement[bool]] = []
    for i, order in enumerate(orders):
        same = [orders[j].column == keys[j] for j in range(i)]
        later = order.column < keys[i] if order.direction is Sort.DESC else order.column > keys[i]
        steps.append(and_(*same, later))
    return or_(*steps)


def _type(column: SQLColumnExpression[Any]) -> TypeEngine[Any]:
    found: TypeEngine[Any] = cast("ColumnElement[Any]", column).type
    return found


def _encode(signature: str, values: Sequence[Any]) -> str:
    text = json.dumps([signature, *map(_plain, values)], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, expected: str, orders: Sequence[Order]) -> list[Any]:
    try:
        text = base64.urlsafe_b64decode(cursor[:LONGEST_CURSOR] + "=" * (-len(cursor) % 4))
        signature, *plain = json.loads(text)
        values = [_value(value) for value in plain]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CursorInvalid(f"cursor {cursor[:40]!r} is not one this API issued; start again without it") from error
    fits = [_fits(_type(order.column), value) for order, value in zip(orders, values, strict=False)]
    if signature == expected and len(values) == len(orders) and all(fits):
        return values
    raise CursorInvalid(f"cursor {cursor[:40]!r} belongs to another list or order; start again without it")


def _plain(value: Any) -> Any:
    if isinstance(value, Period):
        return {"period": value.code}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    ((kind, text),) = plain.items()
    return {"period": Period.parse, "instant": datetime.fromisoformat, "day": date.fromisoformat}[kind](text)


def _fits(column: TypeEngine[Any], value: Any) -> bool:
    """Whether a value can be compared with a column; whoever forges a cursor gets a refusal, not a failure."""
    kinds: dict[type[Any], type[Any]] = {PeriodType: Period, Instant: datetime}
    plain = column.impl_instance if isinstance(column, TypeDecorator) else column
    if type(value) is not kinds.get(type(column), plain.python_type):
        return False
    if isinstance(value, str):
        return "\0" not in value
    return not isinstance(value, int) or abs(value) <= MAX_INT64


def _signature(statement: Select[Any], orders: Sequence[Order]) -> str:
    """Which list it is, and in which order."""
    listed = statement.column_descriptions[0]["name"]
    return f"{listed}|" + ",".join(f"{order.name}:{order.direction}" for order in orders)

"""Scalars: money, rates and quantities as exact decimal text, never floats."""

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from strawberry.scalars import JSON
from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.scalar import ScalarDefinition

from db.types import rate_text, yuan_text
from schema.describe import both

Money = NewType("Money", int)
"""Integer fen inside, yuan with two places outside."""
Rate = NewType("Rate", int)
"""Integer basis points inside, a share of 1 with four places outside."""
Quantity = NewType("Quantity", Decimal)
"""A physical quantity."""
_DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)


def rate_given(text: object) -> int:
    """`"0.6000"` → 6000 basis points; ValueError for anything that is not a decimal text of at most four places."""
    bp = Decimal(text).scaleb(4) if isinstance(text, str) and _DECIMAL.fullmatch(text) else None
    if bp is None or bp != bp.to_integral_value():
        raise ValueError('a rate is decimal text with at most four places, like "0.6000"')
    return int(bp)


SCALARS: dict[object, ScalarDefinition] = {
    date: replace(DateDefinition, description=both("日期, ISO 8601, 如 2026-10-16", "ISO 8601 day, like 2026-10-16")),
    datetime: replace(
        DateTimeDefinition, description=both("时刻, ISO 8601, 带时区", "ISO 8601 instant with its time zone")
    ),
    JSON: replace(
        DEFAULT_SCALAR_REGISTRY[JSON], description=both("任意 JSON 值", "any JSON value"), specified_by_url=None
    ),
    Money: strawberry.scalar(
        name="Money",
        description=both("金额, 单位元, 两位小数的十进制文本", "decimal text in yuan with two places"),
        serialize=yuan_text,
    ),
    Rate: strawberry.scalar(
        name="Rate",
        description=both(
            "比率, 以 1 为整体, 四位小数的十进制文本; 分母为 0 时为空",
            "a share of 1 as decimal text with four places; null where the denominator is 0",
        ),
        serialize=rate_text,
        parse_value=rate_given,
    ),
    Quantity: strawberry.scalar(
        name="Quantity",
        description=both("数量, 精确的十进制文本", "an exact quantity as decimal text"),
        serialize=lambda value: format(value, "f"),
    ),
}

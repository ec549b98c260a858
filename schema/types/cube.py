"""汇总表: rows of a roll-up by dimensions."""

import strawberry

from db.rollup.question import Dimension
from schema.describe import both
from schema.types.rollup import Rollup
from schema.types.viewer import AppliedScope


@strawberry.type(description=both("汇总行的一个维度值", "one dimension's value of a row"))
class RollupKey:
    """A key."""

    dimension: Dimension = strawberry.field(description=both("维度", "dimension"))
    value: str | None = strawberry.field(
        description=both("值: 区划代码、资金编码、枚举值或年份", "division or fund code, enum value or year")
    )
    label: str = strawberry.field(description=both("中文标签", "Chinese label"))


@strawberry.type(description=both("汇总行", "a row of a roll-up"))
class RollupRow(Rollup):
    """A row."""

    keys: list[RollupKey] = strawberry.field(
        description=both("各维度的值, 按所问的顺序", "values in the order asked"), default_factory=list
    )


@strawberry.type(description=both("汇总表", "a roll-up by dimensions"))
class RollupTable:
    """Rows and their total."""

    rows: list[RollupRow] = strawberry.field(description=both("各行", "rows"))
    total_rows: int = strawberry.field(description=both("符合条件的总行数", "how many rows there are in all"))
    totals: Rollup = strawberry.field(
        description=both("同一范围的合计, 独立计算", "the total of the same facts, computed on its own")
    )
    scope: AppliedScope = strawberry.field(description=both("数据范围", "the scope applied"))
    notes: list[str] = strawberry.field(
        description=both("未能按所问维度计算的指标及原因", "measures that the dimensions asked for do not divide")
    )

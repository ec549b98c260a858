"""Arguments that many root fields share."""

from datetime import date, datetime
from typing import Annotated, TypeAlias

import strawberry

from db.enums import Tree
from schema.describe import argument

AsOf: TypeAlias = Annotated[
    date | None,
    argument(
        "判断时限、状态与执行所依据的日期, 默认今天", "day deadlines, states and execution are judged on; default today"
    ),
]
KnownAt: TypeAlias = Annotated[
    datetime | None,
    argument("按哪一时刻已登记的内容回答, 默认现在", "as the record was known at this moment; default now"),
]
HierarchyAsOf: TypeAlias = Annotated[
    date | None, argument("按哪一天的区划汇总, 默认今天", "division tree of which day to roll up by; default today")
]
ByTree: TypeAlias = Annotated[
    Tree | None, argument("按行政隶属还是资金渠道, 默认行政隶属", "which parent relation; default the administrative")
]
First: TypeAlias = Annotated[int, argument("每页条数", "page length")]
After: TypeAlias = Annotated[str | None, argument("从该游标之后", "after this cursor")]
Code: TypeAlias = Annotated[strawberry.ID, argument("编码", "code")]

"""Roll-ups by dimensions."""

from asyncio import gather
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import strawberry

from db.labels import zh
from db.rollup.question import Dimension, Measure
from db.types import Period
from resolvers import rollups as use
from resolvers.context import Context
from resolvers.money import funds_by_id
from resolvers.refusal import BadRequest
from resolvers.rollups import Cube
from resolvers.view import Clocks, View
from schema.describe import argument, field
from schema.info import Info
from schema.inputs import CubeFilter, RollupOrder, rollup_where
from schema.queries.arguments import AsOf, ByTree, First, HierarchyAsOf, KnownAt
from schema.types.cube import RollupKey, RollupRow, RollupTable
from schema.types.rollup import Restated, Rollup, selected_measures
from schema.types.viewer import AppliedScope

ABOVE = "(未到该级)"


@strawberry.type
class RollupQuery:
    """Sums in any shape."""

    @field("按任意维度汇总", "a roll-up by any dimensions")
    async def rollup(
        self,
        info: Info,
        by: Annotated[list[Dimension], argument("汇总维度", "dimensions")],
        where: Annotated[CubeFilter | None, argument("哪些数据参与", "which facts take part")] = None,
        order_by: Annotated[
            list[RollupOrder] | None, argument("排序, 默认按维度值", "order; default by the keys")
        ] = None,
        first: First = 100,
        restated: Restated = True,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        hierarchy_as_of: HierarchyAsOf = None,
        tree: ByTree = None,
    ) -> RollupTable:
        """A table of sums."""
        ctx, seen = info.context, await info.context.view(Clocks(as_of, known_at, hierarchy_as_of, tree))
        most = ctx.caller.max_first * 10
        if not 1 <= first <= most:
            raise BadRequest(f"first 应在 1 至 {most} 之间", f"first must be 1 to {most}, got {first}")
        orders = order_by or []
        measures = selected_measures(info, "rows") | {order.measure for order in orders}
        cube = await use.cube(
            ctx,
            by=by,
            under=where.under if where else None,
            where=rollup_where(where),
            view=replace(seen, restated=restated),
            measures=measures,
            total_measures=selected_measures(info, "totals"),
        )
        undefined = frozenset(cube.rows.undefined)
        divided = (*cube.by, *([Dimension.PROJECT_STATUS] if where and where.status else []))
        await _funds(ctx, cube, seen)
        rows = [
            (RollupRow(keys=await _keys(ctx, cube, key, seen), sums=sums, undefined=undefined), key)
            for key, sums in cube.rows.rows.items()
        ]
        rows.sort(key=lambda row: tuple((k.value is None, k.value or "") for k in row[0].keys))
        for order in reversed(orders):
            rows.sort(key=lambda row: _rank(row[0], order))
        return RollupTable(
            rows=[row for row, _ in rows[:first]],
            total_rows=len(rows),
            totals=Rollup(sums=cube.total.sums, undefined=cube.total.undefined),
            scope=AppliedScope(under=cube.under, view=seen),
            notes=[_note(measure, divided) for measure in sorted(undefined & measures)],
        )


def _rank(row: RollupRow, order: RollupOrder) -> tuple[bool, int]:
    amount = row.amount(order.measure)
    if amount is None:
        return (True, 0)
    return (False, -amount if order.direction == "DESC" else amount)


async def _funds(ctx: Context, cube: Cube, view: View) -> None:
    """The funds of all keys at once, so that naming each row's asks nothing."""
    if Dimension.FUND in cube.by:
        at = cube.by.index(Dimension.FUND)
        await gather(*(ctx.load(funds_by_id, fund_id, view) for fund_id in {key[at] for key in cube.rows.rows}))


async def _keys(ctx: Context, cube: Cube, key: Sequence[Any], view: View) -> list[RollupKey]:
    keys: list[RollupKey] = []
    for dimension, value in zip(cube.by, key, strict=True):
        if value is None:
            keys.append(RollupKey(dimension=dimension, value=None, label=ABOVE if dimension.level else "(无)"))
        elif dimension.level is not None:
            place = (await ctx.atlas(view)).place(value)
            keys.append(RollupKey(dimension=dimension, value=place.code, label=place.name))
        elif dimension is Dimension.FUND:
            fund = await ctx.load(funds_by_id, value, view)
            assert fund is not None
            keys.append(RollupKey(dimension=dimension, value=fund.code, label=fund.name))
        else:
            keys.append(_plain_key(dimension, value))
    return keys


def _plain_key(dimension: Dimension, value: Any) -> RollupKey:
    if dimension is Dimension.PERIOD:
        code = Period.from_ordinal(int(value)).code
        return RollupKey(dimension=dimension, value=code, label=code)
    if isinstance(value, int):
        suffix = "年" if dimension is Dimension.BUDGET_YEAR else ""
        return RollupKey(dimension=dimension, value=str(value), label=f"{value}{suffix}")
    return RollupKey(dimension=dimension, value=value.value, label=zh(value))


def _note(measure: Measure, by: Sequence[Dimension]) -> str:
    listed = ", ".join(dimension.value for dimension in by)
    return f"{measure.value} 不能按 [{listed}] 划分 / is not divided by [{listed}]"

"""Roll-ups for callers: their scope applied, the map chosen, nodes of one answer computed together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import case, func, select

from db.enums import FilingKind, FilingState, Level
from db.models import Filing
from db.rollup.query import Rollup, roll_up
from db.rollup.question import Dimension, Measure, Question, Sums, Where
from db.scope import may_see, subtree
from db.types import rate_bp
from resolvers.context import Context
from resolvers.view import View


@dataclass(frozen=True, slots=True)
class NodeSums:
    """What one division's roll-up came to."""

    sums: Sums
    undefined: frozenset[Measure]


async def rollup_by_division(
    ctx: Context, ids: list[int], view: View, where: Where, measures: frozenset[Measure]
) -> list[NodeSums]:
    """Batch: the sums of each division's subtree, restated on the view's map or as filed."""
    atlas = await ctx.atlas(view)
    question = Question(
        scope=ctx.scope,
        as_of=view.as_of,
        hierarchy_day=view.hierarchy_as_of,
        tree=view.tree,
        under=atlas.nation.id,
        under_nation=True,
        where=where,
        nodes=tuple(ids),
        restated=view.restated,
    )
    async with ctx.read(view) as session:
        answer = await roll_up(session, question, measures)
    return [NodeSums(answer.rows.get((i,), {}), frozenset(answer.undefined)) for i in ids]


@dataclass(frozen=True, slots=True)
class Cube:
    """A grouped roll-up with its total over the same facts."""

    by: tuple[Dimension, ...]
    rows: Rollup
    total: NodeSums
    under: int


async def cube(
    ctx: Context,
    *,
    by: Sequence[Dimension],
    under: str | None,
    where: Where,
    view: View,
    measures: Iterable[Measure],
    total_measures: Iterable[Measure],
) -> Cube:
    """Rows by dimension and the total below a division, the caller's own by default."""
    top = await ctx.place(ctx.caller.division_code if under is None else under, view)
    question = Question(
        scope=ctx.scope,
        as_of=view.as_of,
        hierarchy_day=view.hierarchy_as_of,
        tree=view.tree,
        under=top.id,
        under_nation=top.level is Level.NATION,
        where=where,
        by=tuple(dict.fromkeys(by)),
        restated=view.restated,
    )
    whole = replace(question, by=())
    wanted = set(total_measures)
    async with ctx.read(view) as session:
        rows = await roll_up(session, question, measures)
        total = await roll_up(session, whole, wanted) if wanted else Rollup()
    return Cube(question.by, rows, NodeSums(total.rows.get((), {}), frozenset(total.undefined)), top.id)


async def unreviewed_share(ctx: Context, under: int, view: View) -> int | None:
    """Basis points of the filings below that the province has not vouched for; None without filings."""
    reviewed = [state for state in FilingState if state.reviewed]
    statement = select(func.count(), func.count(case((Filing.state.not_in(reviewed), 1)))).where(
        Filing.kind != FilingKind.EXEMPT, may_see(Filing, ctx.scope)
    )
    nation = (await ctx.atlas(view)).nation
    if under != nation.id:
        inside = subtree(under, day=view.hierarchy_as_of, tree=view.tree)
        statement = statement.where(Filing.division_id.in_(inside))
    async with ctx.read(view) as session:
        total, open_ = (await session.execute(statement)).one()
    return rate_bp(open_, total)

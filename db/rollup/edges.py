"""Money on its way: what groups received, passed on, gave back and still hold.

An edge counts as received by a group when it brings the money in: its recipient lies inside, and either it is new
money or its grantor lies outside. What the first holder inside passes on counts as issued. So a transfer handed down
three levels is counted once at each level and never twice in one sum.
"""

from typing import Any

from sqlalchemy import Select, and_, case, func, not_, null, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import ISSUED_KINDS, AllocationKind, Level
from db.models import Allocation, DivisionClosure, DivisionVersion, Fund
from db.rollup.geometry import Expression, ancestor, below, level_key, on_map, quarter, read
from db.rollup.question import Answer, Dimension, Question, add
from db.scope import visible

DIMENSIONS = frozenset(Dimension) - {Dimension.PROJECT_STATUS, Dimension.INDICATOR_KIND}


async def edges(session: AsyncSession, question: Question) -> Answer:
    """Sums `received`, `issued`, `recalled` in fen by key."""
    answer: Answer = {}
    if question.nodes or not question.levels:
        add(answer, await read(session, question, _inside_nodes(question)))
        return answer
    add(answer, await read(session, question, _inside_levels(question)))
    add(answer, await read(session, question, _held_above(question)))
    add(answer, await read(session, question, _passed_below(question)))
    return answer


class _Edge:
    """The aliases of one edge, the receipt it comes out of, and (for a recall) the receipt behind that."""

    def __init__(self) -> None:
        self.e, self.p, self.pp = Allocation, aliased(Allocation), aliased(Allocation)
        self.recall: Expression = self.e.kind == AllocationKind.RECALL
        self.root: Expression = case((self.recall, self.p.parent_id.is_(None)), else_=self.e.parent_id.is_(None))
        self.up_grantor = case((self.recall, self.pp.grantor_id), else_=self.p.grantor_id)
        self.up_root: Expression = case((self.recall, self.pp.parent_id.is_(None)), else_=self.p.parent_id.is_(None))

    def select(self, question: Question) -> Select[Any]:
        where = question.where
        day = func.coalesce(self.e.received_on, self.e.issued_on)
        statement = (
            select()
            .select_from(self.e)
            .join(Fund, Fund.id == self.e.fund_id)
            .outerjoin(self.p, self.p.id == self.e.parent_id)
            .outerjoin(self.pp, self.pp.id == self.p.parent_id)
            .where(self.e.kind.in_([*ISSUED_KINDS, AllocationKind.RECALL]))
            .where(or_(day.is_(None), day <= question.as_of))
        )
        for column, wanted in (
            (self.e.budget_year, where.budget_years),
            (Fund.line, where.lines),
            (Fund.code, where.funds),
            (Fund.category, where.categories),
            (self.e.source, where.sources),
            (self.e.provenance, where.provenances),
        ):
            if wanted:
                statement = statement.where(column.in_(wanted))
        return visible(statement, Allocation, to=question.scope)

    def sums(self, *, in_grantor: Expression, in_up: Expression) -> dict[str, Expression]:
        entered = or_(self.root, not_(in_grantor))
        passed_on = and_(in_grantor, or_(self.root, self.up_root, not_(in_up)), _not_central(self))
        amount = self.e.amount_fen
        signed = case((self.recall, -amount), else_=amount)
        return {
            "received": _total(and_(entered, not_(self.recall)), amount),
            "recalled": _total(and_(entered, self.recall), amount),
            "issued": _total(passed_on, signed),
        }


def _not_central(edge: _Edge) -> Expression:
    """New central money is issued from outside every group, also from outside the nation's."""
    nation = select(DivisionVersion.division_id).where(DivisionVersion.level == Level.NATION)
    return not_(and_(edge.root, edge.e.grantor_id.in_(nation)))


def _total(condition: Expression, amount: Expression) -> Expression:
    return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)


def _inside_nodes(question: Question) -> Select[Any]:
    """Groups that are named divisions, or the one division asked about."""
    edge = _Edge()
    group, grantor, up = aliased(DivisionClosure), aliased(DivisionClosure), aliased(DivisionClosure)
    nodes = question.nodes or (question.under,)
    here = [on_map(alias, question.tree, question.hierarchy_day) for alias in (group, grantor, up)]
    statement = (
        edge.select(question)
        .join(group, and_(group.descendant_id == edge.e.recipient_id, group.ancestor_id.in_(nodes), here[0]))
        .outerjoin(
            grantor,
            and_(grantor.ancestor_id == group.ancestor_id, grantor.descendant_id == edge.e.grantor_id, here[1]),
        )
        .outerjoin(up, and_(up.ancestor_id == group.ancestor_id, up.descendant_id == edge.up_grantor, here[2]))
    )
    sums = edge.sums(in_grantor=grantor.id.is_not(None), in_up=up.id.is_not(None))
    geo = [group.ancestor_id] if question.nodes else []
    return _grouped(statement, question, edge, geo=geo, sums=sums)


def _inside_levels(question: Question) -> Select[Any]:
    """Groups that are all divisions of the finest level asked for."""
    edge = _Edge()
    finest = question.levels[-1]
    group, of_recipient = ancestor(question, finest, edge.e.recipient_id)
    grantor, of_grantor = ancestor(question, finest, edge.e.grantor_id)
    up, of_up = ancestor(question, finest, edge.up_grantor)
    statement = (
        edge.select(question)
        .join(group, of_recipient)
        .outerjoin(grantor, of_grantor)
        .outerjoin(up, of_up)
        .where(*below(question, edge.e.recipient_id))
    )
    sums = edge.sums(
        in_grantor=func.coalesce(grantor.ancestor_id == group.ancestor_id, not_(true())),
        in_up=func.coalesce(up.ancestor_id == group.ancestor_id, not_(true())),
    )
    statement, geo = _coarser(statement, question, edge.e.recipient_id, finest_key=group.ancestor_id)
    return _grouped(statement, question, edge, geo=geo, sums=sums)


def _held_above(question: Question) -> Select[Any]:
    """Money that came in at units above the finest level: their rows have no division of that level."""
    edge = _Edge()
    group, of_recipient = ancestor(question, question.levels[-1], edge.e.recipient_id)
    inside = below(question, edge.e.grantor_id)
    entered = or_(edge.root, not_(and_(*inside))) if inside else edge.root
    statement = (
        edge.select(question)
        .outerjoin(group, of_recipient)
        .where(group.id.is_(None), entered, *below(question, edge.e.recipient_id))
    )
    sums = {
        "received": _total(not_(edge.recall), edge.e.amount_fen),
        "recalled": _total(edge.recall, edge.e.amount_fen),
    }
    statement, geo = _coarser(statement, question, edge.e.recipient_id, finest_key=None)
    return _grouped(statement, question, edge, geo=geo, sums=sums)


def _passed_below(question: Question) -> Select[Any]:
    """What those units passed down, taken off their rows again: it is in the rows below."""
    edge = _Edge()
    finest = question.levels[-1]
    group, of_recipient = ancestor(question, finest, edge.e.recipient_id)
    grantor, of_grantor = ancestor(question, finest, edge.e.grantor_id)
    statement = (
        edge.select(question)
        .join(group, of_recipient)
        .outerjoin(grantor, of_grantor)
        .where(grantor.id.is_(None), not_(edge.root), *below(question, edge.e.grantor_id))
    )
    signed = case((edge.recall, edge.e.amount_fen), else_=-edge.e.amount_fen)
    statement, geo = _coarser(statement, question, edge.e.grantor_id, finest_key=None)
    return _grouped(statement, question, edge, geo=geo, sums={"received": func.coalesce(func.sum(signed), 0)})


def _coarser(
    statement: Select[Any],
    question: Question,
    division: Expression,
    *,
    finest_key: Expression | None,
) -> tuple[Select[Any], list[Any]]:
    """Keys for every geographic dimension in the order asked; the finest is known already."""
    keys: list[Any] = []
    for dimension in question.by:
        if dimension.level is None:
            continue
        if dimension.level is question.levels[-1]:
            keys.append(finest_key)
            continue
        closure, condition = ancestor(question, dimension.level, division)
        statement = statement.outerjoin(closure, condition)
        keys.append(closure.ancestor_id)
    return statement, keys


def _grouped(
    statement: Select[Any],
    question: Question,
    edge: _Edge,
    *,
    geo: list[Any],
    sums: dict[str, Expression],
) -> Select[Any]:
    """Add the other keys and the sums; a key that is plainly None stays out of GROUP BY."""
    geo_keys = iter(geo)
    columns = [next(geo_keys) if d.level else _plain_key(d, edge) for d in question.by] if question.by else geo
    if Dimension.DIVISION_LEVEL in question.by:
        statement, level = level_key(statement, question, edge.e.recipient_id)
        columns[question.by.index(Dimension.DIVISION_LEVEL)] = level
    kept = [column for column in columns if column is not None]
    labelled = [(null() if c is None else c).label(f"k{i}") for i, c in enumerate(columns)]
    return statement.add_columns(*labelled, *(total.label(name) for name, total in sums.items())).group_by(*kept)


def _plain_key(dimension: Dimension, edge: _Edge) -> Any:
    day = func.coalesce(edge.e.received_on, edge.e.issued_on)
    return {
        Dimension.FUND: edge.e.fund_id,
        Dimension.FUND_CATEGORY: Fund.category,
        Dimension.LOCAL_TIER: Fund.local_tier,
        Dimension.SOURCE: edge.e.source,
        Dimension.LINE: Fund.line,
        Dimension.BUDGET_YEAR: edge.e.budget_year,
        Dimension.PERIOD: quarter(day),
        Dimension.TRANCHE: edge.e.tranche,
        Dimension.PROVENANCE: edge.e.provenance,
    }.get(dimension)

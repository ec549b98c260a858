"""Money on its way: what groups received, passed on, gave back and still hold.

An edge counts as received by a group when it brings the money in: its recipient lies inside, and either it is new
money or its grantor lies outside. What the first holder inside passes on counts as issued. So a transfer handed down
three levels is counted once at each level and never twice in one sum.

What one row of a table hands to another is in that row and taken off its own again, money and recalls alike, so that
rows add up to the total. Mostly these are rows without a division of the finest level asked for, which stand for the
units above it, and rows by level; but by one tree money may also go to another's land, as the Corps' does.
"""

from typing import Any

from sqlalchemy import Select, and_, case, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import ISSUED_KINDS, AllocationKind, Level
from db.models import Allocation, DivisionClosure, DivisionVersion, Fund
from db.rollup.geometry import Expression, Spots, on_map, quarter, read
from db.rollup.question import Answer, Dimension, Question, add
from db.scope import visible

DIMENSIONS = frozenset(Dimension) - {Dimension.PROJECT_STATUS, Dimension.INDICATOR_KIND}


async def edges(session: AsyncSession, question: Question) -> Answer:
    """Sums `received`, `issued`, `recalled` in fen by key."""
    answer: Answer = {}
    if question.nodes or not question.places:
        add(answer, await read(session, question, _of_nodes(question)))
        add(answer, await read(session, question, _passed_out(question)))
        return answer
    add(answer, await read(session, question, _taken_in(question)))
    add(answer, await read(session, question, _handed_over(question)))
    return answer


class _Edge:
    """The aliases of one edge, the receipt it comes out of, and (for a recall) the receipt behind that."""

    def __init__(self) -> None:
        self.e, self.p, self.pp = Allocation, aliased(Allocation), aliased(Allocation)
        self.recall: Expression = self.e.kind == AllocationKind.RECALL
        self.root: Expression = case((self.recall, self.p.parent_id.is_(None)), else_=self.e.parent_id.is_(None))
        self.up_grantor: Expression = case((self.recall, self.pp.grantor_id), else_=self.p.grantor_id)

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

    def sums(self, *, entered: Expression, in_grantor: Expression, in_up: Expression) -> dict[str, Expression]:
        """In fen, by whether the edge enters the group, and whether its grantor and the one before lie in it."""
        amount = self.e.amount_fen
        signed = case((self.recall, -amount), else_=amount)
        return {
            "received": _total(and_(entered, not_(self.recall)), amount),
            "recalled": _total(and_(entered, self.recall), amount),
            "issued": _total(and_(in_grantor, self.by_first_holder(in_up)), signed),
        }

    def by_first_holder(self, in_up: Expression) -> Expression:
        """Own money handed on or mapped; or a part of a receipt that came from outside or was booked as own money."""
        nation = select(DivisionVersion.division_id).where(DivisionVersion.level == Level.NATION)
        given = case((self.recall, self.p.project_id), else_=self.e.project_id)
        own = and_(self.root, self.e.grantor_id.not_in(nation), not_(_booked(self.e, given)))
        up_parent = case((self.recall, self.pp.parent_id), else_=self.p.parent_id)
        up_recipient = case((self.recall, self.pp.recipient_id), else_=self.p.recipient_id)
        new = and_(
            up_parent.is_(None), or_(self.up_grantor.in_(nation), self.up_grantor == up_recipient)
        )  # new central money comes from outside every group, the nation's too
        return or_(own, and_(not_(self.root), or_(not_(in_up), new)))


def _booked(edge: type[Allocation], project_id: Expression) -> Expression:
    """A unit's own money entered as a receipt of its own: nothing has been passed on yet."""
    return and_(edge.grantor_id == edge.recipient_id, project_id.is_(None))


def _total(condition: Expression, amount: Expression) -> Expression:
    return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)


def _of_nodes(question: Question) -> Select[Any]:
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
    inside = grantor.id.is_not(None)
    sums = edge.sums(entered=or_(edge.root, not_(inside)), in_grantor=inside, in_up=up.id.is_not(None))
    keys = [group.ancestor_id] if question.nodes else [_plain_key(d, edge) for d in question.by]
    return _grouped(statement, keys, sums)


def _passed_out(question: Question) -> Select[Any]:
    """What went straight out of a group that is no other's part: its recipient lies elsewhere by this tree."""
    edge = _Edge()
    group, to, up = aliased(DivisionClosure), aliased(DivisionClosure), aliased(DivisionClosure)
    nodes = question.nodes or (question.under,)
    here = [on_map(alias, question.tree, question.hierarchy_day) for alias in (group, to, up)]
    statement = (
        edge.select(question)
        .join(group, and_(group.descendant_id == edge.e.grantor_id, group.ancestor_id.in_(nodes), here[0]))
        .outerjoin(to, and_(to.ancestor_id == group.ancestor_id, to.descendant_id == edge.e.recipient_id, here[1]))
        .outerjoin(up, and_(up.ancestor_id == group.ancestor_id, up.descendant_id == edge.up_grantor, here[2]))
        .where(to.id.is_(None), not_(edge.root))
    )
    amount = case((edge.recall, -edge.e.amount_fen), else_=edge.e.amount_fen)
    keys = [group.ancestor_id] if question.nodes else [_plain_key(d, edge) for d in question.by]
    return _grouped(statement, keys, {"issued": _total(edge.by_first_holder(up.id.is_not(None)), amount)})


def _taken_in(question: Question) -> Select[Any]:
    """What came into each row from outside it."""
    edge, spots = _Edge(), Spots.of(question)
    to, grantor, up = spots.alias(), spots.alias(), spots.alias()
    statement = (
        edge.select(question)
        .join(to.table, to.division == edge.e.recipient_id)
        .outerjoin(grantor.table, grantor.division == edge.e.grantor_id)
        .outerjoin(up.table, up.division == edge.up_grantor)
    )
    inside = and_(grantor.division.is_not(None), grantor.same(to))
    sums = edge.sums(
        entered=or_(edge.root, not_(inside)),
        in_grantor=inside,
        in_up=and_(up.division.is_not(None), up.same(to)),
    )
    return _grouped(statement, [to.key(d) if d in to.keys else _plain_key(d, edge) for d in question.by], sums)


def _handed_over(question: Question) -> Select[Any]:
    """What one row passed on to another, taken off its own again."""
    edge, spots = _Edge(), Spots.of(question)
    to, grantor = spots.alias(), spots.alias()
    statement = (
        edge.select(question)
        .join(to.table, to.division == edge.e.recipient_id)
        .join(grantor.table, grantor.division == edge.e.grantor_id)
        .where(not_(edge.root), not_(grantor.same(to)))
    )
    amount = -edge.e.amount_fen
    sums = {"received": _total(not_(edge.recall), amount), "recalled": _total(edge.recall, amount)}
    return _grouped(
        statement, [grantor.key(d) if d in grantor.keys else _plain_key(d, edge) for d in question.by], sums
    )


def _grouped(statement: Select[Any], keys: list[Any], sums: dict[str, Expression]) -> Select[Any]:
    labelled = [key.label(f"k{i}") for i, key in enumerate(keys)]
    return statement.add_columns(*labelled, *(total.label(name) for name, total in sums.items())).group_by(*keys)


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
    }[dimension]

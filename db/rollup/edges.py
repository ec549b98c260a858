"""Money on its way: what groups received, passed on, gave back and still hold.

An edge counts as received by a group when it brings the money in: its recipient lies inside, and either it is new
money or its grantor lies outside. What the first holder inside passes on counts as issued. So a transfer handed down
three levels is counted once at each level and never twice in one sum.

What one row of a table hands to another is in that row and taken off its own again, money and recalls alike, so that
rows add up to the total. Mostly these are rows without a division of the finest level asked for, which stand for the
units above it, and rows by level; but by one tree money may also go to another's land, as the Corps' does.

An edge whose recipient's land was divided is divided with it; its grantor stays one, inside wherever any part of it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Select, and_, case, func, not_, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import ISSUED_KINDS, AllocationKind, Level
from db.models import Allocation, DivisionVersion, Fund
from db.rollup.chart import ESTIMATED, Chart, Expression, Slice
from db.rollup.geometry import quarter, read
from db.rollup.question import Answer, Dimension, Question, add
from db.rollup.spots import Spots
from db.scope import visible

DIMENSIONS = frozenset(Dimension) - {Dimension.PROJECT_STATUS, Dimension.INDICATOR_KIND}


async def edges(session: AsyncSession, question: Question) -> Answer:
    """Sums `received`, `issued`, `recalled` in fen by key."""
    answer: Answer = {}
    if question.nodes or not question.places:
        add(answer, await read(session, question, _of_nodes(question)))
        add(answer, await read(session, question, _passed_out(question)))
        return answer
    for some in await _kinds(session, question):
        add(answer, await read(session, question, _taken_in(question, some)))
        add(answer, await read(session, question, _handed_over(question, some)))
    return answer


@dataclass(frozen=True, slots=True)
class _Some:
    """Edges that are asked about together: those no end of which is divided land, or the others."""

    spots: Spots
    divided: Sequence[int]
    touched: CTE | None = None
    """Where the others are among: those with a divided end, what comes out of them and what takes that back."""


async def _kinds(session: AsyncSession, question: Question) -> Sequence[_Some]:
    divided = await Chart(question).divided(session, Allocation.recipient_id, Allocation.grantor_id)
    plain = _Some(Spots.of(question), divided)
    if not divided:
        return (plain,)
    touched = _touched(divided)
    return plain, _Some(Spots.of_parts(question, _ends(touched)), divided, touched)


def _touched(divided: Sequence[int]) -> CTE:
    e, child, grandchild = Allocation, aliased(Allocation), aliased(Allocation)
    own = select(e.id).where(or_(e.recipient_id.in_(divided), e.grantor_id.in_(divided))).cte("own")
    below = select(child.id).join(own, own.c.id == child.parent_id).cte("below")
    further = select(grandchild.id).join(below, below.c.id == grandchild.parent_id)
    return union(select(own.c.id), select(below.c.id), further).cte("touched")


def _ends(touched: CTE) -> CompoundSelect[int]:
    """The divisions edges lie between, and the ones their money came from before."""
    e, p, pp = aliased(Allocation), aliased(Allocation), aliased(Allocation)
    near = touched.c.id == e.id
    return union(
        select(e.recipient_id).join(touched, near),
        select(e.grantor_id).join(touched, near),
        select(p.grantor_id).join(e, e.parent_id == p.id).join(touched, near),
        select(pp.grantor_id).join(p, p.parent_id == pp.id).join(e, e.parent_id == p.id).join(touched, near),
    )


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

    def among(self, some: _Some) -> tuple[Expression, ...]:
        """The predicate that the edge is one of those asked about."""
        if not some.divided:
            return ()
        whole = and_(
            self.e.recipient_id.not_in(some.divided),
            self.e.grantor_id.not_in(some.divided),
            func.coalesce(self.up_grantor, 0).not_in(some.divided),
        )
        return (whole,) if some.touched is None else (self.e.id.in_(select(some.touched.c.id)), not_(whole))

    def sums(
        self, part: Slice, *, entered: Expression, in_grantor: Expression, in_up: Expression
    ) -> dict[str, Expression]:
        """In fen, by whether the edge enters the group, and whether its grantor and the one before lie in it."""
        amount = part.of(self.e.amount_fen)
        signed = case((self.recall, -amount), else_=amount)
        return {
            "received": _total(and_(entered, not_(self.recall)), amount),
            "recalled": _total(and_(entered, self.recall), amount),
            "issued": _total(and_(in_grantor, self.by_first_holder(in_up)), signed),
            ESTIMATED: part.guesses(),
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
    chart, nodes = Chart(question), question.nodes or (question.under,)
    (group, here), (grantor, there), (up, above) = chart.rows(), chart.rows(), chart.rows()
    statement = (
        edge.select(question)
        .join(group, and_(group.descendant_id == edge.e.recipient_id, group.ancestor_id.in_(nodes), here))
        .outerjoin(
            grantor,
            and_(grantor.ancestor_id == group.ancestor_id, grantor.descendant_id == edge.e.grantor_id, there),
        )
        .outerjoin(up, and_(up.ancestor_id == group.ancestor_id, up.descendant_id == edge.up_grantor, above))
    )
    inside = grantor.id.is_not(None)
    part = Slice((group.share_from_bp, group.share_to_bp), group.estimated)
    sums = edge.sums(part, entered=or_(edge.root, not_(inside)), in_grantor=inside, in_up=up.id.is_not(None))
    keys = [group.ancestor_id] if question.nodes else [_plain_key(d, edge) for d in question.by]
    return _grouped(statement, keys, sums)


def _passed_out(question: Question) -> Select[Any]:
    """What went straight out of a group that is no other's part: its recipient lies elsewhere by this tree."""
    edge = _Edge()
    chart, nodes = Chart(question), question.nodes or (question.under,)
    (group, here), (to, there), (up, above) = chart.rows(), chart.rows(), chart.rows()
    statement = (
        edge.select(question)
        .join(group, and_(group.descendant_id == edge.e.grantor_id, group.ancestor_id.in_(nodes), here))
        .outerjoin(to, and_(to.ancestor_id == group.ancestor_id, to.descendant_id == edge.e.recipient_id, there))
        .outerjoin(up, and_(up.ancestor_id == group.ancestor_id, up.descendant_id == edge.up_grantor, above))
        .where(to.id.is_(None), not_(edge.root))
    )
    part = Slice((group.share_from_bp, group.share_to_bp), group.estimated)
    amount = part.of(edge.e.amount_fen)
    signed = case((edge.recall, -amount), else_=amount)
    keys = [group.ancestor_id] if question.nodes else [_plain_key(d, edge) for d in question.by]
    issued = _total(edge.by_first_holder(up.id.is_not(None)), signed)
    return _grouped(statement, keys, {"issued": issued, ESTIMATED: part.guesses()})


def _taken_in(question: Question, some: _Some) -> Select[Any]:
    """What came into each row from outside it."""
    edge = _Edge()
    to, grantor, up = some.spots.alias(), some.spots.alias(), some.spots.alias()
    statement = (
        edge.select(question)
        .join(to.table, to.division == edge.e.recipient_id)
        .outerjoin(grantor.table, and_(grantor.division == edge.e.grantor_id, grantor.beside(to)))
        .outerjoin(up.table, and_(up.division == edge.up_grantor, up.within(to)))
        .where(*edge.among(some))
    )
    inside = and_(grantor.division.is_not(None), grantor.same(to))
    sums = edge.sums(
        to.part,
        entered=or_(edge.root, not_(inside)),
        in_grantor=inside,
        in_up=up.division.is_not(None),
    )
    return _grouped(statement, [to.key(d) if d in to.keys else _plain_key(d, edge) for d in question.by], sums)


def _handed_over(question: Question, some: _Some) -> Select[Any]:
    """What one row passed on to another, taken off its own again."""
    edge = _Edge()
    to, grantor = some.spots.alias(), some.spots.alias()
    statement = (
        edge.select(question)
        .join(to.table, to.division == edge.e.recipient_id)
        .join(grantor.table, grantor.division == edge.e.grantor_id)
        .where(not_(edge.root), grantor.apart(to), *edge.among(some))
    )
    amount = -grantor.part.of_area(to.part.of(edge.e.amount_fen))
    sums = {
        "received": _total(not_(edge.recall), amount),
        "recalled": _total(edge.recall, amount),
        ESTIMATED: to.part.guesses() + grantor.part.guesses(),
    }
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

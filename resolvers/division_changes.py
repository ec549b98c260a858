"""Changes of divisions as read: the cases a caller is concerned with, their parts, and what may be done next."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.atlas import Atlas
from db.enums import DivisionCaseState, DivisionChangeType, Level
from db.models import (
    Account,
    DivisionCase,
    DivisionCaseMove,
    DivisionCaseNode,
    DivisionCertificate,
    DivisionReassignment,
    ScopeAttestation,
)
from db.paging import Order, Page
from db.scope import subtree, visible
from db.types import today
from resolvers.context import Context
from resolvers.lists import listed
from resolvers.view import View
from rules.machines.division_change import DIVISION_CHANGE, DivisionAction
from rules.machines.machine import Actor, Guard, Relation


@dataclass(frozen=True, slots=True)
class DivisionChangeWhere:
    """Which cases; empty means all."""

    under: str | None = None
    states: tuple[DivisionCaseState, ...] = ()
    types: tuple[DivisionChangeType, ...] = ()


def day_before(case: DivisionCase) -> date:
    """The last day of the old map."""
    return case.effective_on - timedelta(days=1)


async def division_change(ctx: Context, code: str, view: View) -> DivisionCase | None:
    """One case by its code, None outside the caller's scope."""
    statement = visible(select(DivisionCase).where(DivisionCase.code == code), DivisionCase, to=ctx.scope)
    async with ctx.read(view) as session:
        return (await session.execute(statement)).scalar_one_or_none()


async def division_changes(
    ctx: Context, where: DivisionChangeWhere, view: View, *, first: int, after: str | None
) -> Page[DivisionCase]:
    """A page of the cases that concern the caller, by code."""
    statement = visible(select(DivisionCase), DivisionCase, to=ctx.scope)
    if where.under is not None:
        top = await ctx.place(where.under, view)
        inside = subtree(top.id, day=view.hierarchy_as_of, tree=view.tree)
        touched = select(DivisionCaseMove.case_id).where(DivisionCaseMove.old_division_id.in_(inside))
        statement = statement.where(or_(DivisionCase.division_id.in_(inside), DivisionCase.id.in_(touched)))
    if where.states:
        statement = statement.where(DivisionCase.state.in_(where.states))
    if where.types:
        statement = statement.where(DivisionCase.change_type.in_(where.types))
    return await listed(ctx, view, statement, orders=[Order("CODE", DivisionCase.code)], first=first, after=after)


async def cases_by_id(ctx: Context, ids: list[int], view: View) -> list[DivisionCase | None]:
    """Batch: cases by id, cut to the caller's scope."""
    statement = visible(select(DivisionCase).where(DivisionCase.id.in_(ids)), DivisionCase, to=ctx.scope)
    async with ctx.read(view) as session:
        found = {row.id: row for row in (await session.execute(statement)).scalars()}
    return [found.get(i) for i in ids]


async def _of_cases(ctx: Context, ids: list[int], view: View, statement: Any) -> list[list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    async with ctx.read(view) as session:
        for row in (await session.execute(statement)).scalars():
            grouped[row.case_id].append(row)
    return [grouped[i] for i in ids]


async def nodes_of(ctx: Context, ids: list[int], view: View) -> list[list[DivisionCaseNode]]:
    """Batch: what divisions will be, by case."""
    node = DivisionCaseNode
    return await _of_cases(ctx, ids, view, select(node).where(node.case_id.in_(ids), node.line > 0).order_by(node.line))


async def moves_of(ctx: Context, ids: list[int], view: View) -> list[list[DivisionCaseMove]]:
    """Batch: planned lines of the crosswalk, by case."""
    move = DivisionCaseMove
    return await _of_cases(ctx, ids, view, select(move).where(move.case_id.in_(ids), move.line > 0).order_by(move.line))


async def certificates_of(ctx: Context, ids: list[int], view: View) -> list[list[DivisionCertificate]]:
    """Batch: the lines of the last comparison of totals, by case."""
    row = DivisionCertificate
    statement = (
        select(row)
        .join(DivisionCase, (DivisionCase.id == row.case_id) & (DivisionCase.attempt == row.attempt))
        .where(row.case_id.in_(ids))
        .order_by(row.tree, row.division_id, row.fund_id, row.budget_year)
    )
    return await _of_cases(ctx, ids, view, statement)


async def attestations_of(ctx: Context, ids: list[int], view: View) -> list[list[ScopeAttestation]]:
    """Batch: accounts whose scope a change touches, by case."""
    row = ScopeAttestation
    return await _of_cases(ctx, ids, view, select(row).where(row.case_id.in_(ids)).order_by(row.id))


async def reassignments_of(ctx: Context, ids: list[int], view: View) -> list[list[DivisionReassignment]]:
    """Batch: work handed to successors, by case."""
    row = DivisionReassignment
    return await _of_cases(ctx, ids, view, select(row).where(row.case_id.in_(ids)).order_by(row.kind, row.id))


async def account_names(ctx: Context, ids: list[int], view: View) -> list[str]:
    """Batch: what accounts are called."""
    async with ctx.read(view) as session:
        rows = await session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
        found = {row.id: row.name for row in rows}
    return [found[i] for i in ids]


async def allowed_actions(ctx: Context, case: DivisionCase, view: View) -> list[DivisionAction]:
    """The transitions this caller may make now; none from a view of the past."""
    if view.known is not None:
        return []
    nodes, moves = await ctx.load(nodes_of, case.id, view), await ctx.load(moves_of, case.id, view)
    actor = await actor_of(ctx, case, touched_ids(nodes, moves), today())
    return DIVISION_CHANGE.allowed(case.state, actor)


def touched_ids(nodes: list[DivisionCaseNode], moves: list[DivisionCaseMove]) -> set[int]:
    """Divisions of the old map that a case touches."""
    found = {node.division_id for node in nodes} | {move.old_division_id for move in moves}
    return {division_id for division_id in found if division_id is not None}


async def actor_of(ctx: Context, case: DivisionCase, touched: set[int], on: date) -> Actor:
    """How the caller stands to a case."""
    before = await ctx.atlas(View(as_of=on, hierarchy_as_of=day_before(case)))
    broken = set()
    if case.registered_by == ctx.caller.account_id:
        broken.add(Guard.FOUR_EYES)
    if on < case.effective_on:
        broken.add(Guard.DUE)
    return Actor(ctx.caller.role, relations(ctx, case.division_id, touched, before), frozenset(broken))


def relations(ctx: Context, area_id: int, touched: set[int], before: Atlas) -> frozenset[Relation]:
    """By the map of the day before the change."""
    top = ctx.caller.division_id
    found = set()
    if ctx.caller.level is Level.NATION:
        found.add(Relation.NATIONAL)
    if before.contains(top, area_id):
        found.add(Relation.ABOVE)
    if any(before.contains(top, division_id) for division_id in touched):
        found.add(Relation.AFFECTED)
    return frozenset(found)


async def parts(session: AsyncSession, case_id: int) -> tuple[list[DivisionCaseNode], list[DivisionCaseMove]]:
    """The nodes and moves of a case as a unit of work sees them."""
    node, move = DivisionCaseNode, DivisionCaseMove
    nodes = select(node).where(node.case_id == case_id, node.line > 0).order_by(node.line)
    moves = select(move).where(move.case_id == case_id, move.line > 0).order_by(move.line)
    return list((await session.execute(nodes)).scalars()), list((await session.execute(moves)).scalars())

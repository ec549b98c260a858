"""Standing findings and the runs behind them."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select

from db.enums import FindingState, Level, Severity
from db.models import RuleRun, RuleRunLine, StandingFinding
from db.paging import Order, Page, Sort
from db.scope import subtree, visible
from resolvers.context import Context
from resolvers.lists import listed
from resolvers.view import View
from rules.finding import Finding


@dataclass(frozen=True, slots=True)
class FindingWhere:
    """Which findings; empty means all, but rules on trial only when asked for."""

    under: str | None = None
    severity_at_least: Severity | None = None
    states: tuple[FindingState, ...] = ()
    rules: tuple[str, ...] = ()
    trial: bool = False


class FindingOrderField(StrEnum):
    """What findings can be ordered by."""

    SEVERITY = "SEVERITY"
    FIRST_SEEN = "FIRST_SEEN"
    RULE = "RULE"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as judged, and its standing record when it has one."""

    finding: Finding
    standing: StandingFinding | None = None


def found(row: StandingFinding) -> Found:
    """A standing record read back."""
    return Found(Finding.from_json(row.body), row)


async def findings(
    ctx: Context,
    where: FindingWhere,
    view: View,
    *,
    order_by: tuple[tuple[FindingOrderField, Sort], ...],
    first: int,
    after: str | None,
) -> Page[StandingFinding]:
    """A page of the caller's findings, gravest first unless asked otherwise."""
    statement = visible(select(StandingFinding), StandingFinding, to=ctx.scope)
    if where.under is not None:
        day = view.hierarchy_as_of
        top = await ctx.place(where.under, view)
        if top.level is not Level.NATION:
            inside = subtree(top.id, day=day, tree=view.tree)
            statement = statement.where(StandingFinding.division_id.in_(inside))
    if where.severity_at_least is not None:
        statement = statement.where(StandingFinding.severity_rank >= where.severity_at_least.rank)
    if where.states:
        statement = statement.where(StandingFinding.state.in_(where.states))
    if where.rules:
        statement = statement.where(StandingFinding.rule_code.in_(where.rules))
    if not where.trial:
        statement = statement.where(StandingFinding.trial.is_(False))
    columns: dict[FindingOrderField, Any] = {
        FindingOrderField.SEVERITY: StandingFinding.severity_rank,
        FindingOrderField.FIRST_SEEN: StandingFinding.first_seen,
        FindingOrderField.RULE: StandingFinding.rule_code,
    }
    asked = order_by or ((FindingOrderField.SEVERITY, Sort.DESC), (FindingOrderField.RULE, Sort.ASC))
    orders = [Order(field.value, columns[field], direction) for field, direction in asked]
    orders.append(Order("ID", StandingFinding.id))
    return await listed(ctx, view, statement, orders=orders, first=first, after=after)


async def findings_by_key(ctx: Context, keys: list[str], view: View) -> list[Found | None]:
    """Batch: visible findings by identity."""
    statement = visible(select(StandingFinding).where(StandingFinding.key.in_(keys)), StandingFinding, to=ctx.scope)
    async with ctx.read(view) as session:
        standing = {row.key: found(row) for row in (await session.execute(statement)).scalars()}
    return [standing.get(key) for key in keys]


async def findings_by_project(ctx: Context, ids: list[int], view: View) -> list[list[Found]]:
    """Batch: standing findings about a project and its parts, gravest first."""
    standing = [state for state in FindingState if state.standing]
    statement = visible(
        select(StandingFinding)
        .where(StandingFinding.project_id.in_(ids), StandingFinding.state.in_(standing))
        .where(StandingFinding.trial.is_(False))
        .order_by(StandingFinding.severity_rank.desc(), StandingFinding.rule_code, StandingFinding.id),
        StandingFinding,
        to=ctx.scope,
    )
    by_project: dict[int, list[Found]] = defaultdict(list)
    async with ctx.read(view) as session:
        for row in (await session.execute(statement)).scalars():
            if row.project_id is not None:
                by_project[row.project_id].append(found(row))
    return [by_project[i] for i in ids]


async def rule_runs(ctx: Context, view: View, *, first: int, after: str | None) -> Page[RuleRun]:
    """A page of runs whose scope lies in the caller's, newest first."""
    statement = _runs(ctx)
    return await listed(ctx, view, statement, orders=[Order("ID", RuleRun.id, Sort.DESC)], first=first, after=after)


async def runs_by_id(ctx: Context, ids: list[int], view: View) -> list[RuleRun | None]:
    """Batch: runs whose scope lies in the caller's, by id."""
    async with ctx.read(view) as session:
        rows = await session.execute(_runs(ctx).where(RuleRun.id.in_(ids)))
        found = {row.id: row for row in rows.scalars()}
    return [found.get(i) for i in ids]


def _runs(ctx: Context) -> Select[RuleRun]:
    statement, scope = select(RuleRun), ctx.scope
    if scope.national:
        return statement
    return statement.where(RuleRun.division_id.in_(subtree(scope.division_id, day=scope.day)))


async def lines_by_run(ctx: Context, ids: list[int], view: View) -> list[list[RuleRunLine]]:
    """Batch: a run's receipt, by rule."""
    statement = select(RuleRunLine).where(RuleRunLine.run_id.in_(ids)).order_by(RuleRunLine.rule_code)
    lines: dict[int, list[RuleRunLine]] = defaultdict(list)
    async with ctx.read(view) as session:
        for row in (await session.execute(statement)).scalars():
            lines[row.run_id].append(row)
    return [lines[i] for i in ids]

"""What projects plan, have been paid, and have achieved, by the lead division they lie in."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, exists, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from db.days import days_between
from db.enums import Direction, PaymentKind
from db.models import Fund, Indicator, Payment, Progress, Project, SourceLine, Target
from db.rollup.chart import ESTIMATED, Expression, Slice
from db.rollup.geometry import place, quarter, read
from db.rollup.question import Answer, Dimension, Question, add
from db.scope import visible

PLAN_DIMENSIONS = frozenset(Dimension) - {Dimension.PERIOD, Dimension.INDICATOR_KIND, Dimension.TRANCHE}
PAID_DIMENSIONS = PLAN_DIMENSIONS | {Dimension.PERIOD}
COUNT_DIMENSIONS = frozenset(
    {
        Dimension.PROVINCE,
        Dimension.CITY,
        Dimension.COUNTY,
        Dimension.DIVISION_LEVEL,
        Dimension.LINE,
        Dimension.PROJECT_STATUS,
        Dimension.PROVENANCE,
    }
)
TARGET_DIMENSIONS = PLAN_DIMENSIONS - {Dimension.SOURCE} | {Dimension.INDICATOR_KIND}
"""A target belongs to a fund and year but to no single source."""
FULL_BP = 10_000
SAFE_NUMERATOR = 900_000_000_000_000
"""Above this, a scaled value times 10 000 would leave 64 bits; divide first then, which costs at most a basis point."""


async def plans(session: AsyncSession, question: Question) -> Answer:
    """Sums `planned` in fen, `projects`, and `due`/`elapsed` (planned fen, and fen weighted by time gone)."""
    length = days_between(Project.planned_start, Project.planned_end)
    gone = days_between(Project.planned_start, question.as_of)
    dated = and_(Project.planned_start.is_not(None), Project.planned_end > Project.planned_start)
    passed = case((gone <= 0, 0), (gone >= length, length), else_=gone)
    planned = SourceLine.planned_fen
    elapsed = planned // type_coerce(func.nullif(length, 0), BigInteger) * passed

    def sums(part: Slice) -> dict[str, Expression]:
        return {
            "planned": func.sum(part.of(planned)),
            "projects": func.count(case((part.first, Project.id)).distinct()),
            "due": func.sum(case((dated, part.of(planned)), else_=0)),
            "elapsed": func.sum(case((dated, part.of(elapsed)), else_=0)),
        }

    return await _grouped(session, question, _lines(question).join(Fund, Fund.id == SourceLine.fund_id), sums)


async def payments(session: AsyncSession, question: Question) -> Answer:
    """Sums `paid` in fen, refunds taken off."""
    statement = (
        _lines(question)
        .join(Fund, Fund.id == SourceLine.fund_id)
        .join(Payment, Payment.source_line_id == SourceLine.id)
        .where(Payment.paid_on <= question.as_of)
    )

    def sums(part: Slice) -> dict[str, Expression]:
        amount = part.of(Payment.amount_fen)
        return {"paid": func.sum(case((Payment.kind == PaymentKind.REFUND, -amount), else_=amount))}

    return await _grouped(session, question, statement, sums)


async def counts(session: AsyncSession, question: Question) -> Answer:
    """Counts `projects` where no source of money is asked about, so that unfunded ones count too."""
    statement = _projects(question).where(*matching(question))
    return await _grouped(
        session,
        question,
        statement,
        lambda part: {"projects": func.count(case((part.first, Project.id)))},
        counted=True,
    )


async def targets(session: AsyncSession, question: Question) -> Answer:
    """Sums `weight` and `completion` (weight times basis points reached) over numeric project targets."""
    # In two steps, because SQLite looks an ordered row up in a view of the past only by a column of its result.
    last = (
        select(Progress.period, type_coerce(Progress.value, BigInteger).label("value"))
        .where(Progress.target_id == Target.id, Progress.reported_on <= question.as_of)
        .order_by(Progress.period.desc())
        .limit(1)
        .correlate(Target)
        .subquery()
    )
    latest = select(last.c.value).scalar_subquery()
    weight = func.coalesce(Target.weight, 1)
    reached = completion_bp(latest, type_coerce(Target.value, BigInteger), Indicator.direction)
    statement = (
        _projects(question)
        .join(Target, Target.project_id == Project.id)
        .join(Indicator, Indicator.id == Target.indicator_id)
        .outerjoin(Fund, Fund.id == Target.fund_id)
        .where(Target.value.is_not(None), Indicator.direction != Direction.QUAL)
        .where(*_of_money(question))
    )

    def sums(part: Slice) -> dict[str, Expression]:
        return {
            "weight": func.sum(case((part.first, weight), else_=0)),
            "completion": func.sum(case((part.first, weight * reached), else_=0)),
        }

    return await _grouped(session, question, statement, sums, keys=TARGET_KEYS, counted=True)


def completion_bp(reached: Expression, wanted: Expression, direction: InstrumentedAttribute[Any]) -> Expression:
    """Basis points of a target reached, capped at 10 000: actual/target, or target/actual where less is better."""
    return case(
        (reached.is_(None), 0),
        (and_(direction == Direction.LE, reached <= wanted), FULL_BP),
        (direction == Direction.LE, _share(wanted, reached)),
        (reached >= wanted, FULL_BP),
        (reached <= 0, 0),
        else_=_share(reached, wanted),
    )


def _share(part: Expression, whole: Expression) -> Expression:
    share: Expression = case(
        (part <= SAFE_NUMERATOR, part * FULL_BP // func.nullif(whole, 0)),
        else_=part // func.nullif(whole // FULL_BP, 0),
    )
    return share


def _of_money(question: Question) -> tuple[Expression, ...]:
    """Targets of the funds and years asked about; sources do not divide targets, so they pick projects."""
    where = question.where
    wanted: list[Expression] = []
    for column, values in (
        (Target.budget_year, where.budget_years),
        (Fund.code, where.funds),
        (Fund.category, where.categories),
    ):
        if values:
            wanted.append(column.in_(values))
    return (*wanted, *matching(question)) if where.sources else tuple(wanted)


def matching(question: Question) -> tuple[Expression, ...]:
    """The predicate that a project has a source line of the funds, years and sources asked about."""
    where = question.where
    if not (where.budget_years or where.funds or where.categories or where.sources):
        return ()
    line = select(SourceLine.id).join(Fund, Fund.id == SourceLine.fund_id).where(SourceLine.project_id == Project.id)
    for column, wanted in _money_filters(question):
        line = line.where(column.in_(wanted))
    return (exists(line),)


def _money_filters(question: Question) -> list[tuple[Any, tuple[Any, ...]]]:
    where = question.where
    filters: list[tuple[Any, tuple[Any, ...]]] = [
        (SourceLine.budget_year, where.budget_years),
        (Fund.code, where.funds),
        (Fund.category, where.categories),
        (SourceLine.source, where.sources),
    ]
    return [(column, wanted) for column, wanted in filters if wanted]


def _projects(question: Question) -> Select[Any]:
    where = question.where
    statement = select().select_from(Project)
    filters: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (Project.line, where.lines),
        (Project.status, where.statuses),
        (Project.provenance, where.provenances),
    )
    for column, wanted in filters:
        if wanted:
            statement = statement.where(column.in_(wanted))
    return visible(statement, Project, to=question.scope)


def _lines(question: Question) -> Select[Any]:
    statement = _projects(question).join(SourceLine, SourceLine.project_id == Project.id)
    for column, wanted in _money_filters(question):
        statement = statement.where(column.in_(wanted))
    return statement


async def _grouped(
    session: AsyncSession,
    question: Question,
    statement: Select[Any],
    sums: Callable[[Slice], dict[str, Expression]],
    *,
    keys: Mapping[Dimension, Any] | None = None,
    counted: bool = False,
) -> Answer:
    """Sums of the parts of facts that lie in each row; what is counted and not divided lies in one only."""
    plain = LINE_KEYS if keys is None else keys
    answer: Answer = {}
    for placed in await place(session, question, statement, Project.division_id):
        part = placed.part
        columns: list[Any] = [placed.node] if placed.node is not None else []
        columns += [placed.keys[each] if each in placed.keys else plain[each] for each in question.by]
        labelled = [key.label(f"k{i}") for i, key in enumerate(columns)]
        totals = [func.coalesce(total, 0).label(name) for name, total in sums(part).items()]
        totals.append(part.guesses(part.first if counted else None).label(ESTIMATED))
        add(answer, await read(session, question, placed.statement.add_columns(*labelled, *totals).group_by(*columns)))
    return answer


LINE_KEYS: Mapping[Dimension, Any] = {
    Dimension.FUND: SourceLine.fund_id,
    Dimension.FUND_CATEGORY: Fund.category,
    Dimension.LOCAL_TIER: Fund.local_tier,
    Dimension.SOURCE: SourceLine.source,
    Dimension.LINE: Project.line,
    Dimension.BUDGET_YEAR: SourceLine.budget_year,
    Dimension.PERIOD: quarter(Payment.paid_on),
    Dimension.PROJECT_STATUS: Project.status,
    Dimension.PROVENANCE: Project.provenance,
}
TARGET_KEYS: Mapping[Dimension, Any] = {
    Dimension.FUND: Target.fund_id,
    Dimension.FUND_CATEGORY: Fund.category,
    Dimension.LOCAL_TIER: Fund.local_tier,
    Dimension.LINE: Project.line,
    Dimension.BUDGET_YEAR: Target.budget_year,
    Dimension.PROJECT_STATUS: Project.status,
    Dimension.INDICATOR_KIND: Indicator.kind,
    Dimension.PROVENANCE: Project.provenance,
}

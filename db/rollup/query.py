"""A roll-up answered: each group of facts asked once, merged by key, with what could not be answered said."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from db.rollup import edges, findings, projects
from db.rollup.chart import ESTIMATED
from db.rollup.question import Answer, Dimension, Measure, Question, add

Group = Callable[[AsyncSession, Question], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Facts:
    """One group of facts: how to sum it, the dimensions it knows, and the measures that need it."""

    read: Group
    dimensions: frozenset[Dimension]
    measures: frozenset[Measure]
    of_projects: bool = True
    """Whether a filter by project status divides them; money on its way belongs to no project yet."""


FACTS = (
    Facts(
        edges.edges,
        edges.DIMENSIONS,
        frozenset({Measure.RECEIVED, Measure.ISSUED, Measure.RECALLED, Measure.RETAINED, Measure.EXECUTION_RATE}),
        of_projects=False,
    ),
    Facts(projects.plans, projects.PLAN_DIMENSIONS, frozenset({Measure.PLANNED, Measure.TIME_PROGRESS})),
    Facts(projects.payments, projects.PAID_DIMENSIONS, frozenset({Measure.PAID, Measure.EXECUTION_RATE})),
    Facts(projects.targets, projects.TARGET_DIMENSIONS, frozenset({Measure.TARGET_COMPLETION})),
    Facts(findings.findings, findings.DIMENSIONS, frozenset({Measure.FINDINGS})),
)


@dataclass(slots=True)
class Rollup:
    """Sums by key, and the measures that the dimensions asked for cannot divide."""

    rows: Answer = field(default_factory=dict)
    undefined: set[Measure] = field(default_factory=set)


async def roll_up(session: AsyncSession, question: Question, measures: Iterable[Measure]) -> Rollup:
    """Compute the measures asked for; one that a dimension does not apply to is named in `undefined`."""
    wanted, by = set(measures), set(question.by)
    result = Rollup()
    for facts in FACTS:
        if not wanted & facts.measures:
            continue
        if not by <= facts.dimensions or (question.where.statuses and not facts.of_projects):
            result.undefined |= wanted & facts.measures
            continue
        add(result.rows, await facts.read(session, question))
    if Measure.PROJECT_COUNT in wanted:
        await _count(session, question, by, result)
    return result


async def _count(session: AsyncSession, question: Question, by: set[Dimension], result: Rollup) -> None:
    """Projects are counted themselves, or through their source lines where money divides the rows."""
    if by <= projects.COUNT_DIMENSIONS:
        counted = await projects.counts(session, question)
    elif by <= projects.PLAN_DIMENSIONS:
        counted = await projects.plans(session, question)
    else:
        result.undefined.add(Measure.PROJECT_COUNT)
        return
    add(
        result.rows,
        {key: {"project_count": sums["projects"], ESTIMATED: sums[ESTIMATED]} for key, sums in counted.items()},
    )

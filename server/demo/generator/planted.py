"""Projects with one irregularity each, and the finding it must raise."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from db.enums import Severity, Source, SubjectKind
from server.demo.generator.catalogue import AREA, DemoFund, planted_fund
from server.demo.generator.chain import USUAL_TEMPO, Request, Tempo, private_legs
from server.demo.generator.days import quarter_end
from server.demo.generator.draft import (
    add_own_chain,
    add_reserve,
    add_unfunded,
    amount_of,
    new_plan,
    quantity_of,
)
from server.demo.generator.execution import USUAL, Course, run
from server.demo.generator.place import Place
from server.demo.generator.plan import Curve, Planted, ProjectPlan
from server.demo.generator.world import World

BEFORE_START = 25
"""Days between the arrival of money and the planned start of a planted project."""
LONG, SHORT = 1_095, 510
PLACE_STRIDE, OTHER_STRIDE = 997, 991

Hook = Callable[[ProjectPlan, World, Random], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """An irregularity: what it is planted in, and what is wrong.

    `behind`: the project's planned start lies that many days before the end of the last closed quarter (least, most).
    `before` shapes the plan before it runs, `after` when payments, progress and filings are there.
    """

    rule: str
    severity: Severity
    detail: str
    subject: Callable[[ProjectPlan], str]
    subject_kind: SubjectKind = SubjectKind.PROJECT
    source: Source = Source.CENTRAL
    behind: tuple[int, int] = (330, 420)
    length: int = LONG
    tempo: Tempo = USUAL_TEMPO
    course: Course = USUAL
    short_by: int = 0
    """Yuan by which the receipts fall short of what is mapped."""
    before: Hook | None = None
    after: Hook | None = None
    period: Callable[[ProjectPlan, World], str] | None = None
    arrived: tuple[int, int] | None = None
    """The money arrived that many days before the demo's day (least, most), and the planned start is yet to come."""
    waiting: bool = False
    """The money stays at the county, where it arrived: the project waits in the library."""
    skips: Callable[[World, str], int] | None = None
    """The quarter without payment and filing."""


def planted_plan(index: int, ordinal: int, kind: Kind, world: World) -> ProjectPlan:
    """Project k with irregularity number `ordinal` of the demo; no two share a county within a planted fund."""
    rng = world.rng("planted", index)
    cycle, position = divmod(ordinal, len(world.classic))
    place = world.classic[position * _stride(len(world.classic)) % len(world.classic)]
    plan = _base(index, place, planted_fund(kind.source, cycle), kind, world)
    if kind.before:
        kind.before(plan, world, rng)
    if plan.edges:
        run(plan, _course(kind, plan, world), world, rng)
    if kind.after:
        kind.after(plan, world, rng)
    period = kind.period(plan, world) if kind.period else None
    plan.planted.append(Planted(kind.rule, kind.severity, kind.subject_kind, kind.subject(plan), period, kind.detail))
    return plan


def _stride(count: int) -> int:
    """A step through the places that meets each once: neighbours in number are far apart on the map."""
    return PLACE_STRIDE if count % PLACE_STRIDE else OTHER_STRIDE


def _course(kind: Kind, plan: ProjectPlan, world: World) -> Course:
    """The kind's course; a negative cap of payments counts from the schedule at the end of the quarter before last."""
    pay = kind.course.pay
    if kind.skips:
        return replace(kind.course, skip=kind.skips(world, plan.place.code))
    if pay.cap >= 0:
        return kind.course
    elapsed = Curve(lead=0).at(quarter_end(world.closed - 1), plan.start, plan.end)
    return replace(kind.course, pay=replace(pay, cap=elapsed + pay.cap))


def _base(index: int, place: Place, fund: DemoFund, kind: Kind, world: World) -> ProjectPlan:
    """A project on a chain of its own, without anything wrong but the chain's tempo and amounts."""
    rng = world.rng("planted", index, "base")
    mapped, start = _mapped_and_start(kind, world, rng)
    plan = new_plan(index, place, fund, rng, start=start, end=start + kind.length)
    plan.started = 0 if kind.arrived else start + rng.randrange(10)
    add_reserve(plan, mapped - 220 - rng.randrange(80))
    wanted = Request(
        project=plan.code,
        fund=fund,
        leaf=place,
        mapped=mapped,
        amount=amount_of(rng),
        quantity=quantity_of(AREA, rng),
        tempo=kind.tempo,
        short_by=kind.short_by,
    )
    if kind.waiting:
        _keep_at_county(plan, wanted, world)
    else:
        add_own_chain(plan, wanted, world, rng)
    return plan


def _mapped_and_start(kind: Kind, world: World, rng: Random) -> tuple[int, int]:
    least, most = kind.arrived or kind.behind
    days = least + rng.randrange(most - least + 1)
    if kind.arrived:
        mapped = world.as_of - days
        # Where nothing is mapped, it is the county's own receipt that is so old.
        return mapped + (kind.tempo.county if kind.waiting else 0), world.as_of + 120
    start = quarter_end(world.closed) - days
    return start - BEFORE_START, start


def _keep_at_county(plan: ProjectPlan, wanted: Request, world: World) -> None:
    """The money came down, but nothing is mapped and nothing declared detailed."""
    plan.private = True
    plan.legs = private_legs(wanted, world.as_of)
    leg = plan.legs[-1]
    leg.detailed = leg.reported = 0
    add_unfunded(plan, leg.year, wanted.amount)

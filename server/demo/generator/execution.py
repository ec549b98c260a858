"""Quarter by quarter: a project's payments, progress and filings, run along its curves of money and work."""

from dataclasses import dataclass, field
from random import Random

from db.enums import FilingKind, FilingState, ProjectStatus
from server.demo.generator.catalogue import AREA, COAST, SITES
from server.demo.generator.days import quarter_end, quarter_of, quarter_start
from server.demo.generator.plan import Curve, PaymentPlan, ProjectPlan, Quarter, TargetPlan
from server.demo.generator.world import World

QUIET = "本季度无支付：已支付进度超前于序时进度，按合同待下一节点结算"
ARRIVED_LATE = "本季度无支付：资金刚到位，正在办理开工手续"
DONE = "本季度无支付：项目已完工，等待验收"
EXCUSED = "项目已完工验收，经上级同意免报"
FULL = 10_000
ACCEPTANCE_DAYS = 150
REFUND_PERCENT = 3
_PROGRESSIVE = frozenset({AREA, COAST, SITES})
_USUAL = Curve()


@dataclass(frozen=True, slots=True)
class Course:
    """How a project runs: its curves, and the quarters (counted from its first) in which something odd happens."""

    pay: Curve = _USUAL
    work: Curve = _USUAL
    refund_in: int = -1
    skip: int = -1
    """A quarter (ordinal) without payment and filing."""
    overpaid: int = 0
    """Yuan paid beyond what arrived, in the quarter of completion."""


USUAL = Course()


def run(plan: ProjectPlan, course: Course, world: World, rng: Random) -> None:
    """Fills payments, progress, filings and, once the work is done, the finish of a project whose money arrived."""
    _Run(plan, course, world, rng).go()


@dataclass(slots=True)
class _Run:
    """One project on its way; `paid` counts yuan by position of the edge, `total` what filings call cumulative."""

    plan: ProjectPlan
    course: Course
    world: World
    rng: Random
    first: int = 0
    finish: int | None = None
    """The quarter at whose end all work is done, if that has come."""
    total: int = 0
    paid: dict[int, int] = field(default_factory=dict)

    def go(self) -> None:
        """From the quarter of the first arrival to the last closed one, or the one after an accepted project's end."""
        self.first = quarter_of(min(edge.day for edge in self.plan.edges))
        closed = self.world.closed
        self.finish = next((quarter for quarter in range(self.first, closed + 1) if self._done(quarter)), None)
        last = closed
        if self.finish is not None:
            self._complete(self.finish)
            if self.plan.status is ProjectStatus.ACCEPTED:
                last = min(closed, self.finish + 1)
        for quarter in range(self.first, last + 1):
            if quarter != self.course.skip:
                self._quarter(quarter)

    def _done(self, quarter: int) -> bool:
        return self.course.work.at(quarter_end(quarter), self.plan.start, self.plan.end) == FULL

    def _complete(self, finish: int) -> None:
        plan = self.plan
        plan.finished = quarter_end(finish) - 5 - self.rng.randrange(20)
        accepted = self.world.as_of - plan.finished >= ACCEPTANCE_DAYS
        plan.status = ProjectStatus.ACCEPTED if accepted else ProjectStatus.COMPLETED

    def _quarter(self, quarter: int) -> None:
        before = len(self.plan.payments)
        over = self.finish is not None and quarter > self.finish
        if quarter - self.first == self.course.refund_in:
            self._refund(quarter)
        elif not over:
            self._pay(quarter)
        paid = sum(-each.amount if each.refund else each.amount for each in self.plan.payments[before:])
        self.total += paid
        if not over:
            self._report(quarter)
        self.plan.quarters.append(self._filing(quarter, paid))

    def _pay(self, quarter: int) -> None:
        """Pays every source up to its share of what has arrived."""
        plan, end = self.plan, quarter_end(quarter)
        here = [edge for edge in plan.edges if edge.day < end]
        if not here:
            return
        last = quarter == self.finish
        share = FULL if last else self.course.pay.at(end, plan.start, plan.end)
        first_day = max(quarter_start(quarter), max(edge.day for edge in here) + 1)
        day = first_day + self.rng.randrange(end - first_day + 1)
        for position, edge in enumerate(here):
            already = self.paid.get(position, 0)
            extra = self.course.overpaid if last and position == 0 else 0
            due = edge.net * share // FULL + extra - already
            if due > 0:
                self.paid[position] = already + due
                plan.payments.append(PaymentPlan(edge.source, edge.year, day, due))

    def _refund(self, quarter: int) -> None:
        """A little of what the first source has paid comes back."""
        edge, already = self.plan.edges[0], self.paid.get(0, 0)
        amount = already * REFUND_PERCENT // 100
        self.paid[0] = already - amount
        day = quarter_start(quarter) + 20 + self.rng.randrange(50)
        self.plan.payments.append(PaymentPlan(edge.source, edge.year, day, amount, refund=True))

    def _report(self, quarter: int) -> None:
        """Progress of the quantities each quarter, of everything else when the work is done."""
        end, last = quarter_end(quarter), quarter == self.finish
        for target in self.plan.targets:
            if target.indicator in _PROGRESSIVE:
                if target.starts <= end or last:
                    share = FULL if last else self.course.work.at(end, target.starts, target.due)
                    _note(target, quarter, reached(target, share))
            elif last and target.value:
                target.progress.append((quarter, target.indicator.sample[2]))

    def _filing(self, quarter: int, paid: int) -> Quarter:
        """Figures, a nil return with its reason, or an exemption after the end."""
        kind, reason = FilingKind.REGULAR, ""
        if self.finish is not None and quarter > self.finish:
            exempt = self.plan.status is ProjectStatus.ACCEPTED and self.rng.randrange(3) == 0
            kind, reason = (FilingKind.EXEMPT, EXCUSED) if exempt else (FilingKind.NIL, DONE)
        elif paid == 0:
            kind, reason = FilingKind.NIL, QUIET if self.total else ARRIVED_LATE
        return Quarter(quarter, paid, self.total, self._submitted(quarter), kind.value, reason, self._state(quarter))

    def _submitted(self, quarter: int) -> int:
        """A day well before any calendar's due day; 0 while the quarter's last day is not over."""
        end, as_of = quarter_end(quarter), self.world.as_of
        day = end + 4 + self.rng.randrange(9)
        return 0 if as_of <= end else min(day, as_of)

    def _state(self, quarter: int) -> str:
        """The last quarter is still on its way up; earlier ones have reached the ministry."""
        behind = self.world.closed - quarter
        if behind:
            return (FilingState.TRANSMITTED if behind == 1 else FilingState.RECEIVED).value
        on_the_way = (FilingState.SUBMITTED, FilingState.CITY_REVIEWED, FilingState.PROVINCE_REVIEWED)
        return on_the_way[self.rng.randrange(3)].value


def reached(target: TargetPlan, share: int) -> str:
    """The figure that stands for a share of a quantity: areas to two places, metres and sites whole."""
    quantity = target.quantity * target.factor
    if target.indicator is AREA:
        whole, part = divmod(quantity * share // 100, 100)
        return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)
    return str(-(-quantity * share // FULL))


def _note(target: TargetPlan, quarter: int, value: str) -> None:
    """A report that says the same as the one before it is left out."""
    if value != (target.progress[-1][1] if target.progress else "0"):
        target.progress.append((quarter, value))

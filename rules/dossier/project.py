"""A project: its category against its money, its payments against its schedule, its start, its work and its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from db.dossier_rows import ChangeRow, EdgeRow, PaymentRow, PayPlanRow, ProjectRow, SourceLineRow
from db.enums import (
    FISCAL_SOURCES,
    LOCAL_FISCAL_SOURCES,
    ChangeField,
    PaymentKind,
    ProjectStatus,
    Source,
)
from db.types import rate_bp
from rules.dossier.grounds import Grounds, documents, known, quoted
from rules.dossier.money import Ledger, running_total, usable_from
from rules.dossier.progress import (
    amount_at,
    closed_quarter,
    days_outside,
    pause_windows,
    planned_rate,
    time_progress,
)
from rules.fact import Fact, Scalar
from rules.facts import Ahead, Schedule

ENDED = frozenset({ProjectStatus.COMPLETED, ProjectStatus.ACCEPTED, ProjectStatus.WITHDRAWN, ProjectStatus.TERMINATED})
DROPPED = frozenset({ProjectStatus.WITHDRAWN, ProjectStatus.TERMINATED})
LONGEST_LOOK_BACK = 8
"""Quarters a streak is followed back; no threshold asks for more."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a project's targets say about it: how much is done, and the days anything was reported to have moved."""

    attainment: int | None
    moved_on: Sequence[date]


@dataclass(frozen=True, slots=True)
class ProjectCase:
    """One project with its rows."""

    project: ProjectRow
    lines: Sequence[SourceLineRow]
    ledger: Ledger
    payments: Sequence[PaymentRow]
    plan: Sequence[PayPlanRow]
    changes: Sequence[ChangeRow]
    work: Work

    @property
    def fiscal_edges(self) -> tuple[EdgeRow, ...]:
        """Fiscal money that has arrived at the project."""
        return tuple(edge for edge in self.ledger.arrived if edge.source in FISCAL_SOURCES)

    @property
    def arrived(self) -> int:
        """Fen of fiscal money, net of recalls."""
        return self.ledger.net_sum(self.fiscal_edges)

    @property
    def arrived_on(self) -> date | None:
        """The day the first of it could be spent."""
        return min((day for edge in self.fiscal_edges if (day := usable_from(edge))), default=None)

    def paid_entries(self, as_of: date) -> list[tuple[date, int]]:
        """Dated fiscal payments, refunds negative, up to a day."""
        return [
            (row.paid_on, row.amount_fen if row.kind is PaymentKind.PAYMENT else -row.amount_fen)
            for row in self.payments
            if row.source in FISCAL_SOURCES and row.paid_on <= as_of
        ]

    def net_of(self, source: Source) -> int:
        """Money of a source: what was issued net of recalls, or what is planned while none has been issued."""
        edges = [edge for edge in self.ledger.issued if edge.source is source]
        if edges:
            return self.ledger.net_sum(edges)
        return sum(line.planned_fen for line in self.lines if line.source is source)

    @property
    def termination_approved(self) -> bool:
        """Whether somebody entitled to it agreed before the project was dropped."""
        return any(
            change.field is ChangeField.TERMINATION and authorised(change, self.ledger.as_of) for change in self.changes
        )


def authorised(change: ChangeRow, as_of: date) -> bool:
    """Approved by a sufficient level, no later than it took effect."""
    return (
        change.approved_on is not None and change.approved_on <= min(as_of, change.effective_on) and sufficient(change)
    )


def sufficient(change: ChangeRow) -> bool:
    """Whether the level that approved is the one required, or above it."""
    return change.approver_level is not None and change.approver_level.depth <= change.required_level.depth


def project_fact(case: ProjectCase, grounds: Grounds) -> Fact:
    """The fact of one project as it stood on the day."""
    project, place = case.project, grounds.place(case.project.division_id)
    values = (
        known(
            published=quoted(project.provenance),
            status=project.status.value,
            category=project.category.value if project.category else None,
            ended=project.status in ENDED,
            funded=bool(case.fiscal_edges),
            planned_start=project.planned_start,
            planned_end=project.planned_end,
            started=project.started_on is not None and project.started_on <= grounds.as_of,
            attainment=case.work.attainment,
            termination_approved=case.termination_approved,
        )
        | _sources(case)
        | _execution(case, grounds)
        | _activity(case, grounds)
    )
    return Fact(
        kind="project",
        values=values,
        subject_id=project.id,
        division_id=project.division_id,
        division_code=place.code,
        sources=documents(total_investment=project.document_id, **_line_documents(case)),
        responsible_unit_id=project.owner_unit_id or grounds.authorities.get(project.division_id),
        line=project.line,
    )


def _line_documents(case: ProjectCase) -> Mapping[str, int | None]:
    return {"planned_total": next((line.document_id for line in case.lines if line.document_id), None)}


def _sources(case: ProjectCase) -> dict[str, Scalar]:
    planned = sum(line.planned_fen for line in case.lines) if case.lines else None
    total = case.project.total_investment_fen
    local = sum(case.net_of(source) for source in LOCAL_FISCAL_SOURCES)
    central = case.net_of(Source.CENTRAL)
    return known(
        total_investment=total,
        planned_total=planned,
        source_gap=abs(planned - total) if planned is not None and total is not None else None,
        central_net=central,
        local_net=local,
        fiscal_net=central + local,
    )


def _execution(case: ProjectCase, grounds: Grounds) -> dict[str, Scalar]:
    """Arrival, payment and start."""
    as_of, arrived, arrived_on = grounds.as_of, case.arrived, case.arrived_on
    entries = case.paid_entries(as_of)
    paid = running_total(entries, as_of)
    pay_rate = rate_bp(paid, arrived) if arrived > 0 else None
    values = known(
        arrived=arrived,
        paid=paid,
        unpaid=arrived - paid,
        arrived_on=arrived_on,
        days_since_arrival=(as_of - arrived_on).days if arrived_on else 0,
        pay_rate=pay_rate,
        idle_days=_idle_days(case, grounds),
    )
    if pay_rate is not None and case.work.attainment is not None:
        ahead = Ahead.PAYMENT if pay_rate >= case.work.attainment else Ahead.WORK
        values |= known(divergence=abs(pay_rate - case.work.attainment), divergence_side=ahead.value)
    return values | _schedule(case, grounds, entries)


def _idle_days(case: ProjectCase, grounds: Grounds) -> int:
    arrived_on = case.arrived_on
    if arrived_on is None:
        return 0
    windows = grounds.value("start.pause_windows", grounds.place(case.project.division_id))
    return days_outside(arrived_on, grounds.as_of, pause_windows(str(windows or "")))


@dataclass(frozen=True, slots=True)
class Standing:
    """Payment against schedule on one day; rates in bp."""

    time: int
    rate: int
    gap: int
    arrived: int
    paid: int


def standing_on(case: ProjectCase, day: date, entries: Sequence[tuple[date, int]]) -> Standing | None:
    """Where payment stood against the schedule on a day; None without money or without a schedule."""
    edges = [edge for edge in case.fiscal_edges if (usable_from(edge) or date.min) <= day]
    arrived, start = case.ledger.net_sum(edges), min((d for edge in edges if (d := usable_from(edge))), default=None)
    if arrived <= 0 or start is None:
        return None
    if case.plan:
        time = planned_rate([(row.period, row.cumulative_bp) for row in case.plan], day)
    elif case.project.planned_end is not None:
        time = time_progress(max(start, case.project.planned_start or start), case.project.planned_end, day)
    else:
        return None
    paid = running_total(entries, day)
    rate = rate_bp(paid, arrived) or 0
    return Standing(time=time, rate=rate, gap=time - rate, arrived=arrived, paid=paid)


def _schedule(case: ProjectCase, grounds: Grounds, entries: Sequence[tuple[date, int]]) -> dict[str, Scalar]:
    now = standing_on(case, grounds.as_of, entries)
    if now is None:
        return {}
    place = grounds.place(case.project.division_id)
    yellow = grounds.number("slow_payment.yellow_points", place)
    values = known(
        schedule=(Schedule.PLAN if case.plan else Schedule.LINEAR).value, time_progress=now.time, pay_gap=now.gap
    )
    if yellow is None:
        return values
    needed = max(0, amount_at(now.arrived, min(now.time - yellow + 1, 10_000)) - now.paid)
    return values | known(pay_to_clear=needed, slow_quarters=_slow_quarters(case, grounds, entries, yellow))


def _slow_quarters(case: ProjectCase, grounds: Grounds, entries: Sequence[tuple[date, int]], yellow: int) -> int:
    """Closed quarters in a row, back from the day, at whose end the project would have been yellow."""
    place, arrived_on = grounds.place(case.project.division_id), case.arrived_on
    grace = grounds.number("slow_payment.grace_days", place) or 0
    floor = grounds.number("slow_payment.floor", place) or 0
    last = closed_quarter(grounds.as_of)
    for back in range(LONGEST_LOOK_BACK):
        day = (last - back).end
        then = standing_on(case, day, entries)
        graced = arrived_on is None or (day - arrived_on).days <= grace
        if then is None or graced or then.gap < yellow or then.arrived < floor:
            return back
    return LONGEST_LOOK_BACK


def _activity(case: ProjectCase, grounds: Grounds) -> dict[str, Scalar]:
    """How long nothing has moved: closed quarters since the last payment, progress or arrival of money."""
    as_of, arrived_on = grounds.as_of, case.arrived_on
    if arrived_on is None:
        return known(quiet_quarters=0)
    paid_on = [row.paid_on for row in case.payments if row.paid_on <= as_of]
    moved = [*paid_on, *(day for day in case.work.moved_on if day <= as_of)]
    arrivals = [day for edge in case.fiscal_edges if (day := usable_from(edge))]
    since = max([*moved, *arrivals])
    quiet = max(0, closed_quarter(as_of).ordinal - _quarter_of(since))
    return known(quiet_quarters=quiet, last_activity=max(moved, default=None))


def _quarter_of(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3

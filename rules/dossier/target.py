"""A performance target: measurable, decomposed in full, within its project's term, and attained in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.dossier_rows import IndicatorRow, ProgressRow, TargetRow
from db.enums import Direction, IndicatorKind, SpaceAggregation, TimeAggregation
from rules.dossier.grounds import Grounds, documents, known, quoted
from rules.dossier.progress import attainment, coverage, time_progress, value_at, weighted_mean
from rules.dossier.project import ENDED, ProjectCase, Work
from rules.fact import MAX_INT, Fact, Scalar

CORE = (("unit", "计量单位", "unit"), ("value", "目标值", "numeric value"), ("direction", "指标方向", "direction"))
OTHER = (
    ("baseline", "基期值", "baseline"),
    ("aggregation", "汇总方式", "aggregation"),
    ("due", "完成期限", "due date"),
)


@dataclass(frozen=True, slots=True)
class TargetCase:
    """One target with its rows; `progress` ascends by quarter."""

    target: TargetRow
    indicator: IndicatorRow
    progress: Sequence[ProgressRow]
    children: Sequence[TargetRow]

    def reached(self, as_of: date) -> int | None:
        """What had been reported as reached by a day, in millionths of the target's unit."""
        reports = [row.value for row in self.progress if row.reported_on <= as_of]
        if not reports:
            return None
        over_time = self.indicator.over_time
        return max(reports) if over_time is TimeAggregation.MAX else reports[-1]

    def attained(self, as_of: date) -> int | None:
        """Its attainment in bp; None for what cannot be measured."""
        target, direction = self.target, self.indicator.direction
        if target.value is None or direction is None:
            return None
        return attainment(direction, target.value, reached=self.reached(as_of), baseline=target.baseline)


def work_of(cases: Sequence[TargetCase], as_of: date) -> Work:
    """A project's physical attainment over its quantity targets, by weight where weights are given."""
    measured = [
        (share, case.target.weight)
        for case in cases
        if case.indicator.kind is IndicatorKind.QUANTITY and (share := case.attained(as_of)) is not None
    ]
    weighed = all(weight for _, weight in measured)
    return Work(
        attainment=weighted_mean((share, weight or 0) if weighed else (share, 1) for share, weight in measured),
        moved_on=[day for case in cases for day in moves(case.progress, as_of)],
    )


def moves(progress: Sequence[ProgressRow], as_of: date) -> list[date]:
    """The days on which a report said something else than the one before it."""
    days, last = [], 0
    for row in progress:
        if row.reported_on <= as_of and row.value != last:
            days.append(row.reported_on)
            last = row.value
    return days


def target_fact(case: TargetCase, grounds: Grounds, of: ProjectCase | None = None) -> Fact:
    """The fact of one target, with the project it belongs to."""
    target, place = case.target, grounds.place(case.target.division_id)
    project = of.project if of else None
    fund = grounds.funds.get(target.fund_id) if target.fund_id else None
    direction = case.indicator.direction
    values = known(
        published=quoted(target.provenance),
        indicator=case.indicator.code,
        direction=direction.value if direction else None,
        qualitative=direction is Direction.QUAL,
        value=target.value,
        of_project=project is not None,
        due_on=target.due_on,
        project_end=project.planned_end if project else None,
        running=of is not None and of.arrived > 0 and of.project.status not in ENDED,
    )
    if project and project.planned_end and target.due_on:
        values |= known(days_beyond=max(0, (target.due_on - project.planned_end).days))
    return Fact(
        kind="target",
        values=values | _missing(case) | _parts(case) | _pace(case, grounds, of),
        subject_id=target.id,
        division_id=target.division_id,
        division_code=place.code,
        sources=documents(value=target.document_id),
        responsible_unit_id=(project.owner_unit_id if project else None) or grounds.authorities.get(target.division_id),
        line=project.line if project else fund.line if fund else None,
    )


def _missing(case: TargetCase) -> dict[str, Scalar]:
    target, indicator = case.target, case.indicator
    present = {
        "unit": target.measure_id is not None or indicator.measure_id is not None,
        "value": target.value is not None,
        "direction": indicator.direction is not None,
        "baseline": target.baseline is not None,
        "aggregation": indicator.over_time is not None and indicator.over_space is not None,
        "due": target.due_on is not None,
    }
    core = [names for names in CORE if not present[names[0]]]
    other = [names for names in OTHER if not present[names[0]]]
    return known(
        missing_core=len(core),
        missing_other=len(other),
        missing_zh="、".join(zh for _, zh, _ in core + other),
        missing_en=", ".join(en for _, _, en in core + other),
    )


def _parts(case: TargetCase) -> dict[str, Scalar]:
    """The parts against the whole, in the indicator's canonical unit."""
    over_space, direction = case.indicator.over_space, case.indicator.direction
    additive = over_space in {SpaceAggregation.SUM, SpaceAggregation.RATIO}
    values = known(parts=len(case.children), additive=additive)
    if not case.children or not additive or direction is None:
        return values
    sums = summed(case) if over_space is SpaceAggregation.SUM else pooled(case)
    if sums is None:
        return values
    parts, whole, scale = sums
    share = coverage(direction, parts=parts, whole=whole)
    values |= known(coverage=min(share, MAX_INT - 1) if share is not None else None)
    return values | known(parts_value=parts // scale, parts_gap=abs(whole - parts) // scale)


def summed(case: TargetCase) -> tuple[int, int, int] | None:
    """Σ of the parts and the whole, in millionths (scale 1); None where a value is missing."""
    whole = case.target.canonical
    values = [child.canonical for child in case.children]
    if whole is None or any(value is None for value in values):
        return None
    return sum(value for value in values if value is not None), whole, 1


def pooled(case: TargetCase) -> tuple[int, int, int] | None:
    """A ratio by Σ numerators over Σ denominators against the whole's own; both over one common denominator.

    The scale brings a figure back to millionths of the ratio. None where a numerator or denominator is missing.
    """
    target = case.target
    pairs = [(child.numerator, child.denominator) for child in case.children]
    if target.numerator is None or not target.denominator or any(n is None or d is None for n, d in pairs):
        return None
    numerator = sum(n for n, _ in pairs if n is not None)
    denominator = sum(d for _, d in pairs if d is not None)
    if denominator <= 0 or target.denominator <= 0:
        return None
    million = 1_000_000
    common = denominator * target.denominator
    return numerator * target.denominator * million, target.numerator * denominator * million, common


def _pace(case: TargetCase, grounds: Grounds, of: ProjectCase | None) -> dict[str, Scalar]:
    """Where attainment stands against time, for the target of a project."""
    target, direction = case.target, case.indicator.direction
    reached, share = case.reached(grounds.as_of), case.attained(grounds.as_of)
    values = known(reached=reached, attainment=share)
    start = target.starts_on or (of.project.planned_start if of else None)
    if of is None or start is None or target.due_on is None:
        return values
    time = time_progress(start, target.due_on, grounds.as_of)
    values |= known(time_progress=time)
    if share is None or direction is None or target.value is None:
        return values
    yellow = grounds.number("slow_target.yellow_points", grounds.place(target.division_id))
    wanted = max(0, time - yellow + 1) if yellow is not None else None
    clear = None if wanted is None else value_at(direction, target.value, share=wanted, baseline=target.baseline)
    return values | known(target_lag=time - share, value_to_clear=clear)

"""演示 irregularities: one entry for each rule and grade, with the hook that makes it wrong."""

from collections.abc import Callable
from functools import cache
from random import Random

from db.enums import ChangeField, FundCategory, Level, ProjectStatus, ReserveStatus, Severity, Source, SubjectKind
from db.types import Period
from rules.calendar import Calendars
from rules.deadline import filing_deadline
from rules.parameter import Parameters
from server.demo.generator.catalogue import CONTENT, QUALITY
from server.demo.generator.chain import Tempo, target_code
from server.demo.generator.days import quarter_code, quarter_end
from server.demo.generator.execution import Course
from server.demo.generator.plan import Change, Curve, ProjectPlan, TargetPlan
from server.demo.generator.planted import SHORT, Hook, Kind
from server.demo.generator.world import World

B, R, Y, N = Severity.BLOCKING, Severity.RED, Severity.YELLOW, Severity.INFO
ODD_QUARTER = 2
"""Counted from a project's first: its third filing is the odd one, so that there are some before and after."""


@cache
def _law() -> tuple[Calendars, Parameters]:
    return Calendars.load(), Parameters.load()


def due_day(quarter: int, division: str) -> int:
    """The ordinal of the day the filing on a quarter is due in a division."""
    calendars, parameters = _law()
    return filing_deadline(Period.from_ordinal(quarter), division, calendars, parameters).due.toordinal()


def last_due(world: World, division: str) -> int:
    """The last quarter whose filings are overdue by now when they are missing."""
    quarter = world.closed
    while due_day(quarter, division) >= world.as_of:
        quarter -= 1
    return quarter


def _project(plan: ProjectPlan) -> str:
    return plan.code


def _leg(position: int) -> Callable[[ProjectPlan], str]:
    return lambda plan: plan.legs[position].code


def _edge(plan: ProjectPlan) -> str:
    return plan.edges[0].code


def _leaf(plan: ProjectPlan) -> str:
    return plan.place.code


def _leaf_target(plan: ProjectPlan) -> str:
    return target_code(plan.legs[-1].code)


def _quality(plan: ProjectPlan) -> TargetPlan:
    return next(target for target in plan.targets if target.indicator is QUALITY)


def _content(plan: ProjectPlan) -> TargetPlan:
    return next(target for target in plan.targets if target.indicator is CONTENT)


def _declare(category: FundCategory) -> Hook:
    def hook(plan: ProjectPlan, _world: World, _rng: Random) -> None:
        plan.category = category

    return hook


def _dearer(plan: ProjectPlan, _world: World, _rng: Random) -> None:
    plan.total += 300_000


def _report_late(plan: ProjectPlan, _world: World, rng: Random) -> None:
    leg = plan.legs[-1]
    leg.reported = leg.detailed + 40 + rng.randrange(30)


def _admit_late(plan: ProjectPlan, _world: World, _rng: Random) -> None:
    mapped = plan.edges[0].day
    plan.reserve = [
        (mapped - 100, ReserveStatus.APPLIED.value),
        (mapped - 40, ReserveStatus.FILED.value),
        (mapped + 25, ReserveStatus.ADMITTED.value),
    ]


def _without_targets(plan: ProjectPlan, _world: World, _rng: Random) -> None:
    plan.legs[-1].quantity = None
    for target in plan.targets:
        target.allocation = target.parent = ""


def _decompose(numerator: int, denominator: int) -> Hook:
    """The project's part of the county's quantity becomes that share of it."""

    def hook(plan: ProjectPlan, _world: World, _rng: Random) -> None:
        target = plan.targets[0]
        target.quantity = target.quantity * numerator // denominator
        target.value = str(target.quantity * target.factor)

    return hook


def _in_words(plan: ProjectPlan, _world: World, _rng: Random) -> None:
    target = _quality(plan)
    target.value, target.text = "", "工程质量明显提高"


def _without_baseline(plan: ProjectPlan, _world: World, _rng: Random) -> None:
    _quality(plan).baseline = ""


def _due_beyond(plan: ProjectPlan, _world: World, _rng: Random) -> None:
    target = _content(plan)
    target.starts, target.due = plan.end + 60, plan.end + 90


def _file_late(plan: ProjectPlan, world: World, rng: Random) -> None:
    filing = plan.quarters[ODD_QUARTER]
    filing.submitted = min(due_day(filing.quarter, plan.place.code) + 2 + rng.randrange(20), world.as_of)
    filing.reason = "逾期原因：经办人员调整，交接期间未及时填报"


def _odd_quarter(plan: ProjectPlan, _world: World) -> str:
    return quarter_code(plan.quarters[ODD_QUARTER].quarter)


def _missing_quarter(plan: ProjectPlan, world: World) -> str:
    return quarter_code(last_due(world, plan.place.code))


def _misstate(plan: ProjectPlan, _world: World, _rng: Random) -> None:
    plan.quarters[ODD_QUARTER].paid += 20_000


def _not_started(plan: ProjectPlan, _world: World, _rng: Random) -> None:
    plan.started, plan.status = 0, ProjectStatus.FUNDED


def _changed_alone(plan: ProjectPlan, world: World, rng: Random) -> None:
    effective = world.as_of - 40 - rng.randrange(60)
    plan.changes.append(
        Change(
            ChangeField.TOTAL_INVESTMENT.value,
            str(plan.total + 500_000),
            str(plan.total),
            effective,
            Level.PROVINCE,
        )
    )


def _terminated_alone(plan: ProjectPlan, world: World, rng: Random) -> None:
    plan.status = ProjectStatus.TERMINATED
    plan.finished = quarter_end(world.closed) - rng.randrange(15)


ON_SCHEDULE, AHEAD = Curve(lead=0), Curve(lead=60)
HALFWAY = (450, 560)
"""Days a project of three years has run by the last closed quarter: between two and five tenths of its term."""


def _behind(points: int) -> Curve:
    """The schedule less so many hundredths of a point."""
    return Curve(lead=0, offset=-points)


_ALLOCATION, _TARGET, _FILING = SubjectKind.ALLOCATION, SubjectKind.TARGET, SubjectKind.FILING
_PROVINCIAL = Source.PROVINCE
_STOPPED = Curve(lead=900, cap=7_500)
_UNUSED = Course(pay=Curve(lead=2_000, cap=500), work=Curve(cap=0))

KINDS: tuple[Kind, ...] = (
    Kind(
        "CS-02-01",
        B,
        "申报为中央支持专项，实际只有省级资金",
        _project,
        source=_PROVINCIAL,
        before=_declare(FundCategory.CENTRAL),
    ),
    Kind("CS-02-02", B, "申报为地方支持专项，实际含中央资金", _project, before=_declare(FundCategory.LOCAL)),
    Kind("CS-02-03", B, "申报为社会资金，实际含财政资金", _project, before=_declare(FundCategory.SOCIAL)),
    Kind("CS-02-06", B, "总投资比各来源合计多30万元", _project, before=_dearer),
    Kind("DL-09-01", R, "省级收到中央资金45日后才下达", _leg(0), _ALLOCATION, tempo=Tempo(province=45)),
    Kind("DL-09-01", Y, "市级收到省级资金45日后才下达", _leg(0), _ALLOCATION, source=_PROVINCIAL, tempo=Tempo(city=45)),
    Kind("DL-09-02", R, "细化结束40日后才报备", _leg(-1), _ALLOCATION, before=_report_late),
    Kind("DL-09-03", Y, "资金到县60日以上仍未细化", _leg(-1), _ALLOCATION, arrived=(65, 110), waiting=True),
    Kind("DL-09-03", R, "资金到县120日以上仍未细化", _leg(-1), _ALLOCATION, arrived=(130, 200), waiting=True),
    Kind("CS-09-04", B, "县级细化到项目的金额比到达多20万元", _leaf, SubjectKind.DIVISION, short_by=200_000),
    Kind("CS-09-06", R, "入库前安排中央资金", _edge, _ALLOCATION, before=_admit_late),
    Kind("CS-09-06", Y, "入库前安排省级资金", _edge, _ALLOCATION, source=_PROVINCIAL, before=_admit_late),
    Kind("CS-10-01", R, "资金下达到县时没有绩效目标", _leg(-1), _ALLOCATION, before=_without_targets),
    Kind("CS-10-02", B, "项目目标只有县级目标的九成", _leaf_target, _TARGET, before=_decompose(9, 10)),
    Kind("CS-10-02", N, "项目目标超过县级目标的一倍半", _leaf_target, _TARGET, before=_decompose(16, 10)),
    Kind("DQ-10-04", B, "合格率指标只有文字，没有数值", lambda plan: _quality(plan).code, _TARGET, before=_in_words),
    Kind("DQ-10-04", Y, "合格率指标没有基期值", lambda plan: _quality(plan).code, _TARGET, before=_without_baseline),
    Kind(
        "CS-10-06", R, "满意度目标期限晚于计划完工日90日", lambda plan: _content(plan).code, _TARGET, before=_due_beyond
    ),
    Kind("DL-11-01", R, "第三个季度逾期填报", _project, _FILING, after=_file_late, period=_odd_quarter),
    Kind("DQ-11-02", R, "最近一个到期季度没有填报", _project, skips=last_due, period=_missing_quarter),
    Kind(
        "CS-11-04",
        B,
        "累计支付因退款减少，没有退款文件",
        _project,
        _FILING,
        course=Course(refund_in=ODD_QUARTER),
        period=_odd_quarter,
    ),
    Kind(
        "CS-11-05",
        B,
        "累计支付比到达资金多3万元",
        _project,
        behind=(600, 700),
        length=SHORT,
        course=Course(overpaid=30_000),
    ),
    Kind("CS-11-06", B, "本期支付数多填2万元", _project, _FILING, after=_misstate, period=_odd_quarter),
    Kind("PT-11-08", Y, "到资90日以上未开工", _project, arrived=(95, 170), course=_UNUSED, before=_not_started),
    Kind("PT-11-08", R, "到资180日以上未开工", _project, arrived=(190, 260), course=_UNUSED, before=_not_started),
    Kind(
        "PT-12-01",
        Y,
        "支付停了一个季度，落后序时进度10至30个百分点",
        _project,
        behind=HALFWAY,
        course=Course(pay=Curve(cap=-700), work=AHEAD),
    ),
    Kind(
        "PT-12-01",
        R,
        "支付落后序时进度30个百分点以上",
        _project,
        behind=HALFWAY,
        course=Course(pay=_behind(3_100), work=_behind(300)),
    ),
    Kind(
        "PT-12-01",
        R,
        "支付连续两个季度落后序时进度10个百分点以上",
        _project,
        behind=HALFWAY,
        course=Course(pay=_behind(1_500), work=_behind(500)),
    ),
    Kind(
        "PT-12-02",
        Y,
        "治理面积落后序时进度15至30个百分点",
        lambda plan: plan.targets[0].code,
        _TARGET,
        behind=HALFWAY,
        course=Course(pay=AHEAD, work=_behind(1_700)),
    ),
    Kind(
        "PT-12-02",
        R,
        "治理面积落后序时进度30个百分点以上",
        lambda plan: plan.targets[0].code,
        _TARGET,
        behind=HALFWAY,
        course=Course(pay=_behind(120), work=_behind(3_060)),
    ),
    Kind("PT-12-03", R, "总投资未经批准核减", _project, after=_changed_alone),
    Kind("PT-12-04", R, "项目未经批准终止", _project, after=_terminated_alone),
    Kind(
        "PT-12-04",
        R,
        "四个季度以上没有支付也没有进展",
        _project,
        behind=(640, 710),
        course=Course(pay=_STOPPED, work=_STOPPED),
    ),
    Kind(
        "PT-12-08",
        Y,
        "支付率高出实物量30至50个百分点",
        _project,
        course=Course(pay=Curve(lead=0, offset=2_800), work=_behind(400)),
    ),
    Kind(
        "PT-12-08",
        R,
        "支付率高出实物量50个百分点以上",
        _project,
        course=Course(pay=Curve(lead=0, offset=5_000), work=_behind(300)),
    ),
)

EVEN_ROUNDS = ((0, 60, 1), (60, 500, 2))
"""From project, to project, how many of each kind are spread evenly between them."""
ONE_IN = 32
"""After them, every so many projects has the next kind in turn."""


def planted_ordinal(index: int) -> int | None:
    """Which irregularity, counted over the whole demo, project k has; the same whatever number of projects."""
    base = 0
    for first, end, rounds in EVEN_ROUNDS:
        count, span = rounds * len(KINDS), end - first
        if index < end:
            here = (index - first) * count // span
            return base + here if (index - first + 1) * count // span > here else None
        base += count
    here, rest = divmod(index - EVEN_ROUNDS[-1][1], ONE_IN)
    return base + here if rest == 0 else None


def planted_kind(ordinal: int) -> Kind:
    """Kinds take turns."""
    return KINDS[ordinal % len(KINDS)]

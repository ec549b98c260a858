"""The parts clean and planted projects have in common: names, money mapped to them, targets, the reserve library."""

from random import Random

from db.enums import ProjectStatus, ReserveStatus, Source
from server.demo.generator.catalogue import (
    AREA,
    COAST,
    CONTENT,
    COST,
    GREEN,
    LASTING,
    MARK,
    QUALITY,
    QUANTITY_OF_LINE,
    WORK_TYPES,
    DemoFund,
    DemoIndicator,
)
from server.demo.generator.chain import Request, private_legs, target_code
from server.demo.generator.place import Place
from server.demo.generator.plan import Edge, ProjectPlan, TargetPlan
from server.demo.generator.world import ADDITIONAL, World

WAN = 10_000
MU_PER_HECTARE = 15
FILED_IN_MU = 8
"""Of so many hectare projects one files in 亩."""
FINAL_DAYS = 30
"""Everything but quantities is measured at acceptance: its window is the last month of the term."""


def project_code(index: int) -> str:
    """The code of project k."""
    return f"DEMO-{index:06d}"


def new_plan(index: int, place: Place, fund: DemoFund, rng: Random, *, start: int, end: int) -> ProjectPlan:
    """A project under way, without money yet."""
    work_types = WORK_TYPES[fund.line]
    work_type = work_types[rng.randrange(len(work_types))]
    return ProjectPlan(
        index=index,
        code=project_code(index),
        place=place,
        fund=fund,
        name=f"{MARK}{place.path}{work_type}项目（{index}）",
        work_type=work_type,
        category=fund.category,
        status=ProjectStatus.UNDER_WAY,
        start=start,
        end=end,
    )


def amount_of(rng: Random) -> int:
    """Yuan for a project, in whole 万元: mostly a few millions, sometimes nearly a hundred."""
    return rng.randrange(200, 1_200) * (1, 1, 1, 2, 4, 8)[rng.randrange(6)] * WAN


def quantity_of(indicator: DemoIndicator, rng: Random) -> int:
    """Hectares, metres of coast, or sites."""
    if indicator is AREA:
        return rng.randrange(40, 900)
    return rng.randrange(30, 800) * 10 if indicator is COAST else rng.randrange(20, 90)


def add_money(plan: ProjectPlan, edge: Edge) -> None:
    """Money mapped to the project, planned as it came."""
    plan.edges.append(edge)
    plan_money(plan, edge.year, edge.source, edge.amount)


def plan_money(plan: ProjectPlan, year: int, source: Source, amount: int) -> None:
    """A line of the project's sources, part of its total investment."""
    key = (year, source)
    plan.planned[key] = plan.planned.get(key, 0) + amount
    plan.total += amount


def direct_edge(plan: ProjectPlan, source: Source, year: int, amount: int, day: int) -> Edge:
    """Money that is new in the record at the project itself: the leaf's own, an owner's, society's."""
    return Edge(f"DEMO-A-{plan.index:06d}-{len(plan.edges) + 1}", source, year, ADDITIONAL, amount, day)


def add_quantity(
    plan: ProjectPlan, quantity: int, *, year: int, starts: int, allocation: str, parent: str
) -> TargetPlan:
    """The physical target that comes with an edge, a part of its receipt's target; some are filed in 亩."""
    indicator = QUANTITY_OF_LINE[plan.fund.line]
    in_mu = indicator is AREA and plan.index % FILED_IN_MU == 0
    factor = MU_PER_HECTARE if in_mu else 1
    target = TargetPlan(
        code=f"DEMO-T-{plan.index:06d}-{len(plan.targets) + 1}",
        indicator=indicator,
        year=year,
        value=str(quantity * factor),
        weight=25 if plan.targets else 50,
        starts=starts,
        due=plan.end,
        allocation=allocation,
        parent=parent,
        quantity=quantity,
        measure="亩" if in_mu else indicator.measure,
        factor=factor,
    )
    plan.targets.append(target)
    return target


def add_other_targets(plan: ProjectPlan, rng: Random, *, year: int, allocation: str) -> None:
    """Quality and satisfaction always; cost, ecology and a qualitative target for some."""
    chosen = [QUALITY, CONTENT]
    chosen += [COST] if rng.randrange(2) else []
    chosen += [GREEN] if rng.randrange(5) < 2 else []
    chosen += [LASTING] if rng.randrange(4) == 0 else []
    weights = {QUALITY: 20, CONTENT: 10, COST: 10, GREEN: 10, LASTING: 0}
    for indicator in chosen:
        value, baseline, _ = indicator.sample
        plan.targets.append(
            TargetPlan(
                code=f"DEMO-T-{plan.index:06d}-{len(plan.targets) + 1}",
                indicator=indicator,
                year=year,
                value=value,
                weight=weights[indicator],
                starts=plan.end - FINAL_DAYS,
                due=plan.end,
                baseline=baseline,
                allocation=allocation,
                text="" if value else "建立管护责任制并落实管护经费",
            )
        )


def add_reserve(plan: ProjectPlan, admitted: int) -> None:
    """Applied, reviewed, admitted."""
    plan.reserve = [
        (admitted - 90, ReserveStatus.APPLIED.value),
        (admitted - 45, ReserveStatus.UNDER_REVIEW.value),
        (admitted, ReserveStatus.ADMITTED.value),
    ]


def add_own_chain(plan: ProjectPlan, wanted: Request, world: World, rng: Random) -> None:
    """Money that comes down a chain of its own, with targets all the way."""
    plan.private = True
    plan.legs = private_legs(wanted, world.as_of)
    leg = plan.legs[-1]
    code = f"DEMO-A-{plan.index:06d}-1"
    add_money(plan, Edge(code, leg.source, leg.year, ADDITIONAL, wanted.amount, wanted.mapped, leg.code))
    parent = target_code(leg.code)
    add_quantity(plan, wanted.quantity, year=leg.year, starts=plan.start, allocation=code, parent=parent)
    add_other_targets(plan, rng, year=leg.year, allocation=code)


def add_unfunded(plan: ProjectPlan, year: int, amount: int) -> None:
    """A project that waits in the library: planned money, none arrived, no category declared yet."""
    plan.status = ProjectStatus.ADMITTED
    plan.category = None
    plan_money(plan, year, plan.fund.source, amount)

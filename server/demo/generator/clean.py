"""Projects that break no rule: project k of the demo, made from nothing but the seed, the day, the places and k."""

from dataclasses import dataclass
from random import Random

from db.enums import ChangeField, Level, ProjectStatus, Source
from server.demo.generator.catalogue import (
    CITY,
    COASTAL,
    COUNTY,
    ECOLOGY,
    GEOHAZARD,
    MARINE,
    PROVINCIAL,
    QUANTITY_OF_LINE,
    SOCIAL,
    DemoFund,
)
from server.demo.generator.chain import Request, receipt_code, target_code
from server.demo.generator.days import day_of_year, iso, quarter_end, quarter_of
from server.demo.generator.draft import (
    WAN,
    add_money,
    add_other_targets,
    add_own_chain,
    add_quantity,
    add_reserve,
    add_unfunded,
    amount_of,
    direct_edge,
    new_plan,
    plan_money,
    project_code,
    quantity_of,
)
from server.demo.generator.execution import USUAL, Course, run
from server.demo.generator.place import Place, Province
from server.demo.generator.plan import Change, Curve, Edge, ProjectPlan
from server.demo.generator.world import ADVANCE, PUBLISHED_YEARS, Batch, World, path_down, quoted

UNFUNDED_PERMILLE = 60
FRESH_PERMILLE = 25
RECALLED_PERMILLE = 8
LEAST_DAYS, MOST_DAYS = 500, 1_095
"""Length of a project: long enough that three months of it are less than a fifth."""
STANDSTILL = Course(pay=Curve(cap=0), work=Curve(cap=0))
OWN_LEVELS = {Level.CITY: Source.CITY, Level.COUNTY: Source.COUNTY}


@dataclass(frozen=True, slots=True)
class Site:
    """Where project k is made: its place in its province, the world, and its own numbers."""

    index: int
    place: Place
    province: Province
    world: World
    rng: Random


def clean_plan(index: int, world: World) -> ProjectPlan:
    """Project k."""
    rng = world.rng(index)
    province = world.provinces[index % len(world.provinces)]
    site = Site(index, province.leaves[rng.randrange(len(province.leaves))], province, world, rng)
    lot = rng.randrange(1_000)
    if lot < UNFUNDED_PERMILLE:
        return _waiting(site)
    if quoted(site.place):  # the years of the other two kinds follow from the day, and may be a published one
        return _ordinary(site)
    if lot < UNFUNDED_PERMILLE + FRESH_PERMILLE:
        return _fresh(site)
    if lot < UNFUNDED_PERMILLE + FRESH_PERMILLE + RECALLED_PERMILLE:
        return _recalled(site)
    return _ordinary(site)


def _central(province: Province, rng: Random) -> DemoFund:
    if province.code[:2] in COASTAL and rng.randrange(10) < 3:
        return MARINE
    return GEOHAZARD if rng.randrange(10) < 4 else ECOLOGY


def _fund(place: Place, province: Province, rng: Random) -> DemoFund:
    """Mostly central; a local government's own where the place has one of that level above it or is one."""
    lot = rng.randrange(100)
    if lot >= 40:
        return _central(province, rng)
    if lot < 6:
        return SOCIAL
    if lot < 20 and place.government(Level.PROVINCE):
        return PROVINCIAL
    if lot < 30 and place.government(Level.CITY):
        return CITY
    return COUNTY if place.level is Level.COUNTY else CITY


def _ordinary(site: Site) -> ProjectPlan:
    """Money of one or two batches, the usual course, now and then a properly approved change or termination."""
    place, world, rng = site.place, site.world, site.rng
    fund = _fund(place, site.province, rng)
    batch = world.open_batch(rng.randrange(len(world.batches)), place)
    mapped = _arrival(fund, batch, site)
    length = rng.randrange(LEAST_DAYS, MOST_DAYS + 1)
    last_start = day_of_year(batch.year, *((3, 15) if batch.tranche == ADVANCE else (6, 15)))
    start = min(mapped + 25 + rng.randrange(15), last_start)
    plan = new_plan(site.index, place, fund, rng, start=start, end=start + length)
    add_reserve(plan, mapped - 120 - rng.randrange(200))
    plan.started = start + rng.randrange(10)
    amount, quantity = amount_of(rng), _quantity(plan, rng)
    later = _second_part(batch, length, rng)
    if later and later.year == PUBLISHED_YEARS.get(place.code[:2]):
        later = None
    first_part = amount // WAN * 6 // 10 * WAN if later else amount
    first_quantity = quantity * 6 // 10 if later else quantity
    _arrive(plan, batch, mapped, amount=first_part, quantity=first_quantity)
    _add_company(plan, batch, mapped, amount, rng)
    if later and world.has_batch(later.year, later.tranche):
        rest, left = amount - first_part, quantity - first_quantity
        _arrive(plan, later, _arrival(fund, later, site), amount=rest, quantity=left)
    elif later:
        plan_money(plan, later.year, fund.source, amount - first_part)
    add_other_targets(plan, rng, year=batch.year, allocation=plan.edges[0].code)
    run(plan, USUAL, world, rng)
    _embellish(plan, site)
    return plan


def _arrival(fund: DemoFund, batch: Batch, site: Site) -> int:
    """The day a batch reaches the project: mapped out of a receipt, or set aside by the leaf itself."""
    if path_down(fund.source, site.place):
        return site.world.mapped_on(fund.code, batch, site.place, site.rng)
    return _own_day(batch, site.rng)


def _quantity(plan: ProjectPlan, rng: Random) -> int:
    """How much the project is to do."""
    return quantity_of(QUANTITY_OF_LINE[plan.fund.line], rng)


def _own_day(batch: Batch, rng: Random) -> int:
    month, day = (1, 5) if batch.tranche == ADVANCE else (4, 10)
    return day_of_year(batch.year, month, day) + rng.randrange(40)


def _second_part(batch: Batch, length: int, rng: Random) -> Batch | None:
    """Two of five long projects get the rest of their money a year later."""
    return Batch(batch.year + 1, batch.tranche) if length >= 700 and rng.randrange(5) < 2 else None


def _arrive(plan: ProjectPlan, batch: Batch, day: int, *, amount: int, quantity: int) -> None:
    """A batch's money with the quantity it pays for."""
    source, fund = plan.fund.source, plan.fund.code
    shared = bool(path_down(source, plan.place))
    receipt = receipt_code(fund, source, batch.year, batch.tranche, plan.place) if shared else ""
    code = f"DEMO-A-{plan.index:06d}-{len(plan.edges) + 1}"
    add_money(plan, Edge(code, source, batch.year, batch.tranche, amount, day, receipt))
    starts = plan.start if len(plan.edges) == 1 else day + 15
    parent = target_code(receipt) if receipt else ""
    add_quantity(plan, quantity, year=batch.year, starts=starts, allocation=code, parent=parent)


def _add_company(plan: ProjectPlan, batch: Batch, day: int, amount: int, rng: Random) -> None:
    """Money that joins the main source: the leaf's own, the owner's, society's; the province's for some."""
    central = plan.fund.source is Source.CENTRAL
    own = OWN_LEVELS.get(plan.place.level)
    if central and own and rng.randrange(100) < 35:
        add_money(plan, direct_edge(plan, own, batch.year, _part(amount, 5 + rng.randrange(20)), day))
    if rng.randrange(100) < 15:
        add_money(plan, direct_edge(plan, Source.OWNER, batch.year, _part(amount, 5 + rng.randrange(15)), day))
    if central and rng.randrange(100) < 6:
        add_money(plan, direct_edge(plan, Source.SOCIAL, batch.year, _part(amount, 10 + rng.randrange(30)), day))
    if central and rng.randrange(100) < 10 and path_down(Source.PROVINCE, plan.place):
        receipt = receipt_code(plan.fund.code, Source.PROVINCE, batch.year, batch.tranche, plan.place)
        code = f"DEMO-A-{plan.index:06d}-{len(plan.edges) + 1}"
        part = _part(amount, 10 + rng.randrange(20))
        add_money(plan, Edge(code, Source.PROVINCE, batch.year, batch.tranche, part, day, receipt))


def _part(amount: int, percent: int) -> int:
    return max(1, amount // WAN * percent // 100) * WAN


def _embellish(plan: ProjectPlan, site: Site) -> None:
    """Pay plans, further divisions, approved changes and terminations for some."""
    world, rng = site.world, site.rng
    lot = rng.randrange(100)
    if lot < 15:
        plan.pay_plan = [
            (quarter, min(10_000, (quarter_end(quarter) - plan.start) * 10_000 // (plan.end - plan.start)))
            for quarter in range(quarter_of(plan.start), quarter_of(plan.end))
        ]
    if lot % 10 == 3:
        beside = [leaf for leaf in site.province.leaves if leaf.above == plan.place.above and leaf is not plan.place]
        plan.others = tuple(beside[: 1 + rng.randrange(2)])
    if 20 <= lot < 26:
        effective = min(plan.start + 60 + rng.randrange(200), world.as_of)
        plan.changes.append(_approved(ChangeField.SCALE, "工程布局调整前", "工程布局调整后", effective, Level.CITY))
    if lot in {26, 27} and plan.status is ProjectStatus.UNDER_WAY and len(plan.quarters) > 2:
        effective = quarter_end(world.closed) - rng.randrange(15)
        plan.changes.append(_approved(ChangeField.TERMINATION, "", iso(effective), effective, Level.PROVINCE))
        plan.status, plan.finished = ProjectStatus.TERMINATED, effective


def _approved(field: ChangeField, old: str, new: str, effective: int, required: Level) -> Change:
    return Change(field.value, old, new, effective, required, approved=effective - 20, approver=Level.PROVINCE)


def _waiting(site: Site) -> ProjectPlan:
    """Admitted to the library, money planned for next year."""
    world, rng = site.world, site.rng
    fund = _central(site.province, rng)
    start = world.as_of + 120 + rng.randrange(200)
    end = start + rng.randrange(LEAST_DAYS, MOST_DAYS)
    plan = new_plan(site.index, site.place, fund, rng, start=start, end=end)
    add_reserve(plan, world.as_of - 30 - rng.randrange(300))
    add_unfunded(plan, quarter_of(world.as_of) // 4 + 1, amount_of(rng))
    return plan


def _fresh(site: Site) -> ProjectPlan:
    """Money arrived within the last weeks; the work has not begun and need not have."""
    world, rng = site.world, site.rng
    mapped = world.as_of - 10 - rng.randrange(28)
    plan = _on_own_chain(site, mapped, world.as_of + 20 + rng.randrange(25))
    plan.status = ProjectStatus.FUNDED
    run(plan, STANDSTILL, world, rng)
    return plan


def _recalled(site: Site) -> ProjectPlan:
    """A tenth of the money was not needed and went back, step by step, up the way it had come."""
    world, rng = site.world, site.rng
    mapped = world.as_of - 220 - rng.randrange(400)
    plan = _on_own_chain(site, mapped, mapped + 25)
    plan.started = plan.start + rng.randrange(10)
    edge = plan.edges[0]
    recall = edge.amount // WAN // 10 * WAN
    day = mapped + 120 + rng.randrange(60)
    edge.recalled, edge.recalled_on = recall, day
    for leg in reversed(plan.legs):
        day += 3
        leg.recalled, leg.recalled_on = recall, day
    run(plan, USUAL, world, rng)
    return plan


def _on_own_chain(site: Site, mapped: int, start: int) -> ProjectPlan:
    """A central project whose money took a chain of its own; not run yet."""
    rng, place, code = site.rng, site.place, project_code(site.index)
    end = start + rng.randrange(LEAST_DAYS + 100, MOST_DAYS)
    plan = new_plan(site.index, place, _central(site.province, rng), rng, start=start, end=end)
    add_reserve(plan, mapped - 200 - rng.randrange(100))
    request = Request(code, plan.fund, place, mapped=mapped, amount=amount_of(rng), quantity=_quantity(plan, rng))
    add_own_chain(plan, request, site.world, rng)
    return plan

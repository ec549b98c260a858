"""What demo projects share as rows: receipts with their targets, added up from below, notices, funds and units."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from db.enums import DocumentKind, Level, Source, UnitKind
from server.demo.generator.catalogue import FUNDS, INDICATORS, MARK, MEASURES, QUANTITY_OF_LINE, DemoFund, Row
from server.demo.generator.chain import NATION, receipt_code
from server.demo.generator.days import jitter
from server.demo.generator.place import Place
from server.demo.generator.plan import Leg, ProjectPlan
from server.demo.generator.project_rows import document_row, leg_row, leg_target, unit_code
from server.demo.generator.world import REPORT_SPAN, World, path_down


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """Money of one source and tranche of a fund's year that a place receives."""

    fund: DemoFund
    source: Source
    year: int
    tranche: int
    place: Place

    @property
    def code(self) -> str:
        """Of its allocation."""
        return receipt_code(self.fund.code, self.source, self.year, self.tranche, self.place)


@dataclass(slots=True)
class Shared:
    """Sums over all projects, small however many there are: yuan and quantity by receipt, and what is referred to."""

    world: World
    sums: dict[ReceiptKey, tuple[int, int]] = field(default_factory=dict)
    mapped: dict[ReceiptKey, int] = field(default_factory=dict)
    """The day on which the last of a receipt was mapped to a project."""
    funds: dict[str, DemoFund] = field(default_factory=lambda: {fund.code: fund for fund in FUNDS})
    years: set[tuple[str, int]] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)
    _onward: dict[str, Place] = field(default_factory=dict)
    """A place below each place that has one: all below are issued to on the same day."""

    def add(self, plan: ProjectPlan) -> None:
        """Takes a project into the sums of every receipt its money came through."""
        self.funds.setdefault(plan.fund.code, plan.fund)
        self.years.update((plan.fund.code, year) for year, _ in plan.planned)
        for place in plan.place.chain:
            self.places.setdefault(place.code, place)
            if place.above is not None:
                self._onward.setdefault(place.above.code, place)
        if plan.private:
            return
        quantities = {target.allocation: target.quantity for target in plan.targets if target.quantity}
        for edge in plan.edges:
            if not edge.parent:
                continue
            quantity = quantities.get(edge.code, 0)
            for place in path_down(edge.source, plan.place):
                key = ReceiptKey(plan.fund, edge.source, edge.year, edge.tranche, place)
                amount, sum_so_far = self.sums.get(key, (0, 0))
                self.sums[key] = (amount + edge.amount, sum_so_far + quantity)
                self.mapped[key] = max(self.mapped.get(key, 0), edge.day)

    def legs(self) -> Iterator[tuple[ReceiptKey, Leg]]:
        """Every shared receipt, upper ones first."""
        for key in sorted(self.sums, key=lambda key: (len(key.place.chain), key.code)):
            yield key, self._leg(key)

    def _leg(self, key: ReceiptKey) -> Leg:
        amount, quantity = self.sums[key]
        place, fund = key.place, key.fund.code
        issued, received = self.world.receipt(fund, key.year, key.tranche, place)
        above = place.above
        parent = ReceiptKey(key.fund, key.source, key.year, key.tranche, above) if above else None
        leg = Leg(
            code=key.code,
            parent=parent.code if parent in self.sums and parent else "",
            grantor=above.code if above else NATION,
            recipient=place,
            source=key.source,
            year=key.year,
            tranche=key.tranche,
            amount=amount,
            issued=issued,
            received=received,
            document=_notice_code(key),
        )
        # Money that joins another source goes down in the same notice and under the same targets.
        leg.quantity = quantity if key.source is key.fund.source else None
        if place.level is not Level.PROVINCE:
            leg.detailed = self._detailed(key)
            leg.reported = leg.detailed + 5 + jitter(REPORT_SPAN, self.world.seed, key.code)
        return leg

    def _detailed(self, key: ReceiptKey) -> int:
        """A city is done when it issues to its counties, a leaf when all is mapped."""
        below = self._onward.get(key.place.code)
        if below is None:
            return self.mapped[key]
        return self.world.receipt(key.fund.code, key.year, key.tranche, below)[0]


def _notice_code(key: ReceiptKey) -> str:
    grantor = key.place.above.code if key.place.above else NATION
    return f"DEMO-D-{key.fund.code.removeprefix('DEMO-F-')}-{key.year}-{key.tranche}-{grantor}"


def fund_rows(shared: Shared) -> Iterator[Row]:
    """Funds."""
    return (fund.row for _, fund in sorted(shared.funds.items()))


def fund_year_rows(shared: Shared) -> Iterator[Row]:
    """Their years."""
    return (
        {"fund": fund, "budget_year": str(year), "measure": "演示办法，不引用任何真实文件"}
        for fund, year in sorted(shared.years)
    )


def measure_rows() -> Iterable[Row]:
    """Units of measure, the same as published figures use."""
    return MEASURES


def indicator_rows() -> Iterator[Row]:
    """Indicators."""
    return (indicator.row for indicator in INDICATORS)


def unit_rows(shared: Shared) -> Iterator[Row]:
    """One natural-resources authority for each place money passes, upper ones first."""
    for place in sorted(shared.places.values(), key=lambda place: (len(place.chain), place.code)):
        yield {
            "code": unit_code(place.code),
            "name": f"{MARK}{place.path}自然资源局",
            "kind": UnitKind.NR_AUTHORITY.value,
            "division": place.code,
            "parent": unit_code(place.above.code) if place.above else "",
            "lines": "",
        }


def notice_rows(shared: Shared) -> Iterator[Row]:
    """The notices money came down with: one for each batch and grantor."""
    seen: set[str] = set()
    for key, leg in shared.legs():
        if leg.document in seen:
            continue
        seen.add(leg.document)
        above = key.place.above
        issuer = f"{MARK}{above.path}财政局" if above else f"{MARK}中央财政"
        short = above.name if above else ""
        number = f"演示{short}财资环〔{key.year}〕{len(seen)}号"
        title = f"{MARK}关于下达{key.year}年{key.fund.name}预算的通知（第{key.tranche}批）"
        yield document_row(
            leg.document, number=number, title=title, kind=DocumentKind.ISSUE_NOTICE, issued=leg.issued, issuer=issuer
        )


def receipt_rows(shared: Shared) -> Iterator[Row]:
    """Allocations between divisions that projects share."""
    return (leg_row(leg, key.fund.code) for key, leg in shared.legs())


def regional_target_rows(shared: Shared) -> Iterator[Row]:
    """The targets those allocations carry."""
    for key, leg in shared.legs():
        if leg.quantity is not None:
            indicator = QUANTITY_OF_LINE[key.fund.line]
            yield leg_target(leg, key.fund.code, indicator.code, indicator.measure)

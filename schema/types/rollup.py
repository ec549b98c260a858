"""Roll-ups: sums, and the rates made of them at the very end."""

from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField

from db.rollup.chart import ESTIMATED
from db.rollup.question import Measure, Sums
from db.types import rate_bp
from schema.describe import argument, both, field
from schema.info import Info
from schema.scalars import Money, Rate

_MEASURES = {
    "planned": Measure.PLANNED,
    "received": Measure.RECEIVED,
    "issued": Measure.ISSUED,
    "retained": Measure.RETAINED,
    "recalled": Measure.RECALLED,
    "paid": Measure.PAID,
    "executionRate": Measure.EXECUTION_RATE,
    "timeProgress": Measure.TIME_PROGRESS,
    "targetCompletion": Measure.TARGET_COMPLETION,
    "projectCount": Measure.PROJECT_COUNT,
    "findings": Measure.FINDINGS,
}


def selected_measures(info: Info, *path: str) -> frozenset[Measure]:
    """The measures a query asks for below this field, so that only those are computed."""
    names: set[str] = set()
    for selected in info.selected_fields:
        _collect(selected.selections, path, names)
    return frozenset(measure for name, measure in _MEASURES.items() if name in names)


def _collect(selections: list[Any], path: tuple[str, ...], names: set[str]) -> None:
    for selection in selections:
        if isinstance(selection, FragmentSpread | InlineFragment):
            _collect(selection.selections, path, names)
        elif isinstance(selection, SelectedField):
            if not path:
                names.add(selection.name)
            elif selection.name == path[0]:
                _collect(selection.selections, path[1:], names)


Restated: TypeAlias = Annotated[
    bool,
    argument(
        "区划变更前后的数据是否重述到所选区划图上; 否则按填报时的归属",
        "whether facts of divisions not on the map are restated on it; otherwise they lie as filed",
    ),
]


@strawberry.type(description=both("现存发现数", "standing findings by severity"))
class FindingCounts:
    """Counts by severity."""

    blocking: int = strawberry.field(description=both("阻断", "blocking"))
    red: int = strawberry.field(description=both("红灯", "red"))
    yellow: int = strawberry.field(description=both("黄灯", "yellow"))
    info: int = strawberry.field(description=both("提示", "information"))


@strawberry.type(description=both("汇总", "a roll-up; amounts in yuan, rates of summed numerators and denominators"))
class Rollup:
    """Sums of one group of facts."""

    sums: strawberry.Private[Sums]
    undefined: strawberry.Private[frozenset[Measure]] = frozenset()

    def amount(self, measure: Measure) -> int | None:
        """A measure in fen, basis points or pieces; None where a dimension does not divide it or nothing divides."""
        if measure in self.undefined:
            return None
        if measure in _SHARES:
            part, whole, scale = _SHARES[measure]
            return rate_bp(self.sums.get(part, 0), self.sums.get(whole, 0) * scale)
        return sum(sign * self.sums.get(name, 0) for name, sign in _PARTS[measure])

    def _money(self, measure: Measure) -> Money | None:
        fen = self.amount(measure)
        return None if fen is None else Money(fen)

    def _rate(self, measure: Measure) -> Rate | None:
        share = self.amount(measure)
        return None if share is None else Rate(share)

    @field("是否含按估计份额重述的数额", "whether some amounts were restated by shares no document states")
    def estimated(self) -> bool:
        """Whether a share was estimated."""
        return self.sums.get(ESTIMATED, 0) > 0

    @field("计划数: 项目各来源计划安排", "what projects' sources plan")
    def planned(self) -> Money | None:
        """Planned."""
        return self._money(Measure.PLANNED)

    @field("到达数: 进入本组的资金, 逐级下达不重复计算", "money that entered the group, counted once")
    def received(self) -> Money | None:
        """Received."""
        return self._money(Measure.RECEIVED)

    @field("下达数: 首个接收单位转下达或细化到项目的资金", "what the first holder in the group passed on or mapped")
    def issued(self) -> Money | None:
        """Issued onward."""
        return self._money(Measure.ISSUED)

    @field("收回数", "what was recalled")
    def recalled(self) -> Money | None:
        """Recalled."""
        return self._money(Measure.RECALLED)

    @field("留存数 = 到达 − 下达 − 收回", "received less issued less recalled")
    def retained(self) -> Money | None:
        """Still held by the first holder."""
        return self._money(Measure.RETAINED)

    @field("支付数, 已扣退款", "paid, refunds taken off")
    def paid(self) -> Money | None:
        """Paid."""
        return self._money(Measure.PAID)

    @field("执行率 = 支付 ÷ 到达", "paid over received")
    def execution_rate(self) -> Rate | None:
        """Execution rate."""
        return self._rate(Measure.EXECUTION_RATE)

    @field("序时进度, 按计划数加权", "share of the planned time gone, weighted by planned money")
    def time_progress(self) -> Rate | None:
        """Time progress."""
        return self._rate(Measure.TIME_PROGRESS)

    @field("目标完成率, 按分值加权, 单项封顶 100%", "completion of numeric targets, weighted, each capped at 1")
    def target_completion(self) -> Rate | None:
        """Target completion."""
        return self._rate(Measure.TARGET_COMPLETION)

    @field("项目数", "number of projects")
    def project_count(self) -> int | None:
        """Projects."""
        return self.amount(Measure.PROJECT_COUNT)

    @field("现存发现数", "standing findings")
    def findings(self) -> FindingCounts | None:
        """Findings by severity."""
        if Measure.FINDINGS in self.undefined:
            return None
        return FindingCounts(**{name: self.sums.get(name, 0) for name, _ in _PARTS[Measure.FINDINGS]})


_SHARES: dict[Measure, tuple[str, str, int]] = {
    Measure.EXECUTION_RATE: ("paid", "received", 1),
    Measure.TIME_PROGRESS: ("elapsed", "due", 1),
    Measure.TARGET_COMPLETION: ("completion", "weight", 10_000),
}
"""Numerator, denominator, and what a whole is in the numerator's units."""

_PARTS: dict[Measure, tuple[tuple[str, int], ...]] = {
    Measure.PLANNED: (("planned", 1),),
    Measure.RECEIVED: (("received", 1),),
    Measure.ISSUED: (("issued", 1),),
    Measure.RECALLED: (("recalled", 1),),
    Measure.RETAINED: (("received", 1), ("issued", -1), ("recalled", -1)),
    Measure.PAID: (("paid", 1),),
    Measure.PROJECT_COUNT: (("project_count", 1),),
    Measure.FINDINGS: (("blocking", 1), ("red", 1), ("yellow", 1), ("info", 1)),
}

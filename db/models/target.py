"""绩效: units of measure, indicators, the tree of targets, and progress towards them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Recorded
from db.enums import Direction, IndicatorKind, Provenance, SpaceAggregation, TimeAggregation
from db.types import Period, PeriodType, Quantity, code_column, stored


class Measure(Recorded, Base):
    """计量单位: `numerator/denominator` of it make one of its dimension's base unit (亩: 1/15 公顷)."""

    __tablename__ = "measure"

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    dimension: Mapped[str]
    numerator: Mapped[int]
    denominator: Mapped[int]


class Indicator(Recorded, Base):
    """三级指标 under its 二级指标 kind, with what is needed to add it up."""

    __tablename__ = "indicator"

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    name: Mapped[str]
    kind: Mapped[IndicatorKind] = mapped_column(stored(IndicatorKind))
    direction: Mapped[Direction | None] = mapped_column(stored(Direction))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"))
    """The canonical unit."""
    over_time: Mapped[TimeAggregation | None] = mapped_column(stored(TimeAggregation))
    over_space: Mapped[SpaceAggregation | None] = mapped_column(stored(SpaceAggregation))
    provenance: Mapped[Provenance] = mapped_column(stored(Provenance))


class Target(Recorded, Base):
    """绩效目标: an indicator's value for a division or a project; children decompose their parent.

    `value` is in the unit as filed, `canonical_value` in the indicator's unit; a qualitative target has only
    `value_text`. A ratio carries its numerator and denominator so that it can be rolled up.
    """

    __tablename__ = "target"
    __table_args__ = (Index("ix_target_division_year", "division_id", "budget_year"),)

    code: Mapped[str] = mapped_column(code_column(), unique=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"))
    budget_year: Mapped[int | None]
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("target.id"), index=True)
    allocation_id: Mapped[int | None] = mapped_column(ForeignKey("allocation.id"), index=True)
    """The issue of money it came down with (规程 第十条: 同步下达)."""
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measure.id"))
    value: Mapped[Decimal | None] = mapped_column(Quantity)
    canonical_value: Mapped[Decimal | None] = mapped_column(Quantity)
    value_text: Mapped[str | None]
    baseline: Mapped[Decimal | None] = mapped_column(Quantity)
    numerator: Mapped[Decimal | None] = mapped_column(Quantity)
    denominator: Mapped[Decimal | None] = mapped_column(Quantity)
    weight: Mapped[int | None]
    """分值, in points of 100."""
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    provenance: Mapped[Provenance] = mapped_column(stored(Provenance))
    note: Mapped[str | None]


class Progress(Recorded, Base):
    """What had been achieved towards a target by the end of a quarter, in the target's unit; cumulative."""

    __tablename__ = "progress"
    __table_args__ = (UniqueConstraint("target_id", "period"),)

    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    period: Mapped[Period] = mapped_column(PeriodType)
    value: Mapped[Decimal] = mapped_column(Quantity)
    reported_on: Mapped[date]

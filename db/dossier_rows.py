"""The rows dossiers are made of: plain tuples, so that a hundred thousand projects cost little to read."""

from datetime import date, datetime
from typing import NamedTuple

from db.enums import (
    AllocationKind,
    ChangeField,
    Direction,
    FilingKind,
    FilingState,
    FundCategory,
    IndicatorKind,
    Level,
    Line,
    PaymentKind,
    ProjectStatus,
    Provenance,
    ReserveStatus,
    Source,
    SpaceAggregation,
    TimeAggregation,
)


class ProjectRow(NamedTuple):
    """A project's own facts."""

    id: int
    code: str
    status: ProjectStatus
    line: Line
    category: FundCategory | None
    division_id: int
    owner_unit_id: int | None
    planned_start: date | None
    planned_end: date | None
    started_on: date | None
    finished_on: date | None
    total_investment_fen: int | None
    document_id: int | None
    provenance: Provenance


class SourceLineRow(NamedTuple):
    """Planned money of a project."""

    id: int
    project_id: int
    source: Source
    planned_fen: int
    document_id: int | None


class EdgeRow(NamedTuple):
    """A documented amount on its way."""

    id: int
    code: str
    fund_id: int
    budget_year: int
    parent_id: int | None
    grantor_id: int
    recipient_id: int
    recipient_unit_id: int | None
    project_id: int | None
    source: Source
    kind: AllocationKind
    tranche: int
    amount_fen: int
    issued_on: date | None
    received_on: date | None
    detailed_on: date | None
    detailing_reported_on: date | None
    document_id: int | None
    provenance: Provenance


class PaymentRow(NamedTuple):
    """Money that left, or came back."""

    project_id: int
    source: Source
    kind: PaymentKind
    paid_on: date
    amount_fen: int


class PayPlanRow(NamedTuple):
    """Planned cumulative payment by the end of a quarter (its ordinal)."""

    project_id: int
    period: int
    cumulative_bp: int


class ReserveRow(NamedTuple):
    """A status in the reserve library, from a day."""

    project_id: int
    from_on: date
    status: ReserveStatus


class ChangeRow(NamedTuple):
    """A registered change of a project."""

    id: int
    code: str
    project_id: int
    field: ChangeField
    effective_on: date
    required_level: Level
    approved_on: date | None
    approver_level: Level | None
    document_id: int | None


class TargetRow(NamedTuple):
    """A target; values are integer millionths."""

    id: int
    code: str
    indicator_id: int
    fund_id: int | None
    division_id: int
    project_id: int | None
    parent_id: int | None
    measure_id: int | None
    value: int | None
    canonical: int | None
    baseline: int | None
    numerator: int | None
    denominator: int | None
    weight: int | None
    starts_on: date | None
    due_on: date | None
    document_id: int | None
    provenance: Provenance


class ProgressRow(NamedTuple):
    """What was achieved by the end of a quarter (its ordinal), in millionths."""

    target_id: int
    period: int
    value: int
    reported_on: date


class FilingRow(NamedTuple):
    """A quarterly filing; the period is its ordinal."""

    id: int
    project_id: int
    division_id: int
    line: Line
    unit_id: int | None
    period: int
    kind: FilingKind
    state: FilingState
    submitted_at: datetime | None
    paid_period_fen: int | None
    paid_cumulative_fen: int | None
    correction_document_id: int | None


class FundRow(NamedTuple):
    """What a rule needs to know about a fund."""

    id: int
    code: str
    category: FundCategory
    line: Line
    emergency: bool


class IndicatorRow(NamedTuple):
    """What a rule needs to know about an indicator."""

    id: int
    code: str
    kind: IndicatorKind
    direction: Direction | None
    measure_id: int | None
    over_time: TimeAggregation | None
    over_space: SpaceAggregation | None


class TargetIssueRow(NamedTuple):
    """The days on which targets went out with an edge: their own document's, or the edge's."""

    allocation_id: int
    recipient_id: int
    issued_on: date | None
    document_issued_on: date | None

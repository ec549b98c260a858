"""What the generator knows of one project before it becomes rows; days are ordinals, money is whole yuan."""

from dataclasses import dataclass, field

from db.enums import FundCategory, Level, ProjectStatus, Severity, Source, SubjectKind
from server.demo.generator.catalogue import DemoFund, DemoIndicator
from server.demo.generator.place import Place


@dataclass(frozen=True, slots=True)
class Planted:
    """A finding the rules must raise; `period` only where the finding is about a quarter.

    The subject of a filing is written as its project's code, together with the period.
    """

    rule_code: str
    severity: Severity
    subject_kind: SubjectKind
    subject_code: str
    period: str | None
    detail: str


@dataclass(slots=True)
class Edge:
    """Money mapped to the project, out of the receipt `parent` or new in the record; `recalled` was taken back."""

    code: str
    source: Source
    year: int
    tranche: int
    amount: int
    day: int
    parent: str = ""
    recalled: int = 0
    recalled_on: int = 0

    @property
    def net(self) -> int:
        """What is left of it."""
        return self.amount - self.recalled


@dataclass(slots=True)
class Leg:
    """A step of the money on its way down, in one document with the targets `quantity`; None: without targets."""

    code: str
    parent: str
    grantor: str
    recipient: Place
    source: Source
    year: int
    tranche: int
    amount: int
    issued: int
    received: int
    detailed: int = 0
    reported: int = 0
    quantity: int | None = None
    recalled: int = 0
    recalled_on: int = 0
    document: str = ""


@dataclass(slots=True)
class TargetPlan:
    """A target of the project; `allocation` is the edge it came with, `parent` the receipt's target."""

    code: str
    indicator: DemoIndicator
    year: int
    value: str
    weight: int
    starts: int
    due: int
    baseline: str = "0"
    allocation: str = ""
    parent: str = ""
    text: str = ""
    quantity: int = 0
    """In the indicator's own unit; 0 for what is no quantity."""
    measure: str = ""
    """The unit it is filed in, `factor` of which make one of the indicator's."""
    factor: int = 1
    progress: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Change:
    """A registered change of the project."""

    field: str
    old: str
    new: str
    effective: int
    required: Level
    approved: int = 0
    approver: Level | None = None


@dataclass(slots=True)
class Quarter:
    """The filing on a quarter; `submitted` 0 means that none was handed in (yet)."""

    quarter: int
    paid: int
    cumulative: int
    submitted: int
    kind: str
    reason: str
    state: str = ""


@dataclass(slots=True)
class PaymentPlan:
    """A payment or refund out of one source of one budget year."""

    source: Source
    year: int
    day: int
    amount: int
    refund: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """Cumulative share over time in bp: the schedule `lead` days ahead, shifted by `offset`, at most `cap`."""

    lead: int = 152
    offset: int = 0
    cap: int = 10_000

    def at(self, day: int, start: int, end: int) -> int:
        """The share by a day for a term from start to end."""
        elapsed = (day + self.lead - start) * 10_000 // (end - start)
        return max(0, min(self.cap, min(10_000, max(0, elapsed)) + self.offset))


@dataclass(slots=True)
class ProjectPlan:
    """A project with everything dated that happened to it up to the day of the demo."""

    index: int
    code: str
    place: Place
    fund: DemoFund
    name: str
    work_type: str
    category: FundCategory | None
    status: ProjectStatus
    start: int
    end: int
    total: int = 0
    started: int = 0
    finished: int = 0
    others: tuple[Place, ...] = ()
    planned: dict[tuple[int, Source], int] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    reserve: list[tuple[int, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    targets: list[TargetPlan] = field(default_factory=list)
    quarters: list[Quarter] = field(default_factory=list)
    payments: list[PaymentPlan] = field(default_factory=list)
    pay_plan: list[tuple[int, int]] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    private: bool = False
    """Its money came down a chain of its own (`legs`), not through the receipts it shares with its neighbours."""

"""Every closed vocabulary the record stores; members are stored by value."""

from enum import StrEnum


class Level(StrEnum):
    """行政层级: the four supervision levels of 规程 第十七条, with the nation as their root."""

    NATION = "NATION"
    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"

    @property
    def depth(self) -> int:
        """0 for the nation, 3 for a county."""
        return list(Level).index(self)


class Tree(StrEnum):
    """Which parent relation to follow: the administrative chain or the chain money travels."""

    ADMIN = "ADMIN"
    FUND = "FUND"


class DivisionKind(StrEnum):
    """What a node of the division tree is; functional zones and XPCC stand outside GB/T 2260."""

    STANDARD = "STANDARD"
    FUNCTIONAL_ZONE = "FUNCTIONAL_ZONE"
    XPCC = "XPCC"


class Line(StrEnum):
    """业务条线: the user kinds of 规程 第十七条."""

    FINANCE = "FINANCE"
    ECOLOGICAL_RESTORATION = "ECOLOGICAL_RESTORATION"
    MARINE_MONITORING = "MARINE_MONITORING"
    GEOHAZARD = "GEOHAZARD"
    OTHER = "OTHER"


class FundCategory(StrEnum):
    """资金类型 (规程 第二条)."""

    CENTRAL = "CENTRAL"
    LOCAL = "LOCAL"
    SOCIAL = "SOCIAL"
    UNDECIDED = "UNDECIDED"


class Source(StrEnum):
    """资金来源: whose money it is (规程 第二条); MIXED is 市县及社会 where the publication does not split it."""

    CENTRAL = "CENTRAL"
    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"
    OWNER = "OWNER"
    SOCIAL = "SOCIAL"
    MIXED = "MIXED"

    @property
    def fiscal(self) -> bool:
        """Whether a government pays it."""
        return self in FISCAL_SOURCES

    @property
    def level(self) -> Level | None:
        """The level of government that pays it; None for owners and society."""
        return _SOURCE_LEVEL.get(self)


FISCAL_SOURCES = frozenset({Source.CENTRAL, Source.PROVINCE, Source.CITY, Source.COUNTY})
LOCAL_FISCAL_SOURCES = FISCAL_SOURCES - {Source.CENTRAL}
_SOURCE_LEVEL = {
    Source.CENTRAL: Level.NATION,
    Source.PROVINCE: Level.PROVINCE,
    Source.CITY: Level.CITY,
    Source.COUNTY: Level.COUNTY,
}


class Provenance(StrEnum):
    """Where a record comes from; published figures are quoted and owe no filing, demo rows are 演示数据."""

    REGISTERED = "REGISTERED"
    PUBLISHED = "PUBLISHED"
    DEMO = "DEMO"


class AllocationKind(StrEnum):
    """What a documented amount is; only money kinds enter a sum, the rest are promises, totals and requests."""

    ADVANCE = "ADVANCE"
    REGULAR = "REGULAR"
    ADDITIONAL = "ADDITIONAL"
    RECALL = "RECALL"
    AWARD = "AWARD"
    STATED_TOTAL = "STATED_TOTAL"
    APPLIED = "APPLIED"


ISSUED_KINDS = frozenset({AllocationKind.ADVANCE, AllocationKind.REGULAR, AllocationKind.ADDITIONAL})


class ProjectStatus(StrEnum):
    """项目状态, in the order a project lives through them."""

    PROPOSED = "PROPOSED"
    ADMITTED = "ADMITTED"
    FUNDED = "FUNDED"
    UNDER_WAY = "UNDER_WAY"
    COMPLETED = "COMPLETED"
    ACCEPTED = "ACCEPTED"
    WITHDRAWN = "WITHDRAWN"
    TERMINATED = "TERMINATED"


class ReserveStatus(StrEnum):
    """项目储备库 status (规程 第九条)."""

    DRAFT = "DRAFT"
    APPLIED = "APPLIED"
    UNDER_REVIEW = "UNDER_REVIEW"
    FILED = "FILED"
    ADMITTED = "ADMITTED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


class IndicatorKind(StrEnum):
    """二级指标 of the performance framework (财预〔2021〕101号); its group is the 一级指标."""

    QUANTITY = "QUANTITY"
    QUALITY = "QUALITY"
    TIMELINESS = "TIMELINESS"
    COST = "COST"
    ECONOMIC = "ECONOMIC"
    SOCIAL = "SOCIAL"
    ECOLOGICAL = "ECOLOGICAL"
    SUSTAINABILITY = "SUSTAINABILITY"
    SATISFACTION = "SATISFACTION"


class IndicatorGroup(StrEnum):
    """一级指标."""

    OUTPUT = "OUTPUT"
    COST = "COST"
    BENEFIT = "BENEFIT"
    SATISFACTION = "SATISFACTION"


class Direction(StrEnum):
    """指标方向: at least, at most, exactly, or judged in words."""

    GE = "GE"
    LE = "LE"
    EQ = "EQ"
    QUAL = "QUAL"


class TimeAggregation(StrEnum):
    """How values of one indicator combine over time; progress reports are cumulative for LAST."""

    SUM = "SUM"
    LAST = "LAST"
    MAX = "MAX"
    NONE = "NONE"


class SpaceAggregation(StrEnum):
    """How values of one indicator combine over divisions."""

    SUM = "SUM"
    RATIO = "RATIO"
    NONE = "NONE"


class FilingKind(StrEnum):
    """What a quarterly filing is: figures, a nil return, or an exemption by the superior."""

    REGULAR = "REGULAR"
    NIL = "NIL"
    EXEMPT = "EXEMPT"


class FilingState(StrEnum):
    """季度执行填报 states (workflow D4)."""

    OPEN = "OPEN"
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    CITY_REVIEWED = "CITY_REVIEWED"
    PROVINCE_REVIEWED = "PROVINCE_REVIEWED"
    TRANSMITTED = "TRANSMITTED"
    RECEIVED = "RECEIVED"

    @property
    def filed(self) -> bool:
        """Whether the filer has handed it in and it has not been sent back."""
        return self not in {FilingState.OPEN, FilingState.DRAFT, FilingState.RETURNED}

    @property
    def reviewed(self) -> bool:
        """Whether the province has vouched for it."""
        return self in {FilingState.PROVINCE_REVIEWED, FilingState.TRANSMITTED, FilingState.RECEIVED}


class PaymentKind(StrEnum):
    """A payment, or money that came back."""

    PAYMENT = "PAYMENT"
    REFUND = "REFUND"


class ChangeField(StrEnum):
    """What a registered project change touches (规程 第十二条: 擅自调整、终止)."""

    TOTAL_INVESTMENT = "TOTAL_INVESTMENT"
    SCALE = "SCALE"
    TARGET = "TARGET"
    DIRECTION = "DIRECTION"
    TERM = "TERM"
    TERMINATION = "TERMINATION"


class UnitKind(StrEnum):
    """What an organisation is to the system (规程 第五条至第八条、第十七条)."""

    MINISTRY = "MINISTRY"
    NR_AUTHORITY = "NR_AUTHORITY"
    FINANCE_DEPARTMENT = "FINANCE_DEPARTMENT"
    MARINE_BUREAU = "MARINE_BUREAU"
    XPCC_BUREAU = "XPCC_BUREAU"
    SUPPORT_INSTITUTION = "SUPPORT_INSTITUTION"
    EXECUTING_UNIT = "EXECUTING_UNIT"


class Role(StrEnum):
    """What an account may do; the whole policy comes with the workflows."""

    MINISTRY = "MINISTRY"
    INSPECTOR = "INSPECTOR"
    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"


class Severity(StrEnum):
    """Effect of a finding, not a colour: 阻断, 红灯, 黄灯, 提示."""

    BLOCKING = "BLOCKING"
    RED = "RED"
    YELLOW = "YELLOW"
    INFO = "INFO"

    @property
    def rank(self) -> int:
        """3 for blocking down to 0 for information."""
        return 3 - list(Severity).index(self)


class RuleCategory(StrEnum):
    """Data quality, deadline, problem trigger, consistency, permission."""

    DQ = "DQ"
    DL = "DL"
    PT = "PT"
    CS = "CS"
    PM = "PM"


class RuleStage(StrEnum):
    """Life of a rule: a rule on trial binds nobody."""

    DRAFT = "DRAFT"
    TRIAL = "TRIAL"
    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"


class FindingState(StrEnum):
    """新发, 持续, 已说明, 豁免, 已消除, 复发."""

    NEW = "NEW"
    PERSISTING = "PERSISTING"
    EXPLAINED = "EXPLAINED"
    WAIVED = "WAIVED"
    CLEARED = "CLEARED"
    RECURRED = "RECURRED"

    @property
    def standing(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self in {FindingState.NEW, FindingState.PERSISTING, FindingState.RECURRED}


class SubjectKind(StrEnum):
    """What a finding is about."""

    PROJECT = "PROJECT"
    FILING = "FILING"
    ALLOCATION = "ALLOCATION"
    TARGET = "TARGET"
    DIVISION = "DIVISION"


class DocumentKind(StrEnum):
    """What kind of paper stands behind a value."""

    BUDGET_NOTICE = "BUDGET_NOTICE"
    ISSUE_NOTICE = "ISSUE_NOTICE"
    APPROVAL = "APPROVAL"
    VOUCHER = "VOUCHER"
    MEASURE = "MEASURE"
    NEWS = "NEWS"
    PLAN = "PLAN"
    OTHER = "OTHER"


class Confidence(StrEnum):
    """How far the source of a published figure was checked."""

    OFFICIAL_PAGE = "OFFICIAL_PAGE"
    OFFICIAL_REPRINT = "OFFICIAL_REPRINT"
    MEDIA_OR_MIRROR = "MEDIA_OR_MIRROR"
    NOT_PUBLISHED = "NOT_PUBLISHED"


class DivisionChangeType(StrEnum):
    """What a change of divisions does (workflow D8)."""

    RENAME = "RENAME"
    RECODE = "RECODE"
    MERGE = "MERGE"
    SPLIT = "SPLIT"
    PARTIAL_TRANSFER = "PARTIAL_TRANSFER"
    REPARENT = "REPARENT"
    ABOLISH = "ABOLISH"
    ESTABLISH = "ESTABLISH"
    FUNCTIONAL_ZONE = "FUNCTIONAL_ZONE"


class DivisionCaseState(StrEnum):
    """States of a change of divisions (workflow D8); RECORDED is 部已备案."""

    REGISTERED = "REGISTERED"
    CONFIRMED = "CONFIRMED"
    FILED = "FILED"
    RETURNED = "RETURNED"
    RECORDED = "RECORDED"
    EFFECTIVE = "EFFECTIVE"
    RECONCILED = "RECONCILED"
    DISCREPANT = "DISCREPANT"
    CANCELLED = "CANCELLED"

"""The kinds of fact rules are written over; their fields are the vocabulary of every condition and message."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from db.enums import (
    ChangeField,
    Direction,
    FilingKind,
    FilingState,
    FundCategory,
    Level,
    ProjectStatus,
    ReserveStatus,
    Source,
    SubjectKind,
)
from db.labels import LABELS
from rules.fact import FactKind, FactType, Field

_MONEY, _RATE, _COUNT, _DAYS = FactType.MONEY, FactType.RATE, FactType.COUNT, FactType.DAYS
_DATE, _QUANTITY, _TEXT, _BOOL = FactType.DATE, FactType.QUANTITY, FactType.TEXT, FactType.BOOL


class Schedule(StrEnum):
    """What a project's schedule is taken from."""

    PLAN = "PLAN"
    LINEAR = "LINEAR"


class Ahead(StrEnum):
    """Which of payment and work runs ahead of the other."""

    PAYMENT = "PAYMENT"
    WORK = "WORK"


class DetailEnd(StrEnum):
    """How it is known that detailing has ended."""

    DECLARED = "DECLARED"
    MAPPED = "MAPPED"


NOT_IN_LIBRARY = "NONE"
"""Reserve status of a project the library has never heard of."""

_SCHEDULES = {Schedule.PLAN: ("用款计划", "payment plan"), Schedule.LINEAR: ("按工期直线推算", "linear over the term")}
_AHEAD = {Ahead.PAYMENT: ("支付快于实物量", "payment is ahead"), Ahead.WORK: ("实物量快于支付", "work is ahead")}
_RESERVE = LABELS[ReserveStatus] | {NOT_IN_LIBRARY: ("未登记", "never registered")}
_ENDS = {DetailEnd.DECLARED: ("申报", "declared"), DetailEnd.MAPPED: ("全部细化到项目", "all of it mapped")}


def _choice(name: str, labels: Mapping[Any, tuple[str, str]], zh: str, en: str) -> Field:
    """A text field that holds a member of a vocabulary."""
    return Field(name, FactType.TEXT, zh, en, {str(member): label for member, label in labels.items()})


_PUBLISHED = Field("published", _BOOL, "引自公开发布", "Quoted from a publication")
_FUND = Field("fund", _TEXT, "资金代码", "Fund code")
_YEAR = Field("budget_year", _COUNT, "预算年度", "Budget year")
_SOURCE = _choice("source", LABELS[Source], "资金来源", "Source of money")
_EMERGENCY = Field("emergency", _BOOL, "救灾应急资金", "Emergency money")

PROJECT = FactKind(
    "project",
    "项目",
    "Project",
    SubjectKind.PROJECT,
    (
        _PUBLISHED,
        _choice("status", LABELS[ProjectStatus], "项目状态", "Status"),
        _choice("category", LABELS[FundCategory], "申报的资金类型", "Declared category"),
        Field("ended", _BOOL, "已完工、验收、退出或终止", "Completed, accepted, withdrawn or terminated"),
        Field("funded", _BOOL, "曾获财政资金", "Has been given fiscal money"),
        Field("total_investment", _MONEY, "总投资", "Total investment"),
        Field("planned_total", _MONEY, "各来源计划合计", "Sum of planned sources"),
        Field("source_gap", _MONEY, "来源合计与总投资之差", "Difference of sources and investment"),
        Field("central_net", _MONEY, "中央资金净额", "Central money, net"),
        Field("local_net", _MONEY, "地方财政资金净额", "Local fiscal money, net"),
        Field("fiscal_net", _MONEY, "财政资金净额", "Fiscal money, net"),
        Field("arrived", _MONEY, "到达财政资金", "Fiscal money arrived"),
        Field("paid", _MONEY, "累计支付财政资金", "Fiscal money paid"),
        Field("unpaid", _MONEY, "未支付财政资金", "Fiscal money not paid"),
        Field("arrived_on", _DATE, "资金首次到达日", "First arrival"),
        Field("days_since_arrival", _DAYS, "资金到达后天数", "Days since first arrival"),
        Field("planned_start", _DATE, "计划开工日", "Planned start"),
        Field("planned_end", _DATE, "计划完工日", "Planned end"),
        _choice("schedule", _SCHEDULES, "序时进度依据", "Basis of the schedule"),
        Field("time_progress", _RATE, "序时进度", "Schedule"),
        Field("pay_rate", _RATE, "支付率", "Payment rate"),
        Field("pay_gap", _RATE, "支付进度落后序时进度", "Payment behind schedule"),
        Field("pay_to_clear", _MONEY, "消除黄灯尚需支付", "Payment that would clear it"),
        Field("slow_quarters", _COUNT, "已连续落后季度数", "Quarters behind in a row"),
        Field("started", _BOOL, "已开工", "Started"),
        Field("idle_days", _DAYS, "到资后未开工天数（扣除停工期）", "Days without a start, net of pauses"),
        Field("attainment", _RATE, "实物量完成度", "Physical attainment"),
        Field("divergence", _RATE, "支付率与实物量之差", "Divergence of payment and work"),
        _choice("divergence_side", _AHEAD, "背离方向", "Which side runs ahead"),
        Field("quiet_quarters", _COUNT, "无支付无进展的连续季度数", "Quarters without payment or progress"),
        Field("last_activity", _DATE, "最近一次支付或进展", "Last payment or progress"),
        Field("termination_approved", _BOOL, "终止已获批准", "Termination approved"),
    ),
)

SOURCE = FactKind(
    "source",
    "项目分来源资金",
    "Money of a project by source",
    SubjectKind.PROJECT,
    (
        _PUBLISHED,
        _SOURCE,
        Field("planned", _MONEY, "计划", "Planned"),
        Field("arrived", _MONEY, "到达", "Arrived"),
        Field("paid", _MONEY, "累计支付", "Paid"),
        Field("excess", _MONEY, "超过到达的支付", "Paid beyond what arrived"),
    ),
)

RECEIPT = FactKind(
    "receipt",
    "到达资金",
    "Receipt",
    SubjectKind.ALLOCATION,
    (
        _PUBLISHED,
        _FUND,
        _YEAR,
        _SOURCE,
        _EMERGENCY,
        Field("tranche", _COUNT, "批次", "Tranche"),
        _choice("category", LABELS[FundCategory], "资金类型", "Category of the fund"),
        _choice("recipient_level", LABELS[Level], "接收层级", "Level of the recipient"),
        Field("amount", _MONEY, "到达净额", "Received, net of recalls"),
        Field("received_on", _DATE, "到达日", "Received on"),
        Field("days_held", _DAYS, "到达后天数", "Days since receipt"),
        Field("issue_clock", _BOOL, "适用下达期限", "An issue deadline applies"),
        Field("issue_due", _DATE, "下达截止日", "Issue due on"),
        Field("issue_expired", _BOOL, "下达期限已过", "Issue deadline passed"),
        Field("in_time", _MONEY, "期限内下达", "Issued in time"),
        Field("overdue_amount", _MONEY, "逾期下达或未下达", "Issued late or not at all"),
        Field("last_issue_on", _DATE, "最后一次下达日", "Last issue"),
        Field("issue_days_late", _DAYS, "下达逾期天数", "Days late"),
        Field("passed_on", _MONEY, "已下达或已细化", "Passed on or detailed"),
        Field("unmapped", _MONEY, "未细化余额", "Not yet detailed"),
        Field("unmapped_share", _RATE, "未细化占比", "Share not yet detailed"),
        Field("detailing", _BOOL, "由接收方细化", "The recipient details it"),
        Field("detailed", _BOOL, "细化已结束", "Detailing finished"),
        Field("detailed_on", _DATE, "细化结束日", "Detailing finished on"),
        _choice("detail_basis", _ENDS, "细化结束的认定", "How the end was determined"),
        Field("report_due", _DATE, "报备截止日", "Report due on"),
        Field("reported", _BOOL, "已报备", "Reported"),
        Field("reported_on", _DATE, "报备日", "Reported on"),
        Field("report_days_late", _DAYS, "报备逾期天数", "Days the report is late"),
    ),
)

ISSUE = FactKind(
    "issue",
    "下达资金",
    "Issue",
    SubjectKind.ALLOCATION,
    (
        _PUBLISHED,
        _FUND,
        _YEAR,
        _SOURCE,
        _EMERGENCY,
        Field("tranche", _COUNT, "批次", "Tranche"),
        Field("central", _BOOL, "属于中央财政支持专项", "Part of a central special"),
        Field("to_project", _BOOL, "安排到项目", "Made to a project"),
        Field("recipient", _TEXT, "接收区划代码", "Division code of the recipient"),
        Field("amount", _MONEY, "净额", "Amount, net of recalls"),
        Field("issued_on", _DATE, "下达日", "Issued on"),
        _choice("reserve_status", _RESERVE, "下达日的储备库状态", "Reserve status on the day of issue"),
        Field("admitted", _BOOL, "下达日已入库", "Admitted on the day of issue"),
        Field("carries_targets", _BOOL, "应同步下达绩效目标", "Owes performance targets"),
        Field("targets_found", _BOOL, "已有绩效目标", "Has performance targets"),
        Field("target_gap", _DAYS, "绩效目标晚于资金天数", "Days the targets are behind the money"),
    ),
)

NODE = FactKind(
    "node",
    "区划资金结点",
    "Money of a division",
    SubjectKind.DIVISION,
    (
        _PUBLISHED,
        _FUND,
        _YEAR,
        _SOURCE,
        Field("received", _MONEY, "到达", "Received"),
        Field("own", _MONEY, "本级安排", "Own money"),
        Field("issued", _MONEY, "下达", "Issued"),
        Field("excess", _MONEY, "下达超过到达", "Issued beyond what was there"),
    ),
)

TARGET = FactKind(
    "target",
    "绩效目标",
    "Performance target",
    SubjectKind.TARGET,
    (
        _PUBLISHED,
        Field("indicator", _TEXT, "指标代码", "Indicator code"),
        _choice("direction", LABELS[Direction], "指标方向", "Direction"),
        Field("qualitative", _BOOL, "定性指标", "Judged in words"),
        Field("missing_core", _COUNT, "缺少的量化要素数", "Missing essentials"),
        Field("missing_other", _COUNT, "缺少的衡量要素数", "Missing particulars"),
        Field("missing_zh", _TEXT, "缺少的要素", "What is missing, in Chinese"),
        Field("missing_en", _TEXT, "缺少的要素（英文）", "What is missing"),
        Field("value", _QUANTITY, "目标值", "Target value"),
        Field("parts", _COUNT, "下级分解数", "Parts"),
        Field("additive", _BOOL, "可加总", "Can be added up"),
        Field("parts_value", _QUANTITY, "下级分解合计", "What the parts come to"),
        Field("coverage", _RATE, "分解合计占上级目标", "Share of the target the parts make up"),
        Field("parts_gap", _QUANTITY, "分解差额", "Difference of parts and target"),
        Field("of_project", _BOOL, "项目目标", "Target of a project"),
        Field("due_on", _DATE, "目标期限", "Due on"),
        Field("project_end", _DATE, "项目计划完工日", "Planned end of the project"),
        Field("days_beyond", _DAYS, "超出计划期限天数", "Days beyond the term"),
        Field("running", _BOOL, "项目在实施期内", "The project is funded and not over"),
        Field("reached", _QUANTITY, "已完成", "Reached"),
        Field("time_progress", _RATE, "序时进度", "Schedule"),
        Field("attainment", _RATE, "完成度", "Attainment"),
        Field("target_lag", _RATE, "完成度落后序时进度", "Attainment behind schedule"),
        Field("value_to_clear", _QUANTITY, "消除黄灯须达到", "Value that would clear it"),
    ),
)

FILING = FactKind(
    "filing",
    "季度填报",
    "Quarterly filing",
    SubjectKind.FILING,
    (
        _PUBLISHED,
        _choice("filing_kind", LABELS[FilingKind], "填报性质", "Kind"),
        _choice("state", LABELS[FilingState], "填报状态", "State"),
        Field("exempt", _BOOL, "已豁免", "Exempt"),
        Field("submitted", _BOOL, "已提交", "Submitted"),
        Field("submitted_on", _DATE, "提交日", "Submitted on"),
        Field("due_on", _DATE, "截止日", "Due on"),
        Field("due_confirmed", _BOOL, "截止日已确定", "Due day confirmed"),
        Field("days_late", _DAYS, "逾期天数", "Days late"),
        Field("days_left", _DAYS, "距截止天数", "Days left"),
        Field("cumulative", _MONEY, "累计支付", "Paid, cumulative"),
        Field("period_paid", _MONEY, "本期支付", "Paid in the period"),
        Field("sent_before", _BOOL, "此前已有累计数传输", "An earlier cumulative was transmitted"),
        Field("transmitted_before", _MONEY, "此前已传输的累计数", "Cumulative transmitted before"),
        Field("drop", _MONEY, "累计数减少", "Drop of the cumulative"),
        Field("corrected", _BOOL, "附有退款或更正文件", "Has a refund or correction document"),
        Field("in_sequence", _BOOL, "与上期衔接", "Follows on the quarter before"),
        Field("previous_cumulative", _MONEY, "上期累计数", "Previous cumulative"),
        Field("mismatch", _MONEY, "本期与累计之差", "Period and cumulative differ by"),
    ),
)

DUTY = FactKind(
    "duty",
    "填报义务",
    "Duty to file",
    SubjectKind.PROJECT,
    (
        _PUBLISHED,
        Field("due_on", _DATE, "截止日", "Due on"),
        Field("overdue", _BOOL, "已过截止日", "Past due"),
        Field("days_overdue", _DAYS, "逾期天数", "Days overdue"),
        Field("answered", _BOOL, "已填报、零申报或豁免", "Filed, nil or exempt"),
        Field("arrived", _MONEY, "季度末到达财政资金", "Fiscal money arrived by the end of the quarter"),
        Field("arrived_on", _DATE, "资金首次到达日", "First arrival"),
    ),
)

CHANGE = FactKind(
    "change",
    "项目变更",
    "Project change",
    SubjectKind.PROJECT,
    (
        _PUBLISHED,
        Field("code", _TEXT, "变更编号", "Change code"),
        _choice("changed", LABELS[ChangeField], "变更内容", "What was changed"),
        Field("effective_on", _DATE, "生效日", "Effective on"),
        _choice("required_level", LABELS[Level], "应批准层级", "Level that must approve"),
        _choice("approver_level", LABELS[Level], "实际批准层级", "Level that approved"),
        Field("approved_on", _DATE, "批准日", "Approved on"),
        Field("approved", _BOOL, "已批准", "Approved"),
        Field("level_sufficient", _BOOL, "批准层级足够", "Approver of sufficient level"),
        Field("days_before_approval", _DAYS, "先变更后批准天数", "Days effective before approval"),
    ),
)

KINDS: Mapping[str, FactKind] = MappingProxyType(
    {kind.name: kind for kind in (PROJECT, SOURCE, RECEIPT, ISSUE, NODE, TARGET, FILING, DUTY, CHANGE)}
)

"""The format's tables of what happens: projects, money, targets, progress and filings."""

from db import enums as e
from db import models as m
from db.bundle.columns import Column, Copied, Link, Reference, Table
from db.bundle.numbers import Amount, Money, Sign, Whole
from db.bundle.shared_columns import BASIS_POINTS, POSITIVE, YEAR, code_column, document_column, note_column
from db.bundle.times import Day, Moment, Quarter
from db.bundle.words import Text, Word

PROJECTS = Table(
    "projects",
    "项目",
    m.Project,
    (
        code_column(),
        Column("name", "名称", Text(), required=True),
        Column("status", "状态", Word(e.ProjectStatus), required=True),
        Column("line", "业务条线", Word(e.Line), required=True),
        Column("category", "资金类型", Word(e.FundCategory)),
        Column("work_type", "工程类型", Text()),
        Column("division", "区划", Reference("divisions", on=("planned_start", "started_on")), required=True),
        Column("owner_unit", "实施单位", Reference("units")),
        Column("planned_start", "计划开工", Day()),
        Column("planned_end", "计划完工", Day()),
        Column("started_on", "实际开工", Day()),
        Column("finished_on", "实际完工", Day()),
        Column("total_investment", "总投资", Money()),
        document_column(),
        note_column(),
    ),
    ("code",),
)

PROJECT_DIVISIONS = Table(
    "project_divisions",
    "项目涉及区划",
    m.ProjectDivision,
    (
        Column("project", "项目", Reference("projects"), required=True),
        Column("division", "区划", Reference("divisions"), required=True),
    ),
    ("project", "division"),
)

SOURCE_LINES = Table(
    "source_lines",
    "资金来源明细",
    m.SourceLine,
    (
        Column("project", "项目", Reference("projects"), required=True),
        Column("fund", "资金", Reference("funds"), required=True),
        Column("budget_year", "预算年度", YEAR, required=True),
        Column("source", "资金来源", Word(e.Source), required=True),
        Column("planned", "计划金额", Money(), required=True),
        document_column(),
    ),
    ("project", "fund", "budget_year", "source"),
)

ALLOCATIONS = Table(
    "allocations",
    "资金下达",
    m.Allocation,
    (
        code_column(),
        Column("fund", "资金", Reference("funds"), required=True),
        Column("budget_year", "预算年度", YEAR, required=True),
        Column(
            "parent", "上级下达", Reference("allocations"), about="the receipt it came out of; a RECALL's: its edge"
        ),
        Column("grantor", "下达方", Reference("divisions", on=("issued_on", "budget_year")), required=True),
        Column("recipient", "接收方", Reference("divisions", on=("issued_on", "budget_year")), required=True),
        Column("recipient_unit", "接收单位", Reference("units")),
        Column("project", "项目", Reference("projects")),
        Column("source", "资金来源", Word(e.Source), required=True),
        Column("kind", "种类", Word(e.AllocationKind), required=True),
        Column("tranche", "批次", Whole(1), default="1"),
        Column("amount", "金额", POSITIVE, required=True),
        Column("issued_on", "下达日期", Day()),
        Column("received_on", "收到日期", Day()),
        Column("detailed_on", "细化日期", Day()),
        Column("detailing_reported_on", "细化报备日期", Day()),
        document_column(),
        Column("upstream_document_number", "上级文号", Text()),
        Column("budget_subject", "预算科目", Text()),
        note_column(),
    ),
    ("code",),
)

PAYMENTS = Table(
    "payments",
    "支付",
    m.Payment,
    (
        code_column(),
        Column("project", "项目", Reference("projects"), required=True),
        Column("fund", "资金", Reference("funds"), required=True, lookup=True),
        Column("budget_year", "预算年度", YEAR, required=True, lookup=True),
        Column("source", "资金来源", Word(e.Source), required=True, lookup=True),
        Column("kind", "种类", Word(e.PaymentKind), default=e.PaymentKind.PAYMENT.value),
        Column("paid_on", "支付日期", Day(), required=True),
        Column("amount", "金额", POSITIVE, required=True),
        Column("payee", "收款人", Text()),
        Column("voucher_number", "凭证号", Text()),
        document_column(),
    ),
    ("code",),
    links=(Link("source_line_id", "source_lines", ("project", "fund", "budget_year", "source")),),
)

PAY_PLANS = Table(
    "pay_plans",
    "用款计划",
    m.PayPlan,
    (
        Column("project", "项目", Reference("projects"), required=True),
        Column("period", "季度", Quarter(), required=True),
        Column("cumulative_bp", "累计比例（万分之）", BASIS_POINTS, required=True),
    ),
    ("project", "period"),
)

RESERVE_ENTRIES = Table(
    "reserve_entries",
    "储备库",
    m.ReserveEntry,
    (
        Column("project", "项目", Reference("projects"), required=True),
        Column("from_on", "起始日期", Day(), required=True),
        Column("status", "状态", Word(e.ReserveStatus), required=True),
        document_column(),
    ),
    ("project", "from_on"),
)

PROJECT_CHANGES = Table(
    "project_changes",
    "项目变更",
    m.ProjectChange,
    (
        code_column(),
        Column("project", "项目", Reference("projects"), required=True),
        Column("field", "变更内容", Word(e.ChangeField), required=True),
        Column("old_value", "原值", Text()),
        Column("new_value", "新值", Text()),
        Column("effective_on", "生效日期", Day(), required=True),
        Column("required_level", "应批层级", Word(e.Level), required=True),
        Column("approved_on", "批准日期", Day()),
        Column("approver_level", "批准层级", Word(e.Level)),
        document_column(),
    ),
    ("code",),
)

TARGETS = Table(
    "targets",
    "绩效目标",
    m.Target,
    (
        code_column(),
        Column("indicator", "指标", Reference("indicators"), required=True),
        Column("fund", "资金", Reference("funds")),
        Column("budget_year", "预算年度", YEAR),
        Column("division", "区划", Reference("divisions", on=("budget_year", "due_on")), required=True),
        Column("project", "项目", Reference("projects")),
        Column("parent", "上级目标", Reference("targets")),
        Column("allocation", "资金下达", Reference("allocations")),
        Column("measure", "计量单位", Reference("measures"), about="of value; default: the indicator's"),
        Column("value", "目标值", Amount()),
        Column("value_text", "目标文字", Text(), about="the target in words; 约550 belongs here"),
        Column("baseline", "基期值", Amount()),
        Column("numerator", "分子", Amount()),
        Column("denominator", "分母", Amount()),
        Column("weight", "分值", Whole(0, 100)),
        Column("starts_on", "起始日期", Day()),
        Column("due_on", "完成期限", Day()),
        document_column(),
        note_column(),
    ),
    ("code",),
    computed=("canonical_value",),
)

PROGRESS = Table(
    "progress",
    "绩效进展",
    m.Progress,
    (
        Column("target", "目标", Reference("targets"), required=True),
        Column("period", "季度", Quarter(), required=True),
        Column("value", "累计值", Amount(), required=True, about="in the target's unit"),
        Column("reported_on", "填报日期", Day(), required=True),
    ),
    ("target", "period"),
)

FILINGS = Table(
    "filings",
    "季度执行填报",
    m.Filing,
    (
        Column("project", "项目", Reference("projects"), required=True),
        Column("period", "季度", Quarter(), required=True),
        Column("unit", "填报单位", Reference("units")),
        Column("kind", "种类", Word(e.FilingKind), default=e.FilingKind.REGULAR.value),
        Column("state", "状态", Word(e.FilingState), required=True),
        Column("submitted_at", "提交时间", Moment(), about="Beijing time unless a zone is written"),
        Column("returned_count", "退回次数", Whole(0), default="0"),
        Column("reason", "说明", Text()),
        Column("paid_period", "本期支付", Money(Sign.ANY)),
        Column("paid_cumulative", "累计支付", Money()),
        Column("correction_document", "更正文件", Reference("documents")),
    ),
    ("project", "period"),
    copied=(
        Copied("division_id", "project", "division_id", table="divisions"),
        Copied("line", "project", "line"),
    ),
)

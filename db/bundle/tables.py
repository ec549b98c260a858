"""The format: every table a bundle may hold, in the order they depend on each other. One declaration per table."""

from db import enums as e
from db import models as m
from db.bundle.columns import Column, Copied, Link, Reference, Table
from db.bundle.numbers import Amount, Money, Sign, Whole
from db.bundle.times import Day, Moment, Quarter
from db.bundle.words import Code, DivisionCode, Flag, Text, Word, WordList
from db.models.division import BEGINNING

YEAR = Whole(1949, 2100)
BASIS_POINTS = Whole(0, 10_000)
POSITIVE = Money(Sign.POSITIVE)


def _code(about: str = "") -> Column:
    return Column("code", "代码", Code(), required=True, about=about)


def _document() -> Column:
    return Column("document", "文件", Reference("documents"), about="the paper behind the row")


def _note() -> Column:
    return Column("note", "备注", Text())


DOCUMENTS = Table(
    "documents",
    "文件",
    m.Document,
    (
        _code(),
        Column("number", "文号", Text()),
        Column("title", "标题", Text(), required=True),
        Column("kind", "种类", Word(e.DocumentKind), required=True),
        Column("issued_on", "发文日期", Day()),
        Column("issuer", "发文机关", Text()),
        Column("url", "网址", Text()),
        Column("confidence", "核实程度", Word(e.Confidence), required=True),
        _note(),
    ),
    ("code",),
)

DIVISIONS = Table(
    "divisions",
    "行政区划",
    m.DivisionVersion,
    (
        Column("code", "区划代码", DivisionCode(), required=True),
        Column("name", "名称", Text(), required=True),
        Column("type_name", "通名类型", Text(), required=True, about="省, 自治州, 县级市, 旗, …"),
        Column("level", "层级", Word(e.Level), required=True),
        Column("kind", "种类", Word(e.DivisionKind), default=e.DivisionKind.STANDARD.value),
        Column("admin_parent", "行政上级", DivisionCode(), about="empty only for the nation"),
        Column("fund_parent", "资金上级", DivisionCode(), about="who sends it money; default: admin_parent"),
        Column("separately_planned", "计划单列", Flag(), default="0"),
        Column("valid_from", "生效日期", Day(), default=BEGINNING, about="first day of this version"),
        Column("valid_to", "失效日期", Day(), about="first day it no longer holds"),
        Column("node_from", "节点起始日期", Day(), about="first day of the node; default: valid_from"),
    ),
    ("code", "node_from", "valid_from"),
    about=(
        "One row is one version of a node: what it was called and whom it belonged to from `valid_from` until the day "
        "before `valid_to`. Rows with the same `code` and `node_from` are versions of one node."
    ),
)

DIVISION_CHANGES = Table(
    "division_changes",
    "区划变更",
    m.DivisionChange,
    (
        _code(),
        Column("year", "年份", YEAR, required=True),
        Column("effective_on", "生效日期", Day()),
        Column("change_type", "变更类型", Text(), required=True),
        Column("old_code", "原代码", DivisionCode()),
        Column("old_name", "原名称", Text()),
        Column("new_code", "新代码", DivisionCode()),
        Column("new_name", "新名称", Text()),
        Column("partial", "部分划转", Flag(), required=True),
        Column("share_bp", "份额（万分之）", BASIS_POINTS),
        Column("document_number", "文号", Text()),
        Column("source", "来源", Text(), required=True),
        _note(),
    ),
    ("code",),
)

UNITS = Table(
    "units",
    "单位",
    m.Unit,
    (
        _code(),
        Column("name", "名称", Text(), required=True),
        Column("kind", "种类", Word(e.UnitKind), required=True),
        Column("division", "区划", Reference("divisions"), required=True),
        Column("parent", "上级单位", Reference("units")),
        Column("lines", "业务条线", WordList(e.Line), default=";", about="empty means all"),
    ),
    ("code",),
)

MEASURES = Table(
    "measures",
    "计量单位",
    m.Measure,
    (
        _code(),
        Column("dimension", "量纲", Text(), required=True, fixed=True),
        Column("numerator", "分子", Whole(1), required=True, fixed=True),
        Column("denominator", "分母", Whole(1), required=True, fixed=True),
    ),
    ("code",),
    about="One of it is `numerator/denominator` of its dimension's base unit: 亩 is 1/15 of 公顷.",
)

FUNDS = Table(
    "funds",
    "资金",
    m.Fund,
    (
        _code(),
        Column("name", "名称", Text(), required=True),
        Column("name_en", "英文名称", Text()),
        Column("category", "资金类型", Word(e.FundCategory), required=True),
        Column("local_tier", "地方层级", Word(e.Level)),
        Column("line", "业务条线", Word(e.Line), required=True),
        Column("project_code", "项目代码", Text()),
        Column("emergency", "应急", Flag(), default="0"),
        _document(),
    ),
    ("code",),
)

FUND_YEARS = Table(
    "fund_years",
    "资金年度",
    m.FundYear,
    (
        Column("fund", "资金", Reference("funds"), required=True),
        Column("budget_year", "预算年度", YEAR, required=True),
        Column("budget", "预算", Money()),
        Column("measure", "管理办法", Text()),
        _document(),
    ),
    ("fund", "budget_year"),
)

INDICATORS = Table(
    "indicators",
    "绩效指标",
    m.Indicator,
    (
        _code(),
        Column("name", "名称", Text(), required=True),
        Column("kind", "种类", Word(e.IndicatorKind), required=True),
        Column("direction", "方向", Word(e.Direction)),
        Column("measure", "计量单位", Reference("measures"), fixed=True, about="the unit it is added up in"),
        Column("over_time", "时间汇总", Word(e.TimeAggregation)),
        Column("over_space", "空间汇总", Word(e.SpaceAggregation)),
    ),
    ("code",),
)

PROJECTS = Table(
    "projects",
    "项目",
    m.Project,
    (
        _code(),
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
        _document(),
        _note(),
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
        _document(),
    ),
    ("project", "fund", "budget_year", "source"),
)

ALLOCATIONS = Table(
    "allocations",
    "资金下达",
    m.Allocation,
    (
        _code(),
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
        _document(),
        Column("upstream_document_number", "上级文号", Text()),
        Column("budget_subject", "预算科目", Text()),
        _note(),
    ),
    ("code",),
)

PAYMENTS = Table(
    "payments",
    "支付",
    m.Payment,
    (
        _code(),
        Column("project", "项目", Reference("projects"), required=True),
        Column("fund", "资金", Reference("funds"), required=True, lookup=True),
        Column("budget_year", "预算年度", YEAR, required=True, lookup=True),
        Column("source", "资金来源", Word(e.Source), required=True, lookup=True),
        Column("kind", "种类", Word(e.PaymentKind), default=e.PaymentKind.PAYMENT.value),
        Column("paid_on", "支付日期", Day(), required=True),
        Column("amount", "金额", POSITIVE, required=True),
        Column("payee", "收款人", Text()),
        Column("voucher_number", "凭证号", Text()),
        _document(),
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
        _document(),
    ),
    ("project", "from_on"),
)

PROJECT_CHANGES = Table(
    "project_changes",
    "项目变更",
    m.ProjectChange,
    (
        _code(),
        Column("project", "项目", Reference("projects"), required=True),
        Column("field", "变更内容", Word(e.ChangeField), required=True),
        Column("old_value", "原值", Text()),
        Column("new_value", "新值", Text()),
        Column("effective_on", "生效日期", Day(), required=True),
        Column("required_level", "应批层级", Word(e.Level), required=True),
        Column("approved_on", "批准日期", Day()),
        Column("approver_level", "批准层级", Word(e.Level)),
        _document(),
    ),
    ("code",),
)

TARGETS = Table(
    "targets",
    "绩效目标",
    m.Target,
    (
        _code(),
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
        _document(),
        _note(),
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

TABLES = (
    DOCUMENTS,
    DIVISIONS,
    DIVISION_CHANGES,
    UNITS,
    MEASURES,
    FUNDS,
    FUND_YEARS,
    INDICATORS,
    PROJECTS,
    PROJECT_DIVISIONS,
    SOURCE_LINES,
    ALLOCATIONS,
    PAYMENTS,
    PAY_PLANS,
    RESERVE_ENTRIES,
    PROJECT_CHANGES,
    TARGETS,
    PROGRESS,
    FILINGS,
)
BY_NAME = {table.name: table for table in TABLES}

"""The format's tables that change slowly: papers, divisions, units, measures, funds and indicators."""

from db import enums as e
from db import models as m
from db.bundle.columns import Column, Reference, Table
from db.bundle.numbers import Money, Whole
from db.bundle.shared_columns import BASIS_POINTS, YEAR, code_column, document_column, note_column
from db.bundle.times import Day
from db.bundle.words import DivisionCode, Flag, Text, Word, WordList
from db.models.division import BEGINNING

DOCUMENTS = Table(
    "documents",
    "文件",
    m.Document,
    (
        code_column(),
        Column("number", "文号", Text()),
        Column("title", "标题", Text(), required=True),
        Column("kind", "种类", Word(e.DocumentKind), required=True),
        Column("issued_on", "发文日期", Day()),
        Column("issuer", "发文机关", Text()),
        Column("url", "网址", Text()),
        Column("confidence", "核实程度", Word(e.Confidence), required=True),
        note_column(),
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
        code_column(),
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
        note_column(),
    ),
    ("code",),
)

UNITS = Table(
    "units",
    "单位",
    m.Unit,
    (
        code_column(),
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
        code_column(),
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
        code_column(),
        Column("name", "名称", Text(), required=True),
        Column("name_en", "英文名称", Text()),
        Column("category", "资金类型", Word(e.FundCategory), required=True),
        Column("local_tier", "地方层级", Word(e.Level)),
        Column("line", "业务条线", Word(e.Line), required=True),
        Column("project_code", "项目代码", Text()),
        Column("emergency", "应急", Flag(), default="0"),
        document_column(),
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
        document_column(),
    ),
    ("fund", "budget_year"),
)

INDICATORS = Table(
    "indicators",
    "绩效指标",
    m.Indicator,
    (
        code_column(),
        Column("name", "名称", Text(), required=True),
        Column("kind", "种类", Word(e.IndicatorKind), required=True),
        Column("direction", "方向", Word(e.Direction)),
        Column("measure", "计量单位", Reference("measures"), fixed=True, about="the unit it is added up in"),
        Column("over_time", "时间汇总", Word(e.TimeAggregation)),
        Column("over_space", "空间汇总", Word(e.SpaceAggregation)),
    ),
    ("code",),
)

"""The record's vocabularies as GraphQL enums, every member described in both languages."""

from enum import StrEnum
from typing import Any

import strawberry

from db import enums as e
from db.labels import LABELS
from db.paging import Sort
from db.rollup.question import Dimension, Measure
from resolvers.changes import ChangeKind, Operation
from resolvers.findings import FindingOrderField
from resolvers.projects import ProjectOrderField
from rules.calendar import DayKind
from rules.machines.division_change import DIVISION_CHANGE, DivisionAction
from schema.describe import both

TITLES: dict[type[StrEnum], tuple[str, str]] = {
    e.Level: ("行政层级", "supervision level"),
    e.Tree: ("区划关系", "which parent relation to follow"),
    e.DivisionKind: ("区划性质", "what a node of the division tree is"),
    e.Line: ("业务条线", "business line"),
    e.FundCategory: ("资金类型", "fund category (Art. 2)"),
    e.Source: ("资金来源", "whose money it is (Art. 2)"),
    e.Provenance: ("数据来历", "where a record comes from"),
    e.AllocationKind: ("下达类型", "what a documented amount is"),
    e.ProjectStatus: ("项目状态", "project status"),
    e.ReserveStatus: ("储备库状态", "status in the project reserve"),
    e.IndicatorKind: ("二级指标", "second-level indicator"),
    e.IndicatorGroup: ("一级指标", "first-level indicator"),
    e.Direction: ("指标方向", "direction of an indicator"),
    e.TimeAggregation: ("时间汇总方式", "how values combine over time"),
    e.SpaceAggregation: ("区域汇总方式", "how values combine over divisions"),
    e.FilingKind: ("填报类型", "kind of filing"),
    e.FilingState: ("填报状态", "state of a filing"),
    e.PaymentKind: ("支付类型", "payment or refund"),
    e.ChangeField: ("变更内容", "what a project change touches"),
    e.UnitKind: ("单位类型", "kind of unit"),
    e.Role: ("用户角色", "role of an account"),
    e.Severity: ("严重程度", "severity, by effect"),
    e.RuleCategory: ("规则类别", "category of a rule"),
    e.RuleStage: ("规则阶段", "stage of a rule"),
    e.FindingState: ("发现状态", "state of a finding"),
    e.SubjectKind: ("对象类型", "kind of subject"),
    e.DocumentKind: ("文件类型", "kind of document"),
    e.Confidence: ("核实程度", "how far a source was checked"),
    e.DivisionChangeType: ("区划变更类型", "what a change of divisions does"),
    e.DivisionCaseState: ("区划变更状态", "state of a change of divisions"),
}

_OTHERS: dict[type[StrEnum], tuple[tuple[str, str], dict[str, tuple[str, str]]]] = {
    Sort: (("排序方向", "direction of an order"), {"ASC": ("升序", "ascending"), "DESC": ("降序", "descending")}),
    Dimension: (
        ("汇总维度", "what a roll-up can be grouped by"),
        {
            "PROVINCE": ("省", "province-level division"),
            "CITY": ("市", "prefecture-level city; null is money or work above it"),
            "COUNTY": ("县", "county-level division; null is money or work above it"),
            "DIVISION_LEVEL": ("所在层级", "level of the recipient or of the project's division"),
            "FUND": ("资金", "fund"),
            "FUND_CATEGORY": ("资金类型", "fund category"),
            "LOCAL_TIER": ("地方专项级次", "tier of a local fund"),
            "SOURCE": ("资金来源", "source"),
            "LINE": ("业务条线", "business line"),
            "BUDGET_YEAR": ("预算年度", "budget year"),
            "PERIOD": ("季度", "quarter money was received or paid in"),
            "TRANCHE": ("批次", "tranche"),
            "PROJECT_STATUS": ("项目状态", "project status"),
            "INDICATOR_KIND": ("二级指标", "second-level indicator"),
            "PROVENANCE": ("数据来历", "where the record comes from"),
        },
    ),
    Measure: (
        ("汇总指标", "what a roll-up can be ordered by"),
        {
            "PLANNED": ("计划数", "planned"),
            "RECEIVED": ("到达数", "received"),
            "ISSUED": ("下达数", "issued onward"),
            "RETAINED": ("留存数", "still held"),
            "RECALLED": ("收回数", "recalled"),
            "PAID": ("支付数", "paid"),
            "EXECUTION_RATE": ("执行率", "paid over received"),
            "TIME_PROGRESS": ("序时进度", "time progress"),
            "TARGET_COMPLETION": ("目标完成率", "target completion"),
            "PROJECT_COUNT": ("项目数", "number of projects"),
            "FINDINGS": ("发现数", "number of standing findings"),
        },
    ),
    ChangeKind: (
        ("变动对象", "kind of thing that changed"),
        {
            "ALLOCATION": ("资金下达", "allocation"),
            "FILING": ("季度填报", "filing"),
            "FINDING": ("发现", "finding"),
            "PROJECT": ("项目", "project"),
            "TARGET": ("绩效目标", "target"),
        },
    ),
    Operation: (
        ("变动方式", "how it changed"),
        {"INSERTED": ("新增", "inserted"), "UPDATED": ("修改", "updated")},
    ),
    ProjectOrderField: (
        ("项目排序项", "what projects can be ordered by"),
        {
            "CODE": ("项目编码", "code"),
            "NAME": ("项目名称", "name"),
            "TOTAL_INVESTMENT": ("总投资", "total investment"),
            "PLANNED_START": ("计划开工", "planned start"),
            "PLANNED_END": ("计划完工", "planned end"),
            "CHANGED": ("最近变动", "last change"),
        },
    ),
    FindingOrderField: (
        ("发现排序项", "what findings can be ordered by"),
        {"SEVERITY": ("严重程度", "severity"), "FIRST_SEEN": ("首次发现", "first seen"), "RULE": ("规则", "rule")},
    ),
    DivisionAction: (
        ("区划变更动作", "what can be done with a change of divisions"),
        {action.name: words for action, words in DIVISION_CHANGE.actions.items()},
    ),
    DayKind: (
        ("日期性质", "what kind of day it is"),
        {
            "WORKDAY": ("工作日", "working day"),
            "WEEKEND": ("周末", "weekend"),
            "HOLIDAY": ("法定节假日", "public holiday"),
            "MAKEUP_WORKDAY": ("调休上班", "make-up working day"),
            "REGIONAL_HOLIDAY": ("地方节假日", "regional holiday"),
            "REGIONAL_MAKEUP": ("地方调休上班", "regional make-up working day"),
        },
    ),
}


def _register(kind: type[StrEnum], title: tuple[str, str], labels: dict[str, tuple[str, str]]) -> None:
    strawberry.enum(kind, description=both(*title))
    definition: Any = kind.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = both(*labels[value.name])


for _kind, _title in TITLES.items():
    _register(_kind, _title, {member.name: label for member, label in LABELS[_kind].items()})
for _kind, (_title, _labels) in _OTHERS.items():
    _register(_kind, _title, _labels)

"""How values are written for people, and templates that mention what cannot be known."""

from datetime import date

import pytest

from db.enums import SubjectKind
from db.types import Period
from rules.fact import FactKind, FactType, Field
from rules.wording import EVIDENCE_UNITS, Language, TemplateInvalid, plain_text, template, value_text

KIND = FactKind(
    "sample",
    "样例",
    "sample",
    SubjectKind.PROJECT,
    (
        Field("gap", FactType.RATE, "差距", "gap"),
        Field("days", FactType.DAYS, "天数", "days"),
        Field("status", FactType.TEXT, "状态", "status", {"FUNDED": ("已安排资金", "funded")}),
    ),
)
TYPES = {"slow.red": FactType.RATE, "slow.floor": FactType.MONEY}


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en", "plain"),
    [
        (FactType.MONEY, 312_400_000, "312.4万元", "3,124,000.00 yuan", "3124000.00"),
        (FactType.MONEY, 0, "0万元", "0.00 yuan", "0.00"),
        (FactType.MONEY, -1, "-0.000001万元", "-0.01 yuan", "-0.01"),
        (FactType.RATE, 1234, "12.34%", "12.34%", "12.34"),
        (FactType.RATE, 1250, "12.5%", "12.5%", "12.5"),
        (FactType.RATE, 1000, "10%", "10%", "10"),
        (FactType.RATE, 10000, "100%", "100%", "100"),
        (FactType.RATE, -5, "-0.05%", "-0.05%", "-0.05"),
        (FactType.RATE, 0, "0%", "0%", "0"),
        (FactType.DAYS, 30, "30", "30", "30"),
        (FactType.COUNT, 1200, "1200", "1200", "1200"),
        (FactType.DATE, date(2026, 1, 31).toordinal(), "2026-01-31", "2026-01-31", "2026-01-31"),
        (FactType.PERIOD, Period(2026, 3).ordinal, "2026Q3", "2026Q3", "2026Q3"),
        (FactType.QUANTITY, 12_500_000, "12.5", "12.5", "12.5"),
        (FactType.QUANTITY, 1_000_000_000, "1000", "1000", "1000"),
        (FactType.BOOL, True, "是", "yes", "true"),
        (FactType.BOOL, False, "否", "no", "false"),
        (FactType.TEXT, "FUNDED", "已安排资金", "funded", "FUNDED"),
        (FactType.TEXT, "OTHER", "OTHER", "OTHER", "OTHER"),
    ],
)
def test_value_is_written_by_its_type(kind, value, zh, en, plain):
    labels = KIND["status"].labels
    assert value_text(kind, value, Language.ZH, labels) == zh
    assert value_text(kind, value, Language.EN, labels) == en
    assert plain_text(kind, value) == plain


def test_evidence_has_a_unit_for_every_type():
    assert set(EVIDENCE_UNITS) == set(FactType)


def test_template_takes_fields_and_parameters():
    made = template("差{gap},不低于{slow.red};{{已}}{days}天,{status}", Language.ZH, KIND, TYPES)
    values = {"gap": 1234, "slow__red": 1000, "days": 30, "status": "FUNDED"}
    assert made.render(values, KIND, TYPES) == "差12.34%,不低于10%;{已}30天,已安排资金"
    assert (made.fields, made.parameters) == ({"gap", "days", "status"}, {"slow.red"})


@pytest.mark.parametrize(("language", "text"), [(Language.ZH, "未填"), (Language.EN, "not stated")])
def test_value_nobody_supplied_is_said_to_be_absent(language, text):
    assert template("{gap}", language, KIND, TYPES).render({}, KIND, TYPES) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{missing}", "is neither a field of sample nor a parameter"),
        ("{slow.missing}", "is neither a field of sample nor a parameter"),
        ("{gap:>5}", "must be a plain field or parameter key"),
        ("{gap!r}", "must be a plain field or parameter key"),
        ("{gap[0]}", "must be a plain field or parameter key"),
        ("{}", "must be a plain field or parameter key"),
        ("{gap", "a brace that is meant is written twice"),
    ],
)
def test_template_that_cannot_be_filled_is_refused(text, problem):
    with pytest.raises(TemplateInvalid, match=problem.replace("{", r"\{")):
        template(text, Language.ZH, KIND, TYPES)

"""Rule files: one that is right in every part, and one message for each way of being wrong."""

from copy import deepcopy
from datetime import date

import pytest
import yaml

from db.enums import RuleCategory, RuleStage, Severity, SubjectKind
from rules.condition_text import parse
from rules.fact import FactKind, FactType, Field
from rules.rule import Basis, BasisMark
from rules.rule_file import RuleFileInvalid, load_rules, parameter_types
from rules.wording import Words

KIND = FactKind(
    "progress",
    "进度",
    "progress",
    SubjectKind.PROJECT,
    (
        Field("gap", FactType.RATE, "差距", "gap"),
        Field("source", FactType.TEXT, "来源", "source"),
        Field("started", FactType.BOOL, "已开工", "started"),
        Field("days", FactType.DAYS, "天数", "days"),
        Field("note", FactType.TEXT, "说明", "note"),
    ),
)
UNITS = {"slow.red": "points", "slow.yellow": "points", "slow.grace": "days", "slow.floor": "wan_yuan"}
TYPES = parameter_types(UNITS)
RULE = {
    "code": "PT-12-01",
    "version": 2,
    "title": {"zh": "资金支付进度缓慢", "en": "Slow payment"},
    "article": ["第十二条"],
    "category": "PT",
    "stage": "ACTIVE",
    "in_force": date(2024, 1, 1),
    "basis": {"mark": "I", "note": "no official number found"},
    "fact": "progress",
    "identity": ["source"],
    "applies": "started and days >= slow.grace",
    "requires": ["note"],
    "grades": [
        {"severity": "RED", "when": "gap >= slow.red"},
        {"severity": "YELLOW", "when": "gap >= slow.yellow"},
    ],
    "waivable": True,
    "explanation": True,
    "lead": False,
    "uses": ["slow.floor"],
    "message": {"zh": "落后{gap}", "en": "{gap} behind"},
    "remedy": {"zh": "加快支付", "en": "pay"},
    "counterfactual": {"zh": "低于{slow.yellow}即可", "en": "below {slow.yellow} would do"},
    "why": {"zh": "第十二条", "en": "article 12"},
}


def written(folder, **rules):
    for name, content in rules.items():
        path = folder / f"{name.replace('_', '-')}.yaml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


def load(folder):
    return load_rules(folder, {"progress": KIND}, UNITS)


def test_whole_file_becomes_a_rule(tmp_path):
    rule = load(written(tmp_path, PT_12_01=RULE))["PT-12-01"]
    assert (rule.code, rule.version, rule.title) == ("PT-12-01", 2, Words("资金支付进度缓慢", "Slow payment"))
    assert (rule.article, rule.category, rule.stage) == (("第十二条",), RuleCategory.PT, RuleStage.ACTIVE)
    assert (rule.in_force, rule.basis) == (date(2024, 1, 1), Basis(BasisMark.INTERPRETED, "no official number found"))
    assert (rule.fact, rule.identity, rule.requires, rule.uses) == ("progress", ("source",), ("note",), ("slow.floor",))
    assert [grade.severity for grade in rule.grades] == [Severity.RED, Severity.YELLOW]
    assert (rule.severity, rule.waivable, rule.explanation, rule.lead) == (Severity.RED, True, True, False)
    assert rule.conditions == (
        parse("started and days >= slow.grace and gap >= slow.red", KIND, TYPES),
        parse("started and days >= slow.grace and gap >= slow.yellow", KIND, TYPES),
    )
    assert rule.stamped == {"slow.grace", "slow.red", "slow.yellow"}
    assert rule.parameters == ("slow.floor", "slow.grace", "slow.red", "slow.yellow")
    assert rule.needs == {"gap", "source", "note"}
    assert rule.evidence == {"gap", "source", "note", "started", "days"}
    assert (rule.remedy, rule.why) == (Words("加快支付", "pay"), Words("第十二条", "article 12"))


def test_optional_parts_may_be_left_out(tmp_path):
    optional = {"identity", "applies", "requires", "uses", "counterfactual", "why"}
    rule = load(written(tmp_path, PT_12_01={k: v for k, v in RULE.items() if k not in optional}))["PT-12-01"]
    assert (rule.applies, rule.identity, rule.requires, rule.uses) == (None, (), (), ())
    assert (rule.counterfactual, rule.why, rule.blocked_by) == (None, None, ())
    assert rule.parameters == ("slow.red", "slow.yellow")


def test_rules_come_sorted_by_code(tmp_path):
    second = {**RULE, "code": "DL-09-01", "category": "DL"}
    assert list(load(written(tmp_path, PT_12_01=RULE, DL_09_01=second))) == ["DL-09-01", "PT-12-01"]


def changed(path, value):
    content = deepcopy(RULE)
    *outer, last = path.split("/")
    place = content
    for step in outer:
        place = place[int(step) if step.isdigit() else step]
    if isinstance(place, list):
        place[int(last)] = value
    elif value is None:
        del place[last]
    else:
        place[last] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("sevrity", "RED", "keys: unknown: sevrity; missing: none"),
        ("remedy", None, "keys: unknown: none; missing: remedy"),
        ("code", "PT-12-02", "code: 'PT-12-02' must look like PT-12-01 and be the name of the file"),
        ("code", "XX-12-01", "code: 'XX-12-01' must look like"),
        ("version", "1", "version: must be a whole number from 1, not '1'"),
        ("version", 0, "version: must be a whole number from 1, not 0"),
        ("version", True, "version: must be a whole number from 1, not True"),
        ("title", "Slow", "title: must have exactly en, zh, not 'Slow'"),
        ("title/en", None, "title: must have exactly en, zh"),
        ("title/zh", " ", "title.zh: must be a text"),
        ("article", "第十二条", "article: must be a list of at least 1 texts"),
        ("article", [], "article: must be a list of at least 1 texts"),
        ("article", ["一", "一"], "article: says one thing twice"),
        ("category", "DQ", "category: DQ is not the prefix of PT-12-01"),
        ("category", "ZZ", "category: 'ZZ' is none of DQ, DL, PT, CS, PM"),
        ("stage", "LIVE", "stage: 'LIVE' is none of DRAFT, TRIAL, ACTIVE, RETIRED"),
        ("in_force", "soon", "in_force: must be a day like 2024-01-01, not 'soon'"),
        ("basis", "S", "basis: must have exactly mark, note"),
        ("basis/mark", "X", "basis.mark: 'X' is none of S, I, L"),
        ("basis/note", "", "basis.note: must be a text"),
        ("fact", "other", "fact: there is no fact kind other; known are progress"),
        ("identity", ["other"], "identity: fact progress has no field other"),
        ("requires", ["other"], "requires: fact progress has no field other"),
        ("uses", ["slow.other"], "uses: there is no parameter slow.other"),
        ("applies", "other", "applies: 'other', column 1: fact progress has no field other"),
        ("applies", True, "applies: must be a text, not True"),
        ("grades", [], "grades: must list at least one severity"),
        ("grades/0", {"severity": "RED"}, r"grades[1]: must have exactly severity, when"),
        ("grades/1/severity", "PINK", r"grades[2].severity: 'PINK' is none of BLOCKING, RED, YELLOW, INFO"),
        ("grades/1/severity", "RED", "grades: severities must strictly descend, the worst first"),
        ("grades/1/severity", "BLOCKING", "grades: severities must strictly descend, the worst first"),
        ("grades/1/when", "gap >= slow.grace", r"grades[2].when: 'gap >= slow.grace', column 8: slow.grace is DAYS"),
        ("waivable", "yes", "waivable: must be true or false, not 'yes'"),
        ("explanation", 1, "explanation: must be true or false, not 1"),
        ("message/zh", "落后{other}", "message: '落后{other}': {other} is neither a field of progress nor a parameter"),
        ("counterfactual/en", "{slow.other}", "counterfactual: '{slow.other}': {slow.other} is neither"),
        ("blocked_by", ["PT-12-09"], "blocked_by: PT-12-09 is no rule that can find BLOCKING"),
        ("blocked_by", ["PT-12-01"], "blocked_by: PT-12-01 is no rule that can find BLOCKING"),
    ],
)
def test_fault_is_told_with_file_and_key(tmp_path, path, value, message):
    with pytest.raises(RuleFileInvalid) as caught:
        load(written(tmp_path, PT_12_01=changed(path, value)))
    assert str(caught.value).startswith(f"PT-12-01.yaml, {message}")


def test_lead_never_blocks(tmp_path):
    content = {**RULE, "lead": True, "grades": [{"severity": "BLOCKING", "when": "started"}]}
    with pytest.raises(RuleFileInvalid, match="lead: a lead is no conclusion and never exceeds RED"):
        load(written(tmp_path, PT_12_01=content))


def test_rule_with_too_many_alternatives_is_refused(tmp_path):
    listed = ", ".join(f"'S{n}'" for n in range(41))
    content = {**RULE, "grades": [{"severity": "RED", "when": f"source in ({listed})"}]}
    with pytest.raises(RuleFileInvalid, match="grades: 41 alternatives; the engine is safe up to 40"):
        load(written(tmp_path, PT_12_01=content))


def test_rules_do_not_block_each_other_in_circles(tmp_path):
    first = {**RULE, "grades": [{"severity": "BLOCKING", "when": "started"}], "blocked_by": ["PT-12-02"]}
    second = {**first, "code": "PT-12-02", "blocked_by": ["PT-12-01"]}
    with pytest.raises(RuleFileInvalid, match=r"PT-12-01.yaml, blocked_by: the rule waits for itself in a circle"):
        load(written(tmp_path, PT_12_01=first, PT_12_02=second))


def test_unreadable_file_is_named(tmp_path):
    (tmp_path / "PT-12-01.yaml").write_text("- a list", encoding="utf-8")
    with pytest.raises(RuleFileInvalid, match=r"PT-12-01.yaml, file: .*expected a mapping"):
        load(tmp_path)

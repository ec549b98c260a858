"""Judging: which facts reach the engine, what a finding carries, and a receipt that accounts for every fact."""

import json
from dataclasses import dataclass, replace
from datetime import date

import pytest
import yaml

from db.enums import Line, Severity, SubjectKind
from db.types import Period
from rules.fact import Fact, FactKind, FactType, Field
from rules.finding import CitedParameter, Evidence, Finding
from rules.judge import Judge, KindUnknown
from rules.rule_file import load_rules
from rules.stamp import StampInvalid
from rules.wording import Words

PROGRESS = FactKind(
    "progress",
    "进度",
    "progress",
    SubjectKind.PROJECT,
    (
        Field("gap", FactType.RATE, "差距", "gap"),
        Field("source", FactType.TEXT, "来源", "source"),
        Field("started", FactType.BOOL, "已开工", "started"),
    ),
)
BALANCE = FactKind(
    "balance", "余额", "balance", SubjectKind.PROJECT, (Field("short", FactType.MONEY, "缺口", "shortfall"),)
)
KINDS = {"progress": PROGRESS, "balance": BALANCE}
UNITS = {"slow.red": "points", "slow.yellow": "points"}
SLOW = {
    "code": "PT-12-01",
    "version": 3,
    "title": {"zh": "支付缓慢", "en": "Slow payment"},
    "article": ["第十二条"],
    "category": "PT",
    "stage": "ACTIVE",
    "in_force": date(2024, 1, 1),
    "basis": {"mark": "I", "note": "ours"},
    "fact": "progress",
    "identity": ["source"],
    "applies": "started",
    "blocked_by": ["CS-02-06"],
    "grades": [
        {"severity": "RED", "when": "gap >= slow.red"},
        {"severity": "YELLOW", "when": "gap >= slow.yellow"},
    ],
    "waivable": True,
    "explanation": True,
    "lead": False,
    "message": {"zh": "落后{gap},黄灯{slow.yellow}", "en": "{gap} behind, yellow from {slow.yellow}"},
    "remedy": {"zh": "加快支付", "en": "pay"},
    "counterfactual": {"zh": "低于{slow.yellow}即可", "en": "below {slow.yellow} would do"},
}
UNBALANCED = {
    **{key: value for key, value in SLOW.items() if key not in {"identity", "applies", "counterfactual", "blocked_by"}},
    "code": "CS-02-06",
    "category": "CS",
    "fact": "balance",
    "grades": [{"severity": "BLOCKING", "when": "short > 0"}],
    "message": {"zh": "相差{short}", "en": "{short} apart"},
}
DAY = date(2026, 10, 16)
QUARTER = Period(2026, 3)


@dataclass(frozen=True)
class Value:
    fact_value: int | str | bool
    text: str
    unit: str = "points"
    reference: str = "规程 第十二条"
    valid_from: date = date(2024, 1, 1)
    region: str | None = None


def lookup(key, day, region):
    assert day == DAY
    if key == "slow.yellow" and region.startswith("51"):
        return Value(1500, "15", region="51")
    if region.startswith("99"):
        return None
    return {"slow.red": Value(3000, "30"), "slow.yellow": Value(1000, "10")}[key]


def loaded(folder, *contents):
    for content in contents:
        path = folder / f"{content['code']}.yaml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return load_rules(folder, KINDS, UNITS)


@pytest.fixture
def rules(tmp_path):
    return loaded(tmp_path, SLOW, UNBALANCED)


@pytest.fixture
def judge(rules):
    with Judge(rules.values(), KINDS) as built:
        yield built


def progress(gap=None, *, subject=1, division="110000", period=QUARTER, **values):
    known = {"source": "CENTRAL", "started": True, **values} | ({} if gap is None else {"gap": gap})
    return Fact(
        "progress",
        {name: value for name, value in known.items() if value is not None},
        subject_id=subject,
        division_id=7,
        division_code=division,
        period=period,
        sources={"gap": 55},
        responsible_unit_id=8,
        line=Line.GEOHAZARD,
    )


def balance(short, *, subject=1):
    return Fact("balance", {"short": short}, subject_id=subject, division_id=7, division_code="110000")


def counts(line):
    return (line.evaluated, line.fired, line.not_applicable, line.missing_facts, line.blocked, line.failed)


def test_finding_carries_all_a_person_needs(judge):
    (finding,) = judge.judge([progress(1500)], lookup=lookup, as_of=DAY).findings
    assert finding == Finding(
        key=finding.key,
        rule_code="PT-12-01",
        rule_version=3,
        severity=Severity.YELLOW,
        trial=False,
        lead=False,
        subject_kind=SubjectKind.PROJECT,
        subject_id=1,
        division_id=7,
        line=Line.GEOHAZARD,
        period=Period(2026, 3),
        responsible_unit_id=8,
        message=Words("落后15%,黄灯10%", "15% behind, yellow from 10%"),
        counterfactual=Words("低于10%即可", "below 10% would do"),
        evidence=(
            Evidence("gap", Words("差距", "gap"), "15", "percent", 55),
            Evidence("source", Words("来源", "source"), "CENTRAL", "text", None),
            Evidence("started", Words("已开工", "started"), "true", "flag", None),
        ),
        parameters=(
            CitedParameter("slow.red", "30", "points", "规程 第十二条", date(2024, 1, 1), None),
            CitedParameter("slow.yellow", "10", "points", "规程 第十二条", date(2024, 1, 1), None),
        ),
    )


def test_finding_survives_json(judge):
    facts = [progress(1500), balance(2, subject=2), progress(1500, subject=3, period=None)]
    for finding in judge.judge(facts, lookup=lookup, as_of=DAY).findings:
        assert Finding.from_json(json.loads(json.dumps(finding.to_json()))) == finding


def test_worst_grade_wins_on_both_sides_of_each_boundary(judge):
    judged = judge.judge([progress(gap) for gap in (999, 1000, 2999, 3000)], lookup=lookup, as_of=DAY)
    assert [finding.severity for finding in judged.findings] == [Severity.YELLOW, Severity.YELLOW, Severity.RED]
    assert counts(judged.receipt.line("PT-12-01")) == (4, 3, 0, 0, 0, 0)


def test_province_decides_with_its_own_number(judge):
    facts = [progress(1200), progress(1200, division="510100", subject=2), progress(1500, division="510100", subject=3)]
    findings = judge.judge(facts, lookup=lookup, as_of=DAY).findings
    assert [finding.subject_id for finding in findings] == [1, 3]
    assert [finding.parameters[1].region for finding in findings] == [None, "51"]


def test_receipt_accounts_for_every_fact(judge):
    facts = [
        progress(5000),
        progress(10, subject=2),
        progress(5000, subject=3, started=False),
        progress(None, subject=4, started=False),
        progress(None, subject=5),
        progress(5000, subject=6, started=None),
        progress(5000, subject=7, source=None),
        progress(5000, subject=8, division="990000"),
        progress(True, subject=9),
        progress(5000, subject=10),
        balance(1, subject=10),
        balance(0, subject=1),
    ]
    receipt = judge.judge(facts, lookup=lookup, as_of=DAY).receipt
    slow = receipt.line("PT-12-01")
    assert counts(slow) == (2, 1, 2, 4, 1, 1)
    assert slow.facts == 10
    assert slow.missing == {"gap": 1, "slow.red": 1, "slow.yellow": 1, "source": 1, "started": 1}
    assert slow.failures == ("fact progress, field gap: RATE is int, got True; leave an unknown value out",)
    assert counts(receipt.line("CS-02-06")) == (2, 1, 0, 0, 0, 0)
    assert not receipt.sound
    assert [line.rule_code for line in receipt.lines] == ["CS-02-06", "PT-12-01"]
    with pytest.raises(KeyError):
        receipt.line("PT-12-02")


def test_rule_without_facts_still_has_its_line(judge):
    judged = judge.judge([], lookup=lookup, as_of=DAY)
    assert judged.findings == ()
    assert [counts(line) for line in judged.receipt.lines] == [(0, 0, 0, 0, 0, 0)] * 2
    assert judged.receipt.sound


def test_blocked_subject_is_never_passed_nor_accused(judge):
    facts = [progress(5000), progress(10), balance(1), progress(5000, subject=2), balance(0, subject=2)]
    judged = judge.judge(facts, lookup=lookup, as_of=DAY)
    assert [(each.rule_code, each.subject_id) for each in judged.findings] == [("CS-02-06", 1), ("PT-12-01", 2)]
    assert counts(judged.receipt.line("PT-12-01")) == (1, 1, 0, 0, 2, 0)


def test_rule_on_trial_blocks_nobody_and_says_so(tmp_path):
    rules = loaded(tmp_path, SLOW, {**UNBALANCED, "stage": "TRIAL"})
    with Judge(rules.values(), KINDS) as judge:
        findings = judge.judge([progress(5000), balance(1)], lookup=lookup, as_of=DAY).findings
    assert [(each.rule_code, each.trial) for each in findings] == [("CS-02-06", True), ("PT-12-01", False)]


def test_narrowed_run_tells_of_one_rule_but_is_blocked_all_the_same(judge):
    facts = [progress(5000), balance(1), progress(5000, subject=2)]
    judged = judge.judge(facts, lookup=lookup, as_of=DAY, codes={"PT-12-01"})
    assert [(each.rule_code, each.subject_id) for each in judged.findings] == [("PT-12-01", 2)]
    assert [line.rule_code for line in judged.receipt.lines] == ["PT-12-01"]
    assert counts(judged.receipt.line("PT-12-01")) == (1, 1, 0, 0, 1, 0)


def test_rule_is_not_applied_before_it_is_in_force(judge, rules):
    later = replace(rules["PT-12-01"], in_force=date(2026, 10, 17), blocked_by=())
    today = replace(later, in_force=DAY)
    for rule, expected in ((later, (0, 0, 1, 0, 0, 0)), (today, (1, 1, 0, 0, 0, 0))):
        with Judge([rule], KINDS) as one:
            judged = one.judge([progress(5000)], lookup=lookup, as_of=DAY)
        assert counts(judged.receipt.line("PT-12-01")) == expected


def test_identity_ignores_amounts_and_tells_sources_and_periods_apart(judge):
    def key(fact):
        (finding,) = judge.judge([fact], lookup=lookup, as_of=DAY).findings
        return finding.key

    base = key(progress(1500))
    assert len(base) == 32
    assert key(progress(5000)) == base
    assert key(progress(1500, division="510100")) == base
    others = [
        progress(1500, subject=2),
        progress(1500, period=Period(2026, 2)),
        progress(1500, period=None),
        progress(1500, source="PROVINCE"),
        replace(progress(1500), discriminator="tranche 2"),
    ]
    assert len({base, *map(key, others)}) == 6


def test_identity_is_the_same_in_every_release(judge):
    """Standing findings are found again by it; changing how it is made would orphan them all."""
    (finding,) = judge.judge([progress(1500)], lookup=lookup, as_of=DAY).findings
    assert finding.key == "4b13796d26e5063e0e07e764b139a286"


def test_rules_beyond_one_chapter_are_all_applied(rules):
    many = [replace(rules["PT-12-01"], code=f"PT-12-{n:02d}", blocked_by=()) for n in range(1, 51)]
    with Judge(many, KINDS) as judge:
        assert len(judge._chapters) == 3
        judged = judge.judge([progress(1500), progress(10, subject=2)], lookup=lookup, as_of=DAY)
    assert [each.rule_code for each in judged.findings] == [rule.code for rule in many]
    assert {counts(line) for line in judged.receipt.lines} == {(2, 1, 0, 0, 0, 0)}


def test_undeclared_kind_is_an_error_of_the_caller(judge):
    with pytest.raises(KindUnknown, match="there is no fact kind other; known are balance, progress"):
        judge.judge([replace(balance(1), kind="other")], lookup=lookup, as_of=DAY)


def test_parameter_of_another_type_than_its_unit_stops_the_run(judge):
    with pytest.raises(StampInvalid, match=r"parameter slow.red on 2026-10-16 in 110000: RATE is int, got '30'"):
        judge.judge([progress(1)], lookup=lambda *_: Value("30", "30"), as_of=DAY)


def test_parameters_are_looked_up_once_per_division(judge):
    asked = []

    def counted(key, day, region):
        asked.append((key, region))
        return lookup(key, day, region)

    judge.judge([progress(1, subject=n, division=f"{n % 2 + 1}10000") for n in range(50)], lookup=counted, as_of=DAY)
    assert sorted(asked) == [(key, region) for key in sorted(UNITS) for region in ("110000", "210000")]


def test_closed_judge_fails_every_fact_instead_of_passing_it(rules):
    judge = Judge(rules.values(), KINDS)
    judge.close()
    receipt = judge.judge([progress(1500)], lookup=lookup, as_of=DAY).receipt
    assert counts(receipt.line("PT-12-01")) == (0, 0, 0, 0, 0, 1)

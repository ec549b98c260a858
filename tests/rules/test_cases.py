"""Every rule of the catalogue against its case file: hits, misses, both sides of every boundary, exclusions, gaps."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from db.enums import Severity
from db.types import FEN_PER_WAN, scaled_quantity
from rules.catalogue import national, national_parameters
from rules.expression import Comparison, atoms
from rules.fact import Fact, FactType, Scalar
from rules.facts import KINDS
from rules.law import Law

FOLDER = Path(__file__).parent / "cases"
AS_OF = date(2026, 10, 20)
CODES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
FILES: dict[str, dict[str, Any]] = {
    code: yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8")) for code in CODES
}
ALL = [(code, case) for code in CODES for case in FILES[code]["cases"]]
OUTCOMES = {*Severity, "passes", "not applicable", "missing"}


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.national()


def scalar(kind: FactType, written: Any) -> Scalar:
    """A value as a lawyer writes it: 312.4万, 10001分, 12.5%, 2026-03-01."""
    if kind is FactType.MONEY:
        if written.endswith("分"):
            return int(written.removesuffix("分"))
        return int(Decimal(written.removesuffix("万")) * FEN_PER_WAN)
    if kind is FactType.RATE:
        return int(Decimal(written.removesuffix("%")) * 100)
    if kind is FactType.DATE:
        return written.toordinal()
    if kind is FactType.QUANTITY:
        return scaled_quantity(Decimal(written))
    return written


def fact_of(code: str, case: dict[str, Any]) -> Fact:
    kind = KINDS[national()[code].fact]
    written = {**FILES[code]["base"], **case.get("with", {})}
    values = {name: scalar(kind[name].type, value) for name, value in written.items()}
    for name in case.get("without", ()):
        values.pop(name, None)
    return Fact(kind=kind.name, values=values, subject_id=1, division_id=7, division_code="510104")


@pytest.mark.parametrize(("code", "case"), ALL, ids=[f"{code}: {case['name']}" for code, case in ALL])
def test_rule_decides_its_case(code: str, case: dict[str, Any], law: Law) -> None:
    judged = law.judge.judge([fact_of(code, case)], lookup=national_parameters().find, as_of=AS_OF, codes=[code])
    line = judged.receipt.line(code)
    fires = [(each.rule_code, each.severity) for each in judged.findings]

    expected = case["expect"]
    assert fires == ([(code, Severity(expected))] if expected in set(Severity) else [])
    assert (line.evaluated, line.not_applicable, line.missing_facts, line.failed) == {
        "not applicable": (0, 1, 0, 0),
        "missing": (0, 0, 1, 0),
    }.get(expected, (1, 0, 0, 0))


@pytest.mark.parametrize(("code", "case"), ALL, ids=[f"{code}: {case['name']}" for code, case in ALL])
def test_sentences_of_a_hit_state_every_figure(code: str, case: dict[str, Any], law: Law) -> None:
    if case["expect"] not in set(Severity):
        assert case["expect"] in OUTCOMES
        return
    rule = national()[code]
    (finding,) = law.judge.judge(
        [fact_of(code, case)], lookup=national_parameters().find, as_of=AS_OF, codes=[code]
    ).findings
    assert rule.counterfactual is not None
    assert finding.counterfactual is not None
    absent = (rule.message.fields | rule.counterfactual.fields) - fact_of(code, case).values.keys()
    said = finding.message.zh + finding.counterfactual.zh
    assert ("未填" in said) is bool(absent)
    assert "{" not in said + finding.message.en + finding.counterfactual.en
    assert {parameter.key for parameter in finding.parameters} == set(rule.parameters)


def test_each_rule_has_exactly_one_case_file() -> None:
    assert sorted(national()) == CODES
    assert len(CODES) == 24


@pytest.mark.parametrize("code", CODES)
def test_case_file_is_complete(code: str) -> None:
    cases = FILES[code]["cases"]
    expected = {case["expect"] for case in cases}
    assert expected <= OUTCOMES
    assert {grade.severity.value for grade in national()[code].grades} <= expected
    assert {"passes", "not applicable", "missing"} <= expected
    names = [case["name"] for case in cases]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("code", CODES)
def test_every_boundary_is_seen_from_both_sides(code: str) -> None:
    sides = defaultdict(set)
    for case in FILES[code]["cases"]:
        if "boundary" in case:
            sides[case["boundary"]].add(case["expect"])
    compared = {
        atom.left.name
        for condition in national()[code].conditions
        for atom in atoms(condition)
        if isinstance(atom, Comparison) and atom.operator.ordering
    }
    assert compared <= sides.keys()
    assert all(len(outcomes) > 1 for outcomes in sides.values())
    assert any(outcomes & {"passes", "not applicable"} for outcomes in sides.values())

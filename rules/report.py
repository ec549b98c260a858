"""A finding from a rule that fired: evidence, cited numbers and the sentences people read."""

from db.enums import RuleStage
from rules.fact import Fact, FactKind
from rules.finding import CitedParameter, Evidence, Finding, finding_key
from rules.rule import Rule
from rules.stamp import Stamps
from rules.wording import EVIDENCE_UNITS, Sentence, Words, plain_text


def finding_of(rule: Rule, kind: FactKind, fact: Fact, *, grade: int, stamps: Stamps) -> Finding:
    """What is recorded and told about one fact that reached a grade of a rule."""
    return Finding(
        key=finding_key(rule.code, kind.subject, fact, {name: fact.values[name] for name in rule.identity}),
        rule_code=rule.code,
        rule_version=rule.version,
        severity=rule.grades[grade].severity,
        trial=rule.stage is not RuleStage.ACTIVE,
        lead=rule.lead,
        subject_kind=kind.subject,
        subject_id=fact.subject_id,
        division_id=fact.division_id,
        line=fact.line,
        period=fact.period,
        responsible_unit_id=fact.responsible_unit_id,
        message=_said(rule.message, rule, kind, fact, stamps),
        counterfactual=_said(rule.counterfactual, rule, kind, fact, stamps) if rule.counterfactual else None,
        evidence=_evidence(rule, kind, fact),
        parameters=tuple(
            CitedParameter(key, value.text, str(value.unit), value.reference, value.valid_from, value.region)
            for key, value in stamps.cited
        ),
    )


def _said(sentence: Sentence, rule: Rule, kind: FactKind, fact: Fact, stamps: Stamps) -> Words:
    values = {**fact.values, **stamps.values}
    return Words(
        sentence.zh.render(values, kind, rule.parameter_types),
        sentence.en.render(values, kind, rule.parameter_types),
    )


def _evidence(rule: Rule, kind: FactKind, fact: Fact) -> tuple[Evidence, ...]:
    shown = rule.evidence
    return tuple(
        Evidence(
            field=each.name,
            label=Words(each.zh, each.en),
            value=plain_text(each.type, fact.values[each.name]),
            unit=EVIDENCE_UNITS[each.type],
            document_id=fact.sources.get(each.name),
        )
        for each in kind.fields
        if each.name in shown and each.name in fact.values
    )

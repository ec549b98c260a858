"""The law a run judges by: rules, numbers and calendars together, with a digest that names this release of them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from threading import Lock

from db.enums import RuleStage
from rules.calendar import Calendars
from rules.catalogue import national, national_parameters
from rules.expression import to_text
from rules.facts import KINDS
from rules.judge import Judge
from rules.parameter import Parameters
from rules.parameter_file import Series
from rules.rule import Rule

JUDGED = frozenset({RuleStage.ACTIVE, RuleStage.TRIAL})
"""Stages in which a rule is judged: a draft is not law yet, a retired one no longer."""
_compiling = Lock()


class RuleUnknown(LookupError):
    """No rule of the catalogue in force has this code."""


@dataclass(frozen=True)
class Law:
    """One release of the law."""

    rules: Mapping[str, Rule]
    parameters: Parameters
    calendars: Calendars

    @classmethod
    def national(cls, *, parameters: Parameters | None = None, calendars: Calendars | None = None) -> "Law":
        """The catalogue of the package, by the package's numbers unless others are given."""
        rules = {code: rule for code, rule in national().items() if rule.stage in JUDGED}
        return cls(rules, parameters or national_parameters(), calendars or Calendars.load())

    @cached_property
    def release(self) -> str:
        """16 hex digits that change whenever a rule or a number does; what-if values are part of it."""
        content = [[_rule(rule) for _, rule in sorted(self.rules.items())], _numbers(self.parameters)]
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def judge(self) -> Judge:
        """The rules compiled; built once for as long as the law lives, since compiling costs more than judging."""
        with _compiling:
            return self._judge

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self.rules.values(), KINDS)

    def assuming(self, overrides: Mapping[str, str]) -> "Law":
        """The same rules by other numbers."""
        return self._by(self.parameters.override(overrides))

    def as_known(self, day: date) -> "Law":
        """The same rules by the numbers that had been entered by a day; itself when none came later."""
        parameters = self.parameters.as_known(day)
        return self if parameters is self.parameters else self._by(parameters)

    def _by(self, parameters: Parameters) -> "Law":
        """By other numbers; the compiled rules are shared."""
        other = replace(self, parameters=parameters)
        vars(other)["_judge"] = self.judge
        return other

    def chosen(self, codes: Iterable[str] | None) -> frozenset[str]:
        """The codes of a run; RuleUnknown for one the catalogue does not have."""
        wanted = frozenset(self.rules if codes is None else codes)
        if unknown := sorted(wanted - self.rules.keys()):
            known = ", ".join(sorted(self.rules))
            raise RuleUnknown(f"there is no rule {', '.join(unknown)} in force; choose among {known}")
        return wanted

    def kinds(self, codes: Iterable[str]) -> frozenset[str]:
        """The fact kinds some rules and their blockers look at."""
        needed, pending = set(), list(codes)
        while pending:
            code = pending.pop()
            if code in self.rules and code not in needed:
                needed.add(code)
                pending += self.rules[code].blocked_by
        return frozenset(self.rules[code].fact for code in needed)


def _rule(rule: Rule) -> list[object]:
    return [
        rule.code,
        rule.version,
        rule.stage.value,
        rule.in_force.isoformat(),
        rule.identity,
        rule.blocked_by,
        [[grade.severity.value, to_text(grade.when)] for grade in rule.grades],
        to_text(rule.applies) if rule.applies else None,
        [rule.message.zh.text, rule.message.en.text],
    ]


def _numbers(parameters: Parameters) -> list[object]:
    listed: list[object] = []
    for key in parameters.keys:
        definition = parameters.definitions[key]
        regions = [(region, _series(series)) for region, series in sorted(definition.overrides.items())]
        listed.append([key, _series(definition.values), regions])
    return [listed, [[key, value.text] for key, value in sorted(parameters.assumed.items())]]


def _series(series: Series) -> list[object]:
    return [
        [day.isoformat(), value.text if value else None] for day, value in zip(series.days, series.values, strict=True)
    ]

"""Rules from their YAML files: everything a file says is checked when it is read, with file and key in the message."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from db.enums import RuleCategory, RuleStage, Severity
from rules.condition_text import ExpressionInvalid, parse
from rules.engine import MAX_CONJUNCTIONS
from rules.expression import Condition, disjuncts
from rules.fact import UNIT_TYPES, FactKind, FactType
from rules.rule import Basis, BasisMark, Grade, Rule
from rules.wording import Language, Sentence, Template, TemplateInvalid, Words, template
from rules.yaml_reader import YamlFault, read_mapping

CATALOGUE = Path(__file__).parent / "catalogue"

_CODE = re.compile(r"(DQ|DL|PT|CS|PM)-\d{2}-\d{2}")
_REQUIRED = frozenset(
    {"code", "version", "title", "article", "category", "stage", "in_force", "basis", "fact", "grades", "waivable"}
    | {"explanation", "lead", "message", "remedy"}
)
_OPTIONAL = frozenset({"identity", "applies", "requires", "blocked_by", "uses", "counterfactual", "why"})

Member = TypeVar("Member", bound=StrEnum)


class RuleFileInvalid(Exception):
    """A rule file says something that cannot be law; the message names file and key."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}, {key}: {problem}")
        self.key = key


def parameter_types(units: Mapping[str, str]) -> dict[str, FactType]:
    """Parameter key → fact type, from its unit; KeyError for a unit nobody can compare."""
    return {key: UNIT_TYPES[unit] for key, unit in units.items()}


def load_rules(directory: Path, kinds: Mapping[str, FactKind], parameter_units: Mapping[str, str]) -> dict[str, Rule]:
    """Every rule of a directory, sorted by code; RuleFileInvalid or YamlFault for the first thing wrong."""
    types = parameter_types(parameter_units)
    rules = {path.stem: read_rule(path, kinds, types) for path in sorted(directory.glob("*.yaml"))}
    for rule in rules.values():
        for code in rule.blocked_by:
            if code not in rules or not _may_block(rules[code]):
                raise RuleFileInvalid(f"{rule.code}.yaml", "blocked_by", f"{code} is no rule that can find BLOCKING")
        if rule.code in _blockers(rule.code, rules):
            raise RuleFileInvalid(f"{rule.code}.yaml", "blocked_by", "the rule waits for itself in a circle")
    return rules


def _may_block(rule: Rule) -> bool:
    return rule.severity is Severity.BLOCKING


def _blockers(code: str, rules: Mapping[str, Rule]) -> set[str]:
    found: set[str] = set()
    pending = list(rules[code].blocked_by)
    while pending:
        current = pending.pop()
        if current not in found and current in rules:
            found.add(current)
            pending += rules[current].blocked_by
    return found


def read_rule(path: Path, kinds: Mapping[str, FactKind], types: Mapping[str, FactType]) -> Rule:
    """One rule file, checked against fact kinds and parameters."""
    try:
        content = read_mapping(path)
    except YamlFault as fault:
        raise RuleFileInvalid(path.name, "file", str(fault)) from fault
    return _RuleFile(path, content, kinds, types).rule()


class _RuleFile:
    """One file while it is read; every method names the key it reads."""

    def __init__(
        self, path: Path, content: dict[Any, Any], kinds: Mapping[str, FactKind], types: Mapping[str, FactType]
    ) -> None:
        self._file = path.name
        self._stem = path.stem
        self._content = content
        self._types = types
        unknown = sorted(str(key) for key in content.keys() - _REQUIRED - _OPTIONAL)
        missing = sorted(_REQUIRED - content.keys())
        if unknown or missing:
            raise self._invalid(
                "keys", f"unknown: {', '.join(unknown) or 'none'}; missing: {', '.join(missing) or 'none'}"
            )
        name = self._text("fact")
        if name not in kinds:
            raise self._invalid("fact", f"there is no fact kind {name}; known are {', '.join(sorted(kinds))}")
        self._kind = kinds[name]

    def rule(self) -> Rule:
        rule = Rule(
            code=self._code(),
            version=self._version(),
            title=self._words("title"),
            article=self._list("article", least=1),
            category=self._member("category", RuleCategory),
            stage=self._member("stage", RuleStage),
            in_force=self._day("in_force"),
            basis=self._basis(),
            fact=self._kind.name,
            identity=self._fields("identity"),
            applies=self._applies(),
            requires=self._fields("requires"),
            blocked_by=self._list("blocked_by"),
            grades=self._grades(),
            waivable=self._flag("waivable"),
            explanation=self._flag("explanation"),
            lead=self._flag("lead"),
            uses=self._uses(),
            message=self._sentence("message"),
            remedy=self._words("remedy"),
            counterfactual=self._sentence("counterfactual") if "counterfactual" in self._content else None,
            why=self._words("why") if "why" in self._content else None,
            parameter_types=self._types,
        )
        self._check_whole(rule)
        return rule

    def _check_whole(self, rule: Rule) -> None:
        if rule.category.value != rule.code[:2]:
            raise self._invalid("category", f"{rule.category.value} is not the prefix of {rule.code}")
        ranks = [grade.severity.rank for grade in rule.grades]
        if any(lower >= higher for higher, lower in pairwise(ranks)):
            raise self._invalid("grades", "severities must strictly descend, the worst first")
        if rule.lead and rule.severity is Severity.BLOCKING:
            raise self._invalid("lead", "a lead is no conclusion and never exceeds RED")
        alternatives = sum(len(disjuncts(condition)) for condition in rule.conditions)
        if alternatives > MAX_CONJUNCTIONS:
            raise self._invalid("grades", f"{alternatives} alternatives; the engine is safe up to {MAX_CONJUNCTIONS}")

    def _code(self) -> str:
        code = self._text("code")
        if not _CODE.fullmatch(code) or code != self._stem:
            raise self._invalid("code", f"{code!r} must look like PT-12-01 and be the name of the file")
        return code

    def _version(self) -> int:
        version = self._content["version"]
        if type(version) is not int or version < 1:
            raise self._invalid("version", f"must be a whole number from 1, not {version!r}")
        return version

    def _day(self, key: str) -> date:
        day = self._content[key]
        if type(day) is not date:
            raise self._invalid(key, f"must be a day like 2024-01-01, not {day!r}")
        return day

    def _flag(self, key: str) -> bool:
        flag = self._content[key]
        if not isinstance(flag, bool):
            raise self._invalid(key, f"must be true or false, not {flag!r}")
        return flag

    def _text(self, key: str) -> str:
        return self._checked_text(key, self._content[key])

    def _checked_text(self, key: str, text: object) -> str:
        if not isinstance(text, str) or not text.strip():
            raise self._invalid(key, f"must be a text, not {text!r}")
        return text.strip()

    def _list(self, key: str, *, least: int = 0) -> tuple[str, ...]:
        listed = self._content.get(key, [])
        if not isinstance(listed, list) or len(listed) < least:
            raise self._invalid(key, f"must be a list of at least {least} texts, not {listed!r}")
        texts = tuple(self._checked_text(key, each) for each in listed)
        if len(set(texts)) != len(texts):
            raise self._invalid(key, "says one thing twice")
        return texts

    def _fields(self, key: str) -> tuple[str, ...]:
        names = self._list(key)
        for name in names:
            if name not in self._kind:
                raise self._invalid(key, f"fact {self._kind.name} has no field {name}")
        return names

    def _uses(self) -> tuple[str, ...]:
        keys = self._list("uses")
        for key in keys:
            if key not in self._types:
                raise self._invalid("uses", f"there is no parameter {key}")
        return keys

    def _member(self, key: str, kind: type[Member]) -> Member:
        return self._checked_member(key, self._content[key], kind)

    def _checked_member(self, key: str, value: Any, kind: type[Member]) -> Member:
        try:
            return kind(value)
        except ValueError as error:
            raise self._invalid(key, f"{value!r} is none of {', '.join(kind)}") from error

    def _mapping(self, key: str, content: object, keys: Iterable[str]) -> dict[str, Any]:
        wanted = set(keys)
        if not isinstance(content, dict) or set(content) != wanted:
            raise self._invalid(key, f"must have exactly {', '.join(sorted(wanted))}, not {content!r}")
        return content

    def _words(self, key: str) -> Words:
        return Words(*(self._both(key, lambda _, text: text)))

    def _sentence(self, key: str) -> Sentence:
        return Sentence(*(self._both(key, self._template)))

    def _both(self, key: str, read: Callable[[Language, str], Any]) -> list[Any]:
        content = self._mapping(key, self._content[key], list(Language))
        try:
            return [read(each, self._checked_text(f"{key}.{each}", content[each])) for each in Language]
        except TemplateInvalid as error:
            raise self._invalid(key, str(error)) from error

    def _template(self, language: Language, text: str) -> Template:
        return template(text, language, self._kind, self._types)

    def _basis(self) -> Basis:
        content = self._mapping("basis", self._content["basis"], ("mark", "note"))
        mark = self._checked_member("basis.mark", content["mark"], BasisMark)
        return Basis(mark, self._checked_text("basis.note", content["note"]))

    def _applies(self) -> Condition | None:
        return self._condition("applies", self._content["applies"]) if "applies" in self._content else None

    def _grades(self) -> tuple[Grade, ...]:
        listed = self._content["grades"]
        if not isinstance(listed, list) or not listed:
            raise self._invalid("grades", "must list at least one severity with its condition")
        grades = []
        for number, each in enumerate(listed, 1):
            content = self._mapping(f"grades[{number}]", each, ("severity", "when"))
            severity = self._checked_member(f"grades[{number}].severity", content["severity"], Severity)
            grades.append(Grade(severity, self._condition(f"grades[{number}].when", content["when"])))
        return tuple(grades)

    def _condition(self, key: str, text: object) -> Condition:
        try:
            return parse(self._checked_text(key, text), self._kind, self._types)
        except ExpressionInvalid as error:
            raise self._invalid(key, str(error)) from error

    def _invalid(self, key: str, problem: str) -> RuleFileInvalid:
        return RuleFileInvalid(self._file, key, problem)

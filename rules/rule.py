"""What a rule is: a legal basis, conditions by severity, and what to tell people, all of it data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from db.enums import RuleCategory, RuleStage, Severity
from rules.expression import Condition, all_of, fields, parameters
from rules.fact import FactType
from rules.wording import Sentence, Words


class BasisMark(StrEnum):
    """How far a rule is the regulation's own word."""

    STATED = "S"
    """规程原文."""
    INTERPRETED = "I"
    """Our reading, which an administrator may change."""
    LAW = "L"
    """Another rule of law, or published practice."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a rule comes from."""

    mark: BasisMark
    note: str


@dataclass(frozen=True, slots=True)
class Grade:
    """One severity of a rule and when it is reached."""

    severity: Severity
    when: Condition


@dataclass(frozen=True, slots=True)
class Rule:
    """One supervision rule, as its file in the catalogue says it."""

    code: str
    version: int
    title: Words
    article: tuple[str, ...]
    category: RuleCategory
    stage: RuleStage
    in_force: date
    basis: Basis
    fact: str
    """Name of the fact kind it judges."""
    identity: tuple[str, ...]
    """Fields that tell two findings about one subject and period apart."""
    applies: Condition | None
    requires: tuple[str, ...]
    """Fields that must be known although no condition reads them."""
    blocked_by: tuple[str, ...]
    """Rules whose blocking finding on the same subject leaves nothing sound to judge here."""
    grades: tuple[Grade, ...]
    """Highest severity first; the first that holds is the finding's."""
    waivable: bool
    explanation: bool
    """Whether the responsible unit owes an explanation."""
    lead: bool
    """线索, not a conclusion."""
    uses: tuple[str, ...]
    """Parameters that went into the facts' arithmetic rather than into the conditions."""
    message: Sentence
    remedy: Words
    counterfactual: Sentence | None
    why: Words | None
    parameter_types: Mapping[str, FactType]
    """Types of every parameter it names."""

    @property
    def severity(self) -> Severity:
        """The worst it can find."""
        return self.grades[0].severity

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Each grade's whole condition, applicability included, as the engine gets it."""
        return tuple(all_of(self.applies, grade.when) for grade in self.grades)

    @property
    def stamped(self) -> frozenset[str]:
        """Parameters its conditions compare with."""
        return frozenset(key for each in self.conditions for key in parameters(each))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter a finding of it cites, sorted."""
        cited = self.stamped | set(self.uses)
        for sentence in (self.message, self.counterfactual):
            cited |= sentence.parameters if sentence else frozenset()
        return tuple(sorted(cited))

    @property
    def needs(self) -> frozenset[str]:
        """Fields that must be known before it can be judged, once it applies."""
        read = frozenset(name for grade in self.grades for name in fields(grade.when))
        return read | set(self.requires) | set(self.identity)

    @property
    def evidence(self) -> frozenset[str]:
        """Fields a finding of it shows."""
        shown = self.needs | (fields(self.applies) if self.applies else frozenset())
        for sentence in (self.message, self.counterfactual):
            shown |= sentence.fields if sentence else frozenset()
        return shown

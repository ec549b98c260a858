"""The account of a run: for every rule, what became of every fact it looks at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_FAILURES = 10
"""Messages of failures kept for one rule; they are counted all the same."""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One rule's account: everything but `fired`, which is part of `evaluated`, adds up to `facts`."""

    rule_code: str
    evaluated: int
    """Judged to the end, whether it fired or not."""
    fired: int
    not_applicable: int
    missing_facts: int
    blocked: int
    """Not judged, because a blocking finding on the same subject leaves nothing sound to judge."""
    failed: int
    missing: Mapping[str, int]
    """Field or parameter key → facts that could not be judged for want of it."""
    failures: tuple[str, ...]

    @property
    def facts(self) -> int:
        """How many facts the rule looked at."""
        return self.evaluated + self.not_applicable + self.missing_facts + self.blocked + self.failed


@dataclass(frozen=True, slots=True)
class Receipt:
    """Every rule of a run, sorted by code, also those that had nothing to look at."""

    lines: tuple[ReceiptLine, ...]

    def line(self, code: str) -> ReceiptLine:
        """One rule's; KeyError when it was not part of the run."""
        for line in self.lines:
            if line.rule_code == code:
                return line
        raise KeyError(code)

    @property
    def sound(self) -> bool:
        """Whether nothing failed: only then may a filing be transmitted on it."""
        return not any(line.failed for line in self.lines)


@dataclass(slots=True)
class Tally:
    """A receipt line while it is counted."""

    code: str
    evaluated: int = 0
    fired: int = 0
    not_applicable: int = 0
    missing_facts: int = 0
    blocked: int = 0
    failed: int = 0
    names: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def miss(self, names: tuple[str, ...]) -> None:
        """One fact could not be judged for want of these."""
        self.missing_facts += 1
        self.names.update(names)

    def fail(self, message: str) -> None:
        """One fact made the machinery fail."""
        self.failed += 1
        if len(self.failures) < MAX_FAILURES:
            self.failures.append(message)

    def line(self) -> ReceiptLine:
        """The finished account."""
        return ReceiptLine(
            rule_code=self.code,
            evaluated=self.evaluated,
            fired=self.fired,
            not_applicable=self.not_applicable,
            missing_facts=self.missing_facts,
            blocked=self.blocked,
            failed=self.failed,
            missing=dict(sorted(self.names.items())),
            failures=tuple(self.failures),
        )

"""What a rule found: who, what, by which numbers and papers, and an identity that survives re-runs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from db.enums import Line, Severity, SubjectKind
from db.types import Period
from rules.fact import Fact, Scalar
from rules.wording import Words


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value the finding rests on, written without language; `unit` is one of EVIDENCE_UNITS."""

    field: str
    label: Words
    value: str
    unit: str
    document_id: int | None


@dataclass(frozen=True, slots=True)
class CitedParameter:
    """One dated number the finding rests on; `region` is the division prefix that overrode the nation's."""

    key: str
    value: str
    unit: str
    reference: str
    valid_from: date
    region: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of one rule by one subject; kept as JSON while it stands."""

    key: str
    rule_code: str
    rule_version: int
    severity: Severity
    trial: bool
    """Found by a rule that is not active yet: it binds nobody."""
    lead: bool
    subject_kind: SubjectKind
    subject_id: int
    division_id: int
    line: Line | None
    period: Period | None
    responsible_unit_id: int | None
    message: Words
    counterfactual: Words | None
    evidence: tuple[Evidence, ...]
    parameters: tuple[CitedParameter, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; dates are ISO, the quarter is `2026Q3`."""
        content = asdict(self)
        content["period"] = self.period.code if self.period else None
        for parameter in content["parameters"]:
            parameter["valid_from"] = parameter["valid_from"].isoformat()
        content["evidence"] = list(content["evidence"])
        content["parameters"] = list(content["parameters"])
        return content

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        read = dict(content)
        read["severity"] = Severity(content["severity"])
        read["subject_kind"] = SubjectKind(content["subject_kind"])
        read["line"] = Line(content["line"]) if content["line"] else None
        read["period"] = Period.parse(content["period"]) if content["period"] else None
        read["message"] = Words(**content["message"])
        read["counterfactual"] = Words(**content["counterfactual"]) if content["counterfactual"] else None
        read["evidence"] = tuple(Evidence(**{**each, "label": Words(**each["label"])}) for each in content["evidence"])
        read["parameters"] = tuple(
            CitedParameter(**{**each, "valid_from": date.fromisoformat(each["valid_from"])})
            for each in content["parameters"]
        )
        return cls(**read)


def finding_key(code: str, subject_kind: SubjectKind, fact: Fact, identity: Mapping[str, Scalar]) -> str:
    """The same 32 hex digits on every run for the same breach: amounts and severities are no part of it."""
    discriminating = {
        "rule": code,
        "subject": [subject_kind.value, fact.subject_id],
        "period": fact.period.ordinal if fact.period else None,
        "discriminator": fact.discriminator,
        "identity": dict(identity),
    }
    canonical = json.dumps(discriminating, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]

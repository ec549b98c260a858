"""Sentences of the law in both languages: templates over facts and parameters, and how a value is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from string import Formatter

from db.types import Period, quantity, wan_text, yuan_text
from rules.expression import FieldName, ParameterKey, Reference
from rules.fact import FactKind, FactType, Field, Scalar


class Language(StrEnum):
    """Languages every text of the law exists in."""

    ZH = "zh"
    EN = "en"


UNKNOWN = {Language.ZH: "未填", Language.EN: "not stated"}
"""Written for a value a message mentions but no rule needed."""
_YES_NO = {Language.ZH: ("否", "是"), Language.EN: ("no", "yes")}

EVIDENCE_UNITS: Mapping[FactType, str] = {
    FactType.MONEY: "yuan",
    FactType.RATE: "percent",
    FactType.COUNT: "count",
    FactType.DAYS: "days",
    FactType.DATE: "date",
    FactType.QUANTITY: "quantity",
    FactType.TEXT: "text",
    FactType.BOOL: "flag",
    FactType.PERIOD: "quarter",
}


class TemplateInvalid(Exception):
    """A text mentions what it cannot know, or is written in a way that cannot be read."""


def percent_text(bp: int) -> str:
    """Basis points as a number of percent without trailing zeros: `1250` → `12.5`."""
    value = Decimal(bp).scaleb(-2).normalize()
    return f"{value:f}"


def plain_text(kind: FactType, value: Scalar) -> str:
    """A value without language or unit, as evidence keeps it; EVIDENCE_UNITS names the unit."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    match kind:
        case FactType.MONEY:
            return yuan_text(value)
        case FactType.RATE:
            return percent_text(value)
        case FactType.DATE:
            return date.fromordinal(value).isoformat()
        case FactType.PERIOD:
            return Period.from_ordinal(value).code
        case FactType.QUANTITY:
            return f"{quantity(value):f}"
        case _:
            return str(value)


def value_text(kind: FactType, value: Scalar, language: Language, labels: Mapping[str, tuple[str, str]]) -> str:
    """A value inside a sentence; days and counts are bare numbers, the sentence names what is counted."""
    if isinstance(value, bool):
        return _YES_NO[language][value]
    if isinstance(value, str):
        return labels.get(value, (value, value))[list(Language).index(language)]
    if kind is FactType.MONEY:
        return f"{wan_text(value)}万元" if language is Language.ZH else f"{Decimal(yuan_text(value)):,} yuan"
    if kind is FactType.RATE:
        return f"{percent_text(value)}%"
    return plain_text(kind, value)


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence with places for values, in one language."""

    text: str
    language: Language
    parts: tuple[str | Reference, ...]

    @property
    def fields(self) -> frozenset[str]:
        """Names of the facts it mentions."""
        return frozenset(part.name for part in self.parts if isinstance(part, FieldName))

    @property
    def parameters(self) -> frozenset[str]:
        """Keys of the parameters it mentions."""
        return frozenset(part.key for part in self.parts if isinstance(part, ParameterKey))

    def render(self, values: Mapping[str, Scalar], kind: FactKind, parameter_types: Mapping[str, FactType]) -> str:
        """The sentence for these values (fields and stamped parameters)."""
        return "".join(
            part if isinstance(part, str) else self._written(part, values, kind, parameter_types) for part in self.parts
        )

    def _written(
        self,
        reference: Reference,
        values: Mapping[str, Scalar],
        kind: FactKind,
        parameter_types: Mapping[str, FactType],
    ) -> str:
        if reference.name not in values:
            return UNKNOWN[self.language]
        value = values[reference.name]
        if isinstance(reference, ParameterKey):
            return value_text(parameter_types[reference.key], value, self.language, {})
        field: Field = kind[reference.name]
        return value_text(field.type, value, self.language, field.labels)


_PLACE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


def template(text: str, language: Language, kind: FactKind, parameter_types: Mapping[str, FactType]) -> Template:
    """A text with `{field}` and `{parameter.key}` places, checked; TemplateInvalid names the place."""
    parts: list[str | Reference] = []
    try:
        pieces = list(Formatter().parse(text))
    except ValueError as error:
        raise TemplateInvalid(f"{text!r}: {error}; a brace that is meant is written twice") from error
    for literal, name, form, conversion in pieces:
        if literal:
            parts.append(literal)
        if name is None:
            continue
        if form or conversion or not _PLACE.fullmatch(name):
            raise TemplateInvalid(f"{text!r}: {{{name}}} must be a plain field or parameter key")
        parts.append(_place(text, name, kind, parameter_types))
    return Template(text, language, tuple(parts))


def _place(text: str, name: str, kind: FactKind, parameter_types: Mapping[str, FactType]) -> Reference:
    if name in kind:
        return FieldName(name)
    if name in parameter_types:
        return ParameterKey(name)
    raise TemplateInvalid(f"{text!r}: {{{name}}} is neither a field of {kind.name} nor a parameter")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing said in both languages."""

    zh: Template
    en: Template

    @property
    def fields(self) -> frozenset[str]:
        """Names of the facts it mentions in either language."""
        return self.zh.fields | self.en.fields

    @property
    def parameters(self) -> frozenset[str]:
        """Keys of the parameters it mentions in either language."""
        return self.zh.parameters | self.en.parameters


@dataclass(frozen=True, slots=True)
class Words:
    """A fixed text in both languages."""

    zh: str
    en: str

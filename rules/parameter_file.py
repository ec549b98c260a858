"""Reads and checks the dated YAML files of the parameters; nothing wrong gets past start-up."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from rules.unit import Fact, Native, Unit, UnitMismatch
from rules.yaml_reader import YamlFault, read_mapping

_Member = TypeVar("_Member", bound=StrEnum)
_REGION = re.compile(r"\d{2}|\d{4}|\d{6}|[A-Z][0-9A-Z]{5}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FIELDS = frozenset(
    {
        "description",
        "unit",
        "basis",
        "tightens",
        "values",
        "overrides",
        "pattern",
        "minimum",
        "maximum",
        "last_value_still_valid_on",
    }
)
_OVERLAY_FIELDS = frozenset({"values", "overrides"})


class ParameterFault(Exception):
    """Something is wrong with a parameter; the message is a sentence for the person who can mend it."""


class ParameterFileInvalid(ParameterFault):
    """A parameter file breaks the rules of its format."""


class Basis(StrEnum):
    """Where a number comes from: the regulation's words, our reading, or another rule or practice."""

    STATED = "S"
    INTERPRETED = "I"
    LAW = "L"


class Tightens(StrEnum):
    """In which direction a changed value is stricter; false counts as lower than true."""

    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """One dated value with the reference it rests on; `fact_value` is in fen, basis points or counts."""

    key: str
    value: Native
    fact_value: Fact
    text: str
    unit: Unit
    reference: str
    valid_from: date
    region: str | None

    @classmethod
    def of(
        cls, key: str, unit: Unit, value: Native, *, reference: str, valid_from: date, region: str | None
    ) -> "ParameterValue":
        """With the engine's value and the text worked out from the native one."""
        return cls(key, value, unit.fact(value), unit.text(value), unit, reference, valid_from, region)

    @property
    def number(self) -> int:
        """The engine's integer; TypeError for a flag or a text."""
        if isinstance(self.fact_value, int) and not isinstance(self.fact_value, bool):
            return self.fact_value
        raise TypeError(f"parameter {self.key} is a {self.unit.value}, not a number")

    @property
    def flag(self) -> bool:
        """The truth value; TypeError for anything but a flag."""
        if isinstance(self.fact_value, bool):
            return self.fact_value
        raise TypeError(f"parameter {self.key} is a {self.unit.value}, not a flag")


_ENTRY_FIELDS = frozenset({"value", "reference", "recorded"})


@dataclass(frozen=True, slots=True)
class Series:
    """Dated values in ascending order; None ends a value.

    `recorded` is the day a value was entered where that is later than the release it came with: an answer as known
    before that day does without it.
    """

    days: tuple[date, ...]
    values: tuple[ParameterValue | None, ...]
    recorded: tuple[date | None, ...] = ()

    def as_known(self, day: date) -> "Series":
        """Without what was entered later."""
        if all(entered is None or entered <= day for entered in self.recorded):
            return self
        kept = [i for i, entered in enumerate(self.recorded) if entered is None or entered <= day]
        return Series(
            tuple(self.days[i] for i in kept),
            tuple(self.values[i] for i in kept),
            tuple(self.recorded[i] for i in kept),
        )


@dataclass(frozen=True, slots=True)
class ParameterDefinition:
    """What a parameter is, and all its values."""

    key: str
    file: Path
    description_zh: str
    description_en: str
    unit: Unit
    basis: Basis
    tightens: Tightens | None
    pattern: str | None
    minimum: int | None
    maximum: int | None
    last_value_still_valid_on: date | None
    values: Series
    overrides: dict[str, Series]

    def as_known(self, day: date) -> "ParameterDefinition":
        """Without what was entered later; itself when nothing was."""
        values = self.values.as_known(day)
        overrides = {region: series.as_known(day) for region, series in self.overrides.items()}
        if values is self.values and all(overrides[region] is self.overrides[region] for region in overrides):
            return self
        return replace(self, values=values, overrides=overrides)


def read_directory(folder: Path, definitions: dict[str, ParameterDefinition]) -> None:
    """Adds every `<chapter>/<name>.yaml` of a folder; a known key is extended, never redefined."""
    if not folder.is_dir():
        raise ParameterFileInvalid(f"{folder}: there is no such folder of parameters. Correct the setting.")
    for path in sorted(folder.rglob("*.y*ml")):
        key = _key(path.relative_to(folder), path)
        try:
            fields = read_mapping(path)
        except YamlFault as fault:
            raise ParameterFileInvalid(f"{key}: {fault}") from fault
        definitions[key] = _Reader(key, path).read(fields, definitions.get(key))


def check_value(value: Native, definition: ParameterDefinition) -> None:
    """UnitMismatch when a value is outside what the file allows."""
    if isinstance(value, str):
        if definition.pattern is not None and not re.fullmatch(definition.pattern, value):
            raise UnitMismatch(f"the text {value!r} does not have the form {definition.pattern}")
        return
    if definition.minimum is not None and value < definition.minimum:
        raise UnitMismatch(f"the least value allowed is {definition.minimum}, not {value}")
    if definition.maximum is not None and value > definition.maximum:
        raise UnitMismatch(f"the greatest value allowed is {definition.maximum}, not {value}")


def _key(relative: Path, path: Path) -> str:
    parts = (*relative.parent.parts, relative.stem)
    if len(parts) != 2 or relative.suffix != ".yaml" or not all(_NAME.fullmatch(part) for part in parts):
        raise ParameterFileInvalid(
            f"{path}: a parameter lives in <chapter>/<name>.yaml, in small letters, digits and underscores."
        )
    return ".".join(parts)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One file being read: keeps key and path at hand for messages."""

    key: str
    path: Path

    def read(self, fields: dict[Any, Any], known: ParameterDefinition | None) -> ParameterDefinition:
        allowed = _FIELDS if known is None else _OVERLAY_FIELDS
        if unknown := sorted(str(field) for field in set(fields) - allowed):
            hint = "" if known is None else f"; {known.file} defines this key, so an overlay may only add dated values"
            raise self.fault(f"unexpected field {', '.join(unknown)} (allowed: {', '.join(sorted(allowed))}){hint}")
        definition = known or self.head(fields)
        values = self.series(fields.get("values"), definition, None)
        if known is None and not values.days:
            raise self.fault("has no values; give at least one dated value, null where the law is silent")
        overrides = fields.get("overrides") or {}
        if not isinstance(overrides, dict):
            raise self.fault("overrides must map a region code to dated values")
        merged = dict(definition.overrides)
        for region, dated in overrides.items():
            code = self.region(region)
            series = self.series(dated, definition, code)
            merged[code] = self.joined(merged[code], series) if code in merged else series
        return replace(definition, values=self.joined(definition.values, values), overrides=merged)

    def head(self, fields: dict[Any, Any]) -> ParameterDefinition:
        """Everything but the values."""
        description = fields.get("description")
        if not isinstance(description, dict) or not all(
            _filled(description.get(language)) for language in ("zh", "en")
        ):
            raise self.fault("description needs a text in zh and one in en")
        checked = fields.get("last_value_still_valid_on")
        if checked is not None and not isinstance(checked, date):
            raise self.fault(f"last_value_still_valid_on must be a date, not {checked!r}")
        return ParameterDefinition(
            key=self.key,
            file=self.path,
            description_zh=description["zh"],
            description_en=description["en"],
            unit=self.member(Unit, "unit", fields.get("unit")),
            basis=self.member(Basis, "basis", fields.get("basis")),
            tightens=None if fields.get("tightens") is None else self.member(Tightens, "tightens", fields["tightens"]),
            pattern=self.expression(fields.get("pattern")),
            minimum=self.bound(fields, "minimum"),
            maximum=self.bound(fields, "maximum"),
            last_value_still_valid_on=checked,
            values=Series((), ()),
            overrides={},
        )

    def series(self, dated: object, definition: ParameterDefinition, region: str | None) -> Series:
        """Dated values, checked to ascend."""
        if dated is None:
            return Series((), ())
        where = f"region {region}" if region else "values"
        if not isinstance(dated, dict):
            raise self.fault(f"{where}: expected dates with values, found {dated!r}")
        days: list[date] = []
        values: list[ParameterValue | None] = []
        recorded: list[date | None] = []
        for day, entry in dated.items():
            if type(day) is not date:
                raise self.fault(f"{where}: {day!r} is not a date like 2021-01-01")
            if days and day <= days[-1]:
                raise self.fault(f"{where}: the dates must ascend, but {day} follows {days[-1]}")
            days.append(day)
            values.append(self.value(entry, definition, region, day))
            recorded.append(self.recorded(entry, where, day))
        return Series(tuple(days), tuple(values), tuple(recorded))

    def recorded(self, entry: object, where: str, day: date) -> date | None:
        """The optional day a value was entered."""
        entered = entry.get("recorded") if isinstance(entry, dict) else None
        if entered is not None and type(entered) is not date:
            raise self.fault(f"{where}, {day}: recorded must be a date like 2026-01-01, not {entered!r}")
        return entered

    def value(
        self, entry: object, definition: ParameterDefinition, region: str | None, day: date
    ) -> ParameterValue | None:
        """One `{value, reference}`; null needs a reference too, except where it only ends an override."""
        where = f"{f'region {region}, ' if region else ''}{day}"
        if not isinstance(entry, dict) or "value" not in entry or set(entry) - _ENTRY_FIELDS:
            raise self.fault(f"{where}: expected {{value: …, reference: …}}, found {entry!r}")
        reference = entry.get("reference")
        ends_override = region is not None and entry["value"] is None and reference is None
        if not ends_override and not _filled(reference):
            raise self.fault(f"{where}: the reference is missing; name the document and article the value rests on")
        if entry["value"] is None:
            return None
        try:
            value = definition.unit.native(entry["value"])
            check_value(value, definition)
        except UnitMismatch as mismatch:
            raise self.fault(f"{where}: {mismatch}") from mismatch
        return ParameterValue.of(
            self.key, definition.unit, value, reference=str(reference), valid_from=day, region=region
        )

    def joined(self, old: Series, new: Series) -> Series:
        """An overlay adds dates after those already given, so that history cannot be rewritten."""
        if old.days and new.days and new.days[0] <= old.days[-1]:
            raise self.fault(
                f"the value of {new.days[0]} must be dated after {old.days[-1]}, the last one given so far"
            )
        return Series(old.days + new.days, old.values + new.values, old.recorded + new.recorded)

    def region(self, code: object) -> str:
        if isinstance(code, str) and _REGION.fullmatch(code):
            return code
        raise self.fault(
            f"region {code!r} must be a quoted string of exactly 2, 4 or 6 digits, "
            "or six characters starting with a capital letter"
        )

    def member(self, kind: type[_Member], field: str, raw: object) -> _Member:
        try:
            return kind(str(raw))
        except ValueError:
            raise self.fault(f"{field} is one of {', '.join(kind)}, not {raw!r}") from None

    def expression(self, raw: object) -> str | None:
        try:
            re.compile(str(raw))
        except re.error as error:
            raise self.fault(f"pattern {raw!r} is no regular expression: {error}") from error
        return None if raw is None else str(raw)

    def bound(self, fields: dict[Any, Any], field: str) -> int | None:
        raw = fields.get(field)
        if raw is None or type(raw) is int:
            return raw
        raise self.fault(f"{field} must be a whole number, not {raw!r}")

    def fault(self, message: str) -> ParameterFileInvalid:
        return ParameterFileInvalid(f"{self.path}: parameter {self.key}: {message}.")


def _filled(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())

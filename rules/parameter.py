"""The numbers of the law: each dated, with the reference it rests on, and overridden by region where a region may."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rules.parameter_file import (
    ParameterDefinition,
    ParameterFault,
    ParameterFileInvalid,
    ParameterValue,
    Series,
    check_value,
    read_directory,
)
from rules.unit import UnitMismatch

__all__ = [
    "ParameterDefinition",
    "ParameterFault",
    "ParameterFileInvalid",
    "ParameterNotInForce",
    "ParameterUnknown",
    "ParameterValue",
    "ParameterValueInvalid",
    "Parameters",
    "RegionInvalid",
]

DIRECTORY = Path(__file__).parent / "parameters"
WHAT_IF = "假设值，仅用于本次试算 / what-if value, for this trial run only"
_STANDARD = re.compile(r"\d{6}")
_WIDTHS = (6, 4, 2)


class ParameterUnknown(ParameterFault):
    """No file defines the key."""


class ParameterNotInForce(ParameterFault):
    """The key is defined but has no value for this day and region."""


class ParameterValueInvalid(ParameterFault):
    """A what-if text cannot be a value of the parameter."""


class RegionInvalid(ParameterFault):
    """A numeric region that is not a six-digit division code."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every parameter, asked by key, day and region."""

    definitions: Mapping[str, ParameterDefinition]
    assumed: Mapping[str, ParameterValue]

    @classmethod
    def load(cls, directory: Path | None = None, *, extra: Iterable[Path] = ()) -> "Parameters":
        """Reads the files of the law, then overlays in order; ParameterFileInvalid names file and key."""
        definitions: dict[str, ParameterDefinition] = {}
        for folder in (directory or DIRECTORY, *extra):
            read_directory(folder, definitions)
        return cls(definitions, {})

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, sorted."""
        return tuple(sorted(self.definitions))

    def definition(self, key: str) -> ParameterDefinition:
        """What the parameter is; ParameterUnknown when no file defines it."""
        try:
            return self.definitions[key]
        except KeyError:
            raise ParameterUnknown(
                f"There is no parameter {key!r}. Use one of the keys listed by the rules query."
            ) from None

    def at(self, key: str, day: date, region: str | None = None) -> ParameterValue:
        """The value in force; ParameterUnknown, ParameterNotInForce or RegionInvalid otherwise."""
        value = self.find(key, day, region)
        if value is None:
            place = f"division {region}" if region else "the nation"
            raise ParameterNotInForce(
                f"Parameter {key} has no value in force on {day} for {place}. "
                f"Add a value dated on or before that day, with its reference, to {self.definitions[key].file}."
            )
        return value

    def find(self, key: str, day: date, region: str | None = None) -> ParameterValue | None:
        """As `at`, but None where the law is silent: for rules that then do not apply."""
        definition = self.definition(key)
        if key in self.assumed:
            return replace(self.assumed[key], valid_from=day)
        for prefix in _prefixes(region) if definition.overrides else ():
            series = definition.overrides.get(prefix)
            value = _last(series, day) if series else None
            if value is not None:
                return value
        return _last(definition.values, day)

    def override(self, texts: Mapping[str, str]) -> "Parameters":
        """A copy in which some keys have one assumed value for every day and region."""
        assumed = dict(self.assumed)
        for key, text in texts.items():
            assumed[key] = _assume(self.definition(key), text)
        return Parameters(self.definitions, assumed)

    def as_known(self, day: date) -> "Parameters":
        """Without values that were entered after a day, whenever they took force; itself when there are none."""
        definitions = {key: definition.as_known(day) for key, definition in self.definitions.items()}
        if all(known is self.definitions[key] for key, known in definitions.items()):
            return self
        return Parameters(definitions, self.assumed)

    def history(self, key: str) -> tuple[ParameterValue, ...]:
        """Every value ever dated, the nation's first, then by region; gaps (null) are left out."""
        definition = self.definition(key)
        every: list[Series] = [definition.values, *(definition.overrides[r] for r in sorted(definition.overrides))]
        return tuple(value for series in every for value in series.values if value is not None)


def _assume(definition: ParameterDefinition, text: str) -> ParameterValue:
    try:
        value = definition.unit.parse(text)
        check_value(value, definition)
    except UnitMismatch as mismatch:
        raise ParameterValueInvalid(
            f"{text!r} cannot be a value of {definition.key} ({definition.unit.value}): {mismatch}."
        ) from mismatch
    return ParameterValue.of(
        definition.key, definition.unit, value, reference=WHAT_IF, valid_from=date.min, region=None
    )


def _prefixes(region: str | None) -> Sequence[str]:
    """Most specific first; a code outside GB/T 2260 (XPCC, functional zones) matches only itself."""
    if region is None:
        return ()
    if _STANDARD.fullmatch(region):
        return [region[:width] for width in _WIDTHS]
    if region.isdigit():
        raise RegionInvalid(f"A region is a division code of six digits, not {region!r}.")
    return (region,)


def _last(series: Series, day: date) -> ParameterValue | None:
    position = bisect_right(series.days, day)
    return series.values[position - 1] if position else None

"""The supervision rules of the nation, one file each; loaded once and checked against facts and parameters."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from rules.facts import KINDS
from rules.parameter import Parameters
from rules.rule import Rule
from rules.rule_file import CATALOGUE, load_rules


@cache
def national_parameters() -> Parameters:
    """The parameters the package brings; ParameterFileInvalid when a file is wrong."""
    return Parameters.load()


@cache
def national() -> Mapping[str, Rule]:
    """Every rule by code; RuleFileInvalid when a file is wrong."""
    definitions = national_parameters().definitions
    units = {key: definition.unit.value for key, definition in definitions.items()}
    return MappingProxyType(load_rules(CATALOGUE, KINDS, units))

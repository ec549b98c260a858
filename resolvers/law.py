"""The law as loaded at start-up: parameters, calendars and the national rules, with due dates remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from db.types import Period
from resolvers.refusal import BadRequest
from rules.calendar import Calendars
from rules.deadline import Deadline, filing_deadline
from rules.parameter import ParameterFault, Parameters
from rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Law:
    """What every request judges by."""

    parameters: Parameters
    calendars: Calendars
    rules: Mapping[str, Rule]
    _due: dict[tuple[Period, str], Deadline | None] = field(default_factory=dict)

    def filing_deadline(self, period: Period, division_code: str) -> Deadline:
        """When a quarter's filing is due; raises BadRequest before the regulation was in force."""
        found = self.filing_due(period, division_code)
        if found is None:
            raise BadRequest(
                f"{period.code} 的填报期限早于规程施行, 无法计算",
                f"{period.code} lies before the regulation came into force; ask for a later quarter",
            )
        return found

    def filing_due(self, period: Period, division_code: str) -> Deadline | None:
        """The same, None where there is no deadline."""
        slot = (period, division_code)
        if slot not in self._due:
            try:
                self._due[slot] = filing_deadline(period, division_code, self.calendars, self.parameters)
            except ParameterFault:
                self._due[slot] = None
        return self._due[slot]

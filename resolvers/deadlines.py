"""Due dates of quarterly filings, computed once for a quarter and province and remembered."""

from dataclasses import dataclass, field

from db.types import Period
from resolvers.refusal import BadRequest
from rules.deadline import Deadline, filing_deadline
from rules.law import Law
from rules.parameter import ParameterFault


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Due dates by one release of the law."""

    law: Law
    _due: dict[tuple[Period, str], Deadline | None] = field(default_factory=dict)

    def filing(self, period: Period, division_code: str) -> Deadline | None:
        """When a quarter's filing is due; None before the regulation was in force."""
        slot = (period, division_code)
        if slot not in self._due:
            try:
                self._due[slot] = filing_deadline(period, division_code, self.law.calendars, self.law.parameters)
            except ParameterFault:
                self._due[slot] = None
        return self._due[slot]

    def filing_or_refuse(self, period: Period, division_code: str) -> Deadline:
        """The same; raises BadRequest where there is no deadline."""
        found = self.filing(period, division_code)
        if found is None:
            raise BadRequest(
                f"{period.code} 的填报期限早于规程施行, 无法计算",
                f"{period.code} lies before the regulation came into force; ask for a later quarter",
            )
        return found

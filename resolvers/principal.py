"""Who is asking."""

from dataclasses import dataclass
from datetime import date

from db.enums import Level, Line, Role
from db.scope import Scope

BULK_FIRST = 1_000
PLAIN_FIRST = 100
BULK_ROLES = frozenset({Role.MINISTRY, Role.INSPECTOR, Role.PROVINCE})


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in account: its post and what it may see."""

    account_id: int
    name: str
    role: Role
    division_id: int
    division_code: str
    level: Level
    lines: frozenset[Line] = frozenset()
    held_on: date | None = None
    """The day before its division gained land that nobody has attested yet."""

    def scope(self, day: date) -> Scope:
        """Row scope by the divisions of a day."""
        return Scope(
            division_id=self.division_id,
            code=self.division_code,
            national=self.level is Level.NATION,
            day=day,
            lines=self.lines,
            held_on=self.held_on,
        )

    @property
    def max_first(self) -> int:
        """The longest page this caller may ask for."""
        return BULK_FIRST if self.role in BULK_ROLES else PLAIN_FIRST

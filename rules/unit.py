"""Units of parameters: what a value may look like, and the integer the engine compares."""

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum

from db.types import FEN_PER_WAN, FEN_PER_YUAN

Native = int | str | bool | Decimal
"""A value as people set it: int; Decimal for money; bool for a flag; str for text."""

Fact = int | str | bool
"""A value as the engine compares it: fen, basis points, counts; flags and text stay what they are."""

_DIGITS = re.compile(r"\d{1,15}")
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,6})?")
_FLAGS = {"true": True, "false": False, "是": True, "否": False}


class UnitMismatch(Exception):
    """A value cannot be of its unit; the message says what the unit takes."""


class Unit(StrEnum):
    """What a parameter counts."""

    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    QUARTERS = "quarters"
    COUNT = "count"
    POINTS = "points"
    PERCENT = "percent"
    PERMILLE = "permille"
    BP = "bp"
    YUAN = "yuan"
    WAN_YUAN = "wan_yuan"
    FLAG = "flag"
    TEXT = "text"

    @property
    def factor(self) -> int:
        """Engine units (fen, basis points, or the thing counted) in one of this unit."""
        return _FACTORS.get(self, 1)

    @property
    def monetary(self) -> bool:
        """Whether it is an amount of money, which may have a fraction."""
        return self in {Unit.YUAN, Unit.WAN_YUAN}

    def native(self, raw: object) -> Native:
        """A value read from YAML, checked; UnitMismatch when the type is wrong (a float always is)."""
        if self is Unit.FLAG:
            if isinstance(raw, bool):
                return raw
            raise UnitMismatch(f"a flag is true or false, not {raw!r}")
        if self is Unit.TEXT:
            if isinstance(raw, str):
                return raw
            raise UnitMismatch(f"a text must be quoted, but {raw!r} is read as {type(raw).__name__}")
        if self.monetary and isinstance(raw, str):
            return self.parse(raw)
        if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
            return Decimal(raw) if self.monetary else raw
        wanted = "a whole number, or a quoted decimal" if self.monetary else "a whole number"
        raise UnitMismatch(f"{self.value} takes {wanted} of at least 0, not {raw!r}")

    def parse(self, text: str) -> Native:
        """A value typed by a person; full-width digits are read, UnitMismatch otherwise."""
        if self is Unit.TEXT:
            return text
        plain = unicodedata.normalize("NFKC", text).strip().lower()
        if self is Unit.FLAG:
            if plain in _FLAGS:
                return _FLAGS[plain]
            raise UnitMismatch(f"a flag is true or false, not {text!r}")
        if self.monetary:
            return self._money(plain, text)
        if not _DIGITS.fullmatch(plain):
            raise UnitMismatch(f"{self.value} takes a whole number without sign or unit, not {text!r}")
        return int(plain)

    def _money(self, plain: str, text: str) -> Decimal:
        if not _AMOUNT.fullmatch(plain):
            raise UnitMismatch(f"{self.value} takes an amount in digits like 0.01, not {text!r}")
        amount = Decimal(plain)
        if amount * self.factor != (amount * self.factor).to_integral_value():
            raise UnitMismatch(f"{text!r} {self.value} is not a whole number of fen")
        return amount

    def fact(self, value: Native) -> Fact:
        """The engine's value: yuan and 万元 in fen, shares in basis points, everything else as it is."""
        if isinstance(value, (bool, str)):
            return value
        return int(value * self.factor)

    def text(self, value: Native) -> str:
        """The value as it is typed: `15`, `0.01`, `true`."""
        if isinstance(value, bool):
            return str(value).lower()
        return f"{value:f}" if isinstance(value, Decimal) else str(value)


_FACTORS = {
    Unit.POINTS: 100,
    Unit.PERCENT: 100,
    Unit.PERMILLE: 10,
    Unit.YUAN: FEN_PER_YUAN,
    Unit.WAN_YUAN: FEN_PER_WAN,
}

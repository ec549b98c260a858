"""A change of divisions as somebody wants it: what will be, what ceases, and where territory goes."""

from dataclasses import dataclass
from datetime import date

from db.enums import DivisionChangeType, DivisionKind, Level
from db.models.division import WHOLE_BP


@dataclass(frozen=True, slots=True)
class NodeDraft:
    """What a division will be from the day on."""

    code: str
    name: str
    type_name: str
    level: Level
    admin_parent: str
    fund_parent: str
    kind: DivisionKind = DivisionKind.STANDARD
    separately_planned: bool = False


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """Territory of the old code goes to the new one; without an old code it is new land."""

    old_code: str | None
    new_code: str
    share_bp: int | None = None
    partial: bool = False

    @property
    def known_bp(self) -> int | None:
        """The share as stated; the whole where it is not a part."""
        return self.share_bp if self.partial else WHOLE_BP


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    """One change."""

    change_type: DivisionChangeType
    title: str
    document_number: str
    effective_on: date
    division: str
    """Everything touched lies in it, before and after."""
    nodes: tuple[NodeDraft, ...]
    moves: tuple[MoveDraft, ...]
    closes: tuple[str, ...] = ()
    document: str | None = None
    """Code of the document, where the record has it."""

    def moves_from(self, code: str) -> tuple[MoveDraft, ...]:
        """Where the territory of a code goes."""
        return tuple(move for move in self.moves if move.old_code == code)

    @property
    def old_codes(self) -> tuple[str, ...]:
        """Every code whose land, name or life the change touches before the day, each once."""
        named = (*self.closes, *(move.old_code for move in self.moves if move.old_code is not None))
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be done as drafted; `path` points into the draft."""

    path: tuple[str, ...]
    code: str
    zh: str
    en: str

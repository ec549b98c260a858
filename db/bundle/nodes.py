"""Finds the division node a code means on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from db.bundle.frame import BAD


@dataclass(slots=True)
class NodeIndex:
    """Nodes by code, newest last; most codes have lived once only."""

    lives: dict[str, list[tuple[date, date | None, int]]] = field(default_factory=dict)

    def add(self, code: str, valid_from: date, valid_to: date | None, handle: int) -> None:
        """One more node."""
        lives = self.lives.setdefault(code, [])
        lives.append((valid_from, valid_to, handle))
        lives.sort()

    def on(self, code: str, day: date | None) -> int | None:
        """The node the code named on a day, else the newest node with the code; None when there never was one."""
        lives = self.lives.get(code)
        if not lives:
            return None
        if day is not None:
            for valid_from, valid_to, handle in reversed(lives):
                if valid_from <= day and (valid_to is None or day < valid_to):
                    return handle
        return lives[-1][2]

    def find(self, codes: Sequence[Any], days: Sequence[date | None] | None) -> Iterable[tuple[Any, Any]]:
        """(handle, code) for each row; what was empty or refused stays so."""
        settled: dict[Any, Any] = {None: None, BAD: BAD}
        settled |= {code: lives[-1][2] for code, lives in self.lives.items() if len(lives) == 1 or days is None}
        for row, code in enumerate(codes):
            if code in settled:
                yield settled[code], code
            else:
                yield self.on(code, None if days is None else days[row]), code

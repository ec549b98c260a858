"""What an import answers: what it wrote, or everything that was wrong and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

KEPT_FAULTS = 10_000
"""Faults kept in full; the rest are counted, so that a wrong export of a million rows does not fill memory."""
SHOWN_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is refused and what to do, in both languages; `slug` names the reason for programs."""

    slug: str
    zh: str
    en: str
    do_zh: str
    do_en: str


class CellRefused(Exception):
    """A cell does not hold what its column is for; carries the reason."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.en)


@dataclass(frozen=True, slots=True)
class ImportFault:
    """One thing wrong: where (`row` counts lines of the file from 1, the header being 1), what, and what to do."""

    file: str
    row: int | None
    column: str | None
    value: str | None
    slug: str
    message_zh: str
    message_en: str
    remedy_zh: str
    remedy_en: str

    @property
    def place(self) -> str:
        """`allocations.csv:17 amount`."""
        row = "" if self.row is None else f":{self.row}"
        column = "" if self.column is None else f" {self.column}"
        return f"{self.file}{row}{column}"

    def line(self, language: str = "zh") -> str:
        """As one line of text."""
        said, remedy = (self.message_zh, self.remedy_zh) if language == "zh" else (self.message_en, self.remedy_en)
        value = "" if self.value is None else f" [{self.value[:60]}]"
        return f"{self.place}{value}  {said} → {remedy}"


@dataclass(slots=True)
class TableCount:
    """Rows of one table by what the import did with them."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0


class Faults:
    """Collects every fault; keeps the first `KEPT_FAULTS` in full."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[ImportFault] = []

    def add(
        self,
        file: str,
        row: int | None,
        column: str | None,
        value: object,
        refusal: Refusal,
    ) -> None:
        """One more fault."""
        self.count += 1
        if len(self._kept) < KEPT_FAULTS:
            shown = None if value is None else str(value)
            self._kept.append(
                ImportFault(
                    file, row, column, shown, refusal.slug, refusal.zh, refusal.en, refusal.do_zh, refusal.do_en
                )
            )

    def extend(self, other: "Faults") -> None:
        """Take over what another pass found."""
        self.count += other.count
        self._kept.extend(fault for fault, _ in zip(other, range(KEPT_FAULTS - len(self._kept)), strict=False))

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[ImportFault]:
        return iter(self._kept)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcome. `errors` non-empty means the database is as it was; `revision_id` is None when nothing changed."""

    name: str
    title: str
    tables: dict[str, TableCount] = field(default_factory=dict)
    errors: tuple[ImportFault, ...] = ()
    error_count: int = 0
    revision_id: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the record now says what the bundle says."""
        return self.error_count == 0

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return self.revision_id is not None

    def text(self, *, limit: int = SHOWN_FAULTS, language: str = "zh") -> str:
        """For a terminal: counts per table, or the first faults and how many there are."""
        if self.ok:
            return "\n".join(
                f"{name}: +{count.inserted} ~{count.updated} ={count.unchanged}" for name, count in self.tables.items()
            )
        lines = [fault.line(language) for fault in self.errors[:limit]]
        hidden = self.error_count - len(lines)
        if hidden:
            lines.append(f"……另有{hidden}处" if language == "zh" else f"… and {hidden} more")
        total = f"共{self.error_count}处错误，未写入任何数据"
        lines.append(total if language == "zh" else f"{self.error_count} faults; nothing was written")
        return "\n".join(lines)

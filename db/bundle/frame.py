"""Turns the rows of one table into columns of stored values, telling every cell that cannot be one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final

from db.bundle.columns import Column, Table, header_key
from db.bundle.report import CellRefused, Faults, Refusal
from db.bundle.words import Kind

CHUNK = 20_000
REMEMBERED = 200_000
"""Distinct cells a column remembers the value of."""
FIRST_DATA_ROW = 2


class Bad:
    """Stands where a cell was refused, so that what depends on it is not told as well."""

    def __repr__(self) -> str:
        return "BAD"


BAD: Final[Any] = Bad()
SKIPPED: Final[Any] = Bad()
"""A cell of a row that was already refused as a whole."""
MISSING = Refusal("missing-cell", "不得为空", "must not be empty", "填写该单元格", "fill it in")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, by column: the line each stands on, and its cells under each header."""

    lines: Sequence[int]
    cells: Mapping[str, Sequence[Any]]


@dataclass(slots=True)
class Frame:
    """A table's rows as stored values: one list per column that is present."""

    table: Table
    file: str
    lines: list[int] = field(default_factory=list)
    cells: dict[str, list[Any]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    """How the file spells each column."""
    readable: bool = True
    """False when its rows or keys could not all be read: references into it are then not told as unknown."""

    def fault(self, faults: Faults, row: int, column: str | None, value: object, refusal: Refusal) -> None:
        """Tell a fault at a row of this frame."""
        faults.add(self.file, self.lines[row], self.headers.get(column or "", column), value, refusal)


class Memo(dict[Any, Any]):
    """The value of every distinct cell of a column, read once."""

    def __init__(self, kind: Kind, column: Column) -> None:
        super().__init__({SKIPPED: BAD})
        self.kind = kind
        self.refused = False
        self.empty: Any = None
        if column.required:
            self.empty = MISSING
        elif column.default is not None:
            self.empty = kind.parse(column.default)

    def __missing__(self, raw: str | None) -> Any:
        cell = "" if raw is None else raw.strip()
        value = self._value(cell)
        if type(value) is Refusal:
            self.refused = True
        if len(self) < REMEMBERED:
            self[raw] = value
        return value

    def _value(self, cell: str) -> Any:
        if not cell:
            return self.empty
        try:
            return self.kind.parse(cell)
        except CellRefused as refused:
            return refused.refusal


class FrameReader:
    """Reads the chunks of one table into a frame."""

    def __init__(self, table: Table, file: str, headers: Sequence[str], faults: Faults) -> None:
        self.frame = Frame(table, file)
        self._faults = faults
        self._memos: list[tuple[str, Column, Memo]] = []
        self._spoilt: list[str] = []
        self._bind(headers)

    def _bind(self, headers: Sequence[str]) -> None:
        table = self.frame.table
        for header in headers:
            key = header_key(header)
            found = table.by_header.get(key)
            if found is None:
                self._refuse_header(header, key)
            elif found[0].name in self.frame.cells:
                said = ("列重复", f"the column {found[0].name} stands twice")
                self._fault(header, "duplicate-header", said, ("只保留一列", "keep one of them"))
            else:
                column, kind = found
                self.frame.headers[column.name] = header.strip()
                self.frame.cells[column.name] = []
                self._memos.append((header, column, Memo(kind, column)))
        for column in table.columns:
            if column.required and column.name not in self.frame.cells:
                said = (f"缺少必填列“{column.zh}”", f"the required column {column.name} is missing")
                self._fault(column.name, "missing-column", said, ("补上该列", "add the column"))
                self._spoil(column.name)

    def _refuse_header(self, header: str, key: str) -> None:
        table = self.frame.table
        if not key:
            self._fault(header, "blank-header", ("表头为空", "a header is blank"), ("填写列名", "name the column"))
            return
        if money := table.unitless.get(key):
            said = ("金额列没有单位", "the money column does not say its unit")
            spelled = f"{money.name}_yuan / {money.name}_wan / {money.name}_yi, {money.zh}（元|万元|亿元）"
            self._fault(header, "no-unit", said, (f"改为：{spelled}", f"use one of: {spelled}"))
            self._spoil(money.name)
            return
        close = get_close_matches(key, table.by_header, 1)
        hint = close[0] if close else ", ".join(column.name for column in table.columns)
        said = ("没有这一列", f"{table.file} has no such column")
        self._fault(header, "unknown-column", said, (f"删除，或改为：{hint}", f"delete it, or use: {hint}"))

    def _spoil(self, name: str) -> None:
        self.frame.cells[name] = []
        self._spoilt.append(name)
        if name in self.frame.table.key:
            self.frame.readable = False

    def _fault(self, header: str, slug: str, said: tuple[str, str], remedy: tuple[str, str]) -> None:
        refusal = Refusal(slug, said[0], said[1], remedy[0], remedy[1])
        self._faults.add(self.frame.file, 1, header.strip(), None, refusal)

    def add(self, chunk: Chunk) -> None:
        """Take in some rows."""
        self.frame.lines.extend(chunk.lines)
        for header, column, memo in self._memos:
            raw = chunk.cells[header]
            values = [memo[cell] for cell in raw]
            if memo.refused:
                self._tell(chunk.lines, column, raw, values)
            self.frame.cells[column.name].extend(values)
        for name in self._spoilt:
            self.frame.cells[name].extend([BAD] * len(chunk.lines))

    def _tell(self, lines: Sequence[int], column: Column, raw: Sequence[Any], values: list[Any]) -> None:
        for index, value in enumerate(values):
            if type(value) is Refusal:
                header = self.frame.headers[column.name]
                shown = raw[index] or None
                self._faults.add(self.frame.file, lines[index], header, shown, value)
                values[index] = BAD


def frame_of_dicts(table: Table, rows: Iterable[Mapping[str, str | None]], faults: Faults) -> Frame:
    """A table from rows in memory; they are numbered as if they stood in a file below a header."""
    pending = iter(rows)
    first = list(islice(pending, CHUNK))
    headers = list(first[0]) if first else [column.name for column in table.columns]
    if not first:
        return Frame(table, table.file)
    reader = FrameReader(table, table.file, headers, faults)
    for start, chunk in _numbered(first, pending):
        lines = range(start, start + len(chunk))
        _check_keys(reader.frame, headers, lines, chunk, faults)
        reader.add(Chunk(lines, {header: [row.get(header) for row in chunk] for header in headers}))
    return reader.frame


def _numbered(
    first: list[Mapping[str, str | None]], rest: Iterator[Mapping[str, str | None]]
) -> Iterator[tuple[int, list[Mapping[str, str | None]]]]:
    start, chunk = FIRST_DATA_ROW, first
    while chunk:
        yield start, chunk
        start += len(chunk)
        chunk = list(islice(rest, CHUNK))


def _check_keys(
    frame: Frame,
    headers: Sequence[str],
    lines: Sequence[int],
    chunk: Sequence[Mapping[str, str | None]],
    faults: Faults,
) -> None:
    expected = dict.fromkeys(headers).keys()
    for line, row in zip(lines, chunk, strict=True):
        if row.keys() != expected:
            for odd in [*(key for key in row if key not in expected), *(key for key in expected if key not in row)]:
                refusal = Refusal(
                    "uneven-row",
                    "各行的列不一致",
                    "not every row has this column",
                    "每一行给出相同的列，空值用空字符串",
                    "give every row the same columns; empty is an empty string",
                )
                faults.add(frame.file, line, odd, None, refusal)

"""Reads one CSV file: its encoding, its delimiters and quotes, and rows as long as its header."""

import codecs
import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from db.bundle.columns import Table
from db.bundle.frame import CHUNK, SKIPPED, Chunk, Frame, FrameReader
from db.bundle.manifest import Expected
from db.bundle.report import CellRefused, Faults, Refusal
from db.bundle.words import refuse

OTHER_DELIMITERS = ";\t|，；"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
Progress = Callable[[str, int, int], None]


def read_csv(
    table: Table, data: bytes, expected: Expected | None, faults: Faults, progress: Progress | None = None
) -> Frame:
    """The file as a frame; every fault in it goes to `faults`."""
    if expected is not None and expected.sha256 is not None:
        _check_digest(table, data, expected.sha256, faults)
    try:
        text = decoded(data)
        lines = _Lines(text)
        headers = lines.header()
    except CellRefused as refused:
        faults.add(table.file, None, None, None, refused.refusal)
        return Frame(table, table.file, readable=False)
    reader = FrameReader(table, table.file, headers, faults)
    _read_rows(reader, lines, headers, faults, progress)
    if expected is not None and expected.rows is not None and reader.frame.readable:
        _check_count(reader.frame, expected.rows, faults)
    return reader.frame


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 with or without a mark at its beginning, else GB18030; raises CellRefused."""
    save = ("另存为“CSV UTF-8（逗号分隔）”", "save it as “CSV UTF-8 (comma delimited)”")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refuse("spreadsheet", ("是表格软件的工作簿，不是 CSV", "is a workbook, not CSV"), save)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refuse("utf-16", ("是 UTF-16 编码", "is UTF-16"), save)
    if (at := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, at) + 1
        raise refuse("nul", (f"第{line}行含有空字节", f"holds a NUL byte in line {line}"), save)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if REPLACEMENT in text:
            line = text.count("\n", 0, text.index(REPLACEMENT)) + 1
            said = (f"第{line}行有已损坏的字符（�）", f"line {line} holds characters lost in an earlier conversion (�)")
            raise refuse("lost-characters", said, ("从原始数据重新导出", "export it again from the original"))
        return text
    raise refuse("encoding", ("既不是 UTF-8 也不是 GB18030 编码", "is neither UTF-8 nor GB18030"), save)


class _Lines:
    """Rows of a file with the line each begins on."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        self.total = text.count("\n")

    def header(self) -> list[str]:
        """The first row; raises CellRefused."""
        try:
            header = next(self._reader, [])
        except csv.Error as error:
            raise refuse("bad-quotes", (f"第1行引号有误：{error}", f"line 1: {error}"), QUOTES) from error
        while header and not header[-1].strip():
            header.pop()
        if not header:
            raise refuse("empty-file", ("没有表头", "has no header"), ("写上列名", "write the column names first"))
        if len(header) == 1 and (used := next((mark for mark in OTHER_DELIMITERS if mark in header[0]), None)):
            said = (f"分隔符是“{used}”，不是英文逗号", f"is parted by {used!r}, not by commas")
            raise refuse("delimiter", said, ("另存为以英文逗号分隔的 CSV", "save it comma delimited"))
        return header

    def rows(self) -> Iterator[tuple[int, list[str] | str]]:
        """Each row with its first line; the reader's complaint instead of a row ends them."""
        start = self._reader.line_num + 1
        try:
            for row in self._reader:
                yield start, row
                start = self._reader.line_num + 1
        except csv.Error as error:
            yield start, str(error)


QUOTES = (
    "核对该行的引号：含逗号、引号或换行的单元格要用英文双引号括起，其中的引号写两遍",
    "check the quotes: a cell with commas, quotes or line breaks stands in double quotes, and a quote in it is doubled",
)


def _read_rows(
    reader: FrameReader, lines: _Lines, headers: Sequence[str], faults: Faults, progress: Progress | None
) -> None:
    starts: list[int] = []
    rows: list[Sequence[Any]] = []
    width = len(headers)
    for start, row in lines.rows():
        if isinstance(row, str):
            _bad_quotes(reader.frame, start, row, faults)
            break
        if len(row) != width:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) < width or any(cell.strip() for cell in row[width:]):
                row = _ragged(reader.frame, headers, start, row, faults)  # noqa: PLW2901
        elif not row[0] and not any(cell.strip() for cell in row):
            continue
        starts.append(start)
        rows.append(row)
        if len(rows) == CHUNK:
            _flush(reader, headers, starts, rows)
            starts, rows = [], []
            if progress is not None:
                progress(reader.frame.file, len(reader.frame.lines), lines.total)
    _flush(reader, headers, starts, rows)
    if progress is not None:
        progress(reader.frame.file, len(reader.frame.lines), len(reader.frame.lines))


def _flush(reader: FrameReader, headers: Sequence[str], starts: list[int], rows: list[Sequence[Any]]) -> None:
    reader.add(Chunk(starts, {header: [row[at] for row in rows] for at, header in reversed(list(enumerate(headers)))}))


def _ragged(frame: Frame, headers: Sequence[str], line: int, row: list[str], faults: Faults) -> list[Any]:
    """The row with only its leading key kept, so that what refers to it is not told as well."""
    refusal = Refusal(
        "ragged-row",
        f"该行有{len(row)}个单元格，表头有{len(headers)}个",
        f"the row has {len(row)} cells, the header {len(headers)}",
        "补齐或删除多余的逗号；含逗号的内容用英文双引号括起",
        "add or remove commas; put text that holds commas in double quotes",
    )
    faults.add(frame.file, line, None, None, refusal)
    names = [frame.headers.get(name) for name in frame.table.key]
    return [
        row[at] if at < len(row) and header.strip() in names and row[at].strip() else SKIPPED
        for at, header in enumerate(headers)
    ]


def _bad_quotes(frame: Frame, line: int, error: str, faults: Faults) -> None:
    frame.readable = False
    said_zh = f"引号有误，此行之后未能读取：{error}"
    refusal = Refusal("bad-quotes", said_zh, f"{error}; nothing after this row was read", QUOTES[0], QUOTES[1])
    faults.add(frame.file, line, None, None, refusal)


def _check_digest(table: Table, data: bytes, sha256: str, faults: Faults) -> None:
    if hashlib.sha256(data).hexdigest() != sha256:
        refusal = Refusal(
            "digest",
            "文件内容与清单中的 sha256 不符",
            "does not have the sha256 its manifest says",
            "核对文件是否被改动；重新生成清单",
            "see whether the file was changed; make the manifest again",
        )
        faults.add(table.file, None, None, None, refusal)


def _check_count(frame: Frame, rows: int, faults: Faults) -> None:
    if len(frame.lines) != rows:
        refusal = Refusal(
            "row-count",
            f"有{len(frame.lines)}行，清单写{rows}行",
            f"has {len(frame.lines)} rows, its manifest says {rows}",
            "核对是否缺行；重新生成清单",
            "see whether rows are missing; make the manifest again",
        )
        faults.add(frame.file, None, None, None, refusal)

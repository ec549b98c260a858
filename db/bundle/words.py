"""Column kinds whose cells are words: text, codes, vocabularies, yes or no, and lists."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from db.bundle.report import CellRefused, Refusal
from db.labels import LABELS

CODE_LENGTH = 64
DIVISION_DIGITS = 6
SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?E[+-]?\d+", re.ASCII | re.IGNORECASE)
SPREADSHEET_NUMBER = re.compile(r"\d(\.\d+)?E\+\d+|\d+\.0+", re.ASCII | re.IGNORECASE)
"""How a spreadsheet writes out a code it took for a number: 6.301E+05, 630100.0."""
OWN_DIVISION_CODE = re.compile(r"[A-Z][A-Z0-9-]{2,31}", re.ASCII)
AS_TEXT = ("将该列设为“文本”格式后重新填写代码", "format the column as text and type the code again")
FLAGS = {"1": True, "是": True, "TRUE": True, "YES": True, "0": False, "否": False, "FALSE": False, "NO": False}


class Kind(Protocol):
    """What a column's cells hold."""

    @property
    def name(self) -> str:
        """For the format's reference."""

    def parse(self, cell: str) -> object:
        """The stored value of a stripped, non-empty cell; raises CellRefused."""


def narrow(cell: str) -> str:
    """Full-width digits, letters and punctuation as their ordinary forms."""
    if cell.isascii():
        return cell
    return unicodedata.normalize("NFKC", cell).replace("\N{MINUS SIGN}", "-").strip()


def refuse(slug: str, said: tuple[str, str], remedy: tuple[str, str]) -> CellRefused:
    """The exception for a cell, from (Chinese, English) pairs."""
    return CellRefused(Refusal(slug, said[0], said[1], remedy[0], remedy[1]))


@dataclass(frozen=True, slots=True)
class Text:
    """Free text, kept as written."""

    name: str = "text"

    def parse(self, cell: str) -> str:
        """The cell; control characters other than line breaks and tabs are refused."""
        if cell.isprintable():
            return cell
        for mark in cell:
            if mark not in "\n\r\t" and unicodedata.category(mark) in {"Cc", "Cs"}:
                raise refuse(
                    "control-character",
                    (f"含有不可见的控制字符 U+{ord(mark):04X}", f"holds the control character U+{ord(mark):04X}"),
                    ("删除该字符", "delete it"),
                )
        return cell


@dataclass(frozen=True, slots=True)
class Code:
    """A code people type."""

    name: str = "code"

    def parse(self, cell: str) -> str:
        """The code in ordinary-width characters; what a spreadsheet made of a number is refused."""
        code = narrow(cell)
        if SPREADSHEET_NUMBER.fullmatch(code):
            raise refuse(
                "code-as-number",
                ("代码被表格软件当作数字", "the spreadsheet made a number of this code"),
                AS_TEXT,
            )
        if len(code) > CODE_LENGTH:
            raise refuse(
                "code-too-long",
                (f"代码超过{CODE_LENGTH}个字符", f"a code has at most {CODE_LENGTH} characters"),
                ("缩短代码", "shorten it"),
            )
        if not code.isprintable() or any(mark in " \"'=" for mark in code):
            raise refuse(
                "code-characters",
                ("代码含有空格、引号或等号", "a code holds no blanks, quotes or equals signs"),
                ("去除这些字符，仅保留代码本身", "remove them and leave the bare code"),
            )
        return code


@dataclass(frozen=True, slots=True)
class DivisionCode:
    """A division: six digits (GB/T 2260), or a code of our own beginning with a letter for what has none."""

    name: str = "division code"

    def parse(self, cell: str) -> str:
        """The code; shortened or lengthened digits are refused, never completed by guess."""
        code = Code().parse(cell)
        if code.isascii() and code.isdigit():
            if len(code) == DIVISION_DIGITS:
                return code
            raise refuse(
                "division-code-length",
                (f"区划代码应为6位数字，现为{len(code)}位", f"a division code has 6 digits, not {len(code)}"),
                (
                    "补全被表格软件去掉的0，或只保留前6位；并将该列设为“文本”格式",
                    "restore the zeros a spreadsheet dropped, or keep the first 6 digits; format the column as text",
                ),
            )
        if not OWN_DIVISION_CODE.fullmatch(code):
            raise refuse(
                "division-code-form",
                ("不是区划代码", "is not a division code"),
                (
                    "填写6位数字代码；无国标代码的节点用大写字母开头的自编码，如 X66000",
                    "write the 6 digits; what has none gets a code beginning with a capital letter, like X66000",
                ),
            )
        return code


def _spelling(word: str) -> str:
    return "".join(narrow(word).upper().split())


@dataclass(frozen=True, slots=True)
class Word:
    """A member of a stored vocabulary, by its English value or its Chinese label."""

    vocabulary: type[StrEnum]
    spellings: dict[str, str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        labels = LABELS[self.vocabulary]
        known = {_spelling(label[0]): member.value for member, label in labels.items()}
        known |= {_spelling(member.value): member.value for member in self.vocabulary}
        object.__setattr__(self, "spellings", known)

    @property
    def name(self) -> str:
        """The vocabulary's members."""
        return " ".join(member.value for member in self.vocabulary)

    @property
    def allowed(self) -> str:
        """Every spelling, for a message."""
        return ", ".join(f"{member.value} {LABELS[self.vocabulary][member][0]}" for member in self.vocabulary)

    def parse(self, cell: str) -> str:
        """The stored value."""
        value = self.spellings.get(_spelling(cell))
        if value is None:
            raise refuse(
                "unknown-word",
                ("不在允许的取值中", "is not one of the allowed values"),
                (f"改为：{self.allowed}", f"use one of: {self.allowed}"),
            )
        return value


@dataclass(frozen=True, slots=True)
class WordList:
    """Members of a vocabulary separated by semicolons."""

    vocabulary: type[StrEnum]

    @property
    def name(self) -> str:
        """The members, and how to part them."""
        return f"list (;) of {Word(self.vocabulary).name}"

    def parse(self, cell: str) -> list[str]:
        """The members, in the order written."""
        word = Word(self.vocabulary)
        parts = [part.strip() for part in narrow(cell).split(";")]
        return [word.parse(part) for part in parts if part]


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    name: str = "0 or 1 (是/否)"

    def parse(self, cell: str) -> bool:
        """True for 1, 是, true, yes."""
        value = FLAGS.get(narrow(cell).upper())
        if value is None:
            raise refuse(
                "not-a-flag", ("不是“是/否”", "is neither yes nor no"), ("填写 1（是）或 0（否）", "write 1 or 0")
            )
        return value

"""Column kinds whose cells are numbers: money to fen, whole numbers, quantities; never through a float."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Never

from db.bundle.words import SCIENTIFIC, narrow, refuse
from db.types import MAX_INT64, QUANTITY_SCALE

PLAIN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
APPROXIMATE = re.compile(r"[约近逾余超多左右以上下≥≤~<>＞＜]")
UNIT_MARK = re.compile(r"[一-鿿¥$a-zA-Z]")
MAX_DIGITS = 30


class Unit(StrEnum):
    """Units a money column may be in; the header names it."""

    YUAN = "yuan"
    WAN = "wan"
    YI = "yi"

    @property
    def zh(self) -> str:
        """As in a Chinese header."""
        return {"yuan": "元", "wan": "万元", "yi": "亿元"}[self.value]

    @property
    def fen(self) -> int:
        """Fen in one."""
        return {"yuan": 100, "wan": 1_000_000, "yi": 10_000_000_000}[self.value]


class Sign(StrEnum):
    """Which values a number column takes."""

    POSITIVE = "positive"
    NOT_NEGATIVE = "not negative"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the unit of its header, stored as fen."""

    sign: Sign = Sign.NOT_NEGATIVE
    unit: Unit = Unit.YUAN

    @property
    def name(self) -> str:
        """For the format's reference."""
        return "money" if self.sign is Sign.ANY else f"money, {self.sign.value}"

    def parse(self, cell: str) -> int:
        """Fen, exactly; a fraction of a fen is refused."""
        fen = scaled(cell, self.unit.fen)
        if fen is None:
            raise refuse(
                "finer-than-fen",
                ("金额精度超过分", "is finer than one fen"),
                ("按分四舍五入后填写", "round it to the fen and write that"),
            )
        return signed(fen, self.sign)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    least: int = 0
    most: int = 2**31 - 1

    @property
    def name(self) -> str:
        """The bounds."""
        bounded = f"{self.least} to {self.most}" if self.most < 2**31 - 1 else f"{self.least} or more"
        return f"whole number, {bounded}"

    def parse(self, cell: str) -> int:
        """The number."""
        value = scaled(cell, 1)
        if value is None or "." in cell:
            raise refuse(
                "not-whole", ("应为整数", "must be a whole number"), ("去掉小数部分", "leave the fraction out")
            )
        if not self.least <= value <= self.most:
            raise refuse(
                "out-of-bounds",
                (f"应在{self.least}至{self.most}之间", f"must lie between {self.least} and {self.most}"),
                ("更正数值", "correct the number"),
            )
        return value


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity with up to six decimal places, stored as millionths."""

    name: str = f"number, up to {QUANTITY_SCALE} decimals"

    def parse(self, cell: str) -> int:
        """Millionths, exactly."""
        value = scaled(cell, 10**QUANTITY_SCALE)
        if value is None:
            raise refuse(
                "too-many-decimals",
                (f"小数超过{QUANTITY_SCALE}位", f"has more than {QUANTITY_SCALE} decimal places"),
                (f"四舍五入到{QUANTITY_SCALE}位小数", f"round it to {QUANTITY_SCALE} places"),
            )
        return value


def scaled(cell: str, scale: int) -> int | None:
    """The number in a cell times `scale` as an integer; None when that leaves a fraction. Raises CellRefused."""
    text = narrow(cell)
    if "," in text and GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not PLAIN.fullmatch(text):
        explain(text)
    if len(text) > MAX_DIGITS:
        raise refuse(
            "too-large", ("数值过长", "has too many digits"), ("核对数值和单位", "check the number and its unit")
        )
    whole, _, places = text.partition(".")
    parts: int = 10 ** len(places)
    value, rest = divmod(int(whole + places) * scale, parts)
    if rest:
        return None
    if abs(value) > MAX_INT64:
        raise refuse("too-large", ("数值过大", "is too large"), ("核对数值和单位", "check the number and its unit"))
    return value


def signed(value: int, sign: Sign) -> int:
    """The value when its sign is allowed."""
    if sign is Sign.POSITIVE and value <= 0:
        raise refuse(
            "not-positive",
            ("应大于0", "must be greater than 0"),
            ("填写正数；收回、退款用 kind 列表示", "write it positive; kind says whether money went back"),
        )
    if sign is Sign.NOT_NEGATIVE and value < 0:
        raise refuse("negative", ("不得为负", "must not be negative"), ("填写正数或0", "write 0 or more"))
    return value


def explain(text: str) -> Never:
    """Raise the refusal that says best why this is no number."""
    if "%" in text or "‰" in text:
        raise refuse(
            "percent-sign",
            ("含有百分号", "holds a percent sign"),
            ("只填数字，单位写在单位列", "write the bare number"),
        )
    if SCIENTIFIC.fullmatch(text):
        raise refuse(
            "scientific",
            ("是科学计数法", "is in scientific notation"),
            ("将该列设为“数值”格式，写出全部数字", "format the column as a number and write all digits"),
        )
    if APPROXIMATE.search(text):
        raise refuse(
            "approximate",
            ("不是确切数值", "is not an exact number"),
            ("只填数字；“约”“近”“余”等写入备注或文字列", "write the bare number; put words like 约 into a text column"),
        )
    if "," in text:
        raise refuse(
            "thousands",
            ("逗号位置不是千分位", "its commas do not part thousands"),
            ("去掉逗号", "remove the commas"),
        )
    if UNIT_MARK.search(text):
        raise refuse(
            "unit-in-cell",
            ("单元格中含有单位或文字", "holds a unit or words"),
            ("只填数字；单位写在表头", "write the bare number; the unit stands in the header"),
        )
    raise refuse("not-a-number", ("不是数字", "is not a number"), ("填写阿拉伯数字", "write digits"))

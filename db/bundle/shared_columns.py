"""Columns and bounds that many tables of the format share."""

from db.bundle.columns import Column, Reference
from db.bundle.numbers import Money, Sign, Whole
from db.bundle.words import Code, Text

YEAR = Whole(1949, 2100)
BASIS_POINTS = Whole(0, 10_000)
POSITIVE = Money(Sign.POSITIVE)


def code_column() -> Column:
    """What other rows and people know the row by."""
    return Column("code", "代码", Code(), required=True)


def document_column() -> Column:
    """The paper behind the row."""
    return Column("document", "文件", Reference("documents"), about="the paper behind the row")


def note_column() -> Column:
    """What else there is to say."""
    return Column("note", "备注", Text())

"""What each kind of column takes, and what it refuses with which remedy."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.bundle.numbers import Amount, Money, Sign, Unit, Whole
from db.bundle.report import CellRefused
from db.bundle.times import Day, Moment, Quarter
from db.bundle.words import Code, DivisionCode, Flag, Text, Word, WordList
from db.enums import Direction, Line, Source
from db.types import MAX_INT64, Period, yuan_text


def refused(kind, cell: str) -> str:
    with pytest.raises(CellRefused) as caught:
        kind.parse(cell)
    return caught.value.refusal.slug


@pytest.mark.parametrize(
    ("unit", "cell", "fen"),
    [
        (Unit.YUAN, "1234.5", 123_450),
        (Unit.YUAN, "1,234.50", 123_450),
        (Unit.YUAN, "１，２３４．５０", 123_450),
        (Unit.WAN, "41470", 41_470_000_000),
        (Unit.WAN, "0.0001", 100),
        (Unit.YI, "3.6", 36_000_000_000),
        (Unit.YI, "0.0000000001", 1),
        (Unit.YUAN, "0", 0),
        (Unit.YUAN, "92233720368547758.07", MAX_INT64),
    ],
)
def test_money_is_exact_to_the_fen(unit: Unit, cell: str, fen: int) -> None:
    assert Money(unit=unit).parse(cell) == fen


@pytest.mark.parametrize(
    ("cell", "slug"),
    [
        ("0.001", "finer-than-fen"),
        ("-1", "negative"),
        ("-0.01", "negative"),
        ("约550", "approximate"),
        ("近9364", "approximate"),
        ("≥550", "approximate"),
        ("550余", "approximate"),
        ("50%", "percent-sign"),
        ("５０％", "percent-sign"),
        ("3.6E+08", "scientific"),
        ("1,23", "thousands"),
        ("12,34,567", "thousands"),
        ("550万元", "unit-in-cell"),
        ("¥550", "unit-in-cell"),
        ("abc", "unit-in-cell"),
        ("--", "not-a-number"),
        ("1.2.3", "not-a-number"),
        ("1 234", "not-a-number"),
        ("+5", "not-a-number"),
        ("٣", "not-a-number"),
        ("92233720368547758.08", "too-large"),
        ("1" * 40, "too-large"),
    ],
)
def test_what_is_no_amount_of_money(cell: str, slug: str) -> None:
    assert refused(Money(), cell) == slug


def test_signs_of_money() -> None:
    assert refused(Money(Sign.POSITIVE), "0") == "not-positive"
    assert refused(Money(Sign.POSITIVE), "-3") == "not-positive"
    assert Money(Sign.ANY).parse("-0.5") == -50
    assert Money(Sign.ANY).parse("−0.5") == -50, "the minus sign of typesetters"


@given(st.integers(min_value=0, max_value=MAX_INT64))
def test_money_written_out_reads_back(fen: int) -> None:
    assert Money().parse(yuan_text(fen)) == fen


@pytest.mark.parametrize(("cell", "millionths"), [("1", 1_000_000), ("-0.000001", -1), ("1,000.5", 1_000_500_000)])
def test_quantities_are_millionths(cell: str, millionths: int) -> None:
    assert Amount().parse(cell) == millionths


def test_quantities_keep_six_places() -> None:
    assert refused(Amount(), "0.0000001") == "too-many-decimals"
    assert Amount().parse("0.1000000000") == 100_000
    assert refused(Amount(), "9223372036855") == "too-large"


def test_whole_numbers_within_bounds() -> None:
    year = Whole(1949, 2100)
    assert year.parse("２０２４") == 2024
    assert refused(year, "1948") == "out-of-bounds"
    assert refused(year, "2101") == "out-of-bounds"
    assert refused(year, "2024.5") == "not-whole"
    assert refused(year, "2024.0") == "not-whole"
    assert refused(year, "2024年") == "unit-in-cell"


@pytest.mark.parametrize(
    "cell", ["2026-09-01", "2026/9/1", "2026年9月1日", "20260901", "２０２６－０９－０１", "2026-9-1"]
)
def test_ways_to_write_a_day(cell: str) -> None:
    assert Day().parse(cell) == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("cell", "slug"),
    [
        ("2026-02-30", "impossible-date"),
        ("20261301", "impossible-date"),
        ("45000", "date-serial"),
        ("45000.5", "date-serial"),
        ("2026-09", "not-a-date"),
        ("9/1/2026", "not-a-date"),
        ("2026.9.1", "not-a-date"),
        ("下周一", "not-a-date"),
        ("0026-09-01", "year-out-of-range"),
        ("2206-09-01", "year-out-of-range"),
    ],
)
def test_what_is_no_day(cell: str, slug: str) -> None:
    assert refused(Day(), cell) == slug


def test_a_serial_number_is_told_with_its_likely_day() -> None:
    with pytest.raises(CellRefused, match="2023-03-15"):
        Day().parse("45000")


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("1970-01-01T08:00:00", 0),
        ("1970-01-01 08:00", 0),
        ("1970/1/1 8:00:01", 1),
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T08:00:00.5", 0.5),
    ],
)
def test_instants_are_beijing_time_unless_they_say_otherwise(cell: str, seconds: float) -> None:
    assert Moment().parse(cell) == seconds * 1_000_000


@pytest.mark.parametrize(
    ("cell", "slug"),
    [
        ("2026-04-15", "not-an-instant"),
        ("2026-04-15T24:00:00", "impossible-time"),
        ("2026-04-15T23:60:00", "impossible-time"),
        ("2026-04-31T10:00:00", "impossible-date"),
        ("2026-04-15T10:00:00+99:00", "impossible-time"),
    ],
)
def test_what_is_no_instant(cell: str, slug: str) -> None:
    assert refused(Moment(), cell) == slug


@pytest.mark.parametrize("cell", ["2026Q3", "2026q3", "2026年第3季度", "2026年三季度", "２０２６Ｑ３"])
def test_ways_to_write_a_quarter(cell: str) -> None:
    assert Quarter().parse(cell) == Period(2026, 3).ordinal


@pytest.mark.parametrize(
    ("cell", "slug"), [("2026Q5", "not-a-quarter"), ("2026-09", "not-a-quarter"), ("1026Q1", "year-out-of-range")]
)
def test_what_is_no_quarter(cell: str, slug: str) -> None:
    assert refused(Quarter(), cell) == slug


@pytest.mark.parametrize(
    ("cell", "code"), [("P1", "P1"), ("财资环〔2024〕6号", "财资环〔2024〕6号"), ("１２Ａ", "12A"), ("1.2", "1.2")]
)
def test_codes_are_kept_in_ordinary_width(cell: str, code: str) -> None:
    assert Code().parse(cell) == code


@pytest.mark.parametrize(
    ("cell", "slug"),
    [
        ("630100.0", "code-as-number"),
        ("6.301E+05", "code-as-number"),
        ('="630100"', "code-characters"),
        ("'630100", "code-characters"),
        ("A B", "code-characters"),
        ("A\u200bB", "code-characters"),
        ("A" * 65, "code-too-long"),
    ],
)
def test_what_spreadsheets_do_to_codes(cell: str, slug: str) -> None:
    assert refused(Code(), cell) == slug


@pytest.mark.parametrize(
    ("cell", "slug"),
    [
        ("6301", "division-code-length"),
        ("6301000", "division-code-length"),
        ("630100000000", "division-code-length"),
        ("630100.0", "code-as-number"),
        ("6.301E+05", "code-as-number"),
        ("西宁市", "division-code-form"),
        ("x66000", "division-code-form"),
    ],
)
def test_what_is_no_division_code(cell: str, slug: str) -> None:
    assert refused(DivisionCode(), cell) == slug


@pytest.mark.parametrize(
    ("cell", "code"), [("630100", "630100"), ("６３０１００", "630100"), ("X66000", "X66000"), ("010000", "010000")]
)
def test_division_codes(cell: str, code: str) -> None:
    assert DivisionCode().parse(cell) == code


@pytest.mark.parametrize("cell", ["CENTRAL", "central", "中央财政", " 中央财政", "ＣＥＮＴＲＡＬ"])
def test_words_by_value_or_label(cell: str) -> None:
    assert Word(Source).parse(cell) == "CENTRAL"


def test_labels_with_brackets_match_in_either_width() -> None:
    assert Word(Direction).parse("正向（≥）") == "GE"


def test_a_wrong_word_lists_what_is_allowed() -> None:
    with pytest.raises(CellRefused) as caught:
        Word(Direction).parse("大于")
    assert caught.value.refusal.do_en == "use one of: GE 正向(≥), LE 反向(≤), EQ 等于(=), QUAL 定性"


def test_lists_of_words() -> None:
    assert WordList(Line).parse("FINANCE；地质灾害防治;") == ["FINANCE", "GEOHAZARD"]
    assert refused(WordList(Line), "FINANCE,GEOHAZARD") == "unknown-word"


def test_flags() -> None:
    assert [Flag().parse(cell) for cell in ("1", "是", "true", "0", "否", "No")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert refused(Flag(), "也许") == "not-a-flag"


def test_text_is_kept_but_for_control_characters() -> None:
    assert Text().parse("１２\n三") == "１２\n三"
    assert refused(Text(), "a\x07b") == "control-character"
    assert refused(Text(), "a\x00b") == "control-character"

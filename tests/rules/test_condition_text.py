"""The condition language: what it reads, and how it refuses the rest."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.enums import SubjectKind
from db.types import Period
from rules.condition_text import ExpressionInvalid, parse
from rules.expression import (
    All,
    Any,
    Comparison,
    FieldName,
    Flag,
    Literal,
    Membership,
    Operator,
    ParameterKey,
    all_of,
    disjuncts,
    fields,
    holds,
    names,
    parameters,
    to_text,
)
from rules.fact import FactKind, FactType, Field

KIND = FactKind(
    "sample",
    "样例",
    "sample",
    SubjectKind.PROJECT,
    tuple(
        Field(name, kind, name, name)
        for name, kind in {
            "gap": FactType.RATE,
            "rate": FactType.RATE,
            "central": FactType.MONEY,
            "quarters": FactType.COUNT,
            "due": FactType.DATE,
            "quarter": FactType.PERIOD,
            "status": FactType.TEXT,
            "category": FactType.TEXT,
            "exempt": FactType.BOOL,
            "late": FactType.BOOL,
        }.items()
    ),
)
TYPES = {
    "slow.yellow": FactType.RATE,
    "slow.red": FactType.RATE,
    "slow.quarters": FactType.COUNT,
    "slow.on": FactType.BOOL,
    "slow.floor": FactType.MONEY,
    "deep.down.here": FactType.RATE,
}


def read(text):
    return parse(text, KIND, TYPES)


def test_whole_condition_becomes_a_small_tree():
    text = "gap >= slow.red or (gap >= slow.yellow and quarters >= slow.quarters)"
    gap, red = FieldName("gap"), ParameterKey("slow.red")
    tree = Any(
        (
            Comparison(gap, Operator.GE, red),
            All(
                (
                    Comparison(gap, Operator.GE, ParameterKey("slow.yellow")),
                    Comparison(FieldName("quarters"), Operator.GE, ParameterKey("slow.quarters")),
                )
            ),
        )
    )
    assert read(text) == tree
    assert to_text(tree) == text
    assert fields(tree) == {"gap", "quarters"}
    assert parameters(tree) == {"slow.red", "slow.yellow", "slow.quarters"}
    assert names(tree) == {"gap", "quarters", "slow__red", "slow__yellow", "slow__quarters"}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("gap == rate", Comparison(FieldName("gap"), Operator.EQ, FieldName("rate"))),
        ("gap > -5", Comparison(FieldName("gap"), Operator.GT, Literal(-5, FactType.RATE))),
        ("gap != deep.down.here", Comparison(FieldName("gap"), Operator.NE, ParameterKey("deep.down.here"))),
        ("status == 'FUNDED'", Comparison(FieldName("status"), Operator.EQ, Literal("FUNDED", FactType.TEXT))),
        ("status != category", Comparison(FieldName("status"), Operator.NE, FieldName("category"))),
        ("exempt", Flag(FieldName("exempt"))),
        ("not exempt", Flag(FieldName("exempt"), negated=True)),
        ("exempt == True", Flag(FieldName("exempt"))),
        ("exempt == False", Flag(FieldName("exempt"), negated=True)),
        ("exempt != True", Flag(FieldName("exempt"), negated=True)),
        ("exempt != False", Flag(FieldName("exempt"))),
        ("exempt == late", Comparison(FieldName("exempt"), Operator.EQ, FieldName("late"))),
        ("slow.on", Flag(ParameterKey("slow.on"))),
        ("not slow.on", Flag(ParameterKey("slow.on"), negated=True)),
        (
            "due < '2026-01-31'",
            Comparison(FieldName("due"), Operator.LT, Literal(date(2026, 1, 31).toordinal(), FactType.DATE)),
        ),
        (
            "quarter >= '2026Q3'",
            Comparison(FieldName("quarter"), Operator.GE, Literal(Period(2026, 3).ordinal, FactType.PERIOD)),
        ),
        (
            "status not in ('A', 'B')",
            Membership(FieldName("status"), (Literal("A", FactType.TEXT), Literal("B", FactType.TEXT)), negated=True),
        ),
        ("quarters in (4,)", Membership(FieldName("quarters"), (Literal(4, FactType.COUNT),))),
    ],
)
def test_each_form_is_read(text, tree):
    assert read(text) == tree
    assert read(to_text(tree)) == tree


def test_conjunctions_within_conjunctions_are_one():
    assert read("exempt and (late and gap > 1)") == read("exempt and late and gap > 1")
    assert read("(exempt or late) or gap > 1") == read("exempt or late or gap > 1")


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("gap >= slow.yellow + 5", 8, "not a constant"),
        ("gap - rate >= 5", 1, "not a field"),
        ("abs(gap) >= 5", 1, "not a field"),
        ("max(gap, rate)", 1, "not part of the language"),
        ("gap", 1, "only a yes/no value can stand alone"),
        ("slow.red", 1, "only a yes/no value can stand alone"),
        ("1", 1, "not part of the language"),
        ("none(exempt)", 1, "not part of the language"),
        ("exempt and other.gap > 1", 12, "a comparison starts with a field|there is no parameter other.gap"),
        ("first.gap > second.gap", 1, "there is no parameter first.gap"),
        ("gap is None", 1, "this comparison is not part of the language"),
        ("gap == None", 8, "not a constant"),
        ("1 < gap", 1, "not a field"),
        ("slow.red <= gap", 1, "put the parameter on the right"),
        ("1 < gap < 5", 1, "one comparison at a time"),
        ("gap < rate < 5", 1, "one comparison at a time"),
        ("not (exempt and late)", 1, "turn the comparison round"),
        ("not gap > 5", 1, "turn the comparison round"),
        ("not gap", 5, "only a yes/no value can stand alone|not part"),
        ("missing > 5", 1, "fact sample has no field missing"),
        ("gap > missing", 7, "fact sample has no field missing"),
        ("gap > slow.missing", 7, "there is no parameter slow.missing"),
        ("gap > slow.floor", 7, "slow.floor is MONEY, compared with RATE"),
        ("gap > quarters", 7, "quarters is COUNT, compared with RATE"),
        ("gap > 'x'", 7, "RATE is int, got 'x'"),
        ("gap > True", 7, "RATE is int, got True"),
        ("gap > 1.5", 7, "not a constant"),
        ("gap > 4611686018427387904", 7, "beyond ±2**62"),
        ("status == 5", 11, "TEXT is str, got 5"),
        ("status == '\"'", 11, "quotes, backslashes or control characters"),
        ("status > 'A'", 1, "status is TEXT, which has no order"),
        ("exempt > late", 1, "exempt is BOOL, which has no order"),
        ("exempt in (True,)", 11, "exempt is yes/no"),
        ("status in 'AB'", 11, "a list of constants in parentheses"),
        ("status in ()", 11, "a list of constants in parentheses"),
        ("status in (category,)", 12, "not a constant"),
        ("status in ('A', 'A')", 11, "a constant is listed twice"),
        ("due > 738000", 7, "a DATE is written '2026-01-31' or '2026Q3'"),
        ("due > '2026-02-30'", 7, "not a DATE"),
        ("quarter == '2026Q5'", 12, "not a PERIOD"),
        ("exempt if late else exempt", 1, "not part of the language"),
        ("exempt & late", 1, "not part of the language"),
        ("(lambda: exempt)()", 1, "not part of the language"),
        ("exempt[0]", 1, "not part of the language"),
        ("abs(gap).real > 1", 1, "not a field"),
    ],
)
def test_everything_else_is_refused_with_its_place(text, column, problem):
    with pytest.raises(ExpressionInvalid) as caught:
        read(text)
    assert caught.value.column == column
    assert any(each in caught.value.problem for each in problem.split("|"))


@pytest.mark.parametrize("text", ["gap >", "", "gap > 1; exempt", "gap > 1 exempt", "x := exempt", "gap = 1", "\0"])
def test_text_that_is_no_expression_is_refused(text):
    with pytest.raises(ExpressionInvalid, match="not a condition; allowed are"):
        read(text)


def test_condition_may_be_folded_over_lines():
    assert read("exempt\n  and late\n") == read("exempt and late")


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("gap == 5", [False, True, False]),
        ("gap != 5", [True, False, True]),
        ("gap < 5", [True, False, False]),
        ("gap <= 5", [True, True, False]),
        ("gap > 5", [False, False, True]),
        ("gap >= 5", [False, True, True]),
        ("gap in (4, 6)", [True, False, True]),
        ("gap not in (4, 6)", [False, True, False]),
    ],
)
def test_each_operator_on_both_sides_of_its_boundary(text, held):
    assert [holds(read(text), {"gap": gap}) for gap in (4, 5, 6)] == held


def test_alternatives_are_plain_conjunctions():
    condition = read("exempt and (gap > 1 or status in ('A', 'B')) and not late")
    exempt, late = Flag(FieldName("exempt")), Flag(FieldName("late"), negated=True)
    assert disjuncts(condition) == (
        (exempt, read("gap > 1"), late),
        (exempt, read("status == 'A'"), late),
        (exempt, read("status == 'B'"), late),
    )


def test_conjunction_of_what_is_there():
    exempt, late = read("exempt"), read("late")
    assert all_of(None, exempt) == exempt
    assert all_of(exempt, read("late and gap > 1")) == read("exempt and late and gap > 1")
    assert all_of(read("exempt or late"), late) == read("(exempt or late) and late")
    with pytest.raises(ValueError, match="a conjunction of nothing"):
        all_of(None, None)


SIMPLE = st.sampled_from(
    [
        "exempt",
        "not late",
        "gap >= slow.red",
        "due < '2026-01-31'",
        "quarter != '2026Q3'",
        "status in ('A',)",
        "gap > -5",
    ]
)
TEXTS = st.recursive(
    SIMPLE,
    lambda inner: st.builds(
        lambda word, parts: word.join(f"({part})" for part in parts),
        st.sampled_from([" and ", " or "]),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=12,
)


@given(TEXTS)
def test_canonical_text_reads_back_to_the_same_tree(text):
    tree = read(text)
    assert read(to_text(tree)) == tree
    assert to_text(read(to_text(tree))) == to_text(tree)

"""Shapes of facts, and values that do not have them."""

import pytest
from durable import lang

from db.enums import SubjectKind
from rules.fact import (
    MAX_INT,
    RESERVED_NAMES,
    UNIT_TYPES,
    Fact,
    FactInvalid,
    FactKind,
    FactType,
    Field,
)
from rules.unit import Unit

KIND = FactKind(
    name="slow_payment",
    zh="支付进度",
    en="payment progress",
    subject=SubjectKind.PROJECT,
    fields=(
        Field("gap", FactType.RATE, "差距", "gap"),
        Field("status", FactType.TEXT, "状态", "status"),
        Field("exempt", FactType.BOOL, "免于检查", "exempt"),
    ),
)


def fact(values, **more):
    return Fact("slow_payment", values, subject_id=1, division_id=2, division_code="110000", **more)


def test_well_formed_fact_may_leave_values_out():
    KIND.check(fact({"gap": -120, "status": "FUNDED", "exempt": False}))
    KIND.check(fact({}))


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"gap": True}, "field gap: RATE is int, got True; leave an unknown value out"),
        ({"gap": None}, "field gap: RATE is int, got None; leave an unknown value out"),
        ({"gap": 1.0}, "field gap: RATE is int, got 1.0; leave an unknown value out"),
        ({"exempt": 1}, "field exempt: BOOL is bool, got 1; leave an unknown value out"),
        ({"status": 3}, "field status: TEXT is str, got 3; leave an unknown value out"),
        ({"gap": MAX_INT}, f"field gap: {MAX_INT} is beyond ±2**62, where the engine could wrap"),
        ({"gap": -MAX_INT}, f"field gap: {-MAX_INT} is beyond ±2**62, where the engine could wrap"),
        ({"status": "x" * 1001}, "field status: text of 1001 characters; at most 1000"),
        ({"other": 1}, "field other: not declared; add it to the fact kind or drop it"),
    ],
)
def test_value_of_another_shape_is_named(values, problem):
    with pytest.raises(FactInvalid) as caught:
        KIND.check(fact(values))
    assert str(caught.value) == f"fact slow_payment, {problem}"


def test_source_must_belong_to_a_declared_field():
    KIND.check(fact({"gap": 1}, sources={"gap": 9}))
    with pytest.raises(FactInvalid, match="field other: has a source document but is not declared"):
        KIND.check(fact({"gap": 1}, sources={"other": 9}))


def test_fact_is_checked_against_its_own_kind_only():
    with pytest.raises(FactInvalid, match="checked against the declaration of slow_payment"):
        KIND.check(Fact("other", {}, subject_id=1, division_id=2, division_code="110000"))


@pytest.mark.parametrize(
    "name", ["id", "sid", "kind", "alias", "not", "Gap", "$s", "a__b", "_a", "a_", "1a", "差距", ""]
)
def test_field_name_the_engine_or_the_language_would_trip_over(name):
    with pytest.raises(ValueError):
        Field(name, FactType.COUNT, "某", "some")


def test_reserved_names_cover_the_rule_languages_own_attributes():
    own = {
        name for name in vars(lang.value("$m")) | vars(lang.value) if name.isidentifier() and not name.startswith("_")
    }
    assert {name for name in own if name.islower()} <= RESERVED_NAMES


def test_kind_declares_each_field_once_and_at_most_a_hundred():
    fields = tuple(Field(f"f{n}", FactType.COUNT, "某", "some") for n in range(101))
    assert FactKind("wide", "宽", "wide", SubjectKind.PROJECT, fields[:100])["f99"] is fields[99]
    with pytest.raises(ValueError, match="fact kind wide has 101 fields; the engine is safe up to 100"):
        FactKind("wide", "宽", "wide", SubjectKind.PROJECT, fields)
    with pytest.raises(ValueError, match="fact kind wide declares a field twice"):
        FactKind("wide", "宽", "wide", SubjectKind.PROJECT, (*fields[:2], fields[0]))


def test_every_unit_of_a_parameter_has_a_fact_type():
    assert {unit.value for unit in Unit} <= UNIT_TYPES.keys()

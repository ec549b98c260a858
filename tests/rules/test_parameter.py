"""Dated values, regional overrides, what-if values, and every fault a file can have."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rules.parameter import (
    WHAT_IF,
    ParameterFileInvalid,
    ParameterNotInForce,
    Parameters,
    ParameterUnknown,
    ParameterValueInvalid,
    RegionInvalid,
)
from rules.unit import Unit

RATE = """\
description: {zh: 最低执行率, en: lowest execution rate}
unit: permille
basis: I
tightens: higher
values:
  2021-01-01: {value: 600, reference: 甲}
  2024-01-01: {value: 700, reference: 乙}
overrides:
  "51":
    2024-06-01: {value: 650, reference: 川}
    2025-06-01: {value: null}
  "5133": {2024-06-01: {value: 550, reference: 甘孜}}
  "513321": {2024-07-01: {value: 500, reference: 康定}, 2024-09-01: {value: null}}
  "50": {2024-06-01: {value: 640, reference: 渝}}
  "X66000": {2024-06-01: {value: 620, reference: 兵团}}
last_value_still_valid_on: 2026-01-01
"""


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    return Parameters.load()


def law(folder: Path, text: str = RATE, name: str = "execution/min_rate.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("day", "region", "value"),
    [
        ("2021-01-01", None, 600),
        ("2023-12-31", None, 600),
        ("2024-01-01", None, 700),
        ("2024-05-31", "510100", 700),
        ("2024-06-01", "510100", 650),
        ("2025-05-31", "510100", 650),
        ("2025-06-01", "510100", 700),
        ("2024-06-30", "513321", 550),
        ("2024-07-01", "513321", 500),
        ("2024-09-01", "513321", 550),
        ("2025-06-01", "513300", 550),
        ("2024-06-01", "500000", 640),
        ("2024-06-01", "500101", 640),
        ("2024-06-01", "X66000", 620),
        ("2024-06-01", "X66001", 700),
        ("2024-06-01", "100000", 700),
        ("2024-06-01", "440300", 700),
    ],
)
def test_value_by_day_and_region(tmp_path, day, region, value):
    found = Parameters.load(law(tmp_path)).at("execution.min_rate", date.fromisoformat(day), region)
    assert found.value == value
    assert found.fact_value == value * 10
    assert found.number == value * 10


def test_value_tells_where_it_comes_from(tmp_path):
    found = Parameters.load(law(tmp_path)).at("execution.min_rate", date(2024, 8, 1), "513301")
    assert (found.reference, found.valid_from, found.region, found.text, found.unit) == (
        "甘孜",
        date(2024, 6, 1),
        "5133",
        "550",
        Unit.PERMILLE,
    )


def test_history_lists_nation_then_regions(tmp_path):
    history = Parameters.load(law(tmp_path)).history("execution.min_rate")
    assert [(v.region, v.value) for v in history] == [
        (None, 600),
        (None, 700),
        ("50", 640),
        ("51", 650),
        ("5133", 550),
        ("513321", 500),
        ("X66000", 620),
    ]


def test_not_in_force_before_first_value(tmp_path):
    loaded = Parameters.load(law(tmp_path))
    with pytest.raises(ParameterNotInForce, match=r"no value in force on 2020-12-31 for division 510100\. Add a value"):
        loaded.at("execution.min_rate", date(2020, 12, 31), "510100")
    assert loaded.find("execution.min_rate", date(2020, 12, 31), "510100") is None


def test_unknown_key(parameters):
    with pytest.raises(ParameterUnknown, match=r"There is no parameter 'slow_payment\.blue_points'"):
        parameters.at("slow_payment.blue_points", date(2026, 1, 1))


@pytest.mark.parametrize("region", ["51", "5101", "51010", "5101040"])
def test_numeric_region_must_have_six_digits(tmp_path, region):
    with pytest.raises(RegionInvalid, match=f"six digits, not '{region}'"):
        Parameters.load(law(tmp_path)).at("execution.min_rate", date(2024, 6, 1), region)


@pytest.mark.parametrize(
    ("key", "value", "fact", "text"),
    [
        ("filing.due_months", "1,4,7,10", "1,4,7,10", "1,4,7,10"),
        ("filing.due_day", 15, 15, "15"),
        ("filing.inclusive", True, True, "true"),
        ("filing.rollover", True, True, "true"),
        ("filing.reminder_first", 10, 10, "10"),
        ("filing.reminder_second", 5, 5, "5"),
        ("filing.reminder_last", 1, 1, "1"),
        ("allotment.clock_days", 30, 30, "30"),
        ("allotment.local_clock_days", 30, 30, "30"),
        ("allotment.rollover", False, False, "false"),
        ("detailing.clock_days", 30, 30, "30"),
        ("detailing.yellow_days", 60, 60, "60"),
        ("detailing.red_days", 120, 120, "120"),
        ("target_issue.gap_days", 0, 0, "0"),
        ("target_report.clock_days", 30, 30, "30"),
        ("decomposition.minimum_percent", 100, 10_000, "100"),
        ("decomposition.surplus_percent", 150, 15_000, "150"),
        ("slow_payment.yellow_points", 10, 1_000, "10"),
        ("slow_payment.red_points", 30, 3_000, "30"),
        ("slow_payment.grace_days", 60, 60, "60"),
        ("slow_payment.floor", Decimal(50), 50_000_000, "50"),
        ("slow_payment.persist_quarters", 2, 2, "2"),
        ("slow_target.yellow_points", 15, 1_500, "15"),
        ("slow_target.red_points", 30, 3_000, "30"),
        ("divergence.yellow_points", 30, 3_000, "30"),
        ("divergence.red_points", 50, 5_000, "50"),
        ("start.yellow_days", 90, 90, "90"),
        ("start.red_days", 180, 180, "180"),
        ("start.pause_windows", "", "", ""),
        ("no_activity.quarters", 4, 4, "4"),
        ("tolerance.money", Decimal("0.01"), 10_000, "0.01"),
    ],
)
def test_sheet_value(parameters, key, value, fact, text):
    found = parameters.at(key, date(2026, 10, 16), "510104")
    assert (found.value, found.fact_value, found.text) == (value, fact, text)
    assert found.valid_from == date(2021, 1, 1)


@pytest.mark.parametrize("key", ["transmission.due_workdays", "allotment.disaster_clock_days"])
def test_silent_law_has_no_value(parameters, key):
    assert parameters.find(key, date(2026, 10, 16), "510104") is None
    assert parameters.history(key) == ()


def test_every_parameter_is_described_and_marked(parameters):
    assert len(parameters.keys) == 54
    for key in parameters.keys:
        for value in parameters.history(key):
            assert f"[{parameters.definition(key).basis.value}]" in value.reference, key


def test_flag_and_number_do_not_mix(parameters):
    flag = parameters.at("filing.rollover", date(2026, 1, 1))
    assert flag.flag is True
    with pytest.raises(TypeError, match=r"filing\.rollover is a flag, not a number"):
        _ = flag.number
    with pytest.raises(TypeError, match=r"filing\.due_day is a count, not a flag"):
        _ = parameters.at("filing.due_day", date(2026, 1, 1)).flag


@pytest.mark.parametrize(
    ("key", "text", "fact"),
    [
        ("slow_payment.yellow_points", "15", 1_500),
        ("slow_payment.yellow_points", " １５ ", 1_500),
        ("slow_payment.yellow_points", "100", 10_000),
        ("tolerance.money", "0.5", 500_000),
        ("filing.rollover", "否", False),
        ("filing.rollover", "TRUE", True),
        ("start.pause_windows", "11-15..03-15;06-01..08-31", "11-15..03-15;06-01..08-31"),
        ("start.pause_windows", "", ""),
        ("transmission.due_workdays", "10", 10),
    ],
)
def test_what_if_value_holds_everywhere(parameters, key, text, fact):
    assumed = parameters.override({key: text})
    for day, region in ((date(2019, 1, 1), None), (date(2026, 10, 16), "510104")):
        found = assumed.at(key, day, region)
        assert (found.fact_value, found.reference, found.valid_from) == (fact, WHAT_IF, day)
    assert parameters.find(key, date(2019, 1, 1)) is None


def test_what_if_goes_before_a_regional_value(tmp_path):
    assumed = Parameters.load(law(tmp_path)).override({"execution.min_rate": "800"})
    assert assumed.at("execution.min_rate", date(2024, 8, 1), "513321").value == 800


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("slow_payment.yellow_points", "15%", "whole number without sign or unit, not '15%'"),
        ("slow_payment.yellow_points", "1.5", "whole number"),
        ("slow_payment.yellow_points", "-1", "whole number"),
        ("slow_payment.yellow_points", "", "whole number"),
        ("slow_payment.yellow_points", "101", "greatest value allowed is 100, not 101"),
        ("allotment.clock_days", "0", "least value allowed is 1, not 0"),
        ("tolerance.money", "0,01", "an amount in digits"),
        ("tolerance.money", "1e3", "an amount in digits"),
        ("filing.rollover", "1", "a flag is true or false"),
        ("start.pause_windows", "11-15~03-15", "does not have the form"),
        ("start.pause_windows", "13-15..03-15", "does not have the form"),
    ],
)
def test_what_if_text_must_fit_the_unit(parameters, key, text, why):
    with pytest.raises(ParameterValueInvalid, match=why):
        parameters.override({key: text})


def test_what_if_amount_must_be_whole_fen(tmp_path):
    text = RATE.replace("permille", "yuan").split("overrides")[0]
    loaded = Parameters.load(law(tmp_path, text))
    assert loaded.override({"execution.min_rate": "0.01"}).at("execution.min_rate", date(2024, 1, 1)).number == 1
    with pytest.raises(ParameterValueInvalid, match="not a whole number of fen"):
        loaded.override({"execution.min_rate": "0.001"})


def test_what_if_key_must_exist(parameters):
    with pytest.raises(ParameterUnknown, match=r"slow\.nothing"):
        parameters.override({"slow.nothing": "1"})


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("2024-01-01: {value: 700", "2020-01-01: {value: 700", "dates must ascend, but 2020-01-01 follows 2021-01-01"),
        ("2024-01-01: {value: 700", "2021-01-01: {value: 700", "the key 2021-01-01 is written twice"),
        ("2024-01-01: {value: 700", "soon: {value: 700", "'soon' is not a date"),
        ("unit: permille", "unit: furlong", "unit is one of days, .*, not 'furlong'"),
        ("unit: permille\n", "", "unit is one of .*, not None"),
        ("basis: I", "basis: X", "basis is one of S, I, L, not 'X'"),
        ("tightens: higher", "tightens: up", "tightens is one of lower, higher, not 'up'"),
        ("reference: 乙", "reference: ''", "2024-01-01: the reference is missing"),
        (", reference: 乙", "", "2024-01-01: the reference is missing"),
        (", reference: 川", "", "region 51, 2024-06-01: the reference is missing"),
        ("value: 700", "value: 0.7", "permille takes a whole number of at least 0, not 0.7"),
        ("value: 700", "value: -1", "not -1"),
        ("value: 700", "value: '700'", "not '700'"),
        ("value: 700", "value: true", "not True"),
        ("value: 700", "amount: 700", "expected {value: …, reference: …}"),
        ('"51":', "51:", "region 51 must be a quoted string of exactly 2, 4 or 6 digits"),
        ('"5133":', '"513":', "region '513' must be"),
        ('"50":', '"5":', "region '5' must be"),
        ("zh: 最低执行率, ", "", "description needs a text in zh and one in en"),
        ("valid_on: 2026-01-01", "valid_on: lately", "last_value_still_valid_on must be a date"),
        ("basis: I", "basis: I\nmaximum: 690", "2024-01-01: the greatest value allowed is 690, not 700"),
        ("basis: I", "basis: I\nminimum: low", "minimum must be a whole number"),
        ("basis: I", "basis: I\npattern: '('", "no regular expression"),
        ("basis: I", "basis: I\nthreshold: 1", "unexpected field threshold"),
        ("unit: permille", "unit: flag", "2021-01-01: a flag is true or false, not 600"),
        ("unit: permille", "unit: text", "2021-01-01: a text must be quoted, but 600 is read as int"),
        ("values:", "valuez:", "unexpected field valuez"),
        ("values:", "values: [", "not readable as YAML"),
    ],
)
def test_faulty_file_is_refused(tmp_path, old, new, why):
    assert old in RATE
    with pytest.raises(ParameterFileInvalid, match=why) as fault:
        Parameters.load(law(tmp_path, RATE.replace(old, new, 1)))
    assert "min_rate.yaml" in str(fault.value)
    assert "execution.min_rate" in str(fault.value)


def test_file_without_values_is_refused(tmp_path):
    text = RATE[: RATE.index("values:")]
    with pytest.raises(ParameterFileInvalid, match="has no values"):
        Parameters.load(law(tmp_path, text))


def test_file_that_is_a_list_is_refused(tmp_path):
    with pytest.raises(ParameterFileInvalid, match="expected a mapping of fields at the top, found list"):
        Parameters.load(law(tmp_path, "- 1\n"))


@pytest.mark.parametrize("name", ["min_rate.yaml", "a/b/min_rate.yaml", "execution/Min-Rate.yaml", "a/min_rate.yml"])
def test_file_in_the_wrong_place_is_refused(tmp_path, name):
    with pytest.raises(ParameterFileInvalid, match=r"lives in <chapter>/<name>\.yaml"):
        Parameters.load(law(tmp_path, name=name))


def test_missing_directory_is_refused(tmp_path):
    with pytest.raises(ParameterFileInvalid, match="no such folder"):
        Parameters.load(tmp_path / "nowhere")


def test_overlay_adds_values_after_those_known(tmp_path):
    overlay = """\
values:
  2026-01-01: {value: 750, reference: 丙}
overrides:
  "51": {2026-01-01: {value: 740, reference: 川二}}
  "63": {2022-01-01: {value: 500, reference: 青}}
"""
    loaded = Parameters.load(law(tmp_path / "base"), extra=[law(tmp_path / "extra", overlay)])
    found = [loaded.at("execution.min_rate", date(2026, 1, 1), region).value for region in (None, "510100", "630100")]
    assert found == [750, 740, 500]
    assert loaded.at("execution.min_rate", date(2025, 12, 31), "510100").value == 700


@pytest.mark.parametrize(
    ("overlay", "why"),
    [
        (
            "values: {2024-01-01: {value: 1, reference: 丙}}",
            "must be dated after 2024-01-01, the last one given so far",
        ),
        ('overrides: {"51": {2024-06-01: {value: 1, reference: 丙}}}', "must be dated after 2025-06-01"),
        ("unit: points", "unexpected field unit .*an overlay may only add dated values"),
    ],
)
def test_overlay_cannot_rewrite_what_is_given(tmp_path, overlay, why):
    with pytest.raises(ParameterFileInvalid, match=why):
        Parameters.load(law(tmp_path / "base"), extra=[law(tmp_path / "extra", overlay)])


def test_overlay_may_define_a_key_of_its_own(tmp_path):
    extra = law(tmp_path / "extra", name="province/own_rate.yaml")
    loaded = Parameters.load(law(tmp_path / "base"), extra=[extra])
    assert loaded.keys == ("execution.min_rate", "province.own_rate")

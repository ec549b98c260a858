"""Targets: what is missing, what the parts come to, and pace."""

from datetime import date

import pytest

from db.enums import Direction, IndicatorKind, SpaceAggregation, TimeAggregation
from rules.dossier.project import ProjectCase
from rules.dossier.target import TargetCase, target_fact, work_of

AS_OF = date(2026, 7, 2)
MILLION = 1_000_000


@pytest.fixture
def funded(case, to_project) -> ProjectCase:
    """A project whose money arrived early in the year."""
    return case(AS_OF, edges=[to_project(300, date(2026, 1, 5))])


def test_parts_are_added_up_against_the_target(indicator, target, grounds) -> None:
    parts = [target(500, parent_id=1), target(460, parent_id=1)]
    values = target_fact(TargetCase(target(1200), indicator(), (), parts), grounds(AS_OF)).values
    assert (values["parts"], values["parts_value"], values["coverage"]) == (2, 960 * MILLION, 8_000)
    assert values["parts_gap"] == 240 * MILLION


def test_ceiling_is_covered_by_staying_below_it(indicator, target, grounds) -> None:
    at_most = indicator(direction=Direction.LE)
    over = target_fact(TargetCase(target(100), at_most, (), [target(75), target(50)]), grounds(AS_OF)).values
    under = target_fact(TargetCase(target(100), at_most, (), [target(40), target(40)]), grounds(AS_OF)).values
    assert (over["coverage"], under["coverage"]) == (8_000, 12_500)


def test_ratio_is_rolled_up_by_its_numerators_and_denominators(indicator, target, grounds) -> None:
    """90 of 100 and 10 of 300 are 100 of 400, a quarter: not the mean of 90 % and 3.3 %."""
    ratio = indicator(over_space=SpaceAggregation.RATIO)
    parts = [target(None, numerator=90, denominator=100), target(None, numerator=10, denominator=300)]
    values = target_fact(
        TargetCase(target(None, numerator=50, denominator=100), ratio, (), parts), grounds(AS_OF)
    ).values
    assert (values["coverage"], values["parts_value"], values["parts_gap"]) == (5_000, 250_000, 250_000)


def test_part_without_a_value_leaves_the_sum_unknown(indicator, target, grounds) -> None:
    values = target_fact(TargetCase(target(100), indicator(), (), [target(60), target(None)]), grounds(AS_OF)).values
    assert "coverage" not in values
    assert values["parts"] == 2


def test_what_cannot_be_added_up_is_not(indicator, target, grounds) -> None:
    alone = indicator(over_space=SpaceAggregation.NONE)
    values = target_fact(TargetCase(target(100), alone, (), [target(60)]), grounds(AS_OF)).values
    assert values["additive"] is False
    assert "coverage" not in values


def test_missing_elements_are_named(indicator, target, grounds) -> None:
    bare = indicator(measure_id=None, direction=None, over_time=None)
    values = target_fact(TargetCase(target(None, measure_id=None, due_on=None), bare, (), ()), grounds(AS_OF)).values
    assert (values["missing_core"], values["missing_other"]) == (3, 3)
    assert values["missing_zh"] == "计量单位、目标值、指标方向、基期值、汇总方式、完成期限"
    complete = target_fact(TargetCase(target(10, baseline=0), indicator(), (), ()), grounds(AS_OF)).values
    assert (complete["missing_core"], complete["missing_other"], complete["missing_zh"]) == (0, 0, "")


def test_pace_is_measured_on_what_was_reported_by_the_day(indicator, target, report, grounds, funded) -> None:
    progress = [report("2026Q1", 100, date(2026, 4, 10)), report("2026Q2", 400, date(2026, 7, 3))]
    one = TargetCase(target(1000), indicator(), progress, ())

    early = target_fact(one, grounds(AS_OF), of=funded).values
    late = target_fact(one, grounds(date(2026, 7, 3)), of=funded).values

    assert (early["time_progress"], early["attainment"], early["target_lag"]) == (5_000, 1_000, 4_000)
    assert (late["reached"], late["attainment"]) == (400 * MILLION, 4_000)
    assert early["value_to_clear"] == 350_050_000
    assert early["running"] is True


def test_target_beyond_its_project_counts_the_days(indicator, target, case, grounds) -> None:
    of = case(AS_OF)
    on_time = target_fact(TargetCase(target(1), indicator(), (), ()), grounds(AS_OF), of=of).values
    beyond = target_fact(
        TargetCase(target(1, due_on=date(2027, 1, 1)), indicator(), (), ()), grounds(AS_OF), of=of
    ).values
    assert (on_time["days_beyond"], beyond["days_beyond"]) == (0, 1)
    assert (
        on_time["running"],
        "days_beyond" in target_fact(TargetCase(target(1), indicator(), (), ()), grounds(AS_OF)).values,
    ) == (False, False)


def test_best_value_counts_where_the_indicator_says_so(indicator, target, report) -> None:
    progress = [report("2026Q1", 90, date(2026, 4, 10)), report("2026Q2", 70, date(2026, 7, 1))]
    best = TargetCase(target(100), indicator(over_time=TimeAggregation.MAX), progress, ())
    last = TargetCase(target(100), indicator(), progress, ())
    assert (best.attained(AS_OF), last.attained(AS_OF)) == (9_000, 7_000)


def test_work_of_a_project_weighs_its_quantity_targets(indicator, target, report) -> None:
    done = TargetCase(target(100, weight=30), indicator(), [report("2026Q1", 100, date(2026, 4, 10))], ())
    begun = TargetCase(target(100, weight=10), indicator(), [report("2026Q1", 20, date(2026, 4, 12))], ())
    praised = TargetCase(target(100, weight=60), indicator(kind=IndicatorKind.SATISFACTION), (), ())
    work = work_of([done, begun, praised], AS_OF)
    assert work.attainment == 8_000
    assert work.moved_on == [date(2026, 4, 10), date(2026, 4, 12)]


def test_unchanged_report_is_no_movement(indicator, target, report) -> None:
    progress = [report("2026Q1", 20, date(2026, 4, 10)), report("2026Q2", 20, date(2026, 7, 1))]
    assert work_of([TargetCase(target(100), indicator(), progress, ())], AS_OF).moved_on == [date(2026, 4, 10)]

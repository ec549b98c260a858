"""A project's fact: its money by source, its payment against its schedule, its activity."""

from datetime import date

import pytest

from db.dossier_rows import ChangeRow, PayPlanRow
from db.enums import AllocationKind, ChangeField, Level, PaymentKind, Source
from db.types import FEN_PER_WAN, Period
from rules.dossier.change import change_fact
from rules.dossier.progress import time_progress
from rules.dossier.project import Work, project_fact
from rules.dossier.source import source_facts

AS_OF = date(2026, 10, 20)
MARCH = date(2026, 3, 20)


def test_full_recall_leaves_no_central_money(case, grounds, line, to_project) -> None:
    issued = to_project(300, MARCH)
    recall = to_project(300, date(2026, 9, 1), parent_id=issued.id, kind=AllocationKind.RECALL)
    lines = [line(Source.CENTRAL, 300), line(Source.COUNTY, 50)]

    before = project_fact(case(date(2026, 8, 31), edges=[issued, recall], lines=lines), grounds(date(2026, 8, 31)))
    after = project_fact(case(AS_OF, edges=[issued, recall], lines=lines), grounds(AS_OF))

    assert before.values["central_net"] == 300 * FEN_PER_WAN
    assert after.values["central_net"] == 0
    assert after.values["fiscal_net"] == 50 * FEN_PER_WAN
    assert after.values["funded"] is True


def test_planned_money_counts_until_something_is_issued(case, grounds, line, to_project) -> None:
    lines = [line(Source.CENTRAL, 300)]
    planned = project_fact(case(AS_OF, lines=lines), grounds(AS_OF))
    issued = project_fact(case(AS_OF, lines=lines, edges=[to_project(200, MARCH)]), grounds(AS_OF))

    assert (planned.values["central_net"], planned.values["arrived"]) == (300 * FEN_PER_WAN, 0)
    assert issued.values["central_net"] == 200 * FEN_PER_WAN


def test_sources_are_held_against_the_total(case, grounds, line, project_row) -> None:
    lines = [line(Source.CENTRAL, 30_000), line(Source.PROVINCE, 6_000), line(Source.MIXED, 14_200)]
    values = project_fact(
        case(AS_OF, lines=lines, project=project_row(total_investment_fen=50_201 * FEN_PER_WAN)), grounds(AS_OF)
    ).values

    assert values["planned_total"] == 50_200 * FEN_PER_WAN
    assert values["source_gap"] == FEN_PER_WAN


def test_payment_is_held_against_linear_time_from_the_arrival(case, grounds, payment, to_project) -> None:
    payments = [payment(120, date(2026, 5, 1)), payment(20, date(2026, 6, 1), Source.CENTRAL, PaymentKind.REFUND)]
    values = project_fact(case(AS_OF, edges=[to_project(400, MARCH)], payments=payments), grounds(AS_OF)).values

    assert (values["arrived"], values["paid"], values["unpaid"]) == (
        400 * FEN_PER_WAN,
        100 * FEN_PER_WAN,
        300 * FEN_PER_WAN,
    )
    assert values["time_progress"] == time_progress(MARCH, date(2026, 12, 31), AS_OF) == 7_483
    assert (values["pay_rate"], values["pay_gap"], values["schedule"]) == (2_500, 4_983, "LINEAR")
    assert values["days_since_arrival"] == 214


def test_payment_that_would_clear_it_brings_the_gap_just_below_yellow(case, grounds, payment, to_project) -> None:
    edges = [to_project(400, MARCH)]
    slow = project_fact(case(AS_OF, edges=edges, payments=[payment(100, date(2026, 5, 1))]), grounds(AS_OF)).values
    cleared = payment(100, date(2026, 5, 1))._replace(amount_fen=100 * FEN_PER_WAN + slow["pay_to_clear"])
    one_less = cleared._replace(amount_fen=cleared.amount_fen - 1)

    assert project_fact(case(AS_OF, edges=edges, payments=[cleared]), grounds(AS_OF)).values["pay_gap"] == 999
    assert project_fact(case(AS_OF, edges=edges, payments=[one_less]), grounds(AS_OF)).values["pay_gap"] == 1_000


def test_plan_goes_before_linear_time(case, grounds, payment, to_project) -> None:
    plan = [PayPlanRow(1, Period(2026, 2).ordinal, 3_000), PayPlanRow(1, Period(2026, 3).ordinal, 5_000)]
    values = project_fact(
        case(AS_OF, edges=[to_project(400, MARCH)], payments=[payment(100, date(2026, 5, 1))], plan=plan),
        grounds(AS_OF),
    ).values
    assert (values["schedule"], values["time_progress"], values["pay_gap"]) == ("PLAN", 5_000, 2_500)


def test_streak_counts_closed_quarters_behind_after_the_grace(case, grounds, payment, to_project) -> None:
    """Behind at the end of June (102 days after arrival) and September; at the end of March still in grace."""
    edges, never_paid = [to_project(400, MARCH)], project_fact
    assert never_paid(case(AS_OF, edges=edges), grounds(AS_OF)).values["slow_quarters"] == 2
    caught_up = [payment(160, date(2026, 6, 30))]
    assert never_paid(case(AS_OF, edges=edges, payments=caught_up), grounds(AS_OF)).values["slow_quarters"] == 1


def test_owner_and_social_money_never_arrives(case, grounds, payment, to_project) -> None:
    edges = [to_project(400, MARCH), to_project(100, MARCH, source=Source.OWNER)]
    payments = [payment(50, date(2026, 5, 1)), payment(90, date(2026, 5, 2), Source.OWNER)]
    one_case = case(AS_OF, edges=edges, payments=payments)
    values = project_fact(one_case, grounds(AS_OF)).values

    assert (values["arrived"], values["paid"]) == (400 * FEN_PER_WAN, 50 * FEN_PER_WAN)
    assert [fact.values["source"] for fact in source_facts(one_case, grounds(AS_OF))] == ["CENTRAL"]


def test_source_paid_beyond_its_arrival_shows_the_excess(case, grounds, line, payment, to_project) -> None:
    edges = [to_project(300, MARCH), to_project(50, MARCH, source=Source.COUNTY)]
    payments = [payment(300, date(2026, 5, 1)), payment(70, date(2026, 5, 2), Source.COUNTY)]
    facts = source_facts(case(AS_OF, edges=edges, payments=payments, lines=[line(Source.CENTRAL, 300)]), grounds(AS_OF))
    assert {fact.values["source"]: fact.values["excess"] for fact in facts} == {
        "CENTRAL": 0,
        "COUNTY": 20 * FEN_PER_WAN,
    }


def test_money_and_work_are_compared_with_their_sign(case, grounds, payment, to_project) -> None:
    edges, payments = [to_project(400, MARCH)], [payment(100, date(2026, 5, 1))]
    values = project_fact(case(AS_OF, edges=edges, payments=payments, work=Work(7_000, ())), grounds(AS_OF)).values
    assert (values["divergence"], values["divergence_side"]) == (4_500, "WORK")


def test_quiet_quarters_count_whole_ones_since_the_last_movement(case, grounds, payment, to_project) -> None:
    edges = [to_project(400, date(2025, 2, 1))]
    paid = [payment(100, date(2025, 9, 30))]
    values = project_fact(case(AS_OF, edges=edges, payments=paid), grounds(AS_OF)).values
    assert values["quiet_quarters"] == 4
    assert date.fromordinal(values["last_activity"]) == date(2025, 9, 30)
    worked = Work(3_000, [date(2025, 10, 12)])
    assert project_fact(case(AS_OF, edges=edges, work=worked), grounds(AS_OF)).values["quiet_quarters"] == 3


def termination(approved_on: date | None, level: Level | None) -> ChangeRow:
    return ChangeRow(
        id=1,
        code="C-1",
        project_id=1,
        field=ChangeField.TERMINATION,
        effective_on=date(2026, 8, 1),
        required_level=Level.PROVINCE,
        approved_on=approved_on,
        approver_level=level,
        document_id=None,
    )


@pytest.mark.parametrize(
    ("approved_on", "level", "approved"),
    [
        (date(2026, 8, 1), Level.PROVINCE, True),
        (date(2026, 8, 2), Level.PROVINCE, False),
        (date(2026, 8, 1), Level.COUNTY, False),
        (date(2026, 8, 1), Level.NATION, True),
        (None, None, False),
    ],
)
def test_termination_needs_a_sufficient_level_beforehand(case, grounds, approved_on, level, approved) -> None:
    one_case = case(AS_OF, changes=[termination(approved_on, level)])
    assert project_fact(one_case, grounds(AS_OF)).values["termination_approved"] is approved


def test_change_waits_for_its_approval_up_to_the_day_judged(case, grounds) -> None:
    waiting = termination(None, None)._replace(field=ChangeField.SCALE)
    values = change_fact(waiting, case(AS_OF), grounds(AS_OF)).values
    assert (values["approved"], values["level_sufficient"], values["days_before_approval"]) == (False, False, 80)
    after = change_fact(
        waiting._replace(approved_on=date(2026, 8, 4), approver_level=Level.CITY), case(AS_OF), grounds(AS_OF)
    )
    assert (after.values["level_sufficient"], after.values["days_before_approval"]) == (False, 3)

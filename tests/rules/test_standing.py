"""Standing findings over several days: new, persisting, cleared, recurred, and never twice."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from db.enums import FindingState, FundCategory, ProjectStatus, RuleStage, Severity, SubjectKind
from db.models import Filing, Payment, Project, Revision, RuleRun, RuleRunLine, StandingFinding
from db.types import FEN_PER_WAN
from rules.law import Law
from rules.standing import Comparison, RefreshOutdated, compare, compared_with_standing, refresh

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 10, day) for day in (19, 20, 21, 22))
STANDING = select(StandingFinding).order_by(StandingFinding.id)


async def refreshed(record, day: date, **choices):
    return await refresh(record.database, area=record.area(), as_of=day, actor="test", **choices)


async def states(record) -> list[tuple[str, FindingState]]:
    return [(each.rule_code, each.state) for each in await record.all(STANDING)]


async def test_finding_lives_through_its_states(record) -> None:
    await record.change(Project, 1, category=FundCategory.LOCAL)
    first = await refreshed(record, MONDAY)
    assert (await states(record), first.moved) == (
        [("CS-02-02", FindingState.NEW)],
        {FindingState.NEW: 1},
    )

    second = await refreshed(record, TUESDAY)
    assert second.moved == {FindingState.PERSISTING: 1}
    (row,) = await record.all(STANDING)
    assert (row.state, row.first_seen, row.last_seen) == (FindingState.PERSISTING, MONDAY, TUESDAY)

    await record.change(Project, 1, category=FundCategory.CENTRAL)
    third = await refreshed(record, WEDNESDAY)
    assert third.moved == {FindingState.CLEARED: 1}
    (row,) = await record.all(STANDING)
    assert (row.state, row.last_seen, row.cleared_on) == (FindingState.CLEARED, TUESDAY, WEDNESDAY)

    await record.change(Project, 1, category=FundCategory.LOCAL)
    fourth = await refreshed(record, THURSDAY)
    assert fourth.moved == {FindingState.RECURRED: 1}
    (row,) = await record.all(STANDING)
    assert (row.state, row.first_seen, row.last_seen, row.cleared_on) == (
        FindingState.RECURRED,
        MONDAY,
        THURSDAY,
        None,
    )


async def test_twice_on_one_day_changes_nothing_but_the_run(record) -> None:
    await record.change(Project, 1, category=FundCategory.LOCAL, started_on=None)
    await refreshed(record, TUESDAY)
    before = [(row.key, row.state, row.revision_id, row.run_id, row.body) for row in await record.all(STANDING)]

    again = await refreshed(record, TUESDAY)

    after = [(row.key, row.state, row.revision_id, row.run_id, row.body) for row in await record.all(STANDING)]
    assert after == before
    assert len(before) == 2
    assert again.moved == {}
    assert await record.all(select(func.count()).select_from(RuleRun)) == [2]


async def test_run_keeps_its_receipt(record) -> None:
    await record.change(Project, 1, category=FundCategory.LOCAL)
    result = await refreshed(record, TUESDAY)
    (run,) = await record.all(select(RuleRun))
    lines = await record.all(select(RuleRunLine).where(RuleRunLine.run_id == run.id))

    assert (run.id, run.as_of, run.requested_by, run.release) == (
        result.run_id,
        TUESDAY,
        "test",
        Law.national().release,
    )
    assert {line.rule_code: (line.evaluated, line.fired) for line in lines}["CS-02-02"] == (1, 1)
    assert len(lines) == 24


@pytest.mark.parametrize("state", [FindingState.EXPLAINED, FindingState.WAIVED])
async def test_explained_or_waived_stays_so_while_it_fires(record, state) -> None:
    await record.change(Project, 1, category=FundCategory.LOCAL)
    await refreshed(record, MONDAY)
    await record.change(StandingFinding, 1, state=state)

    await refreshed(record, TUESDAY)
    assert await states(record) == [("CS-02-02", state)]
    await record.change(Project, 1, category=FundCategory.CENTRAL)
    await refreshed(record, WEDNESDAY)
    assert await states(record) == [("CS-02-02", FindingState.CLEARED)]


async def test_worse_figures_of_the_same_day_are_taken_over(record) -> None:
    await record.change(Project, 1, total_investment_fen=310 * FEN_PER_WAN)
    await refreshed(record, TUESDAY)
    await record.change(Project, 1, total_investment_fen=320 * FEN_PER_WAN)
    await refreshed(record, TUESDAY)
    (row,) = await record.all(STANDING)
    assert row.body["message"]["zh"] == "各来源计划合计300万元，总投资320万元，相差20万元"
    assert row.state is FindingState.NEW


async def test_finding_knows_its_project_unit_and_rank(record) -> None:
    await record.change(Filing, 3, paid_period_fen=0)
    await refreshed(record, TUESDAY)
    (row,) = await record.all(STANDING)
    assert (row.rule_code, row.subject_kind, row.subject_id, row.project_id) == ("CS-11-06", SubjectKind.FILING, 3, 1)
    assert (row.division_id, row.responsible_unit_id, row.severity_rank) == (4, 1, Severity.BLOCKING.rank)
    assert row.period.code == "2026Q3"


async def test_other_areas_are_left_alone(record) -> None:
    await record.change(Project, 1, category=FundCategory.LOCAL)
    await refreshed(record, MONDAY)
    await record.change(Project, 1, category=FundCategory.CENTRAL)
    await record.change(StandingFinding, 1, division_id=2)

    await refresh(record.database, area=record.area(4), as_of=TUESDAY, actor="test")
    assert await states(record) == [("CS-02-02", FindingState.NEW)]
    await refresh(record.database, area=record.area(2), as_of=TUESDAY, actor="test")
    assert await states(record) == [("CS-02-02", FindingState.CLEARED)]


async def test_blocked_subject_does_not_clear_what_waits_for_it(record) -> None:
    """Slow payment stands; then payments exceed what arrived, so nothing can be said of their pace."""
    await record.change(Payment, 2, amount_fen=1)
    await record.change(Payment, 1, amount_fen=1)
    await refreshed(record, MONDAY)
    assert ("PT-12-01", FindingState.NEW) in await states(record)
    await record.change(Payment, 1, amount_fen=900 * FEN_PER_WAN)
    await refreshed(record, TUESDAY)
    assert dict(await states(record))["PT-12-01"] is FindingState.NEW
    await record.change(Payment, 1, amount_fen=240 * FEN_PER_WAN)
    await refreshed(record, WEDNESDAY)
    assert dict(await states(record))["PT-12-01"] is FindingState.CLEARED


async def test_rule_on_trial_marks_its_findings(record) -> None:
    national = Law.national()
    on_trial = replace(national.rules["CS-02-02"], stage=RuleStage.TRIAL)
    law = Law({"CS-02-02": on_trial}, national.parameters, national.calendars)
    await record.change(Project, 1, category=FundCategory.LOCAL)
    await refreshed(record, TUESDAY, law=law)
    (row,) = await record.all(STANDING)
    assert (row.rule_code, row.trial, row.lead) == ("CS-02-02", True, False)


async def test_earlier_day_is_refused(record) -> None:
    await record.change(Project, 1, category=FundCategory.LOCAL)
    await refreshed(record, TUESDAY)
    revisions = await record.all(select(func.count()).select_from(Revision))
    with pytest.raises(RefreshOutdated, match="2026-10-20"):
        await refreshed(record, MONDAY)
    assert await record.all(select(func.count()).select_from(Revision)) == revisions


async def test_what_if_is_compared_with_what_stands(record) -> None:
    await record.change(Project, 1, status=ProjectStatus.UNDER_WAY, started_on=None)
    standing = (await refreshed(record, TUESDAY)).check
    await record.change(Project, 1, category=FundCategory.LOCAL)
    result = (await refreshed(record, TUESDAY)).check
    assert await compared_with_standing(record.database, standing, record.area()) == Comparison(
        added=(),
        removed=tuple(each.key for each in result.findings if each.rule_code == "CS-02-02"),
        unchanged=tuple(each.key for each in standing.findings),
    )


def test_comparison_without_findings_removes_all_that_stood() -> None:
    assert compare((), ["b", "a"]) == Comparison(added=(), removed=("a", "b"), unchanged=())

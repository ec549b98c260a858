"""A check of a small record: nothing on a sound one, each fault by its rule, and every subject on the receipt."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from db.enums import FilingState, FundCategory, Line, ProjectStatus, Provenance, ReserveStatus, Severity
from db.models import Allocation, Filing, Project, ReserveEntry, SourceLine, Target
from db.types import FEN_PER_WAN, SHANGHAI
from rules.check import check
from rules.law import Law, RuleUnknown

AS_OF = date(2026, 10, 20)


async def found(record, **choices) -> list[tuple[str, Severity]]:
    area = choices.pop("area", None) or record.area()
    result = await check(record.database, area=area, as_of=AS_OF, **choices)
    return [(each.rule_code, each.severity) for each in result.findings]


async def test_sound_record_has_no_findings_and_a_full_receipt(record) -> None:
    result = await check(record.database, area=record.area(), as_of=AS_OF)

    assert [(each.rule_code, each.message.zh) for each in result.findings] == []
    assert result.receipt.sound
    facts = {line.rule_code: line.facts for line in result.receipt.lines}
    assert facts == {
        **dict.fromkeys(("CS-02-01", "CS-02-02", "CS-02-03", "CS-02-06"), 1),
        **dict.fromkeys(("PT-11-08", "PT-12-01", "PT-12-04", "PT-12-08", "CS-11-05", "DQ-11-02"), 1),
        **dict.fromkeys(("DL-09-01", "DL-09-02", "DL-09-03", "CS-09-04"), 3),
        **dict.fromkeys(("CS-09-06", "CS-10-01"), 4),
        **dict.fromkeys(("CS-10-02", "DQ-10-04", "CS-10-06", "PT-12-02"), 3),
        **dict.fromkeys(("DL-11-01", "CS-11-04", "CS-11-06"), 3),
        "PT-12-03": 0,
    }
    assert {line.rule_code: line.missing for line in result.receipt.lines if line.missing_facts} == {}


@pytest.mark.parametrize(
    ("model", "row_id", "values", "expected"),
    [
        (Project, 1, {"category": FundCategory.LOCAL}, [("CS-02-02", Severity.BLOCKING)]),
        (Project, 1, {"category": FundCategory.SOCIAL}, [("CS-02-03", Severity.BLOCKING)]),
        (Project, 1, {"total_investment_fen": 301 * FEN_PER_WAN}, [("CS-02-06", Severity.BLOCKING)]),
        (Project, 1, {"status": ProjectStatus.TERMINATED}, [("PT-12-04", Severity.RED)]),
        (Project, 1, {"started_on": None}, [("PT-11-08", Severity.RED)]),
        (Allocation, 2, {"issued_on": date(2026, 4, 2), "received_on": date(2026, 4, 2)}, [("DL-09-01", Severity.RED)]),
        (Allocation, 3, {"detailing_reported_on": date(2026, 4, 20)}, [("DL-09-02", Severity.RED)]),
        (ReserveEntry, 1, {"status": ReserveStatus.FILED}, [("CS-09-06", Severity.RED)]),
        (Target, 2, {"allocation_id": None}, [("CS-10-01", Severity.RED)]),
        (Target, 1, {"canonical_value": Decimal(101)}, [("CS-10-02", Severity.BLOCKING)]),
        (Target, 3, {"baseline": None}, [("DQ-10-04", Severity.YELLOW)]),
        (Target, 3, {"due_on": date(2027, 1, 1)}, [("CS-10-06", Severity.RED)]),
        (Filing, 3, {"submitted_at": datetime(2026, 10, 16, 0, 0, tzinfo=SHANGHAI)}, [("DL-11-01", Severity.RED)]),
        (Filing, 3, {"submitted_at": None, "state": FilingState.OPEN}, [("DQ-11-02", Severity.RED)]),
        (Filing, 3, {"paid_period_fen": 91 * FEN_PER_WAN}, [("CS-11-06", Severity.BLOCKING)]),
    ],
)
async def test_one_fault_raises_its_rule_alone(sqlite_record, model, row_id, values, expected) -> None:
    await sqlite_record.change(model, row_id, **values)
    assert await found(sqlite_record) == expected


async def test_recall_flips_the_category_and_clears_the_money(record) -> None:
    recall = Allocation(
        id=9,
        code="R1",
        fund_id=1,
        budget_year=2026,
        parent_id=4,
        grantor_id=4,
        recipient_id=4,
        source="CENTRAL",
        kind="RECALL",
        amount_fen=300 * FEN_PER_WAN,
        issued_on=date(2026, 10, 1),
        provenance=Provenance.REGISTERED,
    )
    await record.add(recall)
    assert [code for code, _ in await found(record)] == ["CS-02-01", "CS-11-05", "DL-09-03"]


async def test_finding_cites_papers_people_and_numbers(record) -> None:
    await record.change(SourceLine, 1, planned_fen=250 * FEN_PER_WAN)
    (finding,) = (await check(record.database, area=record.area(), as_of=AS_OF)).findings

    assert finding.message.zh == "各来源计划合计250万元，总投资300万元，相差50万元"
    assert finding.counterfactual.zh.startswith("使各来源合计与总投资之差由50万元降至0.01万元以内")
    assert {each.field: each.document_id for each in finding.evidence}["total_investment"] == 1
    assert finding.responsible_unit_id == 1
    assert [each.key for each in finding.parameters] == ["tolerance.money"]


async def test_area_limits_subjects_to_a_subtree(record) -> None:
    await record.change(Project, 1, category=FundCategory.LOCAL)
    await record.change(Allocation, 2, issued_on=date(2026, 4, 2), received_on=date(2026, 4, 2))

    assert [code for code, _ in await found(record, area=record.area(4))] == ["CS-02-02"]
    assert [code for code, _ in await found(record, area=record.area(2))] == ["CS-02-02", "DL-09-01"]
    assert await found(record, area=record.area(1, lines=frozenset({Line.GEOHAZARD}))) == []


async def test_chosen_rules_alone_are_told_about(record) -> None:
    await record.change(Project, 1, category=FundCategory.LOCAL, started_on=None)
    result = await check(record.database, area=record.area(), as_of=AS_OF, rules=["PT-11-08"])
    assert [each.rule_code for each in result.findings] == ["PT-11-08"]
    assert [line.rule_code for line in result.receipt.lines] == ["PT-11-08"]


async def test_unknown_rule_is_refused(sqlite_record) -> None:
    with pytest.raises(RuleUnknown, match="no rule XX-00-00"):
        await check(sqlite_record.database, area=sqlite_record.area(), as_of=AS_OF, rules=["XX-00-00"])


async def test_assumed_number_changes_the_answer_and_the_release(record) -> None:
    overrides = {"slow_payment.yellow_points": "0"}
    plain = await check(record.database, area=record.area(), as_of=AS_OF)
    assumed = await check(record.database, area=record.area(), as_of=AS_OF, overrides=overrides)
    again = await check(record.database, area=record.area(), as_of=AS_OF)

    assert [each.rule_code for each in assumed.findings] == []
    assert assumed.release != plain.release == again.release == Law.national().release


async def test_published_figures_owe_nothing(record) -> None:
    await record.change(Project, 1, category=FundCategory.SOCIAL, started_on=None, provenance=Provenance.PUBLISHED)
    assert await found(record) == []


async def test_progress_is_told_in_projects(sqlite_record) -> None:
    told: list[tuple[int, int]] = []
    await check(
        sqlite_record.database,
        area=sqlite_record.area(),
        as_of=AS_OF,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 1)]

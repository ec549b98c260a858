"""Receipts: the issue clock, detailing and its report; nodes and issues beside them."""

from datetime import date

from db.dossier_rows import ReserveRow, TargetIssueRow
from db.enums import AllocationKind, Provenance, ReserveStatus, Source
from db.types import FEN_PER_WAN
from rules.dossier.issue import TargetSets, issue_fact
from rules.dossier.money import Ledger
from rules.dossier.node import node_facts
from rules.dossier.receipt import receipt_fact

PROVINCE, CITY, COUNTY = 2, 3, 4
LOCAL_FUND, EMERGENCY_FUND = 2, 3
AS_OF = date(2026, 10, 20)
MARCH_1 = date(2026, 3, 1)


def test_only_the_late_part_of_a_tranche_is_overdue(edge, grounds) -> None:
    receipt = edge(1000, MARCH_1)
    parts = [
        edge(600, date(2026, 3, 30), parent_id=receipt.id, grantor_id=PROVINCE, recipient_id=CITY),
        edge(400, date(2026, 4, 3), parent_id=receipt.id, grantor_id=PROVINCE, recipient_id=CITY),
    ]
    values = receipt_fact(receipt, Ledger([receipt, *parts], AS_OF), grounds(AS_OF)).values

    assert date.fromordinal(values["issue_due"]) == date(2026, 3, 31)
    assert (values["in_time"], values["overdue_amount"]) == (600 * FEN_PER_WAN, 400 * FEN_PER_WAN)
    assert (values["unmapped"], values["issue_days_late"]) == (0, 3)


def test_residue_is_late_up_to_the_day_judged(edge, grounds) -> None:
    receipt = edge(1000, MARCH_1)
    in_time = receipt_fact(receipt, Ledger([receipt], date(2026, 3, 31)), grounds(date(2026, 3, 31))).values
    late = receipt_fact(receipt, Ledger([receipt], date(2026, 4, 1)), grounds(date(2026, 4, 1))).values

    assert (in_time["issue_expired"], in_time["issue_days_late"]) == (False, 0)
    assert (late["issue_expired"], late["issue_days_late"]) == (True, 1)


def test_recalled_money_is_not_owed_onward(edge, grounds) -> None:
    receipt = edge(1000, MARCH_1)
    recall = edge(1000, date(2026, 3, 20), parent_id=receipt.id, kind=AllocationKind.RECALL)
    values = receipt_fact(receipt, Ledger([receipt, recall], AS_OF), grounds(AS_OF)).values
    assert (values["amount"], values["overdue_amount"], values["unmapped_share"]) == (0, 0, 0)


def test_clock_depends_on_fund_and_level(edge, grounds) -> None:
    def clock(fund_id: int, recipient_id: int) -> bool:
        receipt = edge(100, MARCH_1, fund_id=fund_id, recipient_id=recipient_id)
        return bool(receipt_fact(receipt, Ledger([receipt], AS_OF), grounds(AS_OF)).values["issue_clock"])

    assert [clock(1, each) for each in (PROVINCE, CITY, COUNTY)] == [True, False, False]
    assert [clock(LOCAL_FUND, each) for each in (PROVINCE, CITY, COUNTY)] == [True, True, False]
    assert [clock(EMERGENCY_FUND, each) for each in (PROVINCE, CITY, COUNTY)] == [False, False, False]


def test_receipt_before_the_regulation_starts_no_clock(edge, grounds) -> None:
    receipt = edge(100, date(2020, 6, 1))
    assert receipt_fact(receipt, Ledger([receipt], AS_OF), grounds(AS_OF)).values["issue_clock"] is False


def test_county_that_mapped_everything_has_finished_detailing(edge, grounds, to_project) -> None:
    receipt = edge(500, MARCH_1, grantor_id=CITY, recipient_id=COUNTY)
    parts = [
        to_project(200, date(2026, 3, 20), parent_id=receipt.id),
        to_project(300, date(2026, 4, 10), parent_id=receipt.id),
    ]
    values = receipt_fact(receipt, Ledger([receipt, *parts], AS_OF), grounds(AS_OF)).values

    assert (values["detailed"], values["detail_basis"]) == (True, "MAPPED")
    assert date.fromordinal(values["detailed_on"]) == date(2026, 4, 10)
    assert date.fromordinal(values["report_due"]) == date(2026, 5, 10)
    assert (values["reported"], values["report_days_late"]) == (False, 163)


def test_report_on_the_last_day_is_in_time(edge, grounds) -> None:
    declared = {"grantor_id": CITY, "recipient_id": COUNTY, "detailed_on": date(2026, 4, 10)}

    def days_late(reported_on: date) -> object:
        receipt = edge(500, MARCH_1, detailing_reported_on=reported_on, **declared)
        return receipt_fact(receipt, Ledger([receipt], AS_OF), grounds(AS_OF)).values["report_days_late"]

    assert [days_late(date(2026, 5, 10)), days_late(date(2026, 5, 11))] == [0, 1]


def test_county_that_declares_nothing_has_an_open_balance(edge, grounds, to_project) -> None:
    receipt = edge(500, MARCH_1, grantor_id=CITY, recipient_id=COUNTY)
    part = to_project(200, date(2026, 3, 20), parent_id=receipt.id)
    values = receipt_fact(receipt, Ledger([receipt, part], AS_OF), grounds(AS_OF)).values

    assert (values["detailed"], values["unmapped"], values["unmapped_share"]) == (False, 300 * FEN_PER_WAN, 6_000)
    assert values["days_held"] == 233
    assert "report_days_late" not in values


def test_money_not_received_yet_is_no_receipt(edge, grounds) -> None:
    receipt = edge(500, MARCH_1, received_on=date(2026, 11, 1))
    assert receipt_fact(receipt, Ledger([receipt], AS_OF), grounds(AS_OF)) is None


def test_node_issues_what_it_received_and_its_own(edge, grounds) -> None:
    received = edge(1000, MARCH_1)
    passed = edge(1100, date(2026, 3, 20), parent_id=received.id, grantor_id=PROVINCE, recipient_id=CITY)
    own = edge(300, MARCH_1, grantor_id=PROVINCE, recipient_id=CITY, source=Source.PROVINCE)
    ledger = Ledger([received, passed, own], AS_OF)
    facts = {
        (fact.division_id, fact.values["source"]): fact.values
        for fact in node_facts(ledger, grounds(AS_OF), frozenset({1, PROVINCE, CITY}))
    }

    assert sorted(facts) == [(PROVINCE, "CENTRAL"), (PROVINCE, "PROVINCE"), (CITY, "CENTRAL"), (CITY, "PROVINCE")]
    assert facts[PROVINCE, "CENTRAL"]["excess"] == 100 * FEN_PER_WAN
    assert (facts[PROVINCE, "PROVINCE"]["own"], facts[PROVINCE, "PROVINCE"]["excess"]) == (300 * FEN_PER_WAN, 0)


def test_province_cannot_bring_central_money_of_its_own(edge, grounds) -> None:
    from_nowhere = edge(100, MARCH_1, grantor_id=PROVINCE, recipient_id=CITY)
    facts = node_facts(Ledger([from_nowhere], AS_OF), grounds(AS_OF), frozenset({PROVINCE}))
    assert [fact.values["excess"] for fact in facts] == [100 * FEN_PER_WAN]


def test_published_edge_marks_its_node(edge, grounds) -> None:
    quoted = edge(100, MARCH_1, provenance=Provenance.PUBLISHED)
    (fact,) = node_facts(Ledger([quoted], AS_OF), grounds(AS_OF), frozenset({PROVINCE}))
    assert fact.values["published"] is True


def test_reserve_status_is_the_one_on_the_day_of_issue(grounds, to_project) -> None:
    issued = to_project(300, date(2026, 3, 20))
    library = [
        ReserveRow(1, date(2026, 1, 10), ReserveStatus.FILED),
        ReserveRow(1, date(2026, 3, 20), ReserveStatus.ADMITTED),
    ]

    def values(rows: list[ReserveRow]) -> object:
        ledger = Ledger([issued], AS_OF)
        fact = issue_fact(issued, ledger, grounds(AS_OF), library=rows, targets=TargetSets({}))
        return fact.values["reserve_status"], fact.values["admitted"]

    assert values(library) == ("ADMITTED", True)
    assert values(library[:1]) == ("FILED", False)
    assert values([]) == ("NONE", False)


def test_targets_of_an_earlier_tranche_serve_a_later_one(edge, grounds) -> None:
    down = {"grantor_id": PROVINCE, "recipient_id": CITY}
    first, second = edge(100, MARCH_1, **down), edge(50, date(2026, 6, 1), tranche=2, **down)
    sets = TargetSets.of([TargetIssueRow(first.id, CITY, MARCH_1, None)])

    def gap(issue: object, targets: TargetSets) -> object:
        ledger = Ledger([first, second], AS_OF)
        return issue_fact(issue, ledger, grounds(AS_OF), library=[], targets=targets).values["target_gap"]

    assert [gap(first, sets), gap(second, sets)] == [0, 0]
    late = TargetSets.of([TargetIssueRow(first.id, CITY, MARCH_1, date(2026, 3, 9))])
    assert [gap(first, late), gap(second, late)] == [8, 0]
    only_second = TargetSets.of([TargetIssueRow(second.id, CITY, date(2026, 6, 1), None)])
    assert [gap(first, only_second), gap(second, only_second)] == [233, 0]

"""Edges net of recalls, and what became of a receipt."""

from datetime import date

from db.enums import AllocationKind, Provenance
from db.types import FEN_PER_WAN
from rules.dossier.money import Ledger, Onward, fully_passed_on, onward, usable_from

DUE = date(2026, 3, 31)
LATER = date(2026, 10, 20)


def test_recall_is_taken_off_the_edge_it_points_at(edge) -> None:
    issued = edge(1000, date(2026, 3, 1))
    recall = edge(300, date(2026, 5, 1), parent_id=issued.id, kind=AllocationKind.RECALL)

    assert Ledger([issued, recall], date(2026, 4, 30)).net(issued) == 1000 * FEN_PER_WAN
    assert Ledger([issued, recall], date(2026, 5, 1)).net(issued) == 700 * FEN_PER_WAN


def test_promises_totals_and_requests_are_no_money(edge) -> None:
    kinds = [AllocationKind.AWARD, AllocationKind.STATED_TOTAL, AllocationKind.APPLIED]
    assert Ledger([edge(100, DUE, kind=kind) for kind in kinds], LATER).issued == ()


def test_edge_counts_once_it_is_received(edge) -> None:
    on_its_way = edge(100, date(2026, 3, 1), received_on=date(2026, 3, 9))
    assert Ledger([on_its_way], date(2026, 3, 8)).arrived == ()
    assert Ledger([on_its_way], date(2026, 3, 9)).arrived == (on_its_way,)


def test_undated_publication_has_always_been_there(edge) -> None:
    quoted = edge(100, None, provenance=Provenance.PUBLISHED)
    assert Ledger([quoted], date(2026, 1, 1)).arrived == (quoted,)


def test_late_part_of_a_tranche_is_not_in_time(edge) -> None:
    receipt = edge(1000, date(2026, 3, 1))
    on_day_29 = edge(600, date(2026, 3, 30), parent_id=receipt.id)
    on_day_33 = edge(400, date(2026, 4, 3), parent_id=receipt.id)

    after = onward(Ledger([receipt, on_day_29, on_day_33], LATER), receipt, DUE)

    assert after == Onward(in_time=600 * FEN_PER_WAN, passed_on=1000 * FEN_PER_WAN, last_on=date(2026, 4, 3))


def test_receipt_is_passed_on_in_full_on_the_day_of_its_last_part(edge) -> None:
    receipt = edge(1000, date(2026, 3, 1))
    parts = [edge(600, date(2026, 3, 30), parent_id=receipt.id), edge(400, date(2026, 4, 3), parent_id=receipt.id)]

    assert fully_passed_on(Ledger([receipt, *parts], LATER), receipt) == date(2026, 4, 3)
    assert fully_passed_on(Ledger([receipt, parts[0]], LATER), receipt) is None


def test_advance_money_waits_for_its_budget_year(edge) -> None:
    advance = edge(100, date(2025, 11, 20), kind=AllocationKind.ADVANCE)
    assert usable_from(advance) == date(2026, 1, 1)
    assert usable_from(advance._replace(kind=AllocationKind.REGULAR)) == date(2025, 11, 20)

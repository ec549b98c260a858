"""Bundles go in whole, twice for nothing, and never in part."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from db import models as m
from db.bundle import Manifest, TableCount, import_bundle, import_tables
from db.bundle import importer as importer_module
from db.bundle.importer import TableUnknown
from db.engine import Database
from db.enums import (
    AllocationKind,
    ChangeField,
    DivisionKind,
    FilingKind,
    FilingState,
    Level,
    Line,
    PaymentKind,
    Provenance,
    Source,
    Tree,
)
from db.types import Period

BEGIN = date(1949, 10, 1)
DEMO = Manifest("sample", "样例", "Sample", Provenance.DEMO, "tests")


async def imported(database: Database, path) -> None:
    report = await import_bundle(database, path, actor="test")
    assert report.errors == ()


async def the(database: Database, model: type, **where: object):
    async with database.read() as session:
        return (await session.scalars(select(model).filter_by(**where))).one()


async def count(database: Database, model: type) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(model))


def changed(files: dict, name: str, old: str, new: str) -> dict:
    assert files[name].count(old) == 1, old
    return files | {name: files[name].replace(old, new)}


async def test_every_table_arrives(database: Database, good, folder) -> None:
    report = await import_bundle(database, folder(good), actor="test")
    assert report.errors == ()
    assert report.name == "sample"
    assert report.title == "样例"
    assert report.revision_id == 1
    assert {name: tally.inserted for name, tally in report.tables.items()} == {
        "documents": 2,
        "divisions": 7,
        "division_versions": 8,
        "division_changes": 1,
        "units": 2,
        "measures": 3,
        "funds": 1,
        "fund_years": 1,
        "indicators": 2,
        "projects": 2,
        "project_divisions": 1,
        "source_lines": 2,
        "allocations": 3,
        "payments": 2,
        "pay_plans": 2,
        "reserve_entries": 1,
        "project_changes": 1,
        "targets": 3,
        "progress": 1,
        "filings": 2,
    }
    assert {(tally.updated, tally.unchanged) for tally in report.tables.values()} == {(0, 0)}


async def test_the_revision_says_who_and_what(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    revision = await the(database, m.Revision)
    assert (revision.actor, revision.action, revision.reason) == ("test", "import", "sample: 样例")
    project = await the(database, m.Project, code="P1")
    assert (project.created_rev, project.revision_id) == (revision.id, revision.id)


async def test_money_arrives_in_fen(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    assert (await the(database, m.Project, code="P1")).total_investment_fen == 12_345_678_901
    assert (await the(database, m.Project, code="P2")).total_investment_fen == 123_500_000
    assert (await the(database, m.Allocation, code="A1")).amount_fen == 36_000_000_000
    assert (await the(database, m.FundYear)).budget_fen == 1_505_000_000_000
    assert (await the(database, m.Payment, code="PAY1")).amount_fen == 123_450
    assert (await the(database, m.SourceLine, source=Source.PROVINCE)).planned_fen == 100_010_000
    filing = await the(database, m.Filing, period=Period(2024, 2))
    assert (filing.paid_period_fen, filing.paid_cumulative_fen) == (-3_400, 120_000)


async def test_rows_find_each_other_whatever_their_order(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    first, second = await the(database, m.Allocation, code="A1"), await the(database, m.Allocation, code="A2")
    assert second.parent_id == first.id
    assert second.kind is AllocationKind.REGULAR
    assert (await the(database, m.Unit, code="U2")).parent_id == (await the(database, m.Unit, code="U1")).id
    assert (await the(database, m.Target, code="T1")).parent_id == (await the(database, m.Target, code="T0")).id
    assert (await the(database, m.Target, code="T1")).allocation_id == second.id
    line = await the(database, m.SourceLine, source=Source.CENTRAL)
    assert (await the(database, m.Payment, code="PAY1")).source_line_id == line.id
    notice = await the(database, m.Document, code="D2")
    assert (second.document_id, notice.note) == (notice.id, "两行\n备注")


async def test_defaults_and_labels_become_stored_values(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    assert (await the(database, m.Payment, code="PAY1")).kind is PaymentKind.PAYMENT
    assert (await the(database, m.Payment, code="PAY2")).kind is PaymentKind.REFUND
    assert (await the(database, m.Allocation, code="A1")).kind is AllocationKind.ADVANCE
    assert (await the(database, m.Allocation, code="A2")).tranche == 1
    assert (await the(database, m.Unit, code="U2")).lines == [Line.FINANCE, Line.GEOHAZARD]
    assert (await the(database, m.Unit, code="U1")).lines == []
    assert (await the(database, m.DivisionChange)).partial is False
    change = await the(database, m.ProjectChange)
    assert (change.field, change.approver_level) == (ChangeField.SCALE, Level.PROVINCE)
    for model in (m.Document, m.Unit, m.Fund, m.Indicator, m.Project, m.Allocation, m.Target, m.Filing):
        async with database.read() as session:
            assert set(await session.scalars(select(model.provenance))) == {Provenance.DEMO}


async def test_a_filing_takes_division_and_line_from_its_project(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    project = await the(database, m.Project, code="P1")
    filing = await the(database, m.Filing, period=Period(2024, 1))
    assert (filing.division_id, filing.line) == (project.division_id, Line.ECOLOGICAL_RESTORATION)
    assert (filing.kind, filing.state) == (FilingKind.REGULAR, FilingState.PROVINCE_REVIEWED)
    assert filing.submitted_at == datetime(2024, 4, 14, 15, 59, 59, tzinfo=UTC)
    assert (await the(database, m.Filing, period=Period(2024, 2))).submitted_at.hour == 23


async def test_target_values_are_converted_to_the_indicators_unit(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    target = await the(database, m.Target, code="T1")
    assert (target.value, target.canonical_value) == (Decimal("1000.5"), Decimal("66.7"))
    plain = await the(database, m.Target, code="T0")
    hectare = await the(database, m.Measure, code="公顷")
    assert (plain.canonical_value, plain.measure_id) == (Decimal(550), hectare.id)
    words = await the(database, m.Target, code="T2")
    assert (words.value, words.canonical_value, words.measure_id) == (None, None, None)
    assert words.value_text == "明显提高"


@pytest.mark.parametrize(("mu", "hectares"), [("1", "0.066667"), ("0.00001", "0.000001"), ("-1", "-0.066667")])
async def test_conversion_rounds_half_up_to_six_places(
    sqlite_database: Database, good, folder, mu: str, hectares: str
) -> None:
    await imported(sqlite_database, folder(changed(good, "targets.csv", '"1,000.5"', mu)))
    assert (await the(sqlite_database, m.Target, code="T1")).canonical_value == Decimal(hectares)


async def test_divisions_become_nodes_versions_and_closure(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    county = await the(database, m.Division, code="630122")
    assert (county.valid_from, county.valid_to, county.kind) == (BEGIN, date(2020, 7, 1), DivisionKind.STANDARD)
    async with database.read() as session:
        versions = await session.execute(
            select(m.DivisionVersion.name, m.DivisionVersion.valid_from, m.DivisionVersion.valid_to)
            .where(m.DivisionVersion.division_id == county.id)
            .order_by(m.DivisionVersion.valid_from)
        )
        assert [tuple(row) for row in versions] == [
            ("湟中县", BEGIN, date(2020, 6, 1)),
            ("湟中县旧", date(2020, 6, 1), date(2020, 7, 1)),
        ]
        city = await session.scalar(select(m.Division.id).where(m.Division.code == "210200"))
        depths = select(m.DivisionClosure.depth).where(m.DivisionClosure.descendant_id == city)
        admin = await session.scalars(depths.where(m.DivisionClosure.tree == Tree.ADMIN))
        assert sorted(admin) == [0, 1, 2]
        funding = await session.scalars(depths.where(m.DivisionClosure.tree == Tree.FUND))
        assert sorted(funding) == [0, 1]


async def test_a_reused_code_means_the_node_of_the_day(database: Database, good, folder) -> None:
    row = "630122,湟中新县,县,COUNTY,630100,,0,2021-01-01,,2021-01-01\n"
    files = good | {"divisions.csv": good["divisions.csv"] + row}
    files = changed(
        files, "projects.csv", "P2,大连海岸修复,FUNDED,ECOLOGICAL_RESTORATION,,,210200,", "P2,新,FUNDED,OTHER,,,630122,"
    )
    files = changed(files, "units.csv", "630100,U1", "630122,U1")
    await imported(database, folder(files))
    old = await the(database, m.Division, code="630122", valid_from=BEGIN)
    new = await the(database, m.Division, code="630122", valid_from=date(2021, 1, 1))
    assert (await the(database, m.Project, code="P1")).division_id == old.id, "planned for 2020-06-15"
    assert (await the(database, m.Project, code="P2")).division_id == new.id, "planned for 2024-01-01"
    assert (await the(database, m.Unit, code="U2")).division_id == new.id, "no day: the newest"


async def test_rows_in_memory_are_held_to_the_same_rules(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    rows = [
        {"target": "T1", "period": "2024Q3", "value": "12", "reported_on": "2024-10-10"},
        {"target": "T9", "period": "2024Q5", "value": "约12", "reported_on": None},
    ]
    report = await import_tables(database, DEMO, {"progress": iter(rows)}, actor="test")
    assert sorted((fault.file, fault.row, fault.column, fault.slug) for fault in report.errors) == [
        ("progress.csv", 3, "period", "not-a-quarter"),
        ("progress.csv", 3, "reported_on", "missing-cell"),
        ("progress.csv", 3, "target", "unknown-reference"),
        ("progress.csv", 3, "value", "approximate"),
    ]
    report = await import_tables(database, DEMO, {"progress": rows[:1]}, actor="test")
    assert (report.errors, report.tables) == ((), {"progress": TableCount(inserted=1)})


async def test_rows_in_memory_have_even_columns_and_known_tables(sqlite_database: Database) -> None:
    rows = [{"project": "P1", "division": "630100"}, {"project": "P1", "place": "630100"}]
    report = await import_tables(sqlite_database, DEMO, {"project_divisions": rows}, actor="test")
    uneven = [(fault.row, fault.column) for fault in report.errors if fault.slug == "uneven-row"]
    assert uneven == [(3, "place"), (3, "division")]
    with pytest.raises(TableUnknown, match="nonsense"):
        await import_tables(sqlite_database, DEMO, {"nonsense": rows}, actor="test")


async def test_more_rows_than_one_chunk(database: Database, good, folder, monkeypatch) -> None:
    monkeypatch.setattr("db.bundle.frame.CHUNK", 7)
    monkeypatch.setattr("db.bundle.writer.WRITTEN_AT_ONCE", 7)
    monkeypatch.setattr("db.bundle.stored.ASKED_AT_ONCE", 7)
    await imported(database, folder(good))
    told = []
    plain = {"status": "FUNDED", "line": "OTHER", "division": "630100"}
    rows = [{"code": f"N{number}", "name": f"项目{number}"} | plain for number in range(100)]
    report = await import_tables(
        database, DEMO, {"projects": rows}, actor="test", progress=lambda *step: told.append(step)
    )
    assert report.tables == {"projects": TableCount(inserted=100)}
    assert told[-1] == ("projects", 100, 100)
    assert await count(database, m.Project) == 102
    again = await import_tables(database, DEMO, {"projects": rows}, actor="test")
    assert again.tables == {"projects": TableCount(unchanged=100)}
    assert not again.changed


async def test_a_write_between_check_and_writing_is_seen(database: Database, good, folder, monkeypatch) -> None:
    path = folder(good)
    plan_import = importer_module.plan_import
    turns = []

    async def plan_while_another_imports(session, content):
        turns.append(1)
        plan = await plan_import(session, content)
        if len(turns) == 1:
            await imported(database, path)
        return plan

    monkeypatch.setattr(importer_module, "plan_import", plan_while_another_imports)
    report = await import_bundle(database, path, actor="late")
    assert (report.errors, report.changed) == ((), False)
    assert await count(database, m.Revision) == 1
    assert await count(database, m.Project) == 2


async def test_a_failure_while_writing_leaves_nothing(database: Database, good, folder, dump, monkeypatch) -> None:
    before = await dump(database)

    async def fail(session):
        raise RuntimeError("closure")

    monkeypatch.setattr("db.bundle.writer.rebuild_closure", fail)
    with pytest.raises(RuntimeError, match="closure"):
        await import_bundle(database, folder(good), actor="test")
    assert await dump(database) == before


async def test_a_zip_is_as_good_as_a_folder(sqlite_database: Database, good, tmp_path) -> None:
    path = tmp_path / "sample.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in good.items():
            archive.writestr(f"sample/{name}", content)
    report = await import_bundle(sqlite_database, path, actor="test")
    assert report.errors == ()
    assert await count(sqlite_database, m.Project) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
async def test_encodings_of_spreadsheets_are_read(sqlite_database: Database, good, folder, encoding: str) -> None:
    files = {
        name: content.encode(encoding) if name.endswith(".csv") else content.encode() for name, content in good.items()
    }
    await imported(sqlite_database, folder(files))
    assert (await the(sqlite_database, m.Project, code="P1")).name == "湟水流域修复"

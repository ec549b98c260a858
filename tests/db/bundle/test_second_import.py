"""A bundle that comes again, in part or changed: only differences are written, and never another owner's rows."""

from sqlalchemy import select

from db import models as m
from db.bundle import TableCount, import_bundle
from db.engine import Database
from db.enums import Source
from db.types import Period


async def imported(database: Database, path) -> None:
    assert (await import_bundle(database, path, actor="test")).errors == ()


async def the(database: Database, model: type, **where: object):
    async with database.read() as session:
        return (await session.scalars(select(model).filter_by(**where))).one()


def changed(files: dict, name: str, old: str, new: str) -> dict:
    assert files[name].count(old) == 1, old
    return files | {name: files[name].replace(old, new)}


async def test_the_same_bundle_twice_changes_nothing(database: Database, good, folder, dump) -> None:
    path = folder(good)
    first = await import_bundle(database, path, actor="test")
    before = await dump(database)
    again = await import_bundle(database, path, actor="somebody else")
    assert again.errors == ()
    assert not again.changed
    assert {name: tally.unchanged for name, tally in again.tables.items()} == {
        name: tally.inserted for name, tally in first.tables.items()
    }
    assert {(tally.inserted, tally.updated) for tally in again.tables.values()} == {(0, 0)}
    assert await dump(database) == before


async def test_only_what_changed_is_written(database: Database, good, folder, dump) -> None:
    await imported(database, folder(good))
    before = await dump(database)
    report = await import_bundle(
        database, folder(changed(good, "projects.csv", "湟水流域修复", "湟水流域治理")), actor="test"
    )
    assert report.revision_id == 2
    assert report.tables["projects"] == TableCount(inserted=0, updated=1, unchanged=1)
    after = await dump(database)
    assert {name for name in after if after[name] != before[name]} == {"project", "project_history", "revision"}
    project = await the(database, m.Project, code="P1")
    assert (project.name, project.created_rev, project.revision_id) == ("湟水流域治理", 1, 2)


async def test_a_column_left_out_leaves_recorded_values(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    part = {
        "manifest.toml": good["manifest.toml"],
        "projects.csv": "code,name,status,line,division,planned_start\n"
        "P1,改名,在建,ECOLOGICAL_RESTORATION,630122,2020-06-15\n",
    }
    report = await import_bundle(database, folder(part), actor="test")
    assert report.errors == ()
    project = await the(database, m.Project, code="P1")
    assert (project.name, project.total_investment_fen, project.work_type) == ("改名", 12_345_678_901, "水土")


async def test_an_emptied_cell_empties_the_record(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    await imported(database, folder(changed(good, "projects.csv", ",水土,", ",,")))
    assert (await the(database, m.Project, code="P1")).work_type is None


async def test_rows_may_lean_on_the_record_alone(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    more = {
        "manifest.toml": good["manifest.toml"],
        "payments.csv": "code,project,fund,budget_year,source,paid_on,amount_yuan\n"
        "PAY3,P1,F1,2024,CENTRAL,2024-05-01,1\n",
        "progress.csv": "target,period,value,reported_on\nT1,2024Q2,11,2024-07-10\n",
        "filings.csv": "project,period,state\nP1,2024Q3,OPEN\n",
        "allocations.csv": "code,fund,budget_year,parent,grantor,recipient,source,kind,amount_yuan\n"
        "A4,F1,2024,A2,630000,630100,CENTRAL,RECALL,1\n",
    }
    report = await import_bundle(database, folder(more), actor="test")
    assert report.errors == ()
    line = await the(database, m.SourceLine, source=Source.CENTRAL)
    assert (await the(database, m.Payment, code="PAY3")).source_line_id == line.id
    assert (await the(database, m.Progress, period=Period(2024, 2))).value == 11
    project = await the(database, m.Project, code="P1")
    assert (await the(database, m.Filing, period=Period(2024, 3))).division_id == project.division_id
    parent = await the(database, m.Allocation, code="A2")
    assert (await the(database, m.Allocation, code="A4")).parent_id == parent.id


async def test_a_division_may_end_and_be_followed_later(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    later = {
        "manifest.toml": good["manifest.toml"],
        "divisions.csv": "code,name,type_name,level,admin_parent,valid_from,valid_to,node_from\n"
        "630100,西宁市,地级市,CITY,630000,1949-10-01,2030-01-01,\n"
        "630100,西宁新市,地级市,CITY,630000,2030-01-01,,1949-10-01\n",
    }
    report = await import_bundle(database, folder(later), actor="test")
    assert report.errors == ()
    assert report.tables["division_versions"] == TableCount(inserted=1, updated=1, unchanged=0)
    assert report.tables["divisions"] == TableCount(inserted=0, updated=0, unchanged=1)
    assert (await the(database, m.Division, code="630100")).valid_to is None


async def test_ending_a_parent_under_a_living_child_is_refused(database: Database, good, folder, dump) -> None:
    await imported(database, folder(good))
    before = await dump(database)
    files = {
        "manifest.toml": good["manifest.toml"],
        "divisions.csv": "code,name,type_name,level,admin_parent,valid_to\n"
        "210000,辽宁省,省,PROVINCE,100000,2030-01-01\n",
    }
    report = await import_bundle(database, folder(files), actor="test")
    assert [(fault.file, fault.row, fault.slug) for fault in report.errors] == [
        ("divisions.csv", None, "tree-division-orphan")
    ]
    assert await dump(database) == before


async def test_what_others_recorded_is_not_overwritten(database: Database, good, folder, dump) -> None:
    await imported(database, folder(good))
    real = changed(good, "manifest.toml", "DEMO", "PUBLISHED")
    untouched = {name: real[name] for name in ("manifest.toml", "funds.csv", "documents.csv")}
    report = await import_bundle(database, folder(untouched), actor="test")
    assert (report.errors, report.changed) == ((), False), "the same row may stand in both"
    before = await dump(database)
    report = await import_bundle(database, folder(changed(untouched, "funds.csv", "Z135060009003", "Z1")), actor="test")
    assert [(fault.file, fault.row, fault.column, fault.slug) for fault in report.errors] == [
        ("funds.csv", 2, "code", "provenance-differs")
    ]
    assert await dump(database) == before


async def test_demo_rows_do_not_hang_on_real_projects(database: Database, good, folder) -> None:
    await imported(database, folder(changed(good, "manifest.toml", "DEMO", "PUBLISHED")))
    files = {name: good[name] for name in ("manifest.toml", "pay_plans.csv")}
    report = await import_bundle(database, folder(files), actor="test")
    assert [(fault.row, fault.column, fault.slug) for fault in report.errors] == [
        (2, "project", "provenance-mixed"),
        (3, "project", "provenance-mixed"),
    ]


async def test_a_measure_in_use_keeps_its_size(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    report = await import_bundle(
        database, folder(changed(good, "measures.csv", "亩,面积,1,15", "亩,面积,1,16")), actor="test"
    )
    assert [(fault.file, fault.row, fault.column, fault.value, fault.slug) for fault in report.errors] == [
        ("measures.csv", 3, "denominator", "16", "fixed-value")
    ]


async def test_a_circle_through_the_record_is_found(database: Database, good, folder) -> None:
    await imported(database, folder(good))
    files = {
        "manifest.toml": good["manifest.toml"],
        "units.csv": "code,name,kind,division,parent\nU1,青海省自然资源厅,NR_AUTHORITY,630000,U2\n",
    }
    report = await import_bundle(database, folder(files), actor="test")
    assert [(fault.row, fault.column, fault.slug) for fault in report.errors] == [(2, "parent", "cycle")]

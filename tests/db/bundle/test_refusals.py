"""What rows may not say of each other: one change to a good bundle, and exactly the faults it makes."""

import pytest

from db.bundle import import_bundle
from db.engine import Database

A2 = "A2,F1,2024,A1,630000,630100,U2,,CENTRAL,REGULAR,,2.36,2024-02-05,D2"
A3 = "A3,F1,2024,A2,630000,630100,,,CENTRAL,RECALL,1,0.36,2024-03-05,"
CASES = {
    "a recall of nothing": ("allocations.csv", A3, A3.replace(",A2,", ",,"), [(4, "parent", "recall-without-parent")]),
    "a recall of more": (
        "allocations.csv",
        A3,
        A3.replace("0.36", "2.3600000001"),
        [(4, "amount_yi", "recall-too-large")],
    ),
    "a recall of all": ("allocations.csv", A3, A3.replace("0.36", "2.36"), []),
    "a recall from somebody else": (
        "allocations.csv",
        A3,
        A3.replace("630000,630100", "630100,630122"),
        [(4, "grantor", "recall-parties"), (4, "recipient", "recall-parties")],
    ),
    "a recall of a recall": (
        "allocations.csv",
        A3,
        A3 + "\n" + A3.replace("A3", "A4").replace("A2", "A3").replace("0.36", "0.1"),
        [(5, "parent", "recall-of-recall")],
    ),
    "children beyond their parent are for the rules": ("allocations.csv", A2, A2.replace("2.36", "3.61"), []),
    "allocations in a circle": (
        "allocations.csv",
        "A1,F1,2024,,",
        "A1,F1,2024,A2,",
        [(2, "parent", "cycle")],
    ),
    "its own parent": ("targets.csv", "T2,I2,,,630100,P1,,", "T2,I2,,,630100,P1,T2,", [(4, "parent", "cycle")]),
    "targets in a circle": (
        "targets.csv",
        "T0,I1,F1,2024,630000,,,",
        "T0,I1,F1,2024,630000,,T1,",
        [(2, "parent", "cycle")],
    ),
    "a unit of another dimension": (
        "targets.csv",
        "A2,亩",
        "A2,米",
        [(2, "measure", "dimension")],
    ),
    "a unit where the indicator has none": (
        "targets.csv",
        "T2,I2,,,630100,P1,,,,,",
        "T2,I2,,,630100,P1,,,亩,5,",
        [(4, "measure", "indicator-without-unit")],
    ),
    "a value without any unit": ("targets.csv", "T2,I2,,,630100,P1,,,,,", "T2,I2,,,630100,P1,,,,95,", []),
    "a value too large in the common unit": (
        "measures.csv",
        "公顷,面积,1,1\n亩,面积,1,15",
        "公顷,面积,1,2000000000\n亩,面积,2000000000,1",
        [(2, "value", "too-large")],
    ),
    "a payment from a source it does not have": (
        "payments.csv",
        "PAY1,P1,F1,2024,CENTRAL",
        "PAY1,P1,F1,2023,CENTRAL",
        [(2, "project", "unknown-reference")],
    ),
    "progress towards an unknown target": (
        "progress.csv",
        "T1,2024Q1",
        "T9,2024Q1",
        [(2, "target", "unknown-reference")],
    ),
    "an unknown document": ("funds.csv", "0,D1", "0,D9", [(2, "document", "unknown-reference")]),
    "versions that share days": (
        "divisions.csv",
        "630122,湟中县旧,县,COUNTY,630000,,0,2020-06-01,2020-07-01,1949-10-01\n",
        "630122,湟中县旧,县,COUNTY,630000,,0,2020-05-01,2020-07-01,1949-10-01\n",
        [(6, "code", "tree-division-versions-overlap")],
    ),
    "a parent of a lower level": (
        "divisions.csv",
        "210200,大连市,地级市,CITY,210000,100000",
        "210200,大连市,地级市,PROVINCE,630100,100000",
        [(8, "code", "tree-division-level-inverted")],
    ),
    "a second nation": (
        "divisions.csv",
        "X66000,新疆生产建设兵团,兵团,PROVINCE,100000,",
        "X66000,新疆生产建设兵团,兵团,NATION,,",
        [(9, "code", "tree-nation-not-alone")],
    ),
    "divisions in a circle": (
        "divisions.csv",
        "210000,辽宁省,省,PROVINCE,100000,",
        "210000,辽宁省,省,CITY,210200,210200",
        [(7, "code", "tree-division-cycle"), (8, "code", "tree-division-cycle")],
    ),
    "a version twice": (
        "divisions.csv",
        "X66000,新疆生产建设兵团,兵团,PROVINCE,100000,,0,,,\n",
        "X66000,新疆生产建设兵团,兵团,PROVINCE,100000,,0,,,\nX66000,兵团,兵团,PROVINCE,100000,,0,,,\n",
        [(10, "code", "conflicting-rows")],
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_one_wrong_thing_is_told_once(sqlite_database: Database, good, folder, case: str) -> None:
    name, old, new, expected = CASES[case]
    assert good[name].count(old) == 1
    report = await import_bundle(sqlite_database, folder(good | {name: good[name].replace(old, new)}), actor="test")
    assert {fault.file for fault in report.errors} <= {name, "targets.csv"}
    assert [(fault.row, fault.column, fault.slug) for fault in report.errors] == expected


async def test_kinds_of_one_node_agree(sqlite_database: Database, good, folder) -> None:
    lines = good["divisions.csv"].splitlines()
    kinds = ["kind", *["STANDARD"] * 3, "功能区", *["STANDARD"] * 4]
    text = "\n".join(f"{line},{kind}" for line, kind in zip(lines, kinds, strict=True)) + "\n"
    report = await import_bundle(sqlite_database, folder(good | {"divisions.csv": text}), actor="test")
    assert [(fault.row, fault.column, fault.slug) for fault in report.errors] == [(6, "kind", "node-kinds-differ")]


async def test_an_unreadable_table_does_not_make_its_referrers_wrong(sqlite_database: Database, good, folder) -> None:
    files = good | {"projects.csv": good["projects.csv"].replace(",", ";")}
    report = await import_bundle(sqlite_database, folder(files), actor="test")
    assert [(fault.file, fault.slug) for fault in report.errors] == [("projects.csv", "delimiter")]


async def test_a_table_without_its_key_does_not_make_its_referrers_wrong(
    sqlite_database: Database, good, folder
) -> None:
    files = good | {"projects.csv": good["projects.csv"].replace("code,", "codex,", 1)}
    report = await import_bundle(sqlite_database, folder(files), actor="test")
    assert sorted((fault.file, fault.row, fault.slug) for fault in report.errors) == [
        ("projects.csv", 1, "missing-column"),
        ("projects.csv", 1, "unknown-column"),
    ]

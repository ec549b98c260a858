"""docs/import.md says what the declarations say, and its examples are good."""

import re
from pathlib import Path

from db.bundle.columns import Reference
from db.bundle.csv_file import read_csv
from db.bundle.manifest import read_manifest
from db.bundle.reference import column_reference, vocabulary_reference
from db.bundle.report import Faults
from db.bundle.tables import BY_NAME, TABLES

PAGE = (Path(__file__).parents[3] / "docs" / "import.md").read_text(encoding="utf-8")


def example(language: str) -> bytes:
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert len(found) == 1
    return found[0].encode()


def test_the_page_lists_every_table_and_column_as_declared() -> None:
    assert column_reference() in PAGE
    assert vocabulary_reference() in PAGE


def test_the_manifest_on_the_page_is_good() -> None:
    faults = Faults()
    manifest = read_manifest(example("toml"), faults)
    assert list(faults) == []
    assert manifest.name == "qinghai-2024"


def test_the_table_on_the_page_is_good() -> None:
    faults = Faults()
    frame = read_csv(BY_NAME["allocations"], example("csv"), None, faults)
    assert list(faults) == []
    assert frame.cells["amount"] == [36_000_000_000, 23_600_000_000]


def test_tables_come_after_what_they_refer_to() -> None:
    seen: set[str] = set()
    for table in TABLES:
        seen.add(table.name)
        kinds = [column.kind for column in table.columns]
        needed = {kind.table for kind in kinds if isinstance(kind, Reference)} | {link.table for link in table.links}
        assert needed <= seen, table.name


def test_every_field_is_a_column_of_the_record() -> None:
    for table in TABLES:
        if table.name != "divisions":
            assert set(table.fields) <= set(table.sql.c.keys()), table.name


def test_every_required_column_of_the_record_is_filled() -> None:
    for table in TABLES:
        needed = {column.name for column in table.sql.c if not column.nullable} - {"id", "created_rev", "revision_id"}
        if table.name == "divisions":
            continue
        certain = {column.field for column in table.columns if column.required or column.default is not None}
        certain |= {link.field for link in table.links} | {copy.field for copy in table.copied} | {"provenance"}
        assert needed <= certain, table.name


def test_headers_of_a_table_are_all_different() -> None:
    for table in TABLES:
        headers = [header for column in table.columns for header, _ in column.headers()]
        assert len(headers) == len(set(headers)), table.name

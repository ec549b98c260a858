"""The demo as a bundle folder, with the findings it must raise in a CSV beside it."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from db.bundle.manifest import Manifest
from db.enums import Provenance
from server.demo.bundle_folder import write_bundle
from server.demo.generator.demo_data import DemoData
from server.demo.generator.plan import Planted

EXPECTED = "expected_findings.csv"
_COLUMNS = ("rule", "severity", "subject_kind", "subject", "period", "detail")


def demo_manifest(projects: int, as_of: date) -> Manifest:
    """The manifest of a demo of so many projects as of a day."""
    return Manifest(
        name="demo-projects",
        title=f"演示数据：{projects}个项目，截至{as_of}",
        title_en=f"Demo data: {projects} projects as of {as_of}",
        provenance=Provenance.DEMO,
        source="fundwatch 演示数据生成器；全部为虚构 (generated; nothing in it is real but the places)",
    )


def write_demo(data: DemoData, folder: Path) -> None:
    """Fills `folder/bundle` for the importer, which takes no other files, and `folder/expected_findings.csv`."""
    write_bundle(data.tables(), demo_manifest(data.projects, data.as_of), folder / "bundle")
    write_expected(data.planted, folder / EXPECTED)


def write_expected(planted: Iterable[Planted], path: Path) -> None:
    """One line for each finding a check on the demo's day must raise."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for each in planted:
            subject = (each.subject_kind.value, each.subject_code)
            writer.writerow((each.rule_code, each.severity.value, *subject, each.period or "", each.detail))

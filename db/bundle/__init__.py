"""How data gets in: a folder or zip of CSV files with a manifest, checked in one pass and written whole or not at all.

    report = await import_bundle(database, path, actor="fundwatch import")
    report = await import_tables(database, Manifest(...), {"projects": rows, ...}, actor="demo")

`report.errors` non-empty means the database is as it was; importing the same thing twice writes nothing. The format
is in docs/import.md; `TABLES` declares it.
"""

from db.bundle.importer import import_bundle, import_tables
from db.bundle.manifest import Expected, Manifest
from db.bundle.report import ImportFault, ImportReport, TableCount
from db.bundle.tables import TABLES

__all__ = [
    "TABLES",
    "Expected",
    "ImportFault",
    "ImportReport",
    "Manifest",
    "TableCount",
    "import_bundle",
    "import_tables",
]

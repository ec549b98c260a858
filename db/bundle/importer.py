"""Reads, checks and writes one bundle; the two doors data comes in by."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

from db.bundle.csv_file import Progress, read_csv
from db.bundle.frame import Frame, frame_of_dicts
from db.bundle.manifest import MANIFEST, Manifest, read_manifest
from db.bundle.report import Faults, ImportReport, Refusal
from db.bundle.source import read_files
from db.bundle.stored import Stored
from db.bundle.tables import BY_NAME, TABLES
from db.bundle.validate import Content, Plan, plan_import
from db.bundle.writer import write_plan
from db.engine import Database

NOT_THERE = Refusal(
    "missing-file",
    "清单列出了它，数据包中却没有",
    "is in the manifest but not in the bundle",
    "补上文件，或从清单中删除",
    "add the file, or take it out of the manifest",
)
MANY_ROWS = 1_000
"""Written by one import, after which the database looks at its tables again before it plans."""


class TableUnknown(LookupError):
    """A caller offers rows of a table the format does not have."""


async def import_bundle(
    database: Database, path: Path, *, actor: str, progress: Progress | None = None
) -> ImportReport:
    """Bring a folder or zip into the record, whole or not at all; faults come back in the report, never as errors.

    `progress` is told a file or table, how many of its rows are done, and how many there are; while files are read it
    is called from another thread.
    """
    content = await asyncio.to_thread(read_bundle, path, progress)
    return await _import(database, content, actor, progress)


async def import_tables(
    database: Database,
    manifest: Manifest,
    tables: Mapping[str, Iterable[Mapping[str, str | None]]],
    *,
    actor: str,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring rows in memory into the record as if they stood in files; every row of a table has the same columns."""
    content = await asyncio.to_thread(_read_tables, manifest, tables)
    return await _import(database, content, actor, progress)


def read_bundle(path: Path, progress: Progress | None = None) -> Content:
    """The bundle's rows as stored values, and every fault that shows without the record."""
    faults = Faults()
    files = read_files(path, faults)
    manifest = read_manifest(files.get(MANIFEST), faults) if files or not faults else _no_manifest()
    for name in manifest.files.keys() - files.keys():
        faults.add(name, None, None, None, NOT_THERE)
    frames = {
        table.name: read_csv(table, files[table.file], manifest.files.get(table.file), faults, progress)
        for table in TABLES
        if table.file in files
    }
    return Content(manifest, frames, faults)


def _no_manifest() -> Manifest:
    return read_manifest(None, Faults())


def _read_tables(manifest: Manifest, tables: Mapping[str, Iterable[Mapping[str, str | None]]]) -> Content:
    faults = Faults()
    frames: dict[str, Frame] = {}
    for name, rows in tables.items():
        if name not in BY_NAME:
            raise TableUnknown(f"{name} is no table of the format; the tables are {', '.join(BY_NAME)}")
        frames[name] = frame_of_dicts(BY_NAME[name], rows, faults)
    return Content(manifest, frames, faults)


async def _import(database: Database, content: Content, actor: str, progress: Progress | None) -> ImportReport:
    async with database.read() as session:
        seen = await Stored(session).version()
        plan = await plan_import(session, content)
    if plan.faults.count or not plan.changes:
        return _report(content, plan, None)
    manifest = content.manifest
    async with database.write(actor=actor, action="import", reason=f"{manifest.name}: {manifest.title}") as work:
        if await Stored(work.session).version(before=work.revision_id) != seen:
            # Somebody wrote since the plan was made: what it says of the record may no longer hold.
            plan = await plan_import(work.session, content)
            if plan.faults.count or not plan.changes:
                work.discard()
                return _report(content, plan, None)
        await write_plan(work, plan, manifest.provenance, progress)
    if sum(count.inserted + count.updated for count in plan.counts().values()) >= MANY_ROWS:
        await database.refresh_statistics()
    return _report(content, plan, work.revision_id)


def _report(content: Content, plan: Plan, revision_id: int | None) -> ImportReport:
    manifest, faults = content.manifest, plan.faults
    order = {table.file: at for at, table in enumerate(TABLES, start=1)}
    errors = sorted(faults, key=lambda fault: (order.get(fault.file, 0), fault.row or 0))
    return ImportReport(
        manifest.name,
        manifest.title,
        {} if faults.count else plan.counts(),
        tuple(errors),
        faults.count,
        revision_id,
    )

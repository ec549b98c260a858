"""Holds a whole bundle against itself and the record, telling every fault, and plans what to write."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.bundle.checks import CHECKS, check_cycles, check_mixing
from db.bundle.columns import Table
from db.bundle.difference import find_differences
from db.bundle.division_rows import NODES, VERSIONS, index_of, settle_divisions
from db.bundle.frame import Frame
from db.bundle.ledger import Ledger
from db.bundle.manifest import Manifest
from db.bundle.nodes import NodeIndex
from db.bundle.report import Faults, TableCount
from db.bundle.settle import settle_fields, settle_handles, settle_keys
from db.bundle.stored import Stored
from db.bundle.tables import DIVISIONS, TABLES

SMALL = frozenset({"divisions", "division_versions", "units", "measures", "funds", "indicators"})
"""Tables read whole when a bundle is held against the record: a few thousand rows at most."""


@dataclass(slots=True)
class Content:
    """What was read of a bundle before the record was asked."""

    manifest: Manifest
    frames: dict[str, Frame]
    faults: Faults


@dataclass(slots=True)
class Plan:
    """What an import would write, table by table in order, unless there are faults."""

    faults: Faults = field(default_factory=Faults)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    depths: dict[str, list[int]] = field(default_factory=dict)
    """Steps of each row below the top of its tree, for tables whose rows refer to each other."""

    @property
    def changes(self) -> bool:
        """Whether the record differs from the bundle."""
        return any(ledger.inserts or ledger.updates for ledger in self.ledgers.values())

    @property
    def divisions_changed(self) -> bool:
        """Whether the closure must be derived anew."""
        names = ("divisions", VERSIONS.name, "division_changes")
        return any(self.ledgers[name].inserts or self.ledgers[name].updates for name in names)

    def counts(self) -> dict[str, TableCount]:
        """Rows by table and by what happens to them."""
        return {
            name: TableCount(len(ledger.inserts), len(ledger.updates), ledger.unchanged)
            for name, ledger in self.ledgers.items()
            if ledger.handles
        }


async def plan_import(session: AsyncSession, content: Content) -> Plan:
    """Everything wrong with the content, and, when nothing is, what it changes."""
    plan = Plan()
    plan.faults.extend(content.faults)
    stored = Stored(session)
    nodes = NodeIndex()
    for table in TABLES:
        if table is DIVISIONS:
            nodes = await _divisions(stored, content, plan)
            continue
        ledger = _ledger(table, content)
        plan.ledgers[table.name] = ledger
        if table.key == ("code",):
            ledger.remember(await _recorded(stored, table, _codes(table, content.frames)))
        if ledger.frame.lines:
            await _settle(stored, ledger, plan, nodes)
            check_mixing(ledger, plan.ledgers, content.manifest.provenance, plan.faults)
        elif table.key != ("code",):
            await _remember_owned(stored, ledger, plan, content.frames)
    if not plan.faults.count:
        for ledger in plan.ledgers.values():
            find_differences(ledger, content.manifest.provenance, plan.faults)
    return plan


async def _divisions(stored: Stored, content: Content, plan: Plan) -> NodeIndex:
    sheet = _ledger(DIVISIONS, content)
    nodes = plan.ledgers["divisions"] = Ledger(NODES, Frame(NODES, DIVISIONS.file, readable=sheet.frame.readable))
    versions = plan.ledgers[VERSIONS.name] = Ledger(VERSIONS, Frame(VERSIONS, DIVISIONS.file))
    nodes.remember(await stored.everything(NODES))
    if not sheet.frame.lines:
        return index_of(nodes)
    versions.remember(await stored.everything(VERSIONS))
    return settle_divisions(sheet, nodes, versions, plan.faults)


def _ledger(table: Table, content: Content) -> Ledger:
    return Ledger(table, content.frames.get(table.name) or Frame(table, table.file))


def _codes(table: Table, frames: Mapping[str, Frame]) -> set[Any]:
    """Every code of a table the bundle mentions: its own rows' and those referred to."""
    found: set[Any] = set()
    for frame in frames.values():
        names = [name for name, reference in frame.table.references.items() if reference.table == table.name]
        if frame.table is table:
            names.append("code")
        for name in names:
            found.update(code for code in frame.cells.get(name, ()) if isinstance(code, str))
    return found


async def _recorded(stored: Stored, table: Table, codes: Collection[str]) -> list[Any]:
    if table.name in SMALL:
        return await stored.everything(table)
    return await stored.by_column(table, "code", codes)


async def _settle(stored: Stored, ledger: Ledger, plan: Plan, nodes: NodeIndex) -> None:
    table, faults = ledger.table, plan.faults
    settle_keys(ledger, plan.ledgers, nodes, faults)
    if table.key != ("code",):
        owners = {key[0] for key in ledger.keys if isinstance(key[0], int) and key[0] > 0}
        ledger.remember(await stored.by_column(table, f"{table.key[0]}_id", owners))
    settle_handles(ledger, faults)
    settle_fields(ledger, plan.ledgers, nodes, faults)
    if check := CHECKS.get(table.name):
        check(ledger, plan.ledgers, faults)
    if table.parent is not None:
        known = any(handle > 0 for handle in ledger.handles)
        above = await stored.parents(table) if known else {}
        plan.depths[table.name] = check_cycles(ledger, above, faults)


async def _remember_owned(stored: Stored, ledger: Ledger, plan: Plan, frames: Mapping[str, Frame]) -> None:
    """Recorded rows that several columns of other tables find together, when the bundle brings none of its own."""
    owner = ledger.table.key[0]
    for frame in frames.values():
        if any(link.table == ledger.table.name for link in frame.table.links):
            ids = plan.ledgers[ledger.table.references[owner].table].ids
            owners = {handle for code in set(frame.cells.get(owner, ())) if (handle := ids.get(code)) and handle > 0}
            ledger.remember(await stored.by_column(ledger.table, f"{owner}_id", owners))

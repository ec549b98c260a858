"""Parts divisions.csv into nodes and their versions, and holds the outcome against the two trees."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from db import models as m
from db.bundle.columns import Column, Reference, Table
from db.bundle.frame import BAD, Frame
from db.bundle.ledger import Ledger, rows_with, sound
from db.bundle.nodes import NodeIndex
from db.bundle.report import Faults, Refusal
from db.bundle.settle import settle_handles
from db.bundle.stored import Row
from db.bundle.times import Day
from db.bundle.words import DivisionCode, Flag, Text, Word
from db.closure import DivisionTreeBroken, tree_faults
from db.enums import DivisionKind, Level
from db.spans import VersionSpan

NODES = Table(
    "divisions",
    "区划",
    m.Division,
    (
        Column("code", "区划代码", DivisionCode(), required=True),
        Column("kind", "种类", Word(DivisionKind), required=True),
        Column("valid_from", "生效日期", Day(), required=True),
        Column("valid_to", "失效日期", Day()),
    ),
    ("code", "valid_from"),
)
VERSIONS = Table(
    "division_versions",
    "区划版本",
    m.DivisionVersion,
    (
        Column("division", "区划代码", Reference("divisions"), required=True),
        Column("valid_from", "生效日期", Day(), required=True),
        Column("valid_to", "失效日期", Day()),
        Column("name", "名称", Text(), required=True),
        Column("type_name", "通名类型", Text(), required=True),
        Column("level", "层级", Word(Level), required=True),
        Column("admin_parent", "行政上级", Reference("divisions")),
        Column("fund_parent", "资金上级", Reference("divisions")),
        Column("separately_planned", "计划单列", Flag(), required=True),
    ),
    ("division", "valid_from"),
)
COPIED = ("valid_from", "valid_to", "name", "type_name", "level", "separately_planned")
UNKNOWN_PARENT = Refusal(
    "unknown-reference",
    "divisions.csv 和系统中都没有这个区划",
    "is neither in divisions.csv nor in the record",
    "更正代码，或在 divisions.csv 中补上该行",
    "correct the code, or add the row to divisions.csv",
)


def settle_divisions(sheet: Ledger, nodes: Ledger, versions: Ledger, faults: Faults) -> NodeIndex:
    """Fill both ledgers from the rows of divisions.csv; the index knows every node afterwards."""
    begins = [own if own is not None else start for own, start in _pairs(sheet, "node_from", "valid_from")]
    keys = list(zip(sheet.cells("code"), begins, strict=True))
    _check_days(sheet, faults)
    _nodes_of(sheet, nodes, keys, faults)
    of_row = [BAD if BAD in key else nodes.ids[key] for key in keys]
    versions.frame = _version_frame(sheet.frame)
    versions.keys = list(zip(of_row, sheet.cells("valid_from"), strict=True))
    settle_handles(versions, faults)
    _end_nodes(sheet, nodes, versions, of_row)
    index = NodeIndex()
    for (code, start), handle in nodes.ids.items():
        assert handle is not None
        index.add(code, start, nodes.value(handle, "valid_to"), handle)
    _fill_versions(sheet, versions, of_row, index, faults)
    _check_trees(versions, faults)
    return index


def index_of(nodes: Ledger) -> NodeIndex:
    """The index when the bundle brings no divisions."""
    index = NodeIndex()
    for row in nodes.stored.values():
        code, valid_from, valid_to = (row[nodes.places[name]] for name in ("code", "valid_from", "valid_to"))
        index.add(code, valid_from, valid_to, row[0])
    return index


def _pairs(sheet: Ledger, one: str, other: str) -> Iterable[tuple[Any, Any]]:
    return zip(sheet.cells(one), sheet.cells(other), strict=True)


def _check_days(sheet: Ledger, faults: Faults) -> None:
    for row, (start, end) in enumerate(_pairs(sheet, "valid_from", "valid_to")):
        if sound(start, end) and end <= start:
            refusal = Refusal(
                "dates-descend",
                f"失效日期不晚于生效日期{start}",
                f"is not after valid_from, {start}",
                "更正其中一个日期",
                "correct one of the two",
            )
            sheet.fault(faults, row, "valid_to", end, refusal)


def _nodes_of(sheet: Ledger, nodes: Ledger, keys: list[tuple[Any, Any]], faults: Faults) -> None:
    kinds = sheet.cells("kind")
    first: dict[tuple[Any, Any], int] = {}
    for row, key in enumerate(keys):
        if BAD in key:
            continue
        earlier = first.setdefault(key, row)
        if sound(kinds[row], kinds[earlier]) and kinds[row] != kinds[earlier]:
            refusal = Refusal(
                "node-kinds-differ",
                f"与第{sheet.frame.lines[earlier]}行是同一节点，种类却不同",
                f"is the node of row {sheet.frame.lines[earlier]}, of another kind there",
                "统一种类",
                "give all versions of a node one kind",
            )
            sheet.fault(faults, row, "kind", kinds[row], refusal)
    nodes.frame = Frame(NODES, sheet.frame.file, [sheet.frame.lines[row] for row in first.values()])
    nodes.frame.readable = sheet.frame.readable
    nodes.keys = list(first)
    nodes.fields = {
        "code": [code for code, _ in first],
        "valid_from": [start for _, start in first],
        "kind": [kinds[row] for row in first.values()],
    }
    settle_handles(nodes, faults)


def _version_frame(frame: Frame) -> Frame:
    renamed = {"division": frame.headers.get("code", "code")}
    return Frame(
        VERSIONS, frame.file, frame.lines, {"division": frame.cells["code"], **frame.cells}, frame.headers | renamed
    )


def _end_nodes(sheet: Ledger, nodes: Ledger, versions: Ledger, of_row: list[Any]) -> None:
    """A node ends with its last version, given or recorded; it lives while one version is open."""
    ends: dict[int, list[date | None]] = {}
    for handle, end in zip(of_row, sheet.cells("valid_to"), strict=True):
        if handle is not BAD and end is not BAD:
            ends.setdefault(handle, []).append(end)
    for id_, row in versions.stored.items():
        if id_ not in versions.row_of:
            ends.setdefault(row[versions.places["division_id"]], []).append(row[versions.places["valid_to"]])
    nodes.fields["valid_to"] = [_last(ends.get(handle, [])) for handle in nodes.handles]


def _last(ends: list[date | None]) -> date | None:
    closed = [end for end in ends if end is not None]
    return max(closed) if closed and len(closed) == len(ends) else None


def _fill_versions(sheet: Ledger, versions: Ledger, of_row: list[Any], index: NodeIndex, faults: Faults) -> None:
    versions.fields = {name: sheet.cells(name) for name in COPIED}
    versions.fields["division_id"] = of_row
    days = [day if sound(day) else None for day in sheet.cells("valid_from")]
    admin = _parents(sheet, "admin_parent", days, index, faults)
    funding = _parents(sheet, "fund_parent", days, index, faults)
    versions.fields["admin_parent_id"] = admin
    versions.fields["fund_parent_id"] = [
        own if own is not None else default for own, default in zip(funding, admin, strict=True)
    ]


def _parents(sheet: Ledger, name: str, days: list[date | None], index: NodeIndex, faults: Faults) -> list[Any]:
    cells = sheet.cells(name)
    unknown = object()
    found = [unknown if handle is None and code is not None else handle for handle, code in index.find(cells, days)]
    for row in rows_with(found, unknown):
        found[row] = BAD
        if sheet.frame.readable:
            sheet.fault(faults, row, name, cells[row], UNKNOWN_PARENT)
    return found


def _check_trees(versions: Ledger, faults: Faults) -> None:
    """Tell what keeps the versions from being trees; nodes with refused cells are taken to hang on the nation."""
    recorded = [_stored_span(versions, row) for id_, row in versions.stored.items() if id_ not in versions.row_of]
    given: list[VersionSpan] = []
    spoilt: set[int] = set()
    row_of: dict[tuple[int, date], int] = {}
    names = ("division_id", "level", "admin_parent_id", "fund_parent_id", "valid_from", "valid_to")
    columns = [versions.fields[name] for name in names]
    for row, values in enumerate(zip(*columns, strict=True)):
        if BAD in values or (values[5] is not None and values[5] <= values[4]):
            spoilt.update(handle for handle in values[:1] if handle is not BAD)
            continue
        if (values[0], values[4]) in row_of:
            continue
        row_of[values[0], values[4]] = row
        given.append(VersionSpan(values[0], Level(values[1]), *values[2:]))
    spans = [span for span in [*recorded, *given] if span.division_id not in spoilt]
    nation = min((span for span in spans if span.level is Level.NATION), key=lambda s: s.valid_from, default=None)
    if nation is None and (spoilt or not versions.frame.readable):
        return
    if nation is not None:
        top, begins = nation.division_id, nation.valid_from
        spans += [VersionSpan(handle, Level.PROVINCE, top, top, begins, None) for handle in spoilt]
    for fault in tree_faults(spans):
        if fault.division_id not in spoilt:
            _tell(versions, fault, row_of, faults)


def _stored_span(versions: Ledger, row: Row) -> VersionSpan:
    names = ("division_id", "level", "admin_parent_id", "fund_parent_id", "valid_from", "valid_to")
    division_id, level, *others = (row[versions.places[name]] for name in names)
    return VersionSpan(division_id, Level(level), *others)


def _tell(versions: Ledger, fault: DivisionTreeBroken, row_of: dict[tuple[int, date], int], faults: Faults) -> None:
    slug = "tree-" + "".join(f"-{mark.lower()}" if mark.isupper() else mark for mark in type(fault).__name__)[1:]
    zh, _, do_zh = fault.says_zh.partition("；")
    en, _, do_en = fault.says.partition("; ")
    refusal = Refusal(slug, zh, en, do_zh, do_en)
    row = row_of.get((fault.division_id, fault.valid_from))
    if row is not None:
        versions.fault(faults, row, "division", versions.frame.cells["division"][row], refusal)
    else:
        faults.add(versions.frame.file, None, None, f"{fault.division_id} {fault.valid_from}", refusal)

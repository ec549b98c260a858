"""A division tree as plain values, and what a batch of documented changes makes of it."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

ABOLISHED = "撤"
"""How the types of changes begin that end the old division even where only a part of it went to one successor."""


@dataclass(frozen=True, slots=True)
class Node:
    """A division at one moment."""

    name: str
    parent: str | None


Nodes = Mapping[str, Node]
"""Divisions by code."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the crosswalk between two trees: what became of one old division, or where one new came from."""

    code: str
    effective_on: date
    change_type: str
    old_code: str | None
    old_name: str | None
    new_code: str | None
    new_name: str | None
    partial: bool

    @property
    def ends_old(self) -> bool:
        """Whether the old code is gone afterwards."""
        if self.old_code is None or self.old_code == self.new_code:
            return False
        return not self.partial or self.change_type.startswith(ABOLISHED)


class ChangeRefused(ValueError):
    """A line of the crosswalk does not fit the tree; correct the line `change`, or the tree it is applied to."""

    def __init__(self, change: Change, says: str) -> None:
        self.change = change
        super().__init__(f"change {change.code} ({change.change_type}, {change.effective_on}): {says}")


class OldDivisionUnknown(ChangeRefused):
    """The old code is not in the tree, or has another name there."""


class NewDivisionDiffers(ChangeRefused):
    """The new code is in the tree under another name, or was to be set up and is there already."""


class ParentUnknown(ChangeRefused):
    """The tree holds no division the new code could belong to."""


class ChildrenLeftBehind(ChangeRefused):
    """The old division would be gone while others still belong to it."""


class ChangeEmpty(ChangeRefused):
    """The line names neither an old nor a new division."""


def parent_code(code: str, tree: Container[str]) -> str:
    """Where GB/T 2260 puts a code: its city if the tree has it, else its province. Raises KeyError."""
    for above in (f"{code[:4]}00", f"{code[:2]}0000"):
        if above != code and above in tree:
            return above
    raise KeyError(code)


def changed(tree: Nodes, changes: Iterable[Change]) -> dict[str, Node]:
    """The tree after all changes, those of one day together, in the order given. Raises ChangeRefused."""
    nodes = dict(tree)
    ordered = sorted(changes, key=lambda change: change.effective_on)
    for _, together in groupby(ordered, key=lambda change: change.effective_on):
        nodes = _changed_on_one_day(nodes, list(together))
    return nodes


def _changed_on_one_day(tree: Nodes, changes: Sequence[Change]) -> dict[str, Node]:
    """New divisions stand before old ones end, so that lines about the same division do not need an order."""
    nodes = dict(tree)
    for change in sorted(changes, key=lambda change: change.old_code != change.new_code):  # names first
        _check_old(tree, change)
        if change.new_code is not None:
            nodes[change.new_code] = _successor(tree, nodes, change, change.new_code)
    gone = {change.old_code: change for change in changes if change.ends_old}
    left = {code: node for code, node in nodes.items() if code not in gone}
    for node in left.values():
        if node.parent in gone:
            raise ChildrenLeftBehind(gone[node.parent], f"{node.name} still belongs to {node.parent}; move it first")
    return left


def _check_old(tree: Nodes, change: Change) -> None:
    if change.old_code is None:
        if change.new_code is None:
            raise ChangeEmpty(change, "names no division; fill in old_code or new_code")
        return
    old = tree.get(change.old_code)
    if old is None or old.name != change.old_name:
        found = "no such code" if old is None else f"it is called {old.name}"
        raise OldDivisionUnknown(
            change, f"{change.old_code} {change.old_name}: {found} on the day before; correct the line or its day"
        )


def _successor(tree: Nodes, nodes: Nodes, change: Change, code: str) -> Node:
    """The new division: there already, renamed, or set up where its code belongs."""
    before, now = tree.get(code), nodes.get(code)
    name = change.new_name or ""
    if before is not None and change.old_code is None:
        raise NewDivisionDiffers(change, f"{code} {before.name} exists already; name the old division it comes from")
    if before is not None and change.old_code == code:
        return replace(before, name=name)
    if now is not None:
        if now.name != name:
            raise NewDivisionDiffers(change, f"{code} is called {now.name}, not {name}; correct the name or the code")
        return now
    try:
        return Node(name, parent_code(code, nodes))
    except KeyError:
        raise ParentUnknown(
            change, f"no division for {code} to belong to; set up {code[:4]}00 or {code[:2]}0000 first"
        ) from None

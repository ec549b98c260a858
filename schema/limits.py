"""How large an operation may be, measured in one memoised walk before it is validated.

Validation itself is quadratic in repeated fields, and walks that follow every fragment spread are exponential; so
each fragment is measured once and the answer reused.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from strawberry.extensions import SchemaExtension

HUGE = 10**9


@dataclass(frozen=True, slots=True)
class Size:
    """What an operation amounts to."""

    depth: int = 0
    selected: int = 0
    aliases: int = 0
    repeats: int = 0

    def beside(self, other: "Size") -> "Size":
        """Two parts of one selection set."""
        return Size(
            max(self.depth, other.depth),
            min(self.selected + other.selected, HUGE),
            min(self.aliases + other.aliases, HUGE),
            max(self.repeats, other.repeats),
        )


CAPS = Size(depth=14, selected=600, aliases=40, repeats=12)


class Limits(SchemaExtension):
    """Refuses operations beyond the caps right after parsing."""

    def on_parse(self) -> Iterator[None]:
        """Measure what was parsed."""
        yield
        document = self.execution_context.graphql_document
        if document is None:
            return
        for cap, got in zip(fields(CAPS), astuple(measure(document)), strict=True):
            most = getattr(CAPS, cap.name)
            if got > most:
                raise GraphQLError(
                    f"查询过大: {cap.name} 为 {got}, 上限 {most}",
                    extensions={
                        "code": "QUERY_TOO_LARGE",
                        "messageEn": f"the operation is too large: {cap.name} is {got}, the cap is {most}",
                    },
                )


def measure(document: DocumentNode) -> Size:
    """The largest of a document's operations; linear in its text."""
    walk = _Walk({d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)})
    size = Size()
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            found = walk.measure(definition.selection_set)
            size = Size(*(max(pair) for pair in zip(astuple(size), astuple(found), strict=True)))
    return size


class _Walk:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._measured: dict[str, Size] = {}

    def measure(self, selections: SelectionSetNode) -> Size:
        """One selection set and all below it."""
        size, seen = Size(), dict[str, int]()
        for node in selections.selections:
            size = size.beside(self._one(node))
            if isinstance(node, FieldNode):
                name = (node.alias or node.name).value
                seen[name] = seen.get(name, 0) + 1
        return size.beside(Size(repeats=max(seen.values(), default=0)))

    def _one(self, node: Any) -> Size:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        if isinstance(node, InlineFragmentNode):
            return self.measure(node.selection_set)
        aliased = int(node.alias is not None)
        # introspection has its own guard in graphql-core, and tools' standard query is deep
        if node.selection_set is None or node.name.value.startswith("__"):
            return Size(1, 1, aliased, 0)
        below = self.measure(node.selection_set)
        return Size(below.depth + 1, min(below.selected + 1, HUGE), below.aliases + aliased, below.repeats)

    def _fragment(self, name: str) -> Size:
        if name not in self._measured:
            self._measured[name] = Size()  # a cycle measures nothing here and is refused by validation
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._measured[name] = self.measure(fragment.selection_set)
        return self._measured[name]

"""Text that every database can hold: no NUL, which PostgreSQL's text cannot contain."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLError, StringValueNode, Visitor, visit
from strawberry.extensions import SchemaExtension

NUL = "\0"


class PlainText(SchemaExtension):
    """Refuses NUL in the operation and in its variables, before anything is asked of the record."""

    def on_parse(self) -> Iterator[None]:
        """Look at what was parsed, closely only when an escape could hide one."""
        yield
        context = self.execution_context
        text, document = context.query or "", context.graphql_document
        if document is not None and (NUL in text or "\\u" in text):
            visit(document, _Strings())
        if _holds(context.variables):
            raise _refusal()


class _Strings(Visitor):
    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if NUL in node.value:
            raise _refusal()


def _holds(value: Any) -> bool:
    """Whether text anywhere in a JSON value has one; the body's size bounds the walk."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str) and NUL in each:
            return True
        if isinstance(each, dict):
            pending.extend((*each.keys(), *each.values()))
        elif isinstance(each, list):
            pending.extend(each)
    return False


def _refusal() -> GraphQLError:
    return GraphQLError(
        "文本中不得含有空字符 (U+0000)",
        extensions={"code": "BAD_REQUEST", "messageEn": "text cannot contain the NUL character (U+0000)"},
    )

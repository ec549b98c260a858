"""Which operation of a document runs: named when there are several, and there at all."""

from collections.abc import Iterator

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension

CODE = "OPERATION_UNCLEAR"


class OneOperation(SchemaExtension):
    """Refuses to guess: without it the first operation of several would run."""

    def on_parse(self) -> Iterator[None]:
        """Look at what was parsed."""
        yield
        document, context = self.execution_context.graphql_document, self.execution_context
        if document is not None:
            # the context's own `operation_name` falls back to the first operation's
            _choose(document, context._provided_operation_name)  # noqa: SLF001


def _choose(document: DocumentNode, name: str | None) -> None:
    names = [
        definition.name.value if definition.name else None
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
    ]
    if not names:
        raise _refusal("查询文本中没有操作", "the document holds no operation")
    if name is None and len(names) > 1:
        raise _refusal(
            f"查询文本中有 {len(names)} 个操作, 请用 operationName 指明一个",
            f"the document holds {len(names)} operations; name one in operationName",
        )
    if name is not None and name not in names:
        raise _refusal(f"查询文本中没有操作 {name}", f"the document holds no operation named {name}")


def _refusal(zh: str, en: str) -> GraphQLError:
    return GraphQLError(zh, extensions={"code": CODE, "messageEn": en})

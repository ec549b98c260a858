"""How errors leave the API: refusals with their code and both languages, everything else masked behind an id."""

import logging
import re
import secrets
from collections.abc import Iterator

from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from resolvers.refusal import Refusal

MOST_ERRORS = 5
_SUGGESTION = re.compile(r" Did you mean .*$", re.DOTALL)
_log = logging.getLogger("fundwatch.errors")


class Errors(SchemaExtension):
    """Dresses every error of an operation on its way out."""

    def on_operation(self) -> Iterator[None]:
        """After the operation: at most a handful of errors, none of them telling secrets."""
        try:
            yield
        except (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError):
            raise  # these are about the request, and the transport answers them
        except GraphQLError as error:
            raise dressed(error) from error
        except Exception as error:
            raise dressed(GraphQLError("", original_error=error)) from error
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if errors:
            result.errors = [dressed(error) for error in errors[:MOST_ERRORS]]  # type: ignore[union-attr]


def dressed(error: GraphQLError) -> GraphQLError:
    """The error as callers see it."""
    cause = error.original_error
    if isinstance(cause, Refusal):
        return _copy(error, cause.zh, {"code": cause.code, "messageEn": cause.en})
    if cause is None or isinstance(cause, GraphQLError):
        return _unfit(error)
    number = secrets.token_hex(4)
    _log.error("unexpected error %s at %s", number, error.path, exc_info=cause)
    return _copy(
        error,
        f"系统内部错误, 编号 {number}, 请联系运维",
        {"code": "INTERNAL", "messageEn": f"internal error {number}; tell the operators this number"},
    )


def _unfit(error: GraphQLError) -> GraphQLError:
    """An operation the schema cannot take; what was already told in both languages stays as it is."""
    if error.extensions and "code" in error.extensions:
        return error
    message = _SUGGESTION.sub("", error.message)
    if isinstance(error, GraphQLSyntaxError):
        return _copy(
            error,
            f"查询语法错误: {message.removeprefix('Syntax Error: ')}",
            {"code": "SYNTAX_ERROR", "messageEn": message},
        )
    return _copy(error, f"查询不符合接口定义: {message}", {"code": "INVALID_OPERATION", "messageEn": message})


def _copy(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )

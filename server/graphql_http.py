"""GraphQL over HTTP, strictly: media types negotiated, bodies bounded, refusals that are GraphQL answers.

Follows the GraphQL-over-HTTP draft where the stock view does not; what differs is listed in docs/api.md.
"""

import logging
import secrets
from collections.abc import Mapping
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionResult

from resolvers.context import Context
from server.http_refusal import (
    AnswerRefused,
    BodyTooLarge,
    BodyTypeRefused,
    HttpRefusal,
    MethodRefused,
    Unexpected,
)
from server.media import JSON, is_json, negotiate
from server.principals import context_of
from server.services import Services

_log = logging.getLogger("fundwatch.http")


class Api(GraphQL[Context, None]):
    """The `/graphql` endpoint."""

    def __init__(self, services: Services, *, max_body_bytes: int) -> None:
        super().__init__(services.schema, graphql_ide=None, subscription_protocols=[])
        self._services = services
        self._max_body_bytes = max_body_bytes

    async def get_context(self, request: Any, response: Any) -> Context:  # noqa: ARG002
        """The request's own context; who asks is found from its token."""
        return await context_of(request, self._services)

    def should_render_graphql_ide(self, request: Any) -> bool:  # noqa: ARG002
        """Never here; a GET without a query is told what it lacks."""
        return False

    def encode_json(self, data: object) -> bytes:
        """Bytes at once."""
        return orjson.dumps(data)

    async def parse_http_body(self, request: Any) -> GraphQLRequestData:
        """The request of a JSON body or of a GET's parameters; every member has its type, or HttpRefusal."""
        if request.method == "POST":
            given = _read(await request.get_body(), "请求体", "the body")
            if not isinstance(given, dict):
                raise HttpRefusal(
                    "请求体须为一个 JSON 对象, 一次一个操作",
                    "the body must be one JSON object, one operation at a time",
                )
        else:
            given = _of_address(request.query_params)
        query = _member(given, "query", str)
        if not query or not query.strip():
            raise HttpRefusal("缺少 query: 请给出查询文本", "query is missing: send the text of an operation")
        return GraphQLRequestData(
            query=query,
            variables=_member(given, "variables", dict),
            operation_name=_member(given, "operationName", str) or None,
            extensions=_member(given, "extensions", dict),
            protocol="http",
        )

    async def process_result(self, request: Any, result: ExecutionResult) -> GraphQLHTTPResponse:
        """An error before execution has no `data` at all."""
        answer = await super().process_result(request, result)
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            answer.pop("data", None)
        return answer

    def create_response(self, response_data: Any, sub_response: Any) -> Response:
        """400 for what was never executed; `application/json` then turns that into 200."""
        response = super().create_response(response_data, sub_response)
        if "data" not in response_data:
            response.status_code = 400
        return response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every answer, refusals too, in the negotiated media type."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        media = negotiate(",".join(Headers(scope=scope).getlist("accept")))
        try:
            answer = await self._answer(Request(scope, self._bounded(receive)), media)
        except HttpRefusal as refused:
            answer = refused.response(media or JSON)
        except ClientDisconnect:
            return
        except Exception:  # noqa: BLE001 - the last resort: whatever it is, the caller learns nothing of it
            number = secrets.token_hex(4)
            _log.exception("a request failed outside any resolver, number %s", number)
            answer = Unexpected(number).response(media or JSON)
        answer.headers["content-type"] = f"{media or JSON}; charset=utf-8"
        answer.headers["vary"] = "Accept"
        answer.headers["cache-control"] = "no-store"
        await answer(scope, receive, send)

    async def _answer(self, request: Request, media: str | None) -> Response:
        """Refuse early what cannot be served, run the rest. HttpRefusal for all that is no GraphQL request."""
        if request.method not in {"GET", "POST"}:
            raise MethodRefused("GET, POST", "请使用 GET 或 POST", "use GET or POST")
        if media is None:
            raise AnswerRefused
        if request.method == "POST":
            self._check_head(request.headers)
        try:
            answer = await self.run(request)
        except HTTPException as stock:
            raise _named(stock) from stock
        if media == JSON:
            answer.status_code = 200
        return answer

    def _check_head(self, headers: Headers) -> None:
        if not is_json(headers.get("content-type", "")) or headers.get("content-encoding", "identity") != "identity":
            raise BodyTypeRefused
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._max_body_bytes:
            raise BodyTooLarge(self._max_body_bytes)

    def _bounded(self, receive: Receive) -> Receive:
        """Counts chunked bodies as well."""
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._max_body_bytes:
                raise BodyTooLarge(self._max_body_bytes)
            return message

        return counted


def _read(text: str | bytes, zh: str, en: str) -> object:
    """Strict JSON: bad UTF-8, NaN and absurd nesting are refused."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise HttpRefusal(f"{zh}不是 JSON: {error}", f"{en} is not JSON: {error}") from error


def _of_address(parameters: Mapping[str, str]) -> dict[str, object]:
    """A GET's parameters, as the members of a body would be."""
    given: dict[str, object] = {name: parameters.get(name) for name in ("query", "operationName")}
    for name in ("variables", "extensions"):
        text = parameters.get(name)
        given[name] = _read(text, f"参数 {name} ", f"the parameter {name}") if text else None
    return given


_KINDS: dict[type, tuple[str, str]] = {str: ("字符串", "a string"), dict: ("对象", "an object")}


def _member(given: dict[str, object], name: str, kind: type) -> Any:
    """A member of the request, which may be absent or null; HttpRefusal when it is of another type."""
    value = given.get(name)
    if value is not None and not isinstance(value, kind):
        zh, en = _KINDS[kind]
        raise HttpRefusal(f"{name} 须为{zh}或 null", f"{name} must be {en} or null")
    return value


def _named(stock: HTTPException) -> HttpRefusal:
    """The framework's refusals in our words; a GET may only ask."""
    if isinstance(stock.__cause__, InvalidOperationTypeError):
        kind = stock.__cause__.operation_type.value
        return MethodRefused("POST", f"{kind} 操作须用 POST", f"send a {kind} with POST")
    return HttpRefusal(f"请求无法处理: {stock.reason}", f"the request cannot be served: {stock.reason}")

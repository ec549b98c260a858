"""GraphQL over HTTP, strictly: media types negotiated, bodies bounded, refusals that are GraphQL answers.

Follows the GraphQL-over-HTTP draft where the stock view does not; what differs is listed in docs/api.md.
"""

import json
import logging
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from resolvers.context import Context
from server.principals import context_of
from server.services import Services

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
_log = logging.getLogger("fundwatch.http")


def negotiate(accept: str | None) -> str | None:
    """The best media type this API can answer in; None when nothing the caller takes is among them."""
    if not accept:
        return JSON
    best: tuple[float, int, str] | None = None
    for part in accept.split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((_quality(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        offered = _OFFERED.get(media.lower())
        if offered is not None and quality > 0:
            candidate = (quality, offered[0], offered[1])
            best = max(best, candidate) if best else candidate
    return best[2] if best else None


_OFFERED = {GRAPHQL_JSON: (3, GRAPHQL_JSON), JSON: (2, JSON), "application/*": (1, JSON), "*/*": (0, JSON)}


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


class Api(GraphQL[Context, None]):
    """The `/graphql` endpoint."""

    def __init__(self, services: Services, *, max_body_bytes: int) -> None:
        super().__init__(services.schema, graphql_ide=None, subscription_protocols=[])
        self._services = services
        self._max_body_bytes = max_body_bytes

    async def get_context(self, request: Any, response: Any) -> Context:  # noqa: ARG002
        """The request's own context; who asks is found from its token."""
        return await context_of(request, self._services)

    def decode_json(self, data: str | bytes) -> object:
        """Strict: bad UTF-8, NaN and absurd nesting are refused."""
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise json.JSONDecodeError(str(error), "", 0) from error

    def encode_json(self, data: object) -> bytes:
        """Bytes at once."""
        return orjson.dumps(data)

    async def parse_http_body(self, request: Any) -> Any:
        """Only JSON objects, and an operation name that is a name."""
        if request.method == "POST":
            media = (request.content_type or "").split(";")[0].strip().lower()
            if media != JSON:
                raise HTTPException(415, "send Content-Type: application/json")
            if not isinstance(self.parse_json(await request.get_body()), dict):
                raise HTTPException(400, "the body must be one JSON object")
        parsed = await super().parse_http_body(request)
        if isinstance(parsed, list):
            raise HTTPException(400, "send one operation at a time")
        if not isinstance(parsed.operation_name, str | None):
            raise HTTPException(400, "operationName must be a string or null")
        parsed.operation_name = parsed.operation_name or None
        return parsed

    async def process_result(self, request: Any, result: ExecutionResult) -> GraphQLHTTPResponse:
        """An error before execution has no `data` at all."""
        answer = await super().process_result(request, result)
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            answer.pop("data", None)
        return answer

    def create_response(self, response_data: Any, sub_response: Any) -> Response:
        """In the negotiated media type, with the status that type asks for."""
        response = super().create_response(response_data, sub_response)
        media = sub_response.headers.get(_MEDIA, JSON)
        if _MEDIA in response.headers:
            del response.headers[_MEDIA]
        response.headers["content-type"] = f"{media}; charset=utf-8"
        response.headers["vary"] = "Accept"
        response.headers["cache-control"] = "no-store"
        refused = isinstance(response_data, dict) and "data" not in response_data
        if refused and not sub_response.status_code:
            response.status_code = 400 if media == GRAPHQL_JSON else 200
        return response

    async def get_sub_response(self, request: Any) -> Any:
        """Remembers the negotiated media type for `create_response`."""
        response = await super().get_sub_response(request)
        response.headers[_MEDIA] = request.scope[_MEDIA]
        return response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse early what cannot be served, run the rest."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive)
        media = negotiate(request.headers.get("accept"))
        if request.method not in {"GET", "POST"}:
            answer: Response = _refusal(405, "use GET or POST", media)
            answer.headers["allow"] = "GET, POST"
        elif media is None:
            answer = _refusal(406, f"this API answers in {GRAPHQL_JSON} or {JSON}", JSON)
        else:
            scope[_MEDIA] = media
            answer = await self._answer(Request(scope, self._bounded(receive)), media)
        await answer(scope, receive, send)

    async def _answer(self, request: Request, media: str) -> Response:
        try:
            self._check_length(request)
            answer: Response = await self.run(request)
        except HTTPException as refused:
            return _refusal(refused.status_code, refused.reason, media)
        except Exception:  # noqa: BLE001 - the last resort: whatever it is, the caller learns nothing of it
            _log.exception("a request failed outside any resolver")
            return _refusal(500, "internal server error", media)
        return answer

    def _check_length(self, request: Request) -> None:
        length = request.headers.get("content-length", "0")
        if length.isdigit() and int(length) > self._max_body_bytes:
            raise HTTPException(413, f"the body may have {self._max_body_bytes} bytes at most")

    def _bounded(self, receive: Receive) -> Receive:
        """Counts chunked bodies as well."""
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._max_body_bytes:
                raise HTTPException(413, f"the body may have {self._max_body_bytes} bytes at most")
            return message

        return counted


_MEDIA = "x-fundwatch-media"


def _refusal(status: int, reason: str, media: str | None) -> Response:
    body = orjson.dumps({"errors": [{"message": reason, "extensions": {"code": "HTTP", "messageEn": reason}}]})
    return Response(body, status, {"content-type": f"{media or JSON}; charset=utf-8", "vary": "Accept"})

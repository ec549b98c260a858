"""What the endpoint says when a request is no GraphQL request: a status, a code, a sentence in both languages."""

import orjson
from starlette.responses import Response

from resolvers.refusal import Refusal
from server.media import GRAPHQL_JSON, JSON


class HttpRefusal(Refusal):
    """A request refused before anything of it ran."""

    status = 400
    code = "BAD_REQUEST"
    headers: tuple[tuple[str, str], ...] = ()

    def response(self, media: str) -> Response:
        """The refusal as a GraphQL answer."""
        error = {"message": self.zh, "extensions": {"code": self.code, "messageEn": self.en}}
        return Response(orjson.dumps({"errors": [error]}), self.status, dict(self.headers), media_type=media)


class MethodRefused(HttpRefusal):
    """Neither GET nor POST, or GET for what changes something."""

    status = 405
    code = "METHOD_NOT_ALLOWED"

    def __init__(self, allow: str, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.headers = (("allow", allow),)


class AnswerRefused(HttpRefusal):
    """The caller takes none of the media types there are."""

    status = 406
    code = "NOT_ACCEPTABLE"

    def __init__(self) -> None:
        super().__init__(
            f"只能以 {GRAPHQL_JSON} 或 {JSON} 应答, 请修改 Accept 请求头",
            f"answers come as {GRAPHQL_JSON} or {JSON}; change the Accept header",
        )


class BodyTooLarge(HttpRefusal):
    """More bytes than a request may have; the rest of them are not waited for."""

    status = 413
    code = "PAYLOAD_TOO_LARGE"
    headers = (("connection", "close"),)

    def __init__(self, most: int) -> None:
        super().__init__(
            f"请求体超过 {most} 字节, 请拆分请求",
            f"the body exceeds {most} bytes; ask in smaller parts",
        )


class BodyTypeRefused(HttpRefusal):
    """A body that is not said to be plain JSON in UTF-8."""

    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"

    def __init__(self) -> None:
        super().__init__(
            f"请求体须为 UTF-8 编码、未压缩的 JSON, 请求头 Content-Type: {JSON}",
            f"send plain JSON in UTF-8 with the header Content-Type: {JSON}",
        )


class Unexpected(HttpRefusal):
    """A fault of ours; the log tells more under the same number."""

    status = 500
    code = "INTERNAL"

    def __init__(self, number: str) -> None:
        super().__init__(
            f"系统内部错误, 编号 {number}, 请联系运维",
            f"internal error {number}; tell the operators this number",
        )

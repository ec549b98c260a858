"""What the API says when it will not: a code for programs, a sentence in both languages for people."""


class Refusal(Exception):
    """A request that cannot be served as asked; never carries a secret or a stack."""

    code = "REFUSED"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class NotSignedIn(Refusal):
    """No valid token came with the request."""

    code = "UNAUTHENTICATED"

    def __init__(self) -> None:
        super().__init__(
            "请先登录: 在请求头中携带 Authorization: Bearer <令牌>",
            "Sign in first: send the header Authorization: Bearer <token>",
        )


class OutOfScope(Refusal):
    """The caller's scope does not reach there; said the same way whether or not it exists."""

    code = "OUT_OF_SCOPE"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} 不存在或不在您的数据范围内",
            f"{what} does not exist or lies outside your scope",
        )


class BadRequest(Refusal):
    """An argument cannot be used; the sentence says which and what would do."""

    code = "BAD_REQUEST"

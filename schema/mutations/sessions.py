"""Signing in and out."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from resolvers import sessions as use
from resolvers.refusal import NotSignedIn
from schema.describe import argument, both, field
from schema.info import Info
from schema.mutations.refusal import Refusal
from schema.types.viewer import Viewer


@strawberry.type(description=both("登录成功", "signed in"))
class SignedIn:
    """A token."""

    token: str = strawberry.field(description=both("令牌, 放入 Authorization: Bearer", "bearer token"))
    expires_at: datetime = strawberry.field(description=both("失效时间", "when it ends"))
    viewer: Viewer = strawberry.field(description=both("用户", "the account"))


@strawberry.type(description=both("登录被拒", "sign-in refused; which part was wrong is not said"))
class SignInRefused(Refusal):
    """Refused."""


@strawberry.type(description=both("已退出", "signed out"))
class SignedOut:
    """Done."""

    ok: bool = strawberry.field(description=both("是否完成", "done"))


SignInResult: TypeAlias = Annotated[
    SignedIn | SignInRefused,
    strawberry.union(name="SignInResult", description=both("登录结果", "signing in")),
]


@strawberry.type
class SessionMutation:
    """Signing in and out."""

    @field("登录, 取得令牌", "sign in for a bearer token")
    async def sign_in(
        self,
        info: Info,
        name: Annotated[str, argument("用户名", "name")],
        password: Annotated[str, argument("密码", "password")],
    ) -> SignInResult:
        """A token or a refusal."""
        try:
            found = await use.sign_in(info.context, name, password)
        except use.SignInRefused as refused:
            return SignInRefused(
                code=refused.code, message=refused.zh, message_en=refused.en, path=["name", "password"]
            )
        return SignedIn(
            token=found.token, expires_at=found.expires_at, viewer=Viewer.of(found.principal, await info.context.view())
        )

    @field("退出, 作废本次令牌", "sign out: revoke the token of this request")
    async def sign_out(self, info: Info) -> SignedOut:
        """Revoke."""
        token = info.context.token
        if token is None:
            raise NotSignedIn
        await use.sign_out(info.context, token)
        return SignedOut(ok=True)

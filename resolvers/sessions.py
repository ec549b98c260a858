"""Signing in: passwords checked slowly and evenly, tokens of which only a hash is kept."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import and_, func, select

from db.engine import Database
from db.enums import Line
from db.models import Account, Division, DivisionVersion, ScopeAttestation, Token
from resolvers.context import Context
from resolvers.principal import Principal
from resolvers.refusal import Refusal

TOKEN_LIFE = timedelta(hours=12)
SCRIPT_TOKEN_LIFE = timedelta(days=30)
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = HASHER.hash(secrets.token_hex(16))
_BUSY = asyncio.Semaphore(2)


class SignInRefused(Refusal):
    """Name and password do not open an active account; which of them was wrong is not said."""

    code = "SIGN_IN_REFUSED"

    def __init__(self) -> None:
        super().__init__("用户名或密码不正确, 或账号已停用", "the name or the password is wrong, or the account is off")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh token and when it ends."""

    token: str
    expires_at: datetime
    principal: Principal


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def sign_in(ctx: Context, name: str, password: str) -> SignedIn:
    """A token for whoever knows the password; raises SignInRefused after the same work in every case."""
    async with ctx.database.read() as session:
        account = (await session.execute(select(Account).where(Account.name == name))).scalar_one_or_none()
    stored = account.password_hash if account and account.password_hash else _NOBODY
    async with _BUSY:
        right = await asyncio.to_thread(_verify, stored, password)
    if account is None or not right or not account.active:
        raise SignInRefused
    return await issue(ctx.database, account, TOKEN_LIFE)


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


async def issue(database: Database, account: Account, life: timedelta) -> SignedIn:
    """A new token for an account."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    async with database.write(actor=account.name, action="sign-in") as work:
        work.session.add(
            Token(
                token_hash=digest(token),
                account_id=account.id,
                created_at=now,
                expires_at=now + life,
                revoked_at=None,
            )
        )
    principal = await principal_of(database, token)
    if principal is None:
        raise SignInRefused
    return SignedIn(token, now + life, principal)


async def issue_by_name(database: Database, name: str) -> SignedIn:
    """A token for scripts, by an operator who has the database at hand; raises SignInRefused."""
    async with database.read() as session:
        account = (await session.execute(select(Account).where(Account.name == name))).scalar_one_or_none()
    if account is None or not account.active:
        raise SignInRefused
    return await issue(database, account, SCRIPT_TOKEN_LIFE)


async def sign_out(ctx: Context, token: str) -> None:
    """Revoke the token the request came with."""
    async with ctx.database.write(actor=ctx.caller.name, action="sign-out") as work:
        found = await work.session.execute(select(Token).where(Token.token_hash == digest(token)))
        row = found.scalar_one_or_none()
        if row is not None:
            row.revoked_at = datetime.now(UTC)


async def principal_of(database: Database, token: str) -> Principal | None:
    """Who a live token belongs to."""
    pending = (
        select(func.min(ScopeAttestation.effective_on))
        .where(ScopeAttestation.account_id == Account.id, ScopeAttestation.attested_at.is_(None))
        .correlate(Account)
        .scalar_subquery()
    )
    statement = (
        select(Account, Token, Division.code, DivisionVersion.level, pending.label("pending"))
        .join(Token, Token.account_id == Account.id)
        .join(Division, Division.id == Account.division_id)
        .join(DivisionVersion, and_(DivisionVersion.division_id == Division.id, DivisionVersion.valid_to.is_(None)))
        .where(Token.token_hash == digest(token), Token.revoked_at.is_(None), Account.active.is_(True))
    )
    async with database.read() as session:
        row = (await session.execute(statement)).one_or_none()
    if row is None or row.Token.expires_at <= datetime.now(UTC):
        return None
    account: Account = row.Account
    return Principal(
        account_id=account.id,
        name=account.name,
        role=account.role,
        division_id=account.division_id,
        division_code=row.code,
        level=row.level,
        lines=frozenset(Line(line) for line in account.lines),
        held_on=None if row.pending is None else row.pending - timedelta(days=1),
    )

"""Opaque global ids: a kind and a key nobody should take apart."""

import base64
import binascii

from db.types import MAX_INT64
from resolvers.refusal import BadRequest


def encode(kind: str, key: int | str) -> str:
    """`("Project", 7)` → an opaque id."""
    return base64.urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip("=")


def decode(global_id: str) -> tuple[str, str]:
    """Back to kind and key; raises BadRequest for anything this API did not issue."""
    try:
        text = base64.urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode("ascii")
        kind, key = text.split(":")
    except (ValueError, binascii.Error) as error:
        raise _refusal(global_id) from error
    if key.isdigit() and int(key[:20]) > MAX_INT64:
        raise _refusal(global_id)
    return kind, key


def _refusal(global_id: str) -> BadRequest:
    return BadRequest(
        f"标识 {global_id[:60]!r} 不是本系统签发的",
        f"id {global_id[:60]!r} was not issued by this API; use an id from an earlier answer",
    )

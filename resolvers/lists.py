"""How lists are paged: the caller's cap on `first`, and cursors refused clearly."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select

from db.paging import CursorInvalid, Order, Page, page
from resolvers.context import Context
from resolvers.refusal import BadRequest
from resolvers.view import View


def capped(ctx: Context, first: int) -> int:
    """`first` as asked, if this caller may ask for so many; raises BadRequest."""
    most = ctx.caller.max_first
    if not 1 <= first <= most:
        raise BadRequest(f"first 应在 1 至 {most} 之间, 收到 {first}", f"first must be 1 to {most}, got {first}")
    return first


async def listed(
    ctx: Context, view: View, statement: Select[Any], *, orders: Sequence[Order], first: int, after: str | None
) -> Page[Any]:
    """One page of a statement that has been cut to the caller's scope."""
    try:
        async with ctx.read(view) as session:
            return await page(session, statement, orders=orders, first=capped(ctx, first), after=after)
    except CursorInvalid as error:
        raise BadRequest(f"游标无效, 请去掉 after 从头读取: {after!r:.60}", str(error)) from error

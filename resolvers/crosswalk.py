"""What became of a division between two days."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from db.models import Division, DivisionChange
from resolvers.context import Context
from resolvers.refusal import BadRequest
from resolvers.view import View
from rules.divisions.succession import Holding, Line, successors


async def crosswalk(ctx: Context, code: str, start: date, end: date, view: View) -> list[Holding]:
    """Who holds the land of a code of one day on a later one; raises OutOfScope or BadRequest."""
    if end < start:
        raise BadRequest("to 不得早于 from", "`to` must not be before `from`")
    await ctx.place(code, View(view.as_of, start, view.tree, view.known, view.known_at))
    async with ctx.read(view) as session:
        rows = (await session.execute(select(DivisionChange).order_by(DivisionChange.code))).scalars().all()
        lives = (await session.execute(select(Division.code, Division.valid_from, Division.valid_to))).all()
    spans: dict[str, list[tuple[date, date | None]]] = {}
    for division, first, last in lives:
        spans.setdefault(division, []).append((first, last))

    def exists(division: str, day: date) -> bool:
        return any(first <= day and (last is None or day < last) for first, last in spans.get(division, ()))

    return successors(code, [line for line in _lines(rows) if start < line.day <= end], exists)


def _lines(rows: Sequence[DivisionChange]) -> list[Line]:
    """A line without a day took effect at some time in its year: by the end of it."""
    return [
        Line(row.code, row.effective_on or date(row.year, 12, 31), row.old_code, row.new_code, row.share_bp)
        for row in rows
        if row.old_code is not None and row.new_code is not None
    ]

"""What the commands share: where the database is, how a task runs, how progress shows."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from db.engine import Database, DatabaseUnsupported
from db.migrate import head_ok
from server.settings import DEFAULT_DATA, sqlite_url

ResultT = TypeVar("ResultT")
Command = Callable[..., Any]
Task = Callable[[Database], Awaitable[ResultT]]

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_DATA,
    show_default=True,
    help="folder of the embedded database",
)
url_option = click.option(
    "--database-url",
    envvar="FUNDWATCH_DATABASE_URL",
    show_envvar=True,
    help="sqlite:///FILE or postgresql://…; goes before --data",
)


def with_database(command: Command) -> Command:
    """Give a command its database address, from the option, the environment or the data folder."""

    @data_option
    @url_option
    @wraps(command)
    def wrapped(*args: Any, data: Path, database_url: str | None, **options: Any) -> Any:
        return command(*args, database_url=database_url or sqlite_url(data), **options)

    return wrapped


class Day(click.ParamType[date]):
    """A day written 2026-10-16."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse, or say how it is written."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.fail(f"{value!r} is not a day; write it like 2026-10-16", param, ctx)


def run(task: Task[ResultT], database_url: str, *, migrated: bool = True) -> ResultT:
    """Run a task over a database and close it; refuses one that is missing or not migrated."""

    async def whole() -> ResultT:
        database = Database(database_url)
        try:
            if migrated:
                await _require_layout(database)
            return await task(database)
        finally:
            await database.close()

    _require_file(database_url)
    try:
        return asyncio.run(whole())
    except DatabaseUnsupported as error:
        raise click.ClickException(str(error)) from error


def _require_file(database_url: str) -> None:
    prefix = "sqlite:///"
    if database_url.startswith(prefix):
        file = Path(database_url.removeprefix(prefix))
        if not file.exists() and not file.parent.exists():
            raise click.ClickException(
                f"there is no database in {file.parent}; run `fundwatch demo` or `migrate` first"
            )


async def _require_layout(database: Database) -> None:
    if not await head_ok(database):
        raise click.ClickException("the database has not this release's layout; run `fundwatch migrate` first")


def bar(label: str) -> Callable[[int, int], None]:
    """A progress callback that draws one line and keeps quiet where nobody watches."""
    shown = -1
    watched = sys.stderr.isatty()

    def advance(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 if total == 0 else done * 100 // total
        if percent == shown:
            return
        shown = percent
        if watched:
            filled = percent * 30 // 100
            click.echo(f"\r{label} [{'#' * filled:<30}] {percent:3d}%  {done:,}/{total:,}", err=True, nl=percent == 100)
        elif percent in {0, 25, 50, 75, 100}:
            click.echo(f"{label}: {percent}% ({done:,}/{total:,})", err=True)

    return advance

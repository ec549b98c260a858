"""What the commands share: where the database is, how a task runs, how progress shows."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import click
from click.core import ParameterSource
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from db.engine import Database, DatabaseUnsupported, driver_url
from db.migrate import DatabaseAhead, head_ok
from server.settings import DEFAULT_DATA, sqlite_url

ResultT = TypeVar("ResultT")
Command = Callable[..., Any]
Task = Callable[[Database], Awaitable[ResultT]]


def _address(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refused before anything is opened; the address may hold a password, so it is not repeated."""
    try:
        if value is not None:
            driver_url(value)
    except DatabaseUnsupported as error:
        raise click.BadParameter(str(error)) from error
    except ArgumentError as error:
        raise click.BadParameter("this is no database address; write sqlite:///FILE or postgresql://…") from error
    return value


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
    callback=_address,
    help="sqlite:///FILE or postgresql://…; goes before --data, but an explicit --data before the environment",
)


def with_database(command: Command) -> Command:
    """Give a command its database address: what the command line says goes before what the environment says."""

    @data_option
    @url_option
    @wraps(command)
    def wrapped(*args: Any, data: Path, database_url: str | None, **options: Any) -> Any:
        if _given("data") and not _given("database_url"):
            database_url = None
        return command(*args, database_url=database_url or sqlite_url(data), **options)

    return wrapped


def _given(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE


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


class CannotRun(click.ClickException):
    """The command could not do its work; exit 1 is kept for work that was done and found something."""

    exit_code = 2


def run(task: Task[ResultT], database_url: str, *, migrated: bool = True) -> ResultT:
    """Run a task over a database and close it; raises CannotRun for one that is missing, closed or not migrated."""

    async def whole() -> ResultT:
        database = Database(database_url)
        try:
            if migrated:
                await _require_layout(database)
            return await task(database)
        finally:
            await database.close()

    if migrated:
        _require_file(database_url)
    try:
        return asyncio.run(whole())
    except DatabaseAhead as error:
        raise CannotRun(str(error)) from error
    except (OSError, SQLAlchemyError, asyncpg.PostgresError) as error:
        raise CannotRun(f"the database {_shown(database_url)} refuses: {_reason(error)}") from error


def embedded_file(database_url: str) -> Path | None:
    """Where an embedded database lies; None for a server's."""
    url = make_url(database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def make_folder(folder: Path) -> None:
    """The folder of an embedded database; raises CannotRun where there can be none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"cannot make the folder {folder}: {error.strerror}; name another with --data") from error


def _require_file(database_url: str) -> None:
    """Opening an embedded database that is not there would make an empty one."""
    file = embedded_file(database_url)
    if file and not file.exists():
        raise CannotRun(f"there is no database {file}; run `fundwatch demo` or `fundwatch migrate` first")


async def _require_layout(database: Database) -> None:
    if not await head_ok(database):
        raise CannotRun("the database has not this release's layout; run `fundwatch migrate` on it first")


def _shown(database_url: str) -> str:
    """The address without its password."""
    return make_url(database_url).render_as_string(hide_password=True)


def _reason(error: Exception) -> str:
    """The driver's own words, on one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


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

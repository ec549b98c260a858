"""Commands that keep the system running: serve, migrate, import, token, schema."""

from pathlib import Path

import click

from db.bundle import ImportReport, import_bundle
from db.engine import Database
from db.migrate import migrate as upgrade
from resolvers.sessions import SignedIn, SignInRefused, issue_by_name
from schema.root import build_schema
from server.cli.common import CannotRun, bar, embedded_file, make_folder, run, with_database
from server.cli.serving import serve_forever, take_port
from server.settings import DEFAULT_PORT, HOST, MAX_BODY_BYTES, Settings

SHOWN_FAULTS = 200
PORT = click.IntRange(0, 65_535)


@click.command()
@with_database
@click.option("--host", default=HOST, show_default=True, envvar="FUNDWATCH_HOST", show_envvar=True, help="address")
@click.option(
    "--port",
    type=PORT,
    default=DEFAULT_PORT,
    show_default=True,
    envvar="FUNDWATCH_PORT",
    show_envvar=True,
    help="port; 0 takes a free one",
)
@click.option(
    "--max-body-bytes",
    type=click.IntRange(1),
    default=MAX_BODY_BYTES,
    show_default=True,
    envvar="FUNDWATCH_MAX_BODY_BYTES",
    show_envvar=True,
    help="largest request body",
)
def serve(database_url: str, host: str, port: int, max_body_bytes: int) -> None:
    """Serve the API over a migrated database.

    All settings are below; each may come from the environment.
    """
    run(_nothing, database_url)
    settings = Settings(database_url=database_url, host=host, port=port, max_body_bytes=max_body_bytes)
    serve_forever(settings, take_port(host, port))


async def _nothing(_database: Database) -> None:
    """Only what `run` asks of every database."""


@click.command()
@with_database
def migrate(database_url: str) -> None:
    """Bring the database to this release's layout.

    Makes an embedded database that is not there; changes nothing where nothing has to change.
    """
    file = embedded_file(database_url)
    if file:
        make_folder(file.parent)
    run(upgrade, database_url, migrated=False)
    click.echo("the database has this release's layout")


@click.command(name="import")
@click.argument("bundle", type=click.Path(exists=True, path_type=Path))
@with_database
def import_(bundle: Path, database_url: str) -> None:
    """Import a bundle, wholly or not at all.

    A bundle is a folder or zip of CSV files, see docs/import.md. Exit 1 when it has faults; all are listed.
    """
    show = bar("import")

    async def task(database: Database) -> ImportReport:
        return await import_bundle(
            database, bundle, actor="fundwatch import", progress=lambda _table, done, total: show(done, total)
        )

    report = run(task, database_url)
    if not report.ok:
        click.echo(report.text(limit=SHOWN_FAULTS), err=True)
        raise click.exceptions.Exit(1)
    click.echo(report.text() if report.changed else "已是最新, 没有变化 nothing changed")


@click.command()
@click.option("--user", required=True, help="account to act as")
@with_database
def token(user: str, database_url: str) -> None:
    """Print a bearer token for scripts.

    It lives 30 days. For operators, who hold the database anyway.
    """

    async def task(database: Database) -> SignedIn:
        return await issue_by_name(database, user)

    try:
        click.echo(run(task, database_url).token)
    except SignInRefused as refused:
        raise CannotRun(f"there is no active account {user!r}") from refused


@click.command()
def schema() -> None:
    """Print the GraphQL schema."""
    click.echo(build_schema().as_str())

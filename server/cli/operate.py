"""Commands that keep the system running: serve, migrate, import, token, schema."""

from pathlib import Path

import click
import uvicorn

from db.bundle import ImportReport, import_bundle
from db.engine import Database
from db.migrate import migrate as upgrade
from resolvers.sessions import SignedIn, SignInRefused, issue_by_name
from schema.root import build_schema
from server.asgi import create_app
from server.cli.common import bar, run, with_database
from server.settings import DEFAULT_PORT, HOST, MAX_BODY_BYTES, Settings

SHOWN_FAULTS = 200


@click.command()
@with_database
@click.option("--host", default=HOST, show_default=True, envvar="FUNDWATCH_HOST", show_envvar=True)
@click.option("--port", default=DEFAULT_PORT, show_default=True, envvar="FUNDWATCH_PORT", show_envvar=True)
@click.option(
    "--max-body-bytes",
    default=MAX_BODY_BYTES,
    show_default=True,
    envvar="FUNDWATCH_MAX_BODY_BYTES",
    show_envvar=True,
    help="largest request body",
)
def serve(database_url: str, host: str, port: int, max_body_bytes: int) -> None:
    """Serve the API over a migrated database; all settings are below."""
    serve_forever(Settings(database_url=database_url, host=host, port=port, max_body_bytes=max_body_bytes))


def serve_forever(settings: Settings) -> None:
    """Run the server in the foreground until it is told to stop."""
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=20,
    )


@click.command()
@with_database
def migrate(database_url: str) -> None:
    """Bring the database to this release's layout; creates an embedded one that is not there."""
    prefix = "sqlite:///"
    if database_url.startswith(prefix):
        Path(database_url.removeprefix(prefix)).parent.mkdir(parents=True, exist_ok=True)
    run(upgrade, database_url, migrated=False)
    click.echo("the database has this release's layout")


@click.command(name="import")
@click.argument("bundle", type=click.Path(exists=True, path_type=Path))
@with_database
def import_(bundle: Path, database_url: str) -> None:
    """Import a bundle (a folder or zip of CSV files, see docs/import.md): wholly, or not at all."""
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
    """Print a bearer token for scripts; for operators, who hold the database anyway."""

    async def task(database: Database) -> SignedIn:
        return await issue_by_name(database, user)

    try:
        click.echo(run(task, database_url).token)
    except SignInRefused as refused:
        raise click.ClickException(f"there is no active account {user!r}") from refused


@click.command()
def schema() -> None:
    """Print the GraphQL schema, as committed in schema/schema.graphql."""
    click.echo(build_schema().as_str())

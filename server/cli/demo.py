"""`fundwatch demo`: load the demo where there is none, then serve it."""

import sys
from pathlib import Path
from shutil import which

import click

from db.engine import Database
from db.types import today
from server.cli.common import CannotRun, bar, data_option, make_folder, run
from server.cli.operate import PORT
from server.cli.serving import serve_forever, take_port
from server.demo.loader import DEFAULT_PROJECTS, DemoRefused, load, new_password, projects_loaded
from server.settings import DATABASE_FILE, DEFAULT_PORT, HOST, Settings, sqlite_url

PASSWORD_FILE = "demo-password.txt"  # noqa: S105 - a file's name
SHOWN_USERS = ("ministry", "inspector", "510000", "510100", "510104")


@click.command()
@data_option
@click.option("--port", type=PORT, default=DEFAULT_PORT, show_default=True, help="port; 0 takes a free one")
@click.option("--projects", type=click.IntRange(1), default=None, help=f"demo projects  [default: {DEFAULT_PROJECTS}]")
@click.option("--load-only", is_flag=True, help="load and stop, without serving")
def demo(data: Path, port: int, projects: int | None, *, load_only: bool) -> None:
    """Load the demo where there is none, and serve it.

    Real divisions, published figures and 演示数据 go into an embedded database, served on this machine only.
    """
    listener = None if load_only else take_port(HOST, port)
    url = sqlite_url(data)
    if (data / DATABASE_FILE).exists():
        _reuse(data, url, projects)
    else:
        _load(data, projects or DEFAULT_PROJECTS)
    if listener:
        serve_forever(Settings(database_url=url, port=port), listener, _access(data))


def _access(data: Path) -> str:
    """Who may come in, and how."""
    command = "fundwatch" if which("fundwatch") else sys.argv[0]
    return (
        f"用户 users: {', '.join(SHOWN_USERS)}, 及任一区划代码 or any division code\n"
        f"密码 password: {(data / PASSWORD_FILE).read_text().strip()}\n"
        f"令牌 token: {command} token --user ministry --data {data}\n"
    )


def _reuse(data: Path, url: str, projects: int | None) -> None:
    there = run(projects_loaded, url)
    if there is None or not (data / PASSWORD_FILE).exists():
        raise CannotRun(f"{data} holds a database that is not a finished demo; use another --data folder")
    if projects is not None and projects != there:
        raise CannotRun(
            f"{data} holds a demo of {there} projects; use another --data folder for one of {projects}, or delete it"
        )
    click.echo(f"已有演示数据 using the demo in {data}: {there:,} projects")


def _load(data: Path, projects: int) -> None:
    """Load beside, then move into place: an interrupted load leaves nothing that looks finished."""
    make_folder(data)
    password, partial = new_password(), data / f"{DATABASE_FILE}.loading"
    for leftover in data.glob(f"{partial.name}*"):
        leftover.unlink()

    async def task(database: Database) -> None:
        done = await load(database, projects=projects, as_of=today(), password=password, progress=bar)
        click.echo(f"{done.projects:,} projects, {done.findings:,} findings of {done.planted:,} planted irregularities")
        if database.dialect == "sqlite":
            async with database.engine.connect() as connection:
                await connection.exec_driver_sql("pragma wal_checkpoint(truncate)")

    try:
        run(task, f"sqlite:///{partial.resolve()}", migrated=False)
    except DemoRefused as error:
        raise CannotRun(str(error)) from error
    (data / PASSWORD_FILE).touch(mode=0o600)
    (data / PASSWORD_FILE).write_text(password + "\n")
    partial.rename(data / DATABASE_FILE)

"""The server as it is started: serve and demo, in processes of their own where a port is opened."""

import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from db.engine import Database
from db.migrate import migrate
from server.cli import main

FILE, PASSWORD = "fundwatch.sqlite3", "demo-password.txt"
ADDRESS = r"http://127\.0\.0\.1:\d+"
SIGN_IN = 'mutation { signIn(name: "510104", password: "%s") { __typename ... on SignedIn { viewer { name } } } }'


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small demo, loaded by the command."""
    folder = tmp_path_factory.mktemp("small")
    done = CliRunner().invoke(main, ["demo", "--data", str(folder), "--projects", "20", "--load-only"])
    assert (done.exit_code, done.exception) == (0, None), done.output
    assert done.stdout.startswith("20 projects, ")
    return folder


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(("-shm", "-wal"))}


def test_demo_leaves_a_database_and_a_password_of_its_owner(loaded: Path) -> None:
    assert set(contents(loaded)) == {FILE, PASSWORD}
    assert (loaded / PASSWORD).stat().st_mode & 0o777 == 0o600
    assert len((loaded / PASSWORD).read_text().strip()) >= 12


@pytest.mark.parametrize("projects", [[], ["--projects", "20"]], ids=["whatever there is", "as many"])
async def test_demo_is_used_again(projects: list[str], loaded: Path, fundwatch) -> None:
    before = contents(loaded)

    done = await fundwatch("demo", "--data", loaded, "--load-only", *projects)

    assert (done.exit_code, done.output) == (0, f"已有演示数据 using the demo in {loaded}: 20 projects\n")
    assert contents(loaded) == before


async def test_demo_of_another_size_is_refused(loaded: Path, fundwatch) -> None:
    before = contents(loaded)

    done = await fundwatch("demo", "--data", loaded, "--load-only", "--projects", 21)

    assert done.exit_code == 2
    assert f"{loaded} holds a demo of 20 projects; use another --data folder for one of 21" in done.output
    assert contents(loaded) == before


async def test_demo_keeps_off_a_database_that_is_none(sqlite_database: Database, tmp_path: Path, fundwatch) -> None:
    done = await fundwatch("demo", "--data", tmp_path, "--load-only")

    assert done.exit_code == 2
    assert f"{tmp_path} holds a database that is not a finished demo" in done.output


async def test_demo_tells_of_a_taken_port_before_it_loads(taken: int, tmp_path: Path, fundwatch) -> None:
    done = await fundwatch("demo", "--data", tmp_path / "new", "--port", taken)

    assert done.exit_code == 2
    assert f"cannot listen on 127.0.0.1 port {taken}: Address already in use" in done.output
    assert "choose another with --port" in done.output
    assert not (tmp_path / "new").exists()


async def test_interrupted_load_leaves_nothing_that_looks_finished(
    tmp_path: Path, fundwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(database: Database, **_given: object) -> None:
        await migrate(database)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["server.cli.demo"], "load", interrupted)
        stopped = await fundwatch("demo", "--data", tmp_path / "new", "--load-only")
    left = set(contents(tmp_path / "new"))
    again = await fundwatch("demo", "--data", tmp_path / "new", "--load-only", "--projects", 5)

    assert stopped.exit_code == 1
    assert left == {f"{FILE}.loading"}
    assert again.exit_code == 0
    assert set(contents(tmp_path / "new")) == {FILE, PASSWORD}


async def test_demo_stopped_by_its_user_leaves_nothing_that_looks_finished(tmp_path: Path, spawn) -> None:
    running = spawn("demo", "--data", tmp_path / "new", "--load-only", "--projects", 2_000)
    await running.until("planning: 100%")

    status = await running.stop(signal.SIGINT)

    assert status == 1
    assert running.lines[-1] == "Aborted!\n"
    assert set(contents(tmp_path / "new")) == {f"{FILE}.loading"}


async def test_demo_says_who_may_come_in_and_lets_them(loaded: Path, spawn) -> None:
    running = spawn("demo", "--data", loaded, "--port", 0)
    address = (await running.until(ADDRESS))[0]
    assert "510104" in (await running.until("users: (.*)"))[1]
    password = (await running.until("password: (.*)"))[1]
    command = (await running.until("token: (.*)"))[1]

    async with httpx.AsyncClient(base_url=address, trust_env=False) as http:
        page = await http.get("/")
        answer = await http.post("/graphql", json={"query": SIGN_IN % password})
    status = await running.stop(signal.SIGINT)

    assert f"{address}/graphql" in page.text
    assert answer.json()["data"]["signIn"] == {"__typename": "SignedIn", "viewer": {"name": "510104"}}
    assert command.endswith(f"token --user ministry --data {loaded}")
    assert (status, running.lines[-1]) == (0, "已停止 stopped\n")


async def test_serve_answers_over_either_database_until_told_to_end(database: Database, at, spawn) -> None:
    running = spawn("serve", "--port", 0, *at(database))
    address = (await running.until(ADDRESS))[0]

    async with httpx.AsyncClient(base_url=address, trust_env=False) as http:
        ready = await http.get("/readyz")
    status = await running.stop(signal.SIGTERM)

    assert (ready.status_code, ready.text) == (200, "ok")
    assert "server" not in ready.headers
    assert status == -signal.SIGTERM
    assert "Traceback" not in "".join(running.lines)


async def test_serve_tells_of_a_taken_port(taken: int, sqlite_database: Database, at, fundwatch) -> None:
    done = await fundwatch("serve", "--port", taken, *at(sqlite_database))

    assert done.exit_code == 2
    assert f"cannot listen on 127.0.0.1 port {taken}: Address already in use" in done.output


async def test_serve_tells_of_a_host_that_is_not_here(sqlite_database: Database, at, fundwatch) -> None:
    done = await fundwatch("serve", "--host", "192.0.2.1", "--port", 0, *at(sqlite_database))

    assert done.exit_code == 2
    assert "cannot listen on 192.0.2.1 port 0: " in done.output


@pytest.mark.parametrize(("option", "value"), [("--port", "65536"), ("--port", "http"), ("--max-body-bytes", "0")])
async def test_serve_refuses_settings_that_are_none(option: str, value: str, fundwatch) -> None:
    done = await fundwatch("serve", option, value)

    assert done.exit_code == 2
    assert f"Invalid value for '{option}'" in done.output


async def test_help_of_serve_lists_every_setting(fundwatch) -> None:
    text = " ".join((await fundwatch("serve", "--help")).output.split())

    for option in main.commands["serve"].params:
        assert option.opts[0] in text
        assert option.envvar is None or f"env var: {option.envvar}" in text
        assert option.name == "help" or option.help in text

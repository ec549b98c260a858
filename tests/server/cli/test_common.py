"""Which database a command means, and what it says about one it cannot use."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from db.engine import Database
from server.cli import main

WITH_DATABASE = ["serve", "migrate", "import", "check", "verify", "token"]
FILE = "fundwatch.sqlite3"


def test_every_command_that_reads_the_record_is_meant() -> None:
    takes = [name for name, command in main.commands.items() if any(p.name == "database_url" for p in command.params)]
    assert takes == WITH_DATABASE


@pytest.mark.parametrize("command", [["verify"], ["check"], ["token", "--user", "x"], ["serve"], ["import", "."]])
async def test_missing_embedded_database_is_named_and_not_made(command: list[str], elsewhere: Path, fundwatch) -> None:
    done = await fundwatch(*command)

    assert done.exit_code == 2
    assert f"there is no database {elsewhere / 'data' / FILE}" in done.output
    assert "fundwatch demo" in done.output
    assert not any(elsewhere.iterdir())  # noqa: ASYNC240 - a folder of three entries at most


@pytest.mark.parametrize("command", [["verify"], ["check"], ["token", "--user", "x"], ["serve"], ["import", "."]])
async def test_another_layout_is_refused(command: list[str], outdated: Database, at, fundwatch) -> None:
    done = await fundwatch(*command, *at(outdated))

    assert (done.exit_code, done.output) == (
        2,
        "Error: the database has not this release's layout; run `fundwatch migrate` on it first\n",
    )


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("mysql://u:secret@host/x", "mysql is not supported; use sqlite or postgresql"),
        ("no address", "this is no database address; write sqlite:///FILE or postgresql://…"),
    ],
)
async def test_address_of_no_use_is_refused(address: str, message: str, fundwatch) -> None:
    done = await fundwatch("verify", "--database-url", address)

    assert done.exit_code == 2
    assert message in done.output
    assert "secret" not in done.output


async def test_server_that_does_not_answer_is_named_without_its_password(fundwatch) -> None:
    done = await fundwatch("verify", env={"FUNDWATCH_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/x"})

    assert done.exit_code == 2
    assert done.output.startswith("Error: the database postgresql://u:***@127.0.0.1:1/x refuses: ")
    assert "secret" not in done.output


async def test_database_the_server_does_not_have_is_named(postgres_url: str, fundwatch) -> None:
    address = urlsplit(postgres_url)._replace(path="/nobody_made_this").geturl()

    done = await fundwatch("verify", "--database-url", address)

    assert done.exit_code == 2
    assert 'database "nobody_made_this" does not exist' in done.output
    assert "Traceback" not in done.output


async def test_environment_names_the_database(database: Database, at, fundwatch) -> None:
    done = await fundwatch("verify", env={"FUNDWATCH_DATABASE_URL": at(database)[1]})

    assert (done.exit_code, done.output) == (0, "everything derived agrees with what it derives from\n")


async def test_folder_on_the_command_line_goes_before_the_environment(
    sqlite_database: Database, tmp_path: Path, fundwatch
) -> None:
    env = {"FUNDWATCH_DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}

    done = await fundwatch("verify", "--data", tmp_path, env=env)

    assert done.exit_code == 0


async def test_address_on_the_command_line_goes_before_the_folder(database: Database, at, fundwatch) -> None:
    done = await fundwatch("verify", "--data", "nowhere", *at(database))

    assert done.exit_code == 0


@pytest.mark.parametrize("day", ["2026-13-01", "20261016", "tomorrow"])
async def test_day_is_told_how_it_is_written(day: str, fundwatch) -> None:
    done = await fundwatch("check", "--as-of", day)

    assert done.exit_code == 2
    assert f"'{day}' is not a day; write it like 2026-10-16" in done.output

"""Commands that keep the system running: migrate, import, token, schema."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.engine import Database
from db.migrate import head_ok
from db.models import Division
from resolvers.sessions import principal_of
from server.demo.bundle_folder import write_bundle
from server.demo.divisions import division_manifest, division_tables

ROOT = Path(__file__).parents[3]
CODES = ("100000", "630000", "630100")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The nation, one province and one city of it."""
    rows = [row for row in division_tables()["divisions"] if row["code"] in CODES]
    folder = tmp_path / "bundle"
    write_bundle({"divisions": rows}, division_manifest(), folder)
    return folder


async def divisions(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(Division))


async def test_migrate_makes_an_embedded_database_once(tmp_path: Path, fundwatch) -> None:
    folder = tmp_path / "far" / "away"

    first = await fundwatch("migrate", "--data", folder)
    made = (folder / "fundwatch.sqlite3").read_bytes()
    second = await fundwatch("migrate", "--data", folder)

    assert (first.exit_code, first.output) == (0, "the database has this release's layout\n")
    assert (second.exit_code, second.output) == (0, first.output)
    assert (folder / "fundwatch.sqlite3").read_bytes() == made


async def test_migrate_fills_an_empty_postgresql(postgres_store, at, tmp_path: Path, fundwatch) -> None:
    async with postgres_store.empty(tmp_path) as database:
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("drop schema public, known cascade")
            await connection.exec_driver_sql("create schema public")

        first, second = await fundwatch("migrate", *at(database)), await fundwatch("migrate", *at(database))

        assert (first.exit_code, second.exit_code) == (0, 0), first.output
        assert await head_ok(database)


async def test_migrate_leaves_a_newer_database_alone(outdated: Database, at, fundwatch) -> None:
    done = await fundwatch("migrate", *at(outdated))

    assert done.exit_code == 2
    assert "the database stands at elsewhere, which this release does not know" in done.output


async def test_migrate_says_where_no_folder_can_be(tmp_path: Path, fundwatch) -> None:
    (tmp_path / "file").touch()

    done = await fundwatch("migrate", "--data", tmp_path / "file" / "below")

    assert done.exit_code == 2
    assert f"cannot make the folder {tmp_path / 'file' / 'below'}" in done.output


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
async def test_import_twice_changes_nothing(packed: bool, bundle: Path, database: Database, at, fundwatch) -> None:
    path = Path(shutil.make_archive(str(bundle), "zip", bundle)) if packed else bundle

    first = await fundwatch("import", path, *at(database))
    second = await fundwatch("import", path, *at(database))

    assert (first.exit_code, first.stdout) == (0, "divisions: +3 ~0 =0\ndivision_versions: +3 ~0 =0\n")
    assert (second.exit_code, second.stdout) == (0, "已是最新, 没有变化 nothing changed\n")
    assert await divisions(database) == 3


async def test_faults_are_listed_and_nothing_is_written(bundle: Path, database: Database, at, fundwatch) -> None:
    file = bundle / "divisions.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("PROVINCE", "REALM").replace("630100", "63010"), "utf-8")

    done = await fundwatch("import", bundle, *at(database))

    assert done.exit_code == 1
    assert done.stdout == ""
    faults = [line for line in done.stderr.splitlines() if line.startswith("divisions.csv")]
    assert [fault.split("  ")[0] for fault in faults] == [
        "divisions.csv:3 level [REALM]",
        "divisions.csv:4 code [63010]",
    ]
    assert all(" → " in fault for fault in faults)
    assert done.stderr.splitlines()[-1] == "共2处错误，未写入任何数据"
    assert await divisions(database) == 0


async def test_path_that_is_not_there_is_refused(sqlite_database: Database, at, fundwatch) -> None:
    done = await fundwatch("import", "nowhere.zip", *at(sqlite_database))

    assert done.exit_code == 2
    assert "'nowhere.zip' does not exist" in done.output


async def test_token_signs_its_user_in(demo: Database, at, fundwatch) -> None:
    done = await fundwatch("token", "--user", "510100", *at(demo))

    assert done.exit_code == 0
    principal = await principal_of(demo, done.output.strip())
    assert (principal.name, principal.division_code) == ("510100", "510100")


async def test_token_for_nobody_is_refused(sqlite_database: Database, at, fundwatch) -> None:
    done = await fundwatch("token", "--user", "nobody", *at(sqlite_database))

    assert (done.exit_code, done.output) == (2, "Error: there is no active account 'nobody'\n")


async def test_schema_is_the_committed_one(fundwatch) -> None:
    done = await fundwatch("schema")

    assert done.output == (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")

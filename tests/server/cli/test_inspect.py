"""Commands that inspect the record: check and verify."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pytest
from click.testing import Result
from sqlalchemy import func, select

from db.engine import Database
from db.enums import Severity
from db.labels import zh
from db.models import Project, Revision, RuleRun, StandingFinding
from rules.law import Law
from server.demo.divisions import division_tables
from server.demo.generator import Planted, generate
from server.demo.loader import load

DAY = date(2026, 10, 31)
EARLIER = date(2026, 7, 20)
PROJECTS = 300
SEVERITY = {zh(severity): severity for severity in Severity}


@dataclass(frozen=True)
class Line:
    """One rule's row of the receipt."""

    facts: int
    evaluated: int
    fired: int
    not_applicable: int
    missing: int
    blocked: int
    failed: int


def raised(done: Result) -> Counter[tuple[Severity, str, str]]:
    """Every finding as severity, rule and subject."""
    rows = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    assert [row for row in rows if len(row) != 4 or not row[3]] == []
    return Counter((SEVERITY[row[0]], row[1], row[2]) for row in rows)


def receipt(done: Result) -> dict[str, Line]:
    rows = [line.split() for line in done.stdout.splitlines() if re.match(r"[A-Z]{2}-\d\d-\d\d +\d", line)]
    return {row[0]: Line(*(int(number.replace(",", "")) for number in row[1:])) for row in rows}


def expected(planted: list[Planted]) -> Counter[tuple[Severity, str, str]]:
    return Counter(
        (each.severity, each.rule_code, " ".join(filter(None, (each.subject_code, each.period)))) for each in planted
    )


@cache
def planted(day: date) -> list[Planted]:
    return generate(projects=PROJECTS, as_of=day, divisions=division_tables()["divisions"]).planted


async def assert_exact(database: Database, done: Result, day: date) -> None:
    """The findings are the planted ones, and the receipt accounts for every rule and subject."""
    assert raised(done) == expected(planted(day))
    lines = receipt(done)
    assert list(lines) == sorted(Law.national().rules)
    for code, line in lines.items():
        judged = line.evaluated + line.not_applicable + line.missing + line.blocked
        assert (line.facts, line.failed) == (judged, 0), code
    fired = Counter(rule for _, rule, _ in raised(done).elements())
    assert {code: line.fired for code, line in lines.items() if line.fired} == fired
    async with database.read() as session:
        projects = await session.scalar(select(func.count()).select_from(Project))
    assert lines["CS-02-06"].facts == projects
    assert lines["PT-12-01"].facts == projects
    assert f"{sum(fired.values()):,} findings" in done.stdout


async def test_check_finds_what_was_planted(demo: Database, at, fundwatch) -> None:
    done = await fundwatch("check", "--as-of", DAY, *at(demo))

    assert done.exit_code == 1
    await assert_exact(demo, done, DAY)


async def test_check_of_another_day_finds_what_was_planted_for_it(sqlite_database: Database, at, fundwatch) -> None:
    await load(
        sqlite_database, projects=PROJECTS, as_of=EARLIER, password="x", progress=lambda _: lambda _done, _total: None
    )

    done = await fundwatch("check", "--as-of", EARLIER, *at(sqlite_database))

    assert done.exit_code == 1
    await assert_exact(sqlite_database, done, EARLIER)
    assert expected(planted(EARLIER)) != expected(planted(DAY))


async def test_check_stores_nothing(demo_copy: Database, at, fundwatch) -> None:
    async def stored() -> list[int | None]:
        counts = [func.count(RuleRun.id), func.count(StandingFinding.id), func.max(Revision.id)]
        async with demo_copy.read() as session:
            return [await session.scalar(select(count)) for count in counts]

    before = await stored()
    await fundwatch("check", "--as-of", DAY + timedelta(days=30), *at(demo_copy))

    assert await stored() == before


async def test_check_stays_in_its_division(demo: Database, at, fundwatch) -> None:
    whole = await fundwatch("check", "--as-of", DAY, *at(demo))
    part = await fundwatch("check", "--as-of", DAY, "--under", "510000", *at(demo))

    assert raised(part) < raised(whole)
    assert receipt(part)["CS-02-06"].facts < receipt(whole)["CS-02-06"].facts


async def test_check_of_some_rules_reports_on_these(demo: Database, at, fundwatch) -> None:
    codes = ("DL-11-01", "PT-12-01")
    done = await fundwatch("check", "--as-of", DAY, "--rule", codes[0], "--rule", codes[1], *at(demo))

    wanted = expected([each for each in planted(DAY) if each.rule_code in codes])
    assert (tuple(receipt(done)), raised(done)) == (codes, wanted)
    assert wanted
    assert done.exit_code == 0  # nothing among them blocks


async def test_quiet_check_prints_the_receipt_only(demo: Database, at, fundwatch) -> None:
    done = await fundwatch("check", "--as-of", DAY, "--quiet", *at(demo))

    assert (done.exit_code, raised(done)) == (1, Counter())
    assert list(receipt(done)) == sorted(Law.national().rules)


async def test_check_before_anything_happened_finds_nothing(demo: Database, at, fundwatch) -> None:
    done = await fundwatch("check", "--as-of", "1990-01-01", *at(demo))

    assert (done.exit_code, raised(done)) == (0, Counter())
    assert {line.evaluated for line in receipt(done).values()} == {0}


async def test_check_of_an_empty_record_needs_divisions(database: Database, at, fundwatch) -> None:
    done = await fundwatch("check", "--as-of", DAY, *at(database))

    assert done.exit_code == 2
    assert "no division has the code 100000" in done.output
    assert "is the record loaded?" in done.output


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["--rule", "XX-99-99"], "there is no rule XX-99-99 in force; choose among CS-02-01,"),
        (["--under", "999999"], "no division has the code 999999"),
    ],
)
async def test_check_of_what_is_not_there_is_refused(
    asked: list[str], message: str, demo: Database, at, fundwatch
) -> None:
    done = await fundwatch("check", *asked, *at(demo))

    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


async def test_clean_demo_verifies(demo: Database, at, fundwatch) -> None:
    done = await fundwatch("verify", *at(demo))

    assert (done.exit_code, done.output) == (0, "everything derived agrees with what it derives from\n")


async def test_row_lost_from_the_closure_is_named(demo_copy: Database, at, fundwatch) -> None:
    chosen = "from division_closure where depth = 2 order by ancestor_id, descendant_id limit 1"
    async with demo_copy.engine.begin() as connection:
        ancestor, descendant = (await connection.exec_driver_sql(f"select ancestor_id, descendant_id {chosen}")).one()
        await connection.exec_driver_sql(
            f"delete from division_closure where ancestor_id = {ancestor} and descendant_id = {descendant}"
        )

    done = await fundwatch("verify", *at(demo_copy))

    assert done.exit_code == 1
    *lines, total = done.output.splitlines()
    assert total == f"Error: {len(lines)} differences"
    for line in lines:
        table, key, problem = line.split("\t")
        assert (table, problem) == ("division_closure", "follows from versions and changes, but is not stored")
        assert {str(ancestor), str(descendant)} <= set(key.split())
    assert lines

"""Commands that inspect the record: check and verify."""

import sys
from datetime import date

import click

from db.engine import Database
from db.enums import Severity
from db.labels import zh
from db.subjects import Subject, subject_names
from db.types import today
from db.verify import Discrepancy
from db.verify import verify as verify_record
from rules.check import CheckResult
from rules.check import check as run_check
from rules.finding import Finding
from rules.law import RuleUnknown
from server.areas import NATION, DivisionMissing, area_of
from server.cli.common import CannotRun, Day, bar, run, with_database


@click.command()
@with_database
@click.option("--under", default=NATION, show_default=True, help="division code; it and all below are checked")
@click.option("--as-of", type=Day(), default=None, help="day to judge on  [default: today]")
@click.option("--rule", "rules", multiple=True, help="only this rule; may be repeated")
@click.option("--quiet", is_flag=True, help="only the receipt")
def check(database_url: str, under: str, as_of: date | None, rules: tuple[str, ...], *, quiet: bool) -> None:
    """Check the rules: findings and a receipt.

    Stores nothing. A finding is a line: severity, rule, subject with its quarter, and what was found.
    Exit 1 when a blocking finding stands.
    """
    day = as_of or today()

    async def task(database: Database) -> tuple[CheckResult, dict[Subject, str]]:
        area = await area_of(database, under)
        result = await run_check(database, area=area, as_of=day, rules=rules or None, progress=bar("check"))
        async with database.read() as session:
            return result, await subject_names(session, map(_subject, () if quiet else result.findings))

    try:
        result, names = run(task, database_url)
    except (RuleUnknown, DivisionMissing) as error:
        raise CannotRun(str(error)) from error
    for each in () if quiet else result.findings:
        about = " ".join((names[_subject(each)], *((each.period.code,) if each.period else ())))
        click.echo(f"{zh(each.severity)}\t{each.rule_code}\t{about}\t{each.message.zh}")
    _receipt(result)
    if any(finding.severity is Severity.BLOCKING and not finding.trial for finding in result.findings):
        sys.exit(1)


def _subject(finding: Finding) -> Subject:
    return finding.subject_kind, finding.subject_id


def _receipt(result: CheckResult) -> None:
    click.echo(f"\n回执 receipt  as of {result.as_of}  release {result.release}")
    click.echo(
        f"{'rule':10}{'facts':>9}{'evaluated':>11}{'fired':>8}{'n/a':>9}{'missing':>9}{'blocked':>9}{'failed':>8}"
    )
    for line in result.receipt.lines:
        click.echo(
            f"{line.rule_code:10}{line.facts:>9,}{line.evaluated:>11,}{line.fired:>8,}{line.not_applicable:>9,}"
            f"{line.missing_facts:>9,}{line.blocked:>9,}{line.failed:>8,}"
        )
        for failure in line.failures:
            click.echo(f"{'':10}{failure}")
    click.echo(f"{len(result.findings):,} findings")


@click.command()
@with_database
def verify(database_url: str) -> None:
    """Verify all that is derived.

    It is compared with what it derives from; exit 1 when something differs, each difference named.
    """

    async def task(database: Database) -> list[Discrepancy]:
        return await verify_record(database)

    found = run(task, database_url)
    for discrepancy in found:
        click.echo(f"{discrepancy.table}\t{discrepancy.key}\t{discrepancy.problem}")
    if found:
        raise click.ClickException(f"{len(found)} differences")
    click.echo("everything derived agrees with what it derives from")

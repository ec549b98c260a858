"""Commands that inspect: check, rules, deadlines, verify."""

import sys
from datetime import date

import click

from db.dossiers import Area
from db.engine import Database
from db.enums import Severity
from db.labels import zh
from db.types import Period, today
from db.verify import Discrepancy
from db.verify import verify as verify_record
from rules.check import CheckResult
from rules.check import check as run_check
from rules.deadline import filing_deadline
from rules.law import Law, RuleUnknown
from rules.machines.drawing import MACHINES, workflows_markdown
from rules.parameter import ParameterFault
from server.areas import NATION, DivisionMissing, area_of
from server.cli.common import Day, bar, run, with_database
from server.rule_pages import rules_markdown


@click.command()
@with_database
@click.option("--under", default=NATION, show_default=True, help="division code; it and all below are checked")
@click.option("--as-of", type=Day(), default=None, help="day to judge on  [default: today]")
@click.option("--rule", "rules", multiple=True, help="only this rule; may be repeated")
@click.option("--quiet", is_flag=True, help="only the receipt")
def check(database_url: str, under: str, as_of: date | None, rules: tuple[str, ...], *, quiet: bool) -> None:
    """Check rules and print findings and the receipt; stores nothing. Exit 1 when a blocking finding stands."""
    day = as_of or today()

    async def task(database: Database) -> CheckResult:
        area: Area = await area_of(database, under)
        return await run_check(database, area=area, as_of=day, rules=rules or None, progress=bar("check"))

    try:
        result = run(task, database_url)
    except (RuleUnknown, DivisionMissing) as error:
        raise click.ClickException(str(error)) from error
    if not quiet:
        for finding in result.findings:
            click.echo(f"{zh(finding.severity)}\t{finding.rule_code}\t{finding.message.zh}")
    _receipt(result)
    if any(finding.severity is Severity.BLOCKING and not finding.trial for finding in result.findings):
        sys.exit(1)


def _receipt(result: CheckResult) -> None:
    click.echo(f"\n回执 receipt  as of {result.as_of}  release {result.release}")
    click.echo(f"{'rule':10}{'evaluated':>11}{'fired':>8}{'n/a':>9}{'missing':>9}{'blocked':>9}{'failed':>8}")
    for line in result.receipt.lines:
        click.echo(
            f"{line.rule_code:10}{line.evaluated:>11,}{line.fired:>8,}{line.not_applicable:>9,}"
            f"{line.missing_facts:>9,}{line.blocked:>9,}{line.failed:>8,}"
        )
    click.echo(f"{len(result.findings):,} findings")


@click.command()
@click.option("--markdown", is_flag=True, help="the whole catalogue as docs/rules.md")
def rules(*, markdown: bool) -> None:
    """List the supervision rules."""
    law = Law.national()
    if markdown:
        click.echo(rules_markdown(law))
        return
    for rule in law.rules.values():
        click.echo(f"{rule.code}  {zh(rule.severity)}  {rule.title.zh}  {rule.title.en}  ({'、'.join(rule.article)})")
    click.echo(f"{len(law.rules)} rules")


@click.command()
@click.option("--markdown", is_flag=True, help="every workflow as docs/workflows.md")
def workflows(*, markdown: bool) -> None:
    """List the workflows: states, and who may do what."""
    if markdown:
        click.echo(workflows_markdown(), nl=False)
        return
    for machine in MACHINES:
        click.echo(f"{machine.name}  {machine.title[0]}  {machine.title[1]}")
        for transition in machine.transitions:
            roles = ", ".join(dict.fromkeys(post.role.value for post in transition.posts))
            sources = ", ".join(source or "–" for source in transition.sources)
            click.echo(f"  {transition.action:10} {sources} → {' | '.join(transition.targets) or '='}  ({roles})")


@click.command()
@click.option("--year", type=int, required=True, help="year reported on")
@click.option("--division", default=NATION, show_default=True, help="division code, for its province's calendar")
def deadlines(year: int, division: str) -> None:
    """Print when the four quarters of a year are due, and why."""
    law = Law.national()
    for quarter in range(1, 5):
        period = Period(year, quarter)
        try:
            found = filing_deadline(period, division, law.calendars, law.parameters)
        except ParameterFault as error:
            raise click.ClickException(str(error)) from error
        mark = "" if found.confirmed else "  (暂定 provisional: 节假日安排未公布)"
        click.echo(f"{period.code}  {found.due:%Y-%m-%d %a}{mark}")
        if found.due != found.nominal:
            click.echo("        " + " → ".join(f"{r.date:%m-%d} {r.label_zh}" for r in found.reasons))


@click.command()
@with_database
def verify(database_url: str) -> None:
    """Verify what is derived against what it derives from; exit 1 and name each difference."""

    async def task(database: Database) -> list[Discrepancy]:
        return await verify_record(database)

    found = run(task, database_url)
    for discrepancy in found:
        click.echo(f"{discrepancy.table}\t{discrepancy.key}\t{discrepancy.problem}")
    if found:
        raise click.ClickException(f"{len(found)} differences")
    click.echo("everything derived agrees with what it derives from")

"""Commands that tell the law: rules, workflows and deadlines."""

import click

from db.labels import zh
from db.types import Period
from resolvers.deadlines import Deadlines
from resolvers.refusal import BadRequest
from rules.law import Law
from rules.machines.drawing import MACHINES, workflows_markdown
from server.areas import NATION
from server.cli.common import CannotRun
from server.demo.divisions import division_tables
from server.rule_pages import rules_markdown

WEEKDAYS = "一二三四五六日"


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
@click.option("--year", type=click.IntRange(1, 9_000), required=True, help="year reported on")
@click.option("--division", default=NATION, show_default=True, help="division code; its province's calendar counts")
def deadlines(year: int, division: str) -> None:
    """Print when a year's filings are due, and why.

    Needs no database. A year whose holidays are not announced yet is marked provisional.
    """
    known = Deadlines(Law.national())
    province = _province(division)
    try:
        found = [known.filing_or_refuse(Period(year, quarter), province) for quarter in range(1, 5)]
    except BadRequest as refused:
        raise CannotRun(f"{refused.zh}; {refused.en}") from refused
    for quarter, deadline in enumerate(found, start=1):
        mark = "" if deadline.confirmed else "  (暂定 provisional: 节假日安排未公布)"
        click.echo(f"{year}Q{quarter}  {deadline.due} 周{WEEKDAYS[deadline.due.weekday()]}{mark}")
        if deadline.due != deadline.nominal:
            click.echo("        " + " → ".join(f"{r.date:%m-%d} {r.label_zh}" for r in deadline.reasons))


def _province(code: str) -> str:
    """The province-level code a division of the packaged registry belongs to; raises CannotRun."""
    parents = {row["code"]: row["admin_parent"] for row in division_tables()["divisions"]}
    if code not in parents:
        raise CannotRun(
            f"{code} is not a division of the packaged registry; "
            f"give a six-digit code of GB/T 2260 like 450000, {NATION} for the nation, or one of ours like X66000"
        )
    while code != NATION and parents[code] != NATION:
        code = parents[code]
    return code

"""The `fundwatch` command."""

import click

from server.cli.demo import demo
from server.cli.inspect import check, verify
from server.cli.law import deadlines, rules, workflows
from server.cli.operate import import_, migrate, schema, serve, token

HELP = "Fundwatch 自然资源资金监测监管系统: supervise natural-resources funds."


class Ordered(click.Group):
    """Lists its commands the way one meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """In the order they were added."""
        return list(self.commands)


@click.group(cls=Ordered, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="fundwatch")
def main() -> None:
    """Everything an operator or inspector does from a shell."""


for _command in (demo, serve, migrate, import_, check, rules, workflows, deadlines, verify, token, schema):
    main.add_command(_command)

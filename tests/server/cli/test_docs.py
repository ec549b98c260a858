"""The operator's page and the command itself tell the same: nothing undocumented, nothing that is not there."""

import re
from pathlib import Path

import click
import pytest

from server.cli import main
from server.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
OPTIONS = [
    (name, parameter)
    for name, command in main.commands.items()
    for parameter in command.params
    if isinstance(parameter, click.Option)
]


@pytest.mark.parametrize("name", main.commands)
def test_command_is_documented(name: str) -> None:
    assert re.search(rf"^\| .*`{name}`.* \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("name", "option"), OPTIONS, ids=[f"{name} {option.opts[0]}" for name, option in OPTIONS])
def test_option_is_documented(name: str, option: click.Option) -> None:
    assert f"`{option.opts[0]}`" in PAGE
    if option.envvar:
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{option.opts[0]}`"))
        default = "" if option.default is None or option.name == "database_url" else f"`{option.default}`"
        assert [cell.strip() for cell in row.split("|")[2:4]] == [f"`{option.envvar}`", default]


def test_page_names_no_option_that_is_gone() -> None:
    ours = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    named = set(re.findall(r"`(--[a-z-]+)`", ours))
    assert named - {option.opts[0] for _, option in OPTIONS} == set()
    assert set(re.findall(r"FUNDWATCH_\w+", PAGE)) == {option.envvar for _, option in OPTIONS if option.envvar}


def test_every_setting_of_the_server_is_an_option_of_serve() -> None:
    assert set(Settings.__dataclass_fields__) == {option.name for option in main.commands["serve"].params} - {"data"}


def test_help_lists_commands_the_way_one_meets_them() -> None:
    text = click.Context(main, info_name="fundwatch").get_help()
    listed = [line.split()[0] for line in text.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == list(main.commands)
    assert listed[:4] == ["demo", "serve", "migrate", "import"]


@pytest.mark.parametrize("name", main.commands)
def test_first_line_of_help_is_whole(name: str) -> None:
    assert main.commands[name].get_short_help_str(limit=68).endswith(".")
    assert not main.commands[name].get_short_help_str(limit=68).endswith("...")

"""Promises about the repository itself: small modules that say what they are for, pins that name no host, no traces."""

import ast
import os
import re
import tomllib
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("schema", "resolvers", "rules", "db", "server")
LOCKS = ("requirements.lock", "requirements-dev.lock")
MODULE_LINES = 400

# Spelt in pieces, so that this file does not find itself.
PACKAGE_HOSTS = re.compile(
    "|".join(
        (
            "py" + r"pi\.(org|python)",
            "python" + r"hosted\.",
            r"registry\.npm" + "js",
            "tuna" + r"\.tsinghua",
            r"mirrors?\." + r"[a-z]+\.(com|cn|edu)",
        )
    )
)
PACKAGE_SETTINGS = re.compile(r"--(extra-)?index" + "-url|--find" + "-links|--trusted" + "-host")
MACHINE_PATHS = re.compile(r"(?<![\w.$})-])/(home|root|Users|work|tmp)" + r"/\w")
OUTSIDE = re.compile(r"\.\./sha" + "red")


def ignored(path: str) -> bool:
    """Whether .gitignore names it; patterns are names, or rooted names with a slash before them."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    rooted, anywhere = ([line.strip("/") for line in lines if line.startswith("/") is yes] for yes in (True, False))
    name = Path(path).name
    return name == ".git" or path in rooted or any(fnmatch(name, pattern) for pattern in anywhere)


@cache
def files() -> list[Path]:
    """What git keeps, or would; read from the folder, so that an unpacked archive is held to the same."""
    kept: list[Path] = []
    for place, folders, names in os.walk(ROOT):
        here = Path(place).relative_to(ROOT)
        folders[:] = [name for name in folders if not ignored((here / name).as_posix())]
        kept += [ROOT / here / name for name in names if not ignored((here / name).as_posix())]
    return sorted(kept)


def found(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern stands, as file:line."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]


def modules() -> list[Path]:
    """The Python of the five packages."""
    return [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in PACKAGES]


def pins(lock: str) -> dict[str, str]:
    """A lock file's packages and their exact versions."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    heads = [line.partition(";")[0].rstrip(" \\") for line in lines if line[:1] not in {" ", "#", ""}]
    return dict(head.split("==") for head in heads)


@pytest.mark.parametrize(
    ("pattern", "guilty", "innocent"),
    [
        (PACKAGE_HOSTS, "https://py" + "pi.org/simple", "published on PyPI"),
        (PACKAGE_SETTINGS, "--index" + "-url x", "an index of rules"),
        (MACHINE_PATHS, "see /ho" + "me/someone", "https://example.gov.cn/wo" + "rk/2024"),
        (OUTSIDE, "../sha" + "red/data", "shared by all"),
    ],
)
def test_a_trace_is_known_when_seen(pattern: re.Pattern[str], guilty: str, innocent: str) -> None:
    assert pattern.search(guilty)
    assert not pattern.search(innocent)


@pytest.mark.parametrize("pattern", [PACKAGE_HOSTS, PACKAGE_SETTINGS, MACHINE_PATHS, OUTSIDE])
def test_no_file_bears_a_trace_of(pattern: re.Pattern[str]) -> None:
    assert found(pattern) == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in modules() if not ast.get_docstring(ast.parse(path.read_bytes()))]
    assert silent == []


def test_no_module_is_long() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in files()
        if path.suffix == ".py"
    }
    assert {name: length for name, length in lengths.items() if length > MODULE_LINES} == {}


def test_test_files_carry_names_of_their_own_folder_tree() -> None:
    packages = [str(path.relative_to(ROOT)) for path in files() if path.match("tests/**/__init__.py")]
    assert packages == [], "a package below tests/ hides the package it is named after"


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_bytes_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert " @ " not in text
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert len(blocks) == len(pins(lock))


def test_both_locks_pin_the_same_versions() -> None:
    runtime, dev = map(pins, LOCKS)
    assert {name: (version, dev.get(name)) for name, version in runtime.items() if dev.get(name) != version} == {}


def test_locks_satisfy_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    pinned = pins("requirements-dev.lock")
    unmet = [
        text
        for text in asked
        if (need := Requirement(text)) and pinned.get(canonicalize_name(need.name), "") not in need.specifier
    ]
    assert unmet == [], "run make lock"


def test_hooks_run_from_the_environment() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    assert [hook["id"] for hook in hooks if not hook["entry"].startswith(".venv/bin/")] == []


def test_changelog_awaits_the_next_release() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert headings[0] == "[Unreleased]"


def test_readme_names_the_two_commands_first() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert [name for name in ("make demo", "make test") if not any(name in line for line in readme[:30])] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [name for name in records if f"({name})" not in index] == []
    assert re.findall(r"\((\d{4}-[a-z-]+\.md)\)", index) == records

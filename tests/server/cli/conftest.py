"""The command as people type it: in this process, or in one of its own."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from db.engine import Database
from server.cli import main

Command = Callable[..., Awaitable[Result]]
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent in the background leaves it ignored
from server.cli import main
main()
"""
WITHIN_SECONDS = 60


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs in a folder of its own, and no setting comes from outside."""
    folder = tmp_path / "cwd"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("FUNDWATCH_") and "_TEST_" not in name]:
        monkeypatch.delenv(name)
    return folder


@pytest.fixture
def fundwatch() -> Command:
    """Runs a command to its end, beside the test's own loop; anything but an exit fails the test."""

    async def command(*words: object, env: dict[str, str] | None = None) -> Result:
        done = await asyncio.to_thread(CliRunner().invoke, main, [str(word) for word in words], env=env)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return command


@pytest.fixture
def at() -> Callable[[Database], list[str]]:
    """The options that name a database the way its owner would write it."""

    def options(database: Database) -> list[str]:
        return ["--database-url", re.sub(r"\+(aiosqlite|asyncpg)", "", database.url)]

    return options


@dataclass
class Running:
    """A command in a process of its own, read line by line."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    async def until(self, pattern: str) -> re.Match[str]:
        """The first line of its output that matches."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while line := await asyncio.to_thread(self.process.stdout.readline):
                self.lines.append(line)
                if found := re.search(pattern, line):
                    return found
        raise AssertionError(f"{pattern} did not come; there was: {''.join(self.lines)}")

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Its exit status after a signal."""
        self.process.send_signal(how)
        rest, _ = await asyncio.to_thread(self.process.communicate, timeout=WITHIN_SECONDS)
        self.lines += rest.splitlines(keepends=True)
        return self.process.returncode


@pytest.fixture
def spawn() -> Iterator[Callable[..., Running]]:
    """Starts a command; whatever still runs at the end of the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: object) -> Running:
        command = [sys.executable, "-c", PROGRAM, *(str(word) for word in words)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        return Running(process)

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
async def outdated(database: Database) -> Database:
    """A database some other release migrated."""
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("update alembic_version set version_num = 'elsewhere'")
    return database

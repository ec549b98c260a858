"""What history costs: writes and reads side by side with a twin that keeps none; `make bench-history`."""

import asyncio
import gc
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median

import click
import orjson

from bench import databases
from bench.history_work import AS_OF, ROLLUP, SLICE, WRITES, asked, correct, load
from db.engine import Database

RESULTS = Path(__file__).parent / "results" / "history.json"
WRITE_ROUNDS = 5
READ_ROUNDS = 15
MOST_WRITES, MOST_READS, MOST_PAST = 1.3, 1.05, 3.0
Round = Callable[[], Awaitable[object]]
Timed = Callable[[int], Awaitable[Round]]
"""Prepares the round of a number; only the round itself is timed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison: medians in milliseconds."""

    database: str
    what: str
    measured_ms: float
    against_ms: float
    ratio: float
    at_most: float

    @classmethod
    def of(cls, database: str, what: str, times: tuple[float, float], at_most: float) -> "Line":
        """From medians in seconds."""
        measured, against = times
        ratio = round(measured / against, 3)
        return cls(database, what, round(measured * 1e3, 2), round(against * 1e3, 2), ratio, at_most)


async def side_by_side(one: Timed, other: Timed, rounds: int) -> tuple[float, float]:
    """Median seconds of each; the two take turns at going first, and the first round only warms up.

    The garbage of the others is collected beforehand: a full collection costs as much as a small request.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        order = (0, 1) if number % 2 else (1, 0)
        for which in order:
            go = await (one, other)[which](number)
            gc.collect()
            gc.disable()
            start = time.perf_counter()
            await go()
            took = time.perf_counter() - start
            gc.enable()
            if number:
                times[which].append(took)
    return median(times[0]), median(times[1])


async def writes(pair: databases.Twins, name: str) -> list[Line]:
    """Each workload with and without triggers."""
    lines = []
    for what, work in WRITES.items():
        times = await side_by_side(partial(work, pair.kept), partial(work, pair.plain), WRITE_ROUNDS)
        lines.append(Line.of(name, what, times, MOST_WRITES))
        click.echo(_shown(lines[-1]))
    return lines


async def reads(pair: databases.Twins, name: str) -> list[Line]:
    """Today's answers beside a history of corrections, and the same answers as known before them."""
    before = (await correct(pair.kept)).isoformat()
    await correct(pair.plain)
    for database in (pair.kept, pair.plain):
        await databases.tidy(database)
    lines: list[Line] = []
    ask, ask_plain = await asked(pair.kept), await asked(pair.plain)
    for what, query in (("national roll-up", ROLLUP), ("slice of 100 projects", SLICE)):
        now, twin, then = partial(ask, query), partial(ask_plain, query), partial(ask, query, knownAt=before)
        if await now() != await twin() or await now() == await then():
            raise RuntimeError(f"{what}: the twins must agree on today, and the corrections must make a difference")
        for said, one, other, most in (
            (f"{what}, now, beside history", now, twin, MOST_READS),
            (f"{what}, known before 10 % was corrected, to now", then, now, MOST_PAST),
        ):
            times = await side_by_side(_again(one), _again(other), READ_ROUNDS)
            lines.append(Line.of(name, said, times, most))
            click.echo(_shown(lines[-1]))
    return lines


def _again(go: Round) -> Timed:
    async def prepared(_number: int) -> Round:
        return go

    return prepared


async def measured(server: str | None, projects: int) -> tuple[list[Line], dict[str, object]]:
    """One database's share of the results."""
    with tempfile.TemporaryDirectory(prefix="fundwatch-bench-") as place:
        folder = Path(place)
        async with AsyncExitStack() as stack:
            opened = databases.sqlite_base(folder) if server is None else databases.postgres_base(server)
            base: Database = await stack.enter_async_context(opened)
            name = await databases.version(base)
            click.echo(f"{name}: loading {projects:,} projects")
            await load(base, projects)
            await databases.tidy(base)
            async with databases.twins(base, folder, server) as pair:
                lines = await writes(pair, name)
            async with databases.twins(base, folder, server) as pair:
                empty = await databases.size(pair.kept)
                lines += await reads(pair, name)
                sizes = {
                    "loaded_bytes": empty,
                    "corrected_bytes": await databases.size(pair.kept),
                    "corrected_without_history_bytes": await databases.size(pair.plain),
                }
    return lines, {"database": name, **sizes}


def _shown(line: Line) -> str:
    mark = "" if line.ratio <= line.at_most else "  OVER"
    return (
        f"{line.database:<18}{line.what:<56}{line.measured_ms:>10.1f}{line.against_ms:>10.1f}"
        f"{line.ratio:>7.2f}  <= {line.at_most}{mark}"
    )


@click.command()
@click.option("--projects", default=5_000, show_default=True)
@click.option("--only", type=click.Choice(["sqlite", "postgresql"]), default=None, help="one database; writes no file")
def main(projects: int, only: str | None) -> None:
    """Measure, print, and keep the results beside this file."""
    lines: list[Line] = []
    sizes: list[dict[str, object]] = []
    if only != "postgresql":
        found, stored = asyncio.run(measured(None, projects))
        lines, sizes = found, [stored]
    if only != "sqlite":
        with databases.postgres() as server:
            found, stored = asyncio.run(measured(server, projects))
        lines, sizes = lines + found, [*sizes, stored]
    for each in sizes:
        click.echo(str(each))
    if only is None:
        result = {
            "machine": databases.machine(),
            "projects": projects,
            "as_of": AS_OF.isoformat(),
            "comparisons": [asdict(line) for line in lines],
            "storage": sizes,
        }
        RESULTS.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()

"""A check: every rule over every subject of an area on a day, read and judged chunk by chunk."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from db import dossiers
from db.atlas import AtlasStore
from db.dossiers import Area
from db.engine import Database
from rules.case import OF_EDGES, OF_PROJECTS, facts_of_edges, facts_of_projects, facts_of_targets
from rules.dossier.grounds import Grounds
from rules.fact import Fact
from rules.finding import Finding
from rules.judge import Judged
from rules.law import Law
from rules.receipt import MAX_FAILURES, Receipt, ReceiptLine

Progress = Callable[[int, int], None]
"""Told projects done and projects in all, after each chunk."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found, its receipt, and by what it judged."""

    findings: tuple[Finding, ...]
    receipt: Receipt
    as_of: date
    release: str


@dataclass(slots=True)
class Sum:
    """Findings and counts of the chunks judged so far."""

    findings: list[Finding] = field(default_factory=list)
    lines: dict[str, list[ReceiptLine]] = field(default_factory=dict)

    def add(self, judged: Judged) -> None:
        """Takes in one chunk."""
        self.findings += judged.findings
        for line in judged.receipt.lines:
            self.lines.setdefault(line.rule_code, []).append(line)

    @property
    def receipt(self) -> Receipt:
        """Of all chunks together."""
        return Receipt(tuple(merged(code, self.lines[code]) for code in sorted(self.lines)))


def merged(code: str, lines: Sequence[ReceiptLine]) -> ReceiptLine:
    """One rule's account over several chunks."""
    missing: Counter[str] = Counter()
    for line in lines:
        missing.update(line.missing)
    return ReceiptLine(
        rule_code=code,
        evaluated=sum(line.evaluated for line in lines),
        fired=sum(line.fired for line in lines),
        not_applicable=sum(line.not_applicable for line in lines),
        missing_facts=sum(line.missing_facts for line in lines),
        blocked=sum(line.blocked for line in lines),
        failed=sum(line.failed for line in lines),
        missing=dict(sorted(missing.items())),
        failures=tuple(failure for line in lines for failure in line.failures)[:MAX_FAILURES],
    )


async def check(
    database: Database,
    *,
    area: Area,
    as_of: date,
    law: Law | None = None,
    rules: Sequence[str] | None = None,
    overrides: Mapping[str, str] | None = None,
    known: int | None = None,
    progress: Progress | None = None,
) -> CheckResult:
    """Judges an area on a day. RuleUnknown, ParameterUnknown or ParameterValueInvalid for a request it cannot mean.

    Judging runs in a thread chunk by chunk, so that the loop stays free for others.
    """
    law = law or Law.national()
    codes = law.chosen(rules)
    law = law.assuming(overrides) if overrides else law
    total = Sum()
    async with database.read(known) as session:
        grounds = await _grounds(session, law, as_of)
        # Nothing to judge still leaves a line per rule on the receipt.
        total.add(law.judge.judge((), lookup=law.parameters.find, as_of=as_of, codes=codes))
        async for build in _builders(session, area, grounds, law.kinds(codes), progress):
            total.add(await asyncio.to_thread(_judged, build, law, as_of, codes))
    findings = tuple(sorted(total.findings, key=lambda each: (-each.severity.rank, each.rule_code, each.key)))
    return CheckResult(findings, total.receipt, as_of, law.release)


def _judged(build: Callable[[], list[Fact]], law: Law, as_of: date, codes: frozenset[str]) -> Judged:
    return law.judge.judge(build(), lookup=law.parameters.find, as_of=as_of, codes=codes)


async def _builders(
    session: AsyncSession, area: Area, grounds: Grounds, kinds: frozenset[str], progress: Progress | None
) -> AsyncIterator[Callable[[], list[Fact]]]:
    """What makes the facts of each chunk, ready to run elsewhere."""
    if kinds & OF_PROJECTS:
        done, total = 0, await dossiers.count_projects(session, area) if progress else 0
        async for projects in dossiers.project_chunks(session, area):
            yield partial(facts_of_projects, projects, grounds, kinds)
            done += len(projects.projects)
            if progress:
                progress(done, total)
    if kinds & OF_EDGES:
        divisions = await dossiers.division_ids(session, area)
        async for edges in dossiers.edge_chunks(session, area):
            yield partial(facts_of_edges, edges, grounds, kinds, divisions)
    if "target" in kinds:
        async for targets in dossiers.target_chunks(session, area):
            yield partial(facts_of_targets, targets, grounds, kinds)


async def _grounds(session: AsyncSession, law: Law, as_of: date) -> Grounds:
    return Grounds(
        as_of=as_of,
        parameters=law.parameters,
        calendars=law.calendars,
        atlas=await AtlasStore().at(session, as_of),
        funds=await dossiers.funds(session),
        indicators=await dossiers.indicators(session),
        authorities=await dossiers.authorities(session),
    )

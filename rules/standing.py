"""Standing findings: what a check means for what stood before, written in one unit of work."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from db import standing
from db.dossiers import Area
from db.engine import Database, Work
from db.enums import FindingState, Severity, SubjectKind
from db.models import RuleRun, RuleRunLine
from db.standing import Known, Stood
from rules.check import CheckResult, Progress, check
from rules.finding import Finding
from rules.law import Law


class RefreshOutdated(ValueError):
    """Standing findings tell of a later day already; history is not rewritten by judging an earlier one."""


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """What a refresh did: its run, the check behind it, and how many findings now are in a new state."""

    run_id: int
    check: CheckResult
    moved: Mapping[FindingState, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Findings of a check against those standing, by key."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]


def compare(findings: Iterable[Finding], standing_keys: Collection[str]) -> Comparison:
    """What a what-if would add to and take from the findings that stand for the same rules and area."""
    found = dict.fromkeys(finding.key for finding in findings)
    known = frozenset(standing_keys)
    return Comparison(
        added=tuple(key for key in found if key not in known),
        removed=tuple(sorted(known - found.keys())),
        unchanged=tuple(key for key in found if key in known),
    )


async def compared_with_standing(
    database: Database, result: CheckResult, area: Area, *, known: int | None = None
) -> Comparison:
    """A check against the findings standing for its rules in its area."""
    async with database.read(known) as session:
        stood = await standing.standing(session, area, [line.rule_code for line in result.receipt.lines])
    return compare(result.findings, [each.key for each in stood])


async def refresh(
    database: Database,
    *,
    area: Area,
    as_of: date,
    actor: str,
    law: Law | None = None,
    progress: Progress | None = None,
) -> RefreshResult:
    """Checks an area by the whole catalogue and brings its standing findings up to the day.

    Twice on one day changes nothing but the run. RefreshOutdated for a day before the last one.
    """
    law = law or Law.national()
    started = datetime.now(UTC)
    result = await check(database, area=area, as_of=as_of, law=law, progress=progress)
    async with database.write(actor=actor, action="rules.refresh") as work:
        last = await standing.last_seen(work.session, area)
        if last is not None and last > as_of:
            raise RefreshOutdated(
                f"findings are known as of {last} already; refresh {last} or a later day, not {as_of}"
            )
        run_id = await _record(work, result, area=area, actor=actor, started=started)
        moved = await _seen(work, result, run_id)
        moved[FindingState.CLEARED] += await _cleared(work, result, area, law)
    return RefreshResult(run_id, result, +moved)


async def _record(work: Work, result: CheckResult, *, area: Area, actor: str, started: datetime) -> int:
    run = RuleRun(
        division_id=area.division_id,
        as_of=result.as_of,
        release=result.release,
        started_at=started,
        finished_at=datetime.now(UTC),
        requested_by=actor,
    )
    work.session.add(run)
    await work.session.flush()
    work.session.add_all(
        RuleRunLine(
            run_id=run.id,
            rule_code=line.rule_code,
            evaluated=line.evaluated,
            fired=line.fired,
            not_applicable=line.not_applicable,
            missing_facts=line.missing_facts,
            blocked=line.blocked,
            failed=line.failed,
        )
        for line in result.receipt.lines
    )
    await work.session.flush()
    return run.id


async def _seen(work: Work, result: CheckResult, run_id: int) -> Counter[FindingState]:
    """Adds what is new and updates what was seen again."""
    moved: Counter[FindingState] = Counter()
    for chunk in standing.batches(result.findings):
        known = await standing.known(work.session, [finding.key for finding in chunk])
        fresh = [finding for finding in chunk if finding.key not in known]
        projects = await standing.projects_of(work.session, [(each.subject_kind, each.subject_id) for each in fresh])
        await standing.add(work, [_new_row(each, projects, result.as_of, run_id) for each in fresh])
        changes = [_change(known[each.key], each, result.as_of, run_id) for each in chunk if each.key in known]
        rows = [row for row in changes if row is not None]
        await standing.change(work, rows)
        moved[FindingState.NEW] += len(fresh)
        before = {each.id: each.state for each in known.values()}
        moved.update(row["state"] for row in rows if row["state"] is not before[row["id"]])
    return moved


def next_state(state: FindingState, *, later_day: bool) -> FindingState:
    """The state of a finding that fired again; what was explained or waived stays so while it fires."""
    if state is FindingState.CLEARED:
        return FindingState.RECURRED
    if state in {FindingState.NEW, FindingState.RECURRED} and later_day:
        return FindingState.PERSISTING
    return state


def _content(finding: Finding) -> dict[str, Any]:
    """The columns of a finding that follow from its last judgement."""
    return {
        "rule_version": finding.rule_version,
        "severity": finding.severity,
        "severity_rank": finding.severity.rank,
        "trial": finding.trial,
        "lead": finding.lead,
        "division_id": finding.division_id,
        "line": finding.line,
        "responsible_unit_id": finding.responsible_unit_id,
        "body": finding.to_json(),
    }


def _new_row(
    finding: Finding, projects: Mapping[tuple[SubjectKind, int], int], day: date, run_id: int
) -> dict[str, Any]:
    return _content(finding) | {
        "key": finding.key,
        "rule_code": finding.rule_code,
        "state": FindingState.NEW,
        "subject_kind": finding.subject_kind,
        "subject_id": finding.subject_id,
        "project_id": projects.get((finding.subject_kind, finding.subject_id)),
        "period": finding.period,
        "first_seen": day,
        "last_seen": day,
        "cleared_on": None,
        "run_id": run_id,
    }


def _change(known: Known, finding: Finding, day: date, run_id: int) -> dict[str, Any] | None:
    """What a finding seen again changes in its row; None when nothing does."""
    content = _content(finding)
    state = next_state(known.state, later_day=day > known.last_seen)
    same = state is known.state and day == known.last_seen and content["body"] == known.body
    if same:
        return None
    return {"id": known.id, "state": state, "last_seen": day, "cleared_on": None, "run_id": run_id} | content


async def _cleared(work: Work, result: CheckResult, area: Area, law: Law) -> int:
    """Clears what did not fire, except where a rule failed or the subject's figures are blocked."""
    fired = {finding.key for finding in result.findings}
    sound = [line.rule_code for line in result.receipt.lines if not line.failed]
    blocked = _blocked(result, law)
    rows = [
        {"id": each.id, "state": FindingState.CLEARED, "cleared_on": result.as_of}
        for each in await standing.standing(work.session, area, sound)
        if each.key not in fired and not _waits(each, law, blocked)
    ]
    await standing.change(work, rows)
    return len(rows)


def _blocked(result: CheckResult, law: Law) -> frozenset[tuple[str, SubjectKind, int]]:
    blockers = {code for rule in law.rules.values() for code in rule.blocked_by}
    return frozenset(
        (finding.rule_code, finding.subject_kind, finding.subject_id)
        for finding in result.findings
        if finding.rule_code in blockers and finding.severity is Severity.BLOCKING and not finding.trial
    )


def _waits(stood: Stood, law: Law, blocked: frozenset[tuple[str, SubjectKind, int]]) -> bool:
    """Whether the rule could not be judged on this subject: not fired is not passed then."""
    rule = law.rules[stood.rule_code]
    return any((code, stood.subject_kind, stood.subject_id) in blocked for code in rule.blocked_by)

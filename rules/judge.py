"""Facts and the numbers of a day in, findings and a receipt out: every rule over every fact of its kind."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Self

from db.enums import RuleStage, Severity, SubjectKind
from rules.engine import MAX_CONJUNCTIONS, Chapter, EngineFact, EngineRule, Outcome
from rules.expression import disjuncts, fields, holds, names
from rules.fact import Fact, FactInvalid, FactKind
from rules.finding import Finding
from rules.receipt import Receipt, Tally
from rules.report import finding_of
from rules.rule import Rule
from rules.stamp import Lookup, Stamper, Stamps


class KindUnknown(Exception):
    """A fact is of a kind nobody declared."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a run found, by rule and then in the order of the facts; and what became of the rest."""

    findings: tuple[Finding, ...]
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class _Plan:
    """One rule with what would otherwise be worked out again for each fact."""

    rule: Rule
    applies: frozenset[str]
    applies_reads: frozenset[str]
    """Fields and stamped parameters."""
    needs: frozenset[str]
    reads: frozenset[str]
    cited: tuple[str, ...]

    @classmethod
    def of(cls, rule: Rule) -> "_Plan":
        return cls(
            rule=rule,
            applies=fields(rule.applies) if rule.applies else frozenset(),
            applies_reads=names(rule.applies) if rule.applies else frozenset(),
            needs=rule.needs,
            reads=frozenset(name for each in rule.conditions for name in names(each)),
            cited=rule.parameters,
        )


@dataclass(slots=True)
class _Run:
    """What is known so far about one rule in one run."""

    plan: _Plan
    tally: Tally
    judged: dict[int, Stamps] = field(default_factory=dict)
    """Position of each fact the engine was asked about → the numbers it was asked with."""
    fired: dict[int, int] = field(default_factory=dict)
    """Position of each fact that broke the rule → its highest grade."""


class Judge:
    """The rules compiled once; any thread may judge with them. Close it to free the engine's memory."""

    def __init__(self, rules: Iterable[Rule], kinds: Mapping[str, FactKind]) -> None:
        self._kinds = kinds
        self._plans = {rule.code: _Plan.of(rule) for rule in sorted(rules, key=lambda rule: rule.code)}
        # By fact kind, so that each fact is asserted once: facts are never joined, so no other grouping pays.
        self._chapters = [
            (part, Chapter(f"{kind}-{number}", [engine_rule for plan in part for engine_rule in _grades(plan.rule)]))
            for kind in kinds
            for number, part in enumerate(_parts([plan for plan in self._plans.values() if plan.rule.fact == kind]))
        ]

    def close(self) -> None:
        """Frees the engine's memory; the judge is of no use afterwards."""
        for _, chapter in self._chapters:
            chapter.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def judge(
        self, facts: Sequence[Fact], *, lookup: Lookup, as_of: date, codes: Collection[str] | None = None
    ) -> Judged:
        """Judges with the numbers in force on a day; give all facts of a subject together, or nothing can block.

        `codes` narrows the rules told about; their blockers are judged all the same. KindUnknown for a fact nobody
        declared; a malformed fact is counted as failed.
        """
        told = [code for code in self._plans if codes is None or code in codes]
        wanted = set(_in_order(told, self._plans))
        runs = {code: _Run(plan, Tally(code)) for code, plan in self._plans.items() if code in wanted}
        stamper = Stamper(lookup, as_of)
        sound = self._sound(facts, runs)
        for part, chapter in self._chapters:
            asked = [runs[plan.rule.code] for plan in part if plan.rule.code in runs]
            self._ask(chapter, asked, facts, [at for at in sound if facts[at].kind == part[0].rule.fact], stamper)
        self._block(runs, facts)
        findings = tuple(
            finding_of(
                run.plan.rule, self._kinds[facts[at].kind], facts[at], grade=run.fired[at], stamps=run.judged[at]
            )
            for run in (runs[code] for code in told)
            for at in sorted(run.fired)
        )
        return Judged(findings, Receipt(tuple(runs[code].tally.line() for code in told)))

    def _sound(self, facts: Sequence[Fact], runs: Mapping[str, _Run]) -> list[int]:
        """Positions of the well-formed facts; the others fail every rule that would have looked at them."""
        sound = []
        for position, fact in enumerate(facts):
            if fact.kind not in self._kinds:
                raise KindUnknown(f"there is no fact kind {fact.kind}; known are {', '.join(sorted(self._kinds))}")
            try:
                self._kinds[fact.kind].check(fact)
                sound.append(position)
            except FactInvalid as error:
                for run in runs.values():
                    if run.plan.rule.fact == fact.kind:
                        run.tally.fail(str(error))
        return sound

    def _ask(
        self, chapter: Chapter, runs: Sequence[_Run], facts: Sequence[Fact], positions: Sequence[int], stamper: Stamper
    ) -> None:
        asked: list[int] = []
        messages: list[EngineFact] = []
        for position in positions:
            fact = facts[position]
            ready = [run for run in runs if _ready(run, position, fact, stamper)]
            if ready:
                asked.append(position)
                messages.append(_message(fact, position, ready))
        _take(chapter.run(messages), asked, messages, {run.plan.rule.code: run for run in runs})

    def _block(self, runs: Mapping[str, _Run], facts: Sequence[Fact]) -> None:
        """Takes back what was judged on a subject whose own figures are blocked, blockers first."""
        blocked: dict[str, set[tuple[SubjectKind, int]]] = {}
        for code in _in_order(runs, self._plans):
            run = runs[code]
            bad = {subject for each in run.plan.rule.blocked_by for subject in blocked.get(each, ())}
            for position in list(run.judged):
                if self._subject(facts[position]) in bad:
                    run.tally.blocked += 1
                    run.tally.evaluated -= 1
                    run.tally.fired -= run.fired.pop(position, None) is not None
                    del run.judged[position]
            if run.plan.rule.stage is RuleStage.ACTIVE:
                grades = run.plan.rule.grades
                stopping = (at for at, grade in run.fired.items() if grades[grade].severity is Severity.BLOCKING)
                blocked[code] = {self._subject(facts[at]) for at in stopping}

    def _subject(self, fact: Fact) -> tuple[SubjectKind, int]:
        return self._kinds[fact.kind].subject, fact.subject_id


def _ready(run: _Run, position: int, fact: Fact, stamper: Stamper) -> bool:
    """Whether the engine is to be asked; otherwise the fact is accounted for here."""
    plan, rule = run.plan, run.plan.rule
    if stamper.day < rule.in_force:
        run.tally.not_applicable += 1
        return False
    stamps = stamper.stamps(plan.cited, rule.parameter_types, fact.division_code)
    values = {**fact.values, **stamps.values}
    if rule.applies and plan.applies_reads <= values.keys() and not holds(rule.applies, values):
        run.tally.not_applicable += 1
        return False
    missing = (*sorted((plan.applies | plan.needs) - fact.values.keys()), *stamps.missing)
    if missing:
        run.tally.miss(missing)
        return False
    run.judged[position] = stamps
    return True


def _message(fact: Fact, position: int, ready: Sequence[_Run]) -> EngineFact:
    """Only what the rules compare goes to the engine: less to parse, and no free text can upset it."""
    values = {}
    for run in ready:
        known = {**fact.values, **run.judged[position].values}
        values.update({name: known[name] for name in run.plan.reads})
    return EngineFact(fact.kind, values, [run.plan.rule.code for run in ready])


def _take(outcome: Outcome, asked: Sequence[int], messages: Sequence[EngineFact], runs: Mapping[str, _Run]) -> None:
    for index, position in enumerate(asked):
        for code in messages[index].codes:
            run = runs[code]
            if index in outcome.failed:
                run.tally.fail(outcome.failed[index])
                del run.judged[position]
                continue
            run.tally.evaluated += 1
            grades = [grade for fired, grade in outcome.fired[index] if fired == code]
            if grades:
                run.tally.fired += 1
                run.fired[position] = min(grades)


def _in_order(codes: Iterable[str], plans: Mapping[str, _Plan]) -> list[str]:
    """These rules and their blockers, each after every one that blocks it; the catalogue has no circles."""
    ordered: dict[str, None] = {}

    def visit(code: str) -> None:
        if code in plans and code not in ordered:
            for blocker in plans[code].rule.blocked_by:
                visit(blocker)
            ordered[code] = None

    for code in codes:
        visit(code)
    return list(ordered)


def _grades(rule: Rule) -> list[EngineRule]:
    return [EngineRule(rule.code, number, rule.fact, each) for number, each in enumerate(rule.conditions)]


def _parts(plans: Sequence[_Plan]) -> list[list[_Plan]]:
    """Chapters of rules that stay within what the engine can match."""
    parts: list[list[_Plan]] = []
    room = 0
    for plan in plans:
        size = sum(len(disjuncts(each)) for each in plan.rule.conditions)
        if not parts or size > room:
            parts.append([])
            room = MAX_CONJUNCTIONS
        parts[-1].append(plan)
        room -= size
    return parts

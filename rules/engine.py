"""Facts in, fired rules out: the only module that touches durable_rules.

It drives the C engine of durable_rules 2.0.28 without its Python `Host`: the host's two dispatcher threads walk freed
sessions and steal actions, and its promises swallow exceptions and give up after ten seconds. What remains to be
careful about is guarded below, one test for each guard.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from threading import Lock
from types import TracebackType
from typing import Any, Self

import durable_rules_engine as native  # type: ignore[import-not-found]  # a C module without stubs
from durable.lang import m

from rules.expression import COMPARE, Atom, Comparison, Condition, Flag, Literal, Membership, disjuncts, names
from rules.fact import MAX_FIELDS, Scalar, engine_problem

MAX_CONJUNCTIONS = 40
"""Engine rules in one chapter: the native match stack is 64 deep (error 303)."""
BATCH = 50
"""Facts in one session: 36,000 facts/s against 20,000 one by one (12 rules of 24 alternatives, no hits); flat above."""

_SESSION = "s"
_SENTINEL = "sentinel"
_HANDLED, _NOT_HANDLED = 0, 1
_handles = Lock()
"""The native table of rulesets is one per process and unguarded."""

Firing = tuple[str, int]
"""Code of the rule that fired and the index of its grade."""


class ChapterTooLarge(Exception):
    """More alternatives than the engine can match safely; split the rules over more chapters."""


class EngineFailed(Exception):
    """The engine did not finish a session; nothing it said about the facts can be used."""


class FactUnsafe(Exception):
    """A fact the engine would crash on or misread."""


@dataclass(frozen=True, slots=True)
class EngineRule:
    """One grade of one rule."""

    code: str
    grade: int
    kind: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class EngineFact:
    """Values of one fact, stamps included, and the rules that may look at it."""

    kind: str
    values: Mapping[str, Scalar]
    codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """For each fact, by position, what fired; and why some could not be judged."""

    fired: tuple[tuple[Firing, ...], ...]
    failed: Mapping[int, str]


class Chapter:
    """Compiled rules, built once and used by any thread, one batch at a time; ChapterTooLarge when over the limit."""

    def __init__(self, name: str, rules: Sequence[EngineRule]) -> None:
        conjunctions = [(rule, atoms) for rule in rules for atoms in disjuncts(rule.condition)]
        if len(conjunctions) > MAX_CONJUNCTIONS:
            raise ChapterTooLarge(
                f"chapter {name} has {len(conjunctions)} alternatives; at most {MAX_CONJUNCTIONS} are safe, split it"
            )
        self.name = name
        self._lock = Lock()
        self._firings: dict[str, Firing] = {}
        self._needs: dict[str, frozenset[str]] = {}
        # Every session must run an action, else deleting it frees uninitialised pointers (state.c, deleteStateNode).
        definition = {_SENTINEL: _pattern(m.kind == _SENTINEL)}
        for number, (rule, atoms) in enumerate(conjunctions):
            definition[f"r{number}"] = _pattern(_conjunction(rule, atoms))
            self._firings[f"r{number}"] = (rule.code, rule.grade)
        for rule in rules:
            self._needs[rule.code] = self._needs.get(rule.code, frozenset()) | names(rule.condition)
        with _handles:
            self._handle: int | None = native.create_ruleset(name, json.dumps(definition, ensure_ascii=False))

    def close(self) -> None:
        """Frees the native ruleset; nothing else ever does."""
        with self._lock, _handles:
            if self._handle is not None:
                native.delete_ruleset(self._handle)
                self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def run(self, facts: Sequence[EngineFact], *, batch: int = BATCH) -> Outcome:
        """Judges all facts; one the engine chokes on is reported under its position and costs no other."""
        failed: dict[int, str] = {}
        fired: list[tuple[Firing, ...]] = [()] * len(facts)
        sound: list[int] = []
        for position, fact in enumerate(facts):
            try:
                self._check(fact)
                sound.append(position)
            except FactUnsafe as error:
                failed[position] = str(error)
        pending = [sound[start : start + batch] for start in range(0, len(sound), batch)]
        while pending:
            positions = pending.pop()
            try:
                for position, firings in zip(
                    positions, self._session([facts[each] for each in positions]), strict=True
                ):
                    fired[position] = firings
            except EngineFailed as error:
                if len(positions) == 1:
                    failed[positions[0]] = str(error)
                    continue
                middle = len(positions) // 2
                pending += [positions[:middle], positions[middle:]]
        return Outcome(tuple(fired), failed)

    def _check(self, fact: EngineFact) -> None:
        """FactUnsafe for what crashes the engine or makes it guess."""
        size = len(fact.values) + len(fact.codes)
        if size > MAX_FIELDS:
            raise FactUnsafe(f"fact {fact.kind} has {size} properties; the engine is safe up to {MAX_FIELDS}")
        for name, value in fact.values.items():
            problem = engine_problem(value)
            if problem:
                raise FactUnsafe(f"fact {fact.kind}, {name}: {problem}")
        for code in fact.codes:
            # A comparison with an absent property matches at random: the engine reads a stale stack slot.
            missing = self._needs.get(code, frozenset()) - fact.values.keys()
            if missing:
                raise FactUnsafe(f"fact {fact.kind} lacks {', '.join(sorted(missing))}, which {code} reads")

    def _session(self, facts: Sequence[EngineFact]) -> list[tuple[Firing, ...]]:
        # Numbered, because the engine knows messages by a 32-bit hash of their id only.
        messages = [
            {**fact.values, **{_gate(code): True for code in fact.codes}, "kind": fact.kind, "id": n, "sid": _SESSION}
            for n, fact in enumerate(facts, 1)
        ]
        # Had the engine read no message at all, its answer would be an uninitialised state to crash on: one it can
        # read comes first. One more comes last, to show that it was reached.
        messages = [_sentinel(0), *messages, _sentinel(len(facts) + 1)]
        found: list[list[Firing]] = [[] for _ in facts]
        with self._lock:
            for rule, number in self._fire(messages):
                if rule != _SENTINEL and self._firings[rule] not in found[number - 1]:
                    found[number - 1].append(self._firings[rule])
        return [tuple(sorted(firings)) for firings in found]

    def _fire(self, messages: list[dict[str, Any]]) -> list[tuple[str, int]]:
        """Rule name and fact number of everything that matched; EngineFailed unless the session reached its end."""
        if self._handle is None:
            raise EngineFailed(f"chapter {self.name} is closed; build a new one")
        problem = "the session ended before its last fact was looked at"
        firings: list[tuple[str, int]] = []
        try:
            firings = self._actions(messages)
        except native.error as error:
            problem = str(error)
        if (_SENTINEL, len(messages) - 1) not in firings:
            self._abandon(len(messages))
            raise EngineFailed(f"chapter {self.name}: {problem}")
        native.delete_state(self._handle, _SESSION)
        return firings

    def _abandon(self, number: int) -> None:
        """Clears a session that failed: perhaps no action ran yet, and one without cannot be deleted safely."""
        try:
            self._actions([_sentinel(number)])
        except native.error:
            self._handle = None  # better a leaked ruleset than a freed one still in use
            raise
        native.delete_state(self._handle, _SESSION)

    def _actions(self, messages: list[dict[str, Any]]) -> list[tuple[str, int]]:
        code, state = native.assert_facts(self._handle, json.dumps(messages, ensure_ascii=False))
        # "Not handled" says that some fact interests no rule, which is the usual, healthy case.
        if code not in {_HANDLED, _NOT_HANDLED}:
            raise native.error(f"the engine took two facts of a session for the same one (code {code})")
        firings: list[tuple[str, int]] = []
        started = native.start_action_for_state(self._handle, state)
        text = started[1] if started else None
        while text:
            ((rule, match),) = json.loads(text).items()
            firings.append((rule, match["m"]["id"]))
            text = native.complete_and_start_action(self._handle, state)
        return firings


def _sentinel(number: int) -> dict[str, Any]:
    return {"kind": _SENTINEL, "id": number, "sid": _SESSION}


def _gate(code: str) -> str:
    """The property that lets a rule see a fact; upper case, so no field and no stamp can have its name."""
    return f"RULE__{code.replace('-', '_')}"


def _pattern(condition: Any) -> dict[str, Any]:
    return {"all": [{"m": condition.define()}]}


def _conjunction(rule: EngineRule, parts: Sequence[Atom]) -> Any:
    """A flat conjunction, the one shape the engine matches without its expression sequences."""
    gate = getattr(m, _gate(rule.code)) == True  # noqa: E712
    return reduce(and_, [m.kind == rule.kind, gate, *(test for part in parts for test in _tests(part))])


def _tests(atom: Atom) -> list[Any]:
    match atom:
        case Flag(operand, negated):
            return [getattr(m, operand.name) == (not negated)]
        case Membership(left, literals, _):
            # Only negated ones come here: disjuncts() spreads the others over alternatives.
            return [getattr(m, left.name) != each.value for each in literals]
        case Comparison(left, comparator, right):
            other = right.value if isinstance(right, Literal) else getattr(m, right.name)
            return [COMPARE[comparator](getattr(m, left.name), other)]

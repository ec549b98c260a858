"""The engine's guards inside one process: what the library would answer bare, and what ours answers."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import durable_rules_engine as native
import pytest
from durable.lang import m
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import engine
from rules.engine import MAX_CONJUNCTIONS, Chapter, ChapterTooLarge, EngineFact, EngineFailed, EngineRule
from rules.expression import (
    All,
    Any,
    Comparison,
    FieldName,
    Flag,
    Literal,
    Membership,
    Operator,
    ParameterKey,
    disjuncts,
    holds,
)
from rules.fact import FactType

CODE = "PT-12-01"
GAP = Comparison(FieldName("gap"), Operator.GE, ParameterKey("slow.red"))
FIRED = (CODE, 0)


def chapter_of(*conditions):
    return Chapter("test", [EngineRule(CODE, n, "p", each) for n, each in enumerate(conditions)])


def fact(**values):
    return EngineFact("p", values, [CODE])


def bare(condition, *facts):
    """How often the library itself says a condition holds for each fact, and its code for the batch."""
    rules = {"end": {"all": [{"m": (m.kind == "end").define()}]}, "r": {"all": [{"m": condition.define()}]}}
    handle = native.create_ruleset("bare", json.dumps(rules))
    messages = [{"sid": "s", "id": n, **each} for n, each in enumerate([*facts, {"kind": "end"}], 1)]
    code, state = native.assert_facts(handle, json.dumps(messages))
    fired = []
    text = native.start_action_for_state(handle, state)[1]
    while text:
        ((name, match),) = json.loads(text).items()
        fired += [match["m"]["id"]] if name == "r" else []
        text = native.complete_and_start_action(handle, state)
    native.delete_state(handle, "s")
    native.delete_ruleset(handle)
    return [fired.count(n) for n in range(1, len(facts) + 1)], code


def test_fires_for_each_fact_and_grade_that_holds():
    higher = Comparison(FieldName("gap"), Operator.GE, ParameterKey("slow.blocking"))
    with chapter_of(higher, GAP) as chapter:
        facts = [fact(gap=gap, slow__red=10, slow__blocking=20) for gap in (9, 10, 19, 20)]
        assert chapter.run(facts).fired == ((), ((CODE, 1),), ((CODE, 1),), ((CODE, 0), (CODE, 1)))


def test_facts_without_interest_do_not_lose_the_findings_of_others():
    """The library answers "not handled" for such a batch and runs no action; its Python side raises."""
    assert bare(m.gap >= 10, {"gap": 10}, {"gap": 9})[1] == 1
    with chapter_of(GAP) as chapter:
        facts = [fact(gap=gap, slow__red=10) for gap in (9, 10, 9)]
        assert chapter.run(facts).fired == ((), (FIRED,), ())


def test_absent_property_matches_bare_and_is_refused_by_us():
    """A comparison whose right side is absent reads a stale stack slot: it holds here although nothing is known."""
    assert bare(m.gap >= m.limit, {"gap": 1}) == ([1], 0)
    with chapter_of(GAP) as chapter:
        outcome = chapter.run([fact(gap=1), fact(gap=1, slow__red=1)])
    assert outcome.fired == ((), (FIRED,))
    assert outcome.failed == {0: f"fact p lacks slow__red, which {CODE} reads"}


def test_rule_only_sees_facts_it_is_asked_about():
    other = EngineRule("PT-12-02", 0, "p", Comparison(FieldName("gap"), Operator.GE, ParameterKey("slow.other")))
    with Chapter("test", [EngineRule(CODE, 0, "p", GAP), other]) as chapter:
        for _ in range(20):
            outcome = chapter.run([EngineFact("p", {"gap": 5, "slow__red": 5}, [CODE])])
            assert (outcome.fired, outcome.failed) == (((FIRED,),), {})


def test_alternatives_become_rules_because_a_bare_or_fires_twice():
    assert bare((m.a == 1) | (m.b == 1), {"a": 1, "b": 1})[0] == [2]
    one, two = (Comparison(FieldName(name), Operator.EQ, Literal(1, FactType.COUNT)) for name in "ab")
    with chapter_of(Any((one, two))) as chapter:
        assert chapter.run([fact(a=1, b=1), fact(a=0, b=0)]).fired == ((FIRED,), ())


def test_chapter_of_41_alternatives_is_refused():
    """The library's match stack is 64 deep: a fact that satisfies 66 comparisons fails with error 303."""
    wide = {"p": 1, **{f"p{n}": 0 for n in range(66)}}
    with pytest.raises(native.error, match="303"):
        bare_wide(wide)
    conditions = [Comparison(FieldName("gap"), Operator.GE, ParameterKey(f"p.p{n}")) for n in range(41)]
    with pytest.raises(ChapterTooLarge, match="chapter test has 41 alternatives; at most 40"):
        chapter_of(*conditions)
    with chapter_of(*conditions[:40]) as chapter:
        full = fact(gap=1, **{f"p__p{n}": 0 for n in range(40)})
        assert chapter.run([full]).fired == (tuple((CODE, n) for n in range(40)),)


def bare_wide(message):
    rules = {"end": {"all": [{"m": (m.kind == "end").define()}]}}
    for n in range(66):
        rules[f"r{n}"] = {"all": [{"m": (m.p >= getattr(m, f"p{n}")).define()}]}
    handle = native.create_ruleset("wide", json.dumps(rules))
    native.assert_facts(handle, json.dumps([{"sid": "s", "id": 1, "kind": "end"}, {"sid": "s", "id": 2, **message}]))


def test_forty_alternatives_of_memberships_count_too():
    listed = tuple(Literal(f"S{n}", FactType.TEXT) for n in range(MAX_CONJUNCTIONS + 1))
    with pytest.raises(ChapterTooLarge):
        chapter_of(Membership(FieldName("state"), listed))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (2**62, "is beyond ±2**62"),
        (-(2**62), "is beyond ±2**62"),
        (None, "is no int, str or bool"),
        (1.5, "is no int, str or bool"),
        (["A"], "is no int, str or bool"),
        ('a"b', "quotes, backslashes or control characters"),
        ("a'b", "quotes, backslashes or control characters"),
        ("a\\b", "quotes, backslashes or control characters"),
        ("a\nb", "quotes, backslashes or control characters"),
        ("\ud800", "quotes, backslashes or control characters"),
        ("x" * 1001, "too long"),
    ],
)
def test_value_the_engine_would_misread_costs_only_its_fact(value, problem):
    with chapter_of(GAP) as chapter:
        outcome = chapter.run([fact(gap=value, slow__red=1), fact(gap=2**62 - 1, slow__red=1)])
    assert outcome.fired == ((), (FIRED,))
    assert list(outcome.failed) == [0]
    assert problem in outcome.failed[0]


def test_what_the_library_makes_of_such_values():
    """Integers beyond 64 bits collapse, types mix, null is present: why values are checked before they are sent."""
    assert bare(m.a == m.b, {"a": 2**63 + 1, "b": 2**64})[0] == [1]
    assert bare(m.a > 1, {"a": "2"})[0] == [1]
    assert bare(m.a == True, {"a": 1})[0] == [1]  # noqa: E712
    assert bare(+m.a, {"a": None})[0] == [1]


def test_same_fact_twice_in_a_session_is_a_failure(monkeypatch):
    """Facts are numbered, so this cannot happen by itself; the library only remarks on it with a code."""
    real = native.assert_facts

    def doubled(handle, text):
        messages = json.loads(text)
        return real(handle, json.dumps([messages[0], *messages]) if len(messages) > 1 else text)

    monkeypatch.setattr(engine.native, "assert_facts", doubled)
    with chapter_of(GAP) as chapter:
        outcome = chapter.run([fact(gap=1, slow__red=1)])
    assert outcome.fired == ((),)
    assert "took two facts of a session for the same one (code 2)" in outcome.failed[0]


def test_session_cut_short_is_a_failure(monkeypatch):
    """The library stops silently at a message it cannot read; only the missing end tells."""
    real = native.assert_facts

    def broken(handle, text):
        return real(handle, text[:-2].replace('"gap": 13', '"gap" 13') + text[-2:])

    monkeypatch.setattr(engine.native, "assert_facts", broken)
    with chapter_of(GAP) as chapter:
        facts = [fact(gap=gap, slow__red=10) for gap in (11, 12, 13, 14, 15)]
        outcome = chapter.run(facts)
        assert outcome.fired == ((FIRED,), (FIRED,), (), (FIRED,), (FIRED,))
        assert outcome.failed == {2: "chapter test: the session ended before its last fact was looked at"}
        assert chapter.run([facts[0]]).fired == ((FIRED,),)


@pytest.mark.parametrize("batch", [1, 2, 7, 50])
def test_poisoned_fact_costs_only_itself(monkeypatch, batch):
    real = native.assert_facts

    def poisoned(handle, text):
        if '"gap": 666' in text:
            raise native.error("Could not assert facts, error code: 303")
        return real(handle, text)

    monkeypatch.setattr(engine.native, "assert_facts", poisoned)
    with chapter_of(GAP) as chapter:
        gaps = [666 if n in {0, 13, 14, 39} else n for n in range(40)]
        outcome = chapter.run([fact(gap=gap, slow__red=20) for gap in gaps], batch=batch)
    assert sorted(outcome.failed) == [0, 13, 14, 39]
    assert [n for n, firings in enumerate(outcome.fired) if firings] == list(range(20, 39))


def test_chapter_that_cannot_be_cleared_is_given_up(monkeypatch):
    def dead(handle, text):
        raise native.error("Could not assert facts, error code: 1")

    with chapter_of(GAP) as chapter:
        monkeypatch.setattr(engine.native, "assert_facts", dead)
        with pytest.raises(native.error):
            chapter.run([fact(gap=1, slow__red=1)])
        monkeypatch.undo()
        assert "is closed; build a new one" in chapter.run([fact(gap=1, slow__red=1)]).failed[0]


def test_closed_chapter_judges_nothing():
    chapter = chapter_of(GAP)
    chapter.close()
    chapter.close()
    with pytest.raises(EngineFailed, match="chapter test is closed"):
        chapter._fire([])


def test_many_threads_share_a_chapter_without_mixing_up():
    with chapter_of(GAP) as chapter:

        def judge(start):
            gaps = [(start * 7 + n) % 40 for n in range(400)]
            fired = chapter.run([fact(gap=gap, slow__red=20) for gap in gaps]).fired
            return [bool(each) for each in fired] == [gap >= 20 for gap in gaps]

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(judge, range(64)))


def test_no_thread_is_started_by_a_chapter():
    before = threading.active_count()
    with chapter_of(GAP) as chapter:
        chapter.run([fact(gap=1, slow__red=1)])
        assert threading.active_count() == before


NUMBERS, TEXTS, FLAGS = ("n0", "n1", "n2"), ("t0", "t1"), ("b0", "b1")
PARAMETERS = ("a.low", "a.high")
WORDS = ("", "ADMITTED", "ADMIT", "中央", "中", "A B")
numbers = st.sampled_from([-(2**62) + 1, -1, 0, 1, 2, 9, 10, 11, 2**62 - 1])
words = st.sampled_from(WORDS)
facts = st.fixed_dictionaries(
    dict.fromkeys((*NUMBERS, *(key.replace(".", "__") for key in PARAMETERS)), numbers)
    | dict.fromkeys(TEXTS, words)
    | dict.fromkeys(FLAGS, st.booleans())
)
number_fields = st.sampled_from(NUMBERS).map(FieldName)
text_fields = st.sampled_from(TEXTS).map(FieldName)
number_literals = numbers.map(lambda value: Literal(value, FactType.COUNT))
text_literals = words.map(lambda value: Literal(value, FactType.TEXT))
atoms = st.one_of(
    st.builds(
        Comparison,
        number_fields,
        st.sampled_from(Operator),
        st.one_of(number_fields, number_literals, st.sampled_from(PARAMETERS).map(ParameterKey)),
    ),
    st.builds(Comparison, text_fields, st.sampled_from([Operator.EQ, Operator.NE]), text_literals | text_fields),
    st.builds(
        Membership, text_fields, st.lists(text_literals, min_size=1, max_size=3, unique=True).map(tuple), st.booleans()
    ),
    st.builds(Membership, number_fields, st.lists(number_literals, min_size=1, max_size=2, unique=True).map(tuple)),
    st.builds(Flag, st.sampled_from(FLAGS).map(FieldName), st.booleans()),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.builds(
        lambda group, parts: group(tuple(parts)), st.sampled_from([All, Any]), st.lists(inner, min_size=2, max_size=3)
    ),
    max_leaves=6,
).filter(lambda condition: len(disjuncts(condition)) <= 10)


@settings(max_examples=300, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=4), st.lists(facts, min_size=1, max_size=5))
def test_engine_agrees_with_holds(several, examples):
    """Several rules share one chapter, so that what the engine shares between them is exercised too."""
    rules = [EngineRule(f"PT-12-{n:02d}", 0, "p", condition) for n, condition in enumerate(several)]
    codes = [rule.code for rule in rules]
    with Chapter("random", rules) as chapter:
        outcome = chapter.run([EngineFact("p", values, codes) for values in examples])
    expected = tuple(tuple((rule.code, 0) for rule in rules if holds(rule.condition, values)) for values in examples)
    assert (outcome.fired, outcome.failed) == (expected, {})

"""Where durable_rules takes the interpreter down, and our engine does not: each pair runs in processes of its own.

`crashes` scripts use the library bare; were one to survive, its guard would have become pointless and could go.
MALLOC_PERTURB_ is glibc's: it fills freed and fresh memory, which makes a use of it crash at once instead of sometimes.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ATTEMPTS = 8
"""Runs in which a crash must show once; most show it in the first."""

BARE = """
import json
import durable_rules_engine as native
from durable.lang import m

def compiled(*conditions):
    rules = {f"r{n}": {"all": [{"m": each.define()}]} for n, each in enumerate(conditions)}
    return native.create_ruleset("bare", json.dumps(rules))

def told(handle, *facts):
    return native.assert_facts(handle, json.dumps([{"sid": "s", "id": n, **each} for n, each in enumerate(facts, 1)]))
"""

OURS = """
from rules.engine import Chapter, EngineFact, EngineRule
from rules.expression import Comparison, FieldName, Literal, Operator, ParameterKey
from rules.fact import FactType

GAP = Comparison(FieldName("gap"), Operator.GE, ParameterKey("slow.red"))
"""


def run(script, *, perturbed=False):
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    surroundings.pop("MALLOC_PERTURB_", None)
    if perturbed:
        surroundings["MALLOC_PERTURB_"] = "165"
    return subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        env=surroundings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def crashes(script, *, perturbed=False):
    """What reads freed or foreign memory goes wrong differently each time: a signal mostly, a native error at times."""
    for _ in range(ATTEMPTS):
        ended = run(script, perturbed=perturbed)
        if ended.returncode != 0:
            assert ended.returncode < 0 or "durable_rules_engine.error" in ended.stderr, ended.stderr
            return
    raise AssertionError(f"survived {ATTEMPTS} times: {ended.stdout}{ended.stderr}")


def survives(script, *, perturbed=False):
    ended = run(script, perturbed=perturbed)
    assert (ended.returncode, ended.stdout.splitlines()[-1:]) == (0, ["survived"]), ended.stderr


def test_stock_host_crashes_on_a_deleted_session():
    crashes("""
import time
from durable import engine, lang
from durable.lang import m, ruleset, when_all
with ruleset("stock"):
    when_all(m.a == 1)(lambda c: None)
host = engine.Host(dict([lang._rulesets.pop("stock").define()]))
for n in range(20):
    host.assert_fact("stock", {"sid": "x", "id": n, "a": 1})
    host.assert_fact("stock", {"sid": "y", "id": n, "a": 1})
    host.delete_state("stock", "x")
    time.sleep(0.3)
    host.delete_state("stock", "y")
print("survived")
""")


def test_our_sessions_have_no_threads_to_walk_over_them():
    survives(
        OURS
        + """
import threading, time
first, second = (Chapter(name, [EngineRule("PT-12-01", 0, "p", GAP)]) for name in "ab")
for n in range(3):
    for chapter in (first, second):
        fact = EngineFact("p", {"gap": n, "slow__red": 1}, ["PT-12-01"])
        assert chapter.run([fact]).fired == (((("PT-12-01", 0),) if n else ()),)
    time.sleep(0.3)
assert threading.active_count() == 1
print("survived")
"""
    )


def test_bare_session_without_an_action_crashes_when_deleted():
    crashes(
        BARE
        + """
handle = compiled(m.kind == "p")
for n in range(50):
    told(handle, {"kind": "q"})
    native.delete_state(handle, "s")
print("survived")
""",
        perturbed=True,
    )


def test_our_sessions_always_run_an_action():
    survives(
        OURS
        + """
chapter = Chapter("a", [EngineRule("PT-12-01", 0, "p", GAP)])
for n in range(50):
    assert chapter.run([EngineFact("p", {"gap": 0, "slow__red": 1}, ["PT-12-01"])]).fired == ((),)
print("survived")
""",
        perturbed=True,
    )


OVERFLOWING = """
wide = [(m.kind == "p") & (m.a >= getattr(m, f"p{n}")) for n in range(66)]
fact = {"kind": "p", "a": 1, **{f"p{n}": 0 for n in range(66)}}
"""


def test_bare_session_that_failed_crashes_when_deleted():
    crashes(
        BARE
        + OVERFLOWING
        + """
handle = compiled(m.kind == "end", *wide)
try:
    told(handle, fact, {"kind": "end"})
except native.error as error:
    assert "303" in str(error)
native.delete_state(handle, "s")
print("survived")
""",
        perturbed=True,
    )


def test_our_failed_session_is_cleared_by_an_action_of_its_own():
    """The limit on alternatives is lifted here so that the engine fails inside the session."""
    survives(
        OURS
        + """
import rules.engine
rules.engine.MAX_CONJUNCTIONS = 66
wide = [Comparison(FieldName("a"), Operator.GE, ParameterKey(f"p.p{n}")) for n in range(66)]
chapter = Chapter("a", [EngineRule("PT-12-01", n, "p", each) for n, each in enumerate(wide)])
poison = EngineFact("p", {"a": 1, **{f"p__p{n}": 0 for n in range(66)}}, ["PT-12-01"])
sound = EngineFact("p", {"a": 1, **{f"p__p{n}": 2 - (n == 9) for n in range(66)}}, ["PT-12-01"])
for n in range(5):
    outcome = chapter.run([sound, poison, sound])
    assert outcome.fired == ((("PT-12-01", 9),), (), (("PT-12-01", 9),))
    assert list(outcome.failed) == [1] and "303" in outcome.failed[1]
print("survived")
""",
        perturbed=True,
    )


def test_bare_fact_with_many_properties_crashes():
    crashes(
        BARE
        + """
handle = compiled(m.kind == "p")
_, state = told(handle, {"kind": "p", **{f"f{n}": n for n in range(300)}})
native.start_action_for_state(handle, state)
native.delete_state(handle, "s")
print("survived")
"""
    )


def test_our_facts_stay_within_a_hundred_properties():
    survives(
        OURS
        + """
chapter = Chapter("a", [EngineRule("PT-12-01", 0, "p", GAP)])
base = {"gap": 1, "slow__red": 1}
full = EngineFact("p", {**base, **{f"f{n}": n for n in range(97)}}, ["PT-12-01"])
over = EngineFact("p", {**base, **{f"f{n}": n for n in range(98)}}, ["PT-12-01"])
outcome = chapter.run([full, over])
assert outcome.fired == ((("PT-12-01", 0),), ())
assert outcome.failed == {1: "fact p has 101 properties; the engine is safe up to 100"}
print("survived")
"""
    )


GROWTH = """
from pathlib import Path
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])
def grown(close):
    before = resident()
    for n in range(600):
        chapter = Chapter("a", [EngineRule("PT-12-01", 0, "p", GAP)])
        chapter.run([EngineFact("p", {"gap": 1, "slow__red": 1}, ["PT-12-01"])])
        if close:
            chapter.close()
    return resident() - before
grown(True)
closed, left = grown(True), grown(False)
assert closed * 4 < left, (closed, left)
print("survived")
"""


def test_closing_a_chapter_gives_its_memory_back():
    """Not a crash but a leak: some 65 KB for each ruleset that is only forgotten."""
    survives(OURS + GROWTH)

"""The declared workflows: complete, drawn as they are, and judged in the order promised."""

from pathlib import Path

import pytest

from db.enums import DivisionCaseState as State
from db.enums import Role
from rules.machines.division_change import DIVISION_CHANGE, DivisionAction
from rules.machines.drawing import MACHINES, workflows_markdown
from rules.machines.machine import Actor, Denial, Guard, Relation

DOCS = Path(__file__).parents[3] / "docs" / "workflows.md"
ABOVE = frozenset({Relation.ABOVE})


def test_the_drawing_in_the_docs_is_fresh() -> None:
    assert DOCS.read_text(encoding="utf-8") == workflows_markdown(), "run make schema"


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_is_reached_and_every_action_has_a_way(machine) -> None:
    states = {state for way in machine.transitions for state in way.sources if state is not None}
    reached = {state for way in machine.transitions for state in way.targets}
    assert states <= reached
    assert {way.action for way in machine.transitions} == set(machine.actions)
    assert all(way.posts for way in machine.transitions)


def test_a_change_of_divisions_ends_cancelled_or_reconciled_and_nowhere_else() -> None:
    leaving = {source for way in DIVISION_CHANGE.transitions if way.targets for source in way.sources}
    assert set(State) - leaving == {State.CANCELLED, State.RECONCILED}


def test_no_way_leads_back_from_effect() -> None:
    in_force = {State.EFFECTIVE, State.RECONCILED, State.DISCREPANT}
    back = [way for way in DIVISION_CHANGE.transitions if in_force & set(way.sources) and set(way.targets) - in_force]
    assert back == []


@pytest.mark.parametrize(
    ("action", "state", "actor", "denial"),
    [
        (DivisionAction.RECORD, State.REGISTERED, Actor(Role.PROVINCE, ABOVE), Denial.NOT_ALLOWED),
        (DivisionAction.FILE, State.REGISTERED, Actor(Role.PROVINCE, ABOVE), Denial.WRONG_STATE),
        (DivisionAction.RETURN, State.FILED, Actor(Role.PROVINCE, ABOVE), Denial.NOT_ALLOWED),
        (DivisionAction.FILE, State.CONFIRMED, Actor(Role.PROVINCE, frozenset()), Denial.NOT_ALLOWED),
        (
            DivisionAction.CONFIRM,
            State.REGISTERED,
            Actor(Role.CITY, ABOVE, frozenset({Guard.FOUR_EYES})),
            Denial.FOUR_EYES,
        ),
        (DivisionAction.APPLY, State.RECORDED, Actor(Role.PROVINCE, ABOVE, frozenset({Guard.DUE})), Denial.NOT_DUE),
    ],
)
def test_a_denial_is_the_most_basic_one(action, state, actor, denial) -> None:
    assert DIVISION_CHANGE.judge(action, state, actor) is denial


def test_a_guard_binds_only_the_ways_that_name_it() -> None:
    registrar = Actor(Role.PROVINCE, ABOVE, frozenset({Guard.FOUR_EYES, Guard.DUE}))
    assert DIVISION_CHANGE.allowed(State.REGISTERED, registrar) == [DivisionAction.RETURN, DivisionAction.CANCEL]
    assert DIVISION_CHANGE.allowed(State.RECORDED, registrar) == [DivisionAction.CANCEL]

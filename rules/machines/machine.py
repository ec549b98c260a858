"""A state machine as data: one declaration says what is allowed, refused and drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from db.enums import Role

StateT = TypeVar("StateT", bound=StrEnum)
ActionT = TypeVar("ActionT", bound=StrEnum)


class Relation(StrEnum):
    """How a caller's division stands to the thing: the nation's, above where it lies, or itself touched by it."""

    NATIONAL = "NATIONAL"
    ABOVE = "ABOVE"
    AFFECTED = "AFFECTED"


class Guard(StrEnum):
    """What must hold besides state and post."""

    FOUR_EYES = "FOUR_EYES"
    DUE = "DUE"


class Denial(StrEnum):
    """Why a transition is refused, the most basic reason first."""

    NOT_ALLOWED = "NOT_ALLOWED"
    WRONG_STATE = "WRONG_STATE"
    FOUR_EYES = "FOUR_EYES"
    NOT_DUE = "NOT_DUE"


_OF_GUARD = {Guard.FOUR_EYES: Denial.FOUR_EYES, Guard.DUE: Denial.NOT_DUE}


@dataclass(frozen=True, slots=True)
class Post:
    """Who may: a role whose division stands so."""

    role: Role
    relation: Relation


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, how they stand to the thing, and the guards that do not hold for them now."""

    role: Role
    relations: frozenset[Relation]
    broken: frozenset[Guard] = frozenset()

    def holds(self, posts: Iterable[Post]) -> bool:
        """Whether they hold one of the posts."""
        return any(post.role is self.role and post.relation in self.relations for post in posts)


@dataclass(frozen=True, slots=True)
class Transition(Generic[StateT, ActionT]):
    """One way onward. No source is the beginning; no target leaves the state; several are decided by the outcome."""

    action: ActionT
    sources: tuple[StateT | None, ...]
    targets: tuple[StateT, ...]
    posts: tuple[Post, ...]
    effect: tuple[str, str]
    """What it does, in Chinese and in English."""
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True)
class Machine(Generic[StateT, ActionT]):
    """A workflow."""

    name: str
    title: tuple[str, str]
    law: str
    transitions: tuple[Transition[StateT, ActionT], ...]
    actions: Mapping[ActionT, tuple[str, str]]
    """What people call each action."""
    notes: tuple[str, ...] = ()

    @cached_property
    def by_action(self) -> dict[ActionT, tuple[Transition[StateT, ActionT], ...]]:
        """The transitions of each action."""
        return {action: tuple(t for t in self.transitions if t.action is action) for action in self.actions}

    def judge(self, action: ActionT, state: StateT | None, actor: Actor) -> Transition[StateT, ActionT] | Denial:
        """The transition this actor may make now, or why not: post, then state, then the post in this state, guards."""
        ways = self.by_action[action]
        if not any(actor.holds(way.posts) for way in ways):
            return Denial.NOT_ALLOWED
        here = [way for way in ways if state in way.sources]
        if not here:
            return Denial.WRONG_STATE
        mine = next((way for way in here if actor.holds(way.posts)), None)
        if mine is None:
            return Denial.NOT_ALLOWED
        failing = next((guard for guard in mine.guards if guard in actor.broken), None)
        return mine if failing is None else _OF_GUARD[failing]

    def allowed(self, state: StateT, actor: Actor) -> list[ActionT]:
        """The actions this actor may take now, in the order declared."""
        return [a for a in self.actions if not isinstance(self.judge(a, state, actor), Denial)]

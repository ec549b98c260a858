"""Workflow D8: registering a change of divisions and taking it step by step to effect and proof."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from db.atlas import Atlas, AtlasStore
from db.closure import version_spans
from db.engine import Work
from db.enums import DivisionCaseState
from db.labels import zh
from db.models import DivisionCase, DivisionCaseMove, DivisionCaseNode
from db.scope import visible
from resolvers.commands.division_case_rows import draft_of, fields_of, next_code, write_parts
from resolvers.commands.division_certificate import certify
from resolvers.commands.division_effects import bring_into_effect
from resolvers.commands.division_scopes import give_scope
from resolvers.commands.refusals import FourEyes, InvalidChange, NotAllowed, StaleVersion, Unseen, WrongState
from resolvers.context import Context
from resolvers.division_changes import actor_of, day_before, parts, relations, touched_ids
from resolvers.view import View
from rules.divisions.draft import ChangeDraft, Problem
from rules.divisions.examine import problems
from rules.machines.division_change import DIVISION_CHANGE, DivisionAction
from rules.machines.machine import Actor, Denial, Transition

Step = Transition[DivisionCaseState, DivisionAction]
REASONED = frozenset({DivisionAction.RETURN, DivisionAction.CANCEL})
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Turn:
    """A case open for one transition, in its unit of work."""

    work: Work
    case: DivisionCase
    step: Step
    nodes: list[DivisionCaseNode]
    moves: list[DivisionCaseMove]

    def move_on(self, target: DivisionCaseState | None = None) -> None:
        """Into the next state; touched even where the state stays, so that its revision tells."""
        targets = self.step.targets
        if target is None and targets:
            (target,) = targets
        self.case.state = target or self.case.state
        self.case.revision_id = self.work.revision_id


async def register(ctx: Context, draft: ChangeDraft, *, on: date) -> DivisionCase:
    """A new case. Raises NotAllowed, Unseen or InvalidChange."""
    before = await _map_before(ctx, draft, on)
    area = before.find(draft.division)
    if area is None or not before.contains(ctx.caller.division_id, area.id):
        raise Unseen(f"区划 {draft.division}", path=("input", "division"))
    actor = Actor(ctx.caller.role, relations(ctx, area.id, set(), before))
    _judged(DivisionAction.REGISTER, None, actor)
    async with _unit(ctx, DivisionAction.REGISTER, draft.title) as work:
        await _examined(work, draft, before)
        case = DivisionCase(
            code=await next_code(work, draft),
            division_id=area.id,
            state=DivisionCaseState.REGISTERED,
            registered_by=ctx.caller.account_id,
            registered_at=datetime.now(UTC),
            attempt=0,
            **await fields_of(work, draft),
        )
        work.session.add(case)
        await work.session.flush()
        write_parts(work, case, draft, before)
    return case


async def amend(ctx: Context, code: str, draft: ChangeDraft, *, expected: int, on: date) -> DivisionCase:
    """A returned case said anew; whoever amends becomes the registrar."""
    before = await _map_before(ctx, draft, on)
    async with _turn(ctx, code, DivisionAction.AMEND, expected=expected, on=on) as turn:
        area = before.find(draft.division)
        if area is None or area.id != turn.case.division_id:
            raise InvalidChange([_fixed_area(before, turn.case)])
        await _examined(turn.work, draft, before)
        for name, value in (await fields_of(turn.work, draft)).items():
            setattr(turn.case, name, value)
        case = turn.case
        case.registered_by, case.registered_at = ctx.caller.account_id, datetime.now(UTC)
        case.confirmed_by = case.confirmed_at = case.filed_by = case.filed_at = None
        rows: list[DivisionCaseNode | DivisionCaseMove] = [*turn.nodes, *turn.moves]
        for row in rows:
            row.line = 0
        write_parts(turn.work, case, draft, before)
        turn.move_on()
    return turn.case


async def advance(
    ctx: Context, code: str, action: DivisionAction, *, expected: int, on: date, reason: str | None = None
) -> DivisionCase:
    """CONFIRM, FILE, RECORD, RETURN or CANCEL."""
    async with _turn(ctx, code, action, expected=expected, on=on, reason=reason) as turn:
        _SIGNED[action](turn.case, ctx.caller.account_id, datetime.now(UTC), (reason or "").strip())
        turn.move_on()
    return turn.case


async def apply(ctx: Context, code: str, *, expected: int, on: date) -> DivisionCase:
    """Bring a recorded case into effect: everything in one unit of work, nothing rewritten or deleted."""
    async with _turn(ctx, code, DivisionAction.APPLY, expected=expected, on=on) as turn:
        case = turn.case
        before = await AtlasStore().at(turn.work.session, day_before(case))
        draft = draft_of(case, turn.nodes, turn.moves, before)
        await _examined(turn.work, draft, before)
        await bring_into_effect(turn.work, case, draft, before, (turn.nodes, turn.moves))
        case.applied_by, case.applied_at = ctx.caller.account_id, datetime.now(UTC)
        case.applied_rev = turn.work.revision_id
        turn.move_on()
    return turn.case


async def attest(
    ctx: Context, code: str, account: str, division: str | None, *, expected: int, on: date
) -> DivisionCase:
    """Give one account the scope proposed, or decided here where several successors compete."""
    async with _turn(ctx, code, DivisionAction.ATTEST, expected=expected, on=on) as turn:
        await give_scope(turn.work, turn.case, turn.moves, account, division, by=ctx.caller.account_id)
        turn.move_on()
    return turn.case


async def reconcile(ctx: Context, code: str, *, expected: int, on: date) -> DivisionCase:
    """Compare totals before and after; the case passes, or names what differs."""
    async with _turn(ctx, code, DivisionAction.RECONCILE, expected=expected, on=on) as turn:
        turn.case.attempt += 1
        equal = await certify(turn.work, turn.case, touched_ids(turn.nodes, turn.moves), on)
        turn.move_on(DivisionCaseState.RECONCILED if equal else DivisionCaseState.DISCREPANT)
    return turn.case


@asynccontextmanager
async def _turn(
    ctx: Context, code: str, action: DivisionAction, *, expected: int, on: date, reason: str | None = None
) -> AsyncIterator[Turn]:
    """Lock, see, compare revisions, judge: in this order, so that a refusal tells no more than the caller may know."""
    async with _unit(ctx, action, reason) as work:
        seen = visible(select(DivisionCase).where(DivisionCase.code == code), DivisionCase, to=ctx.scope)
        case = (await work.session.execute(seen)).scalar_one_or_none()
        if case is None:
            raise Unseen(f"区划变更 {code}", path=("code",))
        nodes, moves = await parts(work.session, case.id)
        step = _judged(action, case.state, await actor_of(ctx, case, touched_ids(nodes, moves), on))
        if case.revision_id != expected:
            raise StaleVersion(
                f"{code} 已更新至版本 {case.revision_id}, 请重新读取后再办理",
                f"{code} has revision {case.revision_id} by now; read it again before you act",
                path=("expectedRevision",),
            )
        _reasoned(action, reason)
        yield Turn(work, case, step, nodes, moves)


@asynccontextmanager
async def _unit(ctx: Context, action: DivisionAction, reason: str | None) -> AsyncIterator[Work]:
    name = f"division-change.{action.value.lower()}"
    async with ctx.database.write(actor=ctx.caller.name, action=name, reason=reason) as work:
        yield work


def _judged(action: DivisionAction, state: DivisionCaseState | None, actor: Actor) -> Step:
    found = DIVISION_CHANGE.judge(action, state, actor)
    if not isinstance(found, Denial):
        return found
    name = DIVISION_CHANGE.actions[action]
    now = zh(state) if state else "未登记"
    match found:
        case Denial.NOT_ALLOWED:
            raise NotAllowed(
                f"您的角色或所辖区划无权办理“{name[0]}”", f"your role and division do not allow you to {name[1]} this"
            )
        case Denial.FOUR_EYES:
            raise FourEyes(f"“{name[0]}”须由登记人以外的人办理", f"somebody other than the registrar must {name[1]}")
        case Denial.NOT_DUE:
            raise WrongState("尚未到生效日", "its day has not come")
        case Denial.WRONG_STATE:
            raise WrongState(f"当前状态为“{now}”, 不能办理“{name[0]}”", f"you cannot {name[1]} what is {state}")


def _reasoned(action: DivisionAction, reason: str | None) -> None:
    if action in REASONED and not (reason and reason.strip()):
        raise InvalidChange([Problem(("reason",), "BLANK", "须说明理由", "give a reason")])


async def _map_before(ctx: Context, draft: ChangeDraft, on: date) -> Atlas:
    return await ctx.atlas(View(as_of=on, hierarchy_as_of=draft.effective_on - timedelta(days=1)))


async def _examined(work: Work, draft: ChangeDraft, before: Atlas) -> None:
    if found := problems(draft, before, await version_spans(work.session)):
        raise InvalidChange(found)


def _fixed_area(before: Atlas, case: DivisionCase) -> Problem:
    area = before.place(case.division_id).code
    return Problem(("division",), "FIXED", f"所属区划应为 {area}", f"the division stays {area}")


def _confirm(case: DivisionCase, by: int, at: datetime, _reason: str) -> None:
    case.confirmed_by, case.confirmed_at = by, at


def _file(case: DivisionCase, by: int, at: datetime, _reason: str) -> None:
    case.filed_by, case.filed_at = by, at


def _record(case: DivisionCase, by: int, at: datetime, _reason: str) -> None:
    case.recorded_by, case.recorded_at = by, at


def _return(case: DivisionCase, _by: int, _at: datetime, reason: str) -> None:
    case.return_reason = reason


def _cancel(case: DivisionCase, _by: int, _at: datetime, reason: str) -> None:
    case.cancel_reason = reason


_SIGNED: dict[DivisionAction, Callable[[DivisionCase, int, datetime, str], None]] = {
    DivisionAction.CONFIRM: _confirm,
    DivisionAction.FILE: _file,
    DivisionAction.RECORD: _record,
    DivisionAction.RETURN: _return,
    DivisionAction.CANCEL: _cancel,
}

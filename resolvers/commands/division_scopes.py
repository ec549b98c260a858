"""Whose scope a change of divisions moves or widens, and the attestation that lets it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from db.engine import Work
from db.enums import UnitKind
from db.models import Account, Division, DivisionCase, DivisionCaseMove, ScopeAttestation, Unit
from resolvers.commands.refusals import FourEyes, InvalidChange, Unseen
from rules.divisions.draft import Problem


async def await_attestation(
    work: Work, case: DivisionCase, successors: Mapping[int, int | None], widened: Iterable[int]
) -> None:
    """A line per account of a vanished division, and per account whose division gained land."""
    proposed = {**successors, **{division_id: division_id for division_id in widened}}
    accounts = select(Account).where(Account.division_id.in_(list(proposed)), Account.active).order_by(Account.id)
    for account in (await work.session.execute(accounts)).scalars():
        work.session.add(
            ScopeAttestation(
                case_id=case.id,
                account_id=account.id,
                effective_on=case.effective_on,
                old_division_id=account.division_id,
                new_division_id=proposed[account.division_id],
                attested_by=None,
                attested_at=None,
            )
        )


async def give_scope(
    work: Work,
    case: DivisionCase,
    moves: Sequence[DivisionCaseMove],
    account_name: str,
    division: str | None,
    *,
    by: int,
) -> None:
    """Attest one account. Raises Unseen, FourEyes or InvalidChange."""
    line, account = await _pending(work, case, account_name)
    if account.id == by:
        raise FourEyes("不能核定自己的数据范围", "nobody attests their own scope", path=("account",))
    if line.attested_at is not None:
        raise InvalidChange([Problem(("account",), "ATTESTED", "该账号已核定", "this account is attested already")])
    new_id = await _decided(work, line, moves, division)
    line.new_division_id = new_id
    line.attested_by, line.attested_at = by, datetime.now(UTC)
    if account.division_id != new_id:
        account.division_id = new_id
        account.unit_id = await _unit(work, account.unit_id, new_id)


async def _pending(work: Work, case: DivisionCase, name: str) -> tuple[ScopeAttestation, Account]:
    statement = (
        select(ScopeAttestation, Account)
        .join(Account, Account.id == ScopeAttestation.account_id)
        .where(ScopeAttestation.case_id == case.id, Account.name == name)
    )
    row = (await work.session.execute(statement)).one_or_none()
    if row is None:
        raise Unseen(f"待核定账号 {name}", path=("account",))
    return row.ScopeAttestation, row.Account


async def _decided(work: Work, line: ScopeAttestation, moves: Sequence[DivisionCaseMove], division: str | None) -> int:
    """The proposed division, or the successor named; only a successor can be."""
    if line.old_division_id == line.new_division_id:
        choices = {line.old_division_id}
    else:
        choices = {
            move.new_division_id
            for move in moves
            if move.old_division_id == line.old_division_id and move.new_division_id is not None
        }
    if division is None:
        if line.new_division_id is None:
            raise InvalidChange(
                [
                    Problem(
                        ("division",), "UNDECIDED", "有多个承继区划, 请指定", "several divisions succeed it; name one"
                    )
                ]
            )
        return line.new_division_id
    statement = select(Division.id).where(Division.code == division, Division.id.in_(choices))
    found = await work.session.scalar(statement)
    if found is None:
        raise InvalidChange(
            [Problem(("division",), "NO_SUCCESSOR", f"{division} 不是承继区划", f"{division} is no successor")]
        )
    return found


async def _unit(work: Work, unit_id: int | None, division_id: int) -> int | None:
    """The successor's authority for somebody who sat in one; other units keep their people."""
    if unit_id is None:
        return None
    unit = await work.session.get(Unit, unit_id)
    if unit is None or unit.kind is not UnitKind.NR_AUTHORITY:
        return unit_id
    successor = (
        select(Unit.id)
        .where(Unit.division_id == division_id, Unit.kind == UnitKind.NR_AUTHORITY)
        .order_by(Unit.code)
        .limit(1)
    )
    return await work.session.scalar(successor)

"""Checks on demand: any slice, day and parameters, compared with what stands; nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.dossiers import Area
from resolvers.context import Context
from resolvers.findings import Found
from resolvers.refusal import BadRequest
from resolvers.view import View
from rules.check import check
from rules.law import RuleUnknown
from rules.parameter import ParameterFault
from rules.receipt import ReceiptLine
from rules.standing import compared_with_standing

LONGEST_ECHO = 500
"""Characters of a refusal; what was asked comes back in it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found and how it compares."""

    findings: Sequence[Found]
    receipt: Sequence[ReceiptLine]
    release: str
    added: int
    removed: int
    unchanged: int


def _overrides(assumed: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Parameters by key; raises BadRequest for one that is given twice or at length."""
    found: dict[str, str] = {}
    for key, value in assumed:
        if len(key) + len(value) > LONGEST_ECHO:
            raise BadRequest(f"试算参数 {key[:60]} 的取值过长", f"the value of parameter {key[:60]} is too long")
        if key in found:
            raise BadRequest(f"试算参数 {key} 重复", f"parameter {key} is given more than once; give it one value")
        found[key] = value
    return found


async def check_rules(
    ctx: Context, under: str, rules: Sequence[str] | None, assumed: Sequence[tuple[str, str]], view: View
) -> Checked:
    """Judge a slice; raises BadRequest for an unknown rule, parameter or value."""
    top = await ctx.place(under, view)
    area = Area(scope=ctx.scope, division_id=top.id)
    try:
        result = await check(
            ctx.database,
            area=area,
            as_of=view.as_of,
            law=ctx.law_of(view),
            rules=rules,
            overrides=_overrides(assumed) or None,
            known=view.known,
        )
    except RuleUnknown as error:
        raise BadRequest("规则编码不存在, 见 rules 查询", str(error)[:LONGEST_ECHO]) from error
    except ParameterFault as error:
        raise BadRequest("试算参数的名称或取值无效, 见 rules 查询", str(error)[:LONGEST_ECHO]) from error
    compared = await compared_with_standing(ctx.database, result, area, known=view.known)
    return Checked(
        findings=[Found(finding) for finding in result.findings],
        receipt=result.receipt.lines,
        release=result.release,
        added=len(compared.added),
        removed=len(compared.removed),
        unchanged=len(compared.unchanged),
    )

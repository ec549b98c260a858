"""The catalogue as callers read it: rules, and the values their parameters have on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from resolvers.context import Context
from resolvers.refusal import BadRequest
from resolvers.view import View
from rules.rule import Rule

OUTSIDE_WIDTH = 6


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """One dated value; `region` is the six-digit code that set it, None for the nation."""

    key: str
    value: str
    unit: str
    reference: str
    valid_from: date
    region: str | None


def rules(ctx: Context, codes: Sequence[str] | None = None) -> list[Rule]:
    """The national rules, or those named; raises BadRequest for an unknown code."""
    ctx.require()
    known = ctx.law.rules
    unknown = sorted(set(codes or ()) - set(known))
    if unknown:
        listed = "、".join(unknown[:5])
        raise BadRequest(f"没有规则 {listed}", f"there is no rule {', '.join(unknown[:5])}; see the rules query")
    return [known[code] for code in (codes or known)]


def parameter_lines(ctx: Context, rule: Rule, view: View) -> list[ParameterLine]:
    """For each parameter of a rule the latest value of the nation and of each overriding region."""
    lines: list[ParameterLine] = []
    for key in rule.parameters:
        latest: dict[str | None, ParameterLine] = {}
        for value in ctx.law_of(view).parameters.history(key):
            if value.valid_from <= view.as_of:
                region = value.region.ljust(OUTSIDE_WIDTH, "0") if value.region else None
                latest[region] = ParameterLine(
                    key, value.text, value.unit.value, value.reference, value.valid_from, region
                )
        lines.extend(latest[region] for region in sorted(latest, key=lambda r: r or ""))
    return lines

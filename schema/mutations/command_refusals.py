"""The named refusals of commands as types: members of every command's result."""

import strawberry

from resolvers.commands import refusals as use
from schema.describe import both
from schema.mutations.refusal import Refusal


@strawberry.type(description=both("无权办理: 角色或所辖区划不允许", "role or division do not allow it"))
class NotAllowed(Refusal):
    """Refused."""


@strawberry.type(description=both("当前状态不能办理, 或尚未到日", "it does not fit the state, or its day has not come"))
class WrongState(Refusal):
    """Refused."""


@strawberry.type(description=both("须由他人办理", "somebody else has to do it"))
class FourEyes(Refusal):
    """Refused."""


@strawberry.type(description=both("读取后已被更新", "it changed since it was read"))
class StaleVersion(Refusal):
    """Refused."""


@strawberry.type(description=both("不存在或不在数据范围内", "it does not exist or lies outside the scope"))
class OutOfScope(Refusal):
    """Refused."""


@strawberry.type(description=both("需更正的一处", "one thing to correct"))
class Problem:
    """A problem and its place."""

    path: list[str] = strawberry.field(description=both("所指的输入", "the input it is about"))
    code: str = strawberry.field(description=both("问题代码", "code for programs"))
    message: str = strawberry.field(description=both("中文说明", "sentence in Chinese"))
    message_en: str = strawberry.field(description=both("英文说明", "sentence in English"))


@strawberry.type(description=both("输入不能执行, 逐处说明", "it cannot be carried out as given; every problem is told"))
class InvalidChange(Refusal):
    """Refused."""

    problems: list[Problem] = strawberry.field(description=both("各处问题", "every problem"))


AnyRefusal = NotAllowed | WrongState | FourEyes | StaleVersion | OutOfScope | InvalidChange
_PLAIN: dict[type[use.CommandRefused], type[NotAllowed | WrongState | FourEyes | StaleVersion | OutOfScope]] = {
    use.NotAllowed: NotAllowed,
    use.WrongState: WrongState,
    use.FourEyes: FourEyes,
    use.StaleVersion: StaleVersion,
    use.Unseen: OutOfScope,
}


def refusal_of(refused: use.CommandRefused) -> AnyRefusal:
    """A command's refusal as its type."""
    if isinstance(refused, use.InvalidChange):
        return InvalidChange(
            code=refused.code,
            message=refused.zh,
            message_en=refused.en,
            path=refused.path,
            problems=[
                Problem(path=list(each.path), code=each.code, message=each.zh, message_en=each.en)
                for each in refused.problems
            ],
        )
    made = _PLAIN[type(refused)]
    return made(code=refused.code, message=refused.zh, message_en=refused.en, path=refused.path)

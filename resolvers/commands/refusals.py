"""The named refusals of commands; a mutation answers with them, it does not fail."""

from collections.abc import Sequence

from resolvers.refusal import Refusal
from rules.divisions.draft import Problem


class CommandRefused(Refusal):
    """A command that changed nothing; `path` points at the input it is about."""

    def __init__(self, zh: str, en: str, *, path: Sequence[str] = ()) -> None:
        super().__init__(zh, en)
        self.path = list(path)


class NotAllowed(CommandRefused):
    """Role or division do not allow the action, in this state or at all."""

    code = "NOT_ALLOWED"


class WrongState(CommandRefused):
    """The action does not fit the state, or its day has not come."""

    code = "WRONG_STATE"


class FourEyes(CommandRefused):
    """Somebody else has to do this."""

    code = "FOUR_EYES"


class StaleVersion(CommandRefused):
    """The thing changed since the caller read it."""

    code = "STALE_VERSION"


class Unseen(CommandRefused):
    """Not in the caller's scope; said the same way whether or not it exists."""

    code = "OUT_OF_SCOPE"

    def __init__(self, what: str, *, path: Sequence[str]) -> None:
        super().__init__(
            f"{what} 不存在或不在您的数据范围内", f"{what} does not exist or lies outside your scope", path=path
        )


class InvalidChange(CommandRefused):
    """The input cannot be carried out; every problem is told with its place."""

    code = "INVALID_CHANGE"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(
            f"{len(problems)} 处需更正; 首先: {first.zh}",
            f"{len(problems)} to correct; first: {first.en}",
            path=first.path,
        )
        self.problems = list(problems)

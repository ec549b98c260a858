"""What every named refusal of a mutation tells."""

import strawberry

from schema.describe import both


@strawberry.interface(description=both("有名有姓的拒绝", "a named refusal"))
class Refusal:
    """Why not."""

    code: str = strawberry.field(description=both("拒绝代码", "code for programs"))
    message: str = strawberry.field(description=both("中文说明", "sentence in Chinese"))
    message_en: str = strawberry.field(description=both("英文说明", "sentence in English"))
    path: list[str] = strawberry.field(description=both("所指的输入", "the input it is about"))

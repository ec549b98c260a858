"""时限: due dates with the chain of days that explains them."""

from datetime import date

import strawberry

from resolvers.view import View
from rules import deadline
from rules.calendar import DayKind
from schema.describe import Mapped, both, column, field


@strawberry.type(description=both("顺延链条中的一天", "one day on the way from the nominal to the real due date"))
class DeadlineReason(Mapped):
    """One day and what it was."""

    row: strawberry.Private[deadline.Reason]
    view: strawberry.Private[View]
    day: date = column("日期", "the day", of="date", name="date")
    kind: DayKind = column("日期性质", "what kind of day it is")
    label: str = column("说明", "what it was, in Chinese", of="label_zh")
    label_en: str = column("英文说明", "what it was, in English")


@strawberry.type(description=both("时限", "a computed due date"))
class Deadline(Mapped):
    """A due date."""

    row: strawberry.Private[deadline.Deadline]
    view: strawberry.Private[View]
    subject: str = column("事项", "what is due")
    nominal: date = column("名义期限", "due date before any roll-over")
    due: date = column("实际期限, 当日 24:00 前 (北京时间) 均为按时", "due date; in time until 24:00 in China")
    confirmed: bool = column(
        "是否确定; 节假日安排未公布的年份为否", "false while the holidays of its year are not announced"
    )
    calendar: str = column("适用日历", "code of the calendar")
    legal_ref: str = column("依据", "legal reference")

    @field("由名义期限逐日推到实际期限", "day by day from nominal to due")
    def reasons(self) -> list[DeadlineReason]:
        """The chain."""
        return DeadlineReason.all(self.row.reasons, self.view)

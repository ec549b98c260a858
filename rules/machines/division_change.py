"""Workflow D8 declared: a change of divisions from its registration to the proof that no money moved."""

from enum import StrEnum

from db.enums import DivisionCaseState as State
from db.enums import Role
from rules.machines.machine import Guard, Machine, Post, Relation, Transition


class DivisionAction(StrEnum):
    """What can be done with a change of divisions."""

    REGISTER = "REGISTER"
    AMEND = "AMEND"
    CONFIRM = "CONFIRM"
    FILE = "FILE"
    RECORD = "RECORD"
    RETURN = "RETURN"
    CANCEL = "CANCEL"
    APPLY = "APPLY"
    ATTEST = "ATTEST"
    RECONCILE = "RECONCILE"


MINISTRY = Post(Role.MINISTRY, Relation.NATIONAL)
PROVINCE = Post(Role.PROVINCE, Relation.ABOVE)
CITY = Post(Role.CITY, Relation.ABOVE)
CONCERNED = (
    PROVINCE,
    CITY,
    Post(Role.PROVINCE, Relation.AFFECTED),
    Post(Role.CITY, Relation.AFFECTED),
    Post(Role.COUNTY, Relation.AFFECTED),
)
IN_FORCE = (State.EFFECTIVE, State.RECONCILED, State.DISCREPANT)
A = DivisionAction

DIVISION_CHANGE: Machine[State, DivisionAction] = Machine(
    name="D8",
    title=("行政区划变更", "change of divisions"),
    law="规程 第十七条: 行政区划调整及时报部备案",
    actions={
        A.REGISTER: ("登记", "register"),
        A.AMEND: ("补正", "amend"),
        A.CONFIRM: ("确认", "confirm"),
        A.FILE: ("报部备案", "file with the ministry"),
        A.RECORD: ("部备案", "record"),
        A.RETURN: ("退补", "send back"),
        A.CANCEL: ("取消", "cancel"),
        A.APPLY: ("生效", "bring into effect"),
        A.ATTEST: ("核定数据范围", "attest a scope"),
        A.RECONCILE: ("对账", "reconcile"),
    },
    transitions=(
        Transition(
            A.REGISTER,
            (None,),
            (State.REGISTERED,),
            (PROVINCE, CITY),
            ("登记变更: 类型、依据、生效日、新旧区划及份额", "what changes, by which document, on which day"),
        ),
        Transition(
            A.AMEND,
            (State.RETURNED,),
            (State.REGISTERED,),
            (PROVINCE, CITY),
            ("补正后重新登记, 由补正人负责", "registered anew; whoever amends is the registrar"),
        ),
        Transition(
            A.CONFIRM,
            (State.REGISTERED,),
            (State.CONFIRMED,),
            CONCERNED,
            ("受影响单位或上级确认", "one concerned, or the superior, agrees"),
            (Guard.FOUR_EYES,),
        ),
        Transition(
            A.FILE,
            (State.CONFIRMED,),
            (State.FILED,),
            (PROVINCE,),
            ("省级报部备案", "the province files it with the ministry"),
        ),
        Transition(
            A.RECORD, (State.FILED,), (State.RECORDED,), (MINISTRY,), ("部备案", "the ministry puts it on record")
        ),
        Transition(
            A.RETURN, (State.REGISTERED,), (State.RETURNED,), CONCERNED, ("退回补正, 需说明理由", "with a reason")
        ),
        Transition(
            A.RETURN, (State.CONFIRMED,), (State.RETURNED,), (PROVINCE,), ("退回补正, 需说明理由", "with a reason")
        ),
        Transition(A.RETURN, (State.FILED,), (State.RETURNED,), (MINISTRY,), ("退回补正, 需说明理由", "with a reason")),
        Transition(
            A.CANCEL,
            (State.REGISTERED, State.CONFIRMED, State.RETURNED),
            (State.CANCELLED,),
            (PROVINCE, CITY),
            ("生效前取消, 需说明理由", "before it takes effect, with a reason"),
        ),
        Transition(
            A.CANCEL,
            (State.FILED, State.RECORDED),
            (State.CANCELLED,),
            (PROVINCE, MINISTRY),
            ("生效前取消, 需说明理由", "before it takes effect, with a reason"),
        ),
        Transition(
            A.APPLY,
            (State.RECORDED,),
            (State.EFFECTIVE,),
            (PROVINCE, MINISTRY),
            (
                "旧区划关闭、新区划及对照关系建立, 未办结工作移交, 数据范围待核定",
                "old nodes close, new ones and the crosswalk begin, open work is handed over, scopes await attestation",
            ),
            (Guard.DUE,),
        ),
        Transition(
            A.ATTEST,
            IN_FORCE,
            (),
            (MINISTRY, PROVINCE, CITY),
            ("核定一个账号的新数据范围", "one account gets its new scope"),
            (Guard.FOUR_EYES,),
        ),
        Transition(
            A.RECONCILE,
            (State.EFFECTIVE, State.DISCREPANT),
            (State.RECONCILED, State.DISCREPANT),
            (PROVINCE, MINISTRY),
            ("按资金和年度比对变更前后合计, 出具对账单", "totals before and after by fund and year, certified"),
        ),
    ),
    notes=(
        """Four eyes: whoever confirms is not the registrar; whoever attests a scope is neither the registrar nor the
account itself. The ministry records what the province files, so no person holds both posts.""",
        """Cancelling is possible only before the change takes effect. Afterwards only a reverse change, itself a case,
undoes it; nothing is rewritten or deleted.""",
        """`ATTEST` leaves the state. Until it is done, an account of a vanished division signs in nowhere, and one of
a division that gained territory sees no more than before.""",
    ),
)

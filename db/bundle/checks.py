"""What a row must satisfy beyond its own cells before it can be recorded at all; everything else is for the rules."""

from collections.abc import Callable, Mapping
from typing import Any

from db.bundle.frame import BAD
from db.bundle.ledger import Ledger, sound
from db.bundle.report import Faults, Refusal
from db.bundle.settle import Ledgers
from db.enums import AllocationKind, Provenance
from db.types import MAX_INT64, QUANTITY_SCALE

Check = Callable[[Ledger, Ledgers, Faults], None]


def check_recalls(ledger: Ledger, ledgers: Ledgers, faults: Faults) -> None:
    """A RECALL names the edge it takes back from, of the same two parties, and takes no more than that brought."""
    del ledgers
    for row, handle in enumerate(ledger.handles):
        if ledger.value(handle, "kind") != AllocationKind.RECALL.value:
            continue
        parent = ledger.value(handle, "parent_id")
        if parent is None:
            refusal = Refusal(
                "recall-without-parent",
                "收回没有指明所收回的下达",
                "a RECALL names the allocation it takes back",
                "在“上级下达”列填写该下达的代码",
                "put that allocation's code into parent",
            )
            ledger.fault(faults, row, "parent", None, refusal)
        elif sound(parent) and _known(ledger, parent):
            _check_recall(ledger, row, handle, parent, faults)


def _known(ledger: Ledger, handle: int) -> bool:
    return handle < 0 or handle in ledger.stored


def _check_recall(ledger: Ledger, row: int, handle: int, parent: int, faults: Faults) -> None:
    amount, brought = ledger.value(handle, "amount_fen"), ledger.value(parent, "amount_fen")
    if ledger.value(parent, "kind") == AllocationKind.RECALL.value:
        refusal = Refusal(
            "recall-of-recall",
            "收回的对象本身是收回",
            "takes back a RECALL",
            "指明原下达",
            "name the allocation that was recalled",
        )
        ledger.fault(faults, row, "parent", None, refusal)
    elif sound(amount, brought) and amount > brought:
        refusal = Refusal(
            "recall-too-large",
            f"收回金额大于原下达（{brought}分）",
            f"takes back more than was issued ({brought} fen)",
            "更正金额，或分别收回多笔下达",
            "correct the amount, or recall several allocations one by one",
        )
        ledger.fault(faults, row, "amount", f"{amount} fen", refusal)
    for field in ("grantor_id", "recipient_id"):
        own, other = ledger.value(handle, field), ledger.value(parent, field)
        if sound(own, other) and own != other:
            column = field.removesuffix("_id")
            refusal = Refusal(
                "recall-parties",
                "与所收回的下达不是同一方",
                "is not the party of the allocation it takes back",
                "填写原下达的下达方和接收方",
                "write that allocation's grantor and recipient",
            )
            ledger.fault(faults, row, column, ledger.cells(column)[row], refusal)


def compute_targets(ledger: Ledger, ledgers: Ledgers, faults: Faults) -> None:
    """Fill in the unit a target leaves out, and its value in the indicator's unit."""
    indicators, measures = ledgers["indicators"], ledgers["measures"]
    units: list[Any] = []
    canonical: list[Any] = []
    for row, handle in enumerate(ledger.handles):
        indicator = ledger.value(handle, "indicator_id")
        own, value = ledger.value(handle, "measure_id"), ledger.value(handle, "value")
        common = indicators.value(indicator, "measure_id") if sound(indicator) else BAD
        if BAD in (own, value, common):
            units.append(BAD)
            canonical.append(BAD)
            continue
        own = common if own is None else own
        units.append(own)
        if own == common or value is None:
            canonical.append(value)
        elif refusal := _unlike(measures, own, common):
            canonical.append(BAD)
            ledger.fault(faults, row, "measure", ledger.cells("measure")[row], refusal)
        else:
            canonical.append(_converted(ledger, row, value, (measures, own, common), faults))
    ledger.fields["measure_id"], ledger.fields["canonical_value"] = units, canonical


def _unlike(measures: Ledger, own: int, common: int | None) -> Refusal | None:
    """Why a value in one measure cannot be told in the other."""
    if common is None:
        return Refusal(
            "indicator-without-unit",
            "该指标没有计量单位",
            "the indicator has no unit",
            "在 indicators.csv 中给指标填写计量单位，或将本列留空",
            "give the indicator a measure in indicators.csv, or leave this cell empty",
        )
    one, other = measures.value(own, "dimension"), measures.value(common, "dimension")
    if BAD in (one, other) or one == other:
        return None
    return Refusal(
        "dimension",
        f"量纲为“{one}”，指标的量纲为“{other}”",
        f"measures {one}, the indicator {other}",
        "改用指标量纲的计量单位",
        "use a measure of the indicator's dimension",
    )


def _converted(ledger: Ledger, row: int, value: int, by: tuple[Ledger, int, int], faults: Faults) -> Any:
    """The value's millionths in the common unit, rounded half up."""
    measures, own, common = by
    parts = [measures.value(unit, name) for unit in (own, common) for name in ("numerator", "denominator")]
    if BAD in parts:
        return BAD
    own_n, own_d, common_n, common_d = parts
    above, below = value * own_n * common_d, own_d * common_n
    rounded = (2 * abs(above) + below) // (2 * below)
    if rounded <= MAX_INT64:
        return rounded if above >= 0 else -rounded
    refusal = Refusal(
        "too-large",
        "换算成指标单位后数值过大",
        f"is too large in the indicator's unit ({QUANTITY_SCALE} decimals)",
        "核对数值和单位",
        "check the number and its unit",
    )
    ledger.fault(faults, row, "value", None, refusal)
    return BAD


def check_mixing(ledger: Ledger, ledgers: Ledgers, provenance: Provenance, faults: Faults) -> None:
    """Rows that do not say their provenance take their project's: 演示数据 never hangs on real rows or they on it."""
    for name in ("project", "target"):
        reference = ledger.table.references.get(name)
        if reference is None or ledger.table.stamped:
            continue
        owners, demo = ledgers[reference.table], provenance is Provenance.DEMO
        for row, owner in enumerate(ledger.fields[f"{name}_id"]):
            if not sound(owner) or owner < 0:
                continue
            recorded = owners.stored[owner][owners.places["provenance"]]
            if (recorded == Provenance.DEMO.value) != demo:
                refusal = Refusal(
                    "provenance-mixed",
                    f"所属记录的来源类别为 {recorded}，本数据包为 {provenance.value}",
                    f"belongs to a {recorded} row, the bundle is {provenance.value}",
                    "演示数据与真实数据分开；更正代码或清单中的 provenance",
                    "keep demo and real data apart; correct the code or the manifest's provenance",
                )
                ledger.fault(faults, row, name, ledger.cells(name)[row], refusal)


def check_cycles(ledger: Ledger, above: Mapping[int, int], faults: Faults) -> list[int]:
    """How far each row stands below the top of its tree; every cycle is told once, at its first row."""
    parents = dict(above)
    given = ledger.fields.get("parent_id", [])
    for handle, parent in zip(ledger.handles, given, strict=bool(given)):
        parents.pop(handle, None)
        if sound(parent):
            parents[handle] = parent
    depth: dict[int, int] = {}
    for row, handle in enumerate(ledger.handles):
        chain: list[int] = []
        on_chain: set[int] = set()
        here: int | None = handle
        while here is not None and here not in depth and here not in on_chain:
            chain.append(here)
            on_chain.add(here)
            here = parents.get(here)
        if here is not None and here in on_chain:
            _tell_cycle(ledger, row, chain[chain.index(here) :], faults)
            depth.update(dict.fromkeys(chain, 0))
            continue
        base = -1 if here is None else depth[here]
        for step, member in enumerate(reversed(chain), start=1):
            depth[member] = base + step
    return [depth[handle] for handle in ledger.handles]


def _tell_cycle(ledger: Ledger, row: int, chain: list[int], faults: Faults) -> None:
    codes = " → ".join(str(ledger.value(handle, "code")) for handle in [*chain, chain[0]])
    members = [found for handle in chain if (found := ledger.row(handle)) is not None]
    refusal = Refusal(
        "cycle",
        f"上级关系成环：{codes}",
        f"the parents form a circle: {codes}",
        "更正其中一行的上级",
        "correct the parent of one of these rows",
    )
    at = min(members, default=row)
    ledger.fault(faults, at, "parent", ledger.cells("parent")[at], refusal)


CHECKS: Mapping[str, Check] = {"allocations": check_recalls, "targets": compute_targets}

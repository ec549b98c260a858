"""Compares the bundle's rows with the recorded ones: new, changed in which fields, or the same."""

from db.bundle.ledger import Ledger
from db.bundle.report import Faults, Refusal
from db.enums import Provenance


def find_differences(ledger: Ledger, provenance: Provenance, faults: Faults) -> None:
    """Sort the rows into inserts and updates; changes the record may not take are told."""
    if not ledger.handles:
        return
    names = [name for name in ledger.table.fields if name in ledger.fields]
    places = [ledger.places[name] for name in names]
    fixed = {column.field for column in ledger.table.columns if column.fixed}
    columns = [ledger.fields[name] for name in names]
    for row, (handle, *values) in enumerate(zip(ledger.handles, *columns, strict=True)):
        if handle < 0:
            ledger.inserts.append(row)
            continue
        recorded = ledger.stored[handle]
        changed = tuple(
            name for name, place, value in zip(names, places, values, strict=True) if recorded[place] != value
        )
        if changed:
            owner = recorded[ledger.places["provenance"]] if ledger.table.stamped else provenance.value
            if owner != provenance.value:
                _tell_owner(ledger, row, owner, changed, faults)
            ledger.updates.append((row, changed))
            _check_fixed(ledger, row, [name for name in changed if name in fixed], faults)


def _tell_owner(ledger: Ledger, row: int, owner: str, changed: tuple[str, ...], faults: Faults) -> None:
    refusal = Refusal(
        "provenance-differs",
        f"系统中该行的来源类别为 {owner}，不属于本数据包，却要改动 {', '.join(changed)}",
        f"is recorded as {owner} and not the bundle's, which would change {', '.join(changed)}",
        "使用新代码，或从数据包中删除该行",
        "use another code, or take the row out of the bundle",
    )
    name = ledger.table.key[0]
    ledger.fault(faults, row, name, ledger.cells(name)[row], refusal)


def _check_fixed(ledger: Ledger, row: int, changed: list[str], faults: Faults) -> None:
    for name in changed:
        column = name.removesuffix("_id")
        refusal = Refusal(
            "fixed-value",
            "已登记，不能更改：已有数值按它换算",
            "is recorded and may not change: values were computed from it",
            "使用新代码",
            "use a new code",
        )
        ledger.fault(faults, row, column, ledger.cells(column)[row], refusal)

"""History is looked up the way its table is, and a row cannot change under a revision that is over.

Without these indexes a join reads all that was ever superseded for each row. Without the guard an update that forgets
to name its revision would leave no trace of what it overwrote.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DERIVED = "division_closure"
STAMP = "revision_id"


def upgrade() -> None:
    """Every table that keeps history."""
    for table in _kept():
        for name, columns in _lookups(table).items():
            op.create_index(name, f"{table}_history", columns)
        if table != DERIVED:
            guard(table)


def guard(table: str) -> None:
    """Refuses an update that keeps the revision of an earlier unit of work."""
    same = "old.revision_id = new.revision_id"
    over = "new.revision_id <> (select max(id) from revision)"
    says = "an update must carry the revision of its unit of work"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"create trigger {table}_stamped before update on {table} for each row when {same} and {over} "
            f"begin select raise(abort, '{says}'); end"
        )
        return
    op.execute(
        f"create function {table}_stamped() returns trigger language plpgsql as $$ begin "
        f"if {over} then raise exception '{says}'; end if; return new; end $$"
    )
    op.execute(
        f"create trigger {table}_stamped before update on {table} for each row "
        f"when ({same}) execute function {table}_stamped()"
    )


def downgrade() -> None:
    """Back to slow lookups."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in _kept():
        for name in _lookups(table):
            op.drop_index(name, f"{table}_history")
        if table != DERIVED:
            op.execute(f"drop trigger {table}_stamped{f' on {table}' if postgresql else ''}")
            if postgresql:
                op.execute(f"drop function {table}_stamped")


def _kept() -> list[str]:
    names = set(sa.inspect(op.get_bind()).get_table_names())
    return sorted(name for name in names if f"{name}_history" in names)


def _lookups(table: str) -> dict[str, list[Any]]:
    """The columns of the table's indexes and unique keys, the revision's aside, under names of the history."""
    inspector = sa.inspect(op.get_bind())
    every: list[Any] = [*inspector.get_indexes(table), *inspector.get_unique_constraints(table)]
    keyed = {str(each["name"])[3:].removeprefix(f"{table}_"): each["column_names"] for each in every}
    return {f"ix_{table}_history_{name}": columns for name, columns in sorted(keyed.items()) if columns != [STAMP]}

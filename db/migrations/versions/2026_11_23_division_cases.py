"""Changes of divisions as cases: what is planned, certified, handed over and attested.

The migration keeps its own copy of the layout and of the triggers that keep history, so it means the same for ever.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = sa.MetaData(naming_convention=NAMES)
for _there in ("division", "document", "account", "unit", "fund"):
    sa.Table(_there, METADATA, sa.Column("id", KEY, primary_key=True))
MEASURES = ("planned", "received", "issued", "recalled", "paid")
Part = sa.Column[Any] | sa.Constraint


def recorded(name: str, *parts: Part) -> sa.Table:
    """A table whose rows carry the revisions that made and last changed them."""
    return sa.Table(
        name,
        METADATA,
        sa.Column("id", KEY, primary_key=True),
        sa.Column("created_rev", KEY, nullable=False),
        sa.Column("revision_id", KEY, nullable=False, index=True),
        *parts,
    )


def number(name: str, kind: Any = None, *, null: bool = False) -> sa.Column[Any]:
    """A count, a share, or with BigInteger fen or microseconds."""
    return sa.Column(name, kind or sa.Integer(), nullable=null)


def big(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Fen, or microseconds since 1970."""
    return number(name, sa.BigInteger(), null=null)


def text(name: str, size: int | None = None, *, null: bool = False, index: bool = False) -> sa.Column[Any]:
    """Text; 32 characters hold a word of a vocabulary, 64 a code."""
    return sa.Column(name, sa.String(size), nullable=null, index=index)


def day(name: str) -> sa.Column[Any]:
    """A calendar day."""
    return sa.Column(name, sa.Date(), nullable=False)


def flag(name: str) -> sa.Column[Any]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def key(name: str, target: str, *, null: bool = False, index: bool = False) -> sa.Column[Any]:
    """The id of another row."""
    return sa.Column(name, KEY, sa.ForeignKey(f"{target}.id"), nullable=null, index=index)


# Several columns to a line, so that the layout fits on one screen.
# fmt: off
TABLES = [
    recorded("division_case",
        sa.Column("code", sa.String(64), nullable=False, unique=True), text("change_type", 32), text("title"),
        text("document_number"), key("document_id", "document", null=True), day("effective_on"),
        text("state", 32, index=True), key("division_id", "division", index=True),
        sa.Column("closes", sa.JSON(), nullable=False),
        key("registered_by", "account"), big("registered_at"),
        key("confirmed_by", "account", null=True), big("confirmed_at", null=True),
        key("filed_by", "account", null=True), big("filed_at", null=True),
        key("recorded_by", "account", null=True), big("recorded_at", null=True),
        key("applied_by", "account", null=True), big("applied_at", null=True), number("applied_rev", KEY, null=True),
        text("return_reason", null=True), text("cancel_reason", null=True), number("attempt"),
    ),
    recorded("division_case_node",
        key("case_id", "division_case", index=True), number("line"), text("code", 64), text("name"),
        text("type_name"), text("level", 32), text("kind", 32), text("admin_parent", 64), text("fund_parent", 64),
        flag("separately_planned"), key("division_id", "division", null=True, index=True),
    ),
    recorded("division_case_move",
        key("case_id", "division_case", index=True), number("line"), text("old_code", 64, null=True),
        text("new_code", 64), number("share_bp", null=True), flag("partial"),
        key("old_division_id", "division", null=True, index=True),
        key("new_division_id", "division", null=True, index=True),
        sa.CheckConstraint("share_bp is null or (share_bp > 0 and share_bp <= 10000)", name="share_in_range"),
    ),
    recorded("division_certificate",
        key("case_id", "division_case", index=True), number("attempt"), text("tree", 32),
        key("division_id", "division"), key("fund_id", "fund"), number("budget_year"),
        *(big(f"{name}_{side}_fen") for name in MEASURES for side in ("before", "after")),
    ),
    recorded("division_reassignment",
        key("case_id", "division_case", index=True), text("kind", 32), number("subject_id", KEY),
        key("old_division_id", "division"), key("new_division_id", "division"), key("old_unit_id", "unit", null=True),
        key("new_unit_id", "unit", null=True),
    ),
    recorded("scope_attestation",
        key("case_id", "division_case"), key("account_id", "account", index=True), day("effective_on"),
        key("old_division_id", "division"), key("new_division_id", "division", null=True),
        key("attested_by", "account", null=True), big("attested_at", null=True),
        sa.UniqueConstraint("case_id", "account_id"),
    ),
]
# fmt: on


def upgrade() -> None:
    """The tables, and beside each its history, triggers and view."""
    METADATA.create_all(op.get_bind(), tables=TABLES)
    for table in TABLES:
        past = f"{table.name}_history"
        columns = [sa.Column(column.name, column.type, nullable=column.nullable) for column in table.columns]
        op.create_table(past, *columns, sa.Column("superseded_rev", KEY, nullable=False))
        op.create_index(f"ix_{past}_id", past, ["id"])
        op.create_index(f"ix_{past}_superseded_rev", past, ["superseded_rev"])
        keep(table.name, [column.name for column in table.columns])


def keep(table: str, columns: list[str]) -> None:
    """Triggers that put superseded rows aside and refuse deletion; on PostgreSQL the view of what was known."""
    listed, old = ", ".join(columns), ", ".join(f"old.{name}" for name in columns)
    put_aside = f"insert into {table}_history ({listed}, superseded_rev) values ({old}, new.revision_id);"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"create trigger {table}_superseded after update on {table} for each row "
            f"when old.revision_id <> new.revision_id begin {put_aside} end"
        )
        op.execute(
            f"create trigger {table}_kept before delete on {table} for each row begin "
            f"select raise(abort, 'a recorded row is never deleted'); end"
        )
        return
    bodies = {"superseded": f"{put_aside} return null;", "kept": "raise exception 'a recorded row is never deleted';"}
    for name, body in bodies.items():
        op.execute(f"create function {table}_{name}() returns trigger language plpgsql as $$ begin {body} end $$")
    op.execute(
        f"create trigger {table}_superseded after update on {table} for each row "
        f"when (old.revision_id is distinct from new.revision_id) execute function {table}_superseded()"
    )
    op.execute(f"create trigger {table}_kept before delete on {table} for each row execute function {table}_kept()")
    known = "current_setting('fundwatch.known')::bigint"
    op.execute(
        f"create view known.{table} with (security_invoker = true) as "
        f"select {listed} from public.{table} where revision_id <= {known} union all "
        f"select {listed} from public.{table}_history where revision_id <= {known} and superseded_rev > {known}"
    )


def downgrade() -> None:
    """Gives up the cases; only for development."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in reversed(TABLES):
        if postgresql:
            op.execute(f"drop view known.{table.name}")
        op.drop_table(f"{table.name}_history")
        op.drop_table(table.name)
        if postgresql:
            op.execute(f"drop function {table.name}_superseded")
            op.execute(f"drop function {table.name}_kept")

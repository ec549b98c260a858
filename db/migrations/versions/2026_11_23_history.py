"""History: a table of superseded rows beside every recorded table, triggers that fill it, views of what was known.

A later migration that adds a column to a recorded table adds it to the history table and calls `keep` again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DERIVED = "division_closure"
"""Rebuilt from the versions by code that moves what no longer holds into its history itself."""


def upgrade() -> None:
    """Every table that has both revision columns."""
    inspector = sa.inspect(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        op.execute("create schema known")
    for name in sorted(inspector.get_table_names()):
        columns = inspector.get_columns(name)
        names = [column["name"] for column in columns]
        if {"created_rev", "revision_id"} <= set(names):
            op.create_table(
                f"{name}_history",
                *(sa.Column(c["name"], c["type"], nullable=c["nullable"]) for c in columns),
                sa.Column("superseded_rev", KEY, nullable=False),
            )
            op.create_index(f"ix_{name}_history_id", f"{name}_history", ["id"])
            op.create_index(f"ix_{name}_history_superseded_rev", f"{name}_history", ["superseded_rev"])
            keep(name, names)


def keep(table: str, columns: list[str]) -> None:
    """Triggers and view of one table; replaces those that are there."""
    if table != DERIVED:
        _trigger(table, columns)
    if op.get_bind().dialect.name == "postgresql":
        _view(table, columns)


def _trigger(table: str, columns: list[str]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        _trigger_postgresql(table, columns)
    else:
        _trigger_sqlite(table, columns)


def _trigger_sqlite(table: str, columns: list[str]) -> None:
    listed, old = ", ".join(columns), ", ".join(f"old.{c}" for c in columns)
    op.execute(f"drop trigger if exists {table}_superseded")
    op.execute(f"drop trigger if exists {table}_kept")
    op.execute(
        f"create trigger {table}_superseded after update on {table} for each row "
        f"when old.revision_id <> new.revision_id begin "
        f"insert into {table}_history ({listed}, superseded_rev) values ({old}, new.revision_id); end"
    )
    op.execute(
        f"create trigger {table}_kept before delete on {table} for each row begin "
        f"select raise(abort, 'a recorded row is never deleted'); end"
    )


def _trigger_postgresql(table: str, columns: list[str]) -> None:
    listed, old = ", ".join(columns), ", ".join(f"old.{c}" for c in columns)
    op.execute(
        f"create or replace function {table}_superseded() returns trigger language plpgsql as $$ begin "
        f"insert into {table}_history ({listed}, superseded_rev) values ({old}, new.revision_id); "
        f"return null; end $$"
    )
    op.execute(
        f"create or replace function {table}_kept() returns trigger language plpgsql as $$ begin "
        f"raise exception 'a recorded row is never deleted'; end $$"
    )
    op.execute(
        f"create or replace trigger {table}_superseded after update on {table} for each row "
        f"when (old.revision_id is distinct from new.revision_id) execute function {table}_superseded()"
    )
    op.execute(
        f"create or replace trigger {table}_kept before delete on {table} for each row execute function {table}_kept()"
    )


def _view(table: str, columns: list[str]) -> None:
    listed = ", ".join(columns)
    known = "current_setting('fundwatch.known')::bigint"
    op.execute(f"drop view if exists known.{table}")
    op.execute(
        f"create view known.{table} with (security_invoker = true) as "
        f"select {listed} from public.{table} where revision_id <= {known} union all "
        f"select {listed} from public.{table}_history where revision_id <= {known} and superseded_rev > {known}"
    )


def downgrade() -> None:
    """Gives up what was kept; only for development."""
    inspector = sa.inspect(op.get_bind())
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute("drop schema known cascade")
    for name in inspector.get_table_names():
        if name.endswith("_history"):
            op.drop_table(name)
            table = name.removesuffix("_history")
            if table == DERIVED:
                continue
            where = f" on {table}" if postgresql else ""
            op.execute(f"drop trigger {table}_superseded{where}")
            op.execute(f"drop trigger {table}_kept{where}")

"""A publication remembers that its publisher's scope was held to what it was before a change of divisions.

Made again without it, the answer would take in land nobody had attested when it was published.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = "publication"
ADDED = "held_on"


def upgrade() -> None:
    """The column, in the table and in its history."""
    for name in (TABLE, f"{TABLE}_history"):
        op.add_column(name, sa.Column(ADDED, sa.Date(), nullable=True))
    keep([each["name"] for each in sa.inspect(op.get_bind()).get_columns(TABLE)])


def keep(columns: list[str]) -> None:
    """The trigger that puts superseded rows aside, and the view of what was known, with these columns."""
    listed, old = ", ".join(columns), ", ".join(f"old.{name}" for name in columns)
    put_aside = f"insert into {TABLE}_history ({listed}, superseded_rev) values ({old}, new.revision_id);"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(f"drop trigger {TABLE}_superseded")
        op.execute(
            f"create trigger {TABLE}_superseded after update on {TABLE} for each row "
            f"when old.revision_id <> new.revision_id begin {put_aside} end"
        )
        return
    op.execute(
        f"create or replace function {TABLE}_superseded() returns trigger language plpgsql as $$ "
        f"begin {put_aside} return null; end $$"
    )
    known = "current_setting('fundwatch.known')::bigint"
    op.execute(f"drop view known.{TABLE}")
    op.execute(
        f"create view known.{TABLE} with (security_invoker = true) as "
        f"select {listed} from public.{TABLE} where revision_id <= {known} union all "
        f"select {listed} from public.{TABLE}_history where revision_id <= {known} and superseded_rev > {known}"
    )


def downgrade() -> None:
    """Without the column."""
    columns = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(TABLE) if each["name"] != ADDED]
    keep(columns)
    for name in (TABLE, f"{TABLE}_history"):
        op.drop_column(name, ADDED)

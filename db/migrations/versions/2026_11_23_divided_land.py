"""Divisions whose land lies in several places on a map are found without reading the whole closure."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = ["tree", "share_from_bp"]


def upgrade() -> None:
    """The closure and its history."""
    for table in ("division_closure", "division_closure_history"):
        op.create_index(f"ix_{table}_parts", table, COLUMNS)


def downgrade() -> None:
    """Back to reading all of it."""
    for table in ("division_closure", "division_closure_history"):
        op.drop_index(f"ix_{table}_parts", table)

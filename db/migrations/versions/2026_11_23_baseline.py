"""The baseline: every table of the first release.

The migration keeps its own copy of the layout and imports nothing of the application, so it means the same for ever.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
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
INTEGER = sa.Integer()
Part = sa.Column[Any] | sa.Constraint | sa.Index


def table(name: str, *parts: Part) -> None:
    """A table with a surrogate key."""
    sa.Table(name, METADATA, sa.Column("id", KEY, primary_key=True), *parts)


def recorded(name: str, *parts: Part) -> None:
    """A table whose rows carry the revisions that made and last changed them."""
    table(name, number("created_rev", KEY), sa.Column("revision_id", KEY, nullable=False, index=True), *parts)


def number(name: str, kind: Any = INTEGER, *, null: bool = False) -> sa.Column[Any]:
    """A count, a year, or with BigInteger fen, millionths or microseconds."""
    return sa.Column(name, kind, nullable=null)


def big(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Fen, millionths of a quantity, or microseconds since 1970."""
    return number(name, sa.BigInteger(), null=null)


def text(name: str, size: int | None = None, *, null: bool = False, index: bool = False) -> sa.Column[Any]:
    """Text; 32 characters hold a word of a vocabulary, 64 a code."""
    return sa.Column(name, sa.String(size), nullable=null, index=index)


def code(name: str = "code", size: int | None = 64) -> sa.Column[Any]:
    """What people know the row by."""
    return sa.Column(name, sa.String(size), nullable=False, unique=True)


def day(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A calendar day."""
    return sa.Column(name, sa.Date(), nullable=null)


def flag(name: str) -> sa.Column[Any]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def key(name: str, target: str | None = None, *, null: bool = False, index: bool = False) -> sa.Column[Any]:
    """The id of another row, held by a foreign key where a target is named."""
    links = [sa.ForeignKey(f"{target}.id")] if target else []
    return sa.Column(name, KEY, *links, nullable=null, index=index)


# Several columns to a line, so that the layout fits on two screens.
# fmt: off
table("revision",
    sa.Column("at", sa.BigInteger(), nullable=False, index=True), text("actor"), text("action"),
    text("reason", null=True), text("digest", null=True),
)
recorded("document",
    code("code", None), text("number", null=True), text("title"), text("kind", 32), day("issued_on", null=True),
    text("issuer", null=True), text("url", null=True), text("confidence", 32), text("provenance", 32),
    text("note", null=True),
)
recorded("division",
    text("code", 64), text("kind", 32), day("valid_from"), day("valid_to", null=True),
    sa.UniqueConstraint("code", "valid_from"),
)
recorded("division_change",
    code(), number("year"), day("effective_on", null=True), text("change_type"), text("old_code", 64, null=True),
    text("old_name", null=True), text("new_code", 64, null=True), text("new_name", null=True), flag("partial"),
    number("share_bp", null=True), text("document_number", null=True), text("source"), text("note", null=True),
)
recorded("division_closure",
    text("tree", 32), key("ancestor_id"), key("descendant_id"), text("ancestor_level", 32), number("depth"),
    day("valid_from"), day("valid_to", null=True),
    number("share_from_bp"), number("share_to_bp"), flag("estimated"),
    sa.Index("ix_division_closure_down", "tree", "ancestor_id", "descendant_id"),
    sa.Index("ix_division_closure_up", "tree", "descendant_id", "ancestor_level", "ancestor_id"),
)
recorded("division_version",
    key("division_id", "division"), day("valid_from"), day("valid_to", null=True), text("name"), text("type_name"),
    text("level", 32), key("admin_parent_id", "division", null=True, index=True),
    key("fund_parent_id", "division", null=True, index=True), flag("separately_planned"),
    key("document_id", "document", null=True),
    sa.CheckConstraint("valid_to is null or valid_to > valid_from", name="dates_ascend"),
    sa.UniqueConstraint("division_id", "valid_from"),
)
recorded("unit",
    code(), text("name"), text("kind", 32), key("division_id", "division", index=True),
    key("parent_id", "unit", null=True), sa.Column("lines", sa.JSON(), nullable=False), text("provenance", 32),
)
recorded("account",
    code("name", None), text("password_hash", null=True), text("role", 32), key("division_id", "division"),
    key("unit_id", "unit", null=True), sa.Column("lines", sa.JSON(), nullable=False), flag("active"),
)
table("token",
    code("token_hash", None), key("account_id", "account", index=True), big("created_at"), big("expires_at"),
    big("revoked_at", null=True),
)
recorded("fund",
    code(), text("name"), text("name_en", null=True), text("category", 32), text("local_tier", 32, null=True),
    text("line", 32), text("project_code", null=True), flag("emergency"), text("provenance", 32),
    key("document_id", "document", null=True),
)
recorded("fund_year",
    key("fund_id", "fund"), number("budget_year"), big("budget_fen", null=True), text("measure", null=True),
    key("document_id", "document", null=True), sa.UniqueConstraint("fund_id", "budget_year"),
)
recorded("project",
    code(), text("name"), text("status", 32), text("line", 32), text("category", 32, null=True),
    text("work_type", null=True), key("division_id", "division"), key("owner_unit_id", "unit", null=True),
    day("planned_start", null=True), day("planned_end", null=True), day("started_on", null=True),
    day("finished_on", null=True), big("total_investment_fen", null=True), key("document_id", "document", null=True),
    text("provenance", 32), text("note", null=True), sa.Index("ix_project_division_code", "division_id", "code"),
)
recorded("pay_plan",
    key("project_id", "project"), number("period"), number("cumulative_bp"),
    sa.UniqueConstraint("project_id", "period"),
)
recorded("project_change",
    code(), key("project_id", "project", index=True), text("field", 32), text("old_value", null=True),
    text("new_value", null=True), day("effective_on"), text("required_level", 32), day("approved_on", null=True),
    text("approver_level", 32, null=True), key("document_id", "document", null=True),
)
recorded("project_division",
    key("project_id", "project"), key("division_id", "division", index=True),
    sa.UniqueConstraint("project_id", "division_id"),
)
recorded("reserve_entry",
    key("project_id", "project"), day("from_on"), text("status", 32), key("document_id", "document", null=True),
    sa.UniqueConstraint("project_id", "from_on"),
)
recorded("source_line",
    key("project_id", "project"), key("fund_id", "fund", index=True), number("budget_year"), text("source", 32),
    big("planned_fen"), key("document_id", "document", null=True),
    sa.UniqueConstraint("project_id", "fund_id", "budget_year", "source"),
)
recorded("payment",
    code(), key("project_id", "project", index=True), key("source_line_id", "source_line", index=True),
    text("kind", 32), day("paid_on"), big("amount_fen"), text("payee", null=True), text("voucher_number", null=True),
    key("document_id", "document", null=True),
)
recorded("allocation",
    code(), key("fund_id", "fund", index=True), number("budget_year"),
    key("parent_id", "allocation", null=True, index=True), key("grantor_id", "division"),
    key("recipient_id", "division"), key("recipient_unit_id", "unit", null=True),
    key("project_id", "project", null=True, index=True), text("source", 32), text("kind", 32), number("tranche"),
    big("amount_fen"), day("issued_on", null=True), day("received_on", null=True), day("detailed_on", null=True),
    day("detailing_reported_on", null=True), key("document_id", "document", null=True),
    text("upstream_document_number", null=True), text("budget_subject", null=True), text("provenance", 32),
    text("note", null=True), sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
    sa.Index("ix_allocation_grantor_year", "grantor_id", "budget_year"),
    sa.Index("ix_allocation_recipient_year", "recipient_id", "budget_year"),
)
recorded("measure",
    code(), text("dimension"), number("numerator"), number("denominator"),
)
recorded("indicator",
    code(), text("name"), text("kind", 32), text("direction", 32, null=True), key("measure_id", "measure", null=True),
    text("over_time", 32, null=True), text("over_space", 32, null=True), text("provenance", 32),
)
recorded("target",
    code(), key("indicator_id", "indicator", index=True), key("fund_id", "fund", null=True),
    number("budget_year", null=True), key("division_id", "division"),
    key("project_id", "project", null=True, index=True), key("parent_id", "target", null=True, index=True),
    key("allocation_id", "allocation", null=True, index=True), key("measure_id", "measure", null=True),
    big("value", null=True), big("canonical_value", null=True), text("value_text", null=True),
    big("baseline", null=True), big("numerator", null=True), big("denominator", null=True),
    number("weight", null=True), day("starts_on", null=True), day("due_on", null=True),
    key("document_id", "document", null=True), text("provenance", 32), text("note", null=True),
    sa.Index("ix_target_division_year", "division_id", "budget_year"),
)
recorded("progress",
    key("target_id", "target"), number("period"), big("value"), day("reported_on"),
    sa.UniqueConstraint("target_id", "period"),
)
recorded("filing",
    key("project_id", "project"), key("division_id", "division"), text("line", 32), key("unit_id", "unit", null=True),
    number("period"), text("kind", 32), text("state", 32), big("submitted_at", null=True), number("returned_count"),
    text("reason", null=True), big("paid_period_fen", null=True), big("paid_cumulative_fen", null=True),
    key("correction_document_id", "document", null=True), text("provenance", 32),
    sa.UniqueConstraint("project_id", "period"), sa.Index("ix_filing_division_period", "division_id", "period"),
)
recorded("publication",
    code(), text("title"), text("query"), sa.Column("variables", sa.JSON(), nullable=False), day("as_of"),
    big("known_at"), number("known_rev", KEY), day("hierarchy_as_of"), text("tree", 32), text("release"),
    text("role", 32), key("division_id", "division"), sa.Column("lines", sa.JSON(), nullable=False),
    text("published_by"), big("published_at"), text("body"), text("digest"),
)
recorded("rule_run",
    key("division_id", "division"), day("as_of"), text("release"), big("started_at"), big("finished_at"),
    text("requested_by"),
)
table("rule_run_line",
    key("run_id", "rule_run", index=True), text("rule_code"), number("evaluated"), number("fired"),
    number("not_applicable"), number("missing_facts"), number("blocked"), number("failed"),
)
recorded("finding",
    code("key", None), text("rule_code", index=True), number("rule_version"), text("severity", 32),
    number("severity_rank"), text("state", 32), flag("trial"), flag("lead"), text("subject_kind", 32),
    key("subject_id"), key("project_id", "project", null=True, index=True), key("division_id", "division"),
    text("line", 32, null=True), number("period", null=True), key("responsible_unit_id", "unit", null=True),
    day("first_seen"), day("last_seen"), day("cleared_on", null=True), key("run_id", "rule_run"),
    sa.Column("body", sa.JSON(), nullable=False), sa.Index("ix_finding_division_state", "division_id", "state"),
    sa.Index("ix_finding_subject", "subject_kind", "subject_id"),
)
# fmt: on


def upgrade() -> None:
    METADATA.create_all(op.get_bind())


def downgrade() -> None:
    METADATA.drop_all(op.get_bind())

"""the desk: whose each waiting thread is, acts on many threads at once, saved filters, who has switched the keys off"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OWNERS = """
UPDATE thread_clocks SET owner_id = coalesce((
    SELECT contacts.person_id FROM contacts JOIN persons ON persons.id = contacts.person_id
    WHERE contacts.thread_id = thread_clocks.thread_id
        AND persons.role IN ('agent', 'moderator', 'admin') AND persons.disabled_at IS NULL), 0)
"""
CLOCKS = {
    "ix_thread_clocks_owner_turn": ["owner_id", "turn", "turn_at", "thread_id"],
    "ix_thread_clocks_category_owner_turn": ["category_id", "owner_id", "turn", "turn_at", "thread_id"],
}
LOG = {"ix_audit_log_act": ["act", "id"], "ix_audit_log_actor": ["actor_id", "id"]}


def _of_person(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_persons")
    return sa.ForeignKeyConstraint([column], ["persons.id"], name=name, ondelete="RESTRICT")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("thread_clocks", sa.Column("owner_id", sa.Integer(), nullable=False, server_default="0"))
    op.execute(OWNERS)
    for name, columns in CLOCKS.items():
        op.create_index(name, "thread_clocks", columns)
    for name, columns in LOG.items():
        op.create_index(name, "audit_log", columns)
    op.create_table(
        "bulk_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undone_at", moment, nullable=True),
        _of_person("bulk_acts", "by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_acts")),
    )
    op.create_index(op.f("ix_bulk_acts_by_id"), "bulk_acts", ["by_id"])
    op.create_index(op.f("ix_bulk_acts_at"), "bulk_acts", ["at"])
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("saved_at", moment, nullable=False),
        _of_person("saved_filters", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("person_id", "name_key", name="uq_saved_filters_person_name"),
    )
    op.create_table(
        "keys_off",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", moment, nullable=False),
        _of_person("keys_off", "person_id"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_keys_off")),
    )


def downgrade() -> None:
    for table in ("keys_off", "saved_filters", "bulk_acts"):
        op.drop_table(table)
    for name in LOG:
        op.drop_index(name, "audit_log")
    for name in CLOCKS:
        op.drop_index(name, "thread_clocks")
    op.drop_column("thread_clocks", "owner_id")

"""calendars, service targets, and the clock of each waiting thread"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
        sa.UniqueConstraint("name", name=op.f("uq_calendars_name")),
    )
    op.create_table(
        "service_targets",
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("first_minutes", sa.Integer(), nullable=True),
        sa.Column("next_minutes", sa.Integer(), nullable=True),
        sa.Column("resolution_minutes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_service_targets_category_id_categories"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["calendars.id"],
            name=op.f("fk_service_targets_calendar_id_calendars"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("category_id", name=op.f("pk_service_targets")),
    )
    op.create_index(op.f("ix_service_targets_calendar_id"), "service_targets", ["calendar_id"])
    op.create_table(
        "thread_clocks",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("turn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("step_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_thread_clocks_thread_id_threads"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_thread_clocks_category_id_categories")
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_thread_clocks")),
    )
    op.create_index("ix_thread_clocks_turn", "thread_clocks", ["turn", "turn_at", "thread_id"])
    op.create_index("ix_thread_clocks_category_turn", "thread_clocks", ["category_id", "turn", "turn_at", "thread_id"])
    op.create_index("ix_thread_clocks_step", "thread_clocks", ["step_at", "thread_id"])
    op.execute(
        "INSERT INTO thread_clocks (thread_id, category_id, waiting_since, turn, turn_at, steps)"
        " SELECT id, category_id, waiting_since, 1, waiting_since, 0 FROM threads"
        " WHERE visibility = 'published' AND waiting_since IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("thread_clocks")
    op.drop_table("service_targets")
    op.drop_table("calendars")

"""contacts by other channels, systems that tell of them, cases opened for customers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_hooks_by_id_persons"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hooks")),
    )
    op.create_index(op.f("ix_hooks_by_id"), "hooks", ["by_id"])

    op.create_table(
        "contact_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=22), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("hook_id", sa.Integer(), nullable=True),
        sa.Column("external_id", sa.String(length=100), nullable=True),
        sa.Column("external_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["persons.id"], name=op.f("fk_contact_entries_by_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["hook_id"], ["hooks.id"], name=op.f("fk_contact_entries_hook_id_hooks")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_contact_entries_person_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_contact_entries_thread_id_threads"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_entries")),
        sa.UniqueConstraint("hook_id", "external_id", name="uq_contact_entries_hook_external"),
    )
    op.create_index(op.f("ix_contact_entries_by_id"), "contact_entries", ["by_id"])
    op.create_index("ix_contact_entries_person_at", "contact_entries", ["person_id", "happened_at"])
    op.create_index(op.f("ix_contact_entries_person_id"), "contact_entries", ["person_id"])
    op.create_index("ix_contact_entries_thread_at", "contact_entries", ["thread_id", "happened_at"])

    op.create_table(
        "hook_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=100), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hook_id"], ["hooks.id"], name=op.f("fk_hook_calls_hook_id_hooks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_calls")),
        sa.UniqueConstraint("hook_id", "call_id", name="uq_hook_calls_hook_call"),
    )
    op.create_index(op.f("ix_hook_calls_at"), "hook_calls", ["at"])

    op.create_table(
        "opened_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("caller_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_address", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["persons.id"], name=op.f("fk_opened_cases_by_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["caller_id"], ["persons.id"], name=op.f("fk_opened_cases_caller_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["persons.id"], name=op.f("fk_opened_cases_claimed_by_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_opened_cases_thread_id_threads"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opened_cases")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_opened_cases_secret_hash")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_opened_cases_thread_id")),
    )
    op.create_index(op.f("ix_opened_cases_by_id"), "opened_cases", ["by_id"])
    op.create_index(op.f("ix_opened_cases_caller_id"), "opened_cases", ["caller_id"])
    op.create_index(op.f("ix_opened_cases_claimed_by_id"), "opened_cases", ["claimed_by_id"])


def downgrade() -> None:
    op.drop_table("opened_cases")
    op.drop_table("hook_calls")
    op.drop_table("contact_entries")
    op.drop_table("hooks")

"""what staff ask a customer for, in private"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "detail_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("open_kinds", sa.JSON(), nullable=False),
        sa.Column("sealed_question", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["persons.id"], name=op.f("fk_detail_requests_by_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_detail_requests_person_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_detail_requests_thread_id_threads"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detail_requests")),
    )
    op.create_index(op.f("ix_detail_requests_by_id"), "detail_requests", ["by_id"])
    op.create_index(op.f("ix_detail_requests_thread_id"), "detail_requests", ["thread_id"])
    op.create_index("ix_detail_requests_person_open", "detail_requests", ["person_id", "answered_at"])


def downgrade() -> None:
    op.drop_table("detail_requests")

"""who closed a thread and why; official answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closings",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_closings_thread_id_threads"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_closings_by_id_persons"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_closings")),
    )
    op.create_index(op.f("ix_closings_by_id"), "closings", ["by_id"])
    op.create_table(
        "endorsements",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_endorsements_post_id_posts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["persons.id"], name=op.f("fk_endorsements_by_id_persons"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_endorsements")),
    )
    op.create_index(op.f("ix_endorsements_by_id"), "endorsements", ["by_id"])


def downgrade() -> None:
    op.drop_table("endorsements")
    op.drop_table("closings")

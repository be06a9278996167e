"""flags, and why the site hid a post by itself"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("hidden_ground", sa.String(length=40), nullable=True))
    op.create_table(
        "flags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_flags_post_id_posts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_flags_by_id_persons"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["persons.id"], name=op.f("fk_flags_decided_by_id_persons"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
    )
    op.create_index("ix_flags_post", "flags", ["post_id", "by_id"])
    op.create_index(op.f("ix_flags_by_id"), "flags", ["by_id"])
    op.create_index(op.f("ix_flags_decided_by_id"), "flags", ["decided_by_id"])
    open_only = sa.text("decided_at IS NULL")
    op.create_index(
        "uq_flags_open",
        "flags",
        ["post_id", "by_id"],
        unique=True,
        sqlite_where=open_only,
        postgresql_where=open_only,
    )


def downgrade() -> None:
    op.drop_table("flags")
    op.drop_column("posts", "hidden_ground")

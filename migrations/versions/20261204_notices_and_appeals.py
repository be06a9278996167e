"""notices of illegal content, the links of their receipts, and appeals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("appellant_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("against", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("heard_key", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["appellant_id"], ["persons.id"], name=op.f("fk_appeals_appellant_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["persons.id"], name=op.f("fk_appeals_decided_by_id_persons"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("heard_key", name=op.f("uq_appeals_heard_key")),
    )
    op.create_index("ix_appeals_open", "appeals", ["decided_at", "id"])
    op.create_index("ix_appeals_subject", "appeals", ["kind", "subject_id"])
    op.create_index(op.f("ix_appeals_made_at"), "appeals", ["made_at"])
    op.create_index(op.f("ix_appeals_appellant_id"), "appeals", ["appellant_id"])
    op.create_index(op.f("ix_appeals_decided_by_id"), "appeals", ["decided_by_id"])
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("letters", sa.String(length=2), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("minutes_taken", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("rule", sa.String(length=200), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("overturned_by", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_notices_post_id_posts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["persons.id"], name=op.f("fk_notices_decided_by_id_persons"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_open", "notices", ["decided_at", "id"])
    op.create_index("ix_notices_year", "notices", ["year", "minutes_taken"])
    op.create_index(op.f("ix_notices_post_id"), "notices", ["post_id"])
    op.create_index(op.f("ix_notices_decided_by_id"), "notices", ["decided_by_id"])
    op.create_table(
        "notice_links",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_links_notice_id_notices"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_notice_links")),
    )
    op.create_index(op.f("ix_notice_links_notice_id"), "notice_links", ["notice_id"])


def downgrade() -> None:
    op.drop_table("notice_links")
    op.drop_table("notices")
    op.drop_table("appeals")

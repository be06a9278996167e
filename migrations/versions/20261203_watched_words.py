"""watched words, and what the spam scorer learnt"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watched_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("written", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=180), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["persons.id"], name=op.f("fk_watched_words_changed_by_id_persons"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_words")),
        sa.UniqueConstraint("key", name=op.f("uq_watched_words_key")),
    )
    op.create_index(op.f("ix_watched_words_changed_by_id"), "watched_words", ["changed_by_id"])
    op.create_table(
        "spam_examples",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("is_spam", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_spam_examples_post_id_posts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_spam_examples")),
    )
    op.create_index("ix_spam_examples_kind", "spam_examples", ["is_spam", "learnt_at", "post_id"])
    op.create_table(
        "spam_marks",
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("spam", sa.Integer(), nullable=False),
        sa.Column("ham", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_spam_marks")),
    )
    op.create_table(
        "spam_thresholds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hold_from", sa.Integer(), nullable=True),
        sa.Column("refuse_from", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["persons.id"],
            name=op.f("fk_spam_thresholds_changed_by_id_persons"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spam_thresholds")),
    )
    op.create_index(op.f("ix_spam_thresholds_changed_by_id"), "spam_thresholds", ["changed_by_id"])


def downgrade() -> None:
    op.drop_table("spam_thresholds")
    op.drop_table("spam_marks")
    op.drop_table("spam_examples")
    op.drop_table("watched_words")

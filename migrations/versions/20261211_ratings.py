"""what askers say of solved threads; what staff think that they would say"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("well", sa.String(length=10), nullable=True),
        sa.Column("personal", sa.String(length=10), nullable=True),
        sa.Column("sealed_comment", sa.Text(), nullable=True),
        sa.Column("via", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_ratings_thread_id_threads"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_ratings_person_id_persons"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("thread_id", "person_id", name="uq_ratings_thread_person"),
    )
    op.create_index(op.f("ix_ratings_person_id"), "ratings", ["person_id"])
    op.create_table(
        "estimates",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("well", sa.String(length=10), nullable=False),
        sa.Column("personal", sa.String(length=10), nullable=False),
        sa.Column("before_rating", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_estimates_thread_id_threads"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_estimates_person_id_persons"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name=op.f("pk_estimates")),
    )
    op.create_index(op.f("ix_estimates_person_id"), "estimates", ["person_id"])


def downgrade() -> None:
    op.drop_table("estimates")
    op.drop_table("ratings")

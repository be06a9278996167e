"""what the site's own numbers look like"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_patterns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_de", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("written", sa.String(length=300), nullable=False),
        sa.Column("is_expression", sa.Boolean(), nullable=False),
        sa.Column("example", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["persons.id"],
            name=op.f("fk_number_patterns_changed_by_id_persons"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_patterns")),
        sa.UniqueConstraint("written", "is_expression", name=op.f("uq_number_patterns_written")),
    )
    op.create_index(op.f("ix_number_patterns_changed_by_id"), "number_patterns", ["changed_by_id"])


def downgrade() -> None:
    op.drop_table("number_patterns")

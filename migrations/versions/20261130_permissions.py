"""what staff may do, verb by category; until when somebody is silenced or suspended"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("persons", sa.Column("silenced_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("persons", sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "permissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_permissions_person_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_permissions_category_id_categories"), ondelete="CASCADE"
        ),
        sa.Column("said_key", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permissions")),
        sa.UniqueConstraint("said_key", name=op.f("uq_permissions_said_key")),
    )
    op.create_index(op.f("ix_permissions_person_id"), "permissions", ["person_id"])


def downgrade() -> None:
    op.drop_table("permissions")
    op.drop_column("persons", "suspended_until")
    op.drop_column("persons", "silenced_until")

"""persons can be erased; the user names they had stay reserved"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("persons", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "reserved_names",
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_reserved_names")),
    )


def downgrade() -> None:
    op.drop_table("reserved_names")
    op.drop_column("persons", "erased_at")
